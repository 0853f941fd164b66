//! RFC 8439, 9106, 8032, 7748, 5869, 9180; the drafts of XChaCha20-Poly1305 and X-Wing.

use super::Report;
use super::vectors::{Prescribed, cases};
use crypto_core::Secret;
use crypto_core::auth::kat::argon2id;
use crypto_core::hazmat::{aead, hpke, kdf, sign, stream};
use x_wing::{Decapsulate, KeyExport};

pub(super) fn run(report: &mut Report) {
    chacha20_poly1305(report);
    xchacha20_poly1305(report);
    argon2(report);
    ed25519(report);
    x25519(report);
    hkdf(report);
    hpke_x25519(report);
    hpke_x_wing(report);
    x_wing_draft(report);
}

fn chacha20_poly1305(report: &mut Report) {
    for case in cases(include_str!("../../vectors/rfc8439.txt")) {
        let (key, nonce) = (Secret::from_bytes(case.array("key")), case.array("nonce"));
        let mut buffer = case.bytes("pt");
        stream::encrypt(&key, &nonce, &case.bytes("aad"), &mut buffer);
        report.equal("RFC 8439 seal", &buffer, &case.bytes("ct"));
        let opened = stream::decrypt(&key, &nonce, &case.bytes("aad"), &mut buffer);
        report.check("RFC 8439 open", opened.is_ok() && buffer == case.bytes("pt"));
    }
}

fn xchacha20_poly1305(report: &mut Report) {
    for case in cases(include_str!("../../vectors/xchacha-draft.txt")) {
        let (key, nonce) = (Secret::from_bytes(case.array("key")), case.array("nonce"));
        let mut buffer = case.bytes("pt");
        aead::encrypt(&key, &nonce, &case.bytes("aad"), &mut buffer);
        report.equal("XChaCha draft seal", &buffer, &case.bytes("ct"));
        let opened = aead::decrypt(&key, &nonce, &case.bytes("aad"), &mut buffer);
        report.check("XChaCha draft open", opened.is_ok() && buffer == case.bytes("pt"));
    }
}

fn argon2(report: &mut Report) {
    for case in cases(include_str!("../../vectors/rfc9106.txt")) {
        let params = argon2::ParamsBuilder::new()
            .m_cost(case.number("memory_kib"))
            .t_cost(case.number("passes"))
            .p_cost(case.number("lanes"))
            .data(argon2::AssociatedData::new(&case.bytes("associated")).unwrap())
            .build()
            .unwrap();
        let mut tag = [0; 32];
        argon2id(params, &case.bytes("secret"), &case.bytes("password"), &case.bytes("salt"), &mut tag)
            .unwrap();
        report.equal("RFC 9106", &tag, &case.bytes("tag"));
    }
}

fn ed25519(report: &mut Report) {
    for case in cases(include_str!("../../vectors/rfc8032.txt")) {
        let seed = Secret::from_bytes(case.array("seed"));
        let (public, message) = (case.array("public"), case.bytes("message"));
        report.equal("RFC 8032 public key", &sign::public_key(&seed), &public);
        report.equal("RFC 8032 sign", &sign::sign_raw(&seed, &message), &case.bytes("signature"));
        report
            .check("RFC 8032 verify", sign::verify_raw(&public, &message, &case.array("signature")).is_ok());
    }
}

fn x25519(report: &mut Report) {
    for case in cases(include_str!("../../vectors/rfc7748.txt")) {
        let out = x25519_dalek::x25519(case.array("scalar"), case.array("point"));
        report.equal("RFC 7748", &out, &case.bytes("out"));
    }
}

fn hkdf(report: &mut Report) {
    for case in cases(include_str!("../../vectors/rfc5869.txt")) {
        let expected = case.bytes("okm");
        // Output is a prefix of longer output: RFC 5869, section 2.3.
        let okm = kdf::hkdf_sha256::<82>(&case.bytes("salt"), &case.bytes("ikm"), &[&case.bytes("info")]);
        report.equal("RFC 5869", &okm.expose()[..expected.len()], &expected);
    }
}

