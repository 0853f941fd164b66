//! The pages, one a file, and the frame around them.

pub(crate) mod account_menu;
pub(crate) mod attachments;
pub(crate) mod compose;
pub(crate) mod forgotten;
pub(crate) mod initial_password;
pub(crate) mod invitations;
pub(crate) mod mailbox;
pub(crate) mod message;
pub(crate) mod message_list;
pub(crate) mod not_found;
pub(crate) mod password;
pub(crate) mod print_area;
pub(crate) mod recipients;
pub(crate) mod setup;
pub(crate) mod shell;
pub(crate) mod staff;
pub(crate) mod start;
pub(crate) mod welcome;
