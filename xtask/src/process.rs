//! Runs other programs quietly: their words are shown only when they fail.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;

use anyhow::{Context, Result, bail};

use crate::steps::{self, Step};

/// Cargo, as the one that started this binary, in the repository.
pub(crate) fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    command
}

/// Runs to the end. On failure the whole output is printed and the error names the command.
pub(crate) fn quietly(command: &mut Command, step: &Step) -> Result<()> {
    if !step.verbose {
        return heard(command, step).map(|_| ());
    }
    let shown = shown(command);
    let status = command
        .status()
        .with_context(|| format!("could not start `{shown}`"))?;
    if status.success() {
        return Ok(());
    }
    bail!("`{shown}` failed ({status})");
}

/// The same, never shown while it runs; answers what it wrote to its standard output.
pub(crate) fn heard(command: &mut Command, step: &Step) -> Result<String> {
    let shown = shown(command);
    let (status, said, printed) =
        capture(command, step).with_context(|| format!("could not start `{shown}`"))?;
    if status.success() {
        return Ok(printed);
    }
    steps::replay(&format!("{said}{printed}"));
    bail!("`{shown}` failed ({status})");
}

/// The standard output of a short command, or nothing when it fails or does not exist.
pub(crate) fn answer(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(arguments)
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The first of these programs that is on the search path.
pub(crate) fn find(names: &[&str]) -> Option<std::path::PathBuf> {
    let path = std::env::var_os("PATH")?;
    names
        .iter()
        .flat_map(|name| std::env::split_paths(&path).map(move |folder| folder.join(name)))
        .find(|candidate| candidate.is_file())
}

/// How it ended, what it said besides the lines of compiled crates, and what it printed.
fn capture(command: &mut Command, step: &Step) -> Result<(ExitStatus, String, String)> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let stdout = child.stdout.take().context("no standard output")?;
    let stderr = child.stderr.take().context("no standard error")?;
    let reader = thread::spawn(move || {
        let mut text = Vec::new();
        let _ = BufReader::new(stdout).read_to_end(&mut text);
        text
    });
    let mut said = String::new();
    let mut lines = BufReader::new(stderr);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 {
        let text = String::from_utf8_lossy(&line);
        if text.trim_start().starts_with("Compiling ") {
            step.count();
        } else {
            said.push_str(&text);
        }
        line.clear();
    }
    let printed = reader.join().unwrap_or_default();
    let printed = String::from_utf8_lossy(&printed).into_owned();
    Ok((child.wait()?, said, printed))
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut text = program
        .file_name()
        .unwrap_or(program.as_os_str())
        .to_string_lossy()
        .into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}
