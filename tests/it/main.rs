//! The server's real process against the real client, as code.
