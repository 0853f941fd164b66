//! Request and response bodies of `/api/v1`, JSON with base64url for bytes. Times are milliseconds since
//! 1970 UTC and end in `_ms`. An address in a request is text as a person typed it.
//!
//! | request | body → answer |
//! | --- | --- |
//! | `GET /status` | → [`PortalStatus`] |
//! | `POST /setup/start` | [`SetupStart`] → [`RegistrationAnswer`] |
//! | `POST /setup/finish` | [`SetupFinish`] → 204 |
//! | `POST /sign-in/start` | [`SignInStart`] → [`SignInStarted`] |
//! | `POST /sign-in/finish` | [`SignInFinish`] → [`SignInFinished`], with a session the cookie |
//! | `POST /sign-in/second-factor` | [`SecondFactorFinish`] → [`SignedIn`] and the cookie |
//! | `GET /session` | → [`Resumed`] |
//! | `DELETE /session` | → 204 |
//! | `PUT /session/resume-key` | [`ResumeKey`] → 204 |
//! | `POST /session/alive` | → 204; somebody is there |
//! | `GET /sessions` | → [`SessionList`] |
//! | `DELETE /sessions` | → 204; all but the caller's end |
//! | `DELETE /sessions/{session}` | → 204 |
//! | `GET /account/second-factor` | → [`SecondFactorState`] |
//! | `PUT /account/second-factor` | [`EnrolSecondFactor`] → [`BackupCodes`] |
//! | `DELETE /account/second-factor` | → 204 |
//! | `POST /account/second-factor/backup-codes` | → [`BackupCodes`] |
//! | `POST /accounts/{account}/require-password-change` | → 204; administrators |
//! | `POST /accounts/{account}/second-factor/reset` | → 204; administrators |
//! | `POST /account/password/start` | [`RegistrationStart`] → [`RegistrationAnswer`] |
//! | `POST /account/rotate` | [`Rotate`] → 204 |
//! | `PUT /account/bundle` | [`ReplaceBundle`] → 204 |
//! | `PUT /account/preferences` | [`Preferences`] → 204 |
//! | `GET /admin/outbox` | → [`MailQueue`] |
//! | `POST /directory/chains` | [`ChainsWanted`] → [`Chains`] |
//! | `GET /contacts` | → [`ContactList`] |
//! | `POST /invitations/start` | [`InvitationStart`] → [`RegistrationAnswer`] |
//! | `POST /invitations/finish` | [`InvitationFinish`] → 204 |
//! | `GET /invitations` | → [`InvitationList`] |
//! | `POST /uploads` | → [`UploadOpened`] |
//! | `GET /uploads/{upload}` | → [`UploadState`] |
//! | `DELETE /uploads/{upload}` | → 204 |
//! | `PUT /uploads/{upload}/parts/{part}?offset=N` | bytes, at most 1 MiB → [`PartReceived`] |
//! | `POST /uploads/{upload}/commit` | [`Commit`] → [`Committed`] |
//! | `GET /messages?folder=F&before=C&limit=N` | → [`MessagePage`], newest first |
//! | `GET /messages/{message}` | → [`MessageEntry`] |
//! | `POST /messages/{message}/opened` | → 204 |
//! | `GET /messages/{message}/parts/{part}` | → bytes; `Range: bytes=A-B` is honoured |
//! | proofs of the key directory, its log, witnesses | see `api/directory.rs` |
//! | drafts, bin, delivery state, storage used, mailbox keys | see `api/mailbox.rs` |
//! | `GET /events` | → server-sent events, `data:` is an [`Event`] |
//! | `GET /account/settings` | → [`SettingsState`] |
//! | `PUT /account/settings` | [`ReplaceSettings`] → 204 |
//!
//! The table goes on in each area's own module, in the folder `api`.
//!
//! Every request that changes something carries the header `Origin` of the portal or, from tools that
//! are no browser, none.

use super::ids::{AccountId, B64, DeploymentId, DraftId, MessageId, PartId, SignInId, UploadId};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

pub use crate::certificate::Role;

