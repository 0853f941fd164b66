//! Pinned vectors of the formats of our own: one JSON file each in `tests/vectors/formats/`.
//!
//! `KBS_WRITE_VECTORS=1 cargo test -p crypto-core --all-features pinned` writes them anew. **A pinned vector is
//! written anew only together with a new format, which means a new suite once mail exists.**

use super::{Organisation, follow, rng};
use crate::Secret;
use crate::certificate::{Directory, Pins};
use crate::keys::{Bundle, BundleKey, ResumeKey, SealedBundle};
use crate::wire::Fingerprint;
use serde_json::{Map, Value};
use std::convert::Infallible;
use std::path::PathBuf;

/// A vector: named values, of which byte strings are in hex.
pub(crate) struct Pinned(Map<String, Value>);

fn path(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/formats");
    folder.join(name).with_extension("json")
}

impl Pinned {
    /// Reads `name`; writes it first, if that is asked for, with what `make` gives.
    pub(crate) fn load(name: &str, make: impl FnOnce(&mut Pinned)) -> Self {
        if std::env::var_os("KBS_WRITE_VECTORS").is_some() {
            let mut made = Self(Map::new());
            make(&mut made);
            let text = serde_json::to_string_pretty(&Value::Object(made.0)).unwrap();
            std::fs::write(path(name), text + "\n").unwrap();
        }
        Self::read(name)
    }

    /// Reads what another package writes.
    pub(crate) fn read(name: &str) -> Self {
        let text = std::fs::read_to_string(path(name)).unwrap();
        Self(serde_json::from_str(&text).unwrap())
    }

    pub(crate) fn put(&mut self, name: &str, bytes: &[u8]) {
        self.put_text(name, &hex(bytes));
    }

    pub(crate) fn put_text(&mut self, name: &str, text: &str) {
        assert!(self.0.insert(name.into(), Value::from(text)).is_none(), "{name} twice");
    }

    /// The directory of an organisation, as a client is shown it.
    pub(crate) fn put_directory(&mut self, organisation: &Organisation) {
        self.put("pinned_root", organisation.pins.root.as_bytes());
        self.put("pinned_policy", organisation.pins.policy.as_bytes());
        for (index, entry) in organisation.entries.iter().enumerate() {
            self.put(&format!("entry_{}", index + 1), entry);
        }
        self.put("policy", &organisation.policies[0]);
    }

    /// What [`Self::put_directory`] put, with more entries behind.
    pub(crate) fn directory(&self, more: &[&str]) -> Directory {
        let pins = Pins {
            root: Fingerprint::from_bytes(self.array("pinned_root")),
            policy: Fingerprint::from_bytes(self.array("pinned_policy")),
        };
        let numbered =
            (1..).map(|index| format!("entry_{index}")).take_while(|name| self.0.contains_key(name));
        let entries: Vec<_> = numbered
            .chain(more.iter().map(|name| (*name).to_owned()))
            .map(|name| self.bytes(&name))
            .collect();
        follow(pins, &entries, &[self.bytes("policy")]).map_err(|error| error.to_string()).unwrap()
    }

    /// Somebody's bundle, and a resume key that leads to it.
    pub(crate) fn put_bundle(&mut self, who: &str, bundle: &Bundle) {
        let (key, resume) = (BundleKey::make(&mut rng(70)), ResumeKey::make(&mut rng(71)));
        self.put(&format!("{who}_bundle"), &bundle.seal(&key, &mut rng(72)));
        self.put(&format!("{who}_resume_key"), resume.expose());
        self.put(&format!("{who}_wrap"), &key.wrap_for_resume(&resume, bundle.account(), &mut rng(73)));
    }

    /// What [`Self::put_bundle`] put.
    pub(crate) fn bundle(&self, who: &str) -> Bundle {
        let sealed = SealedBundle::parse(&self.bytes(&format!("{who}_bundle"))).unwrap();
        let resume = ResumeKey::from_bytes(&self.bytes(&format!("{who}_resume_key"))).unwrap();
        let wrap = self.bytes(&format!("{who}_wrap"));
        let key = BundleKey::unwrap_with_resume(&wrap, &resume, sealed.account()).unwrap();
        sealed.open(&key, sealed.account(), 0).unwrap()
    }

    pub(crate) fn secret(&self, name: &str) -> Secret<32> {
        Secret::from_bytes(self.array(name))
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
