//! The demo's server process.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

/// How long the server may take for each line that it prints at its start.
const START_PATIENCE: Duration = Duration::from_secs(60);
const LINK_PATIENCE: Duration = Duration::from_secs(5);

/// A server that ends with this value.
pub(crate) struct Portal {
    child: Child,
    url: String,
    log: PathBuf,
    lines: Receiver<String>,
}

impl Portal {
    /// Starts the server over the demo's folder and waits until it listens.
    ///
    /// # Errors
    /// When it cannot be started, or ends before it listens.
    pub(crate) fn start(mut server: Command, folder: &Path, mail: &Path, port: u16) -> Result<Self> {
        let url = format!("http://localhost:{port}");
        let log = folder.join("server.log");
        let errors =
            File::create(&log).with_context(|| format!("{} could not be written.", log.display()))?;
        let mut child = server
            .arg("serve")
            .arg("--data")
            .arg(folder.join("server"))
            .arg("--secrets")
            .arg(folder.join("secrets"))
            .args(["--listen", &format!("127.0.0.1:{port}"), "--public-url", &url])
            .env("KBS__MAIL__TRANSPORT", "file")
            .env("KBS__MAIL__DIR", mail)
            // Who looks at the demonstration has no app for its administrator.
            .env("KBS__SECURITY__SECOND_FACTOR_REQUIRED", "[]")
            .env("KBS__SECURITY__CONTACT", "mailto:sicherheit@kbs-demo.example")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .with_context(|| format!("{} could not be started.", server.get_program().display()))?;
        let lines = lines_of(child.stdout.take());
        let mut portal = Self { child, url, log, lines };
        if portal.line_after("listening on ", START_PATIENCE).is_none() {
            portal.await_end_of_output();
            portal.check()?;
            bail!("The server does not say that it listens; see {}.", portal.log.display());
        }
        Ok(portal)
    }

    /// Where the portal is.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The one-time link of a server without an organisation.
    pub(crate) fn setup_link(&self) -> Option<String> {
        self.line_after("set-up link: ", LINK_PATIENCE)
    }

    fn line_after(&self, start: &str, patience: Duration) -> Option<String> {
        while let Ok(line) = self.lines.recv_timeout(patience) {
            if let Some(rest) = line.strip_prefix(start) {
                return Some(rest.trim().to_owned());
            }
        }
        None
    }

    /// A server that has closed its output is about to end.
    fn await_end_of_output(&mut self) {
        if self.lines.try_recv() == Err(TryRecvError::Disconnected) {
            drop(self.child.wait());
        }
    }

    /// Fails once the server has ended.
    ///
    /// # Errors
    /// With the last line of its log.
    pub(crate) fn check(&mut self) -> Result<()> {
        if let Some(status) = self.child.try_wait().context("The server cannot be looked after.")? {
            let log = fs::read_to_string(&self.log).unwrap_or_default();
            let last = log.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("nothing");
            bail!("The server ended by itself ({status}). The last that it wrote: {last}");
        }
        Ok(())
    }

    /// Asks the server to end, and waits for that.
    fn stop(&mut self) {
        if self.child.try_wait().is_ok_and(|status| status.is_none())
            && let Some(process) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw)
            && kill_process(process, Signal::TERM).is_ok()
        {
            drop(self.child.wait());
        }
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Reads for as long as the server writes, so that it never waits for a reader.
fn lines_of(output: Option<ChildStdout>) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let lines = output.map(|output| BufReader::new(output).lines()).into_iter().flatten();
        for line in lines.map_while(Result::ok) {
            drop(sender.send(line));
        }
    });
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(script: &str) -> Command {
        let mut shell = Command::new("sh");
        shell.args(["-c", script]);
        shell
    }

    #[test]
    fn the_link_is_read_and_the_server_ended() {
        let folder = tempfile::tempdir().unwrap();
        let ended = folder.path().join("ended");
        let script = format!(
            "trap 'touch {}; exit 0' TERM\necho listening on http://127.0.0.1:1\necho 'set-up link: http://l/setup#t'\n\
             while :; do /bin/sleep 0.05; done",
            ended.display()
        );
        let mut portal = Portal::start(server(&script), folder.path(), folder.path(), 1).unwrap();
        assert_eq!(portal.setup_link().unwrap(), "http://l/setup#t");
        portal.check().unwrap();
        drop(portal);
        assert!(ended.is_file());
    }

    #[test]
    fn a_server_that_ends_at_once_is_told_of() {
        let folder = tempfile::tempdir().unwrap();
        let program = server("echo 'the port is taken' >&2; exit 3");
        let error = Portal::start(program, folder.path(), folder.path(), 1).err().unwrap().to_string();
        assert!(error.contains("the port is taken"), "{error}");
    }
}
