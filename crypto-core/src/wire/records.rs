//! What lies in the server's metadata store: one CBOR map with integer keys for each record.
//!
//! A store key is the byte of the record's [`Kind`] and then the record's own key, whose parts stand one
//! behind the other: identifiers as they are, numbers as eight bytes big-endian (times that are to be read
//! newest first as `u64::MAX − time`), text as UTF-8 at the end.
//!
//! Every field names its [`Class`], and [`RECORDS`] lists them all, so that an auditor can walk over a copy
//! of the data and say of each byte what it is. A field that is added later is an `Option`.

mod codes;
mod nested;

pub use codes::{MailTemplate, SecurityEventKind};
pub use nested::{StoredGrant, StoredLabel, StoredNode, StoredWrap};

use super::api::{Folder, Language};
use super::cbor::{self, CborError};
use super::ids::{AccountId, DeploymentId, DraftId, Fingerprint, MessageId, PartId, SubjectLabel, UploadId};
use crate::certificate::Role;
use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};
use serde::Serialize;

/// What a stored field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// The server knows it and needs it.
    Metadata,
    /// Certificates, statements and policies: keys that are meant to be seen.
    PublicKey,
    /// Lets somebody in, and is stored so that the store alone does not: hashed, wrapped, or OPAQUE's record.
    Credential,
    /// Sealed in a client; the server has no key.
    Ciphertext,
}

/// One kind of record for the auditor.
#[derive(Debug, Clone, Copy)]
pub struct RecordDescription {
    /// The first byte of its store key.
    pub kind: Kind,
    /// The record's name.
    pub name: &'static str,
    /// CBOR key, name and class of each field.
    pub fields: &'static [(u32, &'static str, Class)],
}

/// A record that is stored under a kind.
pub trait Record: Encode<()> + for<'b> Decode<'b, ()> {
    /// The first byte of its store key.
    const KIND: Kind;

    /// The stored bytes.
    fn to_bytes(&self) -> Vec<u8> {
        cbor::encode(self)
    }

    /// Reads stored bytes.
    ///
    /// # Errors
    /// [`CborError`] if they are no such record.
    fn from_bytes(bytes: &[u8]) -> Result<Self, CborError> {
        cbor::decode(bytes, RECORD_BYTES)
    }
}

impl Default for Delivery {
    /// Nothing yet.
    fn default() -> Self {
        Self { opened_ms: None, saved_ms: None }
    }
}

/// No record is longer.
pub const RECORD_BYTES: usize = 4 * 1024 * 1024;

