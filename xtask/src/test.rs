//! `cargo xtask test`: everything that continuous integration runs, in order.
//!
//! Two profiles are built, each once: `dev` for the tests of the workspace, and the release
//! binary (with the small wasm) for the size budget and the browser tests.

use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::client::Build;
use crate::disk::Watch;
use crate::process::quietly;
use crate::project::Project;
use crate::steps::{self, Step, Steps};
use crate::{check, serve, tools, workshop};

/// The most bytes that a first visit may download before any picture, compressed. What is loaded later
/// (`app/src/later.rs`) is not among them.
const FIRST_PAGE_BUDGET: u64 = 404_000;

/// Runs every stage and stops at the first that fails.
pub(crate) fn run(verbose: bool) -> Result<()> {
    let project = Project::here().for_once();
    let mut steps = Steps::new(13, verbose);
    let room = Watch::start(vec![project.target.clone(), std::env::temp_dir()]);
    let outcome = stages(&project, &mut steps);
    steps::say(&format!("\n{}\n{}", steps.summary(), room.told()));
    outcome
}

fn stages(project: &Project, steps: &mut Steps) -> Result<()> {
    steps.run(
        "Looking for PostgreSQL, Node, a browser and fonts",
        |step| {
            tools::postgres(step)?;
            tools::node(step)?;
            tools::fonts(step)?;
            tools::chromium(step).map(|_| ())
        },
    )?;
    steps.run("Checking the formatting", |step| {
        check::formatting(project, step)
    })?;
    steps.run("Checking the server's half", |step| {
        check::lints(project, step)
    })?;
    steps.run("Checking the browser's half", |step| {
        check::browser_lints(project, step)
    })?;
    // Before the tests: it compiles each package as it is delivered, without what only tests ask of it.
    steps.run("Checking the documentation", |step| {
        documentation(project, step)
    })?;
    steps.run("Testing the workspace", |step| {
        workspace_tests(project, step)?;
        project
            .forget_tests()
            .context("removing the programs of tests")
    })?;
    serve::page(project, Build::Release, steps)?;
    steps.run("Weighing the first page", |step| budget(project, step))?;
    steps.run("Compiling the server", |step| serve::server(project, step))?;
    steps.run("Testing in the browser", |step| {
        browser_tests(project, step)
    })
}

fn workspace_tests(project: &Project, step: &Step) -> Result<()> {
    let mut command = project.cargo();
    // One run names everything that fails.
    command.args(["test", "--workspace", "--no-fail-fast"]);
    // Snapshots are compared, never rewritten.
    command.env("INSTA_UPDATE", "no");
    // A change is judged by the same inputs as the one before it; `cargo test` looks for new ones.
    command.env("PROPTEST_RNG_SEED", "7");
    quietly(&mut command, step)
}

fn documentation(project: &Project, step: &Step) -> Result<()> {
    let mut command = project.cargo();
    // For people who work on it, so private items count too.
    command.args([
        "doc",
        "--workspace",
        "--no-deps",
        "--document-private-items",
    ]);
    quietly(
        command.env(
            "RUSTDOCFLAGS",
            "--deny warnings --allow rustdoc::private-intra-doc-links",
        ),
        step,
    )
}

fn budget(project: &Project, step: &Step) -> Result<()> {
    let bytes = workshop::weigh(project, step)?;
    step.note(format!(
        "{} kB of {} kB",
        bytes / 1000,
        FIRST_PAGE_BUDGET / 1000
    ));
    ensure!(
        bytes <= FIRST_PAGE_BUDGET,
        "script, first module and style are {bytes} bytes after brotli; the budget is \
         {FIRST_PAGE_BUDGET}. What can wait belongs into app/src/later/parts.rs; \
         `twiggy top` on target/wasm32-unknown-unknown/wasm-release/frontend.wasm shows what grew"
    );
    Ok(())
}

fn browser_tests(project: &Project, step: &Step) -> Result<()> {
    let folder = project.root.join("end2end");
    let node = |program: &str| {
        let mut command = Command::new(program);
        command.current_dir(&folder);
        command.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        command
    };
    quietly(node("npm").args(["ci", "--no-audit", "--no-fund"]), step)
        .context("the packages of end2end/package-lock.json could not be installed")?;
    quietly(node("npx").args(["--no-install", "tsc", "--noEmit"]), step)?;
    let mut tests = node("npx");
    tests.args(["--no-install", "playwright", "test"]);
    tests.env("PROOFSHEET_BINARY", project.server("release"));
    tests.env("CHROMIUM", tools::chromium(step)?);
    quietly(&mut tests, step)
}
