//! `cargo xtask serve`: build what is missing, then become the gallery.

use std::process::Command;

use anyhow::Result;

use crate::client::{self, Build};
use crate::process::quietly;
use crate::project::Project;
use crate::steps::{self, Step, Steps};
use crate::{tools, workshop};

/// Builds, then runs the gallery with these arguments in place of this process.
pub(crate) fn run(verbose: bool, arguments: &[String]) -> Result<()> {
    build(verbose)?;
    let mut command = Command::new(Project::here().server("release"));
    // A bare list of flags means `proofsheet serve`; a word is one of its other commands.
    if arguments.first().is_none_or(|word| word.starts_with('-')) {
        command.arg("serve");
    }
    become_process(command.args(arguments))
}

/// Builds the release binary with the page inside.
pub(crate) fn build(verbose: bool) -> Result<()> {
    let project = Project::here();
    let mut steps = Steps::new(5, verbose);
    page(&project, Build::Release, &mut steps)?;
    steps.run("Compiling the server", |step| server(&project, step))?;
    steps::say(&format!("Ready: {}", project.server("release").display()));
    Ok(())
}

/// The four steps that make the page.
pub(crate) fn page(project: &Project, build: Build, steps: &mut Steps) -> Result<()> {
    let compiler = steps.run("Looking for the tools", tools::wasm_compiler)?;
    steps.run("Compiling the tools of this repository", |step| {
        workshop::compile(project, step)
    })?;
    steps.run("Compiling the page for the browser", |step| {
        client::compile(project, &compiler, build, step)
    })?;
    steps.run("Packing the page", |step| {
        workshop::pack(project, build, step)
    })
}

/// Compiles the release server around the finished page.
pub(crate) fn server(project: &Project, step: &Step) -> Result<()> {
    let mut command = project.cargo();
    command.args(["build", "--package", "server", "--release"]);
    quietly(
        command
            .env("PROOFSHEET_SITE", project.site(Build::Release))
            .env_remove("LEPTOS_OUTPUT_NAME"),
        step,
    )
}

#[cfg(unix)]
fn become_process(command: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    // Replacing this process lets Ctrl+C and signals reach the gallery itself.
    Err(command.exec().into())
}

#[cfg(not(unix))]
fn become_process(command: &mut Command) -> Result<()> {
    let status = command.status()?;
    anyhow::ensure!(status.success(), "the gallery stopped with {status}");
    Ok(())
}
