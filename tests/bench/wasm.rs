//! What the client spends its time on, as a WebAssembly module without imports of its own, for `bench.mjs`.
//!
//! Exports: `room(bytes) -> *mut u8` (a buffer to copy into and out of), `argon2id()`, `encrypt(bytes)` (the buffer in
//! place, its tag behind it).

use argon2::Params;
use crypto_core::Secret;
use crypto_core::auth::kat;
use crypto_core::hazmat::stream;
use std::sync::Mutex;

const TAG_BYTES: usize = 16;

static BUFFER: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Makes the buffer so large, and says where it is.
#[expect(unsafe_code, reason = "an export by name; nothing unsafe is done")]
#[unsafe(no_mangle)]
pub extern "C" fn room(bytes: usize) -> *mut u8 {
    let Ok(mut buffer) = BUFFER.lock() else { return std::ptr::null_mut() };
    buffer.clear();
    buffer.reserve_exact(bytes + TAG_BYTES);
    buffer.resize(bytes, 0);
    buffer.as_mut_ptr()
}

/// Argon2id with the parameters that are compiled in: 64 MiB, three passes, one lane.
#[expect(unsafe_code, reason = "an export by name; nothing unsafe is done")]
#[unsafe(no_mangle)]
pub extern "C" fn argon2id() -> u32 {
    let mut out = [0; 64];
    let Ok(params) = Params::new(64 * 1024, 3, 1, None) else { return 0 };
    let done = kat::argon2id(params, &[], b"Korrektes-Pferd-Batterie-7", &[7; 16], &mut out);
    u32::from(done.is_ok()) + u32::from(out[0])
}

/// ChaCha20-Poly1305 over the buffer, in place.
#[expect(unsafe_code, reason = "an export by name; nothing unsafe is done")]
#[unsafe(no_mangle)]
pub extern "C" fn encrypt() -> usize {
    let Ok(mut buffer) = BUFFER.lock() else { return 0 };
    stream::encrypt(&Secret::from_bytes([7; 32]), &[0; 12], &[], &mut buffer);
    buffer.len()
}
