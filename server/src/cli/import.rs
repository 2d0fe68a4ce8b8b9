//! `proofsheet import`: a file of decisions, or all that another gallery left.

mod legacy;
mod records;
mod told;

use std::path::PathBuf;

use app::words::exchange as said;
use clap::{ArgMatches, Args};
use domain::exchange::Brought;

use super::{Failure, Outcome, block_on, open, out, prepare};
use crate::config::{Config, Settings};

/// Bring in decisions, XMP files or a log of executions, as the page "In and out" does, or another gallery
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "\
Examples:
  proofsheet import --dry-run executions.db     what it would do; nothing is changed
  proofsheet import executions.csv
  proofsheet import --json sidecars.zip
  proofsheet import all --archives old/archives --metadata old/metadata --dry-run
  proofsheet import folder ~/Downloads/renders --photoset Renders --tag new
  proofsheet import records gallery.json
  proofsheet import verify

It works with the library itself, so no server may run with it; a server follows logs with
`proofsheet serve --watch LOG`. Exit code 1 means that lines were not matched or not clear, or that
something did not come in. A file that is called like one of the commands is named ./folder."
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: Option<legacy::What>,
    /// approvals.json, a table with commas, an XMP file or a ZIP archive of them, or a SQLite database
    #[arg(value_name = "FILE", required = true)]
    file: Option<PathBuf>,
    /// Only say what would be done
    #[arg(long)]
    dry_run: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

/// Who does it, in the history.
const ACTOR: &str = "proofsheet import";

pub(super) fn run(arguments: Arguments, matches: &ArgMatches) -> Result<Outcome, Failure> {
    if let (Some(what), Some((_, matches))) = (arguments.what, matches.subcommand()) {
        return legacy::run(what, matches);
    }
    let (file, dry) = (arguments.file.unwrap_or_default(), arguments.dry_run);
    let config = prepare(arguments.settings, matches)?.config;
    let brought = block_on(import(&config, &file, dry))?;
    if arguments.json {
        out::json(&brought);
    } else {
        for line in said::told(&brought) {
            out::say(line);
        }
        out::say(match (brought.changes(), dry) {
            (0, _) => said::nothing(&brought).to_owned(),
            (_, true) => "Nothing was changed: this was a dry run.".to_owned(),
            (_, false) => said::DONE.to_owned(),
        });
    }
    Ok(Outcome::of(
        brought.unmatched + brought.conflicting + brought.unread > 0,
    ))
}

async fn import(config: &Config, file: &std::path::Path, dry: bool) -> Result<Brought, Failure> {
    let options = gallery::Options {
        watch: false,
        finish: false,
        logs: Vec::new(),
        ..config.gallery()
    };
    let gallery = open(config, options).await?;
    let brought = gallery.exchange().import(file, ACTOR, dry).await;
    gallery.close().await;
    Ok(brought?)
}
