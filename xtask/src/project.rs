//! Where things are.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::client::Build;
use crate::process::cargo;

/// The folders of this checkout that tasks read and write.
pub(crate) struct Project {
    /// The repository.
    pub(crate) root: PathBuf,
    /// Cargo's output.
    pub(crate) target: PathBuf,
    /// Whether what would make the next compiling quicker is left out.
    once: bool,
}

impl Project {
    /// The checkout that this binary was compiled in.
    pub(crate) fn here() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .unwrap_or(Path::new("."))
            .to_owned();
        let target = std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| root.join("target"), |path| root.join(path));
        let once = false;
        Self { root, target, once }
    }

    /// The same for a run that may be the only one in this checkout: unless somebody works here, several
    /// gigabytes for the next one are left out.
    pub(crate) fn for_once(self) -> Self {
        let left = std::fs::read_dir(self.target.join("debug/incremental"));
        let page = |entry: std::io::Result<std::fs::DirEntry>| {
            entry.is_ok_and(|entry| entry.file_name().as_encoded_bytes().starts_with(b"app-"))
        };
        let once = !left.is_ok_and(|mut entries| entries.any(page));
        Self { once, ..self }
    }

    /// Cargo, as the one that started this binary, in the repository.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = cargo(&self.root);
        if self.once {
            command.env("CARGO_INCREMENTAL", "0");
        }
        command
    }

    /// The finished page: what the release server embeds, and what a quick one reads.
    pub(crate) fn site(&self, build: Build) -> PathBuf {
        self.target.join(match build {
            Build::Release => "site",
            Build::Quick => "site-dev",
        })
    }

    /// The server's binary for a cargo profile folder (`release`, `debug`).
    pub(crate) fn server(&self, folder: &str) -> PathBuf {
        self.target
            .join(folder)
            .join(format!("proofsheet{}", std::env::consts::EXE_SUFFIX))
    }

    /// The compiled but not yet bound page.
    pub(crate) fn wasm(&self, build: Build) -> PathBuf {
        self.target
            .join("wasm32-unknown-unknown")
            .join(build.wasm_folder())
            .join("frontend.wasm")
    }
}
