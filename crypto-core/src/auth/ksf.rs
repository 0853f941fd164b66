//! OPAQUE's key stretching function: Argon2id v1.3 (RFC 9106) with 64 MiB, 3 passes, 1 lane.
//!
//! RFC 9807, section 7: the salt is 16 zero bytes, because what is stretched is the OPRF's output, which the
//! server's secret has already made different for each account. The parameters are constants of this file, so
//! that no server can lower them.

use argon2::{Algorithm, Argon2, Params, Version};
use opaque_ke::errors::InternalError;
use opaque_ke::generic_array::{ArrayLength, GenericArray};

/// 64 MiB, in KiB.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 1;
const SALT: [u8; 16] = [0; 16];

/// The stretching as [`opaque_ke`] calls it.
#[derive(Default)]
pub(super) struct Stretch;

impl opaque_ke::ksf::Ksf for Stretch {
    fn hash<L: ArrayLength<u8>>(
        &self,
        input: GenericArray<u8, L>,
    ) -> Result<GenericArray<u8, L>, InternalError> {
        let mut output = GenericArray::default();
        let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(output.len()))
            .map_err(|_| InternalError::KsfError)?;
        argon2id(params, &[], &input, &SALT, &mut output).map_err(|_| InternalError::KsfError)?;
        Ok(output)
    }
}

/// Argon2id v1.3. The known-answer test of RFC 9106 needs a secret; the stretching has none.
///
/// # Errors
/// If a length is outside what RFC 9106, section 3.1, allows.
#[cfg_attr(not(feature = "kat"), expect(unreachable_pub, reason = "public only to the known-answer tests"))]
pub fn argon2id(
    params: Params,
    secret: &[u8],
    password: &[u8],
    salt: &[u8],
    output: &mut [u8],
) -> Result<(), argon2::Error> {
    Argon2::new_with_secret(secret, Algorithm::Argon2id, Version::V0x13, params)?
        .hash_password_into(password, salt, output)
}
