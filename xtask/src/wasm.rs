//! Builds crates as WebAssembly, by the toolchain's own standard library or by Debian's.
//!
//! First way: `wasm32-unknown-unknown` is installed for the toolchain, or rustup can add it. Second way: Debian's
//! packages `rustc-web` and `rust-web-src` with our cargo, which builds the standard library from its source.
//! `KBS_WASM=toolchain` or `KBS_WASM=debian` names the way instead.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::paths::{Paths, find_program};
use crate::{needs, run};

/// The target of every module of the browser.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_LIBRARY: &str = "/usr/lib/rustlib/src/rust/library/Cargo.lock";

/// A way to compile for WebAssembly that is ready to be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// The toolchain's own compiler and standard library.
    Toolchain,
    /// Debian's compiler, and the standard library from source.
    Debian,
}

/// What is known about the machine so far.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    wanted: Option<Way>,
    has_target: bool,
    rustup_refused: bool,
    has_debian: bool,
    debian_refused: bool,
}

/// What to do next on the way to a compiler.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Use(Way),
    AddTarget,
    InstallDebian,
    GiveUp,
}

fn next_step(known: Known) -> Step {
    let toolchain = known.wanted != Some(Way::Debian);
    let debian = known.wanted != Some(Way::Toolchain);
    if toolchain && known.has_target {
        Step::Use(Way::Toolchain)
    } else if toolchain && !known.rustup_refused {
        Step::AddTarget
    } else if debian && known.has_debian {
        Step::Use(Way::Debian)
    } else if debian && !known.debian_refused {
        Step::InstallDebian
    } else {
        Step::GiveUp
    }
}

/// Builds for the browser.
pub(crate) struct Compiler {
    way: Way,
    sysroot: PathBuf,
    host: String,
}

impl Compiler {
    /// Finds a way to compile for WebAssembly, installing what is missing.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) fn find(paths: &Paths) -> Result<Self> {
        let sysroot = PathBuf::from(run::read(paths.program("rustc").args(["--print", "sysroot"]))?.trim());
        let host = host_of(&run::read(paths.program("rustc").arg("-vV"))?)?;
        let mut known = Known { wanted: wanted_way()?, ..Known::default() };
        loop {
            known.has_target = has_target(&sysroot);
            known.has_debian = Path::new(DEBIAN_RUSTC).is_file() && Path::new(DEBIAN_LIBRARY).is_file();
            match next_step(known) {
                Step::Use(way) => return Ok(Self { way, sysroot, host }),
                Step::AddTarget => known.rustup_refused = !target_added(paths, &sysroot),
                Step::InstallDebian => {
                    needs::install_debian(&["rustc-web", "rust-web-src"])?;
                    known.debian_refused = true;
                }
                Step::GiveUp => bail!(
                    "This machine cannot compile for {TARGET}: rustup does not add the target, and Debian's packages \
                     rustc-web and rust-web-src are not there."
                ),
            }
        }
    }

    /// Builds one artefact of a package (`selection`, such as `--lib`) and gives the folder that it lies in.
    ///
    /// # Errors
    /// When it does not compile.
    pub(crate) fn build(&self, paths: &Paths, profile: &str, selection: &[&str]) -> Result<PathBuf> {
        let folder = paths.target.join("wasm");
        let mut cargo = paths.cargo("build");
        cargo.args(["--target", TARGET, "--profile", profile, "--target-dir"]).arg(&folder).args(selection);
        cargo.env("CARGO_ENCODED_RUSTFLAGS", self.flags(paths).join("\u{1f}")).env_remove("RUSTFLAGS");
        if self.way == Way::Debian {
            self.through_debian(&mut cargo);
        }
        run::run(&mut cargo)?;
        Ok(folder.join(TARGET).join(profile))
    }

    /// SIMD; relocations, which the bundler needs to split a module; and no folder of this machine in the module's
    /// panic messages, so that equal sources make equal bytes.
    fn flags(&self, paths: &Paths) -> Vec<String> {
        let cargo_home = env::var_os("CARGO_HOME")
            .map(PathBuf::from)
            .or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")));
        let library = match self.way {
            Way::Toolchain => self.sysroot.join("lib/rustlib/src/rust"),
            Way::Debian => PathBuf::from("/usr/lib/rustlib/src/rust"),
        };
        let mut flags = vec!["-Ctarget-feature=+simd128".to_owned(), "-Clink-arg=--emit-relocs".to_owned()];
        flags.push(format!("--remap-path-prefix={}=rust", library.display()));
        if let Ok(real) = library.canonicalize() {
            flags.push(format!("--remap-path-prefix={}=rust", real.display()));
        }
        flags.extend(cargo_home.map(|home| format!("--remap-path-prefix={}=cargo", home.display())));
        // A quick build is for this machine: several trees share what they do not change.
        if !crate::web::is_quick() {
            // The types of Leptos' components would make the page's module a twentieth larger.
            flags.push("--cfg=erase_components".to_owned());
            flags.push(format!("--remap-path-prefix={}=portal", paths.root.display()));
        }
        flags
    }

    fn through_debian(&self, cargo: &mut Command) {
        let linker = self.sysroot.join("lib/rustlib").join(&self.host).join("bin/rust-lld");
        cargo
            .arg("-Zbuild-std=std,panic_abort")
            .env("RUSTC", DEBIAN_RUSTC)
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
    }
}

