//! One file of the bundle: its name, type and bytes, and its compressed forms.

use std::io::Write as _;

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};

/// How many hexadecimal digits of the hash stand in a name.
const HASH_DIGITS: usize = 16;
const BROTLI_QUALITY: u32 = 11;
const BROTLI_WINDOW_BITS: u32 = 24;

/// One file of the bundle.
pub(crate) struct Asset {
    path: String,
    content_type: &'static str,
    body: Vec<u8>,
    immutable: bool,
    first_load: bool,
}

impl Asset {
    /// A file under `/assets/` whose name carries its hash, so that it may be cached for ever.
    ///
    /// # Errors
    /// When nothing is known about the extension.
    pub(crate) fn hashed(stem: &str, extension: &str, body: Vec<u8>) -> Result<Self> {
        let hash = short_hash(&body);
        let mut asset = Self::named(&format!("/assets/{stem}-{hash}.{extension}"), body)?;
        asset.immutable = true;
        Ok(asset)
    }

    /// A file in a folder under `/assets/` whose name carries the hash of all that lies in it.
    ///
    /// # Errors
    /// When nothing is known about the extension.
    pub(crate) fn in_folder(folder: &str, name: &str, body: Vec<u8>) -> Result<Self> {
        let mut asset = Self::named(&format!("/assets/{folder}/{name}"), body)?;
        asset.immutable = true;
        Ok(asset)
    }

    /// A file with a name that stays.
    ///
    /// # Errors
    /// When nothing is known about its extension.
    pub(crate) fn named(path: &str, body: Vec<u8>) -> Result<Self> {
        let content_type = content_type(path)?;
        Ok(Self { path: path.to_owned(), content_type, body, immutable: false, first_load: false })
    }

    /// Counts the file to what a browser loads before the portal shows.
    pub(crate) fn in_first_load(mut self) -> Self {
        self.first_load = true;
        self
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// The name as other files under `/assets/` know it.
    pub(crate) fn file_name(&self) -> &str {
        self.path.strip_prefix("/assets/").unwrap_or(&self.path)
    }

    pub(crate) fn content_type(&self) -> &'static str {
        self.content_type
    }

    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }

    pub(crate) fn is_immutable(&self) -> bool {
        self.immutable
    }

    pub(crate) fn is_in_first_load(&self) -> bool {
        self.first_load
    }

    /// The body compressed with brotli, if that is smaller.
    ///
    /// # Errors
    /// When it cannot be compressed.
    pub(crate) fn brotli(&self) -> Result<Option<Vec<u8>>> {
        let mut packed = Vec::new();
        let mut writer =
            brotli::CompressorWriter::new(&mut packed, 1 << 16, BROTLI_QUALITY, BROTLI_WINDOW_BITS);
        writer.write_all(&self.body).with_context(|| format!("{} could not be compressed.", self.path))?;
        drop(writer);
        Ok(self.if_smaller(packed))
    }

    /// The body compressed with gzip, if that is smaller.
    ///
    /// # Errors
    /// When it cannot be compressed.
    pub(crate) fn gzip(&self) -> Result<Option<Vec<u8>>> {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        writer.write_all(&self.body).with_context(|| format!("{} could not be compressed.", self.path))?;
        let packed = writer.finish().with_context(|| format!("{} could not be compressed.", self.path))?;
        Ok(self.if_smaller(packed))
    }

    fn if_smaller(&self, packed: Vec<u8>) -> Option<Vec<u8>> {
        (packed.len() < self.body.len()).then_some(packed)
    }
}

/// The digits of a hash that stand in a name.
pub(crate) fn short_hash(bytes: &[u8]) -> String {
    sha256_hex(bytes).chars().take(HASH_DIGITS).collect()
}

/// The SHA-256 of some bytes in hexadecimal.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn content_type(path: &str) -> Result<&'static str> {
    let extension = path.rsplit('.').next().unwrap_or_default();
    Ok(match extension {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => bail!("{path} has an extension whose content type the bundler does not know."),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn a_hashed_name_follows_from_the_bytes() {
        let asset = Asset::hashed("style", "css", b"abc".to_vec()).unwrap();
        assert_eq!(asset.path(), "/assets/style-ba7816bf8f01cfea.css");
        assert_eq!(asset.file_name(), "style-ba7816bf8f01cfea.css");
        assert!(asset.is_immutable());
        assert!(!Asset::named("/index.html", Vec::new()).unwrap().is_immutable());
    }

    #[test]
    fn compressed_forms_give_the_bytes_back() {
        let body = b"portal ".repeat(500);
        let asset = Asset::named("/a.txt", body.clone()).unwrap();
        let mut inflated = Vec::new();
        brotli::Decompressor::new(asset.brotli().unwrap().unwrap().as_slice(), 4096)
            .read_to_end(&mut inflated)
            .unwrap();
        assert_eq!(inflated, body);
        let gzip = asset.gzip().unwrap().unwrap();
        inflated.clear();
        flate2::read::GzDecoder::new(gzip.as_slice()).read_to_end(&mut inflated).unwrap();
        assert_eq!(inflated, body);
    }

    #[test]
    fn what_does_not_shrink_stays_as_it_is() {
        let asset = Asset::named("/a.png", vec![7]).unwrap();
        assert!(asset.brotli().unwrap().is_none() && asset.gzip().unwrap().is_none());
    }

    #[test]
    fn an_unknown_extension_is_refused() {
        assert!(Asset::named("/a.exe", Vec::new()).is_err());
    }
}
