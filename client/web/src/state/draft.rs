//! The message being written: recipients as they become known, attachments as they arrive, the size rule.

use client_bridge::{Attachment, Draft, Failure, LackingFile, Reachable, Recipient};
use crypto_core::wire::api::Limits;
use crypto_core::wire::limits::SUBJECT_BYTES;
use crypto_core::wire::{AccountId, MessageId, PartId};
use std::mem::discriminant;

/// What is known of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The worker is asked.
    Checking,
    /// Can be written to.
    Known(Reachable),
    /// Staff can make a mailbox.
    NoMailbox,
    /// Not from this account.
    NotAllowed,
    /// Misspelt.
    NotAnAddress,
    /// Could not be asked.
    Failed(Failure),
}

/// One recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Addressee {
    /// As typed, or canonical once that is known.
    pub(crate) address: String,
    /// What is known.
    pub(crate) standing: Standing,
}

/// How far an attachment is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Progress {
    /// Others are before it.
    Waiting,
    /// Being sealed and uploaded.
    Uploading,
    /// Safe on the server.
    Ready(PartId),
    /// It did not work.
    Failed(Failure),
    /// Only the page had it that this draft was begun in.
    Lacking,
}

/// One attachment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    /// Unique in this page.
    pub(crate) ticket: u32,
    /// As its system calls it.
    pub(crate) name: String,
    /// As the browser says.
    pub(crate) media_type: String,
    /// True length.
    pub(crate) bytes: u64,
    /// How far.
    pub(crate) progress: Progress,
}

/// A file that was not added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused {
    /// As its system calls it.
    pub(crate) name: String,
    /// True length.
    pub(crate) bytes: u64,
}

/// Why a draft cannot be sent yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Obstacle {
    /// Nobody to send to.
    NoRecipient,
    /// An address is being looked up.
    Checking,
    /// What was typed is no address.
    NotAnAddress(String),
    /// An address cannot be written to.
    Recipient(String),
    /// Whether an address can be written to could not be found out.
    Unchecked(String),
    /// An address has no mailbox that could get it, and staff can make one.
    NoMailbox(String),
    /// An attachment is on its way.
    Uploading,
    /// An attachment did not get there.
    Attachment(String),
    /// An attachment is only known by its name.
    Lacking(String),
    /// Neither text nor attachment.
    Empty,
    /// The subject is longer than a message can hold: so many characters of it have room.
    Subject(usize),
    /// Over a limit.
    Limit(Failure),
}

/// All of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct DraftModel {
    /// In the order they were typed.
    pub(crate) to: Vec<Addressee>,
    /// One line.
    pub(crate) subject: String,
    /// Markdown.
    pub(crate) text: String,
    /// In the order they were added.
    pub(crate) attachments: Vec<Item>,
    /// The message being answered.
    pub(crate) in_reply_to: Option<MessageId>,
    /// In whose name one writes, as their deputy.
    pub(crate) on_behalf_of: Option<AccountId>,
}

impl DraftModel {
    /// From what the device kept; `ticket` numbers the attachments. Recipients are looked up again.
    pub(crate) fn open(draft: Draft, mut ticket: impl FnMut() -> u32) -> Self {
        let checking = |address| Addressee { address, standing: Standing::Checking };
        let ready = |it: Attachment| (it.name, it.media_type, it.bytes, Progress::Ready(it.part));
        let lacking = |it: LackingFile| (it.name, String::new(), it.bytes, Progress::Lacking);
        let files = draft.attachments.into_iter().map(ready).chain(draft.lacking.into_iter().map(lacking));
        let mut item = |(name, media_type, bytes, progress)| Item {
            ticket: ticket(),
            name,
            media_type,
            bytes,
            progress,
        };
        Self {
            to: draft.to.into_iter().map(checking).collect(),
            subject: draft.subject,
            text: draft.text,
            attachments: files.map(&mut item).collect(),
            in_reply_to: draft.in_reply_to,
            on_behalf_of: draft.on_behalf_of,
        }
    }

