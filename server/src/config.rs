//! The configuration: read once, checked at the start. Defaults < file < environment
//! (`KBS__SECTION__KEY`) < command line.

use crypto_core::certificate::Role;
use figment::providers::{Env, Format, Serialized, Toml};
use figment::{Figment, Provider};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use url::Url;

/// Days before its end at which an account is warned first.
const INACTIVITY_FIRST_WARNING_DAYS: u32 = 30;

/// Everything that can be configured.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the server listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// What people type, without a slash at the end. Follows the real port if it is not set.
    pub public_url: Option<Url>,
    /// Metadata store and parts.
    pub data_dir: PathBuf,
    /// The server's secrets, outside of `data_dir`.
    pub secrets_file: PathBuf,
    /// Outgoing mail.
    pub mail: MailConfig,
    /// Limits.
    pub limits: LimitsConfig,
    /// Sessions.
    pub sessions: SessionsConfig,
    /// TLS by the server itself.
    pub tls: TlsConfig,
    /// A proxy in front of the server.
    pub proxy: ProxyConfig,
    /// How long a client may take.
    pub timeouts: TimeoutsConfig,
    /// Passwords and second factors.
    pub security: SecurityConfig,
    /// Auditors of the key directory.
    pub auditors: AuditorsConfig,
}

/// Auditors of the key directory.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditorsConfig {
    /// SHA-256 of the token with which they see every entry; without it nobody does.
    pub token_sha256: Option<TokenHash>,
}

/// SHA-256 of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TokenHash(pub [u8; 32]);

impl TryFrom<String> for TokenHash {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let wrong = "`auditors.token_sha256` takes a SHA-256 in 64 hexadecimal digits";
        let mut hash = [0; 32];
        // `from_str_radix` would take a sign.
        if text.len() != 2 * hash.len() || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(wrong);
        }
        for (byte, digits) in hash.iter_mut().zip(text.as_bytes().chunks(2)) {
            let digits = std::str::from_utf8(digits).map_err(|_| wrong)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| wrong)?;
        }
        Ok(Self(hash))
    }
}

impl From<TokenHash> for String {
    fn from(hash: TokenHash) -> Self {
        hash.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// TLS by the server itself; without it a proxy does it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsConfig {
    /// The chain in PEM, the server's own certificate first.
    pub certificate: Option<PathBuf>,
    /// Its private key in PEM.
    pub key: Option<PathBuf>,
}

/// A proxy in front of the server.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProxyConfig {
    /// From where forwarded headers count.
    pub trusted: Vec<Subnet>,
}

/// An address, or several by their prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Subnet(ipnet::IpNet);

impl Subnet {
    /// Whether an address is one of them.
    #[must_use]
    pub fn contains(&self, address: std::net::IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl TryFrom<String> for Subnet {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let one = text.parse::<std::net::IpAddr>().map(ipnet::IpNet::from);
        one.or_else(|_| text.parse())
            .map(Self)
            .map_err(|_| "`proxy.trusted` takes addresses such as 10.0.0.0/8")
    }
}

impl From<Subnet> for String {
    fn from(subnet: Subnet) -> Self {
        subnet.0.to_string()
    }
}

/// How long a client may take.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeoutsConfig {
    /// Seconds for the headers of a request, and for a TLS handshake; an idle connection ends after as long.
    pub header_seconds: u32,
    /// Seconds for a whole request until its answer begins.
    pub request_seconds: u32,
}

/// Outgoing mail.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailConfig {
    /// How it leaves.
    pub transport: MailTransport,
    /// Sender: an address, or `Name <address>`.
    pub from: String,
    /// For `file`: one `.eml` each.
    pub dir: PathBuf,
    /// For `smtp`.
    pub smtp: SmtpConfig,
}

/// How mail leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTransport {
    /// To a mail server.
    Smtp,
    /// Into a directory.
    File,
}