macro_rules! records {
    ($($(#[$doc:meta])* $name:ident = $kind:literal { $($(#[$field_doc:meta])* [$n:literal $class:ident] $field:ident: $type:ty,)* })*) => {
        /// The first byte of a store key.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Kind { $(#[doc = concat!("[`", stringify!($name), "`]")] $name = $kind,)* }

        /// Every kind of record with all its fields.
        pub const RECORDS: &[RecordDescription] = &[$(RecordDescription {
            kind: Kind::$name,
            name: stringify!($name),
            fields: &[$(($n, stringify!($field), Class::$class),)*],
        },)*];

        $(
            $(#[$doc])*
            #[derive(Clone, PartialEq, Encode, Decode)]
            #[cbor(map)]
            pub struct $name { $($(#[$field_doc])* #[doc = concat!("Class: ", stringify!($class), ".")] #[n($n)] pub $field: $type,)* }

            impl Record for $name {
                const KIND: Kind = Kind::$name;
            }
        )*
    };
}

records! {
    /// The installation; its own key is empty.
    Deployment = 1 {
        /// Random, made at the first start.
        [0 Metadata] id: DeploymentId,
        /// Version of the store's layout.
        [1 Metadata] layout: u32,
    }

    /// The organisation, once it is set up; its own key is empty.
    Portal = 2 {
        /// Its name.
        [0 Metadata] organisation: String,
        /// When.
        [1 Metadata] set_up_ms: u64,
    }

    /// The set-up link that is valid now; its own key is empty.
    SetupLink = 3 {
        /// SHA-256 of the token under a label.
        [0 Credential] token_hash: Fingerprint,
        /// When it was printed.
        [1 Metadata] made_ms: u64,
    }

    /// An account, by `AccountId`.
    Account = 4 {
        /// Canonical.
        [0 Metadata] address: String,
        /// As the certificate says.
        [1 Metadata] role: Role,
        /// Of mails to it.
        [2 Metadata] language: Language,
        /// The newest certificate.
        [3 Metadata] certificate: Fingerprint,
        /// Whether that one is provisional.
        [4 Metadata] provisional: bool,
        /// Whether the password is still the one that the inviter's browser made.
        [5 Metadata] initial_password: bool,
        /// When the present password was set.
        [6 Metadata] password_set_ms: u64,
        /// When the account was made.
        [7 Metadata] created_ms: u64,
        /// Who invited it.
        [8 Metadata] invited_by: Option<AccountId>,
        /// When the person's own browser made keys.
        [9 Metadata] first_sign_in_ms: Option<u64>,
        /// The last sign-in.
        [10 Metadata] last_sign_in_ms: Option<u64>,
        /// Whether reminders are wanted by e-mail; as long as nothing was chosen, they are.
        [30 Metadata] reminders: Option<bool>,
        /// Where mails go, if it was written in another form than the canonical one.
        [31 Metadata] mail_address: Option<String>,
    }

    /// Which account an address belongs to, by canonical address.
    AddressIndex = 5 {
        /// The account.
        [0 Metadata] account: AccountId,
    }

    /// What a sign-in is checked against, by `AccountId`.
    Credential = 6 {
        /// OPAQUE registration record (RFC 9807).
        [0 Credential] record: ByteVec,
        /// OPAQUE credential identifier, from the address at registration.
        [1 Credential] credential_id: ByteVec,
    }

    /// The sealed key bundle and the wraps of its key, by `AccountId`.
    Bundle = 7 {
        /// One more at each change.
        [0 Metadata] revision: u64,
        /// `keys::bundle`.
        [1 Ciphertext] sealed: ByteVec,
        /// One of a kind.
        [2 Ciphertext] wraps: Vec<StoredWrap>,
    }

    /// A certificate, statement or policy, by its number in the order of entry.
    Entry = 8 {
        /// Signed, as it came.
        [0 PublicKey] signed: ByteVec,
        /// When it was entered.
        [1 Metadata] entered_ms: u64,
    }

    /// The number of an entry, by `Fingerprint`.
    EntryIndex = 9 {
        /// In the order of entry.
        [0 Metadata] sequence: u64,
    }

    /// The versions of one subject, by `a` and canonical address, `r` (root) or `p` (policy); by `h` and `SubjectLabel`
    /// where the address is forgotten.
    History = 10 {
        /// Numbers of its entries, oldest first.
        [0 Metadata] sequences: Vec<u64>,
    }

    /// The number that the next entry gets; its own key is empty.
    EntryCounter = 11 {
        /// Counted from 1.
        [0 Metadata] next: u64,
    }

    /// A session, by the hash of its token.
    Session = 12 {
        /// Whose.
        [0 Metadata] account: AccountId,
        /// When the person signed in.
        [1 Metadata] signed_in_ms: u64,
        /// The last request, to the minute.
        [2 Metadata] last_seen_ms: u64,
        /// The resume key, wrapped under a key from the token.
        [3 Credential] resume_key: Option<ByteVec>,
    }

    /// The sessions of an account, by `AccountId` and the hash of the token.
    SessionIndex = 13 {
        /// When the person signed in.
        [0 Metadata] signed_in_ms: u64,
    }

    /// An upload under way, by `UploadId`.
    Upload = 14 {
        /// Whose.
        [0 Metadata] account: AccountId,
        /// When it is swept.
        [1 Metadata] expires_ms: u64,
        /// Its parts.
        [2 Metadata] parts: Vec<PartId>,
        /// The drafts that name it; it lives as long as they do.
        [3 Metadata] drafts: Option<Vec<DraftId>>,
    }

    /// How far a part of an upload is, by `UploadId` and `PartId`.
    UploadPart = 15 {
        /// Bytes of ciphertext that are synced.
        [0 Metadata] received: u64,
    }

    /// Uploads under way of an account, by `AccountId` and `UploadId`.
    UploadIndex = 16 {
        /// When it is swept.
        [0 Metadata] expires_ms: u64,
        /// Whether a draft names it.
        [1 Metadata] kept: Option<bool>,
    }

    /// A part that belongs to messages, by `PartId`. Its bytes lie with the blobs.
    Part = 17 {
        /// Where its bytes lie: the upload that brought it.
        [0 Metadata] upload: UploadId,
        /// Of ciphertext.
        [1 Metadata] bytes: u64,
        /// SHA-256 of the ciphertext.
        [2 Metadata] hash: Fingerprint,
        /// The messages that name it; with the last one it goes.
        [3 Metadata] messages: Vec<MessageId>,
        /// Whose storage it counts against; in old records the sender's.
        [4 Metadata] owner: Option<AccountId>,
    }

    /// A message, by `MessageId`.
    Message = 18 {
        /// `message::Header`: who, to whom, sizes, and the sealed content keys.
        [0 Ciphertext] header: ByteVec,
        /// The sealed signature.
        [1 Ciphertext] signature: ByteVec,
        /// Whose.
        [2 Metadata] sender: AccountId,
        /// When it became visible.
        [3 Metadata] delivered_ms: u64,
        /// Until when it is served.
        [4 Metadata] expires_ms: u64,
        /// Ciphertext of all parts.
        [5 Metadata] bytes: u64,
        /// Its parts.
        [6 Metadata] parts: Vec<PartId>,
        /// Who holds it.
        [7 Metadata] holders: Vec<AccountId>,
        /// When its sender took it back from all others.
        [8 Metadata] recalled_ms: Option<u64>,
    }

    /// A message in one mailbox, by `AccountId` and `MessageId`.
    Holding = 19 {
        /// Where.
        [0 Metadata] folder: Folder,
        /// When it became visible.
        [1 Metadata] delivered_ms: u64,
        /// When the holder opened it first; none while they have not, or marked it as not read.
        [2 Metadata] opened_ms: Option<u64>,
        /// Since when it lies in the holder's bin.
        [3 Metadata] binned_ms: Option<u64>,
    }

    /// A folder, newest first, by `AccountId`, folder (`i`, `s`, or `b` for the bin), time and `MessageId`.
    FolderIndex = 20 {
        /// Until when it is served.
        [0 Metadata] expires_ms: u64,
    }

    /// That two accounts share mail, from the side of the first, by `AccountId` and `AccountId`.
    Acquaintance = 21 {
        /// When the other one wrote to the first the last time.
        [0 Metadata] received_ms: Option<u64>,
        /// When the first one wrote to the other the last time.
        [1 Metadata] sent_ms: Option<u64>,
    }

    /// Whom an account invited, newest first, by `AccountId`, time and the invited `AccountId`.
    InvitationIndex = 22 {
        /// When.
        [0 Metadata] invited_ms: u64,
    }

    /// What an account has used of its limits, by `AccountId`.
    Usage = 23 {
        /// Ciphertext that it has sent and that is still kept.
        [0 Metadata] stored_bytes: u64,
        /// Day (since 1970) that the next field counts.
        [1 Metadata] invitations_day: u64,
        /// Invitations on that day.
        [2 Metadata] invitations: u32,
        /// Sealed text of its drafts; nothing for one that has saved none since this is counted.
        [3 Metadata] draft_bytes: Option<u64>,
    }

    /// Somebody whom every colleague may write to (staff, administrators), by `AccountId`.
    Colleague = 26 {
        /// Since when.
        [0 Metadata] since_ms: u64,
    }

    /// An e-mail of the outbox, by template number (one byte) and `AccountId`: one of a kind waits for an
    /// account. When it has been sent it stays until `due_ms`, so that what happens in between makes one
    /// more mail and not many.
    Mail = 24 {
        /// To whom.
        [0 Metadata] address: String,
        /// In which language.
        [1 Metadata] language: Language,
        /// What it says.
        [2 Metadata] template: MailTemplate,
        /// When to try (again); when it has been sent, when to forget it.
        [3 Metadata] due_ms: u64,
        /// Tries so far.
        [4 Metadata] attempts: u32,
        /// When it left.
        [5 Metadata] sent_ms: Option<u64>,
        /// Whether another reason came after it left.
        [6 Metadata] again: bool,
        /// When its reason came.
        [7 Metadata] created_ms: u64,
    }

    /// Sealed settings, by `AccountId`.
    Settings = 80 {
        /// One more at each change.
        [0 Metadata] revision: u64,
        /// `keys::settings`.
        [1 Ciphertext] sealed: ByteVec,
    }

    /// An account that is gone, by `AccountId`: who shared mail with it can follow its chain until that mail
    /// has expired.
    Closed = 70 {
        /// Canonical.
        [0 Metadata] address: String,
        /// When.
        [1 Metadata] closed_ms: u64,
        /// Whether its mailbox is empty.
        [2 Metadata] emptied: bool,
    }

    /// Messages in the order in which they expire, by time and `MessageId`.
    ExpiryIndex = 71 {
        /// When it became visible.
        [0 Metadata] delivered_ms: u64,
    }

    /// Up to which expiry readers were reminded; its own key is empty.
    ReminderMark = 72 {
        /// Messages that expire until then were looked at.
        [0 Metadata] until_ms: u64,
    }

    /// That an account was told that it is about to end, by `AccountId`.
    InactivityWarning = 73 {
        /// The sign-in since which it was not used. After a later one this says nothing.
        [0 Metadata] since_ms: u64,
        /// When it was told first.
        [1 Metadata] first_ms: u64,
        /// Whether it was told for the last time.
        [2 Metadata] last: bool,
    }

    /// A mail that did not leave, by `AccountId` and template number, until one reaches the same account.
    MailFailure = 74 {
        /// To whom.
        [0 Metadata] address: String,
        /// What it said.
        [1 Metadata] template: MailTemplate,
        /// When it was given up.
        [2 Metadata] failed_ms: u64,
        /// Whether the mail server refused it for good; otherwise it could not be sent for days.
        [3 Metadata] refused: bool,
        /// What the mail server answered (RFC 5321), if it did.
        [4 Metadata] code: Option<u16>,
    }

    /// A security event, by time and eight random bytes. Only ever added.
    SecurityEvent = 25 {
        /// What happened.
        [0 Metadata] kind: SecurityEventKind,
        /// To which account.
        [1 Metadata] account: Option<AccountId>,
        /// By which other account.
        [2 Metadata] by: Option<AccountId>,
    }

    /// The grants of a message, by `MessageId`: of one granter to one receiver there is one.
    MessageGrants = 50 {
        /// In the order in which they came.
        [0 Ciphertext] grants: Vec<StoredGrant>,
    }

    /// What checks the proofs of a recovery code, by `AccountId`.
    RecoveryKey = 52 {
        /// Public half of the code's signing pair.
        [0 PublicKey] public: ByteVec,
        /// Since when.
        [1 Metadata] since_ms: u64,
    }

    /// That somebody asked for a new password for an account, by `AccountId`.
    PasswordRequest = 53 {
        /// The last time.
        [0 Metadata] requested_ms: u64,
        /// When those who may deal with it were told by e-mail.
        [1 Metadata] announced_ms: Option<u64>,
    }

    /// That an account got new keys from somebody else, by `AccountId`: the last time.
    Reset = 51 {
        /// When.
        [0 Metadata] at_ms: u64,
        /// By whom.
        [1 Metadata] by: AccountId,
    }

    /// That an administrator requires a new password, by `AccountId`. A password set later settles it.
    PasswordDemand = 40 {
        /// When.
        [0 Metadata] since_ms: u64,
        /// Who.
        [1 Metadata] by: AccountId,
    }

    /// A second factor, by `AccountId`.
    SecondFactor = 41 {
        /// TOTP's, sealed under the server's own key.
        [0 Credential] seed: ByteVec,
        /// Since when.
        [1 Metadata] since_ms: u64,
        /// The last 30 seconds whose code was used.
        [2 Metadata] last_step: u64,
        /// HMAC of each backup code that is left.
        [3 Credential] backup_codes: Vec<ByteVec>,
    }

    /// A draft, by `AccountId` and `DraftId`.
    Draft = 60 {
        /// One more at each change.
        [0 Metadata] revision: u64,
        /// Sealed to its writer.
        [1 Ciphertext] sealed: ByteVec,
        /// When it changed last.
        [2 Metadata] changed_ms: u64,
        /// When it is swept.
        [3 Metadata] expires_ms: u64,
        /// Where its attachments lie.
        [4 Metadata] upload: Option<UploadId>,
    }

    /// What a recipient did with a message, for its sender, by `MessageId` and `AccountId`.
    Delivery = 61 {
        /// When it was opened first.
        [0 Metadata] opened_ms: Option<u64>,
        /// When it or an attachment of it was saved first.
        [1 Metadata] saved_ms: Option<u64>,
    }

    /// A message in a bin, by time, `AccountId` and `MessageId`, for the job that empties bins.
    BinIndex = 62 {
        /// When it was put there.
        [0 Metadata] binned_ms: u64,
    }

    /// An account whose sign-ins are refused, by `AccountId`.
    Lock = 90 {
        /// Since when.
        [0 Metadata] since_ms: u64,
        /// By whom.
        [1 Metadata] by: AccountId,
    }

    /// The root's seed on its way to an administrator, by `AccountId`.
    RootShare = 91 {
        /// `keys::RootShare`.
        [0 Ciphertext] share: ByteVec,
        /// When.
        [1 Metadata] given_ms: u64,
    }

    /// What an administrator set while the portal ran; its own key is empty.
    Rules = 92 {
        /// Body and attachments of a message together.
        [0 Metadata] message_bytes: u64,
        /// Ciphertext of an account.
        [1 Metadata] storage_bytes: u64,
        /// Days from delivery to deletion.
        [2 Metadata] retention_days: u32,
        /// Days without a sign-in until an account ends.
        [3 Metadata] inactivity_days: u32,
        /// Days for which an unused initial password works.
        [4 Metadata] initial_password_days: u32,
        /// Invitations by one account in a day.
        [5 Metadata] invitations_per_day: u32,
        /// Help, imprint, data protection, other ways, accessibility, each in German and in English; later ones may be
        /// missing.
        [6 Metadata] texts: Vec<String>,
    }

    /// How far the tree of the key directory is; its own key is AKD's.
    DirectoryTree = 100 {
        /// The newest epoch.
        [0 Metadata] epoch: u64,
        /// Nodes of the tree.
        [1 Metadata] nodes: u64,
    }

    /// A node of that tree, by AKD's key: `0x02`, bits (4 bytes) and bytes (32) of its label.
    DirectoryNode = 101 {
        /// As it is since its last epoch.
        [0 Metadata] latest: StoredNode,
        /// As it was before.
        [1 Metadata] before: Option<StoredNode>,
    }

    /// A version of a subject in that tree, by length (2 bytes) and bytes of the subject's label, and epoch.
    DirectoryVersion = 102 {
        /// SHA-256 of certificate, statement or policy.
        [0 PublicKey] value: ByteVec,
        /// 1 for the first.
        [1 Metadata] version: u64,
        /// Bits of the leaf's label.
        [2 Metadata] bits: u32,
        /// The leaf's label.
        [3 Metadata] leaf: ByteArray<32>,
    }

    /// An epoch of the key directory, by its number.
    Epoch = 103 {
        /// Root of the tree.
        [0 Metadata] root: ByteArray<32>,
        /// The last entry (see [`Entry`]) that is in it.
        [1 Metadata] sequence: u64,
        /// When.
        [2 Metadata] published_ms: u64,
    }

    /// What an epoch left as it was, and what it added, by its number.
    EpochProof = 106 {
        /// `directory::AppendOnly`.
        [0 Metadata] append_only: ByteVec,
    }

    /// A whole subtree of the log over the epochs, by level (1 byte) and number in its level.
    LogNode = 104 {
        /// RFC 9162.
        [0 Metadata] hash: ByteArray<32>,
    }

    /// A witness's signature of a checkpoint, by the log's size and the witness's name.
    Cosignature = 105 {
        /// The line of the signed note.
        [0 Metadata] line: String,
        /// When the witness says that it signed.
        [1 Metadata] at_ms: u64,
    }

    /// A deputy who ended it before a certificate says so, by `AccountId` of the owner and of the deputy.
    Resignation = 93 {
        /// Since when.
        [0 Metadata] since_ms: u64,
    }

    /// The place of an entry that was removed, by its number in the order of entry.
    RemovedEntry = 107 {
        /// Whose history: a hash.
        [0 Metadata] subject: SubjectLabel,
        /// Its number in that.
        [1 Metadata] version: u32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn kinds_and_field_numbers_are_used_once() {
        let kinds: BTreeSet<u8> = RECORDS.iter().map(|record| record.kind as u8).collect();
        assert_eq!(kinds.len(), RECORDS.len());
        for record in RECORDS {
            let numbers: BTreeSet<u32> = record.fields.iter().map(|field| field.0).collect();
            assert_eq!(numbers.len(), record.fields.len(), "{}", record.name);
        }
    }

    #[test]
    fn a_record_is_a_map_with_integer_keys() {
        let record = Session {
            account: AccountId::from_bytes([1; 16]),
            signed_in_ms: 2,
            last_seen_ms: 3,
            resume_key: None,
        };
        let bytes = record.to_bytes();
        let mut expected = vec![0xa3, 0, 0x50];
        expected.extend([1; 16]);
        expected.extend([1, 2, 2, 3]);
        assert_eq!(bytes, expected);
        assert!(Session::from_bytes(&bytes).is_ok_and(|read| read == record));
        assert!(Session::from_bytes(&bytes[..3]).is_err());
    }
}
