//! Where things are.

use std::path::{Path, PathBuf};

use crate::client::Build;

/// The folders of this checkout that tasks read and write.
pub(crate) struct Project {
    /// The repository.
    pub(crate) root: PathBuf,
    /// Cargo's output.
    pub(crate) target: PathBuf,
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
        Self { root, target }
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
