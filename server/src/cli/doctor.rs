//! `proofsheet doctor`

use clap::{ArgMatches, Args};
use serde_json::json;

use super::{Failure, Outcome, block_on, out, prepare};
use crate::config::{Config, Settings};

/// Look for whatever could go wrong
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  proofsheet doctor              database, disk, folders, logs, helpers
  proofsheet doctor --index      also compare the index with the database, row by row
  proofsheet doctor --drift      also look for files that are missing, changed, or belong to no picture
  proofsheet doctor --json

Exit code 1 means that something is wrong; each trouble says what to do.")]
pub(super) struct Arguments {
    /// Also compare the index with the database
    #[arg(long)]
    index: bool,
    /// Also compare every file with what is known of it, by size and time
    #[arg(long)]
    drift: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

pub(super) fn run(arguments: Arguments, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let config = prepare(arguments.settings, matches)?.config;
    let mut report = block_on(examine(&config, arguments.index, arguments.drift))?;
    let version = ("version".to_owned(), env!("CARGO_PKG_VERSION").to_owned());
    report.facts.insert(0, version);
    if arguments.json {
        let facts: serde_json::Map<_, _> = report
            .facts
            .into_iter()
            .map(|(name, value)| (name, value.into()))
            .collect();
        out::json(&json!({ "facts": facts, "troubles": report.troubles }));
        return Ok(Outcome::of(!report.troubles.is_empty()));
    }
    for (name, value) in &report.facts {
        out::say(format!("{name:<24}{value}"));
    }
    for trouble in &report.troubles {
        out::say(format!("\nTROUBLE  {trouble}"));
    }
    if report.troubles.is_empty() {
        out::say("\nAll is well.");
    }
    Ok(Outcome::of(!report.troubles.is_empty()))
}

async fn examine(
    config: &Config,
    index: bool,
    drift: bool,
) -> Result<gallery::HealthReport, Failure> {
    // Looking must change nothing: no watching and no background work.
    let options = gallery::Options {
        watch: false,
        logs: Vec::new(),
        finish: false,
        ..config.gallery()
    };
    // Before the gallery opens and begins to read what changed.
    let drift = if drift {
        Some(gallery::drift(&options).await?)
    } else {
        None
    };
    let gallery = gallery::Gallery::open(options).await?;
    let mut report = gallery.health().report(index, &config.watch).await?;
    if let Some(drift) = drift {
        report.facts.extend(drift.facts);
        report.troubles.extend(drift.troubles);
    }
    gallery.close().await;
    Ok(report)
}