/// The mail server.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmtpConfig {
    /// Name or address.
    pub host: String,
    /// 25, 465 or 587 as a rule.
    pub port: u16,
    /// Encryption on the way.
    pub tls: SmtpTls,
    /// If it asks for one.
    pub username: Option<String>,
    /// If it asks for one.
    pub password: Option<String>,
}

/// Encryption on the way to the mail server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmtpTls {
    /// None, for a server on the same machine.
    None,
    /// STARTTLS, required.
    Starttls,
    /// TLS from the first byte.
    Tls,
}

/// Limits on everything that comes from outside.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitsConfig {
    /// Body and attachments of a message together, before encryption.
    pub message_bytes: u64,
    /// Attachments of a message.
    pub attachments: u32,
    /// Recipients of a message, the sender's copy included.
    pub recipients: u32,
    /// Days from delivery to deletion.
    pub retention_days: u32,
    /// Days without a sign-in until an account ends.
    pub inactivity_days: u32,
    /// Days from the last change of a draft to its deletion.
    pub draft_days: u32,
    /// Days for which a message stays in a bin.
    pub bin_days: u32,
    /// Days for which security events are kept.
    pub security_event_days: u32,
    /// Ciphertext of an account.
    pub storage_bytes: u64,
    /// Days for which an unused initial password works.
    pub initial_password_days: u32,
    /// Invitations by one account in 24 hours.
    pub invitations_per_day: u32,
    /// Uploads that one account may have under way.
    pub uploads_under_way: u32,
    /// Connections at once.
    pub connections: u32,
    /// Sign-ins begun and not finished, for one account, in the window.
    pub sign_ins_per_account: u32,
    /// Sign-ins begun and not finished, from one network, in the window.
    pub sign_ins_per_network: u32,
    /// The window of both, in minutes.
    pub sign_in_window_minutes: u32,
}

/// Sessions.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionsConfig {
    /// Minutes without a request until a session ends.
    pub idle_minutes: u32,
    /// Hours from the sign-in until a session ends in any case.
    pub longest_hours: u32,
    /// Sessions that one account may have at once; the oldest one ends for one more.
    pub per_account: u32,
}

/// Passwords and second factors.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecurityConfig {
    /// Roles that need a second factor.
    pub second_factor_required: Vec<Role>,
    /// Days from the first sign-in until the initial password must be replaced; 0: at once.
    pub replace_initial_password_days: u32,
    /// Where weaknesses are reported: `mailto:` or `https:`, for `/.well-known/security.txt`.
    pub contact: Option<Url>,
}

/// The configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It cannot be read.
    #[error("configuration: {0}")]
    Unreadable(Box<figment::Error>),
    /// A value makes no sense.
    #[error("configuration: `{key}` {problem}")]
    Invalid {
        /// Its name.
        key: &'static str,
        /// What is wrong with it.
        problem: String,
    },
}

/// What the command line says.
#[derive(Debug, Default, Serialize)]
pub struct Flags {
    /// Where the server listens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
    /// What people type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<Url>,
    /// Metadata store and parts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_dir: Option<PathBuf>,
    /// The server's secrets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secrets_file: Option<PathBuf>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: None,
            data_dir: "data".into(),
            secrets_file: "secrets.cbor".into(),
            mail: MailConfig {
                transport: MailTransport::Smtp,
                from: "portal@localhost".into(),
                dir: "mail".into(),
                smtp: SmtpConfig {
                    host: "localhost".into(),
                    port: 25,
                    tls: SmtpTls::None,
                    username: None,
                    password: None,
                },
            },
            limits: LimitsConfig {
                message_bytes: crypto_core::wire::limits::MESSAGE_BYTES,
                attachments: 100,
                recipients: 100,
                retention_days: 60,
                inactivity_days: 365,
                draft_days: 60,
                bin_days: 7,
                security_event_days: 365,
                storage_bytes: 500 * 1024 * 1024,
                initial_password_days: 30,
                invitations_per_day: 200,
                uploads_under_way: 8,
                connections: 4096,
                sign_ins_per_account: 10,
                sign_ins_per_network: 100,
                sign_in_window_minutes: 15,
            },
            sessions: SessionsConfig { idle_minutes: 15, longest_hours: 12, per_account: 20 },
            tls: TlsConfig::default(),
            proxy: ProxyConfig::default(),
            timeouts: TimeoutsConfig { header_seconds: 30, request_seconds: 300 },
            security: SecurityConfig {
                second_factor_required: vec![Role::Administrator],
                replace_initial_password_days: 30,
                contact: None,
            },
            auditors: AuditorsConfig::default(),
        }
    }
}

