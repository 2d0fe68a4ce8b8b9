//! `proofsheet avif-frame`, as which the gallery starts itself for each AVIF picture.

use clap::{ArgMatches, Args};

use super::{Failure, Outcome, prepare};
use crate::config::Settings;

/// Draw the AVIF picture on standard input as PNG on standard output
///
/// A hostile picture can end the process that decodes it; here nothing else ends with it.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  proofsheet avif-frame < picture.avif > picture.png")]
pub(super) struct Arguments {
    #[command(flatten)]
    settings: Settings,
}

pub(super) fn run(arguments: Arguments, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let limits = prepare(arguments.settings, matches)?
        .config
        .gallery()
        .limits;
    gallery::draw_avif(&limits, std::io::stdin(), std::io::stdout())
        .map_err(|error| Failure(format!("The picture could not be drawn: {error}.")))?;
    Ok(Outcome::Fine)
}
