//! Inputs to begin with: the pinned vectors, what a real portal in this process stores, answers and describes, and a few
//! written by hand.

mod api;
mod vectors;

use crate::input::piece;
use crate::targets;

/// Named inputs of a target.
#[must_use]
pub fn of(target: &str) -> Vec<(String, Vec<u8>)> {
    match target {
        "address" => {
            texts(&["Jo\u{308}rg.Süß@Bäckerei.example", "a@xn--pple-43d.com", " A.B+c@kbs.example "])
        }
        "backup" => targets::backup::seeds(),
        "bodies" => api::bodies(),
        "bundle" => vec![
            named("sealed", &[&[0], &vectors::bytes("bundle", "sealed")]),
            named("contents", &[&[1], &targets::bundle::contents()]),
        ],
        "chain" => chains(),
        "checkpoint" => texts(&[
            &targets::checkpoint::note(),
            include_str!("../../../crypto-core/tests/vectors/checkpoint.txt"),
        ]),
        "config" => texts(&[CONFIG, "tls.key = \"k.pem\"", "limits.storage_bytes = 1"]),
        "entry" => vectors::entries(),
        "grant" => vec![
            named("signed", &[&[0], &vectors::bytes("grant", "grant")]),
            named("contents", &[&[1], &targets::grant::contents()]),
        ],
        "header" => vec![
            named("message", &[&vectors::bytes("message", "header")]),
            named("short", &[&targets::part_0::envelope::header()]),
        ],
        "http" => api::requests(),
        "letter" => letters(),
        "markdown" => texts(&[MARKDOWN, "javascript:alert(1)", "mailto:a@b.example"]),
        "names" => {
            vec![named("names", &NAMES.map(|name| piece(name.as_bytes())).each_ref().map(Vec::as_slice))]
        }
        "part_0" => vec![
            named("contents", &[&[0, 1], &targets::part_0::contents()]),
            named("plain", &[&[1, 1], &targets::part_0::envelope::part_0_of(&targets::part_0::contents())]),
            named("padding", &[&[1, 1], &targets::part_0::with_padding_of_ones()]),
        ],
        "proofs" => api::proofs(),
        "records" => api::records(),
        "root_share" => vec![
            named("share", &[&targets::root_share::share()]),
            named("vector", &[&vectors::bytes("root-share", "share")]),
        ],
        "settings" => vec![
            named("contents", &[&[1], &targets::settings::contents()]),
            named("vector", &[&[1], &vectors::bytes("settings", "settings")]),
            named("padded", &[&[2], &targets::settings::padded(&targets::settings::contents())]),
            named("sealed", &[&[0], &targets::settings::sealed(&targets::settings::padded(&[0xa0]))]),
        ],
        "sign_in" => targets::sign_in::seeds(),
        "stream" => streams(),
        "typed" => texts(&[
            &vectors::text("recovery", "code"),
            &vectors::text("printed", "printed").to_lowercase().replace('-', " "),
            "Korrektes-Pferd-Batterie-7",
            "0123456",
            "ABCDE-FGHJK",
            &vectors::text("recovery", "code").replace('V', "U"),
        ]),
        _ => Vec::new(),
    }
}

/// Bodies that the API describes and no target reads: there are none.
#[must_use]
pub fn unknown_bodies() -> Vec<String> {
    api::unknown_bodies()
}

fn named(name: &str, parts: &[&[u8]]) -> (String, Vec<u8>) {
    (name.to_owned(), parts.concat())
}

fn texts(texts: &[&str]) -> Vec<(String, Vec<u8>)> {
    texts.iter().zip(1..).map(|(text, number)| (format!("{number}"), text.as_bytes().to_vec())).collect()
}

