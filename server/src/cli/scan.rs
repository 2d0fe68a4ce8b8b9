//! `proofsheet scan`

use clap::{ArgMatches, Args};
use domain::scan::ScanProblem;
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

/// Problems that are named on the terminal; the page shows all.
const NAMED: usize = 20;

/// What a scan did.
#[derive(Debug, Serialize)]
struct Report {
    pictures: u64,
    seen: u64,
    read: u64,
    unchanged: u64,
    /// Pictures whose file is gone for now.
    missing: u64,
    problems: u64,
    /// The newest hundred of them.
    newest_problems: Vec<ScanProblem>,
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
        for problem in report.newest_problems.iter().take(NAMED) {
            let ScanProblem {
                root,
                path,
                message,
                ..
            } = problem;
            out::say(format!("  {root}/{path}: {message}"));
        }
        let more = report.problems.saturating_sub(NAMED as u64);
        if more > 0 {
            out::say(format!(
                "  and {more} more, which the page /problems shows."
            ));
        }
    }
    Ok(Outcome::of(report.problems > 0))
}

async fn scan(config: &Config, finish: bool) -> Result<Report, Failure> {
    let began = std::time::Instant::now();
    let options = gallery::Options {
        watch: false,
        logs: Vec::new(),
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
    let (problems, newest_problems) = gallery.scans().problems(0).await?;
    let roots = gallery.roots().all().await?;
    gallery.close().await;
    Ok(Report {
        pictures: now.total,
        seen: now.seen,
        read: now.read,
        unchanged: now.unchanged,
        missing: roots.iter().map(|root| root.missing).sum(),
        problems,
        newest_problems,
        seconds: began.elapsed().as_secs_f64(),
    })
}
