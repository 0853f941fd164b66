//! A ZIP that grows without staying in memory: what is finished leaves for the sink at once.
//!
//! A ZIP's writer goes back to an entry's head when the entry's length and checksum are known, and no
//! further. So the entry under way is kept here, and everything before it is handed on.

use crate::error::Error;
use std::io::{self, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, PoisonError};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Where finished bytes go.
pub trait Sink {
    /// Takes the next bytes.
    ///
    /// # Errors
    /// [`Error::FileUnreadable`] if there is no room.
    fn take(&mut self, bytes: Vec<u8>) -> Result<(), Error>;
}

/// In memory.
impl Sink for Vec<Vec<u8>> {
    fn take(&mut self, bytes: Vec<u8>) -> Result<(), Error> {
        self.push(bytes);
        Ok(())
    }
}

#[derive(Default)]
struct Buffer {
    /// Bytes that have left.
    left: u64,
    bytes: Vec<u8>,
    at: usize,
}

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Buffer>>);

impl Shared {
    fn with<T>(&self, act: impl FnOnce(&mut Buffer) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn bytes(&self) -> usize {
        self.with(|buffer| buffer.bytes.len())
    }

    /// Takes the first bytes away.
    fn split(&self, bytes: usize) -> Vec<u8> {
        self.with(|buffer| {
            let rest = buffer.bytes.split_off(bytes);
            buffer.left += bytes as u64;
            buffer.at -= bytes;
            std::mem::replace(&mut buffer.bytes, rest)
        })
    }
}

impl Write for Shared {
    fn write(&mut self, new: &[u8]) -> io::Result<usize> {
        self.with(|buffer| {
            let over = new.len().min(buffer.bytes.len() - buffer.at);
            let (replacing, appended) = new.split_at(over);
            if let Some(place) = buffer.bytes.get_mut(buffer.at..buffer.at + over) {
                place.copy_from_slice(replacing);
            }
            buffer.bytes.extend_from_slice(appended);
            buffer.at += new.len();
        });
        Ok(new.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Shared {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.with(|buffer| {
            let end = buffer.left + buffer.bytes.len() as u64;
            let target = match to {
                SeekFrom::Start(at) => Some(at),
                SeekFrom::Current(by) => (buffer.left + buffer.at as u64).checked_add_signed(by),
                SeekFrom::End(by) => end.checked_add_signed(by),
            };
            let target = target.filter(|at| (buffer.left..=end).contains(at));
            let target = target.ok_or_else(|| io::Error::from(io::ErrorKind::Unsupported))?;
            buffer.at = usize::try_from(target - buffer.left).map_err(io::Error::other)?;
            Ok(target)
        })
    }
}

/// A ZIP on its way to a sink.
pub(crate) struct Spool<'s, S> {
    zip: ZipWriter<Shared>,
    buffer: Shared,
    sink: &'s mut S,
}

impl<'s, S: Sink> Spool<'s, S> {
    /// Empty.
    pub(crate) fn new(sink: &'s mut S) -> Self {
        let buffer = Shared::default();
        Self { zip: ZipWriter::new(buffer.clone()), buffer, sink }
    }

    /// Adds a file, without compression; what was added before leaves.
    ///
    /// # Errors
    /// The sink's; [`Error::Input`] if the ZIP would be more than its format can hold.
    pub(crate) fn add(
        &mut self,
        name: &str,
        date: Option<DateTime>,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Error> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(date.unwrap_or_default());
        // Starting an entry ends the one before: nothing goes back before this place any more.
        let finished = self.buffer.bytes();
        self.zip.start_file(name, options).map_err(|_| Error::Input)?;
        self.sink.take(self.buffer.split(finished))?;
        write(&mut self.zip).map_err(|_| Error::Input)
    }

    /// Ends the ZIP.
    ///
    /// # Errors
    /// As [`Self::add`].
    pub(crate) fn finish(mut self) -> Result<(), Error> {
        self.zip.finish().map_err(|_| Error::Input)?;
        self.buffer.seek(SeekFrom::End(0)).map_err(|_| Error::Input)?;
        let bytes = self.buffer.bytes();
        self.sink.take(self.buffer.split(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Read};

    /// What leaves, and how much was under way at most.
    #[derive(Default)]
    struct Watched {
        pieces: Vec<Vec<u8>>,
    }

    impl Sink for Watched {
        fn take(&mut self, bytes: Vec<u8>) -> Result<(), Error> {
            self.pieces.push(bytes);
            Ok(())
        }
    }

    #[test]
    fn entries_leave_one_by_one_and_read_back() {
        let contents: Vec<Vec<u8>> = (0..5_u8).map(|at| vec![at; 40_000 + usize::from(at)]).collect();
        let mut sink = Watched::default();
        let mut spool = Spool::new(&mut sink);
        for (at, content) in contents.iter().enumerate() {
            spool
                .add(&format!("Datei {at}.bin"), None, |out| {
                    out.write_all(content)?;
                    out.flush()
                })
                .unwrap();
        }
        spool.finish().unwrap();
        // No piece holds more than one entry and what stands around it.
        assert!(sink.pieces.iter().all(|piece| piece.len() < 41_000), "bounded");
        let mut archive = zip::ZipArchive::new(Cursor::new(sink.pieces.concat())).unwrap();
        for (at, content) in contents.iter().enumerate() {
            let mut read = Vec::new();
            archive.by_name(&format!("Datei {at}.bin")).unwrap().read_to_end(&mut read).unwrap();
            assert_eq!(&read, content);
        }
    }
}
