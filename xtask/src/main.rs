//! `cargo xtask VERB`: every task of this repository under one name.
//!
//! The two that matter are `serve` (build what is missing and run the gallery) and `test`
//! (everything that continuous integration runs). Nothing here is needed at run time.
//!
//! Rules of this crate:
//! - a verb is one module with one public `run`;
//! - a verb is a list of [`steps::Steps`], so that a first run always says what it is doing;
//! - the output of other programs is kept back and shown only when they fail, or with `--verbose`;
//! - it compiles in seconds, because until then nobody is told anything: what needs many crates is
//!   a job of `workshop`;
//! - a missing tool is installed when that is possible without asking for a password, and
//!   otherwise the error is the exact command to type.
//!
//! To add a verb: write its module, add it to [`Verb`] and to `HELP`.

mod bench;
mod check;
mod client;
mod dev;
mod disk;
mod fuzz;
mod process;
mod project;
mod serve;
mod steps;
mod test;
mod tools;
mod torture;
mod workshop;

use std::process::ExitCode;

use anyhow::{Result, bail};

const HELP: &str = "\
cargo xtask VERB [--verbose] [-- ARGUMENTS]

  serve   build what is missing and run the gallery; arguments after `--` go to it:
            cargo xtask serve -- --demo
            cargo xtask serve -- --library ~/Pictures/ComfyUI
  build   the same without running: the release binary with everything inside
  dev     like serve, with quick builds; rebuilds and restarts when a file changes
  test    everything that continuous integration runs, in order, until something fails
  check   formatting and lints only
  bench   measure the release gallery beside what this machine allows:
            cargo xtask bench -- --quick              a few minutes, with fewer pictures
            cargo xtask bench -- --full               also PostgreSQL and a million pictures
            cargo xtask bench -- --only crowd         one stage: many, crowd, judge, postgres, million ...
            cargo xtask bench -- --baseline OLD.json  beside the figures of an earlier run
            cargo xtask bench -- --chart OUT.svg      and draw them
  fuzz    bring invented inputs to every reader of metadata, 60 seconds each, until one breaks:
            cargo xtask fuzz -- --seconds 20 png jpeg
            cargo xtask fuzz -- --replay FILE png
  torture kill a server under load again and again, and look for what it lost; watch by strace that what is
          acknowledged was on the disk before:
            cargo xtask torture -- --kills 200

  --verbose   show the output of cargo and other tools while they run
";

/// What the command line asked for.
enum Verb {
    Serve,
    Build,
    Dev,
    Test,
    Check,
    Bench,
    Fuzz,
    Torture,
    Help,
}

/// The words before `--`, understood; and the words after it, untouched.
struct Request {
    verb: Verb,
    verbose: bool,
    arguments: Vec<String>,
}

fn main() -> ExitCode {
    match understand(std::env::args().skip(1)).and_then(|request| run(&request)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            steps::complain(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(request: &Request) -> Result<()> {
    let verbose = request.verbose;
    match request.verb {
        Verb::Serve => serve::run(verbose, &request.arguments),
        Verb::Build => serve::build(verbose),
        Verb::Dev => dev::run(verbose, &request.arguments),
        Verb::Test => test::run(verbose),
        Verb::Check => check::run(verbose),
        Verb::Bench => bench::run(verbose, &request.arguments),
        Verb::Fuzz => fuzz::run(verbose, &request.arguments),
        Verb::Torture => torture::run(verbose, &request.arguments),
        Verb::Help => {
            steps::say(HELP);
            Ok(())
        }
    }
}

fn understand(mut words: impl Iterator<Item = String>) -> Result<Request> {
    let verb = match words.next().as_deref() {
        Some("serve") => Verb::Serve,
        Some("build") => Verb::Build,
        Some("dev") => Verb::Dev,
        Some("test") => Verb::Test,
        Some("check") => Verb::Check,
        Some("bench") => Verb::Bench,
        Some("fuzz") => Verb::Fuzz,
        Some("torture") => Verb::Torture,
        None | Some("help" | "--help" | "-h") => Verb::Help,
        Some(other) => bail!("there is no verb `{other}`\n\n{HELP}"),
    };
    let mut verbose = false;
    while let Some(word) = words.next() {
        match word.as_str() {
            "--verbose" | "-v" => verbose = true,
            "--help" | "-h" => {
                return Ok(Request {
                    verb: Verb::Help,
                    verbose,
                    arguments: Vec::new(),
                });
            }
            "--" => {
                return Ok(Request {
                    verb,
                    verbose,
                    arguments: words.collect(),
                });
            }
            other => {
                bail!("`{other}` is not understood here; further arguments go after `--`")
            }
        }
    }
    Ok(Request {
        verb,
        verbose,
        arguments: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Result<Request> {
        understand(text.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn words_after_the_dashes_are_left_alone() {
        let request = words("serve --verbose -- --demo --verbose").unwrap();
        assert!(request.verbose);
        assert_eq!(request.arguments, ["--demo", "--verbose"]);
    }

    #[test]
    fn an_unknown_verb_is_refused_with_the_list() {
        assert!(words("sevre").is_err_and(|error| error.to_string().contains("dev")));
    }
}
