//! How strong a password is, as a module of its own: its word lists are larger than everything else that the worker
//! needs, so the worker loads it when a new password is typed for the first time.

/// The strength from 0 to 4; `words` are what a guesser would try first. See [`crypto_core::password::strength`].
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen]
#[must_use]
pub fn strength(password: &str, words: Vec<String>) -> u8 {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    crypto_core::password::strength(password, &words)
}
