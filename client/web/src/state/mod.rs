//! What the page knows and decides, as plain values that native tests reach. Signals hold them; views show
//! them. Nothing here touches the browser.

pub(crate) mod contacts;
pub(crate) mod delivery;
pub(crate) mod draft;
pub(crate) mod failure;
pub(crate) mod file_kind;
pub(crate) mod file_name;
pub(crate) mod first_steps;
pub(crate) mod forgotten;
pub(crate) mod formatting;
pub(crate) mod idle;
pub(crate) mod letter;
pub(crate) mod links;
pub(crate) mod markdown;
pub(crate) mod people;
pub(crate) mod reply;
pub(crate) mod route;
pub(crate) mod search;
pub(crate) mod selection;
pub(crate) mod shortcut;
pub(crate) mod size;
pub(crate) mod time;
pub(crate) mod whose;
