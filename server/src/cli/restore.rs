//! `proofsheet restore`

use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args};
use gallery::RestoreOptions;

use super::{Failure, Outcome, block_on, out, prepare, progress};
use crate::config::Settings;

/// Prove a backup, or make a library of it
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  proofsheet restore --check /mnt/backup/proofsheet              read every byte, change nothing
  proofsheet restore --to ~/proofsheet /mnt/backup/proofsheet    into an empty folder, then:
  proofsheet serve --data-dir ~/proofsheet
  proofsheet restore --to ~/proofsheet --database postgres://me@db/new /mnt/backup/proofsheet

Exit code 1 means that the backup is not what it should be.")]
pub(super) struct Arguments {
    /// The folder of the backup
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Read every byte of it and compare; change nothing
    #[arg(long, conflicts_with = "to", required_unless_present = "to")]
    check: bool,
    /// The new data folder: one that is empty, or not there yet
    #[arg(long, value_name = "DATA_DIR")]
    to: Option<PathBuf>,
    /// Put also into it what was copied of watched folders, instead of looking for that where it was
    #[arg(long, requires = "to")]
    linked: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

pub(super) fn run(arguments: Arguments, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let config = prepare(arguments.settings, matches)?.config;
    let Some(to) = arguments.to else {
        return check(&arguments.folder, arguments.json);
    };
    let what = RestoreOptions {
        from: arguments.folder,
        to,
        database: config.database,
        linked: arguments.linked,
    };
    let (bar, told) = progress::told_bar("files");
    let restored = block_on(async { Ok(gallery::restore(&what, &told).await?) })?;
    bar.finish_and_clear();
    if arguments.json {
        out::json(&restored);
        return Ok(Outcome::Fine);
    }
    out::say(format!(
        "{} pictures, {} files put back ({} MiB).",
        restored.pictures,
        restored.files,
        restored.bytes >> 20
    ));
    for folder in &restored.folders {
        out::say(format!("  {folder}"));
    }
    let data = what.to.display();
    out::say(format!("Now: proofsheet serve --data-dir {data}"));
    Ok(Outcome::Fine)
}

fn check(folder: &Path, json: bool) -> Result<Outcome, Failure> {
    let (bar, told) = progress::told_bar("files");
    let checked = block_on(async { Ok(gallery::check(folder, &told).await?) })?;
    bar.finish_and_clear();
    let outcome = Outcome::of(!checked.troubles.is_empty());
    if json {
        out::json(&checked);
        return Ok(outcome);
    }
    out::say(format!(
        "A backup of {} UTC ({}): {} pictures, {} of {} files with their bytes.",
        checked.created,
        checked.engine,
        checked.pictures,
        checked.totals.kept,
        checked.totals.files
    ));
    out::say(format!(
        "{} contents were read and compared ({} MiB).",
        checked.read,
        checked.bytes >> 20
    ));
    for path in &checked.comes_back {
        out::say(format!("comes back     {path}"));
    }
    for path in &checked.stays {
        out::say(format!("stays          {path}"));
    }
    for trouble in &checked.troubles {
        out::say(format!("TROUBLE        {trouble}"));
    }
    if checked.troubles.is_empty() {
        out::say("Every byte is what it should be.");
    }
    Ok(outcome)
}
