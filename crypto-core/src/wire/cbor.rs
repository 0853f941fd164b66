//! Deterministic CBOR (RFC 8949 §4.2): integer keys, definite lengths, shortest forms, no unknown key,
//! no key twice, nothing after the end.
//!
//! Decoding proves all of that at once: what was decoded is encoded again and must be the same bytes.

use minicbor::{Decode, Encode};

/// The bytes are not the one right encoding of anything expected here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CborError {
    /// More bytes than this kind of thing may have.
    #[error("too long")]
    TooLong,
    /// Not this kind of thing.
    #[error("malformed")]
    Malformed,
    /// Readable, but not in the deterministic encoding.
    #[error("not canonical")]
    NotCanonical,
}

/// The deterministic encoding.
pub fn encode<T: Encode<()>>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Writing to a Vec cannot fail, and no type here has a failing `Encode`.
    let written = minicbor::encode(value, &mut bytes);
    debug_assert!(written.is_ok());
    bytes
}

/// Reads a value of at most `max_bytes` bytes.
///
/// # Errors
/// See [`CborError`].
pub fn decode<'b, T: Decode<'b, ()> + Encode<()>>(bytes: &'b [u8], max_bytes: usize) -> Result<T, CborError> {
    if bytes.len() > max_bytes {
        return Err(CborError::TooLong);
    }
    let value: T = minicbor::decode(bytes).map_err(|_| CborError::Malformed)?;
    if encode(&value) == bytes { Ok(value) } else { Err(CborError::NotCanonical) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Encode, Decode)]
    #[cbor(map)]
    struct Pair {
        #[n(0)]
        first: u16,
        #[n(1)]
        second: Option<String>,
    }

    fn read(bytes: &[u8]) -> Result<Pair, CborError> {
        decode(bytes, 64)
    }

    #[test]
    fn only_the_deterministic_encoding_is_read() {
        let right = encode(&Pair { first: 1, second: Some("a".into()) });
        assert_eq!(right, [0xa2, 0, 1, 1, 0x61, b'a']);
        assert!(read(&right).is_ok());
        let refused: [(&str, &[u8]); 8] = [
            ("a key twice", &[0xa2, 0, 1, 0, 1]),
            ("keys out of order", &[0xa2, 1, 0x61, b'a', 0, 1]),
            ("an unknown key", &[0xa2, 0, 1, 2, 1]),
            ("a number in a longer form", &[0xa1, 0, 0x18, 1]),
            ("an indefinite length", &[0xbf, 0, 1, 0xff]),
            ("something after the end", &[0xa1, 0, 1, 0]),
            ("an explicit null", &[0xa2, 0, 1, 1, 0xf6]),
            ("a deep nest under an unknown key", &[0xa2, 0, 1, 2, 0x81, 0x81, 0x81, 0x81, 0x81, 0x80]),
        ];
        for (what, bytes) in refused {
            assert!(read(bytes).is_err(), "{what}");
        }
        assert_eq!(decode::<Pair>(&right, 3), Err(CborError::TooLong));
    }
}
