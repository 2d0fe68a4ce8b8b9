//! `proofsheet config`

use clap::{ArgMatches, Args};
use serde_json::{Map, Value, json};

use super::{Failure, Outcome, out};
use crate::config::{Resolved, Settings};

/// Print every setting in force and where it comes from
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  proofsheet config                  what is in force, as it may be written into config.toml
  proofsheet config --json
  PROOFSHEET_WORKERS=2 proofsheet config")]
pub(super) struct Arguments {
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

pub(super) fn run(arguments: Arguments, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let resolved = arguments.settings.resolve(matches)?;
    let values = values(&resolved);
    if arguments.json {
        let with_source = |(name, (value, source)): (String, (Value, String))| {
            (name, json!({ "value": value, "source": source }))
        };
        out::json(&values.into_iter().map(with_source).collect::<Map<_, _>>());
        return Ok(Outcome::Fine);
    }
    match &resolved.file {
        Some(file) => out::say(format!("# file: {}", file.display())),
        None => out::say("# no settings file"),
    }
    for (name, (value, source)) in values {
        let left = match value {
            Value::Null => format!("# {name} is not set"),
            value => format!("{name} = {value}"),
        };
        out::say(format!("{left:<56} # {source}"));
    }
    Ok(Outcome::Fine)
}

/// Every setting under the name that it has in the file, without passwords.
fn values(resolved: &Resolved) -> Vec<(String, (Value, String))> {
    let config = serde_json::to_value(&resolved.config).unwrap_or_default();
    let value = |name: &str| match config.get(name).cloned().unwrap_or_default() {
        Value::String(address) if name == "database" => Value::String(without_password(&address)),
        value => value,
    };
    let sources = resolved.sources.iter().filter(|(name, _)| *name != "site");
    sources
        .map(|(name, source)| (name.replace('_', "-"), (value(name), source.to_string())))
        .collect()
}

/// An address of a database with its password replaced.
fn without_password(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else {
        return address.to_owned();
    };
    let Some((user, host)) = rest.rsplit_once('@') else {
        return address.to_owned();
    };
    let name = user.split_once(':').map_or(user, |(name, _)| name);
    let stars = if name.len() == user.len() { "" } else { ":***" };
    format!("{scheme}://{name}{stars}@{host}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_not_printed() {
        assert_eq!(
            without_password("postgres://me:p@ss@db/x"),
            "postgres://me:***@db/x"
        );
        assert_eq!(without_password("postgres://me@db/x"), "postgres://me@db/x");
        assert_eq!(without_password("sqlite:/a/b.db"), "sqlite:/a/b.db");
    }
}
