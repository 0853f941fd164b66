//! What an operator relies on: TLS from files that can be replaced, an end to slow clients, named proxies.

use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tests::SmtpSink;
use tests::server::Settings;

const DEADLINE: Duration = Duration::from_secs(20);
/// Each takes a connection: many more than a certificate needs to be read.
const HANDSHAKES: u32 = 5_000;

/// A new certificate in these files.
fn certify(certificate: &Path, key: &Path) -> CertificateDer<'static> {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(certificate, made.cert.pem()).unwrap();
    std::fs::write(key, made.signing_key.serialize_pem()).unwrap();
    made.cert.der().clone()
}

/// What the server answers to somebody who trusts one certificate alone.
fn get(port: u16, path: &str, trusted: &CertificateDer<'static>) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).map_err(std::io::Error::other)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(std::io::Error::other)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").map_err(std::io::Error::other)?;
    let client = ClientConnection::new(Arc::new(config), name).map_err(std::io::Error::other)?;
    let mut stream = StreamOwned::new(client, TcpStream::connect(("127.0.0.1", port))?);
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

#[test]
fn tls_from_files_and_from_new_ones_after_a_hang_up() {
    let dir = tempfile::tempdir().unwrap();
    let (certificate, key) = (dir.path().join("c.pem"), dir.path().join("k.pem"));
    let first = certify(&certificate, &key);
    let server = Settings::default()
        .set("KBS__TLS__CERTIFICATE", certificate.display())
        .set("KBS__TLS__KEY", key.display())
        .set("KBS__MAIL__TRANSPORT", "file")
        .start();
    let answer = get(server.port(), "/healthz", &first).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.to_lowercase().contains("strict-transport-security: max-age="), "{answer}");
    let mut plain = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
    plain.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut text = Vec::new();
    let _ = plain.read_to_end(&mut text);
    assert!(!text.starts_with(b"HTTP"), "nothing in the clear");

    std::fs::write(&certificate, "no certificate").unwrap();
    server.hang_up();
    let second = certify(&certificate, &key);
    let mut tries = 0;
    while get(server.port(), "/healthz", &second).is_err() {
        tries += 1;
        assert!(tries < HANDSHAKES, "the new certificate is never shown");
        server.hang_up();
    }
    assert!(get(server.port(), "/healthz", &first).is_err(), "the old one is gone");
}

#[test]
fn slow_clients_are_cut_off() {
    let sink = SmtpSink::start();
    let server = Settings::default()
        .mail_to(sink.port())
        .set("KBS__TIMEOUTS__HEADER_SECONDS", 1)
        .set("KBS__TIMEOUTS__REQUEST_SECONDS", 1)
        .start();
    let ended = |sent: &[u8]| {
        let mut stream = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        stream.write_all(sent).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("the server ends the connection");
        String::from_utf8_lossy(&answer).into_owned()
    };
    let answer = ended(b"GET /healthz HTTP/1.1\r\nHost: loc");
    assert!(!answer.starts_with("HTTP/1.1 200"), "{answer}");
    let trickle = b"POST /api/v1/sign-in/start HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
        Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
    let answer = ended(trickle);
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("request-timeout"), "{answer}");
}

#[test]
fn a_mistake_in_the_configuration_is_a_sentence_with_the_key() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("server.toml");
    for (toml, key) in [
        ("limits.retention_dayz = 5", "retention_dayz"),
        ("proxy.trusted = [\"somewhere\"]", "proxy.trusted"),
        ("tls = { certificate = \"/nowhere.pem\", key = \"/nowhere.pem\" }", "tls.certificate"),
        ("limits.inactivity_days = 3", "limits.inactivity_days"),
    ] {
        std::fs::write(&file, toml).unwrap();
        let output = std::process::Command::new(tests::server::binary())
            .args(["serve", "--listen", "127.0.0.1:0", "--config"])
            .arg(&file)
            .current_dir(dir.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(key), "{toml}: {said}");
    }
}

#[test]
fn only_a_named_proxy_says_where_a_request_comes_from() {
    let sink = SmtpSink::start();
    let start = |trusted: &str| {
        let settings = Settings::default().mail_to(sink.port());
        settings.set("KBS__LIMITS__SIGN_INS_PER_NETWORK", 2).set("KBS__PROXY__TRUSTED", trusted).start()
    };
    // Each from another address, as the header has it.
    let codes = |port: u16| -> Vec<String> {
        (1..=4)
            .map(|number| {
                let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
                let body = format!("{{\"address\":\"a{number}@b.example\",\"ke1\":\"AAAA\"}}");
                write!(
                    stream,
                    "POST /api/v1/sign-in/start HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
                     X-Forwarded-For: 198.51.100.{number}\r\nContent-Type: application/json\r\n\
                     Content-Length: {}\r\n\r\n{body}",
                    body.len()
                )
                .unwrap();
                let mut answer = String::new();
                stream.read_to_string(&mut answer).unwrap();
                answer[9..12].to_owned()
            })
            .collect()
    };
    assert_eq!(codes(start("[\"127.0.0.0/8\"]").port()), ["400"; 4], "four networks");
    assert_eq!(codes(start("[\"10.0.0.0/8\"]").port()), ["400", "400", "429", "429"], "one network");
}
