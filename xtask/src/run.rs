//! Starting other programs visibly, and measuring how long that takes.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::tally::Tally;

/// Says what comes next.
pub(crate) fn heading(text: &str) {
    println!("\n== {text}");
}

/// A running stopwatch.
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "the one place of this program that reads a clock")]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Writes `2 min 5 s`, `3.4 s`.
pub(crate) fn duration(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    if seconds < 60 {
        format!("{:.1} s", elapsed.as_secs_f64())
    } else {
        format!("{} min {} s", seconds / 60, seconds % 60)
    }
}

/// Runs a program to its end with its output going where ours goes.
///
/// # Errors
/// When it cannot be started or does not succeed.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    announce(command);
    let status = command.status().with_context(|| not_started(command))?;
    succeeded(command, status)
}

/// Runs a program and counts the tests that its output tells of, while showing that output.
///
/// # Errors
/// When it cannot be started.
pub(crate) fn run_counting(command: &mut Command) -> Result<Tally> {
    announce(command);
    let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| not_started(command))?;
    let mut tally = Tally::default();
    if let Some(output) = child.stdout.take() {
        tally = show_and_count(output)?;
    }
    let status = child.wait().with_context(|| not_started(command))?;
    Ok(tally.closed_by(status.success()))
}

/// Runs a program quietly and gives what it wrote to its standard output.
///
/// # Errors
/// When it cannot be started or does not succeed.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let output = command.stderr(Stdio::inherit()).output().with_context(|| not_started(command))?;
    succeeded(command, output.status)?;
    String::from_utf8(output.stdout)
        .with_context(|| format!("{} wrote something that is no text.", line(command)))
}

fn show_and_count(output: impl Read) -> Result<Tally> {
    let mut tally = Tally::default();
    let mut reader = BufReader::new(output);
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        if reader.read_until(b'\n', &mut bytes).context("The output of a test could not be read.")? == 0 {
            return Ok(tally);
        }
        let text = String::from_utf8_lossy(&bytes);
        print!("{text}");
        tally.add(Tally::of_line(&text));
    }
}

fn announce(command: &Command) {
    println!("$ {}", line(command));
}

fn not_started(command: &Command) -> String {
    let name = command.get_program().to_string_lossy();
    format!("{name} could not be started. Is it installed?")
}

fn succeeded(command: &Command, status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("{} did not succeed ({status}).", line(command));
    }
    Ok(())
}

fn line(command: &Command) -> String {
    let name =
        std::path::Path::new(command.get_program()).file_name().unwrap_or_else(|| command.get_program());
    std::iter::once(name).chain(command.get_args()).map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        assert_eq!(duration(Duration::from_millis(3_420)), "3.4 s");
        assert_eq!(duration(Duration::from_secs(125)), "2 min 5 s");
    }

    #[test]
    fn a_command_is_shown_without_its_folder() {
        assert_eq!(
            line(Command::new("/opt/bin/cargo").args(["build", "--release"])),
            "cargo build --release"
        );
    }

    #[test]
    fn counts_survive_output_that_is_no_text() {
        let output: &[u8] = b"\xff\xfe\ntest result: ok. 3 passed; 1 failed; 0 ignored\n";
        assert_eq!(show_and_count(output).unwrap(), Tally { passed: 3, failed: 1 });
    }
}
