//! An SMTP server for one test: RFC 5321 as far as a mailer needs it, STARTTLS and AUTH PLAIN/LOGIN if
//! asked for. It keeps every mail as it came, can be told to refuse the next ones, and waits for mails
//! with a deadline.

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

/// A mail that was accepted.
#[derive(Debug, Clone)]
pub struct Mail {
    /// Envelope sender.
    pub from: String,
    /// Envelope recipients.
    pub to: Vec<String>,
    /// Header and body, dots unstuffed.
    pub raw: Vec<u8>,
    /// Whether it came over TLS.
    pub encrypted: bool,
    /// User name and password of `AUTH`.
    pub login: Option<(String, String)>,
}

/// What the sink asks of its clients.
#[derive(Clone, Default)]
pub struct Demands {
    /// Offer STARTTLS and take mail only after it.
    pub starttls: Option<Arc<ServerConfig>>,
    /// Take mail only after `AUTH` with these.
    pub login: Option<(String, String)>,
    /// Keep a copy of each mail here, as `0001.eml` and so on.
    pub copies: Option<PathBuf>,
}

#[derive(Default)]
struct State {
    mails: Vec<Mail>,
    /// With which code, and of which address; of any without one.
    refusals: VecDeque<(u16, Option<String>)>,
    refused: usize,
    closed: bool,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    demands: Demands,
}

/// The sink. Ends when dropped.
pub struct SmtpSink {
    port: u16,
    shared: Arc<Shared>,
}

impl SmtpSink {
    /// One that takes everything in the clear.
    pub fn start() -> Self {
        Self::demanding(Demands::default())
    }

    /// One with demands.
    pub fn demanding(demands: Demands) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let shared = Arc::new(Shared { state: Mutex::default(), changed: Condvar::new(), demands });
        let accepting = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if lock(&accepting).closed {
                    break;
                }
                let shared = Arc::clone(&accepting);
                std::thread::spawn(move || Session::new(&shared).run(stream));
            }
        });
        Self { port, shared }
    }

    /// Where it listens on the loopback.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Answers the next mails with these codes (4xx or 5xx) after their DATA.
    pub fn refuse_next(&self, codes: &[u16]) {
        lock(&self.shared).refusals.extend(codes.iter().map(|code| (*code, None)));
    }

    /// Answers the next mail to an address with this code (4xx or 5xx) after its DATA.
    pub fn refuse_next_to(&self, address: &str, code: u16) {
        lock(&self.shared).refusals.push_back((code, Some(address.into())));
    }

    /// Every mail so far.
    pub fn mails(&self) -> Vec<Mail> {
        lock(&self.shared).mails.clone()
    }

    /// How many mails were refused.
    pub fn refused(&self) -> usize {
        lock(&self.shared).refused
    }

    /// Waits for the `n`-th mail (counted from 1) to an address.
    ///
    /// # Panics
    /// If it has not come by then.
    pub fn await_mail(&self, address: &str, n: usize, deadline: Duration) -> Mail {
        let nth = |state: &State| state.mails.iter().filter(|mail| mail.is_to(address)).nth(n - 1).cloned();
        let (state, _) = self
            .shared
            .changed
            .wait_timeout_while(lock(&self.shared), deadline, |state| nth(state).is_none())
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        nth(&state).unwrap_or_else(|| panic!("no {n}. mail to {address}; {} mails in all", state.mails.len()))
    }

    /// Waits until that many mails were refused.
    ///
    /// # Panics
    /// If they were not by then.
    pub fn await_refusals(&self, n: usize, deadline: Duration) {
        let (state, _) = self
            .shared
            .changed
            .wait_timeout_while(lock(&self.shared), deadline, |state| state.refused < n)
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        assert!(state.refused >= n, "{} refused", state.refused);
    }
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        lock(&self.shared).closed = true;
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

impl Mail {
    fn is_to(&self, address: &str) -> bool {
        self.to.iter().any(|to| to.eq_ignore_ascii_case(address))
    }
}

fn lock(shared: &Shared) -> MutexGuard<'_, State> {
    shared.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

trait Wire: Read + Write {}
impl<T: Read + Write> Wire for T {}

