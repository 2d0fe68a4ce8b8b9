//! `proofsheet settings`

use std::path::Path;

use clap::{ArgMatches, Args, ValueEnum};
use gallery::SettingsBeside;

use super::{Failure, Outcome, block_on, out, prepare};
use crate::config::Settings;

/// Under this name the history shows what an import changed.
const ACTOR: &str = "proofsheet settings";

/// See and change what is set for the library
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  proofsheet settings                       every setting, its value, its default, where it was said
  proofsheet settings set trash-days 90
  proofsheet settings reset trash-days      its default holds again
  proofsheet settings export                as a TOML file; with a name after it, into that new file
  proofsheet settings import settings.toml  all that it says, or nothing when something of it is not right

A server that runs notices within a few seconds. What its start said, by a flag, a variable or config.toml,
wins over what is set here; `proofsheet config` shows that.")]
pub(super) struct Arguments {
    #[command(flatten)]
    asked: Asked,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Args)]
struct Asked {
    /// What to do
    #[arg(value_enum, default_value_t = What::List)]
    what: What,
    /// The setting; after `export` and `import`, the file
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Its value
    #[arg(value_name = "VALUE")]
    value: Option<String>,
    /// Print JSON objects, one a line
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// List all settings
    List,
    /// Set one
    Set,
    /// Go back to its default
    Reset,
    /// All of them as a TOML file
    Export,
    /// Set what a TOML file says
    Import,
}

pub(super) fn run(arguments: Arguments, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let config = prepare(arguments.settings, matches)?.config;
    block_on(async {
        let settings = SettingsBeside::open(&config.gallery()).await?;
        let came = answer(&settings, &arguments.asked).await;
        settings.close().await;
        came
    })
}

async fn answer(settings: &SettingsBeside, asked: &Asked) -> Result<Outcome, Failure> {
    let name = asked.name.as_deref();
    match (asked.what, name, asked.value.as_deref()) {
        (What::List, name, None) => return list(settings, name, asked.json).await,
        (What::Set, Some(name), Some(value)) => {
            let value = (name.to_owned(), value.to_owned());
            settings.change(&[value]).await?;
            return list(settings, Some(name), asked.json).await;
        }
        (What::Reset, Some(name), None) => {
            settings.reset(name).await?;
            return list(settings, Some(name), asked.json).await;
        }
        (What::Export, None, None) => out::print(&settings.export().await?),
        (What::Export, Some(file), None) => settings.export_to(Path::new(file)).await?,
        (What::Import, Some(file), None) => {
            settings.import(Path::new(file), ACTOR).await?;
            return list(settings, None, asked.json).await;
        }
        (what, ..) => return Err(Failure(misunderstood(what).to_owned())),
    }
    Ok(Outcome::Fine)
}

/// What was left out, or said too much.
fn misunderstood(what: What) -> &'static str {
    match what {
        What::List => "A list needs at most the name of one setting. Nothing was changed.",
        What::Set => {
            "Set what to what? Write the name of a setting and its value, as in `proofsheet settings set trash-days 90`. \
             Nothing was changed."
        }
        What::Reset => {
            "Reset what? Write the name of one setting, as `proofsheet settings` lists it. Nothing was changed."
        }
        What::Export => "An export goes into one file. Nothing was written.",
        What::Import => "Import which file? Write the name of one file. Nothing was changed.",
    }
}

/// One setting, or all of them.
async fn list(
    settings: &SettingsBeside,
    only: Option<&str>,
    json: bool,
) -> Result<Outcome, Failure> {
    let mut lines = settings.all().await?;
    if let Some(only) = only {
        lines.retain(|line| line.name == only);
        if lines.is_empty() {
            return Err(Failure(format!(
                "There is no setting called {only}. `proofsheet settings` lists them."
            )));
        }
    }
    for line in lines {
        if json {
            out::json(&line);
            continue;
        }
        let default = if line.value == line.default {
            String::new()
        } else {
            format!(", the default is {}", line.default)
        };
        out::say(format!("{:<20}{}", line.name, line.value));
        out::say(format!("    said by: {}{default}", line.said));
        out::say(format!("    {}", line.about));
    }
    Ok(Outcome::Fine)
}
