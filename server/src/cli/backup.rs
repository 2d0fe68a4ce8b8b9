//! `proofsheet backup`

use std::path::PathBuf;

use clap::{ArgMatches, Args};
use gallery::{BackupOptions, Pruned};

use super::{Failure, Outcome, block_on, out, prepare, progress};
use crate::config::Settings;

/// Copy the library into another folder
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  proofsheet backup /mnt/backup/proofsheet             database, and what was given to the gallery
  proofsheet backup --linked /mnt/backup/proofsheet    also the pictures in watched folders
  proofsheet backup --prune /mnt/backup/proofsheet     remove also what was deleted from the gallery since
  proofsheet restore --check /mnt/backup/proofsheet    prove it

It may run beside the server, which it does not disturb. What is there already is not copied again, so one that was
interrupted goes on. Exit code 1 means that some files could not be copied.")]
pub(super) struct Arguments {
    /// The folder of the backup; the same one every time
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Copy also what lies in watched folders
    #[arg(long)]
    linked: bool,
    /// Remove bytes from the backup that no picture has any more, once the new one is whole
    #[arg(long)]
    prune: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

pub(super) fn run(arguments: Arguments, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let config = prepare(arguments.settings, matches)?.config;
    let what = BackupOptions {
        folder: arguments.folder,
        linked: arguments.linked,
        prune: arguments.prune,
    };
    let (bar, told) = progress::told_bar("files");
    let made = block_on(async { Ok(gallery::backup(&config.gallery(), &what, &told).await?) })?;
    bar.finish_and_clear();
    let totals = made.totals;
    if arguments.json {
        out::json(&made);
    } else {
        out::say(format!(
            "{} pictures: {} files copied now ({} MiB), {} in the backup ({} MiB), database {} MiB.",
            made.pictures,
            made.copied,
            made.copied_bytes >> 20,
            totals.kept,
            totals.kept_bytes >> 20,
            made.database_bytes >> 20
        ));
        for (count, what) in [
            (
                totals.listed,
                "lie in watched folders and are only listed; --linked copies them",
            ),
            (totals.missing, "are gone, or in folders that are not there"),
            (totals.unreadable, "could not be read"),
            (
                totals.changed,
                "have other bytes than the library knew; they were copied as they are",
            ),
        ] {
            if count > 0 {
                out::say(format!("{count} files {what}."));
            }
        }
    }
    if let Some(pruned) = made.pruned.filter(|_| !arguments.json) {
        out::say(told_of(pruned));
    }
    Ok(Outcome::of(totals.unreadable + totals.missing > 0))
}

/// What was removed, or why nothing was.
fn told_of(pruned: Pruned) -> String {
    let Pruned {
        objects,
        bytes,
        left,
    } = pruned;
    let room = bytes >> 20;
    if left {
        format!(
            "{objects} files of earlier backups ({room} MiB) belong to no picture any more. That is more than half of \
             all, so none was removed: look whether a folder is missing. Where all is well, begin a new backup in \
             another folder."
        )
    } else {
        format!(
            "{objects} files of earlier backups were removed ({room} MiB); no picture has them any more."
        )
    }
}
