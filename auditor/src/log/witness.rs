//! A witness's own key, in the encoding of [signed notes](https://pkg.go.dev/golang.org/x/mod/sumdb/note):
//!
//! ```text
//! PRIVATE+KEY+<name>+<key id, hexadecimal>+base64(0x04 ‖ seed)        the file, for nobody else
//! <name>+<key id, hexadecimal>+base64(0x04 ‖ public key)              what the organisation's policy names
//! ```
//!
//! Key id = `SHA-256(name ‖ 0x0A ‖ 0x04 ‖ public key)[..4]` ([C2SP tlog-cosignature](https://c2sp.org/tlog-cosignature)).

use anyhow::{Context as _, Result, ensure};
use base64ct::{Base64, Encoding as _};
use crypto_core::Secret;
use crypto_core::directory::{Checkpoint, is_witness_name, witness_key, witness_line};
use getrandom::SysRng;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use zeroize::Zeroizing;

const COSIGNATURE: u8 = 0x04;
const PRIVATE: &str = "PRIVATE+KEY+";

/// A witness.
pub struct Witness {
    name: String,
    seed: Secret<32>,
}

impl Witness {
    /// Makes a key and writes it to a file that is not there yet.
    ///
    /// # Errors
    /// If the name cannot stand in a note, or the file cannot be written.
    pub fn make(name: &str, file: &Path) -> Result<Self> {
        check_name(name)?;
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::rand_core::TryRng::try_fill_bytes(&mut SysRng, seed.as_mut())?;
        let witness = Self { name: name.to_owned(), seed: Secret::from_bytes(*seed) };
        let mut to = fs::OpenOptions::new();
        std::os::unix::fs::OpenOptionsExt::mode(&mut to, 0o600);
        let mut to = to
            .write(true)
            .create_new(true)
            .open(file)
            .with_context(|| format!("{} cannot be made.", file.display()))?;
        let key = Zeroizing::new([&[COSIGNATURE], witness.seed.expose().as_slice()].concat());
        let key = Zeroizing::new(Base64::encode_string(&key));
        let line = Zeroizing::new(format!("{PRIVATE}{}+{}+{}\n", witness.name, witness.id(), *key));
        to.write_all(line.as_bytes()).and_then(|()| to.sync_all()).context("The key cannot be written.")?;
        Ok(witness)
    }

    /// Reads the file.
    ///
    /// # Errors
    /// If it is no such key.
    pub fn read(file: &Path) -> Result<Self> {
        let text = fs::read_to_string(file).with_context(|| format!("{} cannot be read.", file.display()))?;
        let text = Zeroizing::new(text);
        Self::parse(text.trim_end()).with_context(|| format!("{} is no witness's key.", file.display()))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix(PRIVATE)?.split('+');
        let (name, id) = (parts.next()?, parts.next()?);
        // Base64 has a plus of its own.
        let key = Zeroizing::new(parts.collect::<Vec<_>>().join("+"));
        let key = Zeroizing::new(Base64::decode_vec(&key).ok()?);
        let seed = Secret::from_slice(key.strip_prefix(&[COSIGNATURE])?)?;
        let witness = Self { name: name.to_owned(), seed };
        (check_name(name).is_ok() && witness.id() == id).then_some(witness)
    }

    /// What the organisation names in its policy.
    #[must_use]
    pub fn public(&self) -> String {
        witness_line(&self.name, &witness_key(&self.seed))
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The line for a checkpoint.
    #[must_use]
    pub fn cosign(&self, checkpoint: &Checkpoint, origin: &str, now_seconds: u64) -> String {
        checkpoint.cosign(origin, &self.name, &self.seed, now_seconds)
    }

    fn id(&self) -> String {
        let line = self.public();
        line.split('+').nth(1).unwrap_or_default().to_owned()
    }
}

fn check_name(name: &str) -> Result<()> {
    ensure!(is_witness_name(name), "A witness's name is like pruefer.example/1, without a plus.");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crypto_core::directory::{SignedCheckpoint, origin};
    use crypto_core::wire::DeploymentId;

    #[test]
    fn a_key_that_was_written_signs_when_it_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        let made = Witness::make("pruefer.example/1", &file).unwrap();
        assert!(Witness::make("pruefer.example/1", &file).is_err(), "a key is never written over");
        let read = Witness::read(&file).unwrap();
        assert_eq!(read.public(), made.public());
        assert!(!read.public().contains("PRIVATE"));
        let (log, log_key) = (origin(DeploymentId::from_bytes([1; 16])), Secret::from_bytes([2; 32]));
        let checkpoint = Checkpoint { size: 5, root: [6; 32] };
        let note = checkpoint.sign(&log, &log_key) + &read.cosign(&checkpoint, &log, 1_800_000_000);
        let key = Base64::decode_vec(read.public().splitn(3, '+').last().unwrap()).unwrap();
        let key = key[1..].try_into().unwrap();
        let signed = SignedCheckpoint::parse(&note).unwrap().cosignature("pruefer.example/1", &key).unwrap();
        assert_eq!(signed.at_ms, 1_800_000_000_000);
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        Witness::make("a", &file).unwrap();
        let right = fs::read_to_string(&file).unwrap();
        for wrong in ["", "a+b", &right.replace("+a+", "+b+"), right.trim_start_matches(PRIVATE)] {
            assert!(Witness::parse(wrong.trim_end()).is_none(), "{wrong}");
        }
        for name in ["", "a b", "a+b", "ä"] {
            assert!(Witness::make(name, &folder.path().join("other")).is_err(), "{name}");
        }
    }
}