macro_rules! bodies {
    ($($(#[$doc:meta])* pub struct $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
            #[serde(deny_unknown_fields)]
            #[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
            pub struct $name { $($(#[$field_doc])* pub $field: $type,)* }
        )*
    };
}

mod admin;
mod directory;
mod mailbox;
mod recovery;
mod security;
mod upkeep;

pub use admin::{
    AdministratorShare, Depute, EndedAccount, GiveRootShare, MoveAccount, NameDeputies, PeoplePage,
    PersonEntry, RemoveAdministrator, Resign, Resignations, RestoreAdministratorFinish,
    RestoreAdministratorStarted, Revoke, RootShareState, RuleLimits, Rules, SecurityEventEntry,
    SecurityEventPage, Texts,
};
pub use directory::{
    CheckpointState, Consistency, Cosign, Cosigned, EntryPage, EpochEntry, EpochPage, Histories,
    HistoriesWanted, KnownVersion, NewPolicy, Proved, ProvedWanted, RemovedEntry, SubjectHistory,
    WantedHistory, WitnessState, WitnessStates,
};
pub use mailbox::*;
pub use recovery::*;
pub use security::{
    BackupCodes, Duty, EnrolSecondFactor, SecondFactorFinish, SecondFactorState, SecondFactorWanted,
    SessionEntry, SessionList, SignInFinished,
};
pub use upkeep::*;

/// The two languages of the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub enum Language {
    /// German, the first one.
    #[default]
    #[n(0)]
    De,
    /// English.
    #[n(1)]
    En,
}

/// What opens a bundle key. The number is part of a wrap's AAD.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub enum WrapKind {
    /// The key from the password.
    #[n(0)]
    Password,
    /// The recovery code's key pair.
    #[n(1)]
    Recovery,
    /// A session's resume key; never stored on the server.
    #[n(2)]
    Resume,
}

/// Where a message stands for one of its holders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub enum Folder {
    /// Received.
    #[n(0)]
    Inbox,
    /// Sent.
    #[n(1)]
    Sent,
    /// Deleted by its holder, and not yet for good. A message remembers the folder that it comes from.
    #[n(2)]
    Bin,
}

/// What open clients are told at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub enum Event {
    /// A message was delivered.
    Mail {
        /// Which one.
        message: MessageId,
        /// Where.
        folder: Folder,
    },
    /// Messages of a folder went, came back or have a new state.
    Changed {
        /// Where.
        folder: Folder,
    },
    /// Another client of this account has changed the key bundle.
    Keys,
    /// A draft was saved or thrown away.
    Drafts {
        /// Which one.
        draft: DraftId,
        /// The new revision, if it is still there.
        revision: Option<u64>,
    },
    /// Somebody this account invited signed in for the first time, or changed keys.
    Contact {
        /// Who.
        account: AccountId,
    },
    /// Somebody asks for a new password.
    PasswordRequest {
        /// Who.
        account: AccountId,
    },
    /// The session is over.
    SessionEnded,
}

