//! What people type from paper and from their heads: recovery codes, the printed root, passwords, codes of a second
//! factor.

use crate::input::text;
use crypto_core::Secret;
use crypto_core::auth::{SecondFactorKey, TotpSeed, backup_code_hash, matching_step};
use crypto_core::label::Label;
use crypto_core::password::{check_policy, normalize};
use crypto_core::printed;
use crypto_core::recovery::RecoveryCode;
use crypto_core::wire::AccountId;

pub(crate) fn run(data: &[u8]) -> bool {
    let typed = text(data);
    let code = RecoveryCode::read(&typed);
    if let Ok(code) = &code {
        let printed = code.print();
        assert!(RecoveryCode::read(&printed).is_ok_and(|again| again == *code));
        assert_eq!(canonical(&typed), canonical(&printed), "one code has one spelling");
    }
    let secret = printed::read(&typed, Label::ROOT_COPY);
    if let Ok(secret) = &secret {
        let printed = printed::print(secret, Label::ROOT_COPY);
        assert!(printed::read(&printed, Label::ROOT_COPY).is_ok_and(|again| again == *secret));
        assert_eq!(canonical(&typed), canonical(&printed), "one secret has one spelling");
    }
    password(&typed);
    second_factor(&typed);
    code.is_ok() || secret.is_ok()
}

fn canonical(typed: &str) -> String {
    let letters = typed.chars().filter(|c| !c.is_whitespace() && *c != '-');
    letters.collect::<String>().to_ascii_uppercase().replace('O', "0").replace(['I', 'L'], "1")
}

fn password(typed: &str) {
    let normal = normalize(typed);
    assert_eq!(*normalize(&normal), *normal, "keyboards type the same password");
    let _ = check_policy(typed);
}

fn second_factor(typed: &str) {
    let seed = TotpSeed::from_bytes(&[5; 20]).expect("20 bytes");
    if let Some(step) = matching_step(&seed, typed, 1_800_000_000_000, 0) {
        assert_eq!(*seed.code(step), *typed);
        assert_eq!(matching_step(&seed, typed, 1_800_000_000_000, step), None, "a code works once");
    }
    let key = SecondFactorKey::new(Secret::from_bytes([6; 32]));
    let account = AccountId::from_bytes([1; 16]);
    let other = AccountId::from_bytes([2; 16]);
    if let Some(hash) = backup_code_hash(&key, account, typed) {
        assert_eq!(backup_code_hash(&key, account, &typed.to_ascii_lowercase()), Some(hash));
        assert_ne!(backup_code_hash(&key, other, typed), Some(hash));
    }
}
