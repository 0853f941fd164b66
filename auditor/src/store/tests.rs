//! A store made by hand, right, and then with one thing wrong at a time.

use super::*;
use crate::report::Sealed;
use crate::report::{Language, Report};
use crypto_core::wire::api::WrapKind;
use crypto_core::wire::records::{
    AddressIndex, Bundle, Closed, Deployment, Draft, Entry, Message, Part, Record, RootShare, SecurityEvent,
    SecurityEventKind, Settings, StoredWrap, Upload,
};
use crypto_core::wire::{AccountId, DeploymentId, Fingerprint, MessageId, PartId, SubjectLabel, UploadId};
use sha2::{Digest as _, Sha256};
use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use tempfile::TempDir;

const ACCOUNT: AccountId = AccountId::from_bytes([7; 16]);
const UPLOAD: UploadId = UploadId::from_bytes([8; 16]);
const PART: PartId = PartId::from_bytes([9; 16]);

/// Bytes that look random: a chain of hashes.
fn noise(length: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut block = Sha256::digest(b"noise");
    while bytes.len() < length {
        bytes.extend_from_slice(&block);
        block = Sha256::digest(block);
    }
    bytes.truncate(length);
    bytes
}

struct Made {
    folder: TempDir,
    db: sled::Db,
}

impl Made {
    fn right() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db =
            sled::Config::new().path(folder.path().join("metadata")).flush_every_ms(None).open().unwrap();
        let made = Self { folder, db };
        made.put(&Deployment { id: DeploymentId::from_bytes([2; 16]), layout: 1 }, b"");
        made.put(&index(), b"anna@example.org");
        made.put(&draft(noise(72 + 1024)), &[ACCOUNT.as_bytes().as_slice(), &[1; 16]].concat());
        let part = noise(65_536 + 16 + 1024 * 16 + 16);
        let record = Part {
            upload: UPLOAD,
            bytes: part.len() as u64,
            hash: Fingerprint::from_bytes(Sha256::digest(&part).into()),
            messages: vec![MessageId::from_bytes([3; 16])],
            owner: Some(ACCOUNT),
        };
        made.put(&record, PART.as_bytes());
        made.piece(0, &part[..50_000]);
        made.piece(50_000, &part[50_000..]);
        made
    }

    fn put<R: Record>(&self, record: &R, key: &[u8]) {
        self.raw(&[&[R::KIND as u8], key].concat(), &record.to_bytes());
    }

    fn raw(&self, key: &[u8], value: &[u8]) {
        self.db.insert([&[0], key].concat(), [&[0], value].concat()).unwrap();
    }

    fn piece(&self, offset: u64, bytes: &[u8]) {
        let folder = pieces_of(self);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("{offset:016x}")), bytes).unwrap();
    }

    /// Adds to the store in chunks, as long values lie there.
    fn chunked(&self, key: &[u8], value: &[u8], leave_out: usize) {
        let chunks: Vec<_> = value.chunks(4096).collect();
        let count = u32::try_from(chunks.len()).unwrap();
        for (index, chunk) in (0..count).zip(&chunks).skip(leave_out) {
            self.db
                .insert([&[1], 5_u64.to_be_bytes().as_slice(), &index.to_be_bytes()].concat(), *chunk)
                .unwrap();
        }
        let head = [&[1], 5_u64.to_be_bytes().as_slice(), &count.to_be_bytes()].concat();
        self.db.insert([&[0], key].concat(), head).unwrap();
    }

    /// The folder, with nothing in memory any more.
    fn closed(self) -> TempDir {
        self.db.flush().unwrap();
        self.folder
    }

    fn audit(self) -> StoreReport {
        audit(self.closed().path(), Some("Anna@example.org")).unwrap()
    }

    /// Kinds of all records about an address, and the whole report.
    fn about(self, address: &str) -> (Vec<&'static str>, String) {
        let report = audit(self.closed().path(), Some(address)).unwrap();
        assert_eq!(report.findings, []);
        let records = &report.account.as_ref().unwrap().records;
        (records.iter().map(|it| it.kind).collect(), report.text(Language::De))
    }

    fn problems(self) -> Vec<Problem> {
        self.audit().findings.iter().map(|it| it.problem).collect()
    }
}

