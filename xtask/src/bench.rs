//! `cargo xtask bench`: measures the release gallery beside what this machine allows.

use anyhow::{Context, Result, ensure};

use crate::project::Project;
use crate::{serve, workshop};

/// Builds and measures; fails when a gate is missed. `--built` measures the release binary that is
/// there; the other words are for the workshop.
pub(crate) fn run(verbose: bool, arguments: &[String]) -> Result<()> {
    let project = Project::here();
    if !arguments.iter().any(|word| word == "--built") {
        serve::build(verbose)?;
    }
    let status = workshop::program(&project)
        .arg("bench")
        .args([&project.root, &project.target.join("bench")])
        .arg(project.server("release"))
        .args(arguments)
        .status()
        .context("the workshop could not be started; run without --built once")?;
    ensure!(
        status.success(),
        "a gate was missed or a measurement failed"
    );
    Ok(())
}
