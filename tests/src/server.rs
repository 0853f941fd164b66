//! The server under test, as an operator runs it: its binary, a data directory, a secrets file beside
//! it, loopback and a free port.
//!
//! Its standard output is read for the two lines of the contract (`listening on …`, `set-up link: …`),
//! its log goes to a file. Dropping the handle ends the process.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

const START_DEADLINE: Duration = Duration::from_secs(60);
/// Where Debian keeps the library.
const FAKETIME: [&str; 2] = [
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
];
const LISTENING: &str = "listening on ";
const SET_UP: &str = "set-up link: ";

/// A running server.
pub struct ServerProcess {
    child: Option<Child>,
    dir: PathBuf,
    port: u16,
    settings: Vec<(String, String)>,
    set_up_link: Option<String>,
    _owned: Option<tempfile::TempDir>,
}

/// Where and how a server starts.
#[derive(Default)]
pub struct Settings {
    dir: Option<PathBuf>,
    port: u16,
    variables: Vec<(String, String)>,
}

impl Settings {
    /// Keeps data, secrets and log in this directory instead of a temporary one.
    #[must_use]
    pub fn in_dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.dir = Some(dir.into());
        self
    }

    /// Takes this port instead of a free one.
    #[must_use]
    pub fn on_port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets an environment variable; `KBS__SECTION__KEY` is configuration.
    #[must_use]
    pub fn set(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.variables.push((name.into(), value.to_string()));
        self
    }

    /// Sends mail to this port of the loopback, in the clear.
    #[must_use]
    pub fn mail_to(self, port: u16) -> Self {
        self.set("KBS__MAIL__TRANSPORT", "smtp")
            .set("KBS__MAIL__SMTP__HOST", "127.0.0.1")
            .set("KBS__MAIL__SMTP__PORT", port)
            .set("KBS__MAIL__SMTP__TLS", "none")
            .set("KBS__MAIL__FROM", "Portal <portal@kbs.example>")
    }

    /// Starts it.
    ///
    /// # Panics
    /// If the binary is not there or does not say within a minute that it listens.
    pub fn start(self) -> ServerProcess {
        let (dir, owned) = match self.dir {
            Some(dir) => (dir, None),
            None => {
                let owned =
                    tempfile::Builder::new().prefix("kbs-server-").tempdir().expect("a temporary directory");
                (owned.path().to_owned(), Some(owned))
            }
        };
        std::fs::create_dir_all(dir.join("data")).expect("a data directory");
        let mut server = ServerProcess {
            child: None,
            dir,
            port: self.port,
            settings: self.variables,
            set_up_link: None,
            _owned: owned,
        };
        server.start();
        server
    }
}

impl ServerProcess {
    /// A server with a temporary data directory that sends its mail to a sink.
    pub fn with_mail_to(sink: &crate::SmtpSink) -> Self {
        Settings::default().mail_to(sink.port()).start()
    }

    /// What a person types.
    pub fn url(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// The port on the loopback.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The set-up link that the last start printed.
    pub fn set_up_link(&self) -> Option<&str> {
        self.set_up_link.as_deref()
    }

    /// Metadata store and parts.
    pub fn data_dir(&self) -> PathBuf {
        self.dir.join("data")
    }

    /// The server's own secrets.
    pub fn secrets_file(&self) -> PathBuf {
        self.dir.join("secrets")
    }

    /// Everything that it wrote to standard error, over all starts.
    pub fn log_file(&self) -> PathBuf {
        self.dir.join("server.log.jsonl")
    }

    /// Its process.
    pub fn id(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// `kill -9`: no chance to write anything more.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("own child");
            child.wait().expect("own child");
        }
    }

    /// SIGHUP: it reads its certificate again.
    ///
    /// # Panics
    /// If it does not run.
    pub fn hang_up(&self) {
        let id = rustix::process::Pid::from_child(self.child.as_ref().expect("a running server"));
        rustix::process::kill_process(id, rustix::process::Signal::HUP).expect("own child");
    }

