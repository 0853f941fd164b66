//! What can go wrong, as the page hears of it.

use crypto_core::wire::ProblemCode;
use serde::{Deserialize, Serialize};

/// What is wrong with a key directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DirectoryFault {
    /// Older than one that was seen.
    RolledBack,
    /// Another one than was seen, or than the sender of a message saw.
    Split,
    /// Witnesses that the organisation names have not signed it, or too long ago.
    Witnesses,
    /// A proof is wrong or missing, or something newer is hidden.
    Proof,
}

/// What went wrong, for the page to say in the person's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Failure {
    /// The server's word.
    Problem {
        /// Stable.
        code: ProblemCode,
        /// When to try again.
        retry_after_seconds: Option<u64>,
    },
    /// The server cannot be reached.
    Offline,
    /// The answer of the server makes no sense.
    ServerRefused,
    /// What it says to be one's own keys is somebody else's, or older than what was seen.
    BundleRefused,
    /// The keys of a person cannot be verified.
    KeysRefused {
        /// Whose.
        address: String,
    },
    /// Somebody has no keys that can be sealed to.
    NoKeys {
        /// Whose.
        address: String,
    },
    /// The organisation's key is needed, and one does not have it.
    RootNeeded,
    /// The printed copy has a slip in it, or is not of the organisation's key in force.
    NotTheRoot,
    /// The key directory is not believed.
    DirectoryRefused {
        /// What is wrong with it.
        fault: DirectoryFault,
    },
    /// The message is damaged, forged or not sealed to this account.
    MessageRefused,
    /// The sender's keys were reported as stolen.
    SenderStolen,
    /// An attachment is damaged, or not the one that was sent.
    FileRefused,
    /// One does not stand in, or not any more, for whom one writes.
    NotDeputy,
    /// Over the size rule.
    TooLarge {
        /// All of it.
        bytes: u64,
        /// The rule.
        limit: u64,
    },
    /// Over the number of attachments.
    TooMany {
        /// The rule.
        limit: u32,
    },
    /// The browser cannot show the file as an image.
    NoPicture {
        /// The file's.
        name: String,
    },
    /// The browser cannot read the file any more.
    FileUnreadable,
    /// The password breaks the policy.
    PasswordPolicy,
    /// The password is too easy to guess.
    PasswordWeak,
    /// The password by which somebody was to prove once more who they are is wrong.
    PasswordWrong,
    /// The password is the one that it is to replace.
    PasswordSame,
    /// A field is missing or malformed.
    Input,
    /// Not an e-mail address.
    Address,
    /// A subject, a name or a note is too long.
    TooLong,
    /// Not the line of a witness and its key.
    WitnessLine,
    /// The recovery code has a slip in it, or is not the one that was shown.
    RecoveryCode,
    /// Cancelled by the person.
    Cancelled,
    /// The draft or its uploads cannot be opened any more.
    DraftGone,
    /// The draft is too large for the server; it is safe on this device alone.
    DraftTooLarge,
    /// A fault of the client.
    Internal,
}
