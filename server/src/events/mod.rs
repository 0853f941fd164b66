//! Security events: a closed set, append-only, pseudonymous (accounts by number, never by address).
