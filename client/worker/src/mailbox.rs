//! Drafts, bin, recall and storage.

use crate::convert;
use base64ct::{Base64UrlUnpadded, Encoding};
use client_bridge::Answer;
use client_bridge::mailbox as bridge;
use client_sdk::web::Web;
use client_sdk::{DraftRow, Error, OpenedDraft, SavedDraft, Session};

/// Does one call.
pub(crate) async fn call(session: &Session<Web>, call: bridge::Call) -> Result<Answer, Error> {
    use bridge::Call;
    match call {
        Call::NewDraft => Ok(Answer::Mailbox(bridge::Answer::Begun { draft: session.new_draft() })),
        Call::Drafts => {
            let rows = session.drafts().await?.into_iter().map(draft_row).collect();
            Ok(Answer::Mailbox(bridge::Answer::Drafts(rows)))
        }
        Call::OpenDraft { draft } => session.open_draft(draft).await.map(opened),
        Call::LookAtDraft { draft } => Ok(session.look_at_draft(draft).await?.map_or(Answer::Done, opened)),
        Call::GoOnWithDraft { draft, revision } => {
            session.go_on_with(draft, revision);
            Ok(Answer::Done)
        }
        Call::SaveDraft { draft } => Ok(saved(session.save_draft(&convert::draft_from(draft)).await?)),
        Call::RecoverDraft { sealed } => {
            let sealed = Base64UrlUnpadded::decode_vec(&sealed).map_err(|_| Error::Draft)?;
            Ok(saved(session.recover_draft(&sealed).await?))
        }
        Call::DiscardDraft { draft, revision } => done(session.discard_draft(draft, revision).await),
        Call::Bin { messages } => done(session.bin(&messages).await),
        Call::Restore { messages } => done(session.restore(&messages).await),
        Call::MarkUnread { messages } => done(session.mark_unread(&messages).await),
        Call::DeleteForGood { messages } => done(session.delete_for_good(&messages).await),
        Call::EmptyBin => done(session.empty_bin().await),
        Call::Recall { message } => done(session.recall(message).await),
        Call::Usage => {
            let usage = session.usage().await?;
            Ok(Answer::Mailbox(bridge::Answer::Usage(bridge::Usage {
                stored_bytes: usage.stored_bytes,
                limit_bytes: usage.limit_bytes,
                unread: usage.unread,
            })))
        }
    }
}

fn done(result: Result<(), Error>) -> Result<Answer, Error> {
    result.map(|()| Answer::Done)
}

fn opened(opened: OpenedDraft) -> Answer {
    Answer::Mailbox(bridge::Answer::Opened {
        draft: convert::draft(opened.content),
        revision: opened.revision,
        conflict: opened.conflict,
        missing: opened.missing,
    })
}

fn saved(SavedDraft { draft, conflict }: SavedDraft) -> Answer {
    Answer::Mailbox(bridge::Answer::Saved { draft, conflict })
}

fn draft_row(it: DraftRow) -> bridge::DraftRow {
    bridge::DraftRow {
        draft: it.draft,
        revision: it.revision,
        to: it.to,
        subject: it.subject.map_err(convert::failure),
        attachments: it.attachments,
        changed_at_ms: it.changed_at_ms,
        expires_at_ms: it.expires_at_ms,
        conflict: it.conflict,
    }
}
