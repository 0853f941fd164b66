//! The typed messages between the page and its Web Worker. No crypto in it, no key in any message.
//!
//! On the wire a message is a JavaScript array whose first element is JSON ([`Command`] from the page,
//! [`FromWorker`] from the worker); further elements are the browser's own objects that go with it:
//! a `File` with [`Call::Attach`], a `Blob` with [`Answer::File`].
//!
//! A password goes from its form field into one [`Call`] and is dropped by the page. What the page stores
//! for the worker ([`Answer::Session`]'s `resume`, [`Answer::Draft`]) is sealed.

pub mod admin;
pub mod contacts;
mod failure;
mod line;
pub mod mailbox;
mod people;
pub mod recovery;
pub mod search;
pub mod security;
pub mod take_along;

pub use failure::{DirectoryFault, Failure};
pub use line::one_line;
pub use people::{Contact, Invitation, Person, Reachable, Recipient};

use crypto_core::wire::api::{Duty, Folder, Language, Limits, Role, Texts};
use crypto_core::wire::{AccountId, DraftId, MessageId, PartId};
use serde::{Deserialize, Serialize};

/// From the page.
#[derive(Debug, Serialize, Deserialize)]
pub struct Command {
    /// Comes back with the reply.
    pub id: u32,
    /// What is asked.
    pub call: Call,
}

/// From the worker.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FromWorker {
    /// The module runs and takes commands.
    Ready,
    /// To one command.
    Reply {
        /// The command's.
        id: u32,
        /// What came of it.
        result: Box<Result<Answer, Failure>>,
    },
    /// Without a command.
    Notice(Notice),
}

/// A password on its way from a form field to the worker. Cannot be printed.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub struct Password(pub String);

impl core::fmt::Debug for Password {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Password(..)")
    }
}

