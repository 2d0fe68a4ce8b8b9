//! `cargo xtask check`: formatting and lints, host and browser.

use anyhow::Result;

use crate::process::quietly;
use crate::project::Project;
use crate::steps::{Step, Steps};
use crate::tools;

/// Stops at the first thing that is not clean.
pub(crate) fn run(verbose: bool) -> Result<()> {
    let project = Project::here();
    let mut steps = Steps::new(3, verbose);
    steps.run("Checking the formatting", |step| formatting(&project, step))?;
    steps.run("Checking the server's half", |step| lints(&project, step))?;
    steps.run("Checking the browser's half", |step| {
        browser_lints(&project, step)
    })
}

/// `cargo fmt --check`.
pub(crate) fn formatting(project: &Project, step: &Step) -> Result<()> {
    quietly(project.cargo().args(["fmt", "--all", "--check"]), step)
}

/// Clippy on everything that runs on this machine.
pub(crate) fn lints(project: &Project, step: &Step) -> Result<()> {
    let mut command = project.cargo();
    command.args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "--deny",
        "warnings",
    ]);
    quietly(&mut command, step)
}

/// Clippy on what runs in the browser; the rest of the workspace does not compile there.
pub(crate) fn browser_lints(project: &Project, step: &Step) -> Result<()> {
    if matches!(tools::wasm_compiler(step)?, tools::WasmCompiler::Debian) {
        step.note(
            "skipped: Debian's web toolchain has no clippy; the build below compiles the same code",
        );
        return Ok(());
    }
    let mut command = project.cargo();
    command.args([
        "clippy",
        "--package",
        "frontend",
        "--package",
        "app",
        "--package",
        "domain",
    ]);
    command.args([
        "--target",
        "wasm32-unknown-unknown",
        "--",
        "--deny",
        "warnings",
    ]);
    quietly(&mut command, step)
}
