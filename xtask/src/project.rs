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

    /// Removes the programs of tests, a hundred megabytes each, where nobody will run them again.
    pub(crate) fn forget_tests(&self) -> std::io::Result<()> {
        if !self.once {
            return Ok(());
        }
        for entry in std::fs::read_dir(self.target.join("debug/deps"))? {
            let path = entry?.path();
            // Libraries and what cargo notes have an ending.
            if path.extension().is_none() && path.is_file() {
                std::fs::remove_file(path)?;
            }
        }
        Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_programs_are_removed_and_only_in_a_run_that_is_the_only_one() {
        let target = std::env::temp_dir().join(format!("xtask-once-{}", std::process::id()));
        let deps = target.join("debug/deps");
        std::fs::create_dir_all(&deps).unwrap();
        for name in [
            "uploads-1f",
            "libstore-2a.rlib",
            "libmacros-3b.so",
            "store-2a.d",
        ] {
            std::fs::write(deps.join(name), "x").unwrap();
        }
        let count = || std::fs::read_dir(&deps).unwrap().count();
        let mut project = Project {
            root: target.clone(),
            target: target.clone(),
            once: false,
        };
        project.forget_tests().unwrap();
        assert_eq!(count(), 4);
        project.once = true;
        project.forget_tests().unwrap();
        assert_eq!(count(), 3);
        assert!(!deps.join("uploads-1f").exists());
        std::fs::remove_dir_all(target).unwrap();
    }
}
