//! Pages of the demo alone: the mails that the portal would have sent, and what the portal's pages are made of.
//!
//! Listens on the loopback address only, answers GET, changes nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Result, anyhow};
use tiny_http::{Header, Method, Request, Response, Server};

use super::mail_text::Mail;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}\
    article{border:1px solid #bbb;border-radius:6px;padding:1rem;margin:1rem 0}\
    h2{margin:0;font-size:1.1rem}small{color:#555}pre{white-space:pre-wrap;font:inherit;overflow-wrap:anywhere}";
/// What the style has, each with its classes.
const COMPONENTS: &str = include_str!("../../../client/web/style/components.html");
const TOKENS: &str = include_str!("../../../client/web/style/10-tokens.css");
const POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Shows the mails of a folder on a port, and the components in the portal's style, for as long as this program runs;
/// gives the page's address.
///
/// # Errors
/// When the port is taken.
pub(crate) fn serve(folder: PathBuf, style: String, port: u16) -> Result<String> {
    let server = Server::http(("127.0.0.1", port))
        .map_err(|error| anyhow!("The page of the mails cannot listen on port {port}: {error}."))?;
    thread::spawn(move || server.incoming_requests().for_each(|request| answer(request, &folder, &style)));
    Ok(format!("http://localhost:{port}"))
}

fn answer(request: Request, folder: &Path, style: &str) {
    let (status, content_type, body) = match (request.method(), request.url()) {
        (Method::Get, "/") => (200, "text/html; charset=utf-8", page(&mails(folder))),
        (Method::Get, "/style.css") => (200, "text/css", STYLE.to_owned()),
        (Method::Get, "/dev/components") => {
            let page = COMPONENTS.replace("{{style}}", "/portal.css").replace("{{tokens}}", &token_rows());
            (200, "text/html; charset=utf-8", page)
        }
        (Method::Get, "/portal.css") => (200, "text/css", format!("{style}{}", swatches())),
        _ => (404, "text/plain", "Not found".to_owned()),
    };
    let mut response = Response::from_string(body).with_status_code(status);
    for (name, value) in
        [("Content-Type", content_type), ("Content-Security-Policy", POLICY), ("Cache-Control", "no-store")]
    {
        if let Ok(header) = Header::from_bytes(name, value) {
            response.add_header(header);
        }
    }
    // A browser that has gone away needs no answer.
    drop(request.respond(response));
}

/// Name, value in light and value in dark of each token that stands in one line.
fn tokens() -> Vec<(&'static str, &'static str, &'static str)> {
    let declared = |block: &'static str| {
        let lines = block.split_once('}').map_or("", |(lines, _)| lines).lines();
        lines.filter_map(|line| line.trim().strip_suffix(';')?.strip_prefix("--")?.split_once(": "))
    };
    let after = |mark: &str| TOKENS.split_once(mark).map_or("", |(_, rest)| rest);
    let dark: Vec<_> = declared(after("(prefers-color-scheme: dark)")).collect();
    let in_dark = |name: &str| dark.iter().find(|(other, _)| *other == name).map_or("", |(_, value)| value);
    declared(after(":root {")).map(|(name, light)| (name, light, in_dark(name))).collect()
}

fn token_rows() -> String {
    let row = |(name, light, dark): (&str, &str, &str)| {
        let (light, dark) = (escaped(light), escaped(dark));
        format!(
            "<tr><th scope=\"row\"><code>--{name}</code></th><td>{light}</td><td>{dark}</td>\
             <td><span class=\"swatch swatch--{name}\"></span></td></tr>"
        )
    };
    tokens().into_iter().map(row).collect()
}

/// The colours as they are in the scheme of whoever looks.
fn swatches() -> String {
    let colours = tokens().into_iter().filter(|(_, light, _)| light.starts_with('#'));
    let frame = ".swatch{display:inline-block;inline-size:3rem;block-size:1.5rem}".to_owned();
    colours.fold(frame, |css, (name, _, _)| {
        css + &format!(".swatch--{name}{{background:var(--{name});border:1px solid var(--line-strong)}}")
    })
}

/// The mails, the newest first.
fn mails(folder: &Path) -> Vec<Mail> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut dated: Vec<_> = files
        .filter(|file| file.extension().is_some_and(|end| end == "eml"))
        .filter_map(|file| {
            let written = fs::metadata(&file).and_then(|metadata| metadata.modified()).ok()?;
            Some((written, Mail::parse(&fs::read(&file).ok()?).ok()?))
        })
        .collect();
    dated.sort_by_key(|(written, _)| std::cmp::Reverse(*written));
    dated.into_iter().map(|(_, mail)| mail).collect()
}

