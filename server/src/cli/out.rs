//! The terminal: standard output for answers, standard error for everything else.

use std::io::{self, IsTerminal, Write};

use serde::Serialize;
use tracing_subscriber::EnvFilter;

use crate::config::Config;

/// Prints one line. A reader that went away (`| head`) is no failure.
pub(super) fn say(line: impl AsRef<str>) {
    let _ = writeln!(io::stdout().lock(), "{}", line.as_ref());
}

/// Prints a text that ends its lines by itself.
pub(super) fn print(text: &str) {
    let _ = io::stdout().lock().write_all(text.as_bytes());
}

/// Prints a value as one line of JSON.
pub(super) fn json(value: &impl Serialize) {
    say(serde_json::to_string(value).unwrap_or_default());
}

/// Prints why something could not be done.
pub(super) fn complain(message: &str) {
    let _ = writeln!(io::stderr().lock(), "error: {message}");
}

/// Sends the log to standard error, as the settings say.
pub(super) fn begin_logging(config: &Config) {
    let filter = EnvFilter::try_new(&config.log).unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr);
    // A second call, as in tests, keeps the first log.
    let _ = if config.log_json {
        log.json().try_init()
    } else {
        log.with_ansi(io::stderr().is_terminal())
            .with_target(false)
            .try_init()
    };
}