bodies! {
    /// What anybody may know of the portal.
    pub struct PortalStatus {
        /// The installation.
        deployment: DeploymentId,
        /// Whether an organisation exists.
        set_up: bool,
        /// Its name.
        organisation: Option<String>,
        /// Numbers that an administrator can change.
        limits: Limits,
        /// What it says of itself.
        texts: Texts,
        /// Public half of the log key (Ed25519), for the first policy.
        log_key: B64,
        /// Public half of the VRF key (RFC 9381, edwards25519), for the first policy.
        vrf_key: B64,
    }

    /// Numbers that an administrator can change.
    pub struct Limits {
        /// Body and attachments together, before encryption.
        message_bytes: u64,
        /// Attachments of a message.
        attachments: u32,
        /// Recipients of a message, the sender's copy included.
        recipients: u32,
        /// Days from delivery to deletion.
        retention_days: u32,
        /// Days without a sign-in until an account ends.
        inactivity_days: u32,
        /// Days for which a message stays in a bin.
        bin_days: u32,
        /// Minutes without a request until a session ends.
        idle_minutes: u32,
        /// Days for which an unused initial password works.
        initial_password_days: u32,
    }

    /// A sealed key bundle as it lies on the server.
    pub struct StoredBundle {
        /// One more than the one before it; the first is 1.
        revision: u64,
        /// `keys::bundle`.
        sealed: B64,
    }

    /// A bundle key, wrapped.
    pub struct Wrap {
        /// By what.
        kind: WrapKind,
        /// `keys::wrap`.
        sealed: B64,
    }

    /// An account as its maker's browser made it.
    pub struct NewAccount {
        /// Who signs in with it.
        address: String,
        /// Language of mails to it.
        language: Language,
        /// OPAQUE registration record (RFC 9807, RegistrationRecord).
        record: B64,
        /// Revision 1.
        bundle: StoredBundle,
        /// A password wrap at least.
        wraps: Vec<Wrap>,
        /// Signed certificate, version by the address's history.
        certificate: B64,
    }

    /// Begins the set-up.
    pub struct SetupStart {
        /// From the link.
        token: B64,
        /// The administrator's.
        address: String,
        /// OPAQUE RegistrationRequest.
        registration_request: B64,
    }

    /// Ends the set-up: organisation, root, first policy, first administrator, all or nothing.
    pub struct SetupFinish {
        /// From the link.
        token: B64,
        /// Its name.
        organisation: String,
        /// The root's certificate.
        root: B64,
        /// The first policy.
        policy: B64,
        /// The administrator.
        account: NewAccount,
    }

    /// OPAQUE RegistrationRequest for the own account.
    pub struct RegistrationStart {
        /// RFC 9807.
        registration_request: B64,
    }

    /// OPAQUE RegistrationResponse.
    pub struct RegistrationAnswer {
        /// RFC 9807.
        registration_response: B64,
    }

    /// Begins a sign-in.
    pub struct SignInStart {
        /// In any form.
        address: String,
        /// OPAQUE KE1.
        ke1: B64,
    }

    /// The same for known and unknown addresses.
    pub struct SignInStarted {
        /// For the second step, once.
        sign_in: SignInId,
        /// OPAQUE KE2.
        ke2: B64,
    }

    /// Ends a sign-in.
    pub struct SignInFinish {
        /// From the first step.
        sign_in: SignInId,
        /// OPAQUE KE3.
        ke3: B64,
    }

    /// What a session is.
    pub struct SessionInfo {
        /// Whose.
        account: AccountId,
        /// Canonical.
        address: String,
        /// As the certificate says.
        role: Role,
        /// Language of mails.
        language: Language,
        /// Whether the initial password still works.
        initial_password: bool,
        /// Whether keys were ever made by the person's own browser.
        first_sign_in_done: bool,
        /// Whether the sign-in is young enough to replace the password.
        fresh: bool,
        /// Whether reminders are sent by e-mail.
        reminders: bool,
        /// Whether there is a second factor.
        second_factor: bool,
        /// What must be done before anything else.
        duty: Option<Duty>,
        /// From when on the initial password must be replaced.
        initial_password_until_ms: Option<u64>,
    }

    /// After a sign-in.
    pub struct SignedIn {
        /// The session.
        session: SessionInfo,
        /// The bundle.
        bundle: StoredBundle,
        /// The password wrap.
        wrap: Wrap,
    }

    /// After a refresh.
    pub struct Resumed {
        /// The session.
        session: SessionInfo,
        /// The bundle.
        bundle: StoredBundle,
        /// What opens the wrapped bundle key that the tab kept.
        resume_key: Option<B64>,
    }

    /// 32 random bytes, kept with the session, wrapped under a key from its token.
    pub struct ResumeKey {
        /// The key.
        key: B64,
    }

    /// New keys, and perhaps a new password, in one step.
    pub struct Rotate {
        /// The revision that this client has.
        expected_revision: u64,
        /// Certificate with reason *rotated*.
        certificate: B64,
        /// Revision one higher.
        bundle: StoredBundle,
        /// All wraps of the new bundle key.
        wraps: Vec<Wrap>,
        /// OPAQUE record of the new password, if it is replaced; needs a fresh sign-in.
        record: Option<B64>,
    }

    /// A new bundle under the same bundle key.
    pub struct ReplaceBundle {
        /// The revision that this client has.
        expected_revision: u64,
        /// Revision one higher.
        bundle: StoredBundle,
    }

    /// Whose chains.
    pub struct ChainsWanted {
        /// By account.
        accounts: Vec<AccountId>,
        /// By address.
        addresses: Vec<String>,
    }

    /// Every entry needed to follow the chains to the root, in order of entry. Who is unknown, or not
    /// this account's to ask for, is missing.
    pub struct Chains {
        /// Certificates and statements.
        entries: Vec<SequencedEntry>,
        /// All policies, oldest first.
        policies: Vec<B64>,
        /// Deputies of those asked for who ended it themselves, though a certificate still names them. Clients
        /// leave them out; the list can take a reader away, never add one.
        resigned: Vec<Resigned>,
    }

    /// A deputy who ended it.
    pub struct Resigned {
        /// For whom they stood in.
        owner: AccountId,
        /// Who.
        deputy: AccountId,
    }

    /// A certificate or statement with its place in the order of entry.
    pub struct SequencedEntry {
        /// Counted over the whole directory.
        sequence: u64,
        /// Signed.
        entry: B64,
    }

    /// Whom this account may write to and shares mail with.
    pub struct ContactList {
        /// In no order.
        contacts: Vec<Contact>,
    }

    /// One of them. The name is in the certificate.
    pub struct Contact {
        /// Who.
        account: AccountId,
        /// Canonical.
        address: String,
        /// As the certificate says.
        role: Role,
        /// Whether keys were ever made by the person's own browser.
        first_sign_in_done: bool,
    }

    /// Begins an invitation.
    pub struct InvitationStart {
        /// Of the invited.
        address: String,
        /// Staff and partners can be invited.
        role: Role,
        /// OPAQUE RegistrationRequest with the initial password.
        registration_request: B64,
    }

    /// Ends an invitation; the initial e-mail leaves.
    pub struct InvitationFinish {
        /// The mailbox.
        account: NewAccount,
    }

    /// Whom this account invited.
    pub struct InvitationList {
        /// Newest first.
        invitations: Vec<Invitation>,
    }

    /// One of them.
    pub struct Invitation {
        /// Who.
        account: AccountId,
        /// Canonical.
        address: String,
        /// As the certificate says.
        role: Role,
        /// When.
        invited_at_ms: u64,
        /// When their own browser made keys.
        first_sign_in_at_ms: Option<u64>,
        /// When the portal gave up to send them an e-mail; gone as soon as one gets through.
        mail_failed_at_ms: Option<u64>,
        /// When the initial password stops working, as long as nobody has signed in with it.
        initial_password_ends_at_ms: Option<u64>,
    }

    /// An upload under way.
    pub struct UploadOpened {
        /// Its number.
        upload: UploadId,
        /// When it is swept.
        expires_at_ms: u64,
    }

    /// How far an upload is.
    pub struct UploadState {
        /// Its parts so far.
        parts: Vec<PartState>,
    }

    /// How far a part is.
    pub struct PartState {
        /// Which.
        part: PartId,
        /// Bytes of ciphertext that are safe.
        received: u64,
    }

    /// How far a part is now.
    pub struct PartReceived {
        /// Bytes of ciphertext that are safe.
        received: u64,
    }

    /// Makes a message visible, with all its parts or not at all.
    pub struct Commit {
        /// `message::Header`, CBOR.
        header: B64,
        /// Its sealed signature.
        signature: B64,
        /// The draft that is gone with it, unless another device has changed it.
        draft: Option<DraftAt>,
    }

    /// It is visible.
    pub struct Committed {
        /// Which.
        message: MessageId,
        /// When.
        delivered_at_ms: u64,
        /// Until when.
        expires_at_ms: u64,
    }

    /// Some messages of a folder.
    pub struct MessagePage {
        /// Newest first.
        messages: Vec<MessageEntry>,
        /// Where the next page begins.
        next: Option<String>,
    }

    /// A message as one of its holders has it.
    pub struct MessageEntry {
        /// Which.
        message: MessageId,
        /// Where.
        folder: Folder,
        /// When.
        delivered_at_ms: u64,
        /// Until when.
        expires_at_ms: u64,
        /// When this holder opened it first; none while they have not, or marked it as not read.
        opened_at_ms: Option<u64>,
        /// Since when it lies in the holder's bin.
        binned_at_ms: Option<u64>,
        /// When its sender took it back; only the sender has it since.
        recalled_at_ms: Option<u64>,
        /// What became of it, for its sender alone: one for each recipient.
        deliveries: Vec<Delivery>,
        /// Ciphertext of all parts.
        bytes: u64,
        /// `message::Header`, CBOR.
        header: B64,
        /// Its sealed signature.
        signature: B64,
        /// Grants to this holder, and those that show that their granters may grant.
        grants: Vec<GivenGrant>,
    }
}
