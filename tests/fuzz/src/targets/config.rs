//! The server's configuration file.

use server::config::{Config, Flags};
use std::cell::RefCell;
use std::io::{Seek, Write};
use tempfile::NamedTempFile;

thread_local! {
    static FILE: RefCell<NamedTempFile> = RefCell::new(NamedTempFile::new().expect("a file"));
}

pub(crate) fn run(data: &[u8]) -> bool {
    FILE.with_borrow_mut(|file| {
        file.as_file()
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(data))
            .expect("written");
        match Config::load(Some(file.path()), &Flags::default()) {
            Ok(config) => {
                check(&config);
                true
            }
            Err(error) => {
                assert!(error.to_string().starts_with("configuration: "), "a sentence");
                false
            }
        }
    })
}

fn check(config: &Config) {
    let url = config.public_url(config.listen);
    assert!(url.starts_with("https://") || url.starts_with("http://"), "{url}");
    assert!(!url.ends_with('/') && !url.contains(['@', '?', '#']), "{url}");
    assert!(config.limits.message_bytes <= config.limits.storage_bytes);
    assert!((1..=100).contains(&config.limits.recipients));
    assert_eq!(config.tls.certificate.is_some(), config.tls.key.is_some());
}
