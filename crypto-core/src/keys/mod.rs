//! The keys of an account: key bundle, wraps of the bundle key, rotation.
//!
//! ```text
//! password ──Argon2id in OPAQUE──▶ export key ──HKDF──▶ KEK ────┐
//! recovery code ──HKDF──▶ X-Wing pair, HPKE to its public half ─┤ each wraps
//! resume key (random, a session's) ─────────────────────────────┘    ▼
//!                                                bundle key (random) ──seals──▶ key bundle
//! ```
//!
//! Invariants: a bundle whose keys do not match its certificate is refused; a new bundle needs no new
//! wraps, and a new wrap needs no new bundle.

mod account;
mod administration;
mod bundle;
mod field;
mod root_rotation;
mod root_share;
mod settings;
mod verified;
mod wrap;

#[cfg(test)]
mod tests;

pub use account::{Identity, KeyError, Made, Origin, make_account, make_reset, make_root};
pub use administration::Moved;
pub use bundle::{Bundle, BundleError, MailboxSeed, SealedBundle};
pub(crate) use field::SecretField;
pub use root_rotation::RootRotation;
pub use root_share::{RootShare, RootShareError, is_root_seed};
pub use settings::{BookEntry, KnownKeys, OpenedSettings, RestoreAnswer, Settings, SettingsError};
pub use verified::VerifiedMessages;
pub use wrap::{BundleKey, RecoveryKeyError, ResumeKey};
