//! What the page asks of the browser, each thing in one place.

pub(crate) mod clock;
pub(crate) mod device;
pub(crate) mod dom;
pub(crate) mod save;
pub(crate) mod shell;
pub(crate) mod tabs;
pub(crate) mod trusted;
pub(crate) mod validity;
pub(crate) mod worker;
