//! How a witness's key is written down for whoever names it: a verifier key of
//! [signed notes](https://pkg.go.dev/golang.org/x/mod/sumdb/note).
//!
//! ```text
//! <name>+<key id, hexadecimal>+base64(0x04 ‖ public key)
//! ```
//!
//! Key id = `SHA-256(name ‖ 0x0A ‖ 0x04 ‖ public key)[..4]` ([C2SP tlog-cosignature](https://c2sp.org/tlog-cosignature)).

use super::checkpoint::{CheckpointError, WITNESS_KEY, key_id};
use base64ct::{Base64, Encoding};

/// The longest name.
const NAME_BYTES: usize = 200;

/// Name and public key of a witness, as one line.
#[must_use]
pub fn witness_line(name: &str, key: &[u8; 32]) -> String {
    let id = u32::from_be_bytes(key_id(name, WITNESS_KEY, key));
    let key = Base64::encode_string(&[&[WITNESS_KEY], key.as_slice()].concat());
    format!("{name}+{id:08x}+{key}")
}

/// Reads [`witness_line`].
///
/// # Errors
/// [`CheckpointError`] if it is none, or its key id is another key's: a slip, or a key of another kind.
pub fn read_witness_line(line: &str) -> Result<(String, [u8; 32]), CheckpointError> {
    let mut parts = line.trim().splitn(3, '+');
    let (Some(name), Some(_), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(CheckpointError);
    };
    let key = Base64::decode_vec(key).map_err(|_| CheckpointError)?;
    let key = key.strip_prefix(&[WITNESS_KEY]).and_then(|key| key.try_into().ok()).ok_or(CheckpointError)?;
    let right = is_witness_name(name) && witness_line(name, &key) == line.trim();
    if right { Ok((name.to_owned(), key)) } else { Err(CheckpointError) }
}

/// Whether a name can stand in a note.
#[must_use]
pub fn is_witness_name(name: &str) -> bool {
    (1..=NAME_BYTES).contains(&name.len()) && name.bytes().all(|it| it.is_ascii_graphic() && it != b'+')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_and_no_slip_passes() {
        let line = witness_line("pruefer.example/1", &[7; 32]);
        assert_eq!(read_witness_line(&format!(" {line}\n")), Ok(("pruefer.example/1".into(), [7; 32])));
        for at in 0..line.len() {
            for other in ['A', '7', '+'] {
                let mut wrong = line.clone();
                wrong.replace_range(at..=at, &other.to_string());
                assert!(wrong == line || read_witness_line(&wrong).is_err(), "{wrong}");
            }
        }
        for wrong in
            ["", "a", "a+b+c", &line[..40], &witness_line("", &[7; 32]), &witness_line("a b", &[7; 32])]
        {
            assert!(read_witness_line(wrong).is_err(), "{wrong}");
        }
        // A log's key is none of a witness.
        let log = Base64::encode_string(&[&[1], [7; 32].as_slice()].concat());
        assert!(read_witness_line(&format!("pruefer.example/1+00000000+{log}")).is_err());
    }
}