    /// What can be kept and sent: attachments that are safe on the server, and the names of those that are not.
    pub(crate) fn to_wire(&self) -> Draft {
        let safe = |item: &Item| match item.progress {
            Progress::Ready(part) => Some(Attachment {
                part,
                name: item.name.clone(),
                media_type: item.media_type.clone(),
                bytes: item.bytes,
            }),
            _ => None,
        };
        let lacking = |item: &&Item| !matches!(item.progress, Progress::Ready(_));
        let named = |item: &Item| LackingFile { name: item.name.clone(), bytes: item.bytes };
        Draft {
            to: self.to.iter().map(|addressee| addressee.address.clone()).collect(),
            subject: self.subject.clone(),
            text: self.text.clone(),
            attachments: self.attachments.iter().filter_map(safe).collect(),
            in_reply_to: self.in_reply_to,
            on_behalf_of: self.on_behalf_of,
            lacking: self.attachments.iter().filter(lacking).map(named).collect(),
        }
    }

    /// A file that was lacking is chosen once more: it takes that one's place.
    pub(crate) fn bring_again(&mut self, name: &str, bytes: u64) {
        let again =
            |item: &Item| item.progress == Progress::Lacking && item.name == name && item.bytes == bytes;
        if let Some(at) = self.attachments.iter().position(again) {
            self.attachments.remove(at);
        }
    }

    /// Whether there is nothing worth keeping.
    pub(crate) fn is_empty(&self) -> bool {
        self.to.is_empty()
            && self.subject.trim().is_empty()
            && self.text.trim().is_empty()
            && self.attachments.is_empty()
    }

    /// Body and attachments together, before encryption; what is not there and not on its way counts for nothing.
    pub(crate) fn bytes(&self) -> u64 {
        let counts = |item: &&Item| !matches!(item.progress, Progress::Failed(_) | Progress::Lacking);
        let attached: u64 = self.attachments.iter().filter(counts).map(|item| item.bytes).sum();
        self.text.len() as u64 + attached
    }

    /// Bytes of all but one attachment.
    pub(crate) fn bytes_besides(&self, ticket: u32) -> u64 {
        let own = |item: &&Item| item.ticket == ticket && !matches!(item.progress, Progress::Failed(_));
        self.bytes() - self.attachments.iter().find(own).map_or(0, |item| item.bytes)
    }

    /// Whether a file of this size may still be added.
    ///
    /// # Errors
    /// [`Failure::TooLarge`], [`Failure::TooMany`].
    pub(crate) fn admit(&self, bytes: u64, limits: &Limits) -> Result<(), Failure> {
        if self.attachments.len() as u64 >= u64::from(limits.attachments) {
            return Err(Failure::TooMany { limit: limits.attachments });
        }
        within(self.bytes().saturating_add(bytes), limits)
    }

