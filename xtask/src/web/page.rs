//! Fills the placeholders `{{name}}` of the page's template.

use anyhow::{Context as _, Result, bail};

/// The addresses that the template may name.
pub(crate) struct Placeholders<'a> {
    /// `{{boot}}`: the script that starts the page.
    pub(crate) boot: &'a str,
    /// `{{style}}`: the style sheet.
    pub(crate) style: &'a str,
    /// `{{worker}}`: the script that starts the worker.
    pub(crate) worker: &'a str,
    /// `{{worker_script}}`: the worker's glue, to be preloaded.
    pub(crate) worker_script: &'a str,
    /// `{{page_script}}`: the page's glue, to be preloaded.
    pub(crate) page_script: &'a str,
    /// `{{page_module}}`: the page's WebAssembly, to be preloaded.
    pub(crate) page_module: &'a str,
}

impl Placeholders<'_> {
    fn value(&self, name: &str) -> Result<&str> {
        Ok(match name {
            "boot" => self.boot,
            "style" => self.style,
            "worker" => self.worker,
            "worker_script" => self.worker_script,
            "page_script" => self.page_script,
            "page_module" => self.page_module,
            _ => bail!("The page names {{{{{name}}}}}, which the bundler does not know."),
        })
    }
}

/// The template with its placeholders filled; what the page cannot work without must be there.
///
/// # Errors
/// When a placeholder is unknown, not closed or missing, or a script stands in the page itself.
pub(crate) fn filled(template: &str, placeholders: &Placeholders<'_>) -> Result<String> {
    for name in ["boot", "style", "worker"] {
        if !template.contains(&format!("{{{{{name}}}}}")) {
            bail!("The page does not name {{{{{name}}}}}.");
        }
    }
    let mut page = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) =
            after.split_once("}}").context("The page has a placeholder that is not closed.")?;
        page.push_str(before);
        page.push_str(placeholders.value(name.trim())?);
        rest = after;
    }
    page.push_str(rest);
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACEHOLDERS: Placeholders<'_> = Placeholders {
        boot: "/b.js",
        style: "/s.css",
        worker: "/w.js",
        worker_script: "/ws.js",
        page_script: "/p.js",
        page_module: "/p.wasm",
    };

    #[test]
    fn placeholders_are_filled() {
        let page = filled("<{{boot}}><{{style}}><{{worker}}><{{page_module}}>", &PLACEHOLDERS).unwrap();
        assert_eq!(page, "</b.js></s.css></w.js></p.wasm>");
    }

    #[test]
    fn a_wrong_template_is_refused() {
        for template in
            ["{{boot}}{{style}}", "{{boot}}{{style}}{{worker}}{{other}}", "{{boot}}{{style}}{{worker}}{{"]
        {
            assert!(filled(template, &PLACEHOLDERS).is_err(), "{template}");
        }
    }
}
