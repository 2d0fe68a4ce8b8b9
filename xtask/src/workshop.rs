//! Calls `workshop`, the half of these tools that needs many crates.

use std::process::Command;

use anyhow::{Context, Result};

use crate::client::Build;
use crate::process::{heard, quietly};
use crate::project::Project;
use crate::steps::Step;

/// Compiles it.
pub(crate) fn compile(project: &Project, step: &Step) -> Result<()> {
    quietly(
        project.cargo().args(["build", "--package", "workshop"]),
        step,
    )
}

/// Makes the finished page of the compiled one.
pub(crate) fn pack(project: &Project, build: Build, step: &Step) -> Result<()> {
    let mut command = program(project);
    command.args(["pack", build.word()]);
    command.args([&project.root, &project.wasm(build), &project.site(build)]);
    let note = heard(&mut command, step)?;
    step.note(note.trim());
    Ok(())
}

/// What a first visit downloads before any picture: script, wasm and style, compressed, in bytes.
pub(crate) fn weigh(project: &Project, step: &Step) -> Result<u64> {
    let mut command = program(project);
    let bytes = heard(command.arg("weigh").arg(project.site(Build::Release)), step)?;
    bytes
        .trim()
        .parse()
        .with_context(|| format!("{bytes:?} is no number of bytes"))
}

/// The program itself, for a job that talks to the terminal.
pub(crate) fn program(project: &Project) -> Command {
    let name = format!("workshop{}", std::env::consts::EXE_SUFFIX);
    Command::new(project.target.join("debug").join(name))
}