/// What a person can do.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    /// First of all. Resumes the session if there is one. → [`Answer::Started`]
    Start {
        /// What `sessionStorage` kept, or another tab gave.
        resume: Option<String>,
        /// The newest bundle revision that this device has seen of each account (`localStorage`).
        seen: Vec<(AccountId, u64)>,
        /// The newest revision of the settings that it has seen of each account.
        seen_settings: Vec<(AccountId, u64)>,
    },
    /// Address book and preferences. → [`Answer::Book`]
    Book(contacts::Call),
    /// Recovery code, forgotten passwords, earlier messages.
    Recovery(recovery::Call),
    /// → [`Answer::Search`]
    Search(search::Call),
    /// → [`Answer::File`] or [`Answer::Taken`]
    TakeAlong(take_along::Call),
    /// Makes organisation, root, policy and administrator, and signs in. → [`Answer::SetUp`]
    SetUp {
        /// From the link's fragment.
        token: String,
        /// Its name.
        organisation: String,
        /// The administrator's name.
        name: String,
        /// E-mail address.
        address: String,
        /// Own password.
        password: Password,
        /// Of mails.
        language: Language,
    },
    /// Makes a new administrator with the printed copy of the organisation's key, and signs in. → [`Answer::Session`]
    RestoreAdministrator {
        /// From the link's fragment.
        token: String,
        /// The printed copy, as typed.
        printed: Password,
        /// The administrator's name.
        name: String,
        /// E-mail address.
        address: String,
        /// Own password.
        password: Password,
        /// Of mails.
        language: Language,
    },
    /// Second factor and sessions. → as it says
    Security(security::Call),
    /// Signs in; makes new keys at the first time. → [`Answer::Session`], or
    /// [`security::Answer::CodeNeeded`]
    SignIn {
        /// E-mail address.
        address: String,
        /// Password.
        password: Password,
    },
    /// Ends the session. → [`Answer::Done`]
    SignOut,
    /// Policy and strength of a password being typed. → [`Answer::Strength`]
    CheckPassword {
        /// So far.
        password: Password,
    },
    /// Replaces the password; the keys rotate. Needs a fresh sign-in. → [`Answer::Session`]
    SetPassword {
        /// The new one.
        password: Password,
    },
    /// Whom one may write to. → [`Answer::Contacts`]
    Contacts,
    /// What an address is, before one writes to it. → [`Answer::Recipient`]
    LookUp {
        /// As typed.
        address: String,
    },
    /// Makes a mailbox for a partner or, by an administrator, for staff. → [`Answer::Invited`]
    Invite {
        /// Of the invited.
        address: String,
        /// Partner or staff.
        role: Role,
        /// Staff's.
        name: Option<String>,
        /// Staff's.
        unit: Option<String>,
        /// Of mails and letter.
        language: Language,
    },
    /// Whom one invited. → [`Answer::Invitations`]
    Invitations,
    /// Seals a file (first object of the message) and uploads it. [`Notice::Progress`] with the same
    /// `ticket`. → [`Answer::Attached`]
    Attach {
        /// Chosen by the page, unique among its running calls.
        ticket: u32,
        /// Bytes of the draft so far: text and other attachments, for the size rule.
        other_bytes: u64,
    },
    /// Stops an [`Call::Attach`] under way. → [`Answer::Done`]
    CancelAttach {
        /// The attachment's.
        ticket: u32,
    },
    /// Takes an attachment off the draft. → [`Answer::Done`]
    Detach {
        /// Which.
        part: PartId,
    },
    /// Seals the draft for the device. → [`Answer::Draft`]
    KeepDraft {
        /// All of it.
        draft: Draft,
    },
    /// Throws the draft that is being written away, with its uploads. → [`Answer::Done`]
    DropDraft,
    /// Drafts, bin, recall and storage. → [`Answer::Mailbox`] or [`Answer::Done`]
    Mailbox(mailbox::Call),
    /// Administration and deputies. → [`Answer::Admin`] or [`Answer::Done`]
    Admin(admin::Call),
    /// Seals and sends; separate messages where there are several partners. → [`Answer::Sent`]
    Send {
        /// All of it. Every recipient has a mailbox.
        draft: Draft,
    },
    /// Messages of a folder, newest first. → [`Answer::Messages`]
    List {
        /// Which.
        folder: Folder,
        /// From the page before.
        before: Option<String>,
    },
    /// A message's conversation, oldest first. → [`Answer::Conversation`]
    Conversation {
        /// Which.
        message: MessageId,
    },
    /// Opens a message; marks it as opened. → [`Answer::Message`]
    Open {
        /// Which.
        message: MessageId,
    },
    /// Fetches and opens an attachment. Progress as with `Attach`. → [`Answer::File`] and a `Blob`
    SaveAttachment {
        /// Of which message.
        message: MessageId,
        /// Which.
        part: PartId,
        /// For progress.
        ticket: u32,
    },
    /// As [`Self::SaveAttachment`], to be looked at on the page.
    ShowAttachment {
        /// Of which message.
        message: MessageId,
        /// Which.
        part: PartId,
        /// For progress.
        ticket: u32,
    },
    /// All attachments as one ZIP. Progress as with `Attach`. → [`Answer::File`] and a `Blob`
    SaveAllAttachments {
        /// Of which message.
        message: MessageId,
        /// For progress.
        ticket: u32,
    },
}