    /// SIGTERM, and how it ended.
    pub fn stop(&mut self) -> ExitStatus {
        let mut child = self.child.take().expect("a running server");
        let id = rustix::process::Pid::from_child(&child);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).expect("own child");
        child.wait().expect("own child")
    }

    /// What `server admin-link` prints, the link.
    ///
    /// # Panics
    /// If the server runs, or says something else.
    pub fn administrator_link(&self) -> String {
        assert!(self.child.is_none(), "the server must not be running");
        let log = OpenOptions::new().create(true).append(true).open(self.log_file()).expect("a log file");
        let printed = self.command("admin-link", log).output().expect("the server's binary").stdout;
        let printed = String::from_utf8(printed).expect("text");
        printed.trim().strip_prefix("link for a new administrator: ").expect("a link").to_owned()
    }

    /// From the next start on, its clock is so far ahead.
    ///
    /// # Panics
    /// If the Debian package `faketime` is not there.
    pub fn set_clock_ahead(&mut self, days: u32) {
        let library = FAKETIME.iter().find(|path| Path::new(path).is_file()).expect("Debian's faketime");
        for (name, value) in [
            ("LD_PRELOAD", (*library).to_owned()),
            ("FAKETIME", format!("+{days}d")),
            // Waiting takes as long as ever.
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
            ("NO_FAKE_STAT", "1".to_owned()),
        ] {
            self.settings.retain(|(known, _)| known != name);
            self.settings.push((name.to_owned(), value));
        }
    }

    /// Starts again over the same data and on the same port.
    pub fn start(&mut self) {
        assert!(self.child.is_none(), "it runs already");
        let is_new = std::fs::read_dir(self.data_dir()).expect("a data directory").next().is_none();
        let log = OpenOptions::new().create(true).append(true).open(self.log_file()).expect("a log file");
        let mut child = self.command("serve", log).spawn().unwrap_or_else(|error| {
            panic!("{} does not start: {error}; `cargo build -p server` first", binary().display())
        });
        let lines = read_lines(child.stdout.take().expect("piped"));
        let (port, link) = await_contract(&lines, is_new).unwrap_or_else(|| {
            let _ = child.kill();
            let _ = child.wait();
            panic!(
                "the server does not listen; its log:\n{}",
                std::fs::read_to_string(self.log_file()).unwrap_or_default()
            )
        });
        self.port = port;
        self.set_up_link = link;
        self.child = Some(child);
    }

    fn command(&self, what: &str, log: File) -> Command {
        let mut command = Command::new(binary());
        command
            .arg(what)
            .arg("--data")
            .arg(self.data_dir())
            .arg("--secrets")
            .arg(self.secrets_file())
            .arg("--listen")
            .arg(format!("127.0.0.1:{}", self.port))
            .env("KBS__MAIL__DIR", self.dir.join("mail"))
            // Most tests are about something else; who tests the second factor sets this anew.
            .env("KBS__SECURITY__SECOND_FACTOR_REQUIRED", "[]")
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .current_dir(&self.dir)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log);
        command
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The server's binary.
pub fn binary() -> PathBuf {
    program("server")
}

/// A program of this product: `KBS_…_BIN`, or the one beside the running test.
///
/// # Panics
/// If the variable is no path.
pub fn program(name: &str) -> PathBuf {
    let variable = format!("KBS_{}_BIN", name.to_ascii_uppercase().replace('-', "_"));
    if let Some(path) = std::env::var_os(variable) {
        return std::path::absolute(path).expect("a path");
    }
    let here = std::env::current_exe().expect("the running binary");
    here.ancestors()
        .map(|dir| dir.join(name))
        .find(|path| path.is_file())
        .unwrap_or_else(|| Path::new(name).into())
}

fn read_lines(from: impl std::io::Read + Send + 'static) -> Receiver<String> {
    let (send, receive) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            let _ = send.send(line);
        }
    });
    receive
}

/// The port, and the set-up link if one is to come.
fn await_contract(lines: &Receiver<String>, is_new: bool) -> Option<(u16, Option<String>)> {
    let (mut port, mut link) = (None, None);
    while port.is_none() || (is_new && link.is_none()) {
        let line = lines.recv_timeout(START_DEADLINE).ok()?;
        if let Some(url) = line.strip_prefix(LISTENING) {
            port = url.trim().rsplit_once(':').and_then(|(_, port)| port.parse().ok());
        } else if let Some(text) = line.strip_prefix(SET_UP) {
            link = Some(text.trim().to_owned());
        }
    }
    Some((port?, link))
}
