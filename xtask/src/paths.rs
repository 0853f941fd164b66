//! Where things lie in the workspace, and the cargo that builds them.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The workspace's folders.
pub(crate) struct Paths {
    /// The top of the work tree.
    pub(crate) root: PathBuf,
    /// `target/`, whatever the environment says, so that every step finds what another has built.
    pub(crate) target: PathBuf,
}

impl Paths {
    /// The workspace that this program belongs to.
    pub(crate) fn of_workspace() -> Self {
        let package = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = package.parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf);
        let target = root.join("target");
        Self { root, target }
    }

    /// The bundled web client.
    pub(crate) fn web(&self) -> PathBuf {
        self.target.join("web")
    }

    /// The browser tests' package.
    pub(crate) fn browser_tests(&self) -> PathBuf {
        self.root.join("tests/browser")
    }

    /// A built program.
    pub(crate) fn binary(&self, profile: &str, name: &str) -> PathBuf {
        self.target.join(profile).join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }

    /// `cargo SUBCOMMAND` in the workspace, into its own target folder.
    pub(crate) fn cargo(&self, subcommand: &str) -> Command {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.current_dir(&self.root).arg(subcommand).env("CARGO_TARGET_DIR", &self.target);
        without_own_build(&mut command);
        command
    }

    /// Another program, started at the top of the work tree.
    pub(crate) fn program(&self, name: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(name);
        command.current_dir(&self.root);
        command
    }
}

/// Cargo tells a program that it runs about its package; passed on to a build it would only make things rebuild.
fn without_own_build(command: &mut Command) {
    for (name, _) in env::vars_os() {
        let is_of_package = name.to_str().is_some_and(|name| {
            name.starts_with("CARGO_PKG_")
                || name.starts_with("CARGO_MANIFEST_")
                || name == "CARGO_PRIMARY_PACKAGE"
        });
        if is_of_package {
            command.env_remove(name);
        }
    }
}

/// Finds a program by name in `PATH`.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|candidate| candidate.is_file())
}
