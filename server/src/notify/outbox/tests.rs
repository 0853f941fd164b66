use super::*;
use crate::clock::{ManualClock, SystemRandomness};
use crate::config::{Config, MailTransport};
use crypto_core::certificate::Role;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

const START_MS: u64 = 1_700_000_000_000;
const READER: AccountId = AccountId::from_bytes([7; 16]);

struct Post {
    state: AppState,
    clock: Arc<ManualClock>,
    outbox: Outbox,
    dir: tempfile::TempDir,
}

impl Post {
    async fn new(configure: impl FnOnce(&mut Config)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.mail.transport = MailTransport::File;
        config.mail.dir = dir.path().into();
        config.mail.from = "Amt für Alles <portal@a.example>".into();
        configure(&mut config);
        let clock = Arc::new(ManualClock::at(START_MS));
        let state = AppState::in_memory(config, clock.clone(), Arc::new(SystemRandomness)).await.unwrap();
        let outbox = Outbox::new(state.clone()).unwrap();
        let post = Self { state, clock, outbox, dir };
        post.reader("leser@b.example").await;
        post
    }

    async fn reader(&self, address: &str) {
        let account = Account {
            address: address.into(),
            role: Role::Partner,
            language: Language::De,
            certificate: Fingerprint::of(b""),
            provisional: true,
            initial_password: true,
            password_set_ms: START_MS,
            created_ms: START_MS,
            invited_by: None,
            first_sign_in_ms: None,
            last_sign_in_ms: None,
            reminders: None,
            mail_address: None,
        };
        let portal = Portal { organisation: "Amt für Alles".into(), set_up_ms: START_MS };
        transact(&*self.state.store, |tx| {
            tx.save(&[], &portal);
            tx.save(&[READER.as_bytes()], &account);
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
    }

    async fn notice_to(&self, address: &str, template: MailTemplate, signed_in_before: bool) {
        let now_ms = self.state.now_ms();
        let notice = Notice { account: READER, address, language: Language::De, template, signed_in_before };
        transact(&*self.state.store, |tx| enqueue(tx, now_ms, &notice)).await.unwrap();
    }

    async fn message(&self) {
        self.notice_to("leser@b.example", MailTemplate::NewMessage, true).await;
    }

    async fn after(&self, seconds: u64) -> Option<u64> {
        self.clock.advance(Duration::from_secs(seconds));
        self.outbox.send_due().await.unwrap()
    }

    fn mails(&self) -> Vec<String> {
        let mut paths: Vec<_> =
            std::fs::read_dir(self.dir.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
    }

    async fn waiting(&self) -> usize {
        transact(&*self.state.store, |tx| tx.list::<Mail>(&[], None, 9)).await.unwrap().len()
    }

    async fn events(&self) -> Vec<SecurityEventKind> {
        use crypto_core::wire::records::SecurityEvent;
        let found = transact(&*self.state.store, |tx| tx.list::<SecurityEvent>(&[], None, 9)).await.unwrap();
        found.into_iter().map(|(_, event)| event.kind).collect()
    }
}

#[tokio::test]
async fn a_burst_makes_one_mail_and_what_comes_later_one_more() {
    let post = Post::new(|_| ()).await;
    post.message().await;
    post.message().await;
    assert_eq!(post.outbox.send_due().await.unwrap(), Some(START_MS + COLLECT_MS));
    assert_eq!(post.mails().len(), 0, "the burst is collected");
    post.message().await;
    post.after(2).await;
    assert_eq!(post.mails().len(), 1);
    post.message().await;
    post.message().await;
    post.after(60).await;
    assert_eq!(post.mails().len(), 1, "not within five minutes");
    post.after(240).await;
    assert_eq!(post.mails().len(), 2, "after five minutes");
    post.after(300).await;
    assert_eq!(post.mails().len(), 2, "nothing happened since");
    assert_eq!(post.waiting().await, 0);
    post.message().await;
    post.after(2).await;
    assert_eq!(post.mails().len(), 3, "at once again");
}

#[tokio::test]
async fn what_comes_while_a_mail_leaves_is_not_forgotten() {
    let post = Post::new(|_| ()).await;
    post.message().await;
    post.clock.advance(Duration::from_secs(2));
    let key = [
        &[crypto_core::wire::records::Kind::Mail as u8, MailTemplate::NewMessage as u8],
        &READER.as_bytes()[..],
    ]
    .concat();
    transact(&*post.state.store, |tx| post.outbox.begin(tx, &key, READER)).await.unwrap().unwrap();
    post.message().await;
    transact(&*post.state.store, |tx| post.outbox.finish(tx, &key, READER, &Ok(()))).await.unwrap();
    post.after(300).await;
    assert_eq!(post.mails().len(), 1);
}

#[tokio::test]
async fn the_initial_mail_speaks_for_the_first_message() {
    let post = Post::new(|_| ()).await;
    post.notice_to("leser@b.example", MailTemplate::Initial, false).await;
    post.notice_to("leser@b.example", MailTemplate::NewMessage, false).await;
    post.after(2).await;
    post.notice_to("leser@b.example", MailTemplate::NewMessage, false).await;
    post.after(10).await;
    assert_eq!(post.mails().len(), 1);
    assert!(post.mails()[0].replace("=\r\n", "").contains("Initial-Kennwort"));
    post.after(300).await;
    post.notice_to("leser@b.example", MailTemplate::NewMessage, false).await;
    post.after(2).await;
    assert_eq!(post.mails().len(), 2, "the initial mail is older than five minutes");
}

#[tokio::test]
async fn who_has_signed_in_hears_of_a_message_beside_the_initial_mail() {
    let post = Post::new(|_| ()).await;
    post.notice_to("leser@b.example", MailTemplate::Initial, false).await;
    post.message().await;
    post.after(2).await;
    assert_eq!(post.mails().len(), 2);
}

#[tokio::test]
async fn a_mail_has_the_headers_it_needs_and_both_forms() {
    let post = Post::new(|_| ()).await;
    post.message().await;
    post.after(2).await;
    let mail = &post.mails()[0];
    for line in [
        "To: leser@b.example\r\n",
        "Date: Tue, 14 Nov 2023 22:13:22 +0000\r\n",
        "Auto-Submitted: auto-generated\r\n",
        "MIME-Version: 1.0\r\n",
        "Content-Type: multipart/alternative;",
        "Content-Type: text/plain; charset=utf-8\r\n",
        "Content-Type: text/html; charset=utf-8\r\n",
        "@a.example>\r\n",
    ] {
        assert!(mail.contains(line), "{line:?} in {mail}");
    }
}

#[tokio::test]
async fn an_account_that_is_gone_gets_no_mail() {
    let post = Post::new(|_| ()).await;
    post.message().await;
    transact(&*post.state.store, |tx| {
        tx.erase::<Account>(&[READER.as_bytes()]);
        Ok::<_, StoreError>(())
    })
    .await
    .unwrap();
    post.after(2).await;
    assert_eq!((post.mails().len(), post.waiting().await), (0, 0));
}

/// A mail server that answers `RCPT TO` with one code after the other, and keeps what it accepts.
async fn smtp_sink(
    answers: &'static [&'static str],
    extensions: &'static str,
) -> (u16, Arc<std::sync::Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let accepted = Arc::new(std::sync::Mutex::new(Vec::new()));
    let kept = accepted.clone();
    tokio::spawn(async move {
        for answer in answers {
            let (stream, _) = listener.accept().await.unwrap();
            let mut stream = BufReader::new(stream);
            stream.write_all(b"220 sink\r\n").await.unwrap();
            let mut line = String::new();
            let mut data: Option<String> = None;
            while {
                line.clear();
                stream.read_line(&mut line).await.unwrap_or(0)
            } > 0
            {
                if let Some(text) = &mut data {
                    if line == ".\r\n" {
                        kept.lock().unwrap().push(data.take().unwrap());
                        stream.write_all(b"250 kept\r\n").await.unwrap();
                    } else {
                        text.push_str(&line);
                    }
                    continue;
                }
                let reply = match line.get(..4) {
                    Some("EHLO") => format!("250-sink\r\n{extensions}250 8BITMIME\r\n"),
                    Some("RCPT") => format!("{answer}\r\n"),
                    Some("DATA") => {
                        data = Some(String::new());
                        "354 go on\r\n".into()
                    }
                    Some("QUIT") => "221 bye\r\n".into(),
                    _ => "250 ok\r\n".into(),
                };
                stream.write_all(reply.as_bytes()).await.unwrap();
            }
        }
    });
    (port, accepted)
}

async fn post_over(port: u16) -> Post {
    Post::new(|config| {
        config.mail.transport = MailTransport::Smtp;
        config.mail.smtp.host = "127.0.0.1".into();
        config.mail.smtp.port = port;
    })
    .await
}

#[tokio::test]
async fn a_mail_that_is_deferred_is_sent_later() {
    let (port, kept) = smtp_sink(&["450 later", "250 ok"], "").await;
    let post = post_over(port).await;
    post.message().await;
    assert_eq!(post.after(2).await, Some(START_MS + 2000 + FIRST_RETRY_MS));
    assert_eq!(kept.lock().unwrap().len(), 0);
    post.after(29).await;
    assert_eq!(kept.lock().unwrap().len(), 0);
    post.after(1).await;
    assert_eq!(kept.lock().unwrap().len(), 1);
    assert!(kept.lock().unwrap()[0].contains("leser@b.example"));
    assert_eq!(post.events().await, []);
}

#[tokio::test]
async fn a_mail_that_is_refused_is_recorded_and_dropped() {
    let (port, _) = smtp_sink(&["550 nobody here"], "").await;
    let post = post_over(port).await;
    post.message().await;
    assert_eq!(post.after(2).await, None);
    assert_eq!((post.waiting().await, post.events().await), (0, vec![SecurityEventKind::MailRefused]));
}

#[tokio::test]
async fn a_failure_is_kept_until_a_mail_gets_through() {
    let (port, _) = smtp_sink(&["550 nobody here", "250 ok"], "").await;
    let post = post_over(port).await;
    post.message().await;
    post.after(2).await;
    let failures = || async {
        let all = transact(&*post.state.store, |tx| tx.list::<MailFailure>(&[READER.as_bytes()], None, 9));
        all.await.unwrap().into_iter().map(|(_, failure)| failure).collect::<Vec<_>>()
    };
    let kept = failures().await;
    assert_eq!(kept.len(), 1);
    assert_eq!((kept[0].refused, kept[0].code, kept[0].failed_ms), (true, Some(550), START_MS + 2000));
    assert_eq!((kept[0].address.as_str(), kept[0].template), ("leser@b.example", MailTemplate::NewMessage));
    let shown = crate::service::outbox::failed_ms;
    let shown = transact(&*post.state.store, |tx| shown(tx, READER)).await.unwrap();
    assert_eq!(shown, Some(START_MS + 2000));
    post.message().await;
    post.after(2).await;
    assert_eq!(failures().await.len(), 0);
}

#[tokio::test]
async fn what_waits_while_the_address_changes_goes_to_the_present_one() {
    let (port, kept) = smtp_sink(&["250 ok", "250 ok"], "").await;
    let post = post_over(port).await;
    post.message().await;
    post.notice_to("leser@b.example", MailTemplate::AddressLeft, true).await;
    post.reader("neu@b.example").await;
    post.after(2).await;
    let told: Vec<bool> =
        kept.lock().unwrap().iter().map(|mail| mail.contains("To: neu@b.example")).collect();
    assert_eq!(told, [true, false], "the former address is for its own mail alone");
}

#[tokio::test]
async fn a_former_address_that_is_dead_says_nothing_of_the_reader() {
    let (port, kept) = smtp_sink(&["550 nobody here"], "").await;
    let post = post_over(port).await;
    post.reader("neu@b.example").await;
    post.notice_to("leser@b.example", MailTemplate::AddressLeft, true).await;
    post.after(2).await;
    assert!(kept.lock().unwrap().is_empty());
    let shown = crate::service::outbox::failed_ms;
    assert_eq!(transact(&*post.state.store, |tx| shown(tx, READER)).await.unwrap(), None);
    assert_eq!(post.waiting().await, 0);
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_tried_for_three_days() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let post = post_over(closed).await;
    post.message().await;
    let mut tries = 0;
    while post.waiting().await > 0 {
        tries += 1;
        let due_ms = post.outbox.send_due().await.unwrap().unwrap_or_default();
        post.clock.advance(Duration::from_millis(due_ms.saturating_sub(post.state.now_ms())));
    }
    assert!((70..90).contains(&tries), "{tries}");
    assert_eq!(post.events().await, [SecurityEventKind::MailGivenUp]);
}

#[tokio::test]
async fn an_international_address_needs_a_server_that_takes_it() {
    for (extensions, taken) in [("", false), ("250-SMTPUTF8\r\n", true)] {
        let (port, kept) = smtp_sink(&["250 ok"], extensions).await;
        let post = post_over(port).await;
        post.reader("jürgen@xn--bcher-kva.example").await;
        post.notice_to("jürgen@xn--bcher-kva.example", MailTemplate::NewMessage, true).await;
        post.after(2).await;
        assert_eq!(kept.lock().unwrap().len(), usize::from(taken), "{extensions}");
        let refused = if taken { vec![] } else { vec![SecurityEventKind::MailRefused] };
        assert_eq!(post.events().await, refused);
        if taken {
            assert!(
                kept.lock().unwrap()[0].contains("To: jürgen@xn--bcher-kva.example"),
                "{:?}",
                kept.lock().unwrap()
            );
        }
    }
}