/// What comes of a call.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// Nothing more to say.
    Done,
    /// Of the address book and preferences.
    Book(contacts::Answer),
    /// To [`Call::Recovery`].
    Recovery(recovery::Answer),
    /// Of a search.
    Search(search::Answer),
    /// Messages as a ZIP, with a `Blob` as the message's first object.
    Taken(take_along::Answer),
    /// The worker knows the portal.
    Started {
        /// Of the organisation, if there is one.
        organisation: Option<String>,
        /// Numbers to show.
        limits: Limits,
        /// What the organisation says of itself.
        texts: Box<Texts>,
        /// If one was resumed.
        session: Option<Session>,
    },
    /// The portal is set up, the administrator signed in.
    SetUp {
        /// The root's seed as text to print and lock away; seen once.
        root_copy: String,
        /// Of the administrator.
        session: Session,
    },
    /// Somebody is signed in.
    Session(Session),
    /// Second factor and sessions.
    Security(security::Answer),
    /// Of a password being typed.
    Strength(Strength),
    /// Whom one may write to.
    Contacts(Vec<Contact>),
    /// What an address is.
    Recipient(Recipient),
    /// A mailbox was made.
    Invited {
        /// Canonical.
        address: String,
        /// Seen once, to pass on by phone or letter.
        initial_password: Password,
    },
    /// Whom one invited.
    Invitations(Vec<Invitation>),
    /// A file is sealed and safe on the server.
    Attached(Attachment),
    /// For `localStorage`.
    Draft {
        /// Sealed to oneself.
        sealed: String,
    },
    /// Drafts and storage.
    Mailbox(mailbox::Answer),
    /// Administration and deputies.
    Admin(admin::Answer),
    /// On their way.
    Sent {
        /// One a partner.
        messages: Vec<MessageId>,
        /// Recipients whose message did not leave; the draft goes on with them.
        unsent: Vec<String>,
        /// Why, if there are any.
        failure: Option<Failure>,
    },
    /// Some of a folder.
    Messages {
        /// Newest first.
        rows: Vec<Row>,
        /// For the next page.
        next: Option<String>,
    },
    /// The messages of a thread, oldest first.
    Conversation(Vec<Row>),
    /// One message, verified.
    Message(Box<Message>),
    /// With a `Blob` as the message's first object.
    File {
        /// Safe on every system.
        name: String,
    },
}

/// Without a command.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Notice {
    /// How far a call is.
    Progress {
        /// The call's.
        ticket: u32,
        /// Bytes.
        done: u64,
        /// Bytes.
        total: u64,
    },
    /// Whether the server can tell what is new: said at each change, and again. What happened before it could is not told.
    News {
        /// It can.
        comes: bool,
    },
    /// A message arrived.
    NewMail {
        /// Where.
        folder: Folder,
    },
    /// Messages of a folder went, came back or have a new state.
    Changed {
        /// Where.
        folder: Folder,
    },
    /// A draft was saved or thrown away, here or elsewhere.
    DraftsChanged {
        /// Which.
        draft: DraftId,
        /// Whether it is still there.
        there: bool,
        /// It is open here, and newer there.
        newer: bool,
    },
    /// Keys or first sign-in of somebody changed.
    ContactChanged {
        /// Whose keys or deputies are others than before.
        keys_of: Option<AccountId>,
    },
    /// The bundle key is new: keep this instead.
    Resume {
        /// For `sessionStorage`, wrapped.
        resume: String,
    },
    /// Keep in `localStorage`: an older bundle of this account will be refused.
    Seen {
        /// Whose.
        account: AccountId,
        /// Its bundle's revision.
        revision: u64,
    },
    /// As [`Notice::Seen`], of the settings.
    SettingsSeen {
        /// Whose.
        account: AccountId,
        /// Their revision.
        revision: u64,
    },
    /// How much a search covers by now.
    Searchable(search::Coverage),
    /// The session is over (idle, elsewhere ended, signed out).
    SignedOut,
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// Who.
    pub account: AccountId,
    /// E-mail address.
    pub address: String,
    /// Staff's and administrators'.
    pub name: Option<String>,
    /// What they are.
    pub role: Role,
    /// Of mails.
    pub language: Language,
    /// Whether reminders are sent.
    pub reminders: bool,
    /// The initial password still works: whoever knows it can open the mailbox.
    pub initial_password: bool,
    /// This very sign-in made the first own keys: show the first steps.
    pub first_sign_in: bool,
    /// There is a recovery code.
    pub recovery_code: bool,
    /// There is a second factor.
    pub second_factor: bool,
    /// What must be done before anything else.
    pub duty: Option<Duty>,
    /// From when on the initial password must be replaced.
    pub initial_password_until_ms: Option<u64>,
    /// For `sessionStorage`, wrapped.
    pub resume: String,
}

