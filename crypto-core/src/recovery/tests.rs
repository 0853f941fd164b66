//! Proofs that are replayed, for others or over other things; codes with slips; wraps of others.

use super::*;
use crate::keys::BundleKey;
use crate::testing::{Pinned, Replay, rng};
use crate::wire::AccountId;
use proptest::prelude::*;

const DEPLOYMENT: DeploymentId = DeploymentId::from_bytes([7; 16]);
const ADDRESS: &str = "haus@haus.example";

fn keys(seed: u8) -> RecoveryKeys {
    RecoveryCode::make(&mut rng(seed)).keys(DEPLOYMENT)
}

const fn challenge(bytes: &[u8; 32]) -> Challenge<'_> {
    Challenge { deployment: DEPLOYMENT, challenge: bytes, address: ADDRESS }
}

const WRAPS: [(WrapKind, &[u8]); 2] = [(WrapKind::Password, b"one"), (WrapKind::Recovery, b"two")];
const NEW: Replacement<'static> =
    Replacement { record: b"record", certificate: b"certificate", bundle: b"bundle", wraps: &WRAPS };

#[test]
fn a_fetch_proof_is_for_one_challenge_address_and_installation() {
    let keys = keys(1);
    let proof = keys.prove_fetch(&challenge(&[1; 32]));
    let verify = |challenge: Challenge<'_>| challenge.verify_fetch(&keys.public(), &proof);
    assert_eq!(verify(challenge(&[1; 32])), Ok(()));
    assert_eq!(verify(challenge(&[2; 32])), Err(VerifyError), "replayed");
    assert_eq!(
        verify(Challenge { address: "verein@verein.example", ..challenge(&[1; 32]) }),
        Err(VerifyError)
    );
    let elsewhere = Challenge { deployment: DeploymentId::from_bytes([8; 16]), ..challenge(&[1; 32]) };
    assert_eq!(verify(elsewhere), Err(VerifyError));
    let other = self::keys(2).public();
    assert_eq!(challenge(&[1; 32]).verify_fetch(&other, &proof), Err(VerifyError), "another code");
    assert_eq!(challenge(&[1; 32]).verify_fetch(&keys.public(), &proof[1..]), Err(VerifyError));
}

#[test]
fn one_proof_does_not_stand_in_for_the_other() {
    let keys = keys(1);
    let (first, second) = (challenge(&[1; 32]), challenge(&[2; 32]));
    let (fetch, commit) = (keys.prove_fetch(&first), keys.prove_commit(&second, &NEW));
    assert_eq!(second.verify_commit(&NEW, &keys.public(), &commit), Ok(()));
    assert_eq!(first.verify_commit(&NEW, &keys.public(), &fetch), Err(VerifyError));
    assert_eq!(second.verify_fetch(&keys.public(), &commit), Err(VerifyError));
    assert_eq!(first.verify_commit(&NEW, &keys.public(), &commit), Err(VerifyError), "replayed");
    // The same bytes under the label of the other proof.
    let sign = |label, data: &[u8]| sign::sign(keys.signing(), label, data).to_vec();
    let mislabelled = sign(Label::RECOVERY_FETCH, &second.commit_bytes(&NEW));
    assert_eq!(second.verify_commit(&NEW, &keys.public(), &mislabelled), Err(VerifyError));
    let mislabelled = sign(Label::RECOVERY_COMMIT, &first.fetch_bytes());
    assert_eq!(first.verify_fetch(&keys.public(), &mislabelled), Err(VerifyError));
}

#[test]
fn a_commit_proof_covers_everything_that_is_replaced() {
    let keys = keys(1);
    let challenge = challenge(&[1; 32]);
    let proof = keys.prove_commit(&challenge, &NEW);
    let swapped = [(WrapKind::Recovery, &b"one"[..]), (WrapKind::Password, b"two")];
    for (what, other) in [
        ("record", Replacement { record: b"other", ..NEW }),
        ("certificate", Replacement { certificate: b"other", ..NEW }),
        ("bundle", Replacement { bundle: b"other", ..NEW }),
        ("a wrap less", Replacement { wraps: &WRAPS[..1], ..NEW }),
        ("another wrap", Replacement { wraps: &[WRAPS[0], (WrapKind::Recovery, b"other")], ..NEW }),
        ("wraps of other kinds", Replacement { wraps: &swapped, ..NEW }),
    ] {
        assert_eq!(challenge.verify_commit(&other, &keys.public(), &proof), Err(VerifyError), "{what}");
    }
}