/// The folder of the part's pieces.
fn pieces_of(made: &Made) -> PathBuf {
    made.folder.path().join("parts/08").join("08".repeat(16)).join("09".repeat(16))
}

fn index() -> AddressIndex {
    AddressIndex { account: ACCOUNT }
}

fn draft(sealed: Vec<u8>) -> Draft {
    Draft { revision: 1, sealed: sealed.into(), changed_ms: 2, expires_ms: 3, upload: None }
}

/// A CBOR map with whole numbers and byte strings.
fn map(fields: &[(u32, Field<'_>)]) -> Vec<u8> {
    let mut map = minicbor::Encoder::new(Vec::new());
    map.map(fields.len() as u64).unwrap();
    for (number, field) in fields {
        map.u32(*number).unwrap();
        match field {
            Field::Number(value) => map.u64(*value).unwrap(),
            Field::Bytes(value) => map.bytes(value).unwrap(),
            Field::Raw(value) => {
                map.writer_mut().extend_from_slice(value);
                continue;
            }
        };
    }
    map.into_writer()
}

enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    Raw(&'a [u8]),
}

const MESSAGE: [u8; 16] = [4; 16];
const PART_BYTES: u64 = 1024 + 16;

/// From `ACCOUNT` to another one, with nothing but part 0.
fn header() -> Vec<u8> {
    let recipient = |account: &[u8], role: u64| {
        map(&[
            (0, Field::Bytes(account)),
            (1, Field::Bytes(&[5; 32])),
            (2, Field::Number(role)),
            (3, Field::Bytes(&noise(1120))),
            (4, Field::Bytes(&noise(48))),
        ])
    };
    let recipients = [vec![0x82], recipient(&[6; 16], 0), recipient(ACCOUNT.as_bytes(), 1)].concat();
    let part_0 = map(&[
        (0, Field::Bytes(PART.as_bytes())),
        (1, Field::Number(PART_BYTES)),
        (2, Field::Bytes(&[7; 32])),
    ]);
    map(&[
        (0, Field::Number(1)),
        (1, Field::Bytes(&MESSAGE)),
        (2, Field::Number(0)),
        (3, Field::Bytes(ACCOUNT.as_bytes())),
        (4, Field::Bytes(&[5; 32])),
        (6, Field::Raw(&recipients)),
        (7, Field::Raw(&part_0)),
        (8, Field::Raw(&[0x80])),
        (9, Field::Bytes(&[8; 32])),
    ])
}

fn message() -> Message {
    Message {
        header: header().into(),
        signature: noise(80).into(),
        sender: ACCOUNT,
        delivered_ms: 1,
        expires_ms: 2,
        bytes: PART_BYTES,
        parts: vec![PART],
        holders: vec![ACCOUNT],
        recalled_ms: None,
    }
}

fn problems_of<R: Record>(record: &R, key: &[u8]) -> Vec<Problem> {
    let made = Made::right();
    made.put(record, key);
    made.problems()
}

#[test]
fn a_header_says_what_its_record_says() {
    assert_eq!(problems_of(&message(), &MESSAGE), []);
    for (wrong, problem) in [
        (Message { bytes: PART_BYTES + 1, ..message() }, Problem::HeaderMismatch),
        (Message { parts: vec![], ..message() }, Problem::HeaderMismatch),
        (Message { sender: AccountId::from_bytes([6; 16]), ..message() }, Problem::HeaderMismatch),
        (Message { header: noise(300).into(), ..message() }, Problem::CiphertextForm),
        (Message { signature: noise(79).into(), ..message() }, Problem::CiphertextLength),
    ] {
        assert_eq!(problems_of(&wrong, &MESSAGE), [problem]);
    }
    assert_eq!(problems_of(&message(), &[5; 16]), [Problem::HeaderMismatch], "of another message");
    let made = Made::right();
    let mut short = message().to_bytes();
    // Without its last field, which no message lacks: { …, 7: [account] }.
    short.truncate(short.len() - 19);
    short[0] -= 1;
    made.raw(&[&[18], MESSAGE.as_slice()].concat(), &short);
    assert_eq!(made.problems(), [Problem::Encoding]);
}

#[test]
fn what_an_account_seals_has_the_lengths_of_what_is_sealed() {
    let head = [(0, Field::Number(1)), (1, Field::Bytes(ACCOUNT.as_bytes())), (2, Field::Number(1))];
    let settings = |bytes: usize| {
        let wrapped = noise(bytes);
        let [suite, account, revision] = &head;
        let field = |it: &(u32, Field<'_>)| match it.1 {
            Field::Number(value) => (it.0, Field::Number(value)),
            _ => (it.0, Field::Bytes(ACCOUNT.as_bytes())),
        };
        let sealed = map(&[field(suite), field(account), field(revision), (3, Field::Bytes(&wrapped))]);
        Settings { revision: 1, sealed: sealed.into() }
    };
    assert_eq!(problems_of(&settings(72 + 256), ACCOUNT.as_bytes()), []);
    assert_eq!(problems_of(&settings(72 + 257), ACCOUNT.as_bytes()), [Problem::CiphertextLength]);
    assert_eq!(problems_of(&settings(71), ACCOUNT.as_bytes()), [Problem::CiphertextForm]);

    let bundle = |kind: WrapKind, bytes: usize| {
        let sealed = map(&[
            (0, Field::Number(1)),
            (1, Field::Bytes(ACCOUNT.as_bytes())),
            (2, Field::Number(1)),
            (3, Field::Bytes(&[5; 32])),
            (4, Field::Bytes(&noise(400))),
        ]);
        let wraps = vec![StoredWrap { kind, sealed: noise(bytes).into() }];
        Bundle { revision: 1, sealed: sealed.into(), wraps }
    };
    assert_eq!(problems_of(&bundle(WrapKind::Password, 104), ACCOUNT.as_bytes()), []);
    assert_eq!(problems_of(&bundle(WrapKind::Recovery, 1168), ACCOUNT.as_bytes()), []);
    for (kind, bytes) in [(WrapKind::Password, 103), (WrapKind::Password, 1168), (WrapKind::Recovery, 104)] {
        assert_eq!(problems_of(&bundle(kind, bytes), ACCOUNT.as_bytes()), [Problem::CiphertextForm]);
    }
    let share = RootShare { share: noise(1200).into(), given_ms: 1 };
    assert_eq!(problems_of(&share, ACCOUNT.as_bytes()), [Problem::CiphertextForm]);
}

#[test]
fn a_right_store_has_no_finding_and_everything_is_counted() {
    let report = Made::right().audit();
    assert_eq!(report.findings, []);
    assert_eq!(report.ciphertexts, 1);
    let kind = report.kinds.iter().find(|it| it.name == "Part").unwrap();
    assert_eq!((kind.records, kind.fields.len()), (1, 5));
    let parts = report.files.iter().find(|it| it.folder == "parts").unwrap();
    assert_eq!((parts.files, parts.bytes), (2, 65_536 + 16 + 1024 * 16 + 16));
    let account = report.account.unwrap();
    assert_eq!(account.address, "anna@example.org");
    let kinds: Vec<_> = account.records.iter().map(|it| it.kind).collect();
    assert_eq!(kinds, ["AddressIndex", "Part", "Draft"]);
    let sealed = &account.records[2].fields[1];
    assert_eq!((sealed.0, sealed.2.as_str()), ("sealed", "1099 bytes"));
    let changed = &account.records[2].fields[2];
    assert_eq!((changed.0, changed.2.as_str()), ("changed_ms", "1970-01-01T00:00:00Z"));
}

/// As signed: the text lies in a map in a byte string in a map in a byte string.
fn signed(address: &str) -> Entry {
    let text = [&[0x60 + u8::try_from(address.len()).unwrap()], address.as_bytes()].concat();
    let body = map(&[(0, Field::Number(1)), (2, Field::Raw(&text))]);
    let signed = map(&[(0, Field::Number(0)), (1, Field::Bytes(&body))]);
    Entry { signed: signed.into(), entered_ms: 1 }
}

fn ended(address: &str) -> Closed {
    Closed { address: address.into(), closed_ms: 1, emptied: true }
}

fn event_of(account: AccountId) -> SecurityEvent {
    SecurityEvent { kind: SecurityEventKind::SignedIn, account: Some(account), by: None }
}

#[test]
fn an_address_that_ends_alike_is_somebody_else() {
    let made = Made::right();
    made.put(&signed("anna@example.org"), &1_u64.to_be_bytes());
    // "p" is the head of a text of 16 bytes, too.
    for (address, number) in (20..).zip(["t.anna@example.org", "panna@example.org"]).map(|(n, it)| (it, n)) {
        let account = AccountId::from_bytes([number; 16]);
        made.put(&AddressIndex { account }, address.as_bytes());
        made.put(&signed(address), &u64::from(number).to_be_bytes());
        made.put(&ended(address), &[number; 16]);
    }
    let (kinds, text) = made.about("anna@example.org");
    assert_eq!(kinds, ["AddressIndex", "Entry", "Part", "Draft"]);
    assert!(!text.contains("t.anna") && !text.contains("panna"), "{text}");
}

#[test]
fn what_remains_of_an_account_that_ended_is_shown() {
    let (address, former, again) =
        ("ende@example.org", AccountId::from_bytes([12; 16]), AccountId::from_bytes([13; 16]));
    let store = || {
        let made = Made::right();
        made.put(&event_of(former), &[1; 16]);
        made.put(&event_of(again), &[2; 16]);
        made
    };
    let made = store();
    made.put(&ended(address), former.as_bytes());
    let (kinds, text) = made.about(address);
    assert_eq!(kinds, ["SecurityEvent", "Closed"]);
    assert!(text.contains(&hex(former.as_bytes())) && !text.contains(&hex(again.as_bytes())), "{text}");

    // Later the statement alone names the number, by the hash of the address.
    let body = map(&[
        (0, Field::Number(1)),
        (1, Field::Bytes(former.as_bytes())),
        (6, Field::Number(1)),
        (8, Field::Number(1)),
        (12, Field::Number(1)),
        (13, Field::Number(0)),
        (14, Field::Number(2)),
        (15, Field::Bytes(&[5; 32])),
        (17, Field::Bytes(SubjectLabel::of(address).as_bytes())),
    ]);
    let statement = map(&[(0, Field::Number(1)), (1, Field::Bytes(&body)), (2, Field::Bytes(&[6; 64]))]);
    let statement = || Entry { signed: statement.clone().into(), entered_ms: 1 };
    let made = store();
    made.put(&statement(), &1_u64.to_be_bytes());
    assert_eq!(made.about(address).0, ["Entry", "SecurityEvent"]);

    // Whoever was invited there anew has both.
    let made = store();
    made.put(&statement(), &1_u64.to_be_bytes());
    made.put(&AddressIndex { account: again }, address.as_bytes());
    let (kinds, text) = made.about(address);
    assert_eq!(kinds, ["AddressIndex", "Entry", "SecurityEvent", "SecurityEvent"]);
    assert!(text.contains(&hex(former.as_bytes())) && text.contains(&hex(again.as_bytes())), "{text}");

    let nobody = audit(store().closed().path(), Some("niemand@example.org")).unwrap_err();
    assert!(nobody.to_string().contains("Nothing is known"), "{nobody}");
}

#[test]
fn a_database_that_was_emptied_is_found() {
    for emptied in [true, false] {
        let folder = Made::right().closed();
        let db = folder.path().join("metadata/db");
        if emptied {
            fs::write(db, "").unwrap()
        } else {
            fs::remove_file(db).unwrap()
        }
        // A snapshot without what it is of cannot be read at all.
        if let Ok(report) = audit(folder.path(), None) {
            assert!(report.findings.iter().any(|it| it.problem == Problem::NoDeployment), "{emptied}");
        }
    }
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("metadata")).unwrap();
    let problems: Vec<_> = audit(folder.path(), None).unwrap().findings.iter().map(|it| it.problem).collect();
    assert_eq!(problems, [Problem::NoDeployment]);
}

#[test]
fn what_cannot_be_read_is_named() {
    let folder = Made::right().closed();
    fs::write(folder.path().join("metadata/snap.00000000000FFFFF"), noise(100)).unwrap();
    let error = audit(folder.path(), None).unwrap_err().to_string();
    assert!(error.contains("metadata/snap.* or") && !error.contains("backtrace"), "{error}");
}

#[test]
fn another_tree_or_key_is_found() {
    let made = Made::right();
    made.db.open_tree("hidden").unwrap().insert("a", "b").unwrap();
    assert_eq!(made.problems(), [Problem::UnknownTree]);
    let made = Made::right();
    made.db.insert([9, 9], "b").unwrap();
    assert_eq!(made.problems(), [Problem::UnknownKey]);
    let made = Made::right();
    made.db.insert([], "b").unwrap();
    assert_eq!(made.problems(), [Problem::UnknownKey]);
    let made = Made::right();
    made.raw(&[200, 1], &index().to_bytes());
    assert_eq!(made.problems(), [Problem::UnknownKind]);
}

#[test]
fn another_field_and_bytes_left_over_are_found() {
    let made = Made::right();
    // { 0: account, 99: "x" }
    let mut value = vec![0xa2, 0, 0x50];
    value.extend([7; 16]);
    value.extend([0x18, 99, 0x61, b'x']);
    made.raw(&[&[5], b"b@example.org".as_slice()].concat(), &value);
    assert_eq!(made.problems(), [Problem::UnknownField]);

    let made = Made::right();
    made.raw(&[&[5], b"b@example.org".as_slice()].concat(), &[index().to_bytes(), vec![0]].concat());
    assert_eq!(made.problems(), [Problem::Encoding]);

    let made = Made::right();
    // The number 0 in two bytes instead of one.
    let mut value = vec![0xa1, 0x18, 0, 0x50];
    value.extend([7; 16]);
    made.raw(&[&[5], b"b@example.org".as_slice()].concat(), &value);
    assert_eq!(made.problems(), [Problem::Encoding]);
}

#[test]
fn long_values_are_whole_and_every_piece_has_a_place() {
    let key = [&[60], ACCOUNT.as_bytes().as_slice(), &[2; 16]].concat();
    let value = draft(noise(72 + 8192)).to_bytes();
    let made = Made::right();
    made.chunked(&key, &value, 0);
    assert_eq!(made.problems(), []);
    let made = Made::right();
    made.chunked(&key, &value, 1);
    assert_eq!(made.problems(), [Problem::MissingChunk, Problem::StrayChunk, Problem::StrayChunk]);
}

#[test]
fn plaintext_in_the_place_of_ciphertext_is_found() {
    let key = [ACCOUNT.as_bytes().as_slice(), &[1; 16]].concat();
    let made = Made::right();
    made.put(&draft(b"Sehr geehrte Damen und Herren, ".repeat(40)[..72 + 1024].to_vec()), &key);
    assert_eq!(made.problems(), [Problem::NotRandom]);

    let made = Made::right();
    made.put(&draft(noise(72 + 1023)), &key);
    assert_eq!(made.problems(), [Problem::CiphertextLength]);

    let made = Made::right();
    made.put(&Settings { revision: 1, sealed: noise(300).into() }, ACCOUNT.as_bytes());
    assert_eq!(made.problems(), [Problem::CiphertextForm]);
}

#[test]
fn a_part_is_what_its_record_says_and_no_file_is_without_one() {
    let made = Made::right();
    made.piece(50_000, &noise(10));
    assert_eq!(made.problems(), [Problem::CiphertextLength]);

    let made = Made::right();
    let mut other = noise(50_000);
    other[0] ^= 1;
    made.piece(0, &other);
    assert_eq!(made.problems(), [Problem::CiphertextHash]);

    let made = Made::right();
    let gap = pieces_of(&made);
    fs::rename(gap.join(format!("{:016x}", 50_000)), gap.join(format!("{:016x}", 50_001))).unwrap();
    assert_eq!(made.problems(), [Problem::CiphertextLength], "a gap");

    let made = Made::right();
    let other_folder = made.folder.path().join("parts/09").join("08".repeat(16)).join("09".repeat(16));
    fs::create_dir_all(&other_folder).unwrap();
    fs::write(other_folder.join("0".repeat(16)), "x").unwrap();
    fs::write(pieces_of(&made).join(format!("+{:015x}", 7)), "x").unwrap();
    assert_eq!(made.problems(), [Problem::UnknownFile; 2], "names that are none of a piece");

    let made = Made::right();
    let odd = noise(1000);
    let hash = Fingerprint::from_bytes(Sha256::digest(&odd).into());
    let record = Part { upload: UPLOAD, bytes: 1000, hash, messages: vec![], owner: None };
    made.put(&record, PART.as_bytes());
    fs::remove_file(pieces_of(&made).join(format!("{:016x}", 50_000))).unwrap();
    made.piece(0, &odd);
    assert_eq!(made.problems(), [Problem::CiphertextForm], "no length of a sealed part");

    let made = Made::right();
    fs::write(made.folder.path().join("notes.txt"), "x").unwrap();
    fs::create_dir_all(made.folder.path().join("metadata/blobs")).unwrap();
    fs::write(made.folder.path().join("metadata/blobs/1"), "x").unwrap();
    assert_eq!(made.problems(), [Problem::UnknownFile; 2]);

    let made = Made::right();
    let stray = made.folder.path().join("parts/0a").join("0a".repeat(16)).join("0b".repeat(16));
    fs::create_dir_all(&stray).unwrap();
    fs::write(stray.join("0".repeat(16)), noise(100)).unwrap();
    assert_eq!(made.problems(), [Problem::StrayPart]);
    let made = Made::right();
    let upload =
        Upload { account: ACCOUNT, expires_ms: 1, parts: vec![PartId::from_bytes([11; 16])], drafts: None };
    made.put(&upload, &[10; 16]);
    let known = made.folder.path().join("parts/0a").join("0a".repeat(16)).join("0b".repeat(16));
    fs::create_dir_all(&known).unwrap();
    fs::write(known.join("0".repeat(16)), noise(100)).unwrap();
    assert_eq!(made.problems(), [], "an upload under way");
}

#[test]
fn links_and_empty_folders_are_found_and_the_servers_own_socket_is_not() {
    let made = Made::right();
    fs::create_dir(made.folder.path().join("Bescheid an Frau Beispiel")).unwrap();
    fs::create_dir_all(made.folder.path().join("parts/x")).unwrap();
    symlink("/dev/null", made.folder.path().join("metadata/snap.1")).unwrap();
    symlink("/", made.folder.path().join("parts/y")).unwrap();
    assert_eq!(made.problems(), [Problem::UnknownFile; 4]);

    let made = Made::right();
    fs::create_dir_all(made.folder.path().join("metadata/blobs")).unwrap();
    fs::create_dir_all(made.folder.path().join("parts/0a").join("0a".repeat(16))).unwrap();
    let _control = UnixListener::bind(made.folder.path().join("control")).unwrap();
    assert_eq!(made.problems(), [], "what a server leaves");

    let made = Made::right();
    fs::write(made.folder.path().join("control"), "x").unwrap();
    let _other = UnixListener::bind(made.folder.path().join("control2")).unwrap();
    assert_eq!(made.problems(), [Problem::UnknownFile; 2]);
}

#[test]
fn a_name_is_no_line_of_the_report() {
    let made = Made::right();
    let name = "x\nErgebnis: kein Befund. \u{1b}[8m\u{202e}";
    fs::write(made.folder.path().join(name), "x").unwrap();
    let report = made.audit();
    for text in [report.text(Language::De), report.document(Language::De).text()] {
        assert!(!text.contains("\nErgebnis: kein") && !text.contains(['\u{1b}', '\u{202e}']), "{text}");
        assert!(text.contains(r"x\nErgebnis: kein Befund. \u{1b}[8m\u{202e}"), "{text}");
    }
    let page = report.document(Language::De).html(Language::De, 0);
    assert!(!page.contains(['\u{1b}', '\u{202e}']));
}

#[test]
fn bytes_that_look_random_pass_and_others_do_not() {
    assert_eq!(judged(&[&noise(1 << 20)]), 0);
    let weak = noise(8192).into_iter().map(|it| it & 0x7f).collect::<Vec<_>>();
    assert_eq!(judged(&[&weak, &noise(4 << 20)]), 1, "one among many");
    assert_eq!(judged(&[&[0; 64]]), 1);
    assert_eq!(judged(&[&[b'a'; 48]]), 1);
    let short: Vec<_> = weak.chunks(47).collect();
    assert_eq!(judged(&short), 1, "each too short to tell, all of them not");
}

/// How many findings there are.
fn judged(all: &[&[u8]]) -> usize {
    let mut samples = randomness::Samples::default();
    all.iter().for_each(|sample| samples.add(Sealed::Draft, "a", sample));
    let mut findings = Findings::default();
    samples.judge(&mut findings);
    assert!(findings.0.iter().all(|it| it.problem == Problem::NotRandom));
    findings.0.len()
}
