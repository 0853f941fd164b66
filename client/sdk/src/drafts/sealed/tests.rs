use super::*;
use crypto_core::Secret;
use crypto_core::certificate::{Pins, Role};
use crypto_core::keys::{Identity, Origin, make_account};
use crypto_core::wire::{B64, Fingerprint, PartId};
use proptest::collection::vec;
use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

const ID: DraftId = DraftId::from_bytes([3; 16]);
/// Says everything that a draft can say.
const TEXT: &str = include_str!("pinned.json");
/// The nonce, and what that text is under the keys of account 1.
const SEALED: &str = include_str!("pinned.hex");

/// The keys of an account, always the same.
fn bundle(seed: u64) -> Bundle {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    let root = Fingerprint::of(b"root");
    let issuer_seed = Secret::from_bytes([1; 32]);
    let origin = Origin {
        issuer_seed: &issuer_seed,
        issuer: root,
        previous: None,
        pins: Pins { root, policy: root },
        provisional: false,
        now_ms: 1_700_000_000_000,
    };
    let address = "p@firma.example".to_owned();
    let identity = Identity { address, name: None, unit: None, role: Role::Partner };
    make_account(identity, &origin, &mut rng).unwrap().bundle
}

fn draft() -> KeptDraft {
    KeptDraft {
        to: vec!["s@kbs.example".into()],
        subject: "Müller".into(),
        text: "Erste Zeile\n\"zweite\"".into(),
        files: vec![KeptFile {
            part: PartId::from_bytes([1; 16]),
            name: "Anhang ä.pdf".into(),
            media_type: "application/pdf".into(),
            bytes: 5,
            key: B64(vec![2; 32]),
            sealed_bytes: 1040,
            sha256: Fingerprint::of(b"sealed"),
        }],
        in_reply_to: Some(MessageId::from_bytes([4; 16])),
        on_behalf_of: Some(AccountId::from_bytes([5; 16])),
        upload: Some(UploadId::from_bytes([6; 16])),
        id: Some(ID),
        revision: 7,
        conflict: true,
        writer: Some(WriterId::from_bytes([8; 16])),
        lacking: Vec::new(),
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn seal(text: &str) -> Vec<u8> {
    bundle(1).seal_draft(text.as_bytes(), &mut ChaCha20Rng::seed_from_u64(9))
}

fn opened(sealed: &[u8]) -> bool {
    KeptDraft::open_as(&bundle(1), sealed, ID).is_ok()
}

#[test]
fn the_pinned_draft_is_written_and_read() {
    assert_eq!(serde_json::to_string(&draft()).unwrap(), TEXT);
    let sealed = draft().seal(&bundle(1), &mut ChaCha20Rng::seed_from_u64(9)).unwrap();
    assert_eq!(hex(&sealed), SEALED);
    assert!(KeptDraft::open_as(&bundle(1), &unhex(SEALED), ID).is_ok_and(|found| found == draft()));
}

/// What clients wrote before there were deputies and conflicts.
#[test]
fn what_older_clients_left_out_has_a_meaning() {
    let old = r#"{"to":[],"subject":"","text":"","files":[],"in_reply_to":null,"upload":null,"id":"ID","writer":null}"#;
    let old = old.replace("ID", &ID.to_string());
    let found = KeptDraft::open_as(&bundle(1), &seal(&old), ID).ok().unwrap();
    assert!(found.on_behalf_of.is_none() && found.revision == 0 && !found.conflict);
}

#[test]
fn what_is_not_this_draft_is_refused() {
    assert!(opened(&seal(TEXT)) && opened(&seal(&format!("{TEXT}   "))), "as it is, it opens");
    let sealed = seal(TEXT);
    assert!(
        KeptDraft::open_as(&bundle(1), &sealed, DraftId::from_bytes([9; 16])).is_err(),
        "another's number"
    );
    assert!(KeptDraft::open(&bundle(2), &sealed).is_err(), "another account's keys");
    for length in [0, 1, 24, sealed.len() - 1] {
        assert!(!opened(&sealed[..length]), "{length} bytes");
    }
    assert!(!opened(&[sealed.as_slice(), &[0]].concat()), "a byte more");
    for (part, other) in [
        ("\"subject\":", "\"betreff\":"),
        ("\"revision\":7", "\"revision\":-1"),
        ("\"revision\":7", "\"revision\":\"7\""),
        ("\"conflict\":true", "\"conflict\":true,\"later\":1"),
        ("\"conflict\":true", "\"conflict\":true,\"conflict\":true"),
        ("\"bytes\":5", "\"bytes\":5,\"later\":1"),
        ("\"bytes\":5,", ""),
        ("\"to\":[", "\"to\":[1,"),
        ("{\"to\"", "[{\"to\""),
        ("{\"to\"", "{} {\"to\""),
    ] {
        let text = TEXT.replacen(part, other, 1);
        assert_ne!(text, TEXT, "{part}");
        assert!(!opened(&seal(&text)), "{other}");
    }
    let id = format!("\"id\":\"{ID}\"");
    assert!(!opened(&seal(&TEXT.replacen(&id, "\"id\":null", 1))), "no number");
}

fn any_file() -> impl Strategy<Value = KeptFile> {
    let ids = (any::<[u8; 16]>(), any::<[u8; 32]>(), vec(any::<u8>(), 0..40));
    let rest = (any::<String>(), any::<String>(), any::<u64>(), any::<u64>());
    (ids, rest).prop_map(|((part, sha256, key), (name, media_type, bytes, sealed_bytes))| KeptFile {
        part: PartId::from_bytes(part),
        name,
        media_type,
        bytes,
        key: B64(key),
        sealed_bytes,
        sha256: Fingerprint::from_bytes(sha256),
    })
}

prop_compose! {
    fn any_draft()(
        (to, subject, text) in (vec(any::<String>(), 0..5), any::<String>(), any::<String>()),
        files in vec(any_file(), 0..4),
        (reply, behalf, upload) in any::<(Option<[u8; 16]>, Option<[u8; 16]>, Option<[u8; 16]>)>(),
        (id, writer) in any::<(Option<[u8; 16]>, Option<[u8; 16]>)>(),
        (revision, conflict) in any::<(u64, bool)>(),
        lacking in vec(any::<(String, u64)>(), 0..3),
    ) -> KeptDraft {
        KeptDraft {
            to, subject, text, files, revision, conflict,
            lacking: lacking.into_iter().map(|(name, bytes)| LackingFile { name, bytes }).collect(),
            in_reply_to: reply.map(MessageId::from_bytes),
            on_behalf_of: behalf.map(AccountId::from_bytes),
            upload: upload.map(UploadId::from_bytes),
            id: id.map(DraftId::from_bytes),
            writer: writer.map(WriterId::from_bytes),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_was_sealed_opens_again_and_its_length_is_padded(draft in any_draft(), seed: u64, at: usize) {
        let bundle = bundle(1);
        let mut sealed = draft.seal(&bundle, &mut ChaCha20Rng::seed_from_u64(seed)).unwrap();
        prop_assert!(KeptDraft::open(&bundle, &sealed).is_ok_and(|found| found == draft));
        let plain = bundle.open_draft(&sealed).unwrap();
        let text = serde_json::to_vec(&draft).unwrap();
        prop_assert_eq!(plain.len() as u64, padded_len(text.len() as u64));
        prop_assert!(plain.starts_with(&text) && plain[text.len()..].iter().all(|byte| *byte == b' '));
        let at = at % sealed.len();
        sealed[at] ^= 1;
        prop_assert!(KeptDraft::open(&bundle, &sealed).is_err());
    }
}