impl Config {
    /// Reads and checks.
    ///
    /// # Errors
    /// A sentence that names the key.
    pub fn load(file: Option<&Path>, flags: &Flags) -> Result<Self, ConfigError> {
        Self::read(file, Env::prefixed("KBS__").split("__"), flags)
    }

    fn read(file: Option<&Path>, environment: impl Provider, flags: &Flags) -> Result<Self, ConfigError> {
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        if let Some(file) = file {
            figment = figment.merge(Toml::file_exact(file));
        }
        let config: Self = figment
            .merge(environment)
            .merge(Serialized::defaults(flags))
            .extract()
            .map_err(|error| ConfigError::Unreadable(Box::new(error)))?;
        config.checked()
    }

    /// What people type, with no slash at the end, when the server listens here.
    pub fn public_url(&self, listening: SocketAddr) -> String {
        match &self.public_url {
            Some(url) => url.origin().ascii_serialization(),
            None => format!("{}://localhost:{}", self.scheme(), listening.port()),
        }
    }

    /// What the server itself speaks.
    #[must_use]
    pub const fn scheme(&self) -> &'static str {
        if self.tls.certificate.is_some() { "https" } else { "http" }
    }

    fn checked(self) -> Result<Self, ConfigError> {
        self.check_url()?;
        self.check_tls()?;
        self.check_mail()?;
        if self.security.contact.as_ref().is_some_and(|url| !matches!(url.scheme(), "mailto" | "https")) {
            return Err(invalid("security.contact", "must begin with mailto: or https://"));
        }
        self.check_limits()?;
        Ok(self)
    }

    fn check_url(&self) -> Result<(), ConfigError> {
        let Some(url) = &self.public_url else { return Ok(()) };
        let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        if url.scheme() != "https" && !(url.scheme() == "http" && local) {
            return Err(invalid("public_url", "must begin with https:// unless it is http://localhost"));
        }
        if url.path() != "/"
            || url.query().is_some()
            || url.fragment().is_some()
            || !url.username().is_empty()
        {
            return Err(invalid("public_url", "must be scheme, host and port alone"));
        }
        Ok(())
    }

    fn check_tls(&self) -> Result<(), ConfigError> {
        if self.tls.certificate.is_some() != self.tls.key.is_some() {
            return Err(invalid("tls.certificate", "and `tls.key` must be given together"));
        }
        let plain = self.public_url.as_ref().is_some_and(|url| url.scheme() == "http");
        if self.tls.certificate.is_some() && plain {
            return Err(invalid("public_url", "must begin with https:// where `tls.certificate` is given"));
        }
        Ok(())
    }

    fn check_mail(&self) -> Result<(), ConfigError> {
        if self.mail.from.parse::<lettre::message::Mailbox>().is_err() {
            return Err(invalid("mail.from", "must be an address, or a name and an address in <>"));
        }
        let smtp = &self.mail.smtp;
        if self.mail.transport == MailTransport::Smtp && smtp.host.is_empty() {
            return Err(invalid("mail.smtp.host", "must not be empty"));
        }
        if smtp.username.is_some() != smtp.password.is_some() {
            return Err(invalid("mail.smtp.username", "and `mail.smtp.password` must be given together"));
        }
        let loopback = matches!(smtp.host.as_str(), "localhost" | "127.0.0.1" | "::1");
        if smtp.username.is_some() && smtp.tls == SmtpTls::None && !loopback {
            return Err(invalid("mail.smtp.tls", "must be \"starttls\" or \"tls\" where a password is sent"));
        }
        Ok(())
    }

    pub(crate) fn check_limits(&self) -> Result<(), ConfigError> {
        use crypto_core::wire::limits as most;
        let limits = &self.limits;
        let counts = [
            ("limits.retention_days", limits.retention_days, 3650),
            ("limits.inactivity_days", limits.inactivity_days, 3650),
            ("limits.draft_days", limits.draft_days, 3650),
            ("limits.bin_days", limits.bin_days, 3650),
            ("limits.security_event_days", limits.security_event_days, 3650),
            ("limits.initial_password_days", limits.initial_password_days, 3650),
            ("limits.attachments", limits.attachments, most_of(most::ATTACHMENTS)),
            ("limits.recipients", limits.recipients, most_of(most::RECIPIENTS)),
            ("limits.invitations_per_day", limits.invitations_per_day, u32::MAX),
            ("limits.uploads_under_way", limits.uploads_under_way, 1000),
            ("limits.sign_ins_per_account", limits.sign_ins_per_account, u32::MAX),
            ("limits.sign_ins_per_network", limits.sign_ins_per_network, u32::MAX),
            ("limits.sign_in_window_minutes", limits.sign_in_window_minutes, 24 * 60),
            ("sessions.idle_minutes", self.sessions.idle_minutes, 24 * 60),
            ("limits.connections", limits.connections, 1_000_000),
            ("timeouts.header_seconds", self.timeouts.header_seconds, 3600),
            ("timeouts.request_seconds", self.timeouts.request_seconds, 3600),
            ("sessions.longest_hours", self.sessions.longest_hours, 24 * 7),
            ("sessions.per_account", self.sessions.per_account, 1000),
        ];
        if limits.inactivity_days <= INACTIVITY_FIRST_WARNING_DAYS {
            let least = INACTIVITY_FIRST_WARNING_DAYS + 1;
            return Err(invalid("limits.inactivity_days", &format!("must be from {least} to 3650")));
        }
        for (key, value, most) in counts {
            if value == 0 || value > most {
                return Err(invalid(key, &format!("must be from 1 to {most}")));
            }
        }
        if self.security.replace_initial_password_days > 3650 {
            return Err(invalid("security.replace_initial_password_days", "must be from 0 to 3650"));
        }
        if limits.message_bytes == 0 || limits.message_bytes > most::MESSAGE_BYTES {
            return Err(invalid(
                "limits.message_bytes",
                &format!("must be from 1 to {}", most::MESSAGE_BYTES),
            ));
        }
        if limits.storage_bytes < limits.message_bytes {
            return Err(invalid("limits.storage_bytes", "must be at least `limits.message_bytes`"));
        }
        Ok(())
    }
}