/// Of a password being typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strength {
    /// 0 (guessed at once) to 4.
    pub score: u8,
    /// At least 8 characters.
    pub long_enough: bool,
    /// Has a digit.
    pub digit: bool,
    /// Has an upper-case letter.
    pub upper_case: bool,
    /// Has a special character.
    pub special: bool,
}

/// Being written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Addresses as typed.
    pub to: Vec<String>,
    /// One line.
    pub subject: String,
    /// Markdown.
    pub text: String,
    /// Sealed and on the server.
    pub attachments: Vec<Attachment>,
    /// The message being answered.
    pub in_reply_to: Option<MessageId>,
    /// In whose name one writes, as their deputy.
    #[serde(default)]
    pub on_behalf_of: Option<AccountId>,
    /// Chosen for it, but not on the server.
    #[serde(default)]
    pub lacking: Vec<LackingFile>,
}

/// A file of a draft that only the page had which wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LackingFile {
    /// As its system called it.
    pub name: String,
    /// True length.
    pub bytes: u64,
}

/// A file of a draft or a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its part.
    pub part: PartId,
    /// As its sender's system called it.
    pub name: String,
    /// As its sender's browser said.
    pub media_type: String,
    /// True length.
    pub bytes: u64,
}

/// A message in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Which.
    pub message: MessageId,
    /// Sender in the inbox, recipients in sent.
    pub people: Vec<Person>,
    /// `Err` if the message cannot be shown, and why.
    pub subject: Result<String, Failure>,
    /// Number of attachments.
    pub attachments: usize,
    /// When.
    pub delivered_at_ms: u64,
    /// Until when.
    pub expires_at_ms: u64,
    /// Not opened yet.
    pub unread: bool,
    /// The folder that it is in, or comes from.
    pub folder: Folder,
    /// Since when it lies in the bin.
    pub binned_at_ms: Option<u64>,
    /// When its sender took it back.
    pub recalled_at_ms: Option<u64>,
    /// What became of it, if one sent it.
    pub deliveries: Vec<mailbox::Delivery>,
    /// In whose name its sender wrote, who was their deputy then.
    pub on_behalf_of: Option<Person>,
    /// For whom one got it, as their deputy.
    pub for_whom: Option<(AccountId, Person)>,
}

/// A verified message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Which.
    pub message: MessageId,
    /// Verified.
    pub from: Person,
    /// Without oneself where one only has the sender's copy.
    pub to: Vec<Person>,
    /// One line.
    pub subject: String,
    /// Markdown.
    pub text: String,
    /// In the sender's order.
    pub attachments: Vec<Attachment>,
    /// As the sender's clock said.
    pub sent_at_ms: u64,
    /// As the server's clock said.
    pub delivered_at_ms: u64,
    /// Until when.
    pub expires_at_ms: u64,
    /// Whether one can answer.
    pub can_answer: bool,
    /// The folder that it is in, or comes from.
    pub folder: Folder,
    /// Since when it lies in the bin.
    pub binned_at_ms: Option<u64>,
    /// When its sender took it back.
    pub recalled_at_ms: Option<u64>,
    /// What became of it, if one sent it.
    pub deliveries: Vec<mailbox::Delivery>,
    /// In whose name its sender wrote, who was their deputy then.
    pub on_behalf_of: Option<Person>,
    /// For whom one got it, as their deputy.
    pub for_whom: Option<(AccountId, Person)>,
    /// What became of the key that signed it, if the account saw the message only afterwards.
    pub former_key: Option<FormerKey>,
}

/// Why a message is signed with a key that is no longer the newest of its sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FormerKey {
    /// The sender renewed it.
    Renewed,
    /// Others issued new keys to the sender.
    Reset,
    /// The sender's access has ended.
    Ended,
}
