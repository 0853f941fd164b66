//! The server's binary and the auditor's have no code that opens a message: not by their dependencies, not by their bytes.

use crypto_core::label::Label;
use std::process::Command;

/// Labels of sealing and opening. Server and auditor never derive with one of them.
const OF_CLIENTS: [Label; 6] = [
    Label::MESSAGE_HPKE,
    Label::MESSAGE_PART,
    Label::MESSAGE_COMMIT,
    Label::GRANT_HPKE,
    Label::BUNDLE,
    Label::WRAP_PASSWORD,
];
/// Labels that the server does use.
const OF_THE_SERVER: [Label; 2] = [Label::CREDENTIAL_ID, Label::RESUME_TOKEN];
/// Labels that the auditor does use.
const OF_THE_AUDITOR: [Label; 2] = [Label::CERTIFICATE, Label::DIRECTORY_EPOCH];

fn holds(bytes: &[u8], label: Label) -> bool {
    memchr::memmem::find(bytes, label.as_bytes()).is_some()
}

/// Blanks the WebAssembly modules that the binary carries for browsers: the client's code, which it cannot run.
fn without_wasm(mut bytes: Vec<u8>) -> Vec<u8> {
    let starts: Vec<usize> = memchr::memmem::find_iter(&bytes, b"\0asm\x01\0\0\0").collect();
    for start in starts {
        let end = wasm_end(&bytes, start);
        bytes[start..end].fill(0);
    }
    bytes
}

/// Sections follow the header, each a number up to 13 and its length (WebAssembly core, 5.5.2).
fn wasm_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 8;
    while bytes.get(at).is_some_and(|id| *id <= 13) {
        let Some((length, digits)) = leb128(&bytes[at + 1..]) else { break };
        let next = at + 1 + digits + length;
        if length == 0 || next > bytes.len() {
            break;
        }
        at = next;
    }
    at
}

fn leb128(bytes: &[u8]) -> Option<(usize, usize)> {
    let digits = bytes.iter().take(5).position(|byte| byte & 0x80 == 0)? + 1;
    let value = bytes[..digits].iter().rev().fold(0, |value, byte| value << 7 | usize::from(byte & 0x7f));
    Some((value, digits))
}

fn tree(package: &str) -> String {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--package", package, "--edges", "normal", "--prefix", "none", "--offline"])
        .current_dir(root)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn server_and_auditor_do_not_depend_on_what_opens_messages() {
    let depends = |tree: &str, name: &str| tree.lines().any(|line| line.starts_with(&format!("{name} v")));
    let (server, auditor, client) = (tree("server"), tree("auditor"), tree("client-sdk"));
    for name in ["hpke", "argon2", "client-sdk"] {
        assert!(!depends(&server, name), "the server depends on {name}");
        assert!(!depends(&auditor, name), "the auditor depends on {name}");
        assert!(depends(&client, name), "the client depends on {name}: the look is right");
    }
}

#[test]
fn the_binaries_have_no_label_of_opening() {
    let server = without_wasm(std::fs::read(tests::server::binary()).unwrap());
    let auditor = std::fs::read(tests::server::program("auditor")).unwrap();
    for label in OF_CLIENTS {
        assert!(!holds(&server, label), "{label:?} is in the server's binary");
        assert!(!holds(&auditor, label), "{label:?} is in the auditor's binary");
    }
    for label in OF_THE_AUDITOR {
        assert!(holds(&auditor, label), "{label:?}: the look is right");
    }
    for label in OF_THE_SERVER {
        assert!(holds(&server, label), "{label:?}: the look is right");
    }
    let client = std::fs::read(std::env::current_exe().unwrap()).unwrap();
    for label in OF_CLIENTS {
        assert!(holds(&client, label), "{label:?} is in a client: the look is right");
    }
}
