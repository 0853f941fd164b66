//! Mail leaves over real SMTP: with STARTTLS and a login, again after a refusal, after a crash too.

use std::sync::Arc;
use std::time::Duration;
use tests::ServerProcess;
use tests::actors::{self, ADMIN, PARTNER, PASSWORD};
use tests::mail::{link, texts};
use tests::server::Settings;
use tests::smtp::{Demands, SmtpSink};

const SOON: Duration = Duration::from_secs(20);
/// The first retry is after 30 seconds.
const AFTER_THE_FIRST_RETRY: Duration = Duration::from_secs(90);

async fn admin(server: &ServerProcess) -> actors::Person {
    let link = server.set_up_link().unwrap();
    actors::set_up(&server.url(), link, "T", "A", ADMIN, PASSWORD).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_initial_mail_has_a_link_in_text_and_html_and_no_password() {
    let sink = SmtpSink::start();
    let server = ServerProcess::with_mail_to(&sink);
    let invited = admin(&server).await.invite(&actors::partner("Petra.Gross@Träger.EXAMPLE")).await.unwrap();
    // Only the reader's mail server knows whether capitals matter in front of the @.
    let mail = sink.await_mail("Petra.Gross@xn--trger-hra.example", 1, SOON);
    let text = texts(&mail.raw);
    assert!(text.matches(&server.url()).count() >= 2, "in text and HTML: {text}");
    assert!(
        text.to_lowercase().contains("e-mail-adresse: petra.gross@träger.example"),
        "as people write it: {text}"
    );
    assert!(link(&mail.raw, &server.url()).is_some());
    assert!(!text.contains(&*invited.initial_password));
    assert!(mail.from.ends_with("@kbs.example"), "{}", mail.from);
}

#[tokio::test(flavor = "multi_thread")]
async fn starttls_and_a_login() {
    let key = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let authority = dir.path().join("ca.pem");
    std::fs::write(&authority, key.cert.pem()).unwrap();
    let private = rustls::pki_types::PrivatePkcs8KeyDer::from(key.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![key.cert.der().clone()], private.into())
        .unwrap();
    let login = ("portal".to_owned(), "Mail-Geheimnis".to_owned());
    let sink = SmtpSink::demanding(Demands {
        starttls: Some(Arc::new(tls)),
        login: Some(login.clone()),
        copies: None,
    });
    let server = Settings::default()
        .mail_to(sink.port())
        .set("KBS__MAIL__SMTP__HOST", "localhost")
        .set("KBS__MAIL__SMTP__TLS", "starttls")
        .set("KBS__MAIL__SMTP__USERNAME", &login.0)
        .set("KBS__MAIL__SMTP__PASSWORD", &login.1)
        .set("SSL_CERT_FILE", authority.display())
        .start();
    admin(&server).await.invite(&actors::partner(PARTNER)).await.unwrap();
    let mail = sink.await_mail(PARTNER, 1, SOON);
    assert!(mail.encrypted);
    assert_eq!(mail.login, Some(login));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_put_off_is_tried_again() {
    let sink = SmtpSink::start();
    sink.refuse_next(&[451]);
    let server = ServerProcess::with_mail_to(&sink);
    admin(&server).await.invite(&actors::partner(PARTNER)).await.unwrap();
    sink.await_refusals(1, SOON);
    sink.await_mail(PARTNER, 1, AFTER_THE_FIRST_RETRY);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_survives_a_crash() {
    let sink = SmtpSink::start();
    sink.refuse_next(&[451]);
    let mut server = ServerProcess::with_mail_to(&sink);
    admin(&server).await.invite(&actors::partner(PARTNER)).await.unwrap();
    sink.await_refusals(1, SOON);
    server.kill();
    server.start();
    let mail = sink.await_mail(PARTNER, 1, AFTER_THE_FIRST_RETRY);
    assert!(texts(&mail.raw).contains(&server.url()));
    assert_eq!(sink.mails().len(), 1, "once");
}
