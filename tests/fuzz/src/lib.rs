//! Whatever reads bytes from outside, each as a function that takes any bytes and panics if a promise is broken.
//!
//! A promise is more than not to panic: what is accepted is the one encoding of what was read, a name is safe, nothing
//! that was altered opens. `tests/corpus.rs` feeds the inputs of `corpus/` and mutations of them to each target in every
//! test run; `cargo xtask fuzz` looks for new ones with libFuzzer.

mod input;
pub mod seeds;
mod targets;
mod world;

/// Something that reads bytes from outside.
pub struct Target {
    /// Its name, and that of its folder in `corpus/`.
    pub name: &'static str,
    /// Reads any bytes, and tells whether it accepted them.
    pub run: fn(&[u8]) -> bool,
    /// How many mutations of an input the ordinary test tries: fewer where one takes long.
    pub mutations: u32,
}

macro_rules! targets {
    ($($name:ident: $mutations:literal,)*) => {
        /// All of them.
        pub const TARGETS: &[Target] = &[$(Target {
            name: stringify!($name),
            run: targets::$name::run,
            mutations: $mutations,
        },)*];
    };
}

targets! {
    address: 500,
    backup: 500,
    bodies: 300,
    bundle: 100,
    chain: 50,
    checkpoint: 300,
    config: 50,
    entry: 200,
    grant: 20,
    header: 500,
    http: 3,
    letter: 100,
    markdown: 500,
    names: 500,
    part_0: 20,
    proofs: 100,
    records: 200,
    root_share: 20,
    settings: 300,
    sign_in: 100,
    stream: 20,
    typed: 300,
}

/// The target of this name.
#[must_use]
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
