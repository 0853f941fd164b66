//! Bundles the web client into `target/web`, as the server embeds it.
//!
//! In: the modules `client_web` and `client_worker`, each split where it says so (the parts load later),
//! `client/web/index.html`, `client/web/service-worker.js`, `client/web/style/*.css`, `client/web/static/**`, and the headers of every answer in
//! `client/web/headers.txt`. Out: one raw file for each asset, its neighbours `.br` and `.gz` where they are smaller, and
//! `manifest.json`. Invariants: names under `/assets/` carry the hash of what they hold and may be cached for ever; no
//! script and no style stands in the page itself; equal inputs make equal bytes.

mod asset;
mod output;
mod page;
mod script;
mod service_worker;
mod style;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use walkdir::WalkDir;

use crate::paths::Paths;
use crate::run;
use crate::wasm::Compiler;

pub(crate) use self::asset::sha256_hex;

use self::asset::Asset;
use self::page::Placeholders;

/// What a browser may have to load before somebody can type an address and a password, compressed with brotli.
const MAX_FIRST_VIEW_BYTES: usize = 350_000;

/// What a browser may have to load before somebody can sign in, compressed with brotli.
const MAX_FIRST_LOAD_BYTES: usize = 780_000;

/// This program's part in the bundle: when it changes, bundles have to be made again.
const BUNDLER: [&str; 7] = [
    include_str!("mod.rs"),
    include_str!("asset.rs"),
    include_str!("output.rs"),
    include_str!("page.rs"),
    include_str!("script.rs"),
    include_str!("service_worker.rs"),
    include_str!("style.rs"),
];

/// What the bundle is made from.
struct Inputs {
    page_module: PathBuf,
    worker_module: PathBuf,
    folder: PathBuf,
}

/// Builds the modules and bundles them, unless the bundle is of the same inputs already. With `KBS_QUICK=1` everything
/// is built with few optimisations in a profile of its own: for looking at a change, not for a release.
///
/// # Errors
/// When something does not compile, or the first load is too large.
pub(crate) fn build(paths: &Paths) -> Result<()> {
    let compiler = Compiler::find(paths)?;
    let [worker_profile, page_profile] = if is_quick() { ["quick"; 2] } else { ["worker", "page"] };
    run::heading("The modules of worker and page (WebAssembly)");
    // At once: the end of each keeps one processor busy, and the profiles have folders of their own.
    let build = |profile, package| compiler.build(paths, profile, &["--package", package, "--lib"]);
    let (worker, page) =
        both(|| build(worker_profile, "client-worker"), || build(page_profile, "client-web"))?;

    run::heading("The bundle");
    let _guard = lock(&paths.target.join("web.lock"))?;
    let inputs = Inputs {
        page_module: page.join("client_web.wasm"),
        worker_module: worker.join("client_worker.wasm"),
        folder: paths.root.join("client/web"),
    };
    bundle(&inputs, &paths.web(), &paths.target.join("web.inputs"))
}

/// The style as the bundle has it.
///
/// # Errors
/// When it is not right.
pub(crate) fn style_sheet(paths: &Paths) -> Result<String> {
    style::bundled(&paths.root.join("client/web/style"))
}

fn bundle(inputs: &Inputs, folder: &Path, stamp: &Path) -> Result<()> {
    let digest = digest_of(inputs)?;
    let is_same = fs::read_to_string(stamp).is_ok_and(|known| known == digest);
    if !is_same || !folder.join(output::MANIFEST).is_file() {
        let assets = assets_of(inputs)?;
        output::replace(folder, &assets, &read_text(&inputs.folder.join("headers.txt"))?)?;
        fs::write(stamp, digest).with_context(|| format!("{} could not be written.", stamp.display()))?;
    }
    let sizes = output::sizes(folder)?;
    println!("{}", output::table(&sizes));
    if is_quick() {
        return Ok(());
    }
    check("view", output::first_view_bytes(&sizes), MAX_FIRST_VIEW_BYTES)?;
    check("load", output::first_load_bytes(&sizes), MAX_FIRST_LOAD_BYTES)
}

/// Whether the build is only for looking at a change.
pub(crate) fn is_quick() -> bool {
    std::env::var_os("KBS_QUICK").is_some_and(|value| value == "1")
}

/// Does two things at once.
fn both<T: Send, U: Send>(
    one: impl FnOnce() -> Result<T> + Send,
    other: impl FnOnce() -> Result<U>,
) -> Result<(T, U)> {
    std::thread::scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        let one = one.join().unwrap_or_else(|_| bail!("One of two steps broke off."));
        Ok((one?, other?))
    })
}

