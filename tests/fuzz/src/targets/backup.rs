//! The reader of backup files, taken from the server as it is.

use std::io;

#[path = "../../../../server/src/backup/format.rs"]
mod format;

use format::{END, PIECE, RECORD, Reader, Writer, head};

/// First as a file, then as items behind a right beginning and before a right end.
pub(crate) fn run(data: &[u8]) -> bool {
    same(data) || same(&framed(data))
}

fn same(bytes: &[u8]) -> bool {
    let Ok(items) = read(bytes) else { return false };
    assert_eq!(written(&items), bytes, "one backup has one encoding");
    true
}

fn read(bytes: &[u8]) -> io::Result<Vec<format::Item>> {
    let mut reader = Reader::begin(bytes).inspect_err(must_be_known)?;
    let mut items = Vec::new();
    while let Some(item) = reader.next().inspect_err(must_be_known)? {
        assert!([RECORD, PIECE].contains(&item.kind));
        items.push(item);
    }
    Ok(items)
}

/// Nothing but damage can be wrong with bytes in memory.
fn must_be_known(error: &io::Error) {
    assert!(format::is_damaged(error));
}

fn written(items: &[format::Item]) -> Vec<u8> {
    let mut bytes = Vec::new();
    block_on(async {
        let mut writer = Writer::begin(&mut bytes).await?;
        for item in items {
            writer.item(item.kind, &item.key, &item.value).await?;
        }
        writer.end().await
    })
    .expect("written to memory");
    bytes
}

fn framed(items: &[u8]) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    let mut bytes = [format::MAGIC, items].concat();
    let hash = Sha256::digest(&bytes);
    bytes.extend(head(END, &[], hash.len()).expect("a short item"));
    bytes.extend(hash);
    bytes
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
}

/// A whole file, and its items alone.
pub(crate) fn seeds() -> Vec<(String, Vec<u8>)> {
    let item =
        |kind, key: &[u8], value: &[u8]| format::Item { kind, key: key.to_vec(), value: value.to_vec() };
    let whole = written(&[item(RECORD, b"k", b"value"), item(PIECE, &[7; 40], &[])]);
    let items = whole[format::MAGIC.len()..whole.len() - 41].to_vec();
    vec![("whole".into(), whole), ("items".into(), items)]
}
