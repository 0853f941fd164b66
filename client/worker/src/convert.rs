//! From the sdk's words to the bridge's.
//! Addresses are shown as people write them.

use client_bridge as bridge;
use client_sdk as sdk;
use crypto_core::directory::DirectoryError;
use crypto_core::keys::KeyError;
use crypto_core::message::MessageError;
use crypto_core::password::{PolicyFault, check_policy};
use crypto_core::wire::api::Invitation;
use crypto_core::wire::shown_address;

pub(crate) fn failure(error: sdk::Error) -> bridge::Failure {
    use bridge::Failure;
    match error {
        sdk::Error::Problem(problem) => {
            Failure::Problem { code: problem.code, retry_after_seconds: problem.retry_after_seconds }
        }
        sdk::Error::Offline => Failure::Offline,
        sdk::Error::Answer => Failure::ServerRefused,
        sdk::Error::Bundle(_) => Failure::BundleRefused,
        sdk::Error::Keys { address, .. } => Failure::KeysRefused { address: shown_address(&address) },
        sdk::Error::NoKeys(address) => Failure::NoKeys { address: shown_address(&address) },
        sdk::Error::Making(KeyError::Authority) => Failure::RootNeeded,
        sdk::Error::Directory(error) => Failure::DirectoryRefused { fault: fault(error) },
        sdk::Error::Message(MessageError::Stolen) => Failure::SenderStolen,
        sdk::Error::Message(_) => Failure::MessageRefused,
        sdk::Error::TooLarge { bytes, limit } => Failure::TooLarge { bytes, limit },
        sdk::Error::TooMany(limit) => Failure::TooMany { limit },
        sdk::Error::FileUnreadable => Failure::FileUnreadable,
        sdk::Error::SignIn => {
            Failure::Problem { code: crypto_core::wire::ProblemCode::SignInFailed, retry_after_seconds: None }
        }
        sdk::Error::PasswordPolicy => Failure::PasswordPolicy,
        sdk::Error::PasswordWeak => Failure::PasswordWeak,
        sdk::Error::PasswordSame => Failure::PasswordSame,
        sdk::Error::Input => Failure::Input,
        sdk::Error::Address => Failure::Address,
        sdk::Error::WitnessLine => Failure::WitnessLine,
        sdk::Error::NotTheRoot => Failure::NotTheRoot,
        sdk::Error::RecoveryCode => Failure::RecoveryCode,
        sdk::Error::Cancelled => Failure::Cancelled,
        sdk::Error::NotDeputy => Failure::NotDeputy,
        sdk::Error::Draft => Failure::DraftGone,
        sdk::Error::TooLong | sdk::Error::Settings(crypto_core::keys::SettingsError::TooLong) => {
            Failure::TooLong
        }
        sdk::Error::Settings(_) => Failure::ServerRefused,
        sdk::Error::DraftTooLarge => Failure::DraftTooLarge,
        sdk::Error::Seal(_) | sdk::Error::Making(_) => Failure::Internal,
    }
}

/// Of something that is saved, while the message itself is shown.
pub(crate) fn file_failure(error: sdk::Error) -> bridge::Failure {
    match error {
        sdk::Error::Message(MessageError::Stolen) => bridge::Failure::SenderStolen,
        sdk::Error::Message(_) | sdk::Error::Answer => bridge::Failure::FileRefused,
        other => failure(other),
    }
}

const fn fault(error: DirectoryError) -> bridge::DirectoryFault {
    use bridge::DirectoryFault as Fault;
    match error {
        DirectoryError::RolledBack => Fault::RolledBack,
        DirectoryError::Split => Fault::Split,
        DirectoryError::Witnesses | DirectoryError::Stale => Fault::Witnesses,
        DirectoryError::Checkpoint
        | DirectoryError::Inclusion
        | DirectoryError::History
        | DirectoryError::NotNewest
        | DirectoryError::Order => Fault::Proof,
    }
}

pub(crate) fn contact(it: sdk::ContactInfo) -> bridge::Contact {
    bridge::Contact {
        account: it.account,
        address: shown_address(&it.address),
        name: it.name,
        unit: it.unit,
        role: it.role,
        first_sign_in_done: it.first_sign_in_done,
    }
}

pub(crate) fn reachable(it: sdk::Reachable) -> bridge::Reachable {
    bridge::Reachable {
        contact: contact(it.contact),
        moved: it.moved,
        stand_ins: it.stand_ins.into_iter().map(person).collect(),
    }
}

pub(crate) fn invitation(it: Invitation) -> bridge::Invitation {
    bridge::Invitation {
        address: shown_address(&it.address),
        role: it.role,
        invited_at_ms: it.invited_at_ms,
        first_sign_in_at_ms: it.first_sign_in_at_ms,
        initial_password_ends_at_ms: it.initial_password_ends_at_ms,
        mail_failed_at_ms: it.mail_failed_at_ms,
    }
}

