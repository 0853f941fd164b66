//! Pictures of the pages for the guides: those that the browser tests look at, in both languages and themes, desktop
//! and phone.

use std::fs;

use anyhow::{Context, Result, ensure};

use crate::check;
use crate::paths::Paths;

/// As the tests name them.
const PAGES: [&str; 40] = [
    "not-found",
    "sign-in",
    "forgotten",
    "offline",
    "public-help",
    "public-imprint",
    "public-privacy",
    "public-accessibility",
    "public-easy",
    "welcome",
    "first-steps-code",
    "first-steps",
    "inbox-empty",
    "mail-inbox",
    "inbox-selection",
    "mail-message",
    "message-image",
    "delivery",
    "mail-sent",
    "bin",
    "drafts",
    "mail-compose",
    "compose-preview",
    "compose-suggestions",
    "initial-password-partner",
    "contacts",
    "search",
    "keys",
    "password",
    "second-factor-enrol",
    "sessions",
    "settings",
    "deputies-named",
    "invitations",
    "admin-people",
    "admin-rules",
    "admin-events",
    "admin-outbox",
    "admin-key",
    "admin-witnesses",
];
const VIEWS: [&str; 8] = [
    "desktop-de-light",
    "desktop-de-dark",
    "desktop-en-light",
    "desktop-en-dark",
    "phone-de-light",
    "phone-de-dark",
    "phone-en-light",
    "phone-en-dark",
];
/// What all of them together may weigh in the repository.
const MOST_BYTES: usize = 7 * 1024 * 1024;

/// Runs the browser tests and puts their pictures in the place of the old ones.
///
/// # Errors
/// When a test fails, a picture is missing, or they are too large.
pub(crate) fn take(paths: &Paths) -> Result<()> {
    check::browser_with_pictures(paths, &PAGES)?;
    let (from, to) = (paths.target.join("screenshots"), paths.root.join("docs/screenshots"));
    let mut pictures = Vec::new();
    for page in PAGES {
        for view in VIEWS {
            let name = format!("{page}-{view}.webp");
            let bytes = fs::read(from.join(&name)).with_context(|| format!("There is no picture {name}."))?;
            pictures.push((name, bytes));
        }
    }
    let bytes: usize = pictures.iter().map(|(_, bytes)| bytes.len()).sum();
    ensure!(bytes <= MOST_BYTES, "The pictures have {bytes} bytes; at most {MOST_BYTES} are wanted.");
    fs::remove_dir_all(&to).with_context(|| format!("{} could not be emptied.", to.display()))?;
    fs::create_dir_all(&to).with_context(|| format!("{} could not be made.", to.display()))?;
    for (name, bytes) in &pictures {
        fs::write(to.join(name), bytes).with_context(|| format!("{name} could not be written."))?;
    }
    println!("{} pictures of {} kB are in {}.", pictures.len(), bytes / 1000, to.display());
    Ok(())
}
