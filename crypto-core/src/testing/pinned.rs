//! Pinned vectors of the formats of our own: one JSON file each in `tests/vectors/formats/`.
//!
//! `KBS_WRITE_VECTORS=1 cargo test -p crypto-core --all-features pinned` writes them anew. **A pinned vector is
//! written anew only together with a new format, which means a new suite once mail exists.**

use serde_json::{Map, Value};
use std::convert::Infallible;
use std::path::PathBuf;

/// A vector: named values, of which byte strings are in hex.
pub(crate) struct Pinned(Map<String, Value>);

impl Pinned {
    /// Reads `name`; writes it first, if that is asked for, with what `make` gives.
    pub(crate) fn load(name: &str, make: impl FnOnce(&mut Pinned)) -> Self {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("tests/vectors/formats")
            .join(name)
            .with_extension("json");
        if std::env::var_os("KBS_WRITE_VECTORS").is_some() {
            let mut made = Self(Map::new());
            make(&mut made);
            let text = serde_json::to_string_pretty(&Value::Object(made.0)).unwrap();
            std::fs::write(&path, text + "\n").unwrap();
        }
        let text = std::fs::read_to_string(&path).unwrap();
        Self(serde_json::from_str(&text).unwrap())
    }

    pub(crate) fn put(&mut self, name: &str, bytes: &[u8]) {
        self.put_text(name, &hex(bytes));
    }

    pub(crate) fn put_text(&mut self, name: &str, text: &str) {
        assert!(self.0.insert(name.into(), Value::from(text)).is_none(), "{name} twice");
    }

    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        unhex(self.text(name))
    }

    pub(crate) fn array<const N: usize>(&self, name: &str) -> [u8; N] {
        self.bytes(name).try_into().unwrap()
    }

    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_else(|| panic!("no {name}"))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    assert!(text.len().is_multiple_of(2));
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// Gives the nonce of something pinned once more, so that sealing it again makes the same bytes.
pub(crate) struct Replay<'a>(pub(crate) &'a [u8]);

impl rand_core::TryRng for Replay<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        rand_core::utils::next_word_via_fill(self)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        rand_core::utils::next_word_via_fill(self)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        let (now, later) = self.0.split_at(bytes.len());
        bytes.copy_from_slice(now);
        self.0 = later;
        Ok(())
    }
}

impl rand_core::TryCryptoRng for Replay<'_> {}
