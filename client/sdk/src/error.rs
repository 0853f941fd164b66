//! Why something could not be done.

use crate::platform::TransportError;
use crypto_core::OpenError;
use crypto_core::auth::AuthError;
use crypto_core::certificate::ChainError;
use crypto_core::directory::DirectoryError;
use crypto_core::keys::{BundleError, KeyError, RecoveryKeyError, SettingsError};
use crypto_core::message::{MessageError, SealError};
use crypto_core::printed::PrintedError;
use crypto_core::wire::{AddressError, Problem, ProblemCode};

/// Why something could not be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The server said no.
    #[error("{}", .0.title)]
    Problem(Problem),
    /// The server cannot be reached.
    #[error("offline")]
    Offline,
    /// The server's answer makes no sense.
    #[error("the server's answer makes no sense")]
    Answer,
    /// The server's bundle or wrap is not this account's, or rolled back.
    #[error("key bundle: {0}")]
    Bundle(#[from] BundleError),
    /// The keys of somebody cannot be verified.
    #[error("keys of {address}: {cause}")]
    Keys {
        /// Whose, as far as it is known.
        address: String,
        /// The rule that is broken.
        cause: ChainError,
    },
    /// The key directory is not believed: proofs, log or witnesses.
    #[error("key directory: {0}")]
    Directory(#[from] DirectoryError),
    /// Somebody has no keys that can be written to.
    #[error("no keys for {0}")]
    NoKeys(String),
    /// The message is damaged, forged or not sealed to this account.
    #[error("message: {0}")]
    Message(#[from] MessageError),
    /// The message cannot be sealed.
    #[error("seal: {0}")]
    Seal(SealError),
    /// Over the size rule.
    #[error("{bytes} bytes are more than {limit}")]
    TooLarge {
        /// Text and attachments together.
        bytes: u64,
        /// The rule.
        limit: u64,
    },
    /// Over the number of attachments.
    #[error("more than {0} attachments")]
    TooMany(u32),
    /// A file cannot be read.
    #[error("the file cannot be read")]
    FileUnreadable,
    /// E-mail address or password is wrong, or the server is not who it says.
    #[error("sign-in refused")]
    SignIn,
    /// The password breaks the policy.
    #[error("the password breaks the policy")]
    PasswordPolicy,
    /// The password is too easy to guess.
    #[error("the password is too easy to guess")]
    PasswordWeak,
    /// The password is the one that it is to replace, or has the form of an initial one.
    #[error("the password is not a new one")]
    PasswordSame,
    /// A field that does not fit.
    #[error("a field is missing or malformed")]
    Input,
    /// Not an e-mail address.
    #[error("not an e-mail address")]
    Address,
    /// A subject, a name or a note is over its length.
    #[error("a subject, a name or a note is too long")]
    TooLong,
    /// Not the line of a witness and its key.
    #[error("not the line of a witness")]
    WitnessLine,
    /// The recovery code has a slip in it, or is not the one that was shown.
    #[error("the recovery code is not right")]
    RecoveryCode,
    /// The printed copy has a slip in it, or is not of the organisation's key in force.
    #[error("not the organisation's key")]
    NotTheRoot,
    /// Stopped by the person.
    #[error("cancelled")]
    Cancelled,
    /// One does not stand in, or not any more, for whom one writes.
    #[error("not a deputy")]
    NotDeputy,
    /// A sealed draft or its uploads are gone.
    #[error("the draft cannot be opened")]
    Draft,
    /// The server's settings are not this account's, or rolled back; or there is no room for more.
    #[error("settings: {0}")]
    Settings(#[from] SettingsError),
    /// A draft is too large for the server; attachments do not count.
    #[error("the draft is too large to be saved")]
    DraftTooLarge,
    /// A certificate could not be made.
    #[error("keys: {0}")]
    Making(#[from] KeyError),
}

impl Error {
    /// Whether the server said this.
    pub fn is(&self, code: ProblemCode) -> bool {
        matches!(self, Self::Problem(problem) if problem.code == code)
    }
}

impl From<TransportError> for Error {
    fn from(TransportError: TransportError) -> Self {
        Self::Offline
    }
}

impl From<AddressError> for Error {
    fn from(AddressError: AddressError) -> Self {
        Self::Address
    }
}

impl From<AuthError> for Error {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Refused => Self::SignIn,
            AuthError::Malformed => Self::Answer,
            AuthError::PasswordLength => Self::Input,
        }
    }
}

impl From<PrintedError> for Error {
    fn from(PrintedError: PrintedError) -> Self {
        Self::RecoveryCode
    }
}

impl From<RecoveryKeyError> for Error {
    fn from(RecoveryKeyError: RecoveryKeyError) -> Self {
        Self::Bundle(BundleError::Mismatch)
    }
}

impl From<OpenError> for Error {
    fn from(OpenError: OpenError) -> Self {
        Self::Bundle(BundleError::Open)
    }
}

impl From<SealError> for Error {
    fn from(error: SealError) -> Self {
        match error {
            SealError::TooLarge { bytes, limit } => Self::TooLarge { bytes, limit },
            SealError::Names => Self::TooLong,
            other => Self::Seal(other),
        }
    }
}
