//! The memory of a process on Linux: what it can write, `/proc/PID/maps` and `/proc/PID/mem`. That needs the rights of
//! the process's own user, or root's.

use crate::scan::{Finding, Scanner};
use anyhow::{Context as _, Result};
use std::collections::BTreeSet;
use std::fs::File;
use std::os::unix::fs::FileExt as _;

const PIECE_BYTES: u64 = 16 * 1024 * 1024;
/// What lies across two pieces is in both.
const OVERLAP_BYTES: u64 = 4096;
const PAGE_BYTES: u64 = 4096;

/// How much was looked at.
#[derive(Debug, Default, Clone, Copy)]
pub struct Amount {
    /// Regions.
    pub regions: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Scans all of it.
///
/// # Errors
/// If there is no such process, or its memory may not be read.
pub fn scan(pid: u32, scanner: &Scanner, findings: &mut BTreeSet<Finding>) -> Result<Amount> {
    let rights = || format!("The memory of process {pid} cannot be read: run as root, or as its user.");
    let maps = std::fs::read_to_string(format!("/proc/{pid}/maps")).with_context(rights)?;
    let memory = File::open(format!("/proc/{pid}/mem")).with_context(rights)?;
    let mut amount = Amount::default();
    for (from, to) in maps.lines().filter_map(region) {
        amount.regions += 1;
        let mut at = from;
        while at < to {
            let end = to.min(at + PIECE_BYTES);
            let bytes = piece(&memory, at, end);
            amount.bytes += bytes.len() as u64;
            scanner.memory(&format!("memory {at:x}"), &bytes, findings);
            at = if end == to { to } else { end - OVERLAP_BYTES };
        }
    }
    anyhow::ensure!(amount.bytes > 0, rights());
    Ok(amount)
}

/// From and to, if the process can write there.
fn region(line: &str) -> Option<(u64, u64)> {
    let mut fields = line.split_ascii_whitespace();
    let (from, to) = fields.next()?.split_once('-')?;
    let writes = fields.next()?.starts_with("rw");
    let number = |text| u64::from_str_radix(text, 16).ok();
    writes.then_some((number(from)?, number(to)?))
}

/// What of it is there: a page can be gone again.
fn piece(memory: &File, from: u64, to: u64) -> Vec<u8> {
    let mut bytes = vec![0; usize::try_from(to - from).unwrap_or(0)];
    if memory.read_exact_at(&mut bytes, from).is_ok() {
        return bytes;
    }
    for (number, page) in (0..).zip(bytes.chunks_mut(usize::try_from(PAGE_BYTES).unwrap_or(4096))) {
        if memory.read_exact_at(page, from + number * PAGE_BYTES).is_err() {
            page.fill(0);
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::Needle;

    #[test]
    fn regions_that_are_written_to() {
        assert_eq!(region("7f00-7fff rw-p 00000000 00:00 0 [heap]"), Some((0x7f00, 0x7fff)));
        assert_eq!(region("7f00-7fff r-xp 00000000 08:01 5 /bin/x"), None);
        assert_eq!(region(""), None);
    }

    #[test]
    fn what_this_process_holds_is_found() {
        let held: String = (0..4).map(|n| format!("gehalten-{n}-")).collect();
        let mut findings = BTreeSet::new();
        let scanner = Scanner::new(&[Needle::text("held", &held)]);
        let amount = scan(std::process::id(), &scanner, &mut findings).unwrap();
        assert!(amount.regions > 1 && amount.bytes > 100_000);
        assert!(findings.iter().any(|it| it.needle == "held"));
        assert!(scan(u32::MAX, &scanner, &mut findings).is_err());
    }
}