#[test]
fn a_recovery_wrap_opens_with_its_code_and_account_only() {
    let (mut rng, keys) = (rng(3), keys(1));
    let (account, other) = (AccountId::from_bytes([1; 16]), AccountId::from_bytes([2; 16]));
    let key = BundleKey::make(&mut rng);
    let wrap = key.wrap_for_recovery(&keys.sealing_public(), account, &mut rng).unwrap();
    assert_eq!(wrap.len(), 1168);
    assert!(BundleKey::unwrap_with_recovery(&wrap, &keys, account).is_ok_and(|opened| opened.is(&key)));
    assert!(BundleKey::unwrap_with_recovery(&wrap, &keys, other).is_err());
    assert!(BundleKey::unwrap_with_recovery(&wrap, &self::keys(2), account).is_err());
    let elsewhere = RecoveryCode::make(&mut self::rng(1)).keys(DeploymentId::from_bytes([8; 16]));
    assert!(BundleKey::unwrap_with_recovery(&wrap, &elsewhere, account).is_err());
    for cut in [0, 10, 1120, 1167] {
        assert!(BundleKey::unwrap_with_recovery(&wrap[..cut], &keys, account).is_err(), "{cut}");
    }
    assert!(key.wrap_for_recovery(&[0xff; 1216], account, &mut rng).is_err(), "no key");
    assert!(key.wrap_for_recovery(&[1; 32], account, &mut rng).is_err(), "too short");
}

#[test]
fn a_code_has_seven_groups_and_a_slip_is_noticed() {
    let text = RecoveryCode::make(&mut rng(1)).print();
    assert_eq!(text.split('-').map(str::len).collect::<Vec<_>>(), [4; 7]);
    let mut unnoticed = 0;
    for index in (0..text.len()).filter(|index| index % 5 != 4) {
        let mut slip: Vec<char> = text.chars().collect();
        slip[index] = if slip[index] == '7' { '8' } else { '7' };
        unnoticed += usize::from(RecoveryCode::read(&slip.into_iter().collect::<String>()).is_ok());
    }
    assert_eq!(unnoticed, 0);
    let doubled = format!("{}-{}", &*text, &*text);
    for wrong in ["", "0", &text[1..], doubled.as_str(), "Ä"] {
        assert!(RecoveryCode::read(wrong).is_err(), "{wrong}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_code_can_be_read_as_people_type_it(seed in any::<u8>()) {
        let code = RecoveryCode::make(&mut rng(seed));
        let text = code.print();
        prop_assert!(RecoveryCode::read(&text).is_ok_and(|read| read == code));
        let typed = text.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "i");
        prop_assert!(RecoveryCode::read(&typed).is_ok_and(|read| read == code));
    }
}

#[test]
fn a_pinned_code_gives_the_same_keys_proofs_and_wrap() {
    const SEAL_BYTES: usize = 64;
    let randomness: Vec<u8> = (0..SEAL_BYTES).map(|index| u8::try_from(index).unwrap()).collect();
    let account = AccountId::from_bytes([9; 16]);
    let pinned = Pinned::load("recovery", |pinned| {
        let code = RecoveryCode::make(&mut rng(77));
        let keys = code.keys(DEPLOYMENT);
        let key = BundleKey::make(&mut rng(78));
        pinned.put_text("code", &code.print());
        pinned.put("signing_public", &keys.public());
        pinned.put("sealing_public", &keys.sealing_public());
        pinned.put("fetch_proof", &keys.prove_fetch(&challenge(&[1; 32])));
        pinned.put("commit_proof", &keys.prove_commit(&challenge(&[2; 32]), &NEW));
        let wrap = key.wrap_for_recovery(&keys.sealing_public(), account, &mut Replay(&randomness));
        pinned.put("wrap", &wrap.unwrap());
    });
    let code = RecoveryCode::read(pinned.text("code")).unwrap();
    let keys = code.keys(DEPLOYMENT);
    assert_eq!(keys.public().to_vec(), pinned.bytes("signing_public"));
    assert_eq!(keys.sealing_public(), pinned.bytes("sealing_public"));
    assert_eq!(keys.prove_fetch(&challenge(&[1; 32])), pinned.bytes("fetch_proof"));
    assert_eq!(keys.prove_commit(&challenge(&[2; 32]), &NEW), pinned.bytes("commit_proof"));
    let key = BundleKey::unwrap_with_recovery(&pinned.bytes("wrap"), &keys, account).unwrap();
    assert!(key.is(&BundleKey::make(&mut rng(78))));
    let again = key.wrap_for_recovery(&keys.sealing_public(), account, &mut Replay(&randomness)).unwrap();
    assert_eq!(again, pinned.bytes("wrap"));
}
