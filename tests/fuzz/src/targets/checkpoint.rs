//! Checkpoints of the key directory's log and cosignatures (C2SP signed notes).

use crate::input::text;
use crypto_core::Secret;
use crypto_core::directory::{Checkpoint, SignedCheckpoint, origin, witness_key};
use crypto_core::hazmat::sign;
use crypto_core::wire::DeploymentId;

/// The one that the log has signed.
pub(crate) const SIGNED: Checkpoint = Checkpoint { size: 7, root: [9; 32] };
/// When the witness signed it.
const AT_SECONDS: u64 = 1_800_000_000;
const WITNESS: &str = "witness.example/1";

fn log() -> String {
    origin(DeploymentId::from_bytes([1; 16]))
}

fn seeds() -> (Secret<32>, Secret<32>) {
    (Secret::from_bytes([3; 32]), Secret::from_bytes([4; 32]))
}

/// The only note with these signatures.
pub(crate) fn note() -> String {
    let (log_seed, witness_seed) = seeds();
    SIGNED.sign(&log(), &log_seed) + &SIGNED.cosign(&log(), WITNESS, &witness_seed, AT_SECONDS)
}

pub(crate) fn run(data: &[u8]) -> bool {
    let Ok(note) = SignedCheckpoint::parse(&text(data)) else { return false };
    let (log_seed, witness_seed) = seeds();
    let verified = note.verify(&log(), &sign::public_key(&log_seed));
    if let Ok(verified) = verified {
        assert_eq!(verified, SIGNED, "the log has signed nothing else");
        assert_eq!(note.claimed(), verified);
    }
    if let Some(cosignature) = note.cosignature(WITNESS, &witness_key(&witness_seed)) {
        assert_eq!((note.claimed(), cosignature.at_ms), (SIGNED, AT_SECONDS * 1000));
        let lines = note.lines_of(WITNESS);
        let alone = SIGNED.sign(&log(), &log_seed) + &lines;
        let again = SignedCheckpoint::parse(&alone).expect("lines stand in a note as they stood in another");
        assert_eq!(again.cosignature(WITNESS, &witness_key(&witness_seed)), Some(cosignature));
    }
    assert!(note.verify("kbs.directory/another", &sign::public_key(&log_seed)).is_err());
    verified.is_ok()
}
