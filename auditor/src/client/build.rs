//! A finished build of the web client: `manifest.json` and the files that it names.

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// No file of the client is longer.
const UNPACKED_BYTES: u64 = 64 * 1024 * 1024;

/// How an answer is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) enum Packing {
    #[serde(skip)]
    None,
    #[serde(rename = "gzip")]
    Gzip,
    #[serde(rename = "br")]
    Brotli,
}

impl Packing {
    pub(super) const ALL: [Self; 3] = [Self::None, Self::Gzip, Self::Brotli];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::None => "identity",
            Self::Gzip => "gzip",
            Self::Brotli => "br",
        }
    }

    /// As browsers ask for it. They take more than brotli, and the server must choose that.
    pub(super) const fn accepted(self) -> &'static str {
        match self {
            Self::None => "identity",
            Self::Gzip => "gzip, deflate",
            Self::Brotli => "gzip, deflate, br, zstd",
        }
    }

    const fn extension(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Gzip => ".gz",
            Self::Brotli => ".br",
        }
    }

    pub(super) fn unpack(self, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        let read = match self {
            Self::None => return Some(bytes.to_vec()),
            Self::Gzip => flate2::read::GzDecoder::new(bytes).take(UNPACKED_BYTES).read_to_end(&mut out),
            Self::Brotli => brotli::Decompressor::new(bytes, 4096).take(UNPACKED_BYTES).read_to_end(&mut out),
        };
        read.ok().map(|_| out)
    }
}

/// A file of the build.
#[derive(Debug, Deserialize)]
pub(super) struct File {
    pub(super) path: String,
    pub(super) content_type: String,
    pub(super) sha256: String,
    pub(super) immutable: bool,
    #[serde(rename = "encodings")]
    pub(super) packings: Vec<Packing>,
}

#[derive(Deserialize)]
struct Manifest {
    headers: Vec<(String, String)>,
    files: Vec<File>,
}

/// The build.
pub(super) struct Build {
    folder: PathBuf,
    /// `manifest.json` itself.
    pub(super) list: Vec<u8>,
    /// Of every answer.
    pub(super) headers: Vec<(String, String)>,
    pub(super) files: Vec<File>,
}

impl Build {
    /// Reads the list, and sees that the files are those that it names.
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let list = fs::read(folder.join("manifest.json"))
            .with_context(|| format!("{} is no finished build (cargo xtask web).", folder.display()))?;
        let Manifest { headers, files } =
            serde_json::from_slice(&list).context("manifest.json is not what a build writes.")?;
        let build = Self { folder: folder.to_owned(), list, headers, files };
        for file in &build.files {
            let raw = build.bytes(file, Packing::None)?;
            let hash: String = Sha256::digest(&raw).iter().map(|byte| format!("{byte:02x}")).collect();
            ensure!(hash == file.sha256, "The build's own {} is not what its list says.", file.path);
            for packing in &file.packings {
                let same = packing.unpack(&build.bytes(file, *packing)?).is_some_and(|it| it == raw);
                ensure!(same, "The build's own {}{} is another file.", file.path, packing.extension());
            }
        }
        Ok(build)
    }

    pub(super) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    pub(super) fn bytes(&self, file: &File, packing: Packing) -> Result<Vec<u8>> {
        let path = format!("{}{}", file.path.trim_start_matches('/'), packing.extension());
        let path = self.folder.join(path);
        fs::read(&path).with_context(|| format!("{} cannot be read.", path.display()))
    }
}

/// `cargo xtask web` in a folder of the source.
pub(super) fn run(source: &Path) -> Result<PathBuf> {
    let mut command = Command::new("cargo");
    // What it prints is not the report.
    let output = command.args(["xtask", "web"]).current_dir(source).env_remove("KBS_QUICK").output();
    let output = output.context("cargo does not start.")?;
    ensure!(
        output.status.success(),
        "The client cannot be built in {}:\n{}",
        source.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(source.join("target/web"))
}
