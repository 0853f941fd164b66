//! What the server knows about one account: everything whose key or value names it, its address or the hash of that,
//! and what remains of accounts that had the address and ended.

use super::hex;
use super::record::{self, fields};
use super::tree::Record;
use crate::report::log::time;
use crate::report::{AccountRecord, AccountReport, Class};
use crypto_core::certificate::{Cause, Entry};
use crypto_core::wire::records::{self, AddressIndex, Closed, Kind, Record as _};
use crypto_core::wire::{AccountId, Address, SubjectLabel};
use minicbor::data::Token;
use minicbor::decode::Tokenizer;
use std::collections::BTreeSet;

/// What is signed lies two byte strings deep.
const DEPTH: u32 = 3;

/// Answers for an address; `None` if nothing names it.
pub(super) fn inventory(records: &[Record], address: &str) -> Option<AccountReport> {
    let address = Address::parse(address).ok()?.to_string();
    let subject = SubjectLabel::of(&address);
    let accounts: BTreeSet<_> = records.iter().filter_map(|it| account_at(it, &address, subject)).collect();
    let names = |bytes: &[u8]| {
        contains(bytes, subject.as_bytes()) || accounts.iter().any(|it| contains(bytes, it.as_bytes()))
    };
    let about = records.iter().filter(|it| {
        names(&it.key) || names(&it.value) || has_as_key(it, &address) || says(&it.value, &address, DEPTH)
    });
    let records: Vec<_> = about.filter_map(shown).collect();
    let accounts = accounts.iter().map(|it| hex(it.as_bytes())).collect();
    (!records.is_empty()).then_some(AccountReport { accounts, records, address })
}

/// The account that has an address, or had it when it ended, if this record says so.
fn account_at(record: &Record, address: &str, subject: SubjectLabel) -> Option<AccountId> {
    let of_kind = |kind: Kind| record.kind() == kind as u8;
    if of_kind(Kind::AddressIndex) && has_as_key(record, address) {
        Some(AddressIndex::from_bytes(&record.value).ok()?.account)
    } else if of_kind(Kind::Closed) && Closed::from_bytes(&record.value).ok()?.address == address {
        Some(AccountId::from_bytes(record.own_key().try_into().ok()?))
    } else if of_kind(Kind::Entry) {
        // When `Closed` is gone, it is the statement that says it.
        let entry = Entry::parse(&records::Entry::from_bytes(&record.value).ok()?.signed).ok()?;
        let is_end = matches!(&entry, Entry::Statement(it) if it.body().cause == Cause::Closed);
        (is_end && entry.subject() == subject).then(|| entry.account())
    } else {
        None
    }
}

/// Whether the key is the address and nothing else.
fn has_as_key(record: &Record, address: &str) -> bool {
    let key = record.own_key();
    let key = if record.kind() == Kind::History as u8 { key.strip_prefix(b"a").unwrap_or(key) } else { key };
    key == address.as_bytes()
}

/// Whether a text in it is the address and nothing else.
fn says(value: &[u8], address: &str, depth: u32) -> bool {
    Tokenizer::new(value).map_while(Result::ok).any(|token| match token {
        Token::String(text) => text == address,
        Token::Bytes(inner) => depth > 0 && says(inner, address, depth - 1),
        _ => false,
    })
}

/// Of numbers and hashes, which are random: none is a part of another one.
fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|it| it == needle)
}

fn shown(record: &Record) -> Option<AccountRecord> {
    let description = record::description(record.kind())?;
    let present = fields(&record.value)?;
    let field = |(number, name, class): &(u32, &'static str, Class)| {
        let value = present.get(number)?;
        Some((*name, *class, value_of(name, value, *class)))
    };
    Some(AccountRecord {
        kind: description.name,
        key: hex(record.own_key()),
        fields: description.fields.iter().filter_map(field).collect(),
    })
}

/// Metadata as CBOR's diagnostic notation (RFC 8949, section 8), times as a date (RFC 3339); of all else the length.
fn value_of(name: &str, value: &[u8], class: Class) -> String {
    match class {
        Class::Metadata => match minicbor::decode(value) {
            Ok(at_ms) if name.ends_with("_ms") => time(at_ms),
            _ => minicbor::display(value).to_string(),
        },
        Class::PublicKey | Class::Credential | Class::Ciphertext => format!("{} bytes", value.len()),
    }
}
