//! `proofsheet sessions`

use clap::{ArgMatches, Args};
use domain::time::Timestamp;
use gallery::Owner;
use serde_json::json;

use super::{Failure, Outcome, block_on, out, prepare};
use crate::config::Settings;

/// List the browsers that are signed in, or end their sessions
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  proofsheet sessions              who is signed in, since when, from where
  proofsheet sessions --end-all    everybody has to sign in again")]
pub(super) struct Arguments {
    /// End every session
    #[arg(long)]
    end_all: bool,
    /// Print one JSON object for each session
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

pub(super) fn run(arguments: Arguments, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let config = prepare(arguments.settings, matches)?.config;
    let (sessions, ended) = block_on(async {
        let owner = Owner::open(&config.gallery()).await?;
        let sessions = owner.sessions().await?;
        let ended = if arguments.end_all {
            Some(owner.end_all().await?)
        } else {
            None
        };
        owner.close().await;
        Ok((sessions, ended))
    })?;
    if let Some(ended) = ended {
        out::say(format!("Sessions that were ended: {ended}"));
        return Ok(Outcome::Fine);
    }
    if sessions.is_empty() && !arguments.json {
        out::say("Nobody is signed in.");
    }
    for session in sessions {
        let (began, seen) = (minute(session.began), minute(session.seen));
        if arguments.json {
            out::json(&json!({
                "began": began,
                "seen": seen,
                "address": session.address,
                "device": session.device,
            }));
        } else {
            let (address, device) = (session.address, session.device);
            out::say(format!("{began}  last seen {seen}  {address}  {device}"));
        }
    }
    Ok(Outcome::Fine)
}

/// A moment to the minute, in UTC.
fn minute(at: Timestamp) -> String {
    let minutes = at.0.div_euclid(60_000).rem_euclid(24 * 60);
    format!(
        "{} {:02}:{:02} UTC",
        at.day_text(),
        minutes / 60,
        minutes % 60
    )
}
