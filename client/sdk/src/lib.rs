//! What a person can do, as code: set up, sign in, invite, attach, send, list, open, save. Async, without a
//! view; the same code runs in the browser's worker, in native tools and in tests.
//!
//! [`Portal`] is the server as a stranger sees it; signing in gives a [`Session`], which holds the account's
//! keys. Everything that the server says is checked here before anybody sees it: bundles against
//! certificates, certificates against the pinned root, messages against their sender.
//!
//! Invariant: nothing leaves a [`Session`] unsealed but what its person asked to see.

mod admin;
mod bin;
mod book;
mod compose;
mod conversation;
mod delivery;
mod deputies;
mod directory;
mod drafts;
mod error;
pub mod file_name;
mod grants;
mod http;
mod invite;
mod letter;
mod mailbox;
#[cfg(not(target_arch = "wasm32"))]
pub mod native;
mod platform;
mod portal;
mod proven;
mod recovery;
mod reset;
mod root_rotation;
mod rotation;
mod search;
mod security;
mod session;
mod settings;
mod spool;
mod take_along;
mod upkeep;
mod verified;
#[cfg(target_arch = "wasm32")]
pub mod web;
mod witnesses;

pub use admin::PersonInfo;
pub use book::{Book, Card, NewKeys, Reissue, Reissued, Standing};
pub use compose::{AttachmentSource, Draft, DraftFile, LackingFile, Sent};
pub use delivery::DeliveryInfo;
pub use deputies::{DeputyInfo, Representation, Represented, StandIn};
pub use directory::{ContactInfo, Reachable};
pub use drafts::{DraftRow, OpenedDraft, SavedDraft};
pub use error::Error;
pub use grants::Granted;
pub use http::Api;
pub use invite::{Invited, Invitee};
pub use mailbox::{AttachmentInfo, MessageView, Page, Person, Row, Saved};
pub use platform::{Method, Payload, Platform, Request, Response, TransportError};
pub use portal::{PendingSignIn, Portal, RestoreAdministratorRequest, SetUp, SetUpRequest, SignIn};
pub use recovery::Recovery;
pub use reset::RestoreOffer;
pub use search::{Coverage, Found, Hit, Place};
pub use security::NewSecondFactor;
pub use session::Session;
pub use spool::Sink;
pub use take_along::{Selection, Taken};
pub use witnesses::NamedWitnesses;

pub use crypto_core::certificate::{Cause, SigningKeyState, Witness};
pub use crypto_core::message::Purpose;
pub use crypto_core::wire;
