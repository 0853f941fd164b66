//! What the server knows about one account: everything whose key or value names it.

use super::hex;
use super::record::{self, fields};
use super::tree::Record;
use crate::report::{AccountRecord, AccountReport, Class};
use crypto_core::wire::Address;
use crypto_core::wire::records::{AddressIndex, Kind, Record as _};

/// Answers for an address; `None` if no account has it.
pub(super) fn inventory(records: &[Record], address: &str) -> Option<AccountReport> {
    let address = Address::parse(address).ok()?.to_string();
    let index = records
        .iter()
        .find(|it| it.kind() == Kind::AddressIndex as u8 && it.own_key() == address.as_bytes())?;
    let account = AddressIndex::from_bytes(&index.value).ok()?.account;
    let names = |bytes: &[u8]| contains(bytes, account.as_bytes()) || contains(bytes, address.as_bytes());
    let about = records.iter().filter(|it| names(&it.key) || names(&it.value));
    Some(AccountReport {
        account: hex(account.as_bytes()),
        records: about.filter_map(shown).collect(),
        address,
    })
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|it| it == needle)
}

fn shown(record: &Record) -> Option<AccountRecord> {
    let description = record::description(record.kind())?;
    let present = fields(&record.value)?;
    let field = |(number, name, class): &(u32, &'static str, Class)| {
        let value = present.get(number)?;
        Some((*name, *class, value_of(value, *class)))
    };
    Some(AccountRecord {
        kind: description.name,
        key: hex(record.own_key()),
        fields: description.fields.iter().filter_map(field).collect(),
    })
}

/// Metadata as CBOR's diagnostic notation (RFC 8949, section 8); of all else the length.
fn value_of(value: &[u8], class: Class) -> String {
    match class {
        Class::Metadata => minicbor::display(value).to_string(),
        Class::PublicKey | Class::Credential | Class::Ciphertext => format!("{} bytes", value.len()),
    }
}
