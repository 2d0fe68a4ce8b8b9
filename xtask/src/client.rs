//! The browser's half, compiled for wasm32.

use anyhow::Result;

use crate::process::quietly;
use crate::project::Project;
use crate::steps::Step;
use crate::tools::WasmCompiler;

/// How the page is compiled: small, or quickly.
#[derive(Clone, Copy)]
pub(crate) enum Build {
    /// What users get.
    Release,
    /// For `cargo xtask dev`: no optimisation, assertions on.
    Quick,
}

impl Build {
    /// The workshop's word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Quick => "quick",
        }
    }

    /// Cargo's name of the profile for the browser's half.
    pub(crate) fn wasm_profile(self) -> &'static str {
        match self {
            Self::Release => "wasm-release",
            Self::Quick => "dev",
        }
    }

    /// The folder under `target/<triple>` that this profile writes.
    pub(crate) fn wasm_folder(self) -> &'static str {
        match self {
            Self::Release => "wasm-release",
            Self::Quick => "debug",
        }
    }
}

/// Compiles `frontend`.
///
/// `LEPTOS_OUTPUT_NAME` must stay unset here and for the server: with it, Leptos asks for
/// `proofsheet.wasm`; without it, for `proofsheet_bg.wasm`, which is what wasm-bindgen writes.
pub(crate) fn compile(
    project: &Project,
    compiler: &WasmCompiler,
    build: Build,
    step: &Step,
) -> Result<()> {
    let mut command = match compiler {
        WasmCompiler::Rustup => project.cargo(),
        WasmCompiler::Debian => {
            let mut command = std::process::Command::new("/usr/bin/cargo");
            command
                .current_dir(&project.root)
                .env("RUSTC", "/usr/bin/rustc")
                .env("RUSTC_BOOTSTRAP", "1")
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-ld")
                .env_remove("RUSTUP_TOOLCHAIN");
            command
        }
    };
    command.args([
        "rustc",
        "--package",
        "frontend",
        "--lib",
        "--target",
        "wasm32-unknown-unknown",
    ]);
    command.args(["--profile", build.wasm_profile()]);
    if matches!(compiler, WasmCompiler::Debian) {
        command.arg("-Zbuild-std=std,panic_abort");
    }
    // Without relocations nobody could cut the page into parts.
    command.args(["--", "-Clink-arg=--emit-relocs"]);
    quietly(command.env_remove("LEPTOS_OUTPUT_NAME"), step)
}