pub(crate) fn draft_from(it: bridge::Draft) -> sdk::Draft {
    let file = |it: bridge::Attachment| sdk::DraftFile {
        part: it.part,
        name: it.name,
        media_type: it.media_type,
        bytes: it.bytes,
    };
    sdk::Draft {
        to: it.to,
        subject: it.subject,
        text: it.text,
        attachments: it.attachments.into_iter().map(file).collect(),
        in_reply_to: it.in_reply_to,
        on_behalf_of: it.on_behalf_of,
        lacking: it
            .lacking
            .into_iter()
            .map(|it| sdk::LackingFile { name: it.name, bytes: it.bytes })
            .collect(),
    }
}

pub(crate) fn draft(it: sdk::Draft) -> bridge::Draft {
    bridge::Draft {
        to: it.to,
        subject: it.subject,
        text: it.text,
        attachments: it.attachments.into_iter().map(draft_file).collect(),
        in_reply_to: it.in_reply_to,
        on_behalf_of: it.on_behalf_of,
        lacking: it
            .lacking
            .into_iter()
            .map(|it| bridge::LackingFile { name: it.name, bytes: it.bytes })
            .collect(),
    }
}

pub(crate) fn draft_file(it: sdk::DraftFile) -> bridge::Attachment {
    bridge::Attachment { part: it.part, name: it.name, media_type: it.media_type, bytes: it.bytes }
}

pub(crate) fn row(it: sdk::Row) -> bridge::Row {
    bridge::Row {
        message: it.message,
        people: it.people.into_iter().map(person).collect(),
        subject: it.subject.map(|it| bridge::one_line(&it)).map_err(failure),
        attachments: it.attachments,
        delivered_at_ms: it.delivered_at_ms,
        expires_at_ms: it.expires_at_ms,
        unread: it.unread,
        folder: it.folder,
        binned_at_ms: it.binned_at_ms,
        recalled_at_ms: it.recalled_at_ms,
        deliveries: it.deliveries.into_iter().map(delivery).collect(),
        on_behalf_of: it.standing.on_behalf_of.map(person),
        for_whom: it.standing.for_whom.map(|(account, owner)| (account, person(owner))),
    }
}

pub(crate) fn message(it: sdk::MessageView) -> bridge::Message {
    let file = |it: sdk::AttachmentInfo| bridge::Attachment {
        part: it.part,
        name: it.name,
        media_type: it.media_type,
        bytes: it.bytes,
    };
    bridge::Message {
        message: it.message,
        from: person(it.from),
        to: it.to.into_iter().map(person).collect(),
        subject: bridge::one_line(&it.subject),
        text: it.text,
        attachments: it.attachments.into_iter().map(file).collect(),
        sent_at_ms: it.sent_at_ms,
        delivered_at_ms: it.delivered_at_ms,
        expires_at_ms: it.expires_at_ms,
        can_answer: it.can_answer,
        folder: it.folder,
        binned_at_ms: it.binned_at_ms,
        recalled_at_ms: it.recalled_at_ms,
        deliveries: it.deliveries.into_iter().map(delivery).collect(),
        on_behalf_of: it.standing.on_behalf_of.map(person),
        for_whom: it.standing.for_whom.map(|(account, owner)| (account, person(owner))),
        former_key: it.signing_key.and_then(former_key),
    }
}

const fn former_key(it: sdk::SigningKeyState) -> Option<bridge::FormerKey> {
    match it {
        sdk::SigningKeyState::Newest => None,
        sdk::SigningKeyState::Renewed => Some(bridge::FormerKey::Renewed),
        sdk::SigningKeyState::Reset => Some(bridge::FormerKey::Reset),
        sdk::SigningKeyState::Ended(_) => Some(bridge::FormerKey::Ended),
    }
}

fn delivery(it: sdk::DeliveryInfo) -> bridge::mailbox::Delivery {
    bridge::mailbox::Delivery {
        person: it.person.map(person),
        stands_in: it.stands_in,
        opened_at_ms: it.opened_at_ms,
        saved_at_ms: it.saved_at_ms,
        mail_failed_at_ms: it.mail_failed_at_ms,
    }
}

pub(crate) fn person(it: sdk::Person) -> bridge::Person {
    bridge::Person { address: shown_address(&it.address), name: it.name, unit: it.unit }
}

pub(crate) fn password_strength(password: &str, score: u8) -> bridge::Strength {
    let faults = check_policy(password).err().unwrap_or_default();
    let kept = |fault| !faults.contains(&fault);
    bridge::Strength {
        score,
        long_enough: kept(PolicyFault::TooShort),
        digit: kept(PolicyFault::NoDigit),
        upper_case: kept(PolicyFault::NoUpperCase),
        special: kept(PolicyFault::NoSpecial),
    }
}
