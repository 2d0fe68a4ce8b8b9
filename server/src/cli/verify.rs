//! `proofsheet verify`

use clap::{ArgMatches, Args};
use gallery::{Depth, Finding, FindingKind, Verification, VerifyOptions};
use serde_json::json;

use super::{Failure, Outcome, block_on, out, prepare, progress};
use crate::config::Settings;

/// Compare the files and the database with what they should be
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  proofsheet verify                           read every byte of every file
  proofsheet verify --fast                    look at sizes and times only
  proofsheet verify --read-data-subset 5%     read a twentieth, each time another one
  proofsheet verify --json                    one object for each finding, then one with the counts

It changes nothing, and may run beside the server. One that was interrupted goes on where it was.
Exit code 1 means that something was found.")]
pub(super) struct Arguments {
    /// Look at sizes and times only
    #[arg(long, conflicts_with = "read_data_subset")]
    fast: bool,
    /// Read only so many percent of the files, each time others
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    read_data_subset: Option<f64>,
    /// Begin at the beginning, although an earlier one was interrupted
    #[arg(long)]
    restart: bool,
    /// Print JSON objects, one a line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

fn percent(text: &str) -> Result<f64, String> {
    let number = text.trim_end_matches('%').trim().parse::<f64>();
    number
        .ok()
        .filter(|percent| *percent > 0.0 && *percent <= 100.0)
        .ok_or_else(|| "write it like 5%, from 0 to 100".to_owned())
}

pub(super) fn run(arguments: Arguments, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let config = prepare(arguments.settings, matches)?.config;
    let depth = match arguments.read_data_subset {
        Some(percent) => Depth::percent(percent),
        None if arguments.fast => Depth::Fast,
        None => Depth::Whole,
    };
    let how = VerifyOptions {
        depth,
        restart: arguments.restart,
    };
    let (bar, told) = progress::told_bar("files");
    let json = arguments.json;
    let mut tell = |finding: Finding| {
        bar.suspend(|| {
            if json {
                out::json(&finding);
            } else {
                out::say(format!("{:<20}{}", word(finding.kind), finding.what));
            }
        });
    };
    let came = block_on(async {
        let came = gallery::verify(&config.gallery(), how, &mut tell, &told).await;
        Ok(came?)
    })?;
    bar.finish_and_clear();
    if json {
        out::json(&json!({ "fine": came.is_fine(), "verified": came }));
    } else {
        summary(&came);
    }
    Ok(Outcome::of(!came.is_fine()))
}

fn summary(came: &Verification) {
    if came.resumed {
        out::say(
            "This went on where an earlier one was interrupted; what that one found is counted too.",
        );
    }
    out::say(format!(
        "{} files looked at, {} of them read ({} MiB).",
        came.files,
        came.read,
        came.bytes >> 20
    ));
    if came.without_hash > 0 {
        out::say(format!(
            "{} of these can be read, but their hashes are not known yet: `proofsheet scan --finish`.",
            came.without_hash
        ));
    }
    if came.not_reached > 0 {
        out::say(format!(
            "{} files lie in folders that are not there; nothing is said about them.",
            came.not_reached
        ));
    }
    for (kind, count) in &came.found {
        out::say(format!("{:<20}{count}", word(*kind)));
    }
    if came.is_fine() {
        out::say("All is well.");
    } else {
        out::say("Nothing was changed. docs/backup.md says what to do about each of these.");
    }
}

fn word(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::Database => "DATABASE DAMAGED",
        FindingKind::Offline => "folder not there",
        FindingKind::Missing => "missing",
        FindingKind::Changed => "changed",
        FindingKind::Damaged => "DAMAGED",
        FindingKind::Unreadable => "unreadable",
        FindingKind::Orphan => "unknown original",
        FindingKind::StrayThumbnail => "stray thumbnail",
        FindingKind::Leftover => "left over",
    }
}
