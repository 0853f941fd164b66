//! The one type of every secret key, seed and token.
//!
//! Invariants: the bytes lie on the heap, so that moving a secret leaves no copy behind; they are zeroised on
//! drop and compared in constant time. There is no `Debug`, `Display`, `Deref`, `Serialize` or `Clone`: each
//! look at the bytes says [`Secret::expose`], each copy says [`Secret::duplicate`].

use rand_core::CryptoRng;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// `N` secret bytes.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Secret<const N: usize>(Box<[u8; N]>);

impl<const N: usize> Secret<N> {
    /// Takes over `bytes` and wipes the array that was passed. **The caller wipes any copy of its own.**
    #[must_use]
    pub fn from_bytes(mut bytes: [u8; N]) -> Self {
        let secret = Self::filled(|boxed| boxed.copy_from_slice(&bytes));
        bytes.zeroize();
        secret
    }

    /// Copies `bytes`, or `None` if there are not exactly `N` of them.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        (bytes.len() == N).then(|| Self::filled(|boxed| boxed.copy_from_slice(bytes)))
    }

    /// `N` fresh random bytes.
    #[must_use]
    pub fn random(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        Self::filled(|boxed| rng.fill_bytes(boxed))
    }

    /// The bytes themselves.
    #[must_use]
    pub fn expose(&self) -> &[u8; N] {
        &self.0
    }

    /// A second copy, zeroised on its own.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self::filled(|boxed| boxed.copy_from_slice(self.expose()))
    }

    /// Writes a secret where it will stay: no copy on the stack.
    pub(crate) fn filled(write: impl FnOnce(&mut [u8; N])) -> Self {
        let mut boxed = Box::new([0; N]);
        write(&mut boxed);
        Self(boxed)
    }
}

impl<const N: usize> PartialEq for Secret<N> {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_slice().ct_eq(other.0.as_slice()).into()
    }
}

impl<const N: usize> Eq for Secret<N> {}

#[cfg(test)]
mod tests {
    use super::Secret;
    use static_assertions::{assert_impl_all, assert_not_impl_any};
    use zeroize::{Zeroize, ZeroizeOnDrop};

    assert_impl_all!(Secret<32>: ZeroizeOnDrop, Send, Sync);
    assert_not_impl_any!(
        Secret<32>: core::fmt::Debug, core::fmt::Display, core::ops::Deref, Clone, Copy, AsRef<[u8]>
    );

    #[test]
    fn keeps_and_compares_its_bytes() {
        let secret = Secret::from_bytes([7; 32]);
        assert_eq!(secret.expose(), &[7; 32]);
        assert!(secret == secret.duplicate());
        assert!(secret != Secret::from_bytes([8; 32]));
        assert!(Secret::<32>::from_slice(&[0; 31]).is_none());
        assert!(Secret::<32>::from_slice(&[7; 32]).is_some_and(|other| other == secret));
    }

    #[test]
    fn wiping_leaves_zeroes() {
        let mut secret = Secret::from_bytes([7; 32]);
        secret.zeroize();
        assert_eq!(secret.expose(), &[0; 32]);
    }
}
