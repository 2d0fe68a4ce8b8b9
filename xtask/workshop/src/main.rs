//! The part of `cargo xtask` that needs many crates: packs the page and measures the gallery.
//!
//! `xtask` compiles this as a step of its own, so that it can say something first, and calls it:
//!
//! ```text
//! workshop pack release|quick ROOT WASM SITE   make the finished page in the folder SITE
//! workshop weigh SITE                          print what a first visit downloads, in bytes
//! workshop bench ROOT FOLDER BINARY ...        measure the gallery, with its things in FOLDER
//! ```
//!
//! To add a job: write its module, give it a line here and a caller in `xtask`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "its figures and errors go to the terminal"
)]

mod bench;
mod bind;
mod colours;
mod names;
mod prune;
mod site;
mod split;
mod style;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, bail};

use bind::Build;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> Result<()> {
    match *words {
        ["pack", build @ ("release" | "quick"), root, wasm, site] => {
            let build = match build {
                "release" => Build::Release,
                _ => Build::Quick,
            };
            let note = site::make(Path::new(root), Path::new(wasm), Path::new(site), build)?;
            say(note);
            Ok(())
        }
        ["weigh", site] => {
            say(&site::first_page_bytes(Path::new(site))?.to_string());
            Ok(())
        }
        ["bench", root, folder, binary, ref rest @ ..] => {
            bench::run(Path::new(root), Path::new(folder), Path::new(binary), rest)
        }
        _ => bail!("the workshop is called by `cargo xtask`, which knows its words"),
    }
}

/// Prints a plain line.
fn say(text: &str) {
    println!("{}", text.trim_end());
}