fn page(mails: &[Mail]) -> String {
    let mut body = String::new();
    for mail in mails {
        body.push_str(&format!(
            "<article><h2>{}</h2><small>{} → {} · {}</small><pre>{}</pre></article>",
            escaped(&mail.subject),
            escaped(&mail.from),
            escaped(&mail.to),
            escaped(&mail.date),
            linked(&mail.text),
        ));
    }
    if body.is_empty() {
        body.push_str("<p>Noch keine · None yet</p>");
    }
    format!(
        "<!doctype html><html lang=\"de\"><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"10\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>E-Mails des Demo-Portals</title>\
         <link rel=\"stylesheet\" href=\"/style.css\"><main><h1>E-Mails des Demo-Portals</h1>\
         <p>Das Portal hätte sie verschickt; hier liegen sie nur auf diesem Rechner.<br>\
         <span lang=\"en\">The portal would have sent these; here they stay on this machine.</span></p>{body}</main></html>"
    )
}

/// Text as HTML, its web addresses as links.
fn linked(text: &str) -> String {
    text.split_inclusive(char::is_whitespace)
        .map(|piece| {
            let word = piece.trim_end().trim_end_matches(['.', ',', ')', '>']);
            let is_link = word.starts_with("http://") || word.starts_with("https://");
            let (word, rest) = piece.split_at(word.len());
            let (word, rest) = (escaped(word), escaped(rest));
            if is_link {
                format!("<a href=\"{word}\" target=\"_blank\" rel=\"noopener\">{word}</a>{rest}")
            } else {
                word + &rest
            }
        })
        .collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_in_a_mail_is_text() {
        let mail = Mail {
            date: String::new(),
            from: "\"P\" <p@x>".to_owned(),
            to: "<script>".to_owned(),
            subject: "<b>a</b> & b".to_owned(),
            text: "<img src=x>".to_owned(),
        };
        let page = page(&[mail]);
        for forbidden in ["<script>", "<b>", "<img"] {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
        assert!(page.contains("&lt;b&gt;a&lt;/b&gt; &amp; b"));
    }

    #[test]
    fn addresses_become_links() {
        assert_eq!(
            linked("See http://l:1/a?b=1&c#d.\nEnd"),
            "See <a href=\"http://l:1/a?b=1&amp;c#d\" target=\"_blank\" rel=\"noopener\">http://l:1/a?b=1&amp;c#d</a>.\nEnd"
        );
        assert_eq!(linked("javascript:x <"), "javascript:x &lt;");
    }

    #[test]
    fn every_token_is_shown() {
        let tokens = tokens();
        assert!(tokens.contains(&("ground", "#f4f5f6", "#14181c")) && tokens.contains(&("gap", "1rem", "")));
        assert_eq!(tokens.iter().filter(|(name, ..)| *name == "text").count(), 1);
        assert!(token_rows().contains("<code>--radius</code>") && swatches().contains("var(--primary-high)"));
    }

    #[test]
    fn only_mails_of_the_folder_are_shown() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("1.eml"), "Subject: one\r\n\r\ntext").unwrap();
        fs::write(folder.path().join("2.eml.part"), "Subject: two\r\n\r\ntext").unwrap();
        let shown = mails(folder.path());
        assert_eq!(shown.iter().map(|mail| mail.subject.as_str()).collect::<Vec<_>>(), ["one"]);
    }
}
