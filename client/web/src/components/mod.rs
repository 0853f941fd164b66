//! Presentational pieces: they show what they are given and fetch nothing.

pub(crate) mod address;
pub(crate) mod dialog;
pub(crate) mod failure_note;
pub(crate) mod field;
pub(crate) mod file_icon;
pub(crate) mod heading;
pub(crate) mod language_switch;
pub(crate) mod markdown;
pub(crate) mod new_password;
pub(crate) mod table;
pub(crate) mod try_again;
