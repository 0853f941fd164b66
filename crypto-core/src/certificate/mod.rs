//! Certificates, statements and the policy; the rules by which one vouches for another.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// What an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub enum Role {
    /// The organisation's root key; no mailbox.
    #[n(0)]
    Root,
    /// Sets the portal up; cannot read mail.
    #[n(1)]
    Administrator,
    /// A case worker.
    #[n(2)]
    Staff,
    /// Outside the organisation.
    #[n(3)]
    Partner,
    /// Domain-level encryption (reserved).
    #[n(4)]
    Gateway,
    /// A shared mailbox (reserved).
    #[n(5)]
    Group,
}
