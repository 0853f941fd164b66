//! Builds the web client twice, in two folders, for two users, at two times, and compares every byte.
//!
//! What is committed is built, not the work tree. The second build has a folder of another length, another name of the
//! user, another time zone and language, and a cargo home of its own into which all sources are fetched again. Both use
//! the way to WebAssembly that [`crate::wasm`] finds: the toolchain's and Debian's compilers make different bytes.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::paths::Paths;
use crate::run;
use crate::web::{files_under, read, sha256_hex};

/// Every file of a bundle, compressed forms and list included, with its SHA-256.
type Hashes = BTreeMap<String, String>;

/// Builds, compares and prints the hashes.
///
/// # Errors
/// When the two builds differ, or one of them cannot be made.
pub(crate) fn reproduce(paths: &Paths) -> Result<()> {
    let top = paths.target.join("reproduce");
    if top.exists() {
        fs::remove_dir_all(&top).with_context(|| format!("{} could not be removed.", top.display()))?;
    }
    let first = built(paths, &top.join("one"), |_| Ok(()))?;
    let home = top.join("another-cargo-home");
    let second = built(paths, &top.join("two-in-a-folder-with-a-longer-name/two"), |command| {
        command.envs([("TZ", "Pacific/Chatham"), ("LC_ALL", "C"), ("USER", "somebody-else")]);
        command.env("CARGO_HOME", cargo_home(&home)?);
        Ok(())
    })?;
    for (path, hash) in &first {
        println!("{hash}  {path}");
    }
    let differences = differences(&first, &second);
    if !differences.is_empty() {
        bail!("The two builds differ in {}. Both lie in {}.", differences.join(", "), top.display());
    }
    println!("\nBoth builds are the same, byte for byte: {} files.", first.len());
    fs::remove_dir_all(&top).with_context(|| format!("{} could not be removed.", top.display()))
}

fn built(paths: &Paths, tree: &Path, prepare: impl Fn(&mut Command) -> Result<()>) -> Result<Hashes> {
    run::heading(&format!("A build in {}", tree.display()));
    run::run(paths.program("git").args(["clone", "--quiet", "--"]).arg(&paths.root).arg(tree))?;
    let this = env::current_exe().context("This program does not know where it lies.")?;
    let mut command = Command::new(this);
    // The workspace of that folder.
    command
        .arg("web")
        .current_dir(tree)
        .env("CARGO_MANIFEST_DIR", tree.join("xtask"))
        .env_remove("KBS_QUICK");
    prepare(&mut command)?;
    run::run(&mut command)?;
    hashes(&tree.join("target/web"))
}

/// A cargo home with nothing in it but what says where crates come from.
fn cargo_home(home: &Path) -> Result<PathBuf> {
    fs::create_dir_all(home).with_context(|| format!("{} could not be made.", home.display()))?;
    let usual = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")));
    for name in ["config.toml", "config", "credentials.toml"] {
        let file = usual.as_ref().map(|usual| usual.join(name)).filter(|file| file.is_file());
        if let Some(file) = file {
            fs::copy(&file, home.join(name))
                .with_context(|| format!("{} could not be copied.", file.display()))?;
        }
    }
    Ok(home.to_path_buf())
}

fn hashes(folder: &Path) -> Result<Hashes> {
    let mut hashes = Hashes::new();
    for file in files_under(folder)? {
        let name = file.strip_prefix(folder).unwrap_or(&file).to_string_lossy().into_owned();
        hashes.insert(name, sha256_hex(&read(&file)?));
    }
    if hashes.is_empty() { bail!("{} is empty.", folder.display()) } else { Ok(hashes) }
}

/// Names of what is not the same, or only on one side.
fn differences(first: &Hashes, second: &Hashes) -> Vec<String> {
    let names = first.keys().chain(second.keys().filter(|name| !first.contains_key(*name)));
    names.filter(|name| first.get(*name) != second.get(*name)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_a_missing_and_an_added_file_are_differences() {
        let hashes = |pairs: &[(&str, &str)]| -> Hashes {
            pairs.iter().map(|(name, hash)| ((*name).to_owned(), (*hash).to_owned())).collect()
        };
        let first = hashes(&[("a", "1"), ("b", "2"), ("c", "3")]);
        assert!(differences(&first, &first).is_empty());
        assert_eq!(differences(&first, &hashes(&[("a", "1"), ("b", "9"), ("d", "4")])), ["b", "c", "d"]);
    }

    #[test]
    fn every_file_is_hashed_and_an_empty_folder_is_no_bundle() {
        let folder = tempfile::tempdir().unwrap();
        assert!(hashes(folder.path()).is_err());
        fs::create_dir(folder.path().join("assets")).unwrap();
        fs::write(folder.path().join("assets/a.js"), "").unwrap();
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(
            hashes(folder.path()).unwrap(),
            Hashes::from([("assets/a.js".to_owned(), empty.to_owned())])
        );
    }
}
