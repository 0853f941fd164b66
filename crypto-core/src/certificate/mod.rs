//! Certificates, statements and the policy, and the rules by which one vouches for another.
//!
//! Every address (and the label `root`) has a history: entries with versions 1, 2, 3 …, each naming the
//! fingerprint of the one before. A [`Certificate`] says which keys an account has; a [`Statement`] ends
//! it. [`Directory::follow`] takes entries in order of entry and accepts each by the rules of
//! [`admit`]; what comes out of it — [`AcceptedCertificate`], [`CurrentCertificate`] — is the only thing
//! that the rest of the crate verifies with or seals to.
//!
//! ```text
//! entry       = { 0: 0 certificate | 1 statement, 1: body bytes, 2: issuer's signature, 3: subject's signature (not for *deputed* and *readdressed*) }
//! fingerprint = SHA-256(entry)
//! signatures  = Ed25519 over CERTIFICATE | STATEMENT | CERTIFICATE_PROOF label ‖ SHA-256(body bytes)
//! ```
//!
//! Invariant: order is the order of entry, never a clock. That it is the order of the key directory's epochs too, and
//! that nothing newer is hidden, shows a `ProvenDirectory` (module `directory`).

mod directory;
mod entry;
#[cfg(any(feature = "client", feature = "server"))]
mod issue;
mod policy;
mod rules;
#[cfg(test)]
#[cfg(feature = "client")]
mod tests;

pub use directory::{
    AcceptedCertificate, CurrentCertificate, Directory, Lookup, Pins, Place, SigningKeyState,
};
pub use entry::{
    Cause, Certificate, CertificateBody, Deputy, Entry, FormError, Reason, Role, Statement, StatementBody,
};
#[cfg(any(feature = "client", feature = "server"))]
pub use issue::issue_statement;
#[cfg(feature = "client")]
pub use issue::{issue_certificate, issue_policy};
pub use policy::{Policy, PolicyBody, Witness};
pub use rules::{ChainError, Signer, admit, check_move};

/// The label under which the root's own history stands.
pub const ROOT_LABEL: &str = "root";
