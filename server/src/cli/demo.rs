//! `proofsheet demo`

use std::path::PathBuf;

use clap::Args;
use demo::Plan;
use gallery::Clock;

use super::{Failure, Outcome, out, progress};

/// Paint a library of demo pictures with believable recipes
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  proofsheet demo ~/demo                                   240 pictures
  proofsheet demo /tmp/load --count 100000 --small         tiny pictures, for load tests
  proofsheet demo ~/demo --count 500 --seed 3              another library")]
pub(super) struct Arguments {
    /// Where to write; existing files of the same name are replaced
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// How many files
    #[arg(long, default_value_t = 240, value_name = "N")]
    count: u64,
    /// Another seed is another library
    #[arg(long, default_value_t = 7, value_name = "S")]
    seed: u64,
    /// Pictures of 64 pixels with recipes of full size
    #[arg(long)]
    small: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let plan = Plan {
        count: arguments.count,
        seed: arguments.seed,
        small: arguments.small,
        newest: Clock::system().now(),
    };
    let workers = std::thread::available_parallelism().map_or(1, Into::into);
    let bar = progress::bar(plan.count, "pictures");
    let painted = gallery::write_demo(&arguments.folder, &plan, workers, |written| {
        bar.set_position(written);
    });
    bar.finish_and_clear();
    painted?;
    let folder = arguments.folder.display();
    out::say(format!(
        "{} files in {folder}. See them with: proofsheet serve --library {folder}",
        plan.count
    ));
    Ok(Outcome::Fine)
}
