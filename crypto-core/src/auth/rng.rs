//! The caller's randomness for `opaque-ke`, which still speaks rand_core 0.6.

use opaque_ke::rand::{CryptoRng as OlderCryptoRng, Error, RngCore};
use rand_core::CryptoRng;

/// Adapter from rand_core 0.10 to 0.6.
#[cfg_attr(not(feature = "kat"), expect(unreachable_pub, reason = "public only to the known-answer tests"))]
pub struct Older<'a, R: ?Sized>(pub &'a mut R);

impl<R: CryptoRng + ?Sized> RngCore for Older<'_, R> {
    fn next_u32(&mut self) -> u32 {
        self.0.next_u32()
    }

    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.0.fill_bytes(bytes);
        Ok(())
    }
}

impl<R: CryptoRng + ?Sized> OlderCryptoRng for Older<'_, R> {}
