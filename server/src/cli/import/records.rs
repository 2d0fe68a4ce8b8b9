//! Pictures of which only the address is known, from a file.

use std::path::PathBuf;

use app::words::many;
use clap::{ArgMatches, Args};
use domain::record::{Kept, RecordAnswer};

use super::legacy::quiet;
use crate::{
    cli::{Failure, Outcome, block_on, open, out, prepare},
    config::Settings,
};

/// So many refusals are told one by one.
const TOLD: usize = 20;

/// Arguments of `import records`.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  proofsheet import records gallery.json

The file holds an object with image_url, or a list of such objects, of any length. Nothing is loaded from these
addresses. The same file again changes nothing. Exit code 1 means that some were refused.")]
pub(in crate::cli) struct Records {
    /// The file of JSON
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Print one JSON list with the answer to each
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

/// Takes them in and says what became of them.
pub(super) fn run(arguments: Records, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let config = prepare(arguments.settings, matches)?.config;
    let answers = block_on(async {
        let gallery = open(&config, quiet(&config)).await?;
        let answers = gallery.records().import(&arguments.file).await;
        gallery.close().await;
        Ok::<_, Failure>(answers?)
    })?;
    if arguments.json {
        out::json(&answers);
    } else {
        told(&answers).into_iter().for_each(out::say);
    }
    let refused = answers.iter().any(|one| one.outcome == Kept::Refused);
    Ok(Outcome::of(refused))
}

/// What became of them, one sentence a line.
fn told(answers: &[RecordAnswer]) -> Vec<String> {
    let count = |kept| answers.iter().filter(|one| one.outcome == kept).count() as u64;
    let counted = [
        (Kept::Created, "record is new.", "records are new."),
        (
            Kept::Updated,
            "record was known and says something else now.",
            "records were known and say something else now.",
        ),
        (
            Kept::Unchanged,
            "record was known already.",
            "records were known already.",
        ),
        (
            Kept::Refused,
            "record was refused:",
            "records were refused:",
        ),
    ];
    let mut lines: Vec<String> = counted
        .into_iter()
        .filter(|(kept, ..)| count(*kept) > 0)
        .map(|(kept, one, several)| many(count(kept), one, several))
        .collect();
    let refused = answers
        .iter()
        .zip(1_usize..)
        .filter(|(one, _)| one.outcome == Kept::Refused);
    let line =
        |(one, number): (&RecordAnswer, usize)| format!("  number {number}: {}", one.message);
    lines.extend(refused.map(line).take(TOLD));
    if lines.is_empty() {
        lines.push("This file holds no records.".to_owned());
    }
    lines
}
