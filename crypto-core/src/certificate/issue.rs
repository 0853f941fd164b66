//! Making signed entries. The server makes one kind alone: the statement *closed*, with its log key.

#[cfg(feature = "client")]
use super::entry::CertificateBody;
use super::entry::{Entry, FormError, Kind, Signed, StatementBody};
#[cfg(feature = "client")]
use super::policy::{Policy, PolicyBody, SignedPolicy};
use crate::hazmat::sign;
use crate::label::Label;
use crate::secret::Secret;
use crate::wire::cbor;
use minicbor::bytes::{ByteArray, ByteVec};

/// Signs a certificate as `issuer`, and as its subject, who proves to have `signing_seed`. *Deputed* and
/// *readdressed* are signed by their issuer alone.
///
/// # Errors
/// [`FormError`] if the body has not the right form, its signing key included.
#[cfg(feature = "client")]
pub fn issue_certificate(
    body: &CertificateBody,
    issuer: &Secret<32>,
    signing_seed: Option<&Secret<32>>,
) -> Result<Entry, FormError> {
    let body = cbor::encode(body);
    let proof = |seed| ByteArray::from(sign::sign(seed, Label::CERTIFICATE_PROOF, &body));
    let signed = Signed {
        kind: Kind::Certificate,
        signature: ByteArray::from(sign::sign(issuer, Label::CERTIFICATE, &body)),
        proof: signing_seed.map(proof),
        body: ByteVec::from(body),
    };
    Entry::parse(&cbor::encode(&signed))
}

/// Signs a statement.
///
/// # Errors
/// [`FormError`] if the body has not the right form.
pub fn issue_statement(body: &StatementBody, issuer: &Secret<32>) -> Result<Entry, FormError> {
    let body = cbor::encode(body);
    let signed = Signed {
        kind: Kind::Statement,
        signature: ByteArray::from(sign::sign(issuer, Label::STATEMENT, &body)),
        proof: None,
        body: ByteVec::from(body),
    };
    Entry::parse(&cbor::encode(&signed))
}

/// Signs a policy as the root. Gives the signed bytes with it.
///
/// # Errors
/// [`FormError`] if the body has not the right form.
#[cfg(feature = "client")]
pub fn issue_policy(body: &PolicyBody, root: &Secret<32>) -> Result<(Policy, Vec<u8>), FormError> {
    let body = cbor::encode(body);
    let signed = SignedPolicy {
        signature: ByteArray::from(sign::sign(root, Label::POLICY, &body)),
        body: ByteVec::from(body),
    };
    let bytes = cbor::encode(&signed);
    Ok((Policy::parse(&bytes)?, bytes))
}
