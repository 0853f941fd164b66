//! The limits that both wings know. Those that an administrator can change travel in the portal's status.

/// Body and attachments of a message together, before encryption.
pub const MESSAGE_BYTES: u64 = 20 * 1024 * 1024;
/// Attachments of one message.
pub const ATTACHMENTS: usize = 100;
/// Recipients of one message, the sender's own copy included.
pub const RECIPIENTS: usize = 100;
/// The largest piece of a part in one request.
pub const PIECE_BYTES: usize = 1024 * 1024;
/// Encoded header.
pub const HEADER_BYTES: usize = 192 * 1024;
/// Encoded certificate, statement or policy.
pub const ENTRY_BYTES: usize = 8 * 1024;
/// Sealed key bundle.
pub const BUNDLE_BYTES: usize = 64 * 1024;
/// Sealed settings.
pub const SETTINGS_BYTES: usize = 256 * 1024;
/// Messages that the settings remember as verified.
pub const VERIFIED_MESSAGES: usize = 8000;
/// One wrap of a bundle key.
pub const WRAP_BYTES: usize = 2 * 1024;
/// What part 0 holds beside the text: subject, file names and so on.
pub const PART_0_OVERHEAD_BYTES: u64 = 192 * 1024;
/// Subject, in bytes of UTF-8.
pub const SUBJECT_BYTES: usize = 998;
/// A file's name, in bytes of UTF-8.
pub const FILE_NAME_BYTES: usize = 1024;
/// A person's or a unit's name, in bytes of UTF-8.
pub const NAME_BYTES: usize = 256;
/// Signed checkpoint of the directory's log, with the lines of its witnesses.
pub const CHECKPOINT_BYTES: usize = 16 * 1024;
/// Encoded history proof of one subject of the directory.
pub const HISTORY_PROOF_BYTES: usize = 4 * 1024 * 1024;
