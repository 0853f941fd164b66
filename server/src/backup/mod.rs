//! A copy of everything that lies in the data directory, at one moment, and the way back.
//!
//! While the server runs, its process alone can read the store. `server backup` asks it by a socket in the data
//! directory, which only its owner can open. Consistent means: the records are those of one moment, for which
//! writers wait as long as it takes to copy them into a file beside; the pieces come after, while nothing is
//! deleted: whatever the records name is there. **The server's secrets are not in it.**
//!
//! ```text
//! backup = "KBSBAK1\n" ‖ item … ‖ end
//! item   = kind (1: record, 2: piece) ‖ length of key (4) ‖ length of value (4) ‖ key ‖ value
//!          key of a record: the store's; of a piece: upload (16) ‖ part (16) ‖ offset (8)
//! end    = 0 ‖ 0 (4) ‖ 32 (4) ‖ SHA-256 of all before
//! ```
//! Numbers are big-endian. Sessions are left out of what is restored: people sign in again.

mod control;
mod format;
mod restore;
mod take;

pub use control::{listen, take_from};
pub use restore::restore;
pub use take::{Taken, take};

use crate::blobs::BlobError;
use crate::store::StoreError;
use std::path::{Path, PathBuf};

/// No backup, or none that can be used.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Reading or writing.
    #[error("{}: {}", .0.display(), .1)]
    Io(PathBuf, std::io::Error),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The parts.
    #[error(transparent)]
    Blobs(#[from] BlobError),
    /// There is something already.
    #[error("{} is there already", .0.display())]
    Exists(PathBuf),
    /// No data directory.
    #[error("{} is no data directory", .0.display())]
    NoData(PathBuf),
    /// The file is cut off, changed, or something else.
    #[error("{} is damaged or no backup", .0.display())]
    Damaged(PathBuf),
}

fn io(path: &Path) -> impl Fn(std::io::Error) -> BackupError + use<> {
    let path = path.to_owned();
    move |error| BackupError::Io(path.clone(), error)
}
