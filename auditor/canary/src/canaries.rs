//! What is written, by a member of staff and by a partner whom they invite: every sort of confidential thing once, each a
//! random text that occurs nowhere else.

use crate::remote::Remote;
use crate::scan::{Needle, noise};
use anyhow::{Context as _, Result, ensure};
use auditor::http::Server;
use client_sdk::wire::MessageId;
use client_sdk::wire::api::{Folder, Language, Role};
use client_sdk::{Draft, Error, Invitee, Portal, Session};
use getrandom::SysRng;
use getrandom::rand_core::TryRng as _;
use std::ops::ControlFlow;

const FILE_BYTES: usize = 200_000;
/// Of ciphertext, by which the parts are found.
const CIPHERTEXT_BYTES: u64 = 48;
/// Neither 0 and o nor 1 and l.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
const WORD_CHARS: usize = 16;

/// What to look for, and what must be found.
pub struct Sung {
    /// Nowhere.
    pub needles: Vec<Needle>,
    /// In the store and in mails, since the server must know it.
    pub address: Needle,
    /// In the parts.
    pub ciphertext: Needle,
    /// In the log.
    pub request_id: Option<Needle>,
}

/// Who writes.
pub struct Staff<'a> {
    /// Of an account without a second factor.
    pub address: &'a str,
    /// Its password.
    pub password: &'a str,
}

/// A random word.
///
/// # Errors
/// If the system gives no randomness.
pub fn word() -> Result<String> {
    let mut bytes = [0; WORD_CHARS];
    SysRng.try_fill_bytes(&mut bytes)?;
    let letter = |byte: &u8| LETTERS.get(usize::from(byte % 32)).copied().map_or('a', char::from);
    Ok(bytes.iter().map(letter).collect())
}

async fn portal(url: &str) -> Result<Portal<Remote>> {
    Portal::connect(Remote::new(Server::at(url)?)).await.map_err(told("The portal does not answer"))
}

fn told(what: &'static str) -> impl Fn(Error) -> anyhow::Error {
    move |error| anyhow::anyhow!("{what}: {error}")
}

/// Invites a partner, and lets both write.
///
/// # Errors
/// If the portal does not let them.
pub async fn sing(url: &str, staff: &Staff<'_>, partner: &str) -> Result<Sung> {
    let mut needles = Needles::default();
    let writer = portal(url).await?.sign_in(staff.address, staff.password).await;
    let writer = writer.map_err(told("The member of staff cannot sign in"))?;
    let invitee =
        Invitee { address: partner, role: Role::Partner, name: None, unit: None, language: Language::De };
    let invited = writer.invite(&invitee).await.map_err(told("The partner cannot be invited"))?;
    needles.add("initial password", &invited.initial_password);
    needles.add("initial password without hyphens", &invited.initial_password.replace('-', ""));
    let reader = portal(url).await?.sign_in(partner, &invited.initial_password).await;
    let reader = reader.map_err(told("The partner cannot sign in"))?;
    let password = format!("Kanarie-{}-7", word()?);
    needles.add("password", &password);
    reader.set_password(&password).await.map_err(told("No own password"))?;
    let code = reader.make_recovery_code();
    needles.add("recovery code", &code);
    needles.add("recovery code without hyphens", &code.replace('-', ""));
    reader.set_recovery_code(&code, &code).await.map_err(told("No recovery code"))?;

    let message = write(&writer, partner, "staff", &mut needles).await?;
    let ciphertext = read(&reader, message, &mut needles).await?;
    write(&reader, staff.address, "partner", &mut needles).await?;
    let note = needles.word("note on a contact")?;
    let kept = reader.keep_contact(staff.address, &note, &format!("Notiz {note}")).await;
    kept.map_err(told("No note on a contact"))?;
    reader.new_draft();
    let draft = Draft {
        subject: needles.word("subject of a draft")?,
        text: needles.word("text of a draft")?,
        ..Draft::default()
    };
    reader.save_draft(&draft).await.map_err(told("No draft"))?;
    let id = reader.api().platform().request_id();
    Ok(Sung {
        needles: needles.0,
        address: Needle::text("address", partner),
        ciphertext,
        request_id: id.map(|id| Needle::text("number of a request", &id)),
    })
}

async fn write(from: &Session<Remote>, to: &str, who: &str, needles: &mut Needles) -> Result<MessageId> {
    let file_name = format!("{}.pdf", needles.word(&format!("file name by {who}"))?);
    // Half of it would shrink, if somebody compressed it.
    let text = needles.word(&format!("text in a file by {who}"))?;
    let file = [noise_now()?, format!("{text} ").repeat(FILE_BYTES / 2 / text.len()).into_bytes()].concat();
    needles.0.extend(Needle::windows(&format!("file by {who}"), &file));
    let attached = (file_name, String::new(), file);
    let attached = from.attach(&attached, 0, |_, _| ControlFlow::Continue(())).await;
    let draft = Draft {
        to: vec![to.to_owned()],
        subject: format!("Betreff {}", needles.word(&format!("subject by {who}"))?),
        text: format!("Guten Tag,\n\n{}\n", needles.word(&format!("text by {who}"))?),
        attachments: vec![attached.map_err(told("Nothing can be attached"))?],
        in_reply_to: None,
        on_behalf_of: None,
        lacking: Vec::new(),
    };
    let sent = from.send(&draft).await.map_err(told("Nothing can be sent"))?;
    sent.messages.first().copied().context("Nothing was sent.")
}

fn noise_now() -> Result<Vec<u8>> {
    let mut seed = [0; 8];
    SysRng.try_fill_bytes(&mut seed)?;
    Ok(noise(u64::from_be_bytes(seed), FILE_BYTES / 2))
}

/// Opens, saves and searches, and answers some ciphertext of the attachment as the server gives it.
async fn read(by: &Session<Remote>, message: MessageId, needles: &mut Needles) -> Result<Needle> {
    let inbox = by.list(Folder::Inbox, None).await.map_err(told("The inbox cannot be read"))?;
    ensure!(inbox.rows.iter().any(|row| row.message == message), "The message has not arrived.");
    let view = by.open(message).await.map_err(told("The message cannot be opened"))?;
    let file = view.attachments.first().context("The message has no attachment.")?;
    let saved = by.save_attachment(message, file.part, |_, _| ControlFlow::Continue(())).await;
    saved.map_err(told("The attachment cannot be saved"))?;
    by.index_mailbox(|_| ControlFlow::Continue(())).await.map_err(told("The mailbox cannot be searched"))?;
    let searched = view.text.split_whitespace().last().unwrap_or_default().to_owned();
    ensure!(by.search(&searched, 10).count == 1, "The search does not find the message.");
    by.search(&needles.word("search word that finds nothing")?, 10);
    let path = format!("/messages/{message}/parts/{}", file.part);
    let bytes = by.api().get_range(&path, 0, CIPHERTEXT_BYTES - 1).await;
    Ok(Needle { name: "ciphertext".into(), bytes: bytes.map_err(told("The part cannot be read"))? })
}

#[derive(Default)]
struct Needles(Vec<Needle>);

impl Needles {
    fn add(&mut self, name: &str, text: &str) {
        self.0.push(Needle::text(name, text));
    }

    fn word(&mut self, name: &str) -> Result<String> {
        let word = word()?;
        self.add(name, &word);
        Ok(word)
    }
}