    /// Of files that were refused, those that there is still no room for, and why as the draft is now.
    pub(crate) fn still_refused<'it>(
        &self,
        files: &'it [Refused],
        limits: &Limits,
    ) -> Vec<(&'it Refused, Failure)> {
        files.iter().filter_map(|file| Some((file, self.admit(file.bytes, limits).err()?))).collect()
    }

    /// What was said to be in the way, as it is now; nothing once that is out of the way.
    pub(crate) fn still_in_the_way(&self, said: &Obstacle, limits: &Limits) -> Option<Obstacle> {
        self.obstacle(limits).filter(|now| discriminant(now) == discriminant(said))
    }

    /// Whether a file whose upload did not work may be tried again.
    ///
    /// # Errors
    /// [`Failure::TooLarge`].
    pub(crate) fn readmit(&self, ticket: u32, limits: &Limits) -> Result<(), Failure> {
        let failed = |item: &&Item| item.ticket == ticket && matches!(item.progress, Progress::Failed(_));
        let bytes = self.attachments.iter().find(failed).map_or(0, |item| item.bytes);
        within(self.bytes().saturating_add(bytes), limits)
    }

    /// Adds an address unless it is there already. Tells whether it is new.
    pub(crate) fn add_recipient(&mut self, address: &str) -> bool {
        let address = address.trim();
        let known = |addressee: &Addressee| addressee.address.to_lowercase() == address.to_lowercase();
        if address.is_empty() || self.to.iter().any(known) {
            return false;
        }
        self.to.push(Addressee { address: address.into(), standing: Standing::Checking });
        true
    }

    /// Enters what the worker says of an address. Two spellings of one mailbox become one recipient.
    pub(crate) fn learn(&mut self, typed: &str, answer: Result<Recipient, Failure>) {
        let (address, standing) = match answer {
            Ok(Recipient::Known(it)) => (it.contact.address.clone(), Standing::Known(it)),
            Ok(Recipient::NoMailbox { address }) => (address, Standing::NoMailbox),
            Ok(Recipient::NotAllowed) => (typed.into(), Standing::NotAllowed),
            Ok(Recipient::NotAnAddress) => (typed.into(), Standing::NotAnAddress),
            Err(failure) => (typed.into(), Standing::Failed(failure)),
        };
        if address != typed && self.to.iter().any(|other| other.address == address) {
            self.to.retain(|other| other.address != typed);
        } else if let Some(entry) = self.to.iter_mut().find(|entry| entry.address == typed) {
            *entry = Addressee { address, standing };
        }
    }

    /// The attachment of a ticket.
    pub(crate) fn item_mut(&mut self, ticket: u32) -> Option<&mut Item> {
        self.attachments.iter_mut().find(|item| item.ticket == ticket)
    }

    /// The next attachment to upload, if none is under way.
    pub(crate) fn next_upload(&self) -> Option<u32> {
        if self.under_way().is_some() {
            return None;
        }
        self.attachments.iter().find(|item| item.progress == Progress::Waiting).map(|item| item.ticket)
    }

    /// Addresses that could not be looked up are looked up again: those.
    pub(crate) fn check_again(&mut self) -> Vec<String> {
        let failed = self.to.iter_mut().filter(|it| matches!(it.standing, Standing::Failed(_)));
        failed
            .map(|addressee| {
                addressee.standing = Standing::Checking;
                addressee.address.clone()
            })
            .collect()
    }

    /// Whether a file of it is in this page alone.
    pub(crate) fn lacks_files(&self) -> bool {
        self.here_alone().next().is_some()
    }

    /// Files that are in this page alone.
    pub(crate) fn here_alone(&self) -> impl Iterator<Item = &Item> {
        self.attachments
            .iter()
            .filter(|item| !matches!(item.progress, Progress::Ready(_) | Progress::Lacking))
    }

    /// Whether the server does not have all of its files.
    pub(crate) fn lacks(&self) -> bool {
        self.attachments.iter().any(|item| !matches!(item.progress, Progress::Ready(_)))
    }

    /// Attachments whose way was cut off by the network.
    pub(crate) fn cut_off(&self) -> Vec<u32> {
        let offline = |item: &&Item| item.progress == Progress::Failed(Failure::Offline);
        self.attachments.iter().filter(offline).map(|item| item.ticket).collect()
    }

    /// The attachment that is being uploaded.
    pub(crate) fn under_way(&self) -> Option<u32> {
        self.attachments.iter().find(|item| item.progress == Progress::Uploading).map(|item| item.ticket)
    }

    /// Why it cannot be sent: the first reason in the order of the form. That an address is being looked up comes last,
    /// since it ends by itself.
    pub(crate) fn obstacle(&self, limits: &Limits) -> Option<Obstacle> {
        if self.to.is_empty() {
            return Some(Obstacle::NoRecipient);
        }
        let recipient = self.to.iter().find_map(|addressee| match addressee.standing {
            Standing::Known(_) | Standing::Checking => None,
            Standing::NoMailbox => Some(Obstacle::NoMailbox(addressee.address.clone())),
            Standing::NotAnAddress => Some(Obstacle::NotAnAddress(addressee.address.clone())),
            Standing::Failed(_) => Some(Obstacle::Unchecked(addressee.address.clone())),
            Standing::NotAllowed => Some(Obstacle::Recipient(addressee.address.clone())),
        });
        let attachment = self.attachments.iter().find_map(|item| match item.progress {
            Progress::Ready(_) => None,
            Progress::Failed(_) => Some(Obstacle::Attachment(item.name.clone())),
            Progress::Lacking => Some(Obstacle::Lacking(item.name.clone())),
            Progress::Waiting | Progress::Uploading => Some(Obstacle::Uploading),
        });
        let subject = (self.subject.len() > SUBJECT_BYTES).then(|| {
            let kept = &self.subject[..self.subject.floor_char_boundary(SUBJECT_BYTES)];
            Obstacle::Subject(kept.chars().count())
        });
        let empty = (self.text.trim().is_empty() && self.attachments.is_empty()).then_some(Obstacle::Empty);
        let limit = || within(self.bytes(), limits).err().map(Obstacle::Limit);
        let checking =
            || self.to.iter().any(|it| it.standing == Standing::Checking).then_some(Obstacle::Checking);
        recipient.or(subject).or(attachment).or(empty).or_else(limit).or_else(checking)
    }
}

