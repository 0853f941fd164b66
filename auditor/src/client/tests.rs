//! A small build and a server that serves it, right and then with one thing wrong at a time.

use super::*;
use crate::report::client::ClientProblem;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use tempfile::TempDir;

const PAGE: &[u8] = b"<!doctype html>\n<script type=\"module\" src=\"/assets/a-1.js\"></script>\n";
const HEADERS: &str = "content-security-policy: default-src 'none'\r\nx-frame-options: DENY\r\n";

fn script() -> Vec<u8> {
    b"let one = 1;\nlet two = 2;\n".repeat(40)
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    flate2::read::GzEncoder::new(bytes, flate2::Compression::best()).read_to_end(&mut out).unwrap();
    out
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    ::brotli::CompressorReader::new(bytes, 4096, 5, 20).read_to_end(&mut out).unwrap();
    out
}

fn built() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    fs::create_dir(folder.path().join("assets")).unwrap();
    put("index.html", PAGE);
    put("assets/a-1.js", &script());
    put("assets/a-1.js.gz", &gzip(&script()));
    put("assets/a-1.js.br", &brotli(&script()));
    let list = serde_json::json!({
        "headers": [["content-security-policy", "default-src 'none'"], ["x-frame-options", "DENY"]],
        "files": [
            { "path": "/index.html", "content_type": "text/html; charset=utf-8", "sha256": hash(PAGE),
              "immutable": false, "first_load": true, "encodings": [] },
            { "path": "/assets/a-1.js", "content_type": "text/javascript; charset=utf-8",
              "sha256": hash(&script()), "immutable": true, "first_load": true, "encodings": ["br", "gzip"] },
        ],
    });
    put("manifest.json", &serde_json::to_vec_pretty(&list).unwrap());
    folder
}

/// An answer before it is written.
struct Made {
    status: u16,
    headers: String,
    body: Vec<u8>,
}

/// What an honest server says.
fn honest(folder: &Path, target: &str, asked: &BTreeMap<String, String>) -> Made {
    let read = |name: &str| fs::read(folder.join(name)).unwrap();
    let file = |kind: &str, caching: &str, hash: &str, packing: &str, body: Vec<u8>| {
        let (tag, packed) = match packing {
            "" => (hash.to_owned(), String::new()),
            name => (format!("{hash}-{name}"), format!("content-encoding: {name}\r\n")),
        };
        let headers = format!(
            "{HEADERS}content-type: {kind}\r\ncache-control: {caching}\r\netag: \"{tag}\"\r\nvary: Accept-Encoding\r\n{packed}"
        );
        Made { status: 200, headers, body }
    };
    let accepted = asked.get("accept-encoding").map(String::as_str).unwrap_or_default();
    match target {
        LIST => Made { status: 200, headers: HEADERS.into(), body: read("manifest.json") },
        "/assets/a-1.js" => {
            let (packing, name) = match accepted {
                all if all.contains("br") => ("br", "assets/a-1.js.br"),
                some if some.contains("gzip") => ("gzip", "assets/a-1.js.gz"),
                _ => ("", "assets/a-1.js"),
            };
            let caching = "public, max-age=31536000, immutable";
            file("text/javascript; charset=utf-8", caching, &hash(&script()), packing, read(name))
        }
        path if path.contains('.') && path != START_PAGE => {
            Made { status: 404, headers: HEADERS.into(), body: b"{}".to_vec() }
        }
        _ => file("text/html; charset=utf-8", "no-cache", &hash(PAGE), "", PAGE.to_vec()),
    }
}

fn answer(stream: &mut TcpStream, folder: &Path, change: &impl Fn(&str, &mut Made)) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(std::result::Result::ok);
    let Some(first) = lines.next() else { return };
    let pairs = lines.take_while(|line| !line.is_empty());
    let pairs =
        pairs.filter_map(|line| Some(line.split_once(": ")?).map(|(n, v)| (n.to_lowercase(), v.to_owned())));
    let asked: BTreeMap<String, String> = pairs.collect();
    assert!(asked["user-agent"].contains("Chrome"), "asked as a browser asks");
    let target = first.split(' ').nth(1).unwrap().to_owned();
    let mut made = honest(folder, &target, &asked);
    change(&target, &mut made);
    let head =
        format!("HTTP/1.1 {} X\r\ncontent-length: {}\r\n{}\r\n", made.status, made.body.len(), made.headers);
    let _ = stream.write_all(&[head.as_bytes(), &made.body].concat());
}

