//! The server's own secrets, in a file outside the data directory, readable by its owner alone, so that a
//! stolen database or backup lacks them.
//!
//! The file is one deterministic CBOR map; unknown keys are refused.

use crate::clock::Randomness;
use crypto_core::Secret;
use crypto_core::auth::{SecondFactorKey, ServerSecrets};
use ed25519_dalek::SigningKey;
use minicbor::{Decode, Encode};
use rand_core::Rng;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

const FILE_BYTES: usize = 4096;

/// The file.
#[derive(Encode, Decode, Zeroize, ZeroizeOnDrop)]
#[cbor(map)]
struct SecretsFile {
    #[cbor(n(0), with = "minicbor::bytes")]
    opaque: Vec<u8>,
    #[cbor(n(1), with = "minicbor::bytes")]
    credential_key: [u8; 32],
    #[cbor(n(2), with = "minicbor::bytes")]
    log_seed: [u8; 32],
    #[cbor(n(3), with = "minicbor::bytes")]
    vrf_seed: [u8; 32],
    /// For second factors.
    #[cbor(n(4), with = "minicbor::bytes")]
    second_factor_key: [u8; 32],
}

/// What the server alone knows.
pub struct Secrets {
    opaque: ServerSecrets,
    credential_key: Secret<32>,
    log_key: SigningKey,
    vrf_key: SigningKey,
    second_factor_key: SecondFactorKey,
}

/// The secrets cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// They would lie beside what they protect.
    #[error("`secrets_file` {} lies inside `data_dir`; put it somewhere else", .0.display())]
    InsideData(PathBuf),
    /// The file cannot be read or written.
    #[error("`secrets_file` {}: {}", .0.display(), .1)]
    Io(PathBuf, io::Error),
    /// Others may read it.
    #[error("`secrets_file` {} may be read by others; do chmod 600", .0.display())]
    Open(PathBuf),
    /// It is something else.
    #[error("`secrets_file` {} is damaged or no secrets file", .0.display())]
    Damaged(PathBuf),
    /// The data were made with other secrets.
    #[error("`secrets_file` {} is missing, but `data_dir` is in use; restore it from its backup", .0.display())]
    Lost(PathBuf),
}

impl Secrets {
    /// Reads the file, or makes it at the first start: `fresh` says that there are no data yet.
    ///
    /// # Errors
    /// See [`SecretsError`].
    pub fn open(
        file: &Path,
        data_dir: &Path,
        fresh: bool,
        random: &dyn Randomness,
    ) -> Result<Self, SecretsError> {
        if is_inside(file, data_dir) {
            return Err(SecretsError::InsideData(file.into()));
        }
        match fs::read(file).map(Zeroizing::new) {
            Ok(bytes) => {
                check_mode(file)?;
                Self::read(&bytes).ok_or_else(|| SecretsError::Damaged(file.into()))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound && fresh => {
                let made = SecretsFile::make(random);
                write_durably(file, &made).map_err(|error| SecretsError::Io(file.into(), error))?;
                Self::of(&made).ok_or_else(|| SecretsError::Damaged(file.into()))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(SecretsError::Lost(file.into())),
            Err(error) => Err(SecretsError::Io(file.into(), error)),
        }
    }

    /// Fresh ones that are kept nowhere, for tests.
    #[cfg(test)]
    #[must_use]
    pub fn make(random: &dyn Randomness) -> Self {
        Self::of(&SecretsFile::make(random)).expect("what was just made can be read")
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        Self::of(&crypto_core::wire::cbor::decode::<SecretsFile>(bytes, FILE_BYTES).ok()?)
    }

    fn of(file: &SecretsFile) -> Option<Self> {
        Some(Self {
            opaque: ServerSecrets::from_bytes(&file.opaque).ok()?,
            credential_key: Secret::from_bytes(file.credential_key),
            log_key: SigningKey::from_bytes(&file.log_seed),
            vrf_key: SigningKey::from_bytes(&file.vrf_seed),
            second_factor_key: SecondFactorKey::new(Secret::from_bytes(file.second_factor_key)),
        })
    }

    /// The server's half of OPAQUE.
    pub const fn opaque(&self) -> &ServerSecrets {
        &self.opaque
    }

    /// Makes credential identifiers.
    pub const fn credential_key(&self) -> &Secret<32> {
        &self.credential_key
    }

    /// Seals the seeds of second factors and hashes their backup codes.
    pub const fn second_factor_key(&self) -> &SecondFactorKey {
        &self.second_factor_key
    }

    /// Ed25519: signs the directory's log, and closes accounts.
    pub const fn log_key(&self) -> &SigningKey {
        &self.log_key
    }

    /// Public half of the log key.
    pub fn log_public_key(&self) -> [u8; 32] {
        self.log_key.verifying_key().to_bytes()
    }

    /// The VRF key's seed, as the directory's tree wants it.
    pub fn vrf_seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.vrf_key.to_bytes())
    }