/// A rotation, a reset, an invitation, deputies, an end, a move and what goes on from it.
fn chains() -> Vec<(String, Vec<u8>)> {
    let certify = |base: u8, issuer: u8, reason: u8, changes: u16, more: &[u8]| {
        let [high, low] = changes.to_be_bytes();
        [&[0, base, issuer, reason, high, low], more].concat()
    };
    let end = |base: u8, issuer: u8, cause: u8| vec![4, base, issuer, cause, 0];
    let rotated = certify(3, 3, 2, 0, &[31]);
    let reset = certify(3, 2, 3, 0, &[32]);
    let issued = certify(3, 1, 1, 0b1010, &[5, 40, 33]);
    let deputed = certify(2, 1, 4, 1 << 8 | 1 << 10 | 1 << 4, &[50]);
    let moved = [end(3, 2, 1), certify(3, 2, 5, 1 << 1 | 1 << 4 | 1 << 7 | 1 << 10, &[5, 0])].concat();
    let again = [end(3, 0, 0), certify(3, 2, 1, 1 << 3, &[41, 34])].concat();
    let all = [&rotated[..], &certify(4, 2, 3, 0, &[32]), &issued].concat();
    let stories = [
        ("rotated", rotated),
        ("reset", reset),
        ("issued", issued),
        ("deputed", deputed),
        ("left", end(2, 1, 2)),
        ("moved", moved),
        ("again", again),
        ("all", all),
    ];
    stories.map(|(name, story)| (name.to_owned(), [&story[..], &[7]].concat())).into()
}

fn letters() -> Vec<(String, Vec<u8>)> {
    let pieces = |pieces: [&str; 6]| pieces.map(|text| piece(text.as_bytes())).concat();
    let plain =
        pieces(["Sabine Sömmer, ESF", "Ödön \"Ö\" 😀", "Größe 😀", "a.pdf", "application/pdf", "%PDF"]);
    let hostile = pieces([
        "Eva\r\nX-Boese: 1",
        "a <b@c.example>, d",
        "Hallo\r\nBcc: x@boese.example\r\n\r\nText",
        "a\r\nX-Boese: 2.txt",
        "message/rfc822",
        "From: x\r\n\r\n.\r\n",
    ]);
    vec![
        named("plain", &[&[0b1100_0000], &plain, "Grüße\n\n.\nFrom hier an\n**fett** €\n".as_bytes()]),
        named("files", &[&[0b0110_0110], &hostile, b"a\r\rb \n.\n--boundary\n"]),
    ]
}

fn streams() -> Vec<(String, Vec<u8>)> {
    let head = |length: u32, cuts: [u16; 2]| {
        [&length.to_be_bytes()[..], &cuts[0].to_be_bytes(), &cuts[1].to_be_bytes()].concat()
    };
    vec![
        named("empty", &[&head(0, [0, 0])]),
        named("short", &[&head(1000, [6, 99])]),
        named("two", &[&head(65_537, [1000, 65_535])]),
        named("swapped", &[&head(131_072, [65_535, 65_535]), &[0, 0, 1]]),
        named("cut", &[&head(131_072, [65_535, 16]), &[1, 1, 0]]),
    ]
}

const CONFIG: &str = r#"listen = "127.0.0.1:8080"
public_url = "https://portal.example"
data_dir = "data"
secrets_file = "secrets.cbor"
mail = { transport = "smtp", from = "Portal <portal@kbs.example>", smtp = { host = "mx.example", port = 587, tls = "starttls", username = "u", password = "p" } }
tls = { certificate = "c.pem", key = "k.pem" }
proxy.trusted = ["10.0.0.0/8", "::1"]

[limits]
message_bytes = 20971520
recipients = 100
storage_bytes = 524288000
retention_days = 60

[sessions]
idle_minutes = 15

[security]
second_factor_required = ["administrator", "staff"]
contact = "mailto:sicherheit@kbs.example"
"#;

const MARKDOWN: &str = "# Bescheid\n\nGuten **Tag** *Anna* ~~nicht~~ `code`\nzweite Zeile\n\n> Zitat\n>> tiefer\n\n\
    3. drei\n   - Punkt\n\n|a|b|\n|-|-|\n|1|2|\n\n[Seite](https://kbs.example) <mailto:a@b.example> \
    [böse](javascript:alert(1)) [offen](http://kbs.example) ![Bild *x*](https://tracker.example/x.png)\n\n<script>alert(1)</script>\n\n\
    ```\nBlock\n```\n\n---\n[x]: https://kbs.example\n";

const NAMES: [&str; 8] = [
    "Bescheid Größe 📄.pdf",
    "../../etc/passwd",
    "CON.txt",
    "rechnung\u{202e}fdp.exe",
    "a.pdf",
    "A.pdf",
    ".htaccess",
    "liste ...",
];
