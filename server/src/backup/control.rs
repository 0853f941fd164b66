//! Asking a running server for a backup, or taking it where none runs.

use super::format::{RECORD, Reader, is_damaged};
use super::take::{Taken, private_file, take};
use super::{BackupError, io};
use crate::blobs::Blobs;
use crate::state::AppState;
use crate::store::SledStore;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufWriter};
use tokio::net::{UnixListener, UnixStream};

const SOCKET: &str = "control";
const SPOOL: &str = "backup.spool";
const WORD: &[u8; 7] = b"backup\n";

/// Answers on the data directory's socket until the server stops. Only the directory's owner can reach it.
pub async fn listen(state: AppState) {
    let path = state.config.data_dir.join(SOCKET);
    // The store's lock says that no other server runs here: a socket that is left is of one that died.
    let _ = std::fs::remove_file(&path);
    let listener = match UnixListener::bind(&path) {
        Ok(listener) => listener,
        Err(error) => {
            tracing::warn!(%error, "no backups while the server runs: the control socket cannot be made");
            return;
        }
    };
    loop {
        let accepted = tokio::select! {
            () = state.stopping.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        if let Ok((stream, _)) = accepted {
            tokio::select! {
                () = state.stopping.cancelled() => break,
                () = answer(&state, stream) => {}
            }
        }
    }
    let _ = std::fs::remove_file(&path);
}

async fn answer(state: &AppState, mut stream: UnixStream) {
    let mut word = [0; WORD.len()];
    if stream.read_exact(&mut word).await.is_err() || word != *WORD {
        return;
    }
    let spool = state.config.data_dir.join(SPOOL);
    // Who asked sees by the end that is missing that it went wrong.
    match take(&*state.store, &state.blobs, &spool, BufWriter::new(stream)).await {
        Ok(taken) => tracing::info!(?taken, "backup"),
        Err(error) => tracing::error!(%error, "backup"),
    }
}

/// Writes a backup of a data directory to a new file, whether a server runs over it or not.
///
/// # Errors
/// See [`BackupError`]; nothing is left then.
pub async fn take_from(data: &Path, to: &Path) -> Result<Taken, BackupError> {
    if !data.join("metadata").is_dir() {
        return Err(BackupError::NoData(data.into()));
    }
    if to.exists() {
        return Err(BackupError::Exists(to.into()));
    }
    let beside = PathBuf::from(format!("{}.part", to.display()));
    let taken = match write(data, &beside).await {
        Ok(()) => finish(&beside, to),
        Err(error) => Err(error),
    };
    if taken.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    taken
}

async fn write(data: &Path, beside: &Path) -> Result<(), BackupError> {
    let mut file = tokio::fs::File::from_std(private_file(beside).map_err(io(beside))?);
    if let Ok(mut stream) = UnixStream::connect(data.join(SOCKET)).await {
        stream.write_all(WORD).await.map_err(io(data))?;
        tokio::io::copy(&mut stream, &mut file).await.map_err(io(beside))?;
    } else {
        let store = SledStore::open(&data.join("metadata"))?;
        let blobs = Blobs::in_directory(&data.join("parts"))?;
        take(&store, &blobs, &data.join(SPOOL), BufWriter::new(&mut file)).await?;
    }
    file.flush().await.map_err(io(beside))?;
    file.sync_all().await.map_err(io(beside))
}

/// Reads it once from the start to the end: what was not written as a whole is no backup.
fn finish(beside: &Path, to: &Path) -> Result<Taken, BackupError> {
    let taken = verify(beside)?;
    std::fs::rename(beside, to).map_err(io(to))?;
    Ok(taken)
}

/// Whether a file is a whole backup, and what it holds.
pub(super) fn verify(file: &Path) -> Result<Taken, BackupError> {
    let failed = |error: std::io::Error| {
        if is_damaged(&error) { BackupError::Damaged(file.into()) } else { io(file)(error) }
    };
    let opened = File::open(file).map_err(io(file))?;
    let mut reader = Reader::begin(BufReader::new(opened)).map_err(failed)?;
    let mut taken = Taken { records: 0, pieces: 0 };
    while let Some(item) = reader.next().map_err(failed)? {
        if item.kind == RECORD {
            taken.records += 1;
        } else {
            taken.pieces += 1;
        }
    }
    Ok(taken)
}