fn most_of(limit: usize) -> u32 {
    u32::try_from(limit).unwrap_or(u32::MAX)
}

fn invalid(key: &'static str, problem: &str) -> ConfigError {
    ConfigError::Invalid { key, problem: problem.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(toml: &str) -> Result<Config, String> {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("c.toml");
        std::fs::write(&file, toml).unwrap();
        Config::read(Some(&file), Figment::new(), &Flags::default()).map_err(|error| error.to_string())
    }

    #[test]
    fn flags_win_over_the_file_and_the_file_over_defaults() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("c.toml");
        std::fs::write(&file, "listen = \"127.0.0.1:1\"\ndata_dir = \"x\"\nlimits.retention_days = 7")
            .unwrap();
        let flags = Flags { data_dir: Some("y".into()), ..Flags::default() };
        let config = Config::read(Some(&file), Figment::new(), &flags).unwrap();
        assert_eq!(config.listen.port(), 1);
        assert_eq!(config.data_dir, PathBuf::from("y"));
        assert_eq!(config.limits.retention_days, 7);
        assert_eq!(config.limits.inactivity_days, 365);
    }

    #[test]
    #[expect(clippy::result_large_err, reason = "figment's own error")]
    fn the_environment_wins_over_the_file() {
        figment::Jail::expect_with(|jail| {
            jail.create_file("c.toml", "limits.recipients = 5\nmail.smtp.port = 1")?;
            jail.set_env("KBS__MAIL__SMTP__PORT", "587");
            jail.set_env("KBS__SESSIONS__IDLE_MINUTES", "3");
            jail.set_env("KBS__SECURITY__SECOND_FACTOR_REQUIRED", "[]");
            let config = Config::load(Some(Path::new("c.toml")), &Flags::default()).unwrap();
            assert_eq!(config.mail.smtp.port, 587);
            assert_eq!(config.sessions.idle_minutes, 3);
            assert_eq!(config.limits.recipients, 5);
            assert!(config.security.second_factor_required.is_empty());
            Ok(())
        });
    }

    #[test]
    fn a_refusal_names_the_key() {
        let refused = [
            ("limits.recipients = 0", "limits.recipients"),
            ("limits.recipients = 101", "limits.recipients"),
            ("limits.message_bytes = 20971521", "limits.message_bytes"),
            ("limits.storage_bytes = 5", "limits.storage_bytes"),
            ("sessions.idle_minutes = 0", "sessions.idle_minutes"),
            ("sessions.longest_hours = 0", "sessions.longest_hours"),
            ("sessions.per_account = 0", "sessions.per_account"),
            ("limits.uploads_under_way = 0", "limits.uploads_under_way"),
            ("limits.inactivity_days = 30", "limits.inactivity_days"),
            ("security.second_factor_required = [\"boss\"]", "security.second_factor_required"),
            ("security.replace_initial_password_days = 9999", "security.replace_initial_password_days"),
            ("security.contact = \"http://portal.example\"", "security.contact"),
            ("public_url = \"http://portal.example\"", "public_url"),
            ("public_url = \"https://portal.example/x\"", "public_url"),
            ("mail.from = \"nobody\"", "mail.from"),
            ("mail.transport = \"pigeon\"", "mail.transport"),
            ("mail.smtp.username = \"u\"", "mail.smtp.username"),
            ("mail.smtp = { host = \"mx.example\", username = \"u\", password = \"p\" }", "mail.smtp.tls"),
            ("retention = 5", "retention"),
            ("tls.certificate = \"c.pem\"", "tls.certificate"),
            ("tls = { certificate = \"c\", key = \"k\" }\npublic_url = \"http://localhost\"", "public_url"),
            ("public_url = \"http://localhost\"\n[tls]\nchain = \"c.pem\"", "chain"),
            ("proxy.trusted = [\"10.0.0.0/33\"]", "proxy.trusted"),
            ("proxy.trusted = [\"proxy.example\"]", "proxy.trusted"),
            ("auditors.token_sha256 = \"secret\"", "auditors.token_sha256"),
            ("timeouts.header_seconds = 0", "timeouts.header_seconds"),
            ("timeouts.request_seconds = 99999", "timeouts.request_seconds"),
            ("limits.connections = 0", "limits.connections"),
            ("limits.retention_days = \"many\"", "limits.retention_days"),
        ];
        for (toml, key) in refused {
            let error = load(toml).err().unwrap_or_default();
            assert!(error.contains(key), "{toml}: {error}");
        }
    }

    #[test]
    fn the_public_url_follows_the_port() {
        let here = SocketAddr::from(([127, 0, 0, 1], 4711));
        assert_eq!(load("").unwrap().public_url(here), "http://localhost:4711");
        let own = load("tls = { certificate = \"c\", key = \"k\" }").unwrap();
        assert_eq!(own.public_url(here), "https://localhost:4711");
        let set = load("public_url = \"https://portal.example\"").unwrap();
        assert_eq!(set.public_url(here), "https://portal.example");
    }
}