/// One connection.
struct Session<'a> {
    shared: &'a Shared,
    encrypted: bool,
    login: Option<(String, String)>,
    from: Option<String>,
    to: Vec<String>,
}

enum End {
    Quit,
    StartTls,
}

impl<'a> Session<'a> {
    fn new(shared: &'a Shared) -> Self {
        Self { shared, encrypted: false, login: None, from: None, to: Vec::new() }
    }

    fn run(mut self, stream: TcpStream) {
        let _ = stream.set_read_timeout(Some(Duration::from_secs(60)));
        let Ok(clear) = stream.try_clone() else { return };
        let mut clear = BufReader::new(clear);
        if say(&mut clear, "220 sink ESMTP").is_err() {
            return;
        }
        if let (Ok(End::StartTls), Some(config)) =
            (self.talk(&mut clear), self.shared.demands.starttls.clone())
        {
            let Ok(connection) = ServerConnection::new(config) else { return };
            self.encrypted = true;
            let _ = self.talk(&mut BufReader::new(StreamOwned::new(connection, stream)));
        }
    }

    fn talk<W: Wire>(&mut self, wire: &mut BufReader<W>) -> io::Result<End> {
        while let Some(line) = read_line(wire)? {
            let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
            match verb.to_ascii_uppercase().as_str() {
                "EHLO" | "HELO" => self.greet(wire)?,
                "STARTTLS" if self.shared.demands.starttls.is_some() && !self.encrypted => {
                    say(wire, "220 go ahead")?;
                    return Ok(End::StartTls);
                }
                "AUTH" => self.authenticate(wire, rest)?,
                "MAIL" if !self.is_admitted() => say(wire, "530 5.7.0 not so")?,
                "MAIL" => {
                    self.from = Some(path(rest));
                    self.to.clear();
                    say(wire, "250 ok")?;
                }
                "RCPT" if self.from.is_some() => {
                    self.to.push(path(rest));
                    say(wire, "250 ok")?;
                }
                "DATA" if !self.to.is_empty() => self.take(wire)?,
                "RSET" | "NOOP" => say(wire, "250 ok")?,
                "QUIT" => {
                    say(wire, "221 bye")?;
                    break;
                }
                _ => say(wire, "503 bad sequence")?,
            }
        }
        Ok(End::Quit)
    }

    fn is_admitted(&self) -> bool {
        let demands = &self.shared.demands;
        (self.encrypted || demands.starttls.is_none()) && (self.login.is_some() || demands.login.is_none())
    }

    fn greet<W: Wire>(&self, wire: &mut BufReader<W>) -> io::Result<()> {
        let mut lines = vec!["sink", "8BITMIME", "SMTPUTF8"];
        if self.shared.demands.starttls.is_some() && !self.encrypted {
            lines.push("STARTTLS");
        }
        if self.shared.demands.login.is_some() && (self.encrypted || self.shared.demands.starttls.is_none()) {
            lines.push("AUTH PLAIN LOGIN");
        }
        let last = lines.len() - 1;
        for (at, line) in lines.iter().enumerate() {
            say(wire, &format!("250{}{line}", if at == last { ' ' } else { '-' }))?;
        }
        Ok(())
    }

    fn authenticate<W: Wire>(&mut self, wire: &mut BufReader<W>, rest: &str) -> io::Result<()> {
        let (mechanism, initial) = rest.split_once(' ').unwrap_or((rest, ""));
        let given = if mechanism.eq_ignore_ascii_case("LOGIN") {
            (ask(wire, "334 VXNlcm5hbWU6")?, ask(wire, "334 UGFzc3dvcmQ6")?)
        } else {
            let plain = if initial.is_empty() { ask(wire, "334 ")? } else { decode(initial) };
            let mut fields = plain.split('\0').skip(1).map(String::from);
            (fields.next().unwrap_or_default(), fields.next().unwrap_or_default())
        };
        if self.shared.demands.login.as_ref() == Some(&given) {
            self.login = Some(given);
            say(wire, "235 welcome")
        } else {
            say(wire, "535 5.7.8 no")
        }
    }

