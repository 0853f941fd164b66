//! Compressed runs inside other bytes.
//!
//! gzip and zlib begin with a magic number and are tried wherever it stands. Raw deflate and brotli
//! have none: deflate is tried at every byte of small inputs, brotli at every byte of very small ones,
//! of larger ones at the start, deflate also at multiples of 4 KiB (pages begin there) and behind ZIP's local file
//! headers, brotli at multiples of 64 KiB. Every output is bounded; what a broken run gave before it broke counts.

use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};
use std::io::Read;

const DEFLATE_EVERYWHERE_BYTES: usize = 512 * 1024;
const BROTLI_EVERYWHERE_BYTES: usize = 8 * 1024;
const STEP_BYTES: usize = 4096;
const BROTLI_STEP_BYTES: usize = 64 * 1024;
const OUTPUT_BYTES: u64 = 64 * 1024 * 1024;
const OUTPUT_GUESSED_BYTES: usize = 1024 * 1024;
const WORTH_BYTES: usize = super::NEEDLE_BYTES;
const ZIP_LOCAL_HEADER_BYTES: usize = 30;

/// Calls back with the kind, the start and the content of every run that gives something. `depth` says how
/// many containers these bytes came out of: guesses without a magic number are made on the outside only.
pub fn runs(bytes: &[u8], depth: usize, found: &mut impl FnMut(&'static str, usize, &[u8])) {
    let mut offer = |kind, start, inflated: &[u8]| {
        if inflated.len() >= WORTH_BYTES {
            found(kind, start, inflated);
        }
    };
    let mut guess = Guess { state: Box::default(), buffer: vec![0; OUTPUT_GUESSED_BYTES] };
    for start in 0..bytes.len() {
        let rest = bytes.get(start..).unwrap_or_default();
        if rest.starts_with(&[0x1f, 0x8b, 8]) {
            offer("gzip", start, &drain(flate2::read::MultiGzDecoder::new(rest), OUTPUT_BYTES));
        }
        if is_zlib(rest) {
            offer("zlib", start, &drain(flate2::read::ZlibDecoder::new(rest), OUTPUT_BYTES));
        }
        if let Some(data) = zip_data(rest) {
            offer("zip", start, &drain(flate2::read::DeflateDecoder::new(data), OUTPUT_BYTES));
        }
        let on_step = start.is_multiple_of(STEP_BYTES);
        if on_step || (depth == 0 && bytes.len() <= DEFLATE_EVERYWHERE_BYTES && may_be_deflate(rest)) {
            offer("deflate", start, guess.inflate(rest));
        }
        if start.is_multiple_of(BROTLI_STEP_BYTES) || (depth == 0 && bytes.len() <= BROTLI_EVERYWHERE_BYTES) {
            offer(
                "brotli",
                start,
                &drain(brotli::Decompressor::new(rest, STEP_BYTES), OUTPUT_GUESSED_BYTES as u64),
            );
        }
    }
}

/// RFC 1950: method 8, a window of at most 32 KiB, and a check number.
fn is_zlib(rest: &[u8]) -> bool {
    let [first, second, ..] = rest else { return false };
    first & 0x0f == 8 && first >> 4 <= 7 && (u16::from(*first) * 256 + u16::from(*second)) % 31 == 0
}

/// RFC 1951: block type 3 does not exist, and a stored block repeats its length inverted.
fn may_be_deflate(rest: &[u8]) -> bool {
    match rest {
        [first, low, high, low_not, high_not, ..] if first & 0b110 == 0 => {
            *low == !low_not && *high == !high_not
        }
        [first, ..] => first & 0b110 != 0b110,
        [] => false,
    }
}

/// What follows a local file header of a ZIP archive.
fn zip_data(rest: &[u8]) -> Option<&[u8]> {
    if !rest.starts_with(b"PK\x03\x04") || rest.len() < ZIP_LOCAL_HEADER_BYTES {
        return None;
    }
    let length = |at: usize| {
        let bytes = rest.get(at..)?.first_chunk::<2>()?;
        Some(usize::from(u16::from_le_bytes(*bytes)))
    };
    rest.get(ZIP_LOCAL_HEADER_BYTES + length(26)? + length(28)?..)
}

fn drain(from: impl Read, most: u64) -> Vec<u8> {
    let mut out = Vec::new();
    let mut from = from.take(most);
    let mut chunk = [0; 4096];
    while let Ok(read @ 1..) = from.read(&mut chunk) {
        out.extend_from_slice(chunk.get(..read).unwrap_or_default());
    }
    out
}

/// Raw deflate, tried so often that nothing is allocated or cleared anew.
struct Guess {
    state: Box<DecompressorOxide>,
    buffer: Vec<u8>,
}

impl Guess {
    fn inflate(&mut self, rest: &[u8]) -> &[u8] {
        self.state.init();
        let flags = inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
        let (_, _, written) = decompress(&mut self.state, rest, &mut self.buffer, 0, flags);
        self.buffer.get(..written).unwrap_or_default()
    }
}
