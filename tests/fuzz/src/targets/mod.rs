//! One file a target.

pub(crate) mod address;
pub(crate) mod backup;
pub(crate) mod bodies;
pub(crate) mod bundle;
pub(crate) mod chain;
pub(crate) mod checkpoint;
pub(crate) mod config;
pub(crate) mod entry;
pub(crate) mod grant;
pub(crate) mod header;
pub(crate) mod http;
pub(crate) mod letter;
pub(crate) mod markdown;
pub(crate) mod names;
pub(crate) mod part_0;
pub(crate) mod proofs;
pub(crate) mod records;
pub(crate) mod root_share;
pub(crate) mod settings;
pub(crate) mod sign_in;
pub(crate) mod stream;
pub(crate) mod typed;