/// Two builds at the same time take turns.
fn lock(file: &Path) -> Result<fs::File> {
    let lock = fs::File::create(file).with_context(|| format!("{} could not be written.", file.display()))?;
    lock.lock().with_context(|| format!("{} could not be locked.", file.display()))?;
    Ok(lock)
}

fn check(first: &str, bytes: usize, most: usize) -> Result<()> {
    if bytes > most {
        bail!("The first {first} is {bytes} bytes; at most {most} are allowed.");
    }
    Ok(())
}

fn assets_of(inputs: &Inputs) -> Result<Vec<Asset>> {
    let (worker, page) = both(
        || script::module(&inputs.worker_module, "worker"),
        || script::module(&inputs.page_module, "page"),
    )?;
    let worker_boot = script::boot("worker-boot", &worker)?;
    let boot = script::boot("boot", &page)?;
    let style = Asset::hashed("style", "css", style::bundled(&inputs.folder.join("style"))?.into_bytes())?;

    let placeholders = Placeholders {
        boot: boot.path(),
        style: style.path(),
        worker: worker_boot.path(),
        worker_script: worker.script.path(),
        page_script: page.script.path(),
        page_module: page.wasm.path(),
    };
    let template = read_text(&inputs.folder.join("index.html"))?;
    let html = page::filled(&template, &placeholders)?;

    let mut assets = vec![Asset::named("/index.html", html.into_bytes())?.in_first_load()];
    assets.extend([style.in_first_load(), boot.in_first_load(), worker_boot.in_first_load()]);
    assets.extend(page.into_assets().chain(worker.into_assets()));
    let template = read_text(&inputs.folder.join(service_worker::TEMPLATE))?;
    assets.push(service_worker::filled(&template, &assets)?);
    assets.extend(static_files(&inputs.folder.join("static"))?);
    assets.sort_by(|left, right| left.path().cmp(right.path()));
    assets.dedup_by(|left, right| left.path() == right.path());
    Ok(assets)
}

fn static_files(folder: &Path) -> Result<Vec<Asset>> {
    let mut assets = Vec::new();
    for file in files_under(folder)? {
        let name = file.strip_prefix(folder).unwrap_or(&file).to_string_lossy().replace('\\', "/");
        assets.push(Asset::named(&format!("/{name}"), read(&file)?)?);
    }
    Ok(assets)
}

/// Over everything that the bundle depends on, the bundler itself included.
fn digest_of(inputs: &Inputs) -> Result<String> {
    let mut files = vec![inputs.page_module.clone(), inputs.worker_module.clone()];
    files
        .extend(["index.html", "headers.txt", service_worker::TEMPLATE].map(|name| inputs.folder.join(name)));
    files.extend(files_under(&inputs.folder.join("style"))?);
    files.extend(files_under(&inputs.folder.join("static"))?);
    let mut lines = sha256_hex(BUNDLER.concat().as_bytes()) + "\n";
    for file in files {
        lines.push_str(&format!("{} {}\n", sha256_hex(&read(&file)?), file.display()));
    }
    Ok(sha256_hex(lines.as_bytes()))
}

pub(crate) fn files_under(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.with_context(|| format!("{} could not be read.", folder.display()))?;
        if entry.file_type().is_file() {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}

pub(crate) fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("{} could not be read.", file.display()))
}

fn read_text(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("{} could not be read.", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_load_over_the_bound_is_refused() {
        assert!(check("load", 780, 780).is_ok());
        assert!(check("load", 781, 780).is_err());
    }

    #[test]
    fn static_files_keep_their_names() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("icons")).unwrap();
        fs::write(folder.path().join("icons/a.svg"), "<svg/>").unwrap();
        let assets = static_files(folder.path()).unwrap();
        assert_eq!(assets.iter().map(Asset::path).collect::<Vec<_>>(), ["/icons/a.svg"]);
        assert!(static_files(&folder.path().join("none")).unwrap().is_empty());
    }

    #[test]
    fn the_bundler_is_of_the_same_version_as_wasm_bindgen() {
        let lock = include_str!("../../../Cargo.lock");
        let version = |name: &str| {
            let start = lock.find(&format!("name = \"{name}\"\n")).unwrap();
            lock[start..].lines().nth(1).unwrap().to_owned()
        };
        assert_eq!(version("wasm-bindgen"), version("wasm-bindgen-cli-support"));
    }
}
