//! `proofsheet thumbs`

use clap::{ArgMatches, Args};
use domain::query::Query;

use super::{Failure, Outcome, block_on, open, out, prepare, progress};
use crate::config::{Config, Settings};

/// Draw the thumbnails that are missing
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  proofsheet thumbs                                   everything that has none yet
  proofsheet thumbs --force --filter 'tool=comfyui'   draw these again
The filter is what stands behind the question mark in the address of a page.")]
pub(super) struct Arguments {
    /// Draw them again even where they exist
    #[arg(long)]
    force: bool,
    /// Only these pictures, in the words of a page's address
    #[arg(long, value_name = "QUERY", default_value = "")]
    filter: String,
    #[command(flatten)]
    settings: Settings,
}

pub(super) fn run(arguments: Arguments, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let config = prepare(arguments.settings, matches)?.config;
    let query = Query::parse(arguments.filter.trim_start_matches('?'));
    let failed = block_on(draw(&config, &query, arguments.force))?;
    Ok(Outcome::of(failed))
}

/// Reads what is new, then draws; answers whether something could not be drawn.
async fn draw(config: &Config, query: &Query, force: bool) -> Result<bool, Failure> {
    let options = gallery::Options {
        watch: false,
        logs: Vec::new(),
        finish: false,
        ..config.gallery()
    };
    let gallery = open(config, options).await?;
    progress::during(&gallery, gallery.scans().run()).await?;
    let bar = progress::bar(0, "pictures");
    let told = |done: usize, total: usize| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    };
    let (drawn, failed) = gallery.images().refresh_thumbs(query, force, told).await?;
    bar.finish_and_clear();
    gallery.close().await;
    for (name, reason) in &failed {
        out::say(format!("{name}: {reason}"));
    }
    out::say(format!(
        "{drawn} pictures drawn, {} that cannot be.",
        failed.len()
    ));
    Ok(!failed.is_empty())
}
