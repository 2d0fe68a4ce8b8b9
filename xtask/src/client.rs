//! The browser's half: compiled for wasm32, then bound to JavaScript.
//!
//! The binding is done by wasm-bindgen's own library, whose version Cargo.lock pins beside the
//! crate's, so the two can never differ. wasm-opt is not used: after brotli it saves nothing.

use std::path::Path;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::process::{cargo, quietly};
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
        WasmCompiler::Rustup => cargo(&project.root),
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
        "build",
        "--package",
        "frontend",
        "--target",
        "wasm32-unknown-unknown",
    ]);
    command.args(["--profile", build.wasm_profile()]);
    if matches!(compiler, WasmCompiler::Debian) {
        command.arg("-Zbuild-std=std,panic_abort");
    }
    quietly(command.env_remove("LEPTOS_OUTPUT_NAME"), step)
}

/// Writes `proofsheet.js`, `proofsheet_bg.wasm` and the JavaScript snippets of crates to `folder`.
pub(crate) fn bind(wasm: &Path, folder: &Path, build: Build) -> Result<()> {
    let quick = matches!(build, Build::Quick);
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(wasm)
        .out_name("proofsheet")
        .typescript(false)
        .debug(quick);
    bindgen
        .remove_name_section(!quick)
        .remove_producers_section(!quick);
    bindgen
        .web(true)
        .and_then(|bindgen| bindgen.generate(folder))
        .with_context(|| format!("binding {} to JavaScript", wasm.display()))
}
