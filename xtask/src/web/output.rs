//! Writes the bundle's folder, and tells how large it is.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use super::asset::{self, Asset};
use super::read;

/// The list of the bundle's files, read by the server's build.
pub(crate) const MANIFEST: &str = "manifest.json";

#[derive(Serialize, Deserialize)]
struct Manifest {
    headers: Vec<(String, String)>,
    files: Vec<File>,
}

#[derive(Serialize, Deserialize)]
struct File {
    path: String,
    content_type: String,
    sha256: String,
    immutable: bool,
    first_load: bool,
    encodings: Vec<String>,
}

/// How large one file is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Size {
    path: String,
    raw_bytes: usize,
    brotli_bytes: usize,
    is_in_first_load: bool,
}

/// Puts a new bundle in the place of the old one, in one step.
///
/// # Errors
/// When something cannot be written.
pub(crate) fn replace(folder: &Path, assets: &[Asset], headers: &str) -> Result<()> {
    let fresh = folder.with_extension("new");
    remove(&fresh)?;
    let mut files = Vec::new();
    for asset in assets {
        files.push(write_asset(&fresh, asset)?);
    }
    let manifest = serde_json::to_vec_pretty(&Manifest { headers: headers_of(headers)?, files })
        .context("The manifest could not be written.")?;
    write(&fresh.join(MANIFEST), &manifest)?;
    remove(folder)?;
    fs::rename(&fresh, folder).with_context(|| format!("{} could not be written.", folder.display()))
}

fn headers_of(lines: &str) -> Result<Vec<(String, String)>> {
    let pair = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned()));
    lines
        .lines()
        .map(pair)
        .collect::<Option<_>>()
        .context("Each line of headers.txt is a name, a colon and a value.")
}

fn write_asset(folder: &Path, asset: &Asset) -> Result<File> {
    let raw = folder.join(asset.path().trim_start_matches('/'));
    write(&raw, asset.body())?;
    let mut encodings = Vec::new();
    // Compressing takes longer than a quick build is worth.
    let packed = if super::is_quick() { [None, None] } else { [asset.brotli()?, asset.gzip()?] };
    for ((name, extension), packed) in [("br", "br"), ("gzip", "gz")].into_iter().zip(packed) {
        if let Some(packed) = packed {
            let neighbour = format!("{}.{extension}", asset.path().trim_start_matches('/'));
            write(&folder.join(neighbour), &packed)?;
            encodings.push(name.to_owned());
        }
    }
    Ok(File {
        path: asset.path().to_owned(),
        content_type: asset.content_type().to_owned(),
        sha256: asset::sha256_hex(asset.body()),
        immutable: asset.is_immutable(),
        first_load: asset.is_in_first_load(),
        encodings,
    })
}

/// The sizes of a bundle that was written.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn sizes(folder: &Path) -> Result<Vec<Size>> {
    let manifest: Manifest = serde_json::from_slice(&read(&folder.join(MANIFEST))?)
        .context("The bundle's manifest is not right; remove target/web and build again.")?;
    let mut sizes = Vec::new();
    for file in manifest.files {
        let raw = folder.join(file.path.trim_start_matches('/'));
        let raw_bytes = length(&raw)?;
        let has_brotli = file.encodings.iter().any(|encoding| encoding == "br");
        let brotli_bytes = if has_brotli { length(&raw.with_added_extension("br"))? } else { raw_bytes };
        sizes.push(Size { path: file.path, raw_bytes, brotli_bytes, is_in_first_load: file.first_load });
    }
    Ok(sizes)
}

impl Size {
    /// The worker's module comes while the person types; its scripts are asked for together with the page.
    fn is_in_first_view(&self) -> bool {
        self.is_in_first_load && !(self.path.starts_with("/assets/worker") && self.path.ends_with(".wasm"))
    }
}

/// What a browser loads before somebody can type an address and a password, compressed with brotli.
pub(crate) fn first_view_bytes(sizes: &[Size]) -> usize {
    sizes.iter().filter(|size| size.is_in_first_view()).map(|size| size.brotli_bytes).sum()
}

/// What a browser loads before somebody can sign in, compressed with brotli.
pub(crate) fn first_load_bytes(sizes: &[Size]) -> usize {
    sizes.iter().filter(|size| size.is_in_first_load).map(|size| size.brotli_bytes).sum()
}

