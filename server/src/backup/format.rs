//! Items of a backup, written and read.

use sha2::{Digest, Sha256};
use std::io::{self, Read};
use tokio::io::{AsyncWrite, AsyncWriteExt};

pub(super) const MAGIC: &[u8] = b"KBSBAK1\n";
pub(super) const END: u8 = 0;
pub(super) const RECORD: u8 = 1;
pub(super) const PIECE: u8 = 2;
/// No key and no value is longer.
const LONGEST: u32 = 64 * 1024 * 1024;

/// The bytes of an item before its value.
pub(super) fn head(kind: u8, key: &[u8], value_bytes: usize) -> io::Result<Vec<u8>> {
    let too_long = |_| io::Error::other("an item is too long");
    let key_bytes = u32::try_from(key.len()).map_err(too_long)?;
    let value_bytes = u32::try_from(value_bytes).map_err(too_long)?;
    Ok([&[kind], &key_bytes.to_be_bytes()[..], &value_bytes.to_be_bytes()[..], key].concat())
}

/// Writes and hashes.
pub(super) struct Writer<W> {
    out: W,
    hash: Sha256,
}

impl<W: AsyncWrite + Unpin> Writer<W> {
    pub(super) async fn begin(out: W) -> io::Result<Self> {
        let mut writer = Self { out, hash: Sha256::new() };
        writer.raw(MAGIC).await?;
        Ok(writer)
    }

    /// Whole items as they are.
    pub(super) async fn raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hash.update(bytes);
        self.out.write_all(bytes).await
    }

    pub(super) async fn item(&mut self, kind: u8, key: &[u8], value: &[u8]) -> io::Result<()> {
        self.raw(&head(kind, key, value.len())?).await?;
        self.raw(value).await
    }

    pub(super) async fn end(mut self) -> io::Result<()> {
        let hash = self.hash.finalize();
        self.out.write_all(&head(END, &[], hash.len())?).await?;
        self.out.write_all(&hash).await?;
        self.out.flush().await
    }
}

/// One item.
pub(super) struct Item {
    pub(super) kind: u8,
    pub(super) key: Vec<u8>,
    pub(super) value: Vec<u8>,
}

/// Reads, hashes, and knows whether the end is right.
pub(super) struct Reader<R> {
    from: R,
    hash: Sha256,
}

impl<R: Read> Reader<R> {
    pub(super) fn begin(from: R) -> io::Result<Self> {
        let mut reader = Self { from, hash: Sha256::new() };
        let magic = reader.take(MAGIC.len())?;
        if magic == MAGIC { Ok(reader) } else { Err(damaged()) }
    }

    /// The next item; `None` after the last one, if nothing was changed or cut off.
    pub(super) fn next(&mut self) -> io::Result<Option<Item>> {
        let so_far = self.hash.clone();
        let head = self.take(9)?;
        let (kind, lengths) = head.split_first().ok_or_else(damaged)?;
        let (key_bytes, value_bytes) = lengths.split_at(4);
        let (key_bytes, value_bytes) = (length(key_bytes)?, length(value_bytes)?);
        let key = self.take(key_bytes)?;
        let value = self.take(value_bytes)?;
        match *kind {
            RECORD | PIECE => Ok(Some(Item { kind: *kind, key, value })),
            END if key.is_empty() && value == so_far.finalize().as_slice() && self.is_at_end()? => Ok(None),
            _ => Err(damaged()),
        }
    }

    fn take(&mut self, bytes: usize) -> io::Result<Vec<u8>> {
        let mut taken = Vec::new();
        (&mut self.from).take(bytes as u64).read_to_end(&mut taken)?;
        if taken.len() != bytes {
            return Err(damaged());
        }
        self.hash.update(&taken);
        Ok(taken)
    }

    fn is_at_end(&mut self) -> io::Result<bool> {
        Ok(self.from.read(&mut [0])? == 0)
    }
}

fn length(bytes: &[u8]) -> io::Result<usize> {
    let length = bytes.try_into().map(u32::from_be_bytes).map_err(|_| damaged())?;
    if length > LONGEST { Err(damaged()) } else { usize::try_from(length).map_err(|_| damaged()) }
}

/// What [`is_damaged`] knows again.
fn damaged() -> io::Error {
    io::ErrorKind::InvalidData.into()
}

pub(super) fn is_damaged(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::InvalidData
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn sample() -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut writer = Writer::begin(&mut bytes).await.unwrap();
        writer.item(RECORD, b"k", b"value").await.unwrap();
        writer.item(PIECE, &[7; 40], &[]).await.unwrap();
        writer.end().await.unwrap();
        bytes
    }

    fn read(bytes: &[u8]) -> io::Result<usize> {
        let mut reader = Reader::begin(bytes)?;
        let mut items = 0;
        while reader.next()?.is_some() {
            items += 1;
        }
        Ok(items)
    }

    #[tokio::test]
    async fn the_format_is_pinned() {
        let bytes = sample().await;
        let mut expected = b"KBSBAK1\n".to_vec();
        expected.extend([1, 0, 0, 0, 1, 0, 0, 0, 5, b'k']);
        expected.extend(b"value");
        expected.extend([2, 0, 0, 0, 40, 0, 0, 0, 0]);
        expected.extend([7; 40]);
        assert_eq!(bytes[..expected.len()], expected);
        assert_eq!(bytes[expected.len()..expected.len() + 9], [0, 0, 0, 0, 0, 0, 0, 0, 32]);
        assert_eq!(read(&bytes).unwrap(), 2);
    }

    #[tokio::test]
    async fn whatever_is_cut_off_changed_or_added_is_refused() {
        let bytes = sample().await;
        for end in 0..bytes.len() {
            assert!(read(&bytes[..end]).is_err_and(|error| is_damaged(&error)), "cut at {end}");
        }
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert!(read(&changed).is_err_and(|error| is_damaged(&error)), "changed at {at}");
        }
        assert!(read(&[&bytes[..], b"x"].concat()).is_err());
    }
}
