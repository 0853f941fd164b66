//! The public header of a message.

use crypto_core::message::{Header, MessageKind, RecipientRole, ciphertext_bound};
use crypto_core::wire::limits;

pub(crate) fn run(data: &[u8]) -> bool {
    let Ok(header) = Header::parse(data) else { return false };
    assert_eq!(header.as_bytes(), data);
    assert!(Header::parse(header.as_bytes()).is_ok_and(|again| again == header));
    let own = header.recipients().iter().filter(|it| it.role == RecipientRole::Own);
    assert!(own.map(|it| it.account).eq([header.sender()]), "the sender's own copy, once");
    assert!(header.recipients().len() <= limits::RECIPIENTS && header.blobs().len() <= limits::ATTACHMENTS);
    assert!(header.ciphertext_bytes() <= ciphertext_bound(limits::MESSAGE_BYTES));
    assert!(
        header.kind() == MessageKind::Message || header.recipients().len() == 1,
        "a draft is for its writer"
    );
    true
}
