//! `auditor client URL`: whether the web client that is served is the one that the source makes.
//!
//! Everything is asked for as a browser asks: each file of the build in each encoding that browsers take (none, gzip,
//! brotli), the list at `/.well-known/web-client.json`, and paths that are views of the client. Each answer must be the
//! bytes of the build, and its headers exactly those that the build names and those that HTTP needs, each once.

mod build;
mod difference;
mod headers;
#[cfg(test)]
mod tests;

pub use difference::{Difference, explain};

use crate::http::{Answer, Server};
use crate::report::client::{ClientFinding, ClientProblem, ClientReport, Looked};
use anyhow::{Context as _, Result};
use build::{Build, Packing};
use hyper::header::{ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, HeaderValue, USER_AGENT};
use hyper::{HeaderMap, Method};
use std::path::Path;

/// Where the server tells what it serves.
const LIST: &str = "/.well-known/web-client.json";
const START_PAGE: &str = "/index.html";
/// Paths of the client's views, and one that is none: all get the start page.
const VIEWS: [&str; 9] = [
    "/",
    "/setup",
    "/forgotten",
    "/mail/inbox",
    "/compose",
    "/account/password",
    "/admin",
    "/contacts",
    "/no-such-view-8f3a",
];
/// What a page could load or install beside the build: there must be nothing.
const ABSENT: [&str; 5] =
    ["/sw.js", "/service-worker.js", "/app.js", "/assets/index.js", "/no-such-file-8f3a.html"];
/// As browsers say it, so that nothing can be served to browsers alone.
const BROWSER: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

/// Compares what a server serves with a finished build.
///
/// # Errors
/// If the server does not answer, or the build cannot be read.
pub async fn compare(server: &Server, built: &Path) -> Result<ClientReport> {
    let build = Build::read(built)?;
    let mut look = Look { server, build: &build, report: ClientReport::of(server.url(), built) };
    look.list().await?;
    for file in &build.files {
        for packing in Packing::ALL {
            look.file(&file.path, &file.path, packing).await?;
        }
    }
    for view in VIEWS {
        for packing in Packing::ALL {
            look.file(view, START_PAGE, packing).await?;
        }
    }
    for path in ABSENT.into_iter().filter(|path| build.file(path).is_none()) {
        let answer = look.ask(path, Packing::Brotli).await?;
        if answer.status != 404 {
            look.found(ClientProblem::Unknown, path, format!("status {}", answer.status));
        }
        look.headers(path, &answer, None);
    }
    Ok(look.report)
}

/// Builds the web client in a folder of the source, and answers where it lies.
///
/// # Errors
/// If it cannot be built.
pub fn build(source: &Path) -> Result<std::path::PathBuf> {
    build::run(source)
}

struct Look<'a> {
    server: &'a Server,
    build: &'a Build,
    report: ClientReport,
}

impl Look<'_> {
    fn found(&mut self, problem: ClientProblem, path: &str, detail: impl Into<String>) {
        let finding = ClientFinding { problem, path: path.to_owned(), detail: detail.into() };
        // What is not packed is the same answer each time.
        if !self.report.findings.contains(&finding) {
            self.report.findings.push(finding);
        }
    }

    async fn ask(&self, path: &str, packing: Packing) -> Result<Answer> {
        let mut headers = HeaderMap::new();
        headers.insert(USER_AGENT, HeaderValue::from_static(BROWSER));
        headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static("de-DE,de;q=0.9,en;q=0.8"));
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(packing.accepted()));
        self.server.ask(Method::GET, path, headers, Vec::new()).await
    }

    async fn list(&mut self) -> Result<()> {
        let answer = self.ask(LIST, Packing::None).await?;
        if answer.status != 200 {
            self.found(ClientProblem::Missing, LIST, format!("status {}", answer.status));
            return Ok(());
        }
        self.headers(LIST, &answer, None);
        if answer.body != self.build.list {
            let detail = explain(LIST, &self.build.list, &answer.body);
            self.found(ClientProblem::OtherList, LIST, detail.map_or_else(String::new, |it| it.to_string()));
        }
        Ok(())
    }

    /// `file` of the build, at a path.
    async fn file(&mut self, path: &str, file: &str, packing: Packing) -> Result<()> {
        let build = self.build;
        let file = build.file(file).with_context(|| format!("The build has no {file}."))?;
        let answer = self.ask(path, packing).await?;
        if answer.status != 200 {
            self.found(ClientProblem::Missing, path, format!("status {}, {}", answer.status, packing.name()));
            return Ok(());
        }
        // What does not get smaller is not packed.
        let packing = if file.packings.contains(&packing) { packing } else { Packing::None };
        self.headers(path, &answer, Some((file, packing)));
        let wanted = build.bytes(file, packing)?;
        self.report.count(Looked { answers: 1, bytes: answer.body.len() as u64 });
        if answer.body != wanted {
            let detail = self.other(file, packing, &answer.body)?;
            self.found(ClientProblem::OtherBytes, path, format!("{}: {detail}", packing.name()));
        }
        Ok(())
    }

    /// How packed bytes differ: by what is in them, if they can be unpacked.
    fn other(&self, file: &build::File, packing: Packing, served: &[u8]) -> Result<String> {
        let wanted = self.build.bytes(file, Packing::None)?;
        let Some(unpacked) = packing.unpack(served) else {
            return Ok(format!("{} bytes that cannot be unpacked", served.len()));
        };
        Ok(match explain(&file.path, &wanted, &unpacked) {
            Some(difference) => difference.to_string(),
            None => format!("the same, packed otherwise ({} bytes)", served.len()),
        })
    }

    fn headers(&mut self, path: &str, answer: &Answer, of: Option<(&build::File, Packing)>) {
        let https = self.server.url().starts_with("https:");
        let wrong = headers::check(&answer.headers, &self.build.headers, of, https);
        for (problem, detail) in wrong {
            self.found(problem, path, detail);
        }
    }
}
