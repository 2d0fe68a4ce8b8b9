//! `cargo xtask torture`: what `test` tries a few times, many times.

use anyhow::{Context, Result, bail};

use crate::process::quietly;
use crate::project::Project;
use crate::steps::Steps;
use crate::tools;

/// How often a server is killed, where the command line says nothing.
const KILLS: u32 = 200;

/// Kills a server under load again and again, on both databases: while pictures are judged, and while files are
/// sent, replaced, renamed, deleted and imported. Looks for what it lost.
pub(crate) fn run(verbose: bool, arguments: &[String]) -> Result<()> {
    let kills = understand(arguments)?;
    let project = Project::here();
    let mut steps = Steps::new(3, verbose);
    steps.run("Looking for strace", tools::strace)?;
    steps.run("Watching in which order 200 files reach the disk", |step| {
        let mut command = project.cargo();
        command.args(["test", "--package", "server", "--test", "killed", "--"]);
        quietly(command.args(["--ignored", "order"]), step)
    })?;
    steps.run(
        &format!("Killing a server {kills} times on each database"),
        |step| {
            let mut command = project.cargo();
            command.args(["test", "--package", "server", "--test", "killed"]);
            quietly(command.env("PROOFSHEET_KILLS", kills.to_string()), step)
        },
    )
}

fn understand(arguments: &[String]) -> Result<u32> {
    match arguments {
        [] => Ok(KILLS),
        [word, number] if word == "--kills" => number
            .parse()
            .with_context(|| format!("--kills takes a number, not {number:?}")),
        [word, ..] => bail!("torture does not know {word:?}; it knows --kills N"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_kills_may_be_said() {
        let words = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(ToString::to_string).collect();
            understand(&words).ok()
        };
        assert_eq!(words(&[]), Some(KILLS));
        assert_eq!(words(&["--kills", "7"]), Some(7));
        assert_eq!(words(&["--kills", "many"]), None);
        assert_eq!(words(&["--kill"]), None);
    }
}
