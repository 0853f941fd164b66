//! One pinned vector for each construction of our own, so that a change of format cannot go unseen.
//!
//! The inputs stand here; the outputs in `tests/vectors/ours.txt`. `unknown` in that file shows the output that
//! a new line needs.

use super::Report;
use super::vectors::{Prescribed, cases, hex, unhex};
use crypto_core::Secret;
use crypto_core::auth::{
    ClientRegistration, ClientSignIn, ServerSecrets, ServerSignIn, credential_id, session_id,
    unwrap_resume_key, wrap_resume_key,
};
use crypto_core::hazmat::{aead, hpke, kdf, sign};
use crypto_core::label::Label;

const DEPLOYMENT: [u8; 16] = *b"deployment 16 by";

pub(super) fn run(report: &mut Report) {
    let mut pinned = Pinned(report);
    primitives(&mut pinned);
    session(&mut pinned);
    opaque(&mut pinned);
}

struct Pinned<'a>(&'a mut Report);

impl Pinned<'_> {
    fn check(&mut self, name: &str, actual: &[u8]) {
        let file = cases(include_str!("../../vectors/ours.txt"));
        let expected = file[0].text(name);
        let digest = kdf::sha256(actual);
        // Long outputs are pinned by their hash.
        let shown = if actual.len() > 400 { digest.as_slice() } else { actual };
        let is_right = expected != "unknown" && unhex(expected) == shown;
        self.0.check(format!("pinned {name} = {}", hex(shown)), is_right);
    }
}

/// Bytes that count up from `first`.
fn bytes<const N: usize>(first: u8) -> [u8; N] {
    std::array::from_fn(|i| u8::try_from(i % 256).unwrap().wrapping_add(first))
}

fn primitives(pinned: &mut Pinned<'_>) {
    let key = Secret::from_bytes(bytes(0));
    pinned.check("derive", kdf::derive::<32>(key.expose(), Label::MESSAGE_PART, b"context").expose());
    pinned.check("sign", &sign::sign(&key, Label::HEADER, b"data"));
    let wrapped = aead::wrap_with_nonce(&key, Label::BUNDLE, b"aad", b"plaintext", &bytes(9));
    pinned.check("wrap", &wrapped);
    let opened = aead::unwrap(&key, Label::BUNDLE, b"aad", &wrapped);
    pinned.0.check("unwrap", opened.is_ok_and(|plain| plain.as_slice() == b"plaintext"));
    let mut rng = Prescribed::new(bytes::<64>(3).to_vec());
    let (enc, sealed) = hpke::seal_key(&hpke::public_key(&key), b"info", &key, &mut rng).unwrap();
    pinned.check("hpke_enc_sha256", &enc);
    pinned.check("hpke_sealed_key", &sealed);
}

fn session(pinned: &mut Pinned<'_>) {
    let (token, key) = (bytes(1), bytes(2));
    pinned.check("session_id", &session_id(&token));
    let wrapped = wrap_resume_key(&token, &key, &mut Prescribed::new(bytes::<24>(3).to_vec()));
    pinned.check("resume_key", &wrapped);
    pinned
        .0
        .check("unwrap resume key", unwrap_resume_key(&token, &wrapped).is_ok_and(|k| k.expose() == &key));
}

/// A registration and a sign-in with the stretching of 64 MiB.
fn opaque(pinned: &mut Pinned<'_>) {
    const PASSWORD: &[u8] = b"correct horse";
    let id = credential_id(&Secret::from_bytes(bytes(5)), "partner@example.org");
    pinned.check("credential_id", &id);
    let mut rng = randomness(1);
    let secrets = ServerSecrets::make(&mut rng);
    let (client, request) = ClientRegistration::start(PASSWORD, &mut rng).unwrap();
    let response = secrets.registration_response(request.as_bytes(), &id).unwrap();
    let (record, registered) = client.finish(PASSWORD, response.as_bytes(), &DEPLOYMENT, &mut rng).unwrap();
    pinned.check("opaque_record", record.as_bytes());
    pinned.check("opaque_kek", registered.secret().expose());

    let mut rng = randomness(2);
    let (client, ke1) = ClientSignIn::start(PASSWORD, &mut rng).unwrap();
    let (server, ke2) =
        ServerSignIn::start(&secrets, Some(record.as_bytes()), ke1.as_bytes(), &id, &DEPLOYMENT, &mut rng)
            .unwrap();
    pinned.check("opaque_ke2", ke2.as_bytes());
    let (ke3, kek) = client.finish(PASSWORD, ke2.as_bytes(), &DEPLOYMENT).unwrap();
    pinned.check("opaque_ke3", ke3.as_bytes());
    pinned.0.check("OPAQUE gives the same key again", kek.secret() == registered.secret());
    pinned.0.check("OPAQUE signs in", server.finish(ke3.as_bytes()).is_ok());
}

/// More bytes than a step of OPAQUE draws.
fn randomness(seed: u8) -> Prescribed {
    Prescribed::new(bytes::<1024>(seed).to_vec())
}
