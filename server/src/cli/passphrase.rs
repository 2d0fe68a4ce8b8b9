//! `proofsheet passphrase`

use clap::{ArgMatches, Args};
use gallery::Owner;

use super::{Failure, Outcome, block_on, out, prepare, terminal};
use crate::config::Settings;

/// Set the passphrase with which browsers sign in
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  proofsheet passphrase                      asks for it twice, without showing it
  pass show proofsheet | proofsheet passphrase
  proofsheet passphrase --remove             nobody has to sign in; only for this machine alone

A new passphrase ends every session. A gallery that runs takes it over within a second.")]
pub(super) struct Arguments {
    /// Take the passphrase away
    #[arg(long)]
    remove: bool,
    #[command(flatten)]
    settings: Settings,
}

pub(super) fn run(arguments: Arguments, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let config = prepare(arguments.settings, matches)?.config;
    // Asked first: the database should not wait for somebody who types.
    let passphrase = if arguments.remove {
        None
    } else {
        Some(terminal::new_passphrase()?)
    };
    let ended = block_on(async {
        let owner = Owner::open(&config.gallery()).await?;
        let ended = match &passphrase {
            Some(passphrase) => owner.set_passphrase(passphrase).await,
            None => owner.remove_passphrase().await,
        };
        owner.close().await;
        Ok(ended?)
    })?;
    out::say(if passphrase.is_some() {
        "The passphrase is set."
    } else {
        "The passphrase is taken away."
    });
    if ended > 0 {
        out::say(format!("Sessions that it ended: {ended}"));
    }
    Ok(Outcome::Fine)
}
