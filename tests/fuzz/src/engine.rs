//! libFuzzer over the target that `KBS_FUZZ_TARGET` names; `cargo xtask fuzz` starts it.
#![no_main]

use std::sync::LazyLock;

static RUN: LazyLock<fn(&[u8]) -> bool> = LazyLock::new(|| {
    let name = std::env::var("KBS_FUZZ_TARGET").expect("KBS_FUZZ_TARGET names a target");
    fuzz::target(&name).expect("a target of this name").run
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    RUN(data);
});
