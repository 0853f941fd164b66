//! `cargo xtask demo`: a portal with invented people on this machine.
//!
//! The demo's folder holds `server/` (the server's data), `secrets` (the server's secrets, outside its data), `mail/`
//! (each mail as .eml), `accounts.json` (invented addresses and passwords, written when all of them are there) and
//! `server.log`. Invariant: only a folder that carries the demo's mark, or an empty one, is ever written or removed.

mod mail_page;
mod mail_text;
mod portal;

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use crate::paths::Paths;
use crate::{run, web};

use self::portal::Portal;

const MARK: &str = ".portal-demo";
const LOOK_AFTER: Duration = Duration::from_millis(200);

/// How the demo is wanted.
pub(crate) struct Options {
    pub(crate) fresh: bool,
    pub(crate) port: u16,
    pub(crate) data: PathBuf,
}

/// What the seeding program tells.
#[derive(Deserialize)]
struct Accounts {
    accounts: Vec<Account>,
}

#[derive(Deserialize)]
struct Account {
    role: String,
    name: String,
    address: String,
    password: String,
}

/// Builds, starts, seeds and shows the portal, until Ctrl-C.
///
/// # Errors
/// When something does not build, or the server does not start or ends by itself.
pub(crate) fn run(paths: &Paths, options: &Options) -> Result<()> {
    let folder = paths.root.join(&options.data);
    let mail_port = options.port.checked_add(1).context("The demo needs two ports; choose a smaller one.")?;
    let stop = stop_signal()?;
    free(options.port)?;
    free(mail_port)?;
    prepare(&folder, options.fresh)?;
    build(paths)?;

    run::heading("The portal");
    let mail = folder.join("mail");
    let mut portal =
        Portal::start(paths.program(paths.binary("release", "server")), &folder, &mail, options.port)?;
    let mails = mail_page::serve(mail.clone(), web::style_sheet(paths)?, mail_port)?;
    let accounts = accounts(paths, &folder, &mail, &portal)?;
    println!("{}", welcome(portal.url(), &mails, &accounts));
    wait(&mut portal, &stop)
}

fn stop_signal() -> Result<Receiver<()>> {
    let (sender, receiver) = channel();
    ctrlc::set_handler(move || {
        _ = sender.send(());
    })
    .context("Ctrl-C cannot be handled.")?;
    Ok(receiver)
}

/// Looks before the long build, not after it, whether a port can be had.
fn free(port: u16) -> Result<()> {
    let tried = TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    tried.map(drop).with_context(|| {
        format!("Port {port} is taken; choose another with --port (the demo needs it and the next one).")
    })
}

fn prepare(folder: &Path, fresh: bool) -> Result<()> {
    let is_ours = folder.join(MARK).is_file();
    let is_empty = fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none());
    if !is_ours && !is_empty {
        bail!("{} holds something else than a demo; choose another folder with --data.", folder.display());
    }
    if fresh && is_ours {
        fs::remove_dir_all(folder).with_context(|| format!("{} could not be removed.", folder.display()))?;
    }
    let mail = folder.join("mail");
    fs::create_dir_all(&mail).with_context(|| format!("{} could not be made.", mail.display()))?;
    fs::write(folder.join(MARK), "").with_context(|| format!("{} could not be written.", folder.display()))
}

fn build(paths: &Paths) -> Result<()> {
    web::build(paths)?;
    run::heading("The server");
    run::run(paths.cargo("build").args(["--release", "--package", "server"]))?;
    run::heading("The program that fills the demo");
    run::run(paths.cargo("build").args(["--release", "--package", "tests", "--bin", "demo-seed"]))
}

/// The accounts as they were written when the data were new; otherwise seeds them.
fn accounts(paths: &Paths, folder: &Path, mail: &Path, portal: &Portal) -> Result<Vec<Account>> {
    let file = folder.join("accounts.json");
    if let Ok(text) = fs::read_to_string(&file) {
        return parse(&text);
    }
    let link = portal.setup_link().context(
        "The demo's data were not filled to their end. Run it again with --fresh, which starts over.",
    )?;
    run::heading("Organisation, people and messages");
    let mut seed = paths.program(paths.binary("release", "demo-seed"));
    seed.args(["--url", portal.url(), "--setup-link", &link, "--mail-dir"]).arg(mail);
    let text = run::read(&mut seed)?;
    let accounts = parse(&text)?;
    fs::write(&file, text).with_context(|| format!("{} could not be written.", file.display()))?;
    Ok(accounts)
}

fn parse(text: &str) -> Result<Vec<Account>> {
    let accounts: Accounts = serde_json::from_str(text)
        .context("The list of the demo's accounts is not right; start over with --fresh.")?;
    Ok(accounts.accounts)
}

fn welcome(url: &str, mails: &str, accounts: &[Account]) -> String {
    let mut lines = vec![
        String::new(),
        format!("Das Portal läuft · The portal is running:        {url}"),
        format!("Seine E-Mails · The mails that it would send:    {mails}"),
        format!("Bausteine · What its pages are made of:          {mails}/dev/components"),
        String::new(),
        "Konten (erfunden) · Accounts (invented):".to_owned(),
    ];
    let width =
        |text: fn(&Account) -> &str| accounts.iter().map(|a| text(a).chars().count()).max().unwrap_or(0);
    let (role, name) = (width(|account| &account.role), width(|account| &account.name));
    let address = width(|account| &account.address);
    for account in accounts {
        let Account { role: r, name: n, address: a, password: p } = account;
        lines.push(format!("  {r:<role$}  {n:<name$}  {a:<address$}  {p}"));
    }
    lines.push("\nStrg-C beendet · Ctrl-C stops".to_owned());
    lines.join("\n")
}

fn wait(portal: &mut Portal, stop: &Receiver<()>) -> Result<()> {
    while stop.recv_timeout(LOOK_AFTER).is_err() {
        portal.check()?;
    }
    println!("\nBeendet · Stopped");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_with_other_things_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("thesis.odt"), "years").unwrap();
        for fresh in [false, true] {
            assert!(prepare(folder.path(), fresh).is_err());
        }
        assert!(folder.path().join("thesis.odt").is_file());
    }

    #[test]
    fn fresh_starts_over_and_otherwise_all_stays() {
        let top = tempfile::tempdir().unwrap();
        let folder = top.path().join("demo");
        prepare(&folder, false).unwrap();
        fs::write(folder.join("accounts.json"), "{}").unwrap();
        prepare(&folder, false).unwrap();
        assert!(folder.join("accounts.json").is_file());
        prepare(&folder, true).unwrap();
        assert!(!folder.join("accounts.json").exists() && folder.join("mail").is_dir());
    }

    #[test]
    fn the_welcome_shows_links_and_accounts() {
        let text = r#"{"accounts":[{"role":"staff","name":"Jörg Ä","address":"j@kbs.example","password":"pw-1"},
                                   {"role":"administrator","name":"A","address":"a@kbs.example","password":"pw-2"}]}"#;
        let shown = welcome("http://localhost:1", "http://localhost:2", &parse(text).unwrap());
        assert!(shown.contains("http://localhost:1") && shown.contains("http://localhost:2"));
        assert!(shown.contains("  staff          Jörg Ä  j@kbs.example  pw-1"), "{shown}");
        assert!(parse("{}").is_err());
    }
}
