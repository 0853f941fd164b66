//! Every input of the corpus, and mutations of it, at its target: the part of fuzzing that runs with all other tests.
//!
//! `KBS_WRITE_SEEDS=1 cargo test -p fuzz` writes the seeds anew, which is needed only together with a new format; what
//! a run of the engine found stays. An input that has once broken a promise is kept in its target's folder.

use fuzz::{TARGETS, Target, seeds};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::{fs, thread};

/// Longer inputs cost time and find nothing.
const LONGEST: usize = 64 * 1024;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

#[test]
fn promises_hold_for_the_corpus_and_what_is_near_it() {
    if std::env::var_os("KBS_WRITE_SEEDS").is_some() {
        TARGETS.iter().for_each(write_seeds);
    }
    let broken: Vec<String> = thread::scope(|scope| {
        let running: Vec<_> = TARGETS.iter().map(|target| scope.spawn(|| broken_by(target))).collect();
        running.into_iter().filter_map(|it| it.join().expect("a thread")).collect()
    });
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_target_has_a_corpus_and_every_corpus_a_target() {
    let folders =
        fs::read_dir(corpus()).expect("the corpus").map(|folder| folder.expect("a folder").file_name());
    let mut folders: Vec<String> = folders.map(|name| name.to_string_lossy().into_owned()).collect();
    folders.sort_unstable();
    assert!(TARGETS.iter().map(|target| target.name).eq(folders));
    assert!(TARGETS.iter().all(|target| !inputs(target).is_empty()));
}

#[test]
fn every_body_of_the_api_is_read_by_a_target() {
    assert_eq!(seeds::unknown_bodies(), [""; 0]);
}

/// The first input that breaks a promise of this target. Where nothing is accepted, nothing was promised.
fn broken_by(target: &Target) -> Option<String> {
    let inputs = inputs(target);
    let mut accepted = 0;
    for (name, input) in &inputs {
        match outcome(target, input) {
            Ok(is_accepted) => accepted += u32::from(is_accepted),
            Err(why) => return Some(format!("{} with {name}: {why}", target.name)),
        }
    }
    if accepted == 0 {
        return Some(format!("{} accepts nothing of its corpus", target.name));
    }
    for (at, (name, input)) in inputs.iter().enumerate() {
        let mut rng = ChaCha20Rng::seed_from_u64(at as u64);
        for number in 0..target.mutations {
            let other = &inputs[below(&mut rng, inputs.len())].1;
            let mutated = mutated(input, other, &mut rng);
            if let Err(why) = outcome(target, &mutated) {
                let hex: String = mutated.iter().map(|byte| format!("{byte:02x}")).collect();
                return Some(format!("{} with mutation {number} of {name}: {why}\n{hex}", target.name));
            }
        }
    }
    None
}

/// Whether it was accepted, or what the panic said.
fn outcome(target: &Target, input: &[u8]) -> Result<bool, String> {
    catch_unwind(AssertUnwindSafe(|| (target.run)(input))).map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        text.or_else(|| panic.downcast_ref::<&str>().map(|it| (*it).to_owned())).unwrap_or_default()
    })
}

fn inputs(target: &Target) -> Vec<(String, Vec<u8>)> {
    let folder = corpus().join(target.name);
    let Ok(files) = fs::read_dir(folder) else { return Vec::new() };
    let mut inputs: Vec<(String, Vec<u8>)> = files
        .map(|file| file.expect("a file").path())
        .map(|path| {
            (path.file_name().expect("a name").to_string_lossy().into_owned(), fs::read(path).expect("bytes"))
        })
        .collect();
    inputs.sort_unstable();
    inputs
}

/// One to four changes, each somewhere.
fn mutated(input: &[u8], other: &[u8], rng: &mut ChaCha20Rng) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..=below(rng, 4) {
        let at = below(rng, bytes.len() + 1);
        let end = at + below(rng, (bytes.len() - at).min(64) + 1);
        match below(rng, 7) {
            0 => drop(bytes.drain(at..end)),
            1 => bytes.truncate(at),
            2 => drop(bytes.splice(at..at, random(rng))),
            3 => drop(bytes.splice(at..end, random(rng))),
            4 => bytes.extend_from_within(at..end),
            5 => {
                let from = below(rng, other.len() + 1);
                let until = from + below(rng, (other.len() - from).min(64) + 1);
                drop(bytes.splice(at..end, other[from..until].iter().copied()));
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << below(rng, 8);
                }
            }
        }
    }
    bytes.truncate(LONGEST);
    bytes
}

fn random(rng: &mut ChaCha20Rng) -> Vec<u8> {
    let mut bytes = vec![0; 1 + below(rng, 8)];
    match below(rng, 3) {
        0 => bytes.fill(0xff),
        1 => bytes.fill(0),
        _ => rng.fill_bytes(&mut bytes),
    }
    bytes
}

fn below(rng: &mut ChaCha20Rng, end: usize) -> usize {
    rng.next_u32() as usize % end.max(1)
}

fn write_seeds(target: &Target) {
    let folder = corpus().join(target.name);
    fs::create_dir_all(&folder).expect("a folder");
    for (name, bytes) in seeds::of(target.name) {
        fs::write(folder.join(name), bytes).expect("written");
    }
}
