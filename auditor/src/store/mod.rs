//! `auditor store DIR`: what lies in a copy of the data directory, byte by byte.
//!
//! Read here, without the server's code: the layout of long values in sled (docs/ARCHITECTURE.md, "The store"), records as CBOR
//! maps by `crypto_core::wire::records::RECORDS`, ciphertext by its form (docs/FORMATS.md), parts by their files.
//! The copy is copied once more before sled opens it, since sled writes when it opens.

mod account;
mod ciphertext;
mod files;
mod randomness;
mod record;
mod tree;

#[cfg(test)]
mod tests;

use crate::report::{Finding, Problem, StoreReport};
use anyhow::{Context as _, Result};
use crypto_core::wire::records::Kind;
use std::path::Path;

/// Collects what is found.
#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, problem: Problem, place: impl Into<String>, detail: impl Into<String>) {
        self.0.push(Finding { problem, place: place.into(), detail: detail.into() });
    }
}

/// Looks at everything in a data directory; `address` asks for what is known of an account.
///
/// # Errors
/// When it cannot be read at all, or nothing names the address. What is wrong in it is a finding, and no error.
pub fn audit(data: &Path, address: Option<&str>) -> Result<StoreReport> {
    let mut findings = Findings::default();
    let mut samples = randomness::Samples::default();
    let tree::Contents { trees, records } = tree::read(&data.join("metadata"), &mut findings)?;
    if !records.iter().any(|it| it.kind() == Kind::Deployment as u8) {
        findings.add(Problem::NoDeployment, "metadata", "");
    }
    let kinds = record::walk(&records, &mut findings);
    let ciphertexts = ciphertext::check(&records, &mut samples, &mut findings);
    let files = files::check(data, &records, &mut samples, &mut findings)?;
    let randomness = samples.judge(&mut findings);
    let nothing = "Nothing is known of this address: there is no account, and nothing remains of one.";
    let account =
        address.map(|address| account::inventory(&records, address).context(nothing)).transpose()?;
    Ok(StoreReport {
        auditor: env!("CARGO_PKG_VERSION"),
        data: data.display().to_string(),
        trees,
        kinds,
        files,
        ciphertexts,
        randomness,
        findings: findings.0,
        account,
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