    /// Public half of the VRF key. RFC 9381 §5.5 derives it as RFC 8032 does.
    pub fn vrf_public_key(&self) -> [u8; 32] {
        self.vrf_key.verifying_key().to_bytes()
    }
}

impl SecretsFile {
    fn make(random: &dyn Randomness) -> Self {
        let mut rng = random.rng();
        let opaque = ServerSecrets::make(&mut *rng).to_bytes().to_vec();
        let mut key = || {
            let mut bytes = [0; 32];
            rng.fill_bytes(&mut bytes);
            bytes
        };
        Self { opaque, credential_key: key(), log_seed: key(), vrf_seed: key(), second_factor_key: key() }
    }
}

/// Whether a file, there or not, lies below a directory.
fn is_inside(file: &Path, dir: &Path) -> bool {
    let absolute = |path: &Path| fs::canonicalize(path).or_else(|_| std::path::absolute(path));
    let parent = match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    match (absolute(parent), absolute(dir)) {
        (Ok(parent), Ok(dir)) => parent.starts_with(dir),
        _ => true,
    }
}

#[cfg(unix)]
fn check_mode(file: &Path) -> Result<(), SecretsError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(file).map_err(|error| SecretsError::Io(file.into(), error))?.permissions().mode();
    if mode & 0o077 == 0 { Ok(()) } else { Err(SecretsError::Open(file.into())) }
}

#[cfg(not(unix))]
fn check_mode(_: &Path) -> Result<(), SecretsError> {
    Ok(())
}

/// Writes beside, syncs, renames, syncs the directory.
fn write_durably(file: &Path, secrets: &SecretsFile) -> io::Result<()> {
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent)?;
    let beside = file.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = options.open(&beside)?;
    out.write_all(&Zeroizing::new(crypto_core::wire::cbor::encode(secrets)))?;
    out.sync_all()?;
    fs::rename(&beside, file)?;
    File::open(parent)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemRandomness;

    fn open(file: &Path, data: &Path, fresh: bool) -> Result<Secrets, SecretsError> {
        Secrets::open(file, data, fresh, &SystemRandomness)
    }

    #[test]
    fn made_once_and_for_the_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        let (file, data) = (dir.path().join("secrets"), dir.path().join("data"));
        let first = open(&file, &data, true).unwrap();
        let again = open(&file, &data, false).unwrap();
        assert_eq!(first.opaque().to_bytes(), again.opaque().to_bytes());
        assert_eq!(first.log_public_key(), again.log_public_key());
        assert_ne!(first.log_public_key(), first.vrf_public_key());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
            fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
            assert!(matches!(open(&file, &data, false), Err(SecretsError::Open(_))));
        }
    }

    #[test]
    fn never_beside_the_data() {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data");
        fs::create_dir_all(data.join("sub")).unwrap();
        for inside in ["data/secrets", "data/sub/secrets", "data/sub/../secrets"] {
            let refused = open(&dir.path().join(inside), &data, true);
            assert!(matches!(refused, Err(SecretsError::InsideData(_))), "{inside}");
        }
        assert!(open(&dir.path().join("data-secrets"), &data, true).is_ok());
    }

    #[test]
    fn never_made_anew_over_old_data() {
        let dir = tempfile::tempdir().unwrap();
        let refused = open(&dir.path().join("secrets"), &dir.path().join("data"), false);
        assert!(matches!(refused, Err(SecretsError::Lost(_))));
    }

    #[test]
    fn a_damaged_file_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let (file, data) = (dir.path().join("secrets"), dir.path().join("data"));
        open(&file, &data, true).unwrap();
        let whole = fs::read(&file).unwrap();
        fs::write(&file, &whole[..whole.len() - 1]).unwrap();
        assert!(matches!(open(&file, &data, false), Err(SecretsError::Damaged(_))));
    }
}
