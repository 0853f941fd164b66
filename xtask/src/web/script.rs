//! Turns a compiled module into what a browser loads: the module, its glue and the script that starts it.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail};
use wasm_bindgen_cli_support::Bindgen;

use super::asset::{Asset, sha256_hex, short_hash};
use super::{files_under, read};

/// The script through which a module finds its parts.
const PARTS: &str = "parts.js";

/// A module, its glue, and the parts that load later. They name each other by names that stay, so their folder
/// carries the hash.
pub(crate) struct Module {
    pub(crate) script: Asset,
    pub(crate) wasm: Asset,
    /// Loaded with the module: what libraries bring, and the script that knows the parts.
    others: Vec<Asset>,
    parts: Vec<Asset>,
}

impl Module {
    /// The files; the parts do not count to the first load.
    pub(crate) fn into_assets(self) -> impl Iterator<Item = Asset> {
        let first = [self.script, self.wasm].into_iter().chain(self.others).map(Asset::in_first_load);
        first.chain(self.parts)
    }
}

/// Splits a compiled module where it says so, and runs wasm-bindgen over it.
///
/// # Errors
/// When the module is not there or not one of wasm-bindgen's.
pub(crate) fn module(compiled: &Path, stem: &str) -> Result<Module> {
    let folder = tempfile::tempdir().context("A folder for the bundler could not be made.")?;
    let (input, output) = (folder.path().join("input"), folder.path().join("output"));
    let main = input.join(format!("{stem}.wasm"));
    split(&read(compiled)?, stem, &main, &output)
        .with_context(|| format!("{} could not be split.", compiled.display()))?;
    Bindgen::new()
        .input_path(&main)
        .out_name(stem)
        .web(true)
        .and_then(|bindgen| {
            bindgen
                .typescript(false)
                // The parts import the module's memory, stack and table.
                .keep_lld_exports(true)
                .remove_name_section(true)
                .remove_producers_section(true)
                .generate(&output)
        })
        .with_context(|| format!("wasm-bindgen could not read {}.", compiled.display()))?;
    collected(&output, stem)
}

/// Writes the main part to `main` and the others, with the script that loads them, to `output`.
fn split(module: &[u8], stem: &str, main: &Path, output: &Path) -> Result<()> {
    for folder in [main.parent().unwrap_or(main), output] {
        fs::create_dir_all(folder).with_context(|| format!("{} could not be made.", folder.display()))?;
    }
    let (link_name, main_module) = (format!("./{PARTS}"), format!("./{stem}.js"));
    let mut options = wasm_split_cli_support::Options::new(module);
    options.main_out_path = main;
    options.output_dir = output;
    options.link_name = &link_name;
    options.main_module = &main_module;
    wasm_split_cli_support::transform(options).map(drop).map_err(|error| anyhow!("{error:#}"))
}

/// Takes what lies in the folder; a part is all WebAssembly but the main module.
fn collected(output: &Path, stem: &str) -> Result<Module> {
    let mut files = Vec::new();
    let mut lines = String::new();
    for file in files_under(output)? {
        let Some(name) = file.strip_prefix(output).ok().and_then(Path::to_str) else {
            bail!("{} has a name that is no text.", file.display());
        };
        let body = read(&file)?;
        lines.push_str(&format!("{} {name}\n", sha256_hex(&body)));
        files.push((name.to_owned(), body));
    }
    let folder = format!("{stem}-{}", short_hash(lines.as_bytes()));
    let (mut script, mut wasm) = (None, None);
    let (mut others, mut parts) = (Vec::new(), Vec::new());
    for (name, body) in files {
        let asset = Asset::in_folder(&folder, &name, body)?;
        if name == format!("{stem}.js") {
            script = Some(asset);
        } else if name == format!("{stem}_bg.wasm") {
            wasm = Some(asset);
        } else if name.ends_with(".wasm") {
            parts.push(asset);
        } else {
            others.push(asset);
        }
    }
    let script = script.context("wasm-bindgen wrote no script.")?;
    let wasm = wasm.context("wasm-bindgen wrote no module.")?;
    Ok(Module { script, wasm, others, parts })
}

/// The script that starts a module; a file of its own, since the page may hold none.
///
/// # Errors
/// As [`Asset::hashed`].
pub(crate) fn boot(stem: &str, module: &Module) -> Result<Asset> {
    let script = start(module.script.file_name(), module.wasm.file_name());
    Asset::hashed(stem, "js", script.into_bytes())
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
    fn what_loads_later_is_a_part_and_the_folder_carries_the_hash_of_all() {
        let output = tempfile::tempdir().unwrap();
        let names = ["page.js", "page_bg.wasm", "parts.js", "split_mail.wasm"];
        for name in names {
            fs::write(output.path().join(name), name).unwrap();
        }
        let first = collected(output.path(), "page").unwrap();
        assert!(
            first.script.path().starts_with("/assets/page-") && first.script.path().ends_with("/page.js")
        );
        let before = first.script.path().to_owned();
        let counted: Vec<_> = first.into_assets().map(|it| it.is_in_first_load()).collect();
        assert_eq!(counted, [true, true, true, false]);

        fs::write(output.path().join("split_mail.wasm"), "other").unwrap();
        assert_ne!(collected(output.path(), "page").unwrap().script.path(), before);
        fs::remove_file(output.path().join("page_bg.wasm")).unwrap();
        assert!(collected(output.path(), "page").is_err());
    }

    #[test]
    fn a_file_that_is_no_module_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.wasm");
        fs::write(&file, "no module").unwrap();
        assert!(module(&file, "page").is_err());
    }
}
