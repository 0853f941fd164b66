//! Limits and texts in force: as configured, but for what an administrator has changed while the portal ran.

use crate::config::{Config, ConfigError, LimitsConfig};
use crypto_core::wire::api::{self, RuleLimits, Texts};
use crypto_core::wire::records::Rules;
use std::sync::Arc;

/// A text is no longer, in bytes.
pub const TEXT_BYTES: usize = 8 * 1024;

/// Limits and texts.
pub struct InForce {
    /// Configured ones, changed ones in their place.
    pub limits: Arc<LimitsConfig>,
    /// What the organisation says of itself.
    pub texts: Texts,
}

impl InForce {
    /// Before anything was changed.
    pub fn of(config: &Config) -> Self {
        Self { limits: Arc::new(config.limits.clone()), texts: Texts::default() }
    }

    /// With what was changed.
    ///
    /// # Errors
    /// If a number is out of the bounds that the configuration has too.
    pub fn with(config: &Config, rules: &Rules) -> Result<Self, ConfigError> {
        let limits = LimitsConfig {
            message_bytes: rules.message_bytes,
            storage_bytes: rules.storage_bytes,
            retention_days: rules.retention_days,
            inactivity_days: rules.inactivity_days,
            initial_password_days: rules.initial_password_days,
            invitations_per_day: rules.invitations_per_day,
            ..config.limits.clone()
        };
        let changed = Config { limits, ..config.clone() };
        changed.check_limits()?;
        Ok(Self { limits: Arc::new(changed.limits), texts: texts(&rules.texts) })
    }

    /// As an administrator sees them.
    pub fn told(&self) -> api::Rules {
        let limits = RuleLimits {
            message_bytes: self.limits.message_bytes,
            storage_bytes: self.limits.storage_bytes,
            retention_days: self.limits.retention_days,
            inactivity_days: self.limits.inactivity_days,
            initial_password_days: self.limits.initial_password_days,
            invitations_per_day: self.limits.invitations_per_day,
        };
        api::Rules { limits, texts: self.texts.clone() }
    }
}

/// As they are stored.
pub fn record(rules: &api::Rules) -> Rules {
    let (limits, texts) = (&rules.limits, &rules.texts);
    let texts = [
        &texts.help_de,
        &texts.help_en,
        &texts.imprint_de,
        &texts.imprint_en,
        &texts.privacy_de,
        &texts.privacy_en,
        &texts.alternatives_de,
        &texts.alternatives_en,
        &texts.accessibility_de,
        &texts.accessibility_en,
    ];
    Rules {
        message_bytes: limits.message_bytes,
        storage_bytes: limits.storage_bytes,
        retention_days: limits.retention_days,
        inactivity_days: limits.inactivity_days,
        initial_password_days: limits.initial_password_days,
        invitations_per_day: limits.invitations_per_day,
        texts: texts.into_iter().map(|text| text.trim().to_owned()).collect(),
    }
}

fn texts(stored: &[String]) -> Texts {
    let text = |index: usize| stored.get(index).cloned().unwrap_or_default();
    Texts {
        help_de: text(0),
        help_en: text(1),
        imprint_de: text(2),
        imprint_en: text(3),
        privacy_de: text(4),
        privacy_en: text(5),
        alternatives_de: text(6),
        alternatives_en: text(7),
        accessibility_de: text(8),
        accessibility_en: text(9),
    }
}
