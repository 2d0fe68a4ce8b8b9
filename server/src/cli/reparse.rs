//! `proofsheet reparse`

use clap::{ArgMatches, Args};
use domain::query::Query;

use super::{Failure, Outcome, block_on, open, out, prepare, progress};
use crate::config::{Config, Settings};

/// Understand recipes again from the texts that are kept, without touching a file
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  proofsheet reparse                            after an update, or after a change of rules.toml
  proofsheet reparse --filter 'has=unparsed'    only what could not be read so far
The filter is what stands behind the question mark in the address of a page. Rules of your own stand
in rules.toml in the data folder.")]
pub(super) struct Arguments {
    /// Only these pictures, in the words of a page's address
    #[arg(long, value_name = "QUERY", default_value = "")]
    filter: String,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

pub(super) fn run(arguments: Arguments, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let config = prepare(arguments.settings, matches)?.config;
    let query = Query::parse(arguments.filter.trim_start_matches('?'));
    let came = block_on(read_again(&config, &query))?;
    if arguments.json {
        out::json(&serde_json::json!({ "read": came.read, "changed": came.changed }));
    } else {
        out::say(format!(
            "{} pictures read again, {} understood in another way than before.",
            came.read, came.changed
        ));
    }
    Ok(Outcome::of(false))
}

async fn read_again(config: &Config, query: &Query) -> Result<gallery::ReadAgain, Failure> {
    let options = gallery::Options {
        watch: false,
        logs: Vec::new(),
        finish: false,
        ..config.gallery()
    };
    let gallery = open(config, options).await?;
    let bar = progress::bar(0, "pictures");
    let told = |done: usize, total: usize| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    };
    let came = gallery.images().read_again(query, told).await?;
    bar.finish_and_clear();
    gallery.close().await;
    Ok(came)
}