/// What is found where a server serves this build, with its answers changed.
fn findings(
    change: impl Fn(&str, &mut Made) + Send + Sync + 'static,
) -> Vec<(ClientProblem, String, String)> {
    let folder = Arc::new(built());
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
    let (served, change) = (Arc::clone(&folder), Arc::new(change));
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(std::result::Result::ok) {
            answer(&mut stream, served.path(), &*change);
        }
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let report = runtime.block_on(compare(&Server::at(&url).unwrap(), folder.path())).unwrap();
    report.findings.into_iter().map(|it| (it.problem, it.path, it.detail)).collect()
}

#[test]
fn what_is_the_build_has_no_finding() {
    assert_eq!(findings(|_, _| ()), []);
}

#[test]
fn each_file_is_compared_in_each_packing() {
    let script_with = |from: &'static str, to: &'static str| {
        String::from_utf8(script()).unwrap().replacen(from, to, 1).into_bytes()
    };
    let other = script_with("let two = 2;", "let two = 3;");
    for (packing, packed) in [("identity", other.clone()), ("gzip", gzip(&other)), ("br", brotli(&other))] {
        let found = findings(move |target, made| {
            let is = |name: &str| made.headers.contains(&format!("content-encoding: {name}"));
            let this = if packing == "identity" { !is("gzip") && !is("br") } else { is(packing) };
            if target.ends_with(".js") && this && made.status == 200 {
                made.body.clone_from(&packed);
            }
        });
        let [(ClientProblem::OtherBytes, path, detail)] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(path, "/assets/a-1.js");
        assert!(
            detail.starts_with(packing) && detail.contains("line 2: «let two = 2;» → «let two = 3;»"),
            "{detail}"
        );
    }
    let found = findings(|_, made| {
        if made.headers.contains("encoding: gzip") {
            made.body = flate2_fast(&script());
        }
    });
    assert!(found[0].2.contains("the same, packed otherwise"), "{found:?}");
}

fn flate2_fast(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    flate2::read::GzEncoder::new(bytes, flate2::Compression::none()).read_to_end(&mut out).unwrap();
    out
}

#[test]
fn a_view_with_a_page_of_its_own_a_list_and_something_more_are_found() {
    let at = |path: &'static str| {
        findings(move |target, made| {
            if target == path {
                (made.status, made.body) = (200, b"<script src=\"https://evil.example\"></script>".to_vec());
            }
        })
    };
    assert!(at("/setup").iter().all(|it| it.0 == ClientProblem::OtherBytes && it.1 == "/setup"));
    assert_eq!(at("/setup").len(), 1);
    assert_eq!(at(LIST).iter().map(|it| it.0).collect::<Vec<_>>(), [ClientProblem::OtherList]);
    assert_eq!(at("/sw.js").iter().map(|it| it.0).collect::<Vec<_>>(), [ClientProblem::Unknown]);
    let gone = findings(|target, made| {
        if target.ends_with("a-1.js") {
            made.status = 404;
        }
    });
    assert_eq!(gone.iter().map(|it| it.0).collect::<Vec<_>>(), [ClientProblem::Missing; 3]);
}

#[test]
fn headers_are_looked_at_in_every_answer() {
    for (header, problem) in [
        ("x-frame-options: DENY\r\n", ClientProblem::HeaderTwice),
        ("link: </x.js>; rel=preload\r\n", ClientProblem::UnknownHeader),
        ("set-cookie: a=b\r\n", ClientProblem::UnknownHeader),
    ] {
        for path in ["/setup", "/assets/a-1.js", "/sw.js", LIST] {
            let found = findings(move |target, made| {
                if target == path {
                    made.headers.push_str(header);
                }
            });
            assert!(!found.is_empty() && found.iter().all(|it| it.0 == problem && it.1 == path), "{found:?}");
        }
    }
    let weaker = findings(|_, made| made.headers = made.headers.replace("'none'", "*"));
    assert!(weaker.iter().all(|it| it.0 == ClientProblem::OtherHeader) && weaker.len() == 17);
}

#[test]
fn a_build_that_is_not_what_its_list_says_is_no_measure() {
    let folder = built();
    assert!(Build::read(folder.path()).is_ok());
    fs::write(folder.path().join("assets/a-1.js.gz"), gzip(b"another")).unwrap();
    assert!(Build::read(folder.path()).is_err());
    let folder = built();
    fs::write(folder.path().join("index.html"), "another").unwrap();
    assert!(Build::read(folder.path()).is_err());
    assert!(Build::read(&folder.path().join("nowhere")).is_err());
}