fn within(bytes: u64, limits: &Limits) -> Result<(), Failure> {
    if bytes > limits.message_bytes {
        return Err(Failure::TooLarge { bytes, limit: limits.message_bytes });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use client_bridge::Contact;
    use crypto_core::wire::api::Role;

    const MIB: u64 = 1024 * 1024;

    fn limits() -> Limits {
        Limits {
            message_bytes: 20 * MIB,
            attachments: 2,
            recipients: 20,
            retention_days: 60,
            inactivity_days: 365,
            bin_days: 7,
            idle_minutes: 15,
            initial_password_days: 30,
        }
    }

    fn contact(address: &str) -> Reachable {
        let contact = Contact {
            account: AccountId::from_bytes([0; AccountId::BYTES]),
            address: address.into(),
            name: None,
            unit: None,
            role: Role::Partner,
            first_sign_in_done: false,
        };
        Reachable { contact, moved: false, stand_ins: Vec::new() }
    }

    fn sendable() -> DraftModel {
        let to = vec![Addressee { address: "a@b.de".into(), standing: Standing::Known(contact("a@b.de")) }];
        DraftModel { to, text: "x".into(), ..DraftModel::default() }
    }

    fn item(ticket: u32, bytes: u64, progress: Progress) -> Item {
        Item { ticket, name: format!("{ticket}.pdf"), media_type: String::new(), bytes, progress }
    }

    #[test]
    fn the_rule_counts_text_and_attachments_and_admits_the_last_byte() {
        let mut draft = DraftModel { text: "ä".into(), ..DraftModel::default() };
        assert_eq!(draft.admit(20 * MIB - 2, &limits()), Ok(()));
        assert_eq!(
            draft.admit(20 * MIB - 1, &limits()),
            Err(Failure::TooLarge { bytes: 20 * MIB + 1, limit: 20 * MIB })
        );
        draft.attachments.push(item(1, 5, Progress::Failed(Failure::Offline)));
        assert_eq!(draft.bytes(), 2);
        draft.attachments.push(item(2, 7, Progress::Waiting));
        assert_eq!((draft.bytes(), draft.bytes_besides(2)), (9, 2));
        assert_eq!(draft.admit(1, &limits()), Err(Failure::TooMany { limit: 2 }));
    }

    #[test]
    fn a_failed_file_counts_again_when_it_is_tried_again() {
        let attachments =
            vec![item(1, 15 * MIB, Progress::Failed(Failure::Offline)), item(2, 6 * MIB, Progress::Waiting)];
        let mut draft = DraftModel { attachments, ..DraftModel::default() };
        assert!(matches!(draft.readmit(1, &limits()), Err(Failure::TooLarge { .. })));
        draft.attachments.pop();
        assert_eq!(draft.readmit(1, &limits()), Ok(()));
    }

    #[test]
    fn a_refusal_follows_the_draft_and_ends_with_its_reason() {
        let mut draft = DraftModel::default();
        let refused = [Refused { name: "b.pdf".into(), bytes: 6 * MIB }];
        draft.attachments.push(item(1, 15 * MIB, Progress::Ready(PartId::from_bytes([7; PartId::BYTES]))));
        let why = |draft: &DraftModel| {
            draft.still_refused(&refused, &limits()).into_iter().next().map(|(_, why)| why)
        };
        assert_eq!(why(&draft), Some(Failure::TooLarge { bytes: 21 * MIB, limit: 20 * MIB }));
        draft.attachments[0].bytes = 16 * MIB;
        assert_eq!(why(&draft), Some(Failure::TooLarge { bytes: 22 * MIB, limit: 20 * MIB }));
        draft.attachments.clear();
        assert_eq!(why(&draft), None);
    }

    #[test]
    fn what_was_said_to_be_in_the_way_is_unsaid_when_it_is_gone() {
        let mut draft = DraftModel::default();
        let said = Obstacle::NoRecipient;
        assert_eq!(draft.still_in_the_way(&said, &limits()), Some(Obstacle::NoRecipient));
        draft.add_recipient("a@b.de");
        assert_eq!(draft.still_in_the_way(&said, &limits()), None);
    }

    #[test]
    fn what_could_not_be_looked_up_is_named_so_and_looked_up_again() {
        let mut draft = sendable();
        draft.add_recipient("b@b.de");
        draft.learn("b@b.de", Err(Failure::Offline));
        assert_eq!(draft.obstacle(&limits()), Some(Obstacle::Unchecked("b@b.de".into())));
        assert_eq!(draft.check_again(), ["b@b.de"]);
        assert_eq!(draft.obstacle(&limits()), Some(Obstacle::Checking));
        assert!(draft.check_again().is_empty());
    }

    #[test]
    fn one_mailbox_is_one_recipient() {
        let mut draft = DraftModel::default();
        assert!(draft.add_recipient(" Ada@Example.org "));
        assert!(!draft.add_recipient("ada@example.org"));
        assert!(!draft.add_recipient("  "));
        draft.learn("Ada@Example.org", Ok(Recipient::Known(contact("ada@example.org"))));
        assert_eq!(draft.to.len(), 1);
        assert!(draft.add_recipient("ada@EXÄMPLE.org"));
        draft.learn("ada@EXÄMPLE.org", Ok(Recipient::Known(contact("ada@example.org"))));
        assert_eq!(draft.to.len(), 1);
        assert_eq!(draft.to[0].address, "ada@example.org");
    }

    #[test]
    fn what_stands_in_the_way_comes_in_the_order_of_the_form() {
        let mut draft = DraftModel::default();
        assert_eq!(draft.obstacle(&limits()), Some(Obstacle::NoRecipient));
        draft.add_recipient("a@b.de");
        draft.learn("a@b.de", Ok(Recipient::NoMailbox { address: "a@b.de".into() }));
        assert_eq!(draft.obstacle(&limits()), Some(Obstacle::NoMailbox("a@b.de".into())));
        draft.learn("a@b.de", Ok(Recipient::Known(contact("a@b.de"))));
        assert_eq!(draft.obstacle(&limits()), Some(Obstacle::Empty));
        draft.attachments.push(item(1, 1, Progress::Waiting));
        assert_eq!(draft.obstacle(&limits()), Some(Obstacle::Uploading));
        draft.attachments[0].progress = Progress::Failed(Failure::Offline);
        assert_eq!(draft.obstacle(&limits()), Some(Obstacle::Attachment("1.pdf".into())));
        draft.to[0].standing = Standing::NotAnAddress;
        assert_eq!(draft.obstacle(&limits()), Some(Obstacle::NotAnAddress("a@b.de".into())));
        draft.to[0].standing = Standing::NotAllowed;
        assert_eq!(draft.obstacle(&limits()), Some(Obstacle::Recipient("a@b.de".into())));
        draft.learn("a@b.de", Ok(Recipient::Known(contact("a@b.de"))));
        draft.attachments.clear();
        draft.text = "x".repeat(usize::try_from(20 * MIB + 1).unwrap());
        assert!(matches!(draft.obstacle(&limits()), Some(Obstacle::Limit(Failure::TooLarge { .. }))));
        draft.text = "x".into();
        assert_eq!(draft.obstacle(&limits()), None);
    }

    #[test]
    fn what_ends_by_itself_is_in_the_way_when_nothing_else_is() {
        let mut draft = DraftModel::default();
        draft.add_recipient("a@b.de");
        draft.add_recipient("c@d.de");
        assert_eq!(draft.obstacle(&limits()), Some(Obstacle::Empty));
        draft.text = "x".into();
        assert_eq!(draft.obstacle(&limits()), Some(Obstacle::Checking));
        draft.learn("c@d.de", Ok(Recipient::NotAllowed));
        assert_eq!(draft.obstacle(&limits()), Some(Obstacle::Recipient("c@d.de".into())));
        draft.learn("c@d.de", Ok(Recipient::Known(contact("c@d.de"))));
        assert_eq!(draft.obstacle(&limits()), Some(Obstacle::Checking));
        draft.learn("a@b.de", Ok(Recipient::Known(contact("a@b.de"))));
        assert_eq!(draft.obstacle(&limits()), None);
    }

    #[test]
    fn uploads_go_one_after_the_other() {
        let attachments = vec![item(1, 1, Progress::Waiting), item(2, 1, Progress::Waiting)];
        let mut draft = DraftModel { attachments, ..DraftModel::default() };
        assert_eq!(draft.next_upload(), Some(1));
        draft.item_mut(1).unwrap().progress = Progress::Uploading;
        assert_eq!(draft.next_upload(), None);
        draft.item_mut(1).unwrap().progress = Progress::Failed(Failure::Cancelled);
        assert_eq!(draft.next_upload(), Some(2));
    }

    #[test]
    fn a_draft_survives_the_device_with_its_attachments_and_what_became_of_them() {
        let part = PartId::from_bytes([7; PartId::BYTES]);
        let mut draft = DraftModel { subject: "s".into(), text: "t".into(), ..DraftModel::default() };
        draft.add_recipient("a@b.de");
        draft.attachments = vec![item(1, 3, Progress::Ready(part)), item(2, 4, Progress::Uploading)];
        let mut next = 6;
        let opened = DraftModel::open(draft.to_wire(), || {
            next += 1;
            next
        });
        let arrived = Item { ticket: 7, ..item(1, 3, Progress::Ready(part)) };
        let lacking = Item { ticket: 8, ..item(2, 4, Progress::Lacking) };
        assert_eq!(opened.attachments, vec![arrived, lacking]);
        assert_eq!((opened.subject.as_str(), opened.text.as_str()), ("s", "t"));
        assert_eq!(opened.to[0].standing, Standing::Checking);
    }

    #[test]
    fn a_file_that_did_not_get_to_the_server_is_named_until_it_is_chosen_again() {
        let mut draft = sendable();
        draft.attachments = vec![item(1, 30, Progress::Uploading)];
        let kept = draft.to_wire();
        assert_eq!(kept.lacking, vec![LackingFile { name: "1.pdf".into(), bytes: 30 }]);
        let mut opened = DraftModel::open(kept, || 7);
        opened.to = draft.to.clone();
        assert_eq!(opened.obstacle(&limits()), Some(Obstacle::Lacking("1.pdf".into())));
        assert!(!opened.lacks_files(), "this page has nothing to lose");
        assert_eq!(opened.bytes(), opened.text.len() as u64);
        opened.bring_again("1.pdf", 31);
        assert_eq!(opened.attachments.len(), 1, "another file of that name");
        opened.bring_again("1.pdf", 30);
        assert_eq!(opened.obstacle(&limits()), None);
    }

    #[test]
    fn a_subject_has_its_bounds() {
        let mut draft = sendable();
        draft.subject = "ä".repeat(SUBJECT_BYTES / 2);
        assert_eq!(draft.obstacle(&limits()), None);
        draft.subject.push('a');
        assert_eq!(draft.obstacle(&limits()), Some(Obstacle::Subject(SUBJECT_BYTES / 2)));
    }
}
