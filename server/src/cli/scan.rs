//! `proofsheet scan`

use clap::{ArgMatches, Args};
use serde::Serialize;

use super::{Failure, Outcome, block_on, open, out, prepare, progress};
use crate::config::{Config, Settings};

/// Read the watched folders once, then end
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  proofsheet scan                                read what is new in the watched folders
  proofsheet scan --library ~/ComfyUI/output     watch this folder as well
  proofsheet scan --finish --json                also hash and draw; print the counts as JSON")]
pub(super) struct Arguments {
    /// Also hash every file and draw its thumbnails
    #[arg(long)]
    finish: bool,
    /// Print the counts as one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

/// What a scan did.
#[derive(Debug, Serialize)]
struct Report {
    pictures: u64,
    seen: u64,
    read: u64,
    unchanged: u64,
    problems: u64,
    seconds: f64,
}

pub(super) fn run(arguments: Arguments, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let config = prepare(arguments.settings, matches)?.config;
    let report = block_on(scan(&config, arguments.finish))?;
    if arguments.json {
        out::json(&report);
    } else {
        out::say(format!(
            "{} pictures in the library: {} read, {} unchanged, {} that could not be read, in {:.1} s.",
            report.pictures, report.read, report.unchanged, report.problems, report.seconds
        ));
    }
    Ok(Outcome::of(report.problems > 0))
}

async fn scan(config: &Config, finish: bool) -> Result<Report, Failure> {
    let began = std::time::Instant::now();
    let options = gallery::Options {
        watch: false,
        finish,
        ..config.gallery()
    };
    let gallery = open(config, options).await?;
    progress::during(&gallery, async {
        gallery.scans().run().await?;
        if finish {
            gallery.scans().finished().await?;
        }
        Ok::<_, gallery::Error>(())
    })
    .await?;
    let now = gallery.scans().progress();
    let (problems, _) = gallery.scans().problems(0).await?;
    gallery.close().await;
    Ok(Report {
        pictures: now.total,
        seen: now.seen,
        read: now.read,
        unchanged: now.unchanged,
        problems,
        seconds: began.elapsed().as_secs_f64(),
    })
}
