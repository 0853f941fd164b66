//! Codes in records: of e-mails and of security events.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// What an e-mail of the outbox says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum MailTemplate {
    /// A mailbox was opened for you.
    #[n(0)]
    Initial,
    /// There is a new message.
    #[n(1)]
    NewMessage,
    /// A message that was never opened is about to expire.
    #[n(70)]
    Reminder = 70,
    /// The account ends in 30 days unless somebody signs in.
    #[n(71)]
    InactiveFirst = 71,
    /// The account ends in 7 days unless somebody signs in.
    #[n(72)]
    InactiveLast = 72,
    /// An administrator took your second factor away.
    #[n(40)]
    SecondFactorReset = 40,
    /// You got a new initial password, and from whom.
    #[n(50)]
    Reset = 50,
    /// Somebody whom you may reset asked for a new password.
    #[n(51)]
    PasswordRequested = 51,
    /// Your mailbox has this address now.
    #[n(90)]
    AddressChanged = 90,
    /// Your mailbox no longer has this address: to the one that it had.
    #[n(91)]
    AddressLeft = 91,
}

/// What a security event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub enum SecurityEventKind {
    /// The portal was set up.
    #[n(0)]
    SetUp,
    /// A set-up link was made.
    #[n(1)]
    SetupLinkMade,
    /// An account was invited.
    #[n(2)]
    Invited,
    /// Somebody signed in.
    #[n(3)]
    SignedIn,
    /// Somebody did not know the password.
    #[n(4)]
    SignInRefused,
    /// Sign-ins were slowed down.
    #[n(5)]
    SignInThrottled,
    /// Keys were made anew by their owner.
    #[n(6)]
    KeysRotated,
    /// A password was replaced by its owner.
    #[n(7)]
    PasswordReplaced,
    /// A mail server refused an address for good.
    #[n(8)]
    MailRefused,
    /// A mail could not be sent for days.
    #[n(9)]
    MailGivenUp,
    /// An account was closed, since nobody had signed in for too long.
    #[n(70)]
    AccountClosed,
    /// An administrator requires a new password.
    #[n(40)]
    PasswordChangeRequired,
    /// Somebody tried an initial password that nobody had used for too long.
    #[n(41)]
    InitialPasswordExpired,
    /// A second factor was set up or replaced by its owner.
    #[n(42)]
    SecondFactorSet,
    /// A second factor was given up by its owner.
    #[n(43)]
    SecondFactorRemoved,
    /// Somebody knew the password and not the code.
    #[n(44)]
    SecondFactorRefused,
    /// An administrator took a second factor away.
    #[n(45)]
    SecondFactorReset,
    /// A backup code was used.
    #[n(46)]
    BackupCodeUsed,
    /// Backup codes were made anew.
    #[n(47)]
    BackupCodesMade,
    /// A recovery code was made.
    #[n(50)]
    RecoveryCodeSet,
    /// An account was recovered with its code.
    #[n(51)]
    Recovered,
    /// Somebody did not know the recovery code.
    #[n(52)]
    RecoveryRefused,
    /// Recoveries or requests for a new password were slowed down.
    #[n(53)]
    RecoveryThrottled,
    /// Somebody asked for a new password; without an account the address was unknown.
    #[n(54)]
    PasswordRequested,
    /// A request for a new password was turned down.
    #[n(55)]
    PasswordRequestDeclined,
    /// An account got new keys and a new initial password.
    #[n(56)]
    Reset,
    /// Sign-ins of an account are refused from now on.
    #[n(90)]
    AccountLocked,
    /// They are not refused any more.
    #[n(91)]
    AccountUnlocked,
    /// An account was ended by an administrator.
    #[n(92)]
    AccountRevoked,
    /// An account goes on at another address.
    #[n(93)]
    AddressChanged,
    /// Other deputies were named.
    #[n(94)]
    DeputiesChanged,
    /// The root's seed was sealed to an administrator.
    #[n(95)]
    RootShared,
    /// Limits or texts were changed.
    #[n(96)]
    RulesChanged,
    /// The root signed another policy.
    #[n(97)]
    PolicyChanged,
    /// Another root took the place of the one before, since an administrator was removed.
    #[n(98)]
    RootRotated,
    /// An administrator was made with the printed copy of the organisation's key, by a link of the operator's.
    #[n(99)]
    AdministratorRestored,
}
