//! Reads a sled database: every tree, and the records of the one that the product has.
//!
//! ```text
//! 0x00 ‖ key                              0x00 ‖ value  or  0x01 ‖ number (8) ‖ chunks (4)
//! 0x01 ‖ number (8) ‖ index (4)           one chunk, of at most 4096 bytes
//! ```

use super::{Findings, hex};
use crate::report::{Problem, Tree};
use anyhow::{Context as _, Result, anyhow};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use walkdir::WalkDir;

/// sled's name for the tree that is always there.
const DEFAULT_TREE: &[u8] = b"__sled__default";
const CHUNK_KEY_BYTES: usize = 13;

/// A record: kind and key, and value.
pub(super) struct Record {
    pub(super) key: Vec<u8>,
    pub(super) value: Vec<u8>,
}

impl Record {
    pub(super) fn kind(&self) -> u8 {
        self.key.first().copied().unwrap_or_default()
    }

    /// Without the kind.
    pub(super) fn own_key(&self) -> &[u8] {
        self.key.get(1..).unwrap_or_default()
    }

    pub(super) fn place(&self) -> String {
        let name = super::record::description(self.kind()).map_or("?", |it| it.name);
        format!("{name} {}", hex(self.own_key()))
    }
}

pub(super) struct Contents {
    pub(super) trees: Vec<Tree>,
    pub(super) records: Vec<Record>,
}

pub(super) fn read(metadata: &Path, findings: &mut Findings) -> Result<Contents> {
    let copy = copy_of(metadata)?;
    let db = sled::Config::new()
        .path(copy.path())
        .flush_every_ms(None)
        .open()
        .map_err(|error| unreadable(metadata, error))?;
    let mut trees = Vec::new();
    for name in db.tree_names() {
        let shown = String::from_utf8_lossy(&name).into_owned();
        let tree = db.open_tree(&name).with_context(|| format!("tree {shown}"))?;
        let (mut keys, mut bytes) = (0, 0);
        for item in &tree {
            let (key, value) = item.with_context(|| format!("tree {shown}"))?;
            keys += 1;
            bytes += (key.len() + value.len()) as u64;
        }
        if name.as_ref() != DEFAULT_TREE {
            findings.add(Problem::UnknownTree, &shown, format!("{keys} keys, {bytes} bytes"));
        }
        trees.push(Tree { name: shown, keys, bytes });
    }
    let records = records(&db, findings)?;
    Ok(Contents { trees, records })
}

/// sled says of a damaged file neither which nor, of a snapshot, where.
fn unreadable(metadata: &Path, error: sled::Error) -> anyhow::Error {
    let path = metadata.display();
    match error {
        sled::Error::Corruption { at: Some(at), .. } => anyhow!("{path}/db is damaged ({at:?})"),
        sled::Error::Corruption { at: None, .. } => anyhow!("{path}/snap.* or {path}/db is damaged"),
        error => anyhow!(error).context(format!("{path} is no store that can be read")),
    }
}

fn copy_of(metadata: &Path) -> Result<tempfile::TempDir> {
    let copy = tempfile::tempdir().context("a temporary folder")?;
    for entry in WalkDir::new(metadata) {
        let entry = entry.with_context(|| format!("{} cannot be read", metadata.display()))?;
        let target = copy.path().join(entry.path().strip_prefix(metadata)?);
        if entry.file_type().is_dir() {
            fs::create_dir_all(&target).context("a temporary folder")?;
        } else if entry.file_type().is_file() {
            fs::copy(entry.path(), &target)
                .with_context(|| format!("{} cannot be read", entry.path().display()))?;
        }
    }
    Ok(copy)
}

fn records(db: &sled::Db, findings: &mut Findings) -> Result<Vec<Record>> {
    let mut records = Vec::new();
    let mut used = BTreeSet::new();
    for item in db.scan_prefix([0]) {
        let (key, head) = item.context("the store")?;
        let key = key.get(1..).unwrap_or_default().to_vec();
        match value(db, &head, &mut used)? {
            Some(value) => records.push(Record { key, value }),
            None => findings.add(Problem::MissingChunk, hex(&key), ""),
        }
    }
    for item in db.scan_prefix([1]) {
        let (key, chunk) = item.context("the store")?;
        if !used.contains(key.as_ref()) || key.len() != CHUNK_KEY_BYTES {
            findings.add(Problem::StrayChunk, hex(&key), format!("{} bytes", chunk.len()));
        }
    }
    for item in db.range([2].as_slice()..) {
        let (key, value) = item.context("the store")?;
        findings.add(Problem::UnknownKey, hex(&key), format!("{} bytes", value.len()));
    }
    if let Some(value) = db.get([]).context("the store")? {
        findings.add(Problem::UnknownKey, "", format!("{} bytes", value.len()));
    }
    Ok(records)
}

/// `None` if the value has not the form, or lacks a chunk.
fn value(db: &sled::Db, head: &[u8], used: &mut BTreeSet<Vec<u8>>) -> Result<Option<Vec<u8>>> {
    let Some((form, rest)) = head.split_first() else { return Ok(None) };
    if *form == 0 {
        return Ok(Some(rest.to_vec()));
    }
    let Some((number, count)) = rest.split_first_chunk::<8>() else { return Ok(None) };
    let Ok(count) = <[u8; 4]>::try_from(count) else { return Ok(None) };
    if *form != 1 {
        return Ok(None);
    }
    let mut value = Vec::new();
    for index in 0..u32::from_be_bytes(count) {
        let key = [&[1], number.as_slice(), &index.to_be_bytes()].concat();
        let Some(chunk) = db.get(&key).context("the store")? else { return Ok(None) };
        value.extend_from_slice(&chunk);
        used.insert(key);
    }
    Ok(Some(value))
}
