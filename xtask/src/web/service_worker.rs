//! The service worker: its template filled with what it keeps and the hash of that.

use anyhow::{Context as _, Result, ensure};

use super::asset::{Asset, sha256_hex, short_hash};

/// In the client's folder, and the name that it is served by: one that stays, since browsers look there for a new one.
pub(crate) const TEMPLATE: &str = "service-worker.js";

/// The script that keeps the start page and the first load.
///
/// # Errors
/// When the template does not name both placeholders, or something of the first load could change under its name.
pub(crate) fn filled(template: &str, assets: &[Asset]) -> Result<Asset> {
    let first_load: Vec<_> = assets.iter().filter(|asset| asset.is_in_first_load()).collect();
    let hashes: String = first_load.iter().map(|asset| sha256_hex(asset.body())).collect();
    let mut files: Vec<_> =
        first_load.iter().filter(|asset| asset.is_immutable()).map(|asset| asset.path()).collect();
    files.sort_unstable();
    // The start page, which the script fetches anew each time, is the only one whose name does not say what is in it.
    ensure!(files.len() + 1 == first_load.len(), "The first load has a file without a hash in its name.");
    let files = serde_json::to_string(&files).context("The list of files could not be written.")?;
    for name in ["{{version}}", "{{files}}"] {
        ensure!(template.contains(name), "The service worker does not name {name}.");
    }
    let version = short_hash((hashes + template).as_bytes());
    let script = template.replace("{{version}}", &version).replace("{{files}}", &files);
    Asset::named(&format!("/{TEMPLATE}"), script.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "{{version}} {{files}}";

    fn assets(style: &str) -> Vec<Asset> {
        vec![
            Asset::named("/index.html", b"page".to_vec()).unwrap().in_first_load(),
            Asset::hashed("style", "css", style.as_bytes().to_vec()).unwrap().in_first_load(),
            Asset::hashed("later", "js", b"later".to_vec()).unwrap(),
        ]
    }

    #[test]
    fn it_keeps_the_first_load_alone_and_its_version_follows_from_that() {
        let text =
            |style| String::from_utf8(filled(SCRIPT, &assets(style)).unwrap().body().to_vec()).unwrap();
        let script = text("a");
        assert!(
            script.contains("/assets/style-") && !script.contains("later") && !script.contains("index.html")
        );
        assert_eq!(script, text("a"));
        assert_ne!(script.split(' ').next(), text("b").split(' ').next());
    }

    #[test]
    fn what_may_change_under_its_name_is_not_kept() {
        let mut more = assets("a");
        more.push(Asset::named("/icon.svg", Vec::new()).unwrap().in_first_load());
        assert!(filled(SCRIPT, &more).is_err());
        assert!(filled("{{files}}", &assets("a")).is_err(), "a template without its version");
    }
}
