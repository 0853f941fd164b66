//! What lies in the server's store: an auditor and a restored backup read it from outside.

use crypto_core::wire::records::{self, Record};

fn same<T: Record>(bytes: &[u8]) -> bool {
    let Ok(record) = T::from_bytes(bytes) else { return false };
    assert_eq!(record.to_bytes(), bytes, "one record has one encoding");
    true
}

macro_rules! kinds {
    ($($name:ident)*) => {
        /// The first byte is the kind, as in a store key.
        pub(crate) fn run(data: &[u8]) -> bool {
            let Some((kind, bytes)) = data.split_first() else { return false };
            $(if *kind == records::Kind::$name as u8 {
                return same::<records::$name>(bytes);
            })*
            false
        }

        const KINDS: usize = [$(stringify!($name)),*].len();
    };
}

kinds! {
    Deployment Portal SetupLink Account AddressIndex Credential Bundle Entry EntryIndex History EntryCounter Session
    SessionIndex Upload UploadPart UploadIndex Part Message Holding FolderIndex Acquaintance InvitationIndex Usage
    Colleague Mail Settings Closed ExpiryIndex ReminderMark InactivityWarning MailFailure SecurityEvent MessageGrants
    RecoveryKey PasswordRequest Reset PasswordDemand SecondFactor Draft Delivery BinIndex Lock RootShare Rules
    DirectoryTree DirectoryNode DirectoryVersion Epoch EpochProof LogNode Cosignature Resignation RemovedEntry
}

const _: () = assert!(KINDS == records::RECORDS.len(), "a new record is missing above");
