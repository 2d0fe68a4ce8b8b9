//! The programs that a fresh machine may lack: found, installed, or named with the exact command.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{self, answer, find};
use crate::steps::Step;

/// The compiler for the browser's half.
pub(crate) enum WasmCompiler {
    /// The same toolchain as everything else.
    Rustup,
    /// Debian's `rustc-web`, which compiles the standard library from source.
    Debian,
}

/// Makes sure that something can compile for wasm32-unknown-unknown.
pub(crate) fn wasm_compiler(step: &Step) -> Result<WasmCompiler> {
    if wasm_library_present() {
        return Ok(WasmCompiler::Rustup);
    }
    step.note("added the wasm32 target");
    if answer("rustup", &["target", "add", "wasm32-unknown-unknown"]).is_some()
        && wasm_library_present()
    {
        return Ok(WasmCompiler::Rustup);
    }
    if Path::new("/usr/share/rustc-web-src").exists() || debian_web_toolchain(step).is_ok() {
        step.note("using Debian's rustc-web for the browser's half");
        return Ok(WasmCompiler::Debian);
    }
    bail!(
        "the standard library for wasm32-unknown-unknown is missing. Install it with\n\
         \n    rustup target add wasm32-unknown-unknown\n\n\
         or, on Debian without access to static.rust-lang.org, with\n\
         \n    sudo apt-get install rustc-web cargo-web rust-web-src lld\n"
    )
}

fn wasm_library_present() -> bool {
    answer("rustc", &["--print", "sysroot"]).is_some_and(|root| {
        Path::new(&root)
            .join("lib/rustlib/wasm32-unknown-unknown/lib")
            .is_dir()
    })
}

fn debian_web_toolchain(step: &Step) -> Result<()> {
    apt(
        &["rustc-web", "cargo-web", "rust-web-src", "lld"],
        "the wasm32 compiler",
        step,
    )
}

/// A Chromium for the browser tests.
pub(crate) fn chromium(step: &Step) -> Result<PathBuf> {
    let names = [
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ];
    if let Some(path) = find(&names) {
        return Ok(path);
    }
    apt(
        &["chromium", "fonts-liberation"],
        "a browser for the browser tests",
        step,
    )?;
    find(&names).context("Chromium was installed but is not on the search path")
}

/// Node and npm, which only the browser tests need.
pub(crate) fn node(step: &Step) -> Result<()> {
    if find(&["npm"]).is_none() || find(&["node"]).is_none() {
        apt(&["nodejs", "npm"], "Node for the browser tests", step)?;
    }
    let version = answer("node", &["--version"]).unwrap_or_default();
    let major: u32 = version
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|text| text.parse().ok())
        .unwrap_or(0);
    if major < 18 {
        bail!(
            "Node 18 or newer is needed for the browser tests; `node --version` says {version:?}"
        );
    }
    Ok(())
}

/// The program that tells which system calls another one makes.
pub(crate) fn strace(step: &Step) -> Result<()> {
    if find(&["strace"]).is_none() {
        apt(&["strace"], "strace to watch what reaches the disk", step)?;
    }
    Ok(())
}

/// The programs of a PostgreSQL server, which the store's tests start on their own.
pub(crate) fn postgres(step: &Step) -> Result<()> {
    if postgres_programs().is_some() {
        return Ok(());
    }
    apt(&["postgresql"], "PostgreSQL for the store's tests", step)?;
    postgres_programs()
        .map(|_| ())
        .context("PostgreSQL was installed but `initdb` is nowhere")
}

fn postgres_programs() -> Option<PathBuf> {
    if let Some(found) = find(&["initdb"]) {
        return Some(found);
    }
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    versions
        .flatten()
        .map(|entry| entry.path().join("bin/initdb"))
        .find(|path| path.is_file())
}

/// At least one font, without which screenshots show boxes.
pub(crate) fn fonts(step: &Step) -> Result<()> {
    if answer("fc-list", &[]).is_some_and(|list| !list.is_empty()) {
        return Ok(());
    }
    apt(
        &["fontconfig", "fonts-dejavu-core", "fonts-liberation"],
        "fonts for the browser tests",
        step,
    )
}

/// Installs packages when this is a Debian-like system and no password is needed.
fn apt(packages: &[&str], purpose: &str, step: &Step) -> Result<()> {
    let by_hand = format!("sudo apt-get install -y {}", packages.join(" "));
    let root = answer("id", &["-u"]).as_deref() == Some("0");
    let sudo = !root && answer("sudo", &["-n", "true"]).is_some();
    if find(&["apt-get"]).is_none() || !(root || sudo) {
        bail!("{purpose} is missing. Install it with\n\n    {by_hand}\n");
    }
    let command = || {
        let mut command = if root {
            Command::new("apt-get")
        } else {
            let mut command = Command::new("sudo");
            command.args(["-n", "apt-get"]);
            command
        };
        command
            .env("DEBIAN_FRONTEND", "noninteractive")
            .args(["-o", "Acquire::Retries=3"]);
        command
    };
    step.note(format!("installed {}", packages.join(", ")));
    // The lists of a fresh container are empty; a failed update is no reason not to try.
    let _ = process::quietly(command().arg("update"), step);
    process::quietly(
        command()
            .args(["install", "-y", "--no-install-recommends"])
            .args(packages),
        step,
    )
    .with_context(|| format!("{purpose} could not be installed; by hand:\n\n    {by_hand}\n"))
}
