//! People: an administrator who set the portal up, staff whom the administrator invited, partners whom
//! staff invited, and strangers. Each has a client of their own, as each has a browser of their own.

use crate::ServerProcess;
use crate::tap::Tap;
use client_sdk::wire::MessageId;
use client_sdk::wire::api::{Folder, Language, Role};
use client_sdk::{Draft, DraftFile, Error, Invitee, MessageView, Portal, Session, SetUpRequest};
use std::ops::ControlFlow;

/// Somebody's session.
pub type Person = Session<Tap>;

/// Own password of everybody in the tests.
pub const PASSWORD: &str = "Korrektes-Pferd-Batterie-7";
/// The administrator.
pub const ADMIN: &str = "admin@kbs.example";
/// A member of staff.
pub const STAFF: &str = "sabine.sommer@kbs.example";
/// Another one.
pub const COLLEAGUE: &str = "klaus.kohl@kbs.example";
/// A partner.
pub const PARTNER: &str = "paula.partner@traeger.example";
/// Another one, of whom the first must not learn.
pub const OTHER_PARTNER: &str = "olaf.anders@verein.example";

/// A portal with its people.
pub struct Cast {
    /// Set it up.
    pub admin: Person,
    /// Invited by the administrator, own password.
    pub staff: Person,
    /// As staff.
    pub colleague: Person,
    /// Invited by staff, own password.
    pub partner: Person,
    /// As partner.
    pub other_partner: Person,
}

/// A client that nobody has signed in with.
///
/// # Panics
/// If there is no server at that address.
pub async fn stranger(url: &str) -> Portal<Tap> {
    Portal::connect(Tap::new(url).expect("a client")).await.expect("a portal")
}

/// Signs in with a client of its own.
///
/// # Errors
/// What the sdk says.
pub async fn sign_in(url: &str, address: &str, password: &str) -> Result<Person, Error> {
    stranger(url).await.sign_in(address, password).await
}

/// Sets a new portal up.
///
/// # Panics
/// If that fails.
pub async fn set_up(
    url: &str,
    link: &str,
    organisation: &str,
    name: &str,
    address: &str,
    password: &str,
) -> Person {
    let (_, token) = link.split_once('#').expect("a set-up link with a token");
    let wanted = SetUpRequest { token, organisation, name, address, password, language: Language::De };
    stranger(url).await.set_up(&wanted).await.expect("set-up").session
}

/// Invites somebody, who signs in for the first time and chooses an own password.
///
/// # Panics
/// If that fails.
pub async fn join(inviter: &Person, invitee: &Invitee<'_>, password: &str) -> Person {
    let invited = inviter.invite(invitee).await.expect("invitation");
    let url = inviter.api().platform().server().to_owned();
    let person = sign_in(&url, invitee.address, &invited.initial_password).await.expect("first sign-in");
    assert!(person.made_own_keys(), "the first sign-in makes own keys");
    person.set_password(password).await.expect("own password");
    person
}

/// An invitation of staff.
pub const fn staff_member<'a>(address: &'a str, name: &'a str) -> Invitee<'a> {
    Invitee { address, role: Role::Staff, name: Some(name), unit: Some("ESF"), language: Language::De }
}

/// An invitation of a partner.
pub const fn partner(address: &str) -> Invitee<'_> {
    Invitee { address, role: Role::Partner, name: None, unit: None, language: Language::De }
}

impl Cast {
    /// Everybody, on a new server.
    ///
    /// # Panics
    /// If that fails.
    pub async fn assemble(server: &ServerProcess) -> Self {
        let link = server.set_up_link().expect("a new server");
        let admin = set_up(&server.url(), link, "Testkasse", "Anna Admin", ADMIN, PASSWORD).await;
        let staff = join(&admin, &staff_member(STAFF, "Sabine Sommer"), PASSWORD).await;
        let colleague = join(&admin, &staff_member(COLLEAGUE, "Klaus Kohl"), PASSWORD).await;
        let partner = join(&staff, &self::partner(PARTNER), PASSWORD).await;
        let other_partner = join(&staff, &self::partner(OTHER_PARTNER), PASSWORD).await;
        Self { admin, staff, colleague, partner, other_partner }
    }
}

/// Attaches a file.
///
/// # Panics
/// If that fails.
pub async fn attach(person: &Person, name: &str, bytes: Vec<u8>) -> DraftFile {
    let file = (name.to_owned(), String::new(), bytes);
    person.attach(&file, 0, |_, _| ControlFlow::Continue(())).await.expect("attachment")
}

/// Writes a message with attachments.
///
/// # Errors
/// What the sdk says.
pub async fn write(
    from: &Person,
    to: &[&str],
    subject: &str,
    text: &str,
    files: &[(&str, &[u8])],
) -> Result<Vec<MessageId>, Error> {
    answer(from, None, to, subject, text, files).await
}

/// As [`write()`], in answer to another message.
///
/// # Errors
/// What the sdk says.
pub async fn answer(
    from: &Person,
    in_reply_to: Option<MessageId>,
    to: &[&str],
    subject: &str,
    text: &str,
    files: &[(&str, &[u8])],
) -> Result<Vec<MessageId>, Error> {
    let mut attachments = Vec::new();
    for (name, bytes) in files {
        attachments.push(attach(from, name, bytes.to_vec()).await);
    }
    let draft = Draft {
        to: to.iter().map(ToString::to_string).collect(),
        subject: subject.into(),
        text: text.into(),
        attachments,
        in_reply_to,
        on_behalf_of: None,
        lacking: Vec::new(),
    };
    let sent = from.send(&draft).await?;
    match sent.unsent {
        None => Ok(sent.messages),
        Some((_, error)) => Err(error),
    }
}

/// Opens the newest message of the inbox with all of its attachments.
///
/// # Errors
/// What the sdk says.
pub async fn read_newest(person: &Person) -> Result<(MessageView, Vec<Vec<u8>>), Error> {
    let page = person.list(Folder::Inbox, None).await?;
    let newest = page.rows.first().expect("a message").message;
    read(person, newest).await
}

/// Opens a message with all of its attachments.
///
/// # Errors
/// What the sdk says.
pub async fn read(person: &Person, message: MessageId) -> Result<(MessageView, Vec<Vec<u8>>), Error> {
    let view = person.open(message).await?;
    let mut files = Vec::new();
    for file in &view.attachments {
        let saved = person.save_attachment(message, file.part, |_, _| ControlFlow::Continue(())).await?;
        files.push(saved.pieces.concat());
    }
    Ok((view, files))
}
