//! Records as CBOR maps: every field is one of the list, and nothing stands behind the last.

use super::Findings;
use super::tree::Record;
use crate::report::{Class, FieldReport, KindReport, Problem};
use crypto_core::wire::records::{RECORDS, RecordDescription};
use minicbor::Decoder;
use minicbor::decode::Tokenizer;
use std::collections::BTreeMap;

/// What a kind is, if it is known.
pub(super) fn description(kind: u8) -> Option<&'static RecordDescription> {
    RECORDS.iter().find(|it| it.kind as u8 == kind)
}

/// The encoded fields of a record by their number; `None` if it is no map of such fields.
pub(super) fn fields(value: &[u8]) -> Option<BTreeMap<u32, &[u8]>> {
    let mut decoder = Decoder::new(value);
    let count = decoder.map().ok()??;
    let mut fields = BTreeMap::new();
    for _ in 0..count {
        let number = decoder.u32().ok()?;
        let from = decoder.position();
        decoder.skip().ok()?;
        fields.insert(number, value.get(from..decoder.position())?);
    }
    (decoder.position() == value.len() && fields.len() as u64 == count).then_some(fields)
}

/// The bytes of a byte string.
pub(super) fn bytes(field: &[u8]) -> Option<&[u8]> {
    let mut decoder = Decoder::new(field);
    let bytes = decoder.bytes().ok()?;
    (decoder.position() == field.len()).then_some(bytes)
}

/// A whole number.
pub(super) fn number(field: &[u8]) -> Option<u64> {
    Decoder::new(field).u64().ok()
}

/// The elements of an array, encoded.
pub(super) fn array(field: &[u8]) -> Option<Vec<&[u8]>> {
    let mut decoder = Decoder::new(field);
    let count = decoder.array().ok()??;
    let mut elements = Vec::new();
    for _ in 0..count {
        let from = decoder.position();
        decoder.skip().ok()?;
        elements.push(field.get(from..decoder.position())?);
    }
    (decoder.position() == field.len()).then_some(elements)
}

/// Whether it is the only encoding of what it says: each token again is what stands there.
fn is_canonical(value: &[u8]) -> bool {
    let mut again = minicbor::Encoder::new(Vec::new());
    for token in Tokenizer::new(value) {
        if !token.is_ok_and(|token| again.tokens(&[token]).is_ok()) {
            return false;
        }
    }
    again.into_writer() == value
}

/// Counts fields by kind; a finding for everything that is in no list.
pub(super) fn walk(records: &[Record], findings: &mut Findings) -> Vec<KindReport> {
    let mut kinds: Vec<KindReport> = RECORDS.iter().map(none_yet).collect();
    for record in records {
        let Some(kind) = kinds.iter_mut().find(|it| it.kind == record.kind()) else {
            findings.add(Problem::UnknownKind, record.place(), format!("{} bytes", record.value.len()));
            continue;
        };
        kind.records += 1;
        kind.bytes += (record.key.len() + record.value.len()) as u64;
        let Some(fields) = fields(&record.value).filter(|_| is_canonical(&record.value)) else {
            findings.add(Problem::Encoding, record.place(), format!("{} bytes", record.value.len()));
            continue;
        };
        for (number, value) in fields {
            match kind.fields.iter_mut().find(|it| it.number == number) {
                Some(field) => {
                    field.present += 1;
                    field.bytes += value.len() as u64;
                }
                None => {
                    let detail = format!("field {number}, {} bytes", value.len());
                    findings.add(Problem::UnknownField, record.place(), detail);
                }
            }
        }
    }
    kinds
}

fn none_yet(it: &RecordDescription) -> KindReport {
    let field = |&(number, name, class): &(u32, &'static str, Class)| FieldReport {
        number,
        name,
        class,
        present: 0,
        bytes: 0,
    };
    let fields = it.fields.iter().map(field).collect();
    KindReport { kind: it.kind as u8, name: it.name, records: 0, bytes: 0, fields }
}
