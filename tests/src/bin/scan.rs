//! `scan --needles FILE PATH…`: fails if a needle is found in one of the paths, or if one of the planted
//! controls is not found.

use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tests::scan::{Needle, Scanner, controls, report};

fn main() -> ExitCode {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [flag, needles, paths @ ..] = arguments.as_slice() else { return usage() };
    if flag.as_os_str() != "--needles" || paths.is_empty() {
        return usage();
    }
    let dir = tempfile::tempdir().expect("a temporary directory");
    let missed = controls::missed(dir.path()).expect("a temporary directory");
    if !missed.is_empty() {
        eprintln!("the scanner is blind to planted controls:\n  {}", missed.join("\n  "));
        return ExitCode::FAILURE;
    }
    let needles = read(needles);
    let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    let findings = Scanner::new(&needles).paths(&paths).expect("everything can be read");
    let files = paths
        .iter()
        .flat_map(walkdir::WalkDir::new)
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file());
    let (count, bytes) = files.fold((0, 0), |(count, bytes), file| {
        (count + 1, bytes + file.metadata().map_or(0, |data| data.len()))
    });
    println!(
        "{} needles, {count} files, {bytes} bytes, {} findings; all controls found",
        needles.len(),
        findings.len()
    );
    eprint!("{}", report(&findings));
    if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A needle as the browser tests write it down.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    text: Option<String>,
    file: Option<PathBuf>,
}

fn read(path: &Path) -> Vec<Needle> {
    let text = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let written: Vec<Written> = serde_json::from_slice(&text).expect("a list of needles");
    let needles = |one: Written| match (one.text, one.file) {
        (Some(text), None) => vec![Needle::text(one.name, &text)],
        (None, Some(file)) => Needle::windows(&one.name, &std::fs::read(file).expect("a needle's file")),
        _ => panic!("{} needs a text or a file", one.name),
    };
    written.into_iter().flat_map(needles).collect()
}

fn usage() -> ExitCode {
    eprintln!("usage: scan --needles FILE PATH…");
    ExitCode::from(2)
}
