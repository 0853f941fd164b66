//! Pictures of the pages for the guides: those that the browser tests look at, in both themes, desktop and phone.

use anyhow::{Context, Result};

use crate::check;
use crate::paths::Paths;

/// As the tests name them.
const PAGES: [&str; 20] = [
    "sign-in",
    "public-help",
    "public-accessibility",
    "welcome",
    "recovery-code",
    "inbox",
    "message",
    "message-image",
    "compose",
    "compose-preview",
    "drafts",
    "contacts",
    "search",
    "second-factor",
    "sessions",
    "deputies",
    "admin-people",
    "admin-rules",
    "admin-events",
    "admin-new-key",
];

/// Runs the browser tests and copies the pictures.
///
/// # Errors
/// When a test fails or a picture is missing.
pub(crate) fn take(paths: &Paths) -> Result<()> {
    check::browser_with_pictures(paths)?;
    let (from, to) = (paths.target.join("screenshots"), paths.root.join("docs/screenshots"));
    for page in PAGES {
        for view in ["desktop-light", "desktop-dark", "phone-light", "phone-dark"] {
            let name = format!("{page}-{view}.jpg");
            std::fs::copy(from.join(&name), to.join(&name)).with_context(|| format!("no picture {name}"))?;
        }
    }
    println!("The pictures are in {}.", to.display());
    Ok(())
}