/// The sizes as lines of text.
pub(crate) fn table(sizes: &[Size]) -> String {
    let title = "file (* first load, ** first view)";
    let mut lines = vec![format!("{title:<48} {:>10} {:>10}", "raw kB", "brotli kB")];
    for size in sizes {
        let mark = match (size.is_in_first_load, size.is_in_first_view()) {
            (_, true) => " **",
            (true, false) => " *",
            (false, false) => "",
        };
        let name = format!("{}{mark}", size.path);
        lines.push(format!(
            "{name:<48} {:>10} {:>10}",
            kilobytes(size.raw_bytes),
            kilobytes(size.brotli_bytes)
        ));
    }
    for (name, packed, counts) in [
        ("first view", first_view_bytes(sizes), Size::is_in_first_view as fn(&Size) -> bool),
        ("first load", first_load_bytes(sizes), |size| size.is_in_first_load),
    ] {
        let raw = sizes.iter().filter(|size| counts(size)).map(|size| size.raw_bytes).sum();
        lines.push(format!("{name:<48} {:>10} {:>10}", kilobytes(raw), kilobytes(packed)));
    }
    lines.join("\n")
}

fn kilobytes(bytes: usize) -> String {
    let tenths = (bytes + 50) / 100;
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn length(file: &Path) -> Result<usize> {
    let bytes = fs::metadata(file).with_context(|| format!("{} could not be read.", file.display()))?.len();
    usize::try_from(bytes).with_context(|| format!("{} is too large.", file.display()))
}

fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(|| format!("{} could not be made.", folder.display()))?;
    }
    fs::write(file, bytes).with_context(|| format!("{} could not be written.", file.display()))
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("{} could not be removed.", folder.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_takes_the_place_of_the_old_one() {
        let top = tempfile::tempdir().unwrap();
        let folder = top.path().join("web");
        write(&folder.join("old.txt"), b"old").unwrap();
        let script = Asset::hashed("boot", "js", b"let a = 1; ".repeat(100)).unwrap().in_first_load();
        let path = script.path().to_owned();
        let assets = [script, Asset::named("/icon.png", vec![1, 2, 3]).unwrap()];
        assert!(replace(&folder, &assets, "no header").is_err());
        replace(&folder, &assets, "referrer-policy: no-referrer\n").unwrap();

        assert!(!folder.join("old.txt").exists());
        let manifest: serde_json::Value =
            serde_json::from_slice(&read(&folder.join(MANIFEST)).unwrap()).unwrap();
        assert_eq!(manifest["headers"], serde_json::json!([["referrer-policy", "no-referrer"]]));
        assert_eq!(manifest["files"][0]["path"], path);
        assert_eq!(manifest["files"][0]["content_type"], "text/javascript; charset=utf-8");
        assert_eq!(manifest["files"][0]["encodings"], serde_json::json!(["br", "gzip"]));
        assert_eq!(manifest["files"][0]["immutable"], true);
        assert_eq!(manifest["files"][1]["encodings"], serde_json::json!([]));
        assert!(folder.join(format!("{}.br", path.trim_start_matches('/'))).is_file());

        let sizes = sizes(&folder).unwrap();
        assert_eq!(sizes[0].raw_bytes, 1100);
        assert_eq!(first_load_bytes(&sizes), sizes[0].brotli_bytes);
        assert_eq!(sizes[1].brotli_bytes, 3);
    }

    #[test]
    fn the_table_sums_the_first_view_and_the_first_load() {
        let size = |path: &str, bytes, is_in_first_load| Size {
            path: path.to_owned(),
            raw_bytes: 2 * bytes,
            brotli_bytes: bytes,
            is_in_first_load,
        };
        let table = table(&[
            size("/a", 1_000, true),
            size("/assets/worker-0/b.wasm", 2_550, true),
            size("/c", 9_000, false),
        ]);
        let lines = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        let expected = [
            "/a ** 2.0 1.0",
            "/assets/worker-0/b.wasm * 5.1 2.6",
            "/c 18.0 9.0",
            "first view 2.0 1.0",
            "first load 7.1 3.6",
        ];
        assert_eq!(lines.skip(1).collect::<Vec<_>>(), expected);
    }
}
