//! Every domain-separation label of the suite.
//!
//! Format: `kbs/v1/<purpose>`, ASCII, no NUL. Each derivation, signature, HPKE info and AEAD associated data
//! starts with its own label; where bytes of free length follow, a `0x00` stands between. One key, one purpose.
//!
//! Invariant: no two constants have the same text (tested).

/// A domain-separation label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label(&'static str);

impl Label {
    /// The label as it enters hashes, infos and associated data.
    #[must_use]
    pub const fn as_bytes(self) -> &'static [u8] {
        self.0.as_bytes()
    }

    /// `label ‖ 0x00 ‖ parts…`: the only way in which a label is put in front of other bytes of free length.
    #[must_use]
    pub fn prefix(self, parts: &[&[u8]]) -> Vec<u8> {
        let length = self.0.len() + 1 + parts.iter().map(|part| part.len()).sum::<usize>();
        let mut bytes = Vec::with_capacity(length);
        bytes.extend_from_slice(self.as_bytes());
        bytes.push(0);
        for part in parts {
            bytes.extend_from_slice(part);
        }
        bytes
    }
}

macro_rules! labels {
    ($($(#[$doc:meta])+ $name:ident = $purpose:literal;)+) => {
        impl Label {
            $($(#[$doc])+ pub const $name: Label = Label(concat!("kbs/v1/", $purpose));)+

            #[cfg(test)]
            const ALL: &[Label] = &[$(Label::$name),+];
        }
    };
}

labels! {
    /// Context of the OPAQUE handshake.
    OPAQUE_CONTEXT = "opaque-context";
    /// Identity of the server in the OPAQUE handshake.
    OPAQUE_SERVER = "opaque-server";
    /// Key-encryption key from OPAQUE's export key.
    OPAQUE_KEK = "opaque-kek";
    /// Associated data of a key bundle.
    BUNDLE = "bundle";
    /// The bundle key wrapped under the password's key.
    WRAP_PASSWORD = "wrap-password";
    /// The bundle key sealed to the recovery pair.
    WRAP_RECOVERY = "wrap-recovery";
    /// The bundle key wrapped under a session's resume key.
    WRAP_RESUME = "wrap-resume";
    /// Encryption key of one wrap.
    WRAP_KEY = "wrap-key";
    /// Key commitment of one wrap.
    WRAP_COMMIT = "wrap-commit";
    /// Issuer's signature of a certificate.
    CERTIFICATE = "certificate";
    /// Subject's proof of possession in a certificate.
    CERTIFICATE_PROOF = "certificate-proof";
    /// Signature of a statement.
    STATEMENT = "statement";
    /// Root's signature of a policy.
    POLICY = "policy";
    /// Hash of a message header.
    HEADER = "header";
    /// HPKE info of a message's content key.
    MESSAGE_HPKE = "message-hpke";
    /// Key of part 0.
    MESSAGE_PART = "message-part";
    /// Signature of a header, and the key that seals it.
    MESSAGE_SIGNATURE = "message-signature";
    /// Commitment to a content key.
    MESSAGE_COMMIT = "message-commit";
    /// Signature of a grant.
    GRANT = "grant";
    /// HPKE info of a grant's content key.
    GRANT_HPKE = "grant-hpke";
    /// Sealed settings of an account.
    SETTINGS = "settings";
    /// Sealed draft.
    DRAFT = "draft";
    /// Server's key from a session token, wrapping the resume key.
    RESUME_TOKEN = "resume-token";
    /// Server's wrap of a resume key.
    RESUME_KEY = "resume-key";
    /// Stored identifier of a session.
    SESSION_TOKEN = "session-token";
    /// Signing seed from a recovery code.
    RECOVERY_SIGN = "recovery-sign";
    /// X-Wing seed from a recovery code.
    RECOVERY_HPKE = "recovery-hpke";
    /// Proof that asks for wrap and bundle.
    RECOVERY_FETCH = "recovery-fetch";
    /// Proof that replaces record, bundle and wraps.
    RECOVERY_COMMIT = "recovery-commit";
    /// Check characters of a recovery code.
    RECOVERY_CHECK = "recovery-check";
    /// Stored hash of the token in a set-up link.
    SETUP_TOKEN = "setup-token";
    /// HPKE info of the root's seed for a further administrator.
    ROOT_SHARE = "root-share";
    /// Check characters of the root's printed copy.
    ROOT_COPY = "root-copy";
    /// Server's key from its secrets, sealing the seeds of second factors, and their associated data.
    SECOND_FACTOR_SEED = "second-factor-seed";
    /// Stored hash of a backup code of a second factor.
    SECOND_FACTOR_BACKUP = "second-factor-backup";
    /// Separates the hashes of the key directory's tree.
    DIRECTORY = "directory";
    /// Subject of the key directory.
    DIRECTORY_LABEL = "directory-label";
    /// Epoch of the key directory as a leaf of its log.
    DIRECTORY_EPOCH = "directory-epoch";
    /// OPAQUE credential identifier of an address.
    CREDENTIAL_ID = "credential-id";
}

#[cfg(test)]
mod tests {
    use super::Label;
    use std::collections::BTreeSet;

    #[test]
    fn labels_are_unique_and_well_formed() {
        let texts: BTreeSet<&str> = Label::ALL.iter().map(|label| label.0).collect();
        assert_eq!(texts.len(), Label::ALL.len(), "two purposes share a label");
        for text in texts {
            let purpose = text.strip_prefix("kbs/v1/").unwrap();
            assert!(
                !purpose.is_empty() && purpose.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'),
                "{text}"
            );
        }
    }

    #[test]
    fn prefix_separates_label_and_data() {
        assert_eq!(Label::DRAFT.prefix(&[b"a", b"bc"]), b"kbs/v1/draft\0abc");
    }
}