    fn take<W: Wire>(&mut self, wire: &mut BufReader<W>) -> io::Result<()> {
        say(wire, "354 go on")?;
        let raw = read_data(wire)?;
        let mail = Mail {
            from: self.from.take().unwrap_or_default(),
            to: std::mem::take(&mut self.to),
            raw,
            encrypted: self.encrypted,
            login: self.login.clone(),
        };
        let answer = self.keep(mail);
        self.shared.changed.notify_all();
        say(wire, &answer)
    }

    fn keep(&self, mail: Mail) -> String {
        let mut state = lock(self.shared);
        let fits = |(_, to): &(u16, Option<String>)| to.as_ref().is_none_or(|to| mail.is_to(to));
        let refusal = state.refusals.iter().position(fits).and_then(|at| state.refusals.remove(at));
        if let Some((code, _)) = refusal {
            state.refused += 1;
            return format!("{code} told to refuse");
        }
        state.mails.push(mail);
        if let (Some(dir), Some(mail)) = (&self.shared.demands.copies, state.mails.last()) {
            std::fs::write(dir.join(format!("{:04}.eml", state.mails.len())), &mail.raw)
                .expect("a directory for mails");
        }
        "250 kept".into()
    }
}

fn say<W: Wire>(wire: &mut BufReader<W>, line: &str) -> io::Result<()> {
    let out = wire.get_mut();
    out.write_all(format!("{line}\r\n").as_bytes())?;
    out.flush()
}

fn ask<W: Wire>(wire: &mut BufReader<W>, line: &str) -> io::Result<String> {
    say(wire, line)?;
    Ok(decode(&read_line(wire)?.unwrap_or_default()))
}

fn decode(base64: &str) -> String {
    use base64ct::Encoding;
    String::from_utf8(base64ct::Base64::decode_vec(base64.trim()).unwrap_or_default()).unwrap_or_default()
}

fn read_line<W: Wire>(wire: &mut BufReader<W>) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    if wire.read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    Ok(Some(String::from_utf8_lossy(&line).trim_end().to_owned()))
}

fn read_data<W: Wire>(wire: &mut BufReader<W>) -> io::Result<Vec<u8>> {
    let mut data = Vec::new();
    loop {
        let mut line = Vec::new();
        if wire.read_until(b'\n', &mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok(data);
        }
        data.extend_from_slice(if line.starts_with(b"..") { &line[1..] } else { &line });
    }
}

/// `FROM:<a@b> BODY=8BITMIME` → `a@b`.
fn path(rest: &str) -> String {
    let start = rest.find('<').map_or(0, |at| at + 1);
    let end = rest.find('>').unwrap_or(rest.len());
    rest.get(start..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn send(sink: &SmtpSink, to: &str) -> String {
        let stream = TcpStream::connect(("127.0.0.1", sink.port())).unwrap();
        let mut wire = BufReader::new(stream);
        let mut last = read_line(&mut wire).unwrap().unwrap();
        for line in ["HELO me", "MAIL FROM:<a@b.example>", &format!("RCPT TO:<{to}>"), "DATA"] {
            say(&mut wire, line).unwrap();
            loop {
                last = read_line(&mut wire).unwrap().unwrap();
                if last.as_bytes().get(3) == Some(&b' ') {
                    break;
                }
            }
        }
        assert!(last.starts_with("354"), "{last}");
        say(&mut wire, "Subject: x\r\n\r\n..dot\r\n.").unwrap();
        read_line(&mut wire).unwrap().unwrap()
    }

    #[test]
    fn keeps_what_it_takes_and_refuses_what_it_is_told_to() {
        let sink = SmtpSink::start();
        sink.refuse_next(&[451]);
        assert!(send(&sink, "c@d.example").starts_with("451"));
        sink.refuse_next_to("e@f.example", 550);
        assert!(send(&sink, "c@d.example").starts_with("250"));
        assert!(send(&sink, "e@f.example").starts_with("550"));
        let mail = sink.await_mail("C@d.example", 1, Duration::from_secs(5));
        assert_eq!(mail.raw, b"Subject: x\r\n\r\n.dot\r\n");
        assert_eq!((mail.from.as_str(), sink.refused()), ("a@b.example", 2));
    }
}
