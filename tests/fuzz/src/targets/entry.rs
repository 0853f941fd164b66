//! Certificates, statements and policies as bytes.

use crypto_core::certificate::{Cause, Entry, Policy, PolicyBody, Role};
use crypto_core::wire::{Address, SubjectLabel, cbor};
use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};

#[derive(Encode, Decode)]
#[cbor(map)]
struct SignedPolicy {
    #[n(0)]
    body: ByteVec,
    #[n(1)]
    signature: ByteArray<64>,
}

pub(crate) fn run(data: &[u8]) -> bool {
    if let Ok(entry) = Entry::parse(data) {
        check(&entry, data);
        return true;
    }
    let policy = Policy::parse(data);
    if let Ok(policy) = &policy {
        let signed: SignedPolicy = cbor::decode(data, usize::MAX).expect("as it was read");
        assert_eq!(cbor::encode::<PolicyBody>(policy.body()), *signed.body);
        let witnesses = policy.body().witnesses.as_ref().map_or(0, Vec::len);
        assert!(policy.body().quorum as usize <= witnesses, "as many as there are can sign");
    }
    policy.is_ok()
}

fn check(entry: &Entry, data: &[u8]) {
    assert_eq!(entry.as_bytes(), data);
    assert!(Entry::parse(entry.as_bytes()).is_ok_and(|again| again == *entry));
    assert_eq!((entry.version() == 1), entry.previous().is_none());
    match (entry.role(), entry.address()) {
        (Role::Root, address) => assert_eq!(address, Some("root")),
        (_, Some(address)) => assert!(Address::parse(address).is_ok_and(|it| it.as_str() == address)),
        (_, None) => assert!(matches!(entry, Entry::Statement(it) if it.body().cause == Cause::Closed)),
    }
    assert!(entry.address().is_none_or(|address| entry.subject() == SubjectLabel::of(address)));
    if let Some(certificate) = entry.certificate() {
        assert_eq!(certificate.mailbox_key().is_none(), entry.role() == Role::Root);
    }
}
