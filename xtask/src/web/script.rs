//! Turns a compiled module into what a browser loads: the module, its glue and the script that starts it.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use super::asset::Asset;
use super::{files_under, read};

/// A module and its glue.
pub(crate) struct Module {
    pub(crate) script: Asset,
    pub(crate) wasm: Asset,
    snippets: Vec<Asset>,
}

impl Module {
    /// The files.
    pub(crate) fn into_assets(self) -> impl Iterator<Item = Asset> {
        [self.script, self.wasm].into_iter().chain(self.snippets)
    }
}

/// Runs wasm-bindgen over a compiled module.
///
/// # Errors
/// When the module is not there or not one of wasm-bindgen's.
pub(crate) fn module(compiled: &Path, stem: &str) -> Result<Module> {
    let folder = tempfile::tempdir().context("A folder for the bundler could not be made.")?;
    Bindgen::new()
        .input_path(compiled)
        .out_name(stem)
        .web(true)
        .and_then(|bindgen| {
            bindgen
                .typescript(false)
                .remove_name_section(true)
                .remove_producers_section(true)
                .generate(folder.path())
        })
        .with_context(|| format!("wasm-bindgen could not read {}.", compiled.display()))?;
    let script = read(&folder.path().join(format!("{stem}.js")))?;
    let wasm = read(&folder.path().join(format!("{stem}_bg.wasm")))?;
    Ok(Module {
        script: Asset::hashed(stem, "js", script)?,
        wasm: Asset::hashed(stem, "wasm", wasm)?,
        snippets: snippets(folder.path())?,
    })
}

/// Scripts that libraries bring; the glue imports them by a name that does not follow from their bytes.
fn snippets(folder: &Path) -> Result<Vec<Asset>> {
    let mut assets = Vec::new();
    for file in files_under(&folder.join("snippets"))? {
        let Some(name) = file.strip_prefix(folder).ok().and_then(Path::to_str) else {
            bail!("{} has a name that is no text.", file.display());
        };
        assets.push(Asset::named(&format!("/assets/{name}"), read(&file)?)?);
    }
    Ok(assets)
}

/// The script that starts the page; a file of its own, since the page may hold none.
///
/// # Errors
/// As [`Asset::hashed`].
pub(crate) fn page_boot(page: &Module) -> Result<Asset> {
    Asset::hashed("boot", "js", start_of(page).into_bytes())
}

/// The script that starts the worker and lets it load the password meter.
///
/// # Errors
/// As [`Asset::hashed`].
pub(crate) fn worker_boot(worker: &Module, meter_boot: &Asset) -> Result<Asset> {
    let load_meter = format!("self.loadMeter = () => import(\"./{}\");\n", meter_boot.file_name());
    Asset::hashed("worker-boot", "js", (load_meter + &start_of(worker)).into_bytes())
}

/// The script that starts the password meter, once it is imported.
///
/// # Errors
/// As [`Asset::hashed`].
pub(crate) fn meter_boot(meter: &Module) -> Result<Asset> {
    let export = format!("export {{ strength }} from \"./{}\";\n", meter.script.file_name());
    Asset::hashed("meter-boot", "js", (export + &start_of(meter)).into_bytes())
}

fn start_of(module: &Module) -> String {
    start(module.script.file_name(), module.wasm.file_name())
}

fn start(script: &str, wasm: &str) -> String {
    format!(
        "import init from \"./{script}\";\nawait init({{ module_or_path: new URL(\"./{wasm}\", import.meta.url) }});\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_boot_script_names_both_files() {
        assert_eq!(
            start("page-1.js", "page-2.wasm"),
            "import init from \"./page-1.js\";\n\
             await init({ module_or_path: new URL(\"./page-2.wasm\", import.meta.url) });\n"
        );
    }

    #[test]
    fn a_file_that_is_no_module_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.wasm");
        std::fs::write(&file, "no module").unwrap();
        assert!(module(&file, "page").is_err());
    }
}
