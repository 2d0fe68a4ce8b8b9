//! `cargo xtask bench`: measures the release gallery from outside, beside what the machine allows.
//!
//! Stages follow one another, each with a server process of its own, driven over HTTP; a browser
//! measures the page. Libraries are painted once and kept. Figures go to `target/bench/figures.json`.
//! To add a stage: write its module and give it a line in [`STAGES`].

mod browser;
mod chart;
mod crowd;
mod http;
mod limits;
mod many;
mod million;
mod pixels;
mod postgres;
mod questions;
mod report;
mod server;
mod transfer;
mod wish;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Result, ensure};
use report::{Figure, Gate, Report};
use wish::{Size, Wish};

use crate::say;

/// Where a run keeps its things.
struct Bench {
    folder: PathBuf,
    binary: PathBuf,
    report: Report,
    root: PathBuf,
    size: Size,
}

/// A stage: its name for `--only`, the smallest run that has it, and its work.
type Stage = (&'static str, Size, fn(&mut Bench) -> Result<()>);

/// What is measured, in this order: later stages use what earlier ones left in the folder.
const STAGES: [Stage; 5] = [
    ("many", Size::Quick, many::measure),
    ("crowd", Size::Quick, crowd::measure),
    ("pixels", Size::Quick, pixels::measure),
    ("postgres", Size::Full, postgres::measure),
    ("million", Size::Full, million::measure),
];

/// Runs the stages that are wished for; fails when a gate is missed.
pub(crate) fn run(root: &Path, folder: &Path, binary: &Path, words: &[&str]) -> Result<()> {
    let wish = Wish::understand(words, &STAGES.map(|(name, ..)| name))?;
    fs::create_dir_all(folder)?;
    let mut bench = Bench {
        folder: folder.to_owned(),
        binary: binary.to_owned(),
        report: Report::beside(wish.baseline.as_deref())?,
        root: root.to_owned(),
        size: wish.size,
    };
    for (name, least, work) in STAGES {
        if wish.has(name, least) {
            say(&format!("\n{name}"));
            work(&mut bench)?;
        }
    }
    if let Some(path) = &wish.chart {
        fs::write(path, chart::draw(bench.report.figures()))?;
    }
    let held = bench.report.finish(&bench.folder.join("figures.json"))?;
    ensure!(held, "a gate was missed");
    Ok(())
}

impl Bench {
    /// A demo library, painted once and used again.
    fn library(&self, name: &str, count: u64, small: bool) -> Result<PathBuf> {
        let folder = self.folder.join(format!("library-{name}-{count}"));
        let done = folder.with_extension("done");
        if done.exists() {
            return Ok(folder);
        }
        say(&format!(
            "Painting {count} pictures into {}",
            folder.display()
        ));
        let mut command = Command::new(&self.binary);
        command
            .arg("demo")
            .arg(&folder)
            .args(["--count", &count.to_string(), "--seed", "1"]);
        if small {
            command.arg("--small");
        }
        let status = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?;
        ensure!(status.success(), "the demo library could not be painted");
        fs::write(done, "")?;
        Ok(folder)
    }

    /// A data folder as an earlier stage left it.
    fn kept(&self, name: &str) -> Result<PathBuf> {
        let folder = self.folder.join(format!("data-{name}"));
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// An empty data folder.
    fn data(&self, name: &str) -> Result<PathBuf> {
        let folder = self.folder.join(format!("data-{name}"));
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    fn add(
        &mut self,
        row: &'static str,
        what: &str,
        value: f64,
        unit: &'static str,
        gate: Option<Gate>,
        limit: Option<f64>,
    ) {
        self.report.add(Figure {
            row,
            what: what.to_owned(),
            value,
            unit,
            gate,
            limit,
        });
    }
}
