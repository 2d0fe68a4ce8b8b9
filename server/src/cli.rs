//! The commands of the `proofsheet` binary.
//!
//! Exit codes: 0 all is well, 1 done but something was found to be wrong, 2 the words were not
//! understood, 3 it could not be done.
//!
//! To add a command: its module with its arguments and `run`, its variant in [`Command`].

mod avif_frame;
mod backup;
mod config;
mod demo;
mod doctor;
mod import;
mod inspect;
mod jobs;
mod out;
mod passphrase;
mod progress;
mod reparse;
mod restore;
mod scan;
mod serve;
mod sessions;
mod settings;
mod terminal;
mod thumbs;
mod tls;
mod verify;

use std::ffi::OsString;
use std::fmt;
use std::future::Future;
use std::process::ExitCode;

use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::comfyui::AddressError;
use crate::config::{Config, ConfigError, Resolved, Settings};
use crate::listen::ListenError;
use crate::tls::TlsError;

/// A gallery for AI pictures: point it at a folder, see everything, find it, read it, take it away.
#[derive(Debug, Parser)]
#[command(name = "proofsheet", version, propagate_version = true, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

const EXAMPLES: &str = "\
Examples:
  proofsheet                                     run the gallery on http://127.0.0.1:8502
  proofsheet serve --library ~/ComfyUI/output    run it and show this folder
  proofsheet serve --demo                        run it with painted demo pictures
  proofsheet inspect --json picture.png          print a picture's recipe

Exit codes: 0 fine, 1 something was found to be wrong, 2 not understood, 3 could not be done.";

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Arguments),
    Scan(scan::Arguments),
    Inspect(inspect::Arguments),
    Demo(demo::Arguments),
    Thumbs(thumbs::Arguments),
    Reparse(reparse::Arguments),
    Doctor(doctor::Arguments),
    Verify(verify::Arguments),
    Backup(backup::Arguments),
    Restore(restore::Arguments),
    Import(Box<import::Arguments>),
    Jobs(jobs::Arguments),
    Settings(settings::Arguments),
    Config(config::Arguments),
    Passphrase(passphrase::Arguments),
    Sessions(sessions::Arguments),
    Tls(tls::Arguments),
    #[command(hide = true)]
    AvifFrame(avif_frame::Arguments),
}

/// How a command ended that could be carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// All is well.
    Fine,
    /// Something was found to be wrong.
    Problems,
}

impl Outcome {
    fn of(problems: bool) -> Self {
        if problems { Self::Problems } else { Self::Fine }
    }
}

/// Why a command could not be carried out, in words for people.
#[derive(Debug)]
struct Failure(String);

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl From<gallery::Error> for Failure {
    fn from(error: gallery::Error) -> Self {
        let (message, chain) = (error.problem().message, error.chain());
        // On the terminal sits whoever runs the gallery: the cause helps, where there is one.
        Self(if chain == message {
            message
        } else {
            format!("{message}\n  cause: {chain}")
        })
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self(error.to_string())
    }
}

impl From<AddressError> for Failure {
    fn from(error: AddressError) -> Self {
        Self(error.to_string())
    }
}

impl From<TlsError> for Failure {
    fn from(error: TlsError) -> Self {
        Self(error.to_string())
    }
}

impl From<ListenError> for Failure {
    fn from(error: ListenError) -> Self {
        Self(error.to_string())
    }
}

/// Understands the words, does what they ask, and says how it went.
pub fn run(words: impl IntoIterator<Item = OsString>) -> ExitCode {
    let words: Vec<OsString> = words.into_iter().collect();
    // Without a command the gallery runs; its own flags are allowed then.
    let bare = words.get(1).is_none_or(|word| {
        let text = word.to_string_lossy();
        text.starts_with('-') && !matches!(text.as_ref(), "-h" | "--help" | "-V" | "--version")
    });
    let words = if bare {
        let serve = OsString::from("serve");
        words
            .iter()
            .take(1)
            .chain([&serve])
            .chain(words.iter().skip(1))
            .cloned()
            .collect()
    } else {
        words
    };
    let matches = Cli::command().get_matches_from(words);
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    let (Some(command), Some((_, matches))) = (cli.command, matches.subcommand()) else {
        return ExitCode::from(2);
    };
    match dispatch(command, matches) {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Problems) => ExitCode::from(1),
        Err(failure) => {
            out::complain(&failure.to_string());
            ExitCode::from(3)
        }
    }
}

fn dispatch(command: Command, matches: &ArgMatches) -> Result<Outcome, Failure> {
    match command {
        Command::Serve(arguments) => serve::run(arguments, matches),
        Command::Scan(arguments) => scan::run(arguments, matches),
        Command::Inspect(arguments) => inspect::run(&arguments),
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Thumbs(arguments) => thumbs::run(arguments, matches),
        Command::Reparse(arguments) => reparse::run(arguments, matches),
        Command::Doctor(arguments) => doctor::run(arguments, matches),
        Command::Verify(arguments) => verify::run(arguments, matches),
        Command::Backup(arguments) => backup::run(arguments, matches),
        Command::Restore(arguments) => restore::run(arguments, matches),
        Command::Import(arguments) => import::run(*arguments, matches),
        Command::Jobs(arguments) => jobs::run(arguments, matches),
        Command::Settings(arguments) => settings::run(arguments, matches),
        Command::Config(arguments) => config::run(arguments, matches),
        Command::Passphrase(arguments) => passphrase::run(arguments, matches),
        Command::Sessions(arguments) => sessions::run(arguments, matches),
        Command::Tls(arguments) => tls::run(arguments, matches),
        Command::AvifFrame(arguments) => avif_frame::run(arguments, matches),
    }
}

/// The settings in force, with logging begun.
fn prepare(settings: Settings, matches: &ArgMatches) -> Result<Resolved, Failure> {
    let resolved = settings.resolve(matches)?;
    out::begin_logging(&resolved.config);
    Ok(resolved)
}

/// Runs a command's asynchronous part.
fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    runtime.map_err(no_threads)?.block_on(work)
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the signature that map_err asks for"
)]
fn no_threads(error: std::io::Error) -> Failure {
    Failure(format!("The system refused to start threads: {error}."))
}

/// Opens the library of these settings and watches the folders that they name.
async fn open(config: &Config, options: gallery::Options) -> Result<gallery::Gallery, Failure> {
    let gallery = gallery::Gallery::open(options).await?;
    for folder in &config.library {
        let Some(path) = folder.to_str() else {
            return Err(Failure(format!(
                "The name of the folder {} is not readable text. Rename it, then try again.",
                folder.display()
            )));
        };
        gallery.roots().add(path).await?;
    }
    Ok(gallery)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_shows_an_example() {
        for command in Cli::command().get_subcommands() {
            let help = command
                .get_after_help()
                .map(ToString::to_string)
                .unwrap_or_default();
            assert!(
                help.contains("Example"),
                "{} has no example",
                command.get_name()
            );
        }
    }
}
