//! Why a use case did not go through. The refusals are the API's closed list of codes.

use crate::blobs::BlobError;
use crate::store::StoreError;
use crypto_core::wire::ProblemCode;

/// A use case did not go through; nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The rules say no.
    #[error("refused: {0:?}")]
    Refused(ProblemCode),
    /// Too many attempts.
    #[error("too many attempts")]
    RateLimited {
        /// When it is worth another try.
        retry_after_seconds: u64,
    },
    /// The metadata store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The blobs failed.
    #[error(transparent)]
    Blobs(#[from] BlobError),
    /// The key directory failed.
    #[error(transparent)]
    Directory(#[from] crate::directory::DirectoryError),
    /// Something that cannot happen, by what it is.
    #[error("{0}")]
    Internal(&'static str),
}

impl From<ProblemCode> for Error {
    fn from(code: ProblemCode) -> Self {
        Self::Refused(code)
    }
}

/// Refuses unless a condition holds.
///
/// # Errors
/// [`Error::Refused`] with the code.
pub fn require(holds: bool, code: ProblemCode) -> Result<(), Error> {
    if holds { Ok(()) } else { Err(Error::Refused(code)) }
}
