//! `cargo xtask bench`: measures the release gallery from outside, beside what the machine allows.
//!
//! Stages follow one another, each with a server process of its own, driven over HTTP; a browser
//! measures the page. Libraries are painted once and kept. Figures go to `target/bench/figures.json`.
//! To add a stage: write its module and give it a line in [`STAGES`].

mod bring;
mod browser;
mod chart;
mod correct;
mod crowd;
mod empty;
mod http;
mod judge;
mod limits;
mod live;
mod many;
mod million;
mod overload;
mod pace;
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
    rc::Rc,
    time::Instant,
};

use anyhow::{Result, ensure};
use empty::Empty;
use report::{Report, figure};
use wish::{Size, Wish};

use crate::say;

/// Where a run keeps its things.
struct Bench {
    folder: PathBuf,
    binary: PathBuf,
    report: Report,
    root: PathBuf,
    size: Size,
    /// What a request costs at least, once it is known.
    empty: Option<Rc<Empty>>,
}

/// A stage: its name for `--only`, the smallest run that has it, and its work.
type Stage = (&'static str, Size, fn(&mut Bench) -> Result<()>);

/// What is measured, in this order: later stages use what earlier ones left in the folder.
const STAGES: [Stage; 10] = [
    ("many", Size::Quick, many::measure),
    ("live", Size::Quick, live::measure),
    ("crowd", Size::Quick, crowd::measure),
    ("overload", Size::Quick, overload::measure),
    ("judge", Size::Quick, judge::measure),
    ("pixels", Size::Quick, pixels::measure),
    ("bring", Size::Quick, bring::measure),
    ("correct", Size::Quick, correct::measure),
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
        empty: None,
    };
    for (name, least, work) in STAGES {
        if wish.has(name, least) {
            say(&format!("\n{name}"));
            let start = Instant::now();
            work(&mut bench)?;
            say(&format!("{name} took {} s", start.elapsed().as_secs()));
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

    /// The name of the data folder over the small pictures.
    fn small(&self) -> String {
        format!("small-{}", self.size.small())
    }

    /// A data folder as an earlier stage left it.
    fn kept(&self, name: &str) -> Result<PathBuf> {
        let folder = self.folder.join(format!("data-{name}"));
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// A copy of a data folder, for what would make later measurements slower.
    fn copied(&self, from: &Path, name: &str) -> Result<PathBuf> {
        let folder = self.data(name)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                fs::copy(entry.path(), folder.join(entry.file_name()))?;
            }
        }
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

    /// What a request costs at least, measured when somebody asks first.
    fn empty(&mut self) -> Result<Rc<Empty>> {
        if let Some(empty) = &self.empty {
            return Ok(Rc::clone(empty));
        }
        let empty = Rc::new(self.measure_empty()?);
        let what = "answers of an empty server to 8 clients in a second";
        self.report.add(figure("-", what, empty.rate).unit("/s"));
        for series in [&empty.steady, &empty.paced] {
            self.report.add(series.part(50));
            self.report.add(series.part(95));
        }
        self.empty = Some(Rc::clone(&empty));
        Ok(empty)
    }
}