/// The KEM of RFC 9180's own vectors is not ours; key schedule and AEAD are.
fn hpke_x25519(report: &mut Report) {
    use ::hpke::aead::ChaCha20Poly1305;
    use ::hpke::kdf::HkdfSha256;
    use ::hpke::kem::{Kem, X25519HkdfSha256};
    use ::hpke::{Deserializable, OpModeR, Serializable, single_shot_open};
    for case in cases(include_str!("../../vectors/rfc9180.txt")) {
        let secret = <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(&case.bytes("skRm")).unwrap();
        let enc = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(&case.bytes("enc")).unwrap();
        report.equal(
            "RFC 9180 public key",
            &X25519HkdfSha256::sk_to_pk(&secret).to_bytes(),
            &case.bytes("pkRm"),
        );
        let opened = single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &secret,
            &enc,
            &case.bytes("info"),
            &case.bytes("ct"),
            &case.bytes("aad"),
        );
        report.check("RFC 9180 open", opened.is_ok_and(|plain| plain == case.bytes("pt")));
    }
}

/// Our suite exactly, but for the plaintext, which with us is a key of 32 bytes and without associated data.
fn hpke_x_wing(report: &mut Report) {
    use ::hpke::aead::ChaCha20Poly1305;
    use ::hpke::kdf::HkdfSha256;
    use ::hpke::kem::{Kem, XWing};
    use ::hpke::{Deserializable, OpModeR, single_shot_open};
    for case in cases(include_str!("../../vectors/hpke-xwing.txt")) {
        let seed = Secret::from_bytes(case.array("skRm"));
        let public = hpke::public_key(&seed);
        report.equal("HPKE X-Wing public key", public.as_slice(), &case.bytes("pkRm"));
        let mut rng = Prescribed::new(case.bytes("ikmE"));
        let key = Secret::from_bytes([7; 32]);
        let (enc, sealed) = hpke::seal_key(&public, &case.bytes("info"), &key, &mut rng).unwrap();
        report.equal("HPKE X-Wing encapsulation", &enc, &case.bytes("enc"));
        report.check("HPKE X-Wing randomness", rng.is_used_up());
        let opened = hpke::open_key(&seed, &case.bytes("enc"), &case.bytes("info"), &sealed);
        report.check("HPKE X-Wing round trip", opened.is_ok_and(|opened| opened == key));
        let opened = single_shot_open::<ChaCha20Poly1305, HkdfSha256, XWing>(
            &OpModeR::Base,
            &<XWing as Kem>::PrivateKey::from_bytes(seed.expose()).unwrap(),
            &<XWing as Kem>::EncappedKey::from_bytes(&case.bytes("enc")).unwrap(),
            &case.bytes("info"),
            &case.bytes("ct"),
            &case.bytes("aad"),
        );
        report.check("HPKE X-Wing open", opened.is_ok_and(|plain| plain == case.bytes("pt")));
    }
}

fn x_wing_draft(report: &mut Report) {
    for case in cases(include_str!("../../vectors/xwing-draft.txt")) {
        let seed = Secret::from_bytes(case.array("sk"));
        report.equal("X-Wing seed", &case.bytes("seed"), seed.expose());
        report.equal("X-Wing public key", hpke::public_key(&seed).as_slice(), &case.bytes("pk"));
        let secret = x_wing::DecapsulationKey::from(*seed.expose());
        let randomness: [u8; 64] = case.array("eseed");
        let (enc, shared) = x_wing_encapsulate(&case.bytes("pk"), &randomness);
        report.equal("X-Wing encapsulation", &enc, &case.bytes("ct"));
        report.equal("X-Wing shared secret", &shared, &case.bytes("ss"));
        let enc = x_wing::Ciphertext::try_from(case.bytes("ct").as_slice()).unwrap();
        report.equal("X-Wing decapsulation", &secret.decapsulate(&enc), &case.bytes("ss"));
    }
}

fn x_wing_encapsulate(public: &[u8], randomness: &[u8; 64]) -> (Vec<u8>, Vec<u8>) {
    use x_wing::TryKeyInit;
    let public = x_wing::EncapsulationKey::new(public.try_into().unwrap()).unwrap();
    let (enc, shared) = public.encapsulate_deterministic(randomness.into());
    assert_eq!(public.to_bytes().len(), hpke::MAILBOX_PUBLIC_BYTES);
    (enc.to_vec(), shared.to_vec())
}
