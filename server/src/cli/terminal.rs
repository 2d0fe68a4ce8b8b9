//! Asking somebody at the terminal for what nobody else should read.

use std::io::{self, IsTerminal, Write};

use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

use super::Failure;

/// Asks twice without showing what is typed; takes one line where nobody sits at a terminal.
pub(super) fn new_passphrase() -> Result<String, Failure> {
    if !io::stdin().is_terminal() {
        return line();
    }
    let first = ask("New passphrase: ")?;
    let again = ask("Once more: ")?;
    if first != again {
        return Err(Failure(
            "The two were not the same. Nothing was changed; try again.".to_owned(),
        ));
    }
    Ok(first)
}

fn ask(question: &str) -> Result<String, Failure> {
    let mut out = io::stderr().lock();
    let _ = write!(out, "{question}");
    let _ = out.flush();
    let hidden = Hidden::begin();
    let answer = line();
    drop(hidden);
    answer
}

fn line() -> Result<String, Failure> {
    let mut line = String::new();
    let read = io::stdin().read_line(&mut line);
    read.map_err(|error| Failure(format!("The passphrase could not be read: {error}.")))?;
    let without_end = line.trim_end_matches(['\n', '\r']);
    Ok(without_end.to_owned())
}

/// While this lives, the terminal does not show what is typed.
struct Hidden(rustix::termios::Termios);

impl Hidden {
    fn begin() -> Option<Self> {
        let before = tcgetattr(io::stdin()).ok()?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        // The end of the line is shown, so that the next one begins below.
        silent.local_modes.insert(LocalModes::ECHONL);
        tcsetattr(io::stdin(), OptionalActions::Flush, &silent).ok()?;
        Some(Self(before))
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        let _ = tcsetattr(io::stdin(), OptionalActions::Flush, &self.0);
    }
}
