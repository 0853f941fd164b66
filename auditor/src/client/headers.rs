//! Headers of an answer: those of the build, those that HTTP needs, each exactly once, and no others. A header is code
//! too: `Link` loads scripts, `Set-Cookie` marks people, a second policy is merged with the first.

use super::build::{File, Packing};
use crate::report::client::ClientProblem;
use hyper::HeaderMap;
use std::collections::BTreeSet;

const STRICT: (&str, &str) = ("strict-transport-security", "max-age=31536000; includeSubDomains");
/// Their values change from answer to answer, and mean nothing to a page.
const FREE: [&str; 5] = ["date", "content-length", "connection", "transfer-encoding", "x-request-id"];

pub(super) fn check(
    headers: &HeaderMap,
    of_build: &[(String, String)],
    file: Option<(&File, Packing)>,
    https: bool,
) -> Vec<(ClientProblem, String)> {
    let mut wanted = of_build.to_vec();
    if https {
        wanted.push((STRICT.0.into(), STRICT.1.into()));
    }
    wanted.extend(file.into_iter().flat_map(|(file, packing)| of_file(file, packing)));
    let mut wrong = Vec::new();
    for (name, value) in &wanted {
        let found: Vec<_> =
            headers.get_all(name).iter().map(|it| String::from_utf8_lossy(it.as_bytes())).collect();
        match found.as_slice() {
            [] => wrong.push((ClientProblem::HeaderMissing, name.clone())),
            [one] if one == value => {}
            [one] => wrong.push((ClientProblem::OtherHeader, format!("{name}: {one}"))),
            all => wrong.push((ClientProblem::HeaderTwice, format!("{name}: {}", all.join(" | ")))),
        }
    }
    let known: BTreeSet<&str> = wanted.iter().map(|(name, _)| name.as_str()).chain(FREE).collect();
    for name in headers.keys().map(hyper::header::HeaderName::as_str) {
        // Of what is no file the cache and the type are the server's own.
        let own = file.is_none() && matches!(name, "cache-control" | "content-type");
        if !known.contains(name) && !own {
            let value =
                headers.get(name).map(|it| String::from_utf8_lossy(it.as_bytes())).unwrap_or_default();
            wrong.push((ClientProblem::UnknownHeader, format!("{name}: {value}")));
        } else if (FREE.contains(&name) || own) && headers.get_all(name).iter().count() > 1 {
            wrong.push((ClientProblem::HeaderTwice, name.to_owned()));
        }
    }
    wrong
}

fn of_file(file: &File, packing: Packing) -> Vec<(String, String)> {
    let caching = if file.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    let packed = packing != Packing::None;
    let tag = if packed {
        format!("\"{}-{}\"", file.sha256, packing.name())
    } else {
        format!("\"{}\"", file.sha256)
    };
    let mut wanted = vec![
        ("content-type".to_owned(), file.content_type.clone()),
        ("cache-control".to_owned(), caching.to_owned()),
        ("etag".to_owned(), tag),
        ("vary".to_owned(), "Accept-Encoding".to_owned()),
    ];
    if packed {
        wanted.push(("content-encoding".to_owned(), packing.name().to_owned()));
    }
    wanted
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::{HeaderName, HeaderValue};

    fn of(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn each_header_once_with_its_value_and_no_other() {
        let build = [("x-frame-options".to_owned(), "DENY".to_owned())];
        let problems = |headers: &[(&'static str, &'static str)], https| {
            let wrong = check(&of(headers), &build, None, https);
            wrong.into_iter().map(|(problem, _)| problem).collect::<Vec<_>>()
        };
        let right = ("x-frame-options", "DENY");
        assert_eq!(problems(&[right, ("date", "now"), ("cache-control", "no-store")], false), []);
        assert_eq!(problems(&[], false), [ClientProblem::HeaderMissing]);
        assert_eq!(problems(&[("x-frame-options", "ALLOW")], false), [ClientProblem::OtherHeader]);
        assert_eq!(problems(&[right, right], false), [ClientProblem::HeaderTwice]);
        assert_eq!(problems(&[right, ("date", "1"), ("date", "2")], false), [ClientProblem::HeaderTwice]);
        assert_eq!(problems(&[right, ("link", "<x>")], false), [ClientProblem::UnknownHeader]);
        assert_eq!(problems(&[right], true), [ClientProblem::HeaderMissing]);
        assert_eq!(problems(&[right, STRICT], true), []);
    }

    #[test]
    fn a_packed_file_says_how() {
        let file = File {
            path: "/a.js".into(),
            content_type: "text/javascript; charset=utf-8".into(),
            sha256: "ab".into(),
            immutable: true,
            packings: vec![Packing::Brotli],
        };
        let mut right = vec![
            ("content-type", "text/javascript; charset=utf-8"),
            ("cache-control", "public, max-age=31536000, immutable"),
            ("etag", "\"ab-br\""),
            ("vary", "Accept-Encoding"),
            ("content-encoding", "br"),
        ];
        assert_eq!(check(&of(&right), &[], Some((&file, Packing::Brotli)), false), []);
        assert_eq!(check(&of(&right), &[], Some((&file, Packing::None)), false).len(), 2);
        right[4].1 = "gzip";
        assert_eq!(check(&of(&right), &[], Some((&file, Packing::Brotli)), false).len(), 1);
    }
}
