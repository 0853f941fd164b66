//! What a person's app for one-time codes does.

use crate::actors::Person;
use client_sdk::Platform;
use crypto_core::auth::{STEP_MS, TotpSeed};

/// What an app shows for the text of a seed, some steps of 30 seconds from now.
///
/// # Panics
/// If it is none.
pub fn code(person: &Person, text: &str, steps: u64) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let letters = text.bytes().filter(|byte| *byte != b' ');
    let bits = letters.flat_map(|letter| {
        let value = ALPHABET.iter().position(|it| *it == letter).expect("a second factor");
        (0..5).rev().map(move |bit| u8::from(value >> bit & 1 == 1))
    });
    let bits: Vec<u8> = bits.collect();
    let bytes: Vec<u8> =
        bits.chunks_exact(8).map(|it| it.iter().fold(0, |byte, bit| byte << 1 | bit)).collect();
    let step = person.api().platform().now_ms() / STEP_MS + steps;
    TotpSeed::from_bytes(&bytes).expect("a second factor").code(step).to_string()
}

/// Gives somebody a second factor: the text of its seed, and the backup codes.
///
/// # Panics
/// If that fails.
pub async fn enrol(person: &Person) -> (String, Vec<String>) {
    let factor = person.make_second_factor();
    let codes = person
        .confirm_second_factor(&factor, &code(person, &factor.text(), 0))
        .await
        .expect("a second factor");
    (factor.text().to_string(), codes)
}
