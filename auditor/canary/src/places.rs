//! Where it is looked, and what must be found there, so that a look that finds nothing means something.

use crate::canaries::Sung;
use crate::memory;
use crate::report::{Looked, Place};
use crate::scan::{Finding, Needle, Scanner};
use anyhow::{Context as _, Result};
use auditor::report::Language;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

const BETWEEN: Duration = Duration::from_secs(2);
const PARTS: &str = "parts";

/// What the operator lets one look at.
pub struct Places {
    /// Metadata store and parts.
    pub data: PathBuf,
    /// The server's process.
    pub pid: Option<u32>,
    /// Its log: a file or a folder.
    pub log: Option<PathBuf>,
    /// Outgoing mails, one file each.
    pub mail: Option<PathBuf>,
    /// How often it is looked until a control is there, every two seconds: mails and lines of a log take their time.
    pub tries: u32,
}

/// Looks everywhere. `held` is in the server's memory now.
///
/// # Errors
/// If a place cannot be read.
pub async fn look(places: &Places, sung: &Sung, held: &Needle) -> Result<Vec<Looked>> {
    let store = Files { place: Place::Store, path: &places.data, without: Some(PARTS) };
    let parts = places.data.join(PARTS);
    let parts = Files { place: Place::Parts, path: &parts, without: None };
    let mut looked = Vec::new();
    // The memory first: what was written a moment ago is most likely still there.
    looked.push(match places.pid {
        Some(pid) => in_memory(pid, sung, held)?,
        None => Looked::not_at(Place::Memory),
    });
    looked.push(in_files(&store, places.tries, sung, Some(&sung.address)).await?);
    looked.push(in_files(&parts, places.tries, sung, Some(&sung.ciphertext)).await?);
    let log = places.log.as_deref().map(|path| Files { place: Place::Log, path, without: None });
    looked.push(match log {
        Some(log) => in_files(&log, places.tries, sung, sung.request_id.as_ref()).await?,
        None => Looked::not_at(Place::Log),
    });
    let mail = places.mail.as_deref().map(|path| Files { place: Place::Mail, path, without: None });
    looked.push(match mail {
        Some(mail) => in_files(&mail, places.tries, sung, Some(&sung.address)).await?,
        None => Looked::not_at(Place::Mail),
    });
    Ok(looked)
}

/// A look takes its time.
fn tell(place: Place, what: &str) {
    eprintln!("auditor canary: {}{what}", place.name(Language::En));
}

fn in_memory(pid: u32, sung: &Sung, held: &Needle) -> Result<Looked> {
    tell(Place::Memory, "");
    let mut findings = BTreeSet::new();
    let amount = memory::scan(pid, &scanner(sung, Some(held)), &mut findings)?;
    Ok(judged(Place::Memory, amount.regions, amount.bytes, findings, Some(held)))
}

struct Files<'a> {
    place: Place,
    path: &'a Path,
    /// A folder that is another place.
    without: Option<&'static str>,
}

async fn in_files(files: &Files<'_>, most: u32, sung: &Sung, control: Option<&Needle>) -> Result<Looked> {
    tell(files.place, "");
    let scanner = scanner(sung, control);
    let mut tries = 0;
    loop {
        let looked = once(files, &scanner, control)?;
        tries += 1;
        if looked.control == Some(true) || control.is_none() || tries >= most {
            return Ok(looked);
        }
        if tries == 1 {
            let seconds = BETWEEN.as_secs() * u64::from(most - 1);
            tell(
                files.place,
                &format!(": what must be there is not there yet, waiting for up to {seconds} seconds"),
            );
        }
        tokio::time::sleep(BETWEEN).await;
    }
}

fn once(files: &Files<'_>, scanner: &Scanner, control: Option<&Needle>) -> Result<Looked> {
    let cannot = || format!("{} cannot be read.", files.path.display());
    std::fs::metadata(files.path).with_context(cannot)?;
    let (mut count, mut bytes, mut findings) = (0, 0, BTreeSet::new());
    let other = files.without.map(|name| files.path.join(name));
    let walk = walkdir::WalkDir::new(files.path).into_iter();
    for entry in walk.filter_entry(|entry| other.as_deref() != Some(entry.path())) {
        // What a running server has removed meanwhile is not there.
        let Ok(entry) = entry else { continue };
        if entry.file_type().is_file() {
            count += 1;
            bytes += entry.metadata().map_or(0, |data| data.len());
            findings.extend(scanner.paths(&[entry.path()]).or_else(gone).with_context(cannot)?);
        }
    }
    Ok(judged(files.place, count, bytes, findings, control))
}

fn gone(error: std::io::Error) -> std::io::Result<BTreeSet<Finding>> {
    if error.kind() == std::io::ErrorKind::NotFound { Ok(BTreeSet::new()) } else { Err(error) }
}

fn scanner(sung: &Sung, control: Option<&Needle>) -> Scanner {
    let all: Vec<Needle> = sung.needles.iter().chain(control).cloned().collect();
    Scanner::new(&all)
}

fn judged(
    place: Place,
    count: u64,
    bytes: u64,
    mut findings: BTreeSet<Finding>,
    control: Option<&Needle>,
) -> Looked {
    let before = findings.len();
    findings.retain(|it| control.is_none_or(|control| it.needle != control.name));
    let found = findings.len() < before;
    Looked { place, count, bytes, control: Some(found), findings: findings.into_iter().collect() }
}
