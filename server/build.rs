//! Embeds the web client: makes the table `ASSETS` of `target/web/manifest.json` (or of `KBS_WEB_DIR`), and
//! of a placeholder page where the web client has not been built.

use serde_json::Value;
use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

const PLACEHOLDER: &str = "<!DOCTYPE html><html lang=\"de\"><meta charset=\"utf-8\"><title>Portal</title>\
    <p>Der Webclient ist in diesem Programm nicht enthalten. Bitte mit „cargo xtask web“ bauen.</p>\
    <p lang=\"en\">This binary has no web client in it. Please build one with “cargo xtask web”.</p></html>\n";
/// SHA-256 is an entity tag here; a constant one will do for a page that never changes.
const PLACEHOLDER_TAG: &str = "0000000000000000000000000000000000000000000000000000000000000000";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=KBS_WEB_DIR");
    let dir = web_dir()?;
    println!("cargo::rerun-if-changed={}", dir.display());
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let manifest = dir.join("manifest.json");
    let table = if manifest.exists() { table(&dir, &manifest)? } else { placeholder(&out)? };
    let list = if manifest.exists() { fs::read_to_string(&manifest)? } else { "{}".into() };
    let list =
        format!("/// What the bundler said of them all, in JSON.\npub const MANIFEST: &str = {list:?};\n");
    fs::write(out.join("assets.rs"), table + &list)?;
    Ok(())
}

/// The folder is made if it is not there: cargo then sees when something comes into it.
fn web_dir() -> Result<PathBuf, Box<dyn Error>> {
    if let Ok(dir) = env::var("KBS_WEB_DIR") {
        return Ok(fs::canonicalize(dir)?);
    }
    let workspace = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("..");
    let dir = fs::canonicalize(workspace)?.join("target/web");
    fs::create_dir_all(&dir)?;
    Ok(dir)
}

fn table(dir: &Path, manifest: &Path) -> Result<String, Box<dyn Error>> {
    let manifest: Value = serde_json::from_slice(&fs::read(manifest)?)?;
    let files = manifest.get("files").and_then(Value::as_array).ok_or("manifest.json has no files")?;
    let mut table = String::from("static ASSETS: &[Asset] = &[\n");
    for file in files {
        let text =
            |key: &str| file[key].as_str().ok_or_else(|| format!("manifest.json: a file has no {key}"));
        let path = text("path")?;
        let raw = dir.join(path.trim_start_matches('/'));
        let encodings = file["encodings"].as_array().map_or(&[][..], Vec::as_slice);
        let compressed = |name: &str, extension: &str| {
            let there = encodings.iter().any(|encoding| encoding == name);
            let beside = format!("{}.{extension}", raw.display());
            if there { format!("Some(include_bytes!({beside:?}))") } else { "None".into() }
        };
        row(
            &mut table,
            path,
            text("content_type")?,
            text("sha256")?,
            file["immutable"].as_bool().unwrap_or(false),
            &format!("include_bytes!({:?})", raw.display().to_string()),
            &compressed("br", "br"),
            &compressed("gzip", "gz"),
        )?;
    }
    Ok(table + "];\n")
}

fn placeholder(out: &Path) -> Result<String, Box<dyn Error>> {
    println!(
        "cargo::warning=the web client is not built; the server gets a placeholder page (cargo xtask web)"
    );
    let page = out.join("placeholder.html");
    fs::write(&page, PLACEHOLDER)?;
    let mut table = String::from("static ASSETS: &[Asset] = &[\n");
    let raw = format!("include_bytes!({:?})", page.display().to_string());
    row(&mut table, "/index.html", "text/html; charset=utf-8", PLACEHOLDER_TAG, false, &raw, "None", "None")?;
    Ok(table + "];\n")
}

#[expect(clippy::too_many_arguments, reason = "one for each field of the table's row")]
fn row(
    table: &mut String,
    path: &str,
    content_type: &str,
    sha256: &str,
    immutable: bool,
    raw: &str,
    br: &str,
    gzip: &str,
) -> Result<(), std::fmt::Error> {
    writeln!(
        table,
        "    Asset {{ path: {path:?}, content_type: {content_type:?}, sha256: {sha256:?}, immutable: {immutable}, \
         raw: {raw}, br: {br}, gzip: {gzip} }},"
    )
}
