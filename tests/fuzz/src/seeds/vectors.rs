//! The pinned vectors of `crypto-core/tests/vectors/formats`.

use serde_json::{Map, Value};
use std::path::Path;

fn vector(name: &str) -> Map<String, Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crypto-core/tests/vectors/formats");
    let text = std::fs::read_to_string(folder.join(name).with_extension("json")).expect("a vector");
    serde_json::from_str(&text).expect("a map")
}

pub(super) fn text(vector: &str, name: &str) -> String {
    self::vector(vector).get(name).and_then(Value::as_str).expect("a text").to_owned()
}

pub(super) fn bytes(vector: &str, name: &str) -> Vec<u8> {
    let hex = text(vector, name);
    let digits = (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16));
    digits.collect::<Result<_, _>>().expect("hex")
}

pub(super) fn entries() -> Vec<(String, Vec<u8>)> {
    let names = [
        ("certificate", "entry_1"),
        ("certificate", "entry_2"),
        ("certificate", "entry_4"),
        ("certificate", "entry_5"),
        ("deputed", "deputed"),
        ("statement", "closed"),
        ("statement", "left"),
        ("policy", "policy"),
    ];
    names.map(|(vector, name)| (format!("{vector}-{name}"), bytes(vector, name))).into()
}
