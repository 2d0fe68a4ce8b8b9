//! `cargo xtask dev`: quick builds, and a restart whenever a source file changes.
//!
//! The server is started with `--site`, so a change of a style sheet needs no compiler at all.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use anyhow::Result;

use crate::client::Build;
use crate::process::quietly;
use crate::project::Project;
use crate::serve;
use crate::steps::{self, Steps};

/// What is watched, below the repository.
const WATCHED: [&str; 8] = [
    "app",
    "crates",
    "frontend",
    "migrations",
    "public",
    "server",
    "style",
    "Cargo.toml",
];

/// How often the files are looked at: a few thousand `stat` calls, well under a millisecond each.
const PAUSE: Duration = Duration::from_millis(700);

/// Runs until it is stopped.
pub(crate) fn run(verbose: bool, arguments: &[String]) -> Result<()> {
    let project = Project::here();
    loop {
        let seen = times(&project);
        let mut running = match build(&project, verbose) {
            Ok(()) => Some(start(&project, arguments)?),
            Err(error) => {
                steps::complain(&error);
                None
            }
        };
        while times(&project) == seen {
            sleep(PAUSE);
        }
        steps::say("\nSomething changed.");
        if let Some(child) = &mut running {
            stop(child);
        }
    }
}

fn build(project: &Project, verbose: bool) -> Result<()> {
    let mut steps = Steps::new(5, verbose);
    serve::page(project, Build::Quick, &mut steps)?;
    steps.run("Compiling the server", |step| {
        quietly(project.cargo().args(["build", "--package", "server"]), step)
    })
}

fn start(project: &Project, arguments: &[String]) -> Result<Child> {
    let mut command = Command::new(project.server("debug"));
    command
        .arg("serve")
        .arg("--site")
        .arg(project.site(Build::Quick))
        .args(arguments);
    Ok(command.spawn()?)
}

/// Asks the server to finish what it is doing, and waits for it.
fn stop(child: &mut Child) {
    let asked = Command::new("kill").arg(child.id().to_string()).status();
    if !asked.is_ok_and(|status| status.success()) {
        let _ = child.kill();
    }
    let _ = child.wait();
}

/// When each watched file was last written.
fn times(project: &Project) -> BTreeMap<PathBuf, SystemTime> {
    let mut found = BTreeMap::new();
    for name in WATCHED {
        collect(&project.root.join(name), &mut found);
    }
    found
}

fn collect(path: &Path, found: &mut BTreeMap<PathBuf, SystemTime>) {
    let Ok(facts) = path.metadata() else { return };
    if facts.is_dir() {
        let Ok(entries) = path.read_dir() else { return };
        for entry in entries.flatten() {
            collect(&entry.path(), found);
        }
    } else if let Ok(time) = facts.modified() {
        found.insert(path.to_owned(), time);
    }
}
