//! The server's binary has no code that opens a message: not by its dependencies, not by its bytes.

use crypto_core::label::Label;
use std::process::Command;

/// Labels of sealing and opening. The server never derives with one of them.
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

fn holds(bytes: &[u8], label: Label) -> bool {
    memchr::memmem::find(bytes, label.as_bytes()).is_some()
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
fn the_server_does_not_depend_on_what_opens_messages() {
    let depends = |tree: &str, name: &str| tree.lines().any(|line| line.starts_with(&format!("{name} v")));
    let (server, client) = (tree("server"), tree("client-sdk"));
    for name in ["hpke", "argon2", "client-sdk"] {
        assert!(!depends(&server, name), "the server depends on {name}");
        assert!(depends(&client, name), "the client depends on {name}: the look is right");
    }
}

#[test]
fn the_servers_binary_has_no_label_of_opening() {
    let server = std::fs::read(tests::server::binary()).unwrap();
    for label in OF_CLIENTS {
        assert!(!holds(&server, label), "{label:?} is in the server's binary");
    }
    for label in OF_THE_SERVER {
        assert!(holds(&server, label), "{label:?}: the look is right");
    }
    let client = std::fs::read(std::env::current_exe().unwrap()).unwrap();
    for label in OF_CLIENTS {
        assert!(holds(&client, label), "{label:?} is in a client: the look is right");
    }
}
