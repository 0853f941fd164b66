//! `GET /events`: server-sent events of one account, until its session ends or the server stops.

use super::extract::SignedIn;
use crate::service::Portal;
use crate::service::sessions::{self, Caller};
use axum::extract::State;
use axum::response::sse::{Event as Frame, KeepAlive, Sse};
use crypto_core::wire::api::Event;
use futures::Stream;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;

/// How often an open stream shows that it is open, and asks whether its session still is.
const BEAT: Duration = Duration::from_secs(20);

/// What happens to this account, as it happens.
#[utoipa::path(get, path = "/events", responses((status = OK, body = Event, content_type = "text/event-stream")))]
pub(super) async fn events(
    State(portal): State<Arc<Portal>>,
    session: SignedIn,
) -> Sse<impl Stream<Item = Result<Frame, Infallible>>> {
    Sse::new(stream(portal, session.caller)).keep_alive(KeepAlive::new().interval(BEAT))
}

fn stream(portal: Arc<Portal>, caller: Caller) -> impl Stream<Item = Result<Frame, Infallible>> {
    let mut live = portal.state.live.subscribe();
    async_stream::stream! {
        // Says at once that the stream is open.
        yield Ok(Frame::default().comment("open"));
        let mut beat = tokio::time::interval(BEAT);
        loop {
            let told = tokio::select! {
                () = portal.state.stopping.cancelled() => break,
                told = live.recv() => told,
                _ = beat.tick() => Ok((caller.id, Event::SessionEnded)),
            };
            match told {
                Ok((account, _)) if account != caller.id => {}
                // Some session of this account has ended, or may have: is it this one?
                Ok((_, Event::SessionEnded)) => {
                    if !sessions::goes_on(&portal, &caller.session).await.unwrap_or(false) {
                        yield Ok(frame(&Event::SessionEnded));
                        break;
                    }
                }
                Ok((_, event)) => yield Ok(frame(&event)),
                // The client reconnects and asks for what it missed.
                Err(RecvError::Lagged(_) | RecvError::Closed) => break,
            }
        }
    }
}

fn frame(event: &Event) -> Frame {
    Frame::default().json_data(event).unwrap_or_default()
}
