//! The web client inside the binary: a table that the build script makes of `target/web`.

/// A file of the web client.
pub struct Asset {
    /// With a slash in front.
    pub path: &'static str,
    /// Its media type.
    pub content_type: &'static str,
    /// SHA-256 in hex, for the entity tag.
    pub sha256: &'static str,
    /// Whether its name changes with its bytes.
    pub immutable: bool,
    /// The bytes.
    pub raw: &'static [u8],
    /// Compressed with brotli.
    pub br: Option<&'static [u8]>,
    /// Compressed with gzip.
    pub gzip: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The file at a path.
pub fn find(path: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.path == path)
}
