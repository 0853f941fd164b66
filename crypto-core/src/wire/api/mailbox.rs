//! Bodies of drafts, bin, delivery state, recall, storage used and the rotation of mailbox keys.
//!
//! | request | body → answer |
//! | --- | --- |
//! | `GET /drafts` | → [`DraftList`] |
//! | `GET /drafts/{draft}` | → [`StoredDraft`] |
//! | `PUT /drafts/{draft}?revision=N&upload=U` | bytes, at most 1 MiB → [`DraftSaved`]; N is the revision that this client has, 0 for a new draft |
//! | `DELETE /drafts/{draft}?revision=N` | → 204 |
//! | `DELETE /uploads/{upload}/parts/{part}` | → 204 |
//! | `POST /messages/{message}/saved` | → 204 |
//! | `POST /messages/{message}/recall` | → 204 |
//! | `POST /unread` | [`Chosen`] → 204 |
//! | `POST /bin`, `POST /bin/restore`, `POST /bin/delete` | [`Chosen`] → 204 |
//! | `POST /bin/empty` | → 204 |
//! | `GET /account/usage` | → [`AccountUsage`] |
//! | `POST /account/mailbox-key` | [`RotateMailbox`] → 204 |

use super::StoredBundle;
use crate::wire::ids::{AccountId, B64, DraftId, MessageId};
use serde::{Deserialize, Serialize};

bodies! {
    /// All drafts of an account.
    pub struct DraftList {
        /// In no order.
        drafts: Vec<DraftEntry>,
    }

    /// One of them.
    pub struct DraftEntry {
        /// Which.
        draft: DraftId,
        /// One more at each change.
        revision: u64,
        /// When it changed last.
        changed_at_ms: u64,
        /// When it is deleted, unless it changes.
        expires_at_ms: u64,
        /// Of ciphertext, attachments aside.
        bytes: u64,
    }

    /// A draft as it lies on the server.
    pub struct StoredDraft {
        /// Which, and since when.
        entry: DraftEntry,
        /// Sealed to its writer.
        sealed: B64,
    }

    /// It is safe.
    pub struct DraftSaved {
        /// The new one.
        revision: u64,
        /// When it changed.
        changed_at_ms: u64,
        /// When it is deleted, unless it changes.
        expires_at_ms: u64,
    }

    /// A draft as one client knows it.
    pub struct DraftAt {
        /// Which.
        draft: DraftId,
        /// The revision that this client has.
        revision: u64,
    }

    /// Several messages of one holder. What the caller does not hold is passed over.
    pub struct Chosen {
        /// At most 200.
        messages: Vec<MessageId>,
    }

    /// What became of a sent message for one of its recipients, or for somebody who got it by a grant and has opened it.
    pub struct Delivery {
        /// Whose.
        account: AccountId,
        /// When it was opened first.
        opened_at_ms: Option<u64>,
        /// When an attachment or the whole message was saved first.
        saved_at_ms: Option<u64>,
        /// When the portal gave up to send them an e-mail, if none has got through since.
        mail_failed_at_ms: Option<u64>,
    }

    /// What an account holds.
    pub struct AccountUsage {
        /// Ciphertext that counts against the limit.
        stored_bytes: u64,
        /// The limit.
        limit_bytes: u64,
        /// Delivery of the oldest message that the account holds: no mailbox key from before it is needed.
        oldest_delivered_at_ms: Option<u64>,
        /// Messages of the inbox that the account has the keys of and has not opened, or marked as not read.
        unread: u64,
    }

    /// A new mailbox key. Password, bundle key and wraps stay.
    pub struct RotateMailbox {
        /// The revision that this client has.
        expected_revision: u64,
        /// Certificate with reason *rotated*.
        certificate: B64,
        /// Revision one higher, under the same bundle key.
        bundle: StoredBundle,
    }
}