fn wanted_way() -> Result<Option<Way>> {
    match env::var("KBS_WASM").as_deref() {
        Ok("toolchain") => Ok(Some(Way::Toolchain)),
        Ok("debian") => Ok(Some(Way::Debian)),
        Ok(_) => bail!("KBS_WASM knows the values toolchain and debian only."),
        Err(_) => Ok(None),
    }
}

fn has_target(sysroot: &Path) -> bool {
    sysroot.join("lib/rustlib").join(TARGET).join("lib").is_dir()
}

fn target_added(paths: &Paths, sysroot: &Path) -> bool {
    if find_program("rustup").is_none() {
        return false;
    }
    run::heading("The compiler's target for WebAssembly");
    let is_added =
        run::run(paths.program("rustup").args(["target", "add", TARGET])).is_ok() && has_target(sysroot);
    if !is_added {
        println!("rustup could not add the target, so Debian's compiler is used.");
    }
    is_added
}

fn host_of(version: &str) -> Result<String> {
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc does not say which machine it is for.")?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_installed_target_is_used() {
        assert_eq!(next_step(Known { has_target: true, ..Known::default() }), Step::Use(Way::Toolchain));
    }

    #[test]
    fn rustup_is_asked_before_debian() {
        assert_eq!(next_step(Known { has_debian: true, ..Known::default() }), Step::AddTarget);
    }

    #[test]
    fn debian_follows_when_rustup_refuses() {
        let refused = Known { rustup_refused: true, ..Known::default() };
        assert_eq!(next_step(refused), Step::InstallDebian);
        assert_eq!(next_step(Known { has_debian: true, ..refused }), Step::Use(Way::Debian));
        assert_eq!(next_step(Known { debian_refused: true, ..refused }), Step::GiveUp);
    }

    #[test]
    fn a_wanted_way_is_the_only_one() {
        let debian = Known { wanted: Some(Way::Debian), has_target: true, ..Known::default() };
        assert_eq!(next_step(debian), Step::InstallDebian);
        assert_eq!(next_step(Known { has_debian: true, ..debian }), Step::Use(Way::Debian));
        let toolchain =
            Known { wanted: Some(Way::Toolchain), has_debian: true, rustup_refused: true, ..debian };
        assert_eq!(next_step(Known { has_target: false, ..toolchain }), Step::GiveUp);
    }

    #[test]
    fn the_host_is_read_from_the_compilers_version() {
        let version = "rustc 1.95.0\nbinary: rustc\nhost: x86_64-unknown-linux-gnu\nrelease: 1.95.0\n";
        assert_eq!(host_of(version).unwrap(), "x86_64-unknown-linux-gnu");
        assert!(host_of("rustc 1.95.0").is_err());
    }
}
