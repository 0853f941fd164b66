//! How mails leave: to a mail server, or as `.eml` into a directory.

use crate::config::{MailConfig, MailTransport, SmtpTls};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::path::{Path, PathBuf};
use std::time::Duration;

const SMTP_TIMEOUT: Duration = Duration::from_secs(30);

/// How mails leave.
pub(super) enum Transport {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    File(PathBuf),
}

/// A mail did not leave.
#[derive(Debug)]
pub(super) struct Failure {
    /// Whether it is worth another try; otherwise this address is refused for good.
    pub(super) again: bool,
    /// In words, for the log.
    pub(super) reason: String,
    /// What the mail server answered.
    pub(super) code: Option<u16>,
}

/// The configured way cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// TLS.
    #[error("`mail.smtp.host`: {0}")]
    Smtp(#[from] lettre::transport::smtp::Error),
    /// The directory.
    #[error("`mail.dir`: {0}")]
    Directory(#[from] std::io::Error),
}

impl Transport {
    pub(super) fn of(config: &MailConfig) -> Result<Self, TransportError> {
        if config.transport == MailTransport::File {
            std::fs::create_dir_all(&config.dir)?;
            return Ok(Self::File(config.dir.clone()));
        }
        let smtp = &config.smtp;
        let parameters = || TlsParameters::new(smtp.host.clone());
        let tls = match smtp.tls {
            SmtpTls::None => Tls::None,
            SmtpTls::Starttls => Tls::Required(parameters()?),
            SmtpTls::Tls => Tls::Wrapper(parameters()?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&smtp.host)
            .port(smtp.port)
            .tls(tls)
            .timeout(Some(SMTP_TIMEOUT));
        if let (Some(username), Some(password)) = (&smtp.username, &smtp.password) {
            builder = builder.credentials(Credentials::new(username.clone(), password.clone()));
        }
        Ok(Self::Smtp(builder.build()))
    }

    /// Sends. A file is named after the mail, so that a second try replaces it.
    pub(super) async fn send(&self, message: &Message, name: &str) -> Result<(), Failure> {
        match self {
            Self::Smtp(smtp) => smtp.send(message.clone()).await.map(|_| ()).map_err(|error| judge(&error)),
            Self::File(dir) => write(dir, name, &message.formatted()).await.map_err(|error| Failure {
                again: true,
                reason: error.to_string(),
                code: None,
            }),
        }
    }
}

/// A server that wants another password from us (53x) says nothing about the reader's address.
fn judge(error: &lettre::transport::smtp::Error) -> Failure {
    let about_us = error.status().is_some_and(|code| u16::from(code) / 10 == 53);
    let text = match error.status() {
        Some(code) => format!("the mail server answered {code}"),
        None if error.is_client() => "the mail server cannot take this address".into(),
        None => "the mail server cannot be reached".into(),
    };
    let never = (error.is_permanent() && !about_us) || (error.is_client() && !error.is_tls());
    Failure { again: !never, reason: text, code: error.status().map(u16::from) }
}

async fn write(dir: &Path, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    let beside = dir.join(format!("{name}.new"));
    tokio::fs::write(&beside, bytes).await?;
    tokio::fs::rename(beside, dir.join(format!("{name}.eml"))).await
}
