//! The auditor compares what the real server serves with the build that is in it (`cargo xtask web` first).

use auditor::client::compare;
use auditor::http::Server;
use auditor::report::client::ClientProblem;
use std::path::Path;
use tests::proxy::{Proxy, parted, with_body};
use tests::server::Settings;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_served_is_the_build_until_a_byte_is_another() {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/web");
    let server = Settings::default().set("KBS__MAIL__TRANSPORT", "file").start();
    let proxy = Proxy::start(server.port());
    let look = async |url: &str| compare(&Server::at(url).unwrap(), &built).await.unwrap();
    let clean = look(&proxy.url()).await;
    assert_eq!(clean.findings, []);
    assert!(clean.looked.answers > 60, "{:?}", clean.looked);

    proxy.change(|target, answer| {
        let (_, body) = parted(&answer);
        let mut body = body.to_vec();
        if target.ends_with(".wasm") && body.starts_with(b"\0asm") {
            let last = body.len() - 1;
            body[last] ^= 1;
        }
        with_body(&answer, &body)
    });
    let found = look(&proxy.url()).await.findings;
    assert!(!found.is_empty());
    for it in &found {
        assert_eq!(it.problem, ClientProblem::OtherBytes);
        assert!(it.path.ends_with(".wasm") && it.detail.contains(", section "), "{it:?}");
    }
    proxy.change(|target, answer| {
        let (head, body) = parted(&answer);
        let more = if target == "/mail/inbox" { "\r\nlink: </x.js>; rel=modulepreload" } else { "" };
        [head.as_bytes(), more.as_bytes(), b"\r\n\r\n", body].concat()
    });
    let found = look(&proxy.url()).await.findings;
    let told: Vec<_> = found.iter().map(|it| (it.problem, it.path.as_str())).collect();
    assert_eq!(told, [(ClientProblem::UnknownHeader, "/mail/inbox")]);
}
