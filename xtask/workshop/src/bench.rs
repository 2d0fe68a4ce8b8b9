//! `cargo xtask bench`: measures the release gallery from outside, beside what the machine allows.
//!
//! A library of small pictures with full-size recipes (100,000, or 10,000 with `--quick`) stands
//! for many files, one of full-size pictures for the work on pixels. The server is a process of its
//! own, driven over HTTP; a browser measures the page. Figures go to `target/bench/figures.json`.

mod browser;
mod http;
mod limits;
mod questions;
mod report;
mod server;
mod transfer;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Result, ensure};
use report::{Figure, Gate, Report};
use serde_json::json;
use server::Server;

use crate::say;

/// Where a run keeps its things.
struct Bench {
    folder: PathBuf,
    binary: PathBuf,
    report: Report,
    root: PathBuf,
}

/// Runs all measurements of a release binary; fails when a gate is missed. `quick` uses a tenth of
/// the pictures.
pub(crate) fn run(root: &Path, folder: &Path, binary: &Path, quick: bool) -> Result<()> {
    fs::create_dir_all(folder)?;
    let mut bench = Bench {
        folder: folder.to_owned(),
        binary: binary.to_owned(),
        report: Report::default(),
        root: root.to_owned(),
    };
    let count = if quick { 10_000 } else { 100_000 };
    let small = bench.library("small", count, true)?;
    let full = bench.library("full", if quick { 200 } else { 1_000 }, false)?;
    bench.many_files(&small, count)?;
    bench.pixels(&full)?;
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

    /// An empty data folder.
    fn data(&self, name: &str) -> Result<PathBuf> {
        let folder = self.folder.join(format!("data-{name}"));
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// Indexing, scanning again, asking and paging, with many small files.
    fn many_files(&mut self, library: &Path, count: u64) -> Result<()> {
        let files = limits::files(library)?;
        let heads = limits::heads_per_second(&files)?;
        let stats = limits::stats_per_second(library)?;
        let data = self.data("small")?;
        let start = Instant::now();
        let server = Server::start(&self.binary, &data, library)?;
        let mut client = server.client()?;
        let watching = questions::Watching::start(server.port);
        let progress = Server::wait(&mut client, |progress| {
            progress["phase"] != "reading"
                && progress["total"].as_u64().unwrap_or(0) * 10 >= count * 9
        })?;
        let seconds = start.elapsed().as_secs_f64();
        let (cpu, memory) = (server.cpu()?, server.memory()?);
        let mut busy = watching.stop()?;
        let read = progress["read"].as_f64().unwrap_or(0.0).max(1.0);
        self.add(
            "T1",
            "files indexed in a second",
            read / seconds,
            "/s",
            Some(Gate::AtLeast(10_000.0)),
            Some(heads),
        );
        self.add(
            "T2",
            "CPU for one file",
            cpu * 1000.0 / read,
            "ms",
            Some(Gate::AtMost(0.12)),
            Some(1000.0 / heads),
        );
        self.report.times(
            "T7",
            "list page while indexing",
            &mut busy,
            (None, Some(Gate::AtMost(20.0))),
        );
        self.add(
            "T18",
            "memory after indexing",
            memory,
            "MB",
            Some(Gate::AtMost(300.0)),
            None,
        );
        questions::ask(&mut self.report, &mut client)?;
        questions::page_through(&mut self.report, &mut client)?;
        Server::wait(&mut client, |progress| {
            progress["phase"] == "idle" && progress["waiting"] == 0
        })?;
        let total = start.elapsed().as_secs_f64();
        self.add(
            "T1",
            "files finished in a second (hash, thumbnails, chunks)",
            read / total,
            "/s",
            None,
            None,
        );
        self.rescan(&mut client, count, stats)?;
        self.one_new_file(&mut client, library, &files)?;
        self.add(
            "T18",
            "memory when all is done",
            server.idle_memory()?,
            "MB",
            Some(Gate::AtMost(120.0)),
            None,
        );
        let size = fs::metadata(data.join("proofsheet.db"))?.len() as f64;
        self.add(
            "T20",
            "database for one picture, with raw chunks",
            size / read / 1000.0,
            "kB",
            None,
            None,
        );
        browser::measure(&self.root, &mut self.report, server.port)
    }

    fn rescan(&mut self, client: &mut http::Client, count: u64, stats: f64) -> Result<()> {
        let start = Instant::now();
        client.call("roots/scan_now", &json!({}))?;
        Server::wait(client, |progress| progress["phase"] == "reading")?;
        Server::wait(client, |progress| progress["phase"] != "reading")?;
        let seconds = start.elapsed().as_secs_f64();
        let limit = Some(count as f64 / stats);
        self.add(
            "T3",
            "scan again, nothing changed",
            seconds,
            "s",
            Some(Gate::AtMost(1.0)),
            limit,
        );
        Ok(())
    }

    fn one_new_file(
        &mut self,
        client: &mut http::Client,
        library: &Path,
        files: &[PathBuf],
    ) -> Result<()> {
        let total = Server::progress(client)?["total"].as_u64().unwrap_or(0);
        let source = files
            .iter()
            .find(|path| path.extension().is_some_and(|kind| kind == "png"));
        let new = library.join("one new picture.png");
        let start = Instant::now();
        if let Some(source) = source {
            fs::copy(source, &new)?;
        }
        client.call("roots/scan_now", &json!({}))?;
        let seen = Server::wait(client, |progress| {
            progress["total"].as_u64().unwrap_or(0) > total
        });
        let seconds = start.elapsed().as_secs_f64();
        fs::remove_file(new)?;
        seen?;
        self.add(
            "T4",
            "one new file is visible",
            seconds,
            "s",
            Some(Gate::AtMost(2.0)),
            None,
        );
        Ok(())
    }

    /// Thumbnails and archives, with full-size pictures.
    fn pixels(&mut self, library: &Path) -> Result<()> {
        let data = self.data("full")?;
        let server = Server::start(&self.binary, &data, library)?;
        let mut client = server.client()?;
        let progress = Server::wait(&mut client, |progress| {
            progress["phase"] != "reading" && progress["total"] != 0
        })?;
        let watching = questions::Watching::start(server.port);
        let (start, total) = (Instant::now(), progress["total"].as_f64().unwrap_or(1.0));
        transfer::cold_thumbnails(&mut self.report, &mut client)?;
        Server::wait(&mut client, |progress| {
            progress["phase"] == "idle" && progress["waiting"] == 0
        })?;
        let cores = std::thread::available_parallelism()?.get() as f64;
        let rate = total / start.elapsed().as_secs_f64() / cores;
        let mut busy = watching.stop()?;
        self.add(
            "T5",
            "pictures finished in a second on a core (256 + 512 px)",
            rate,
            "/s",
            None,
            None,
        );
        self.report.times(
            "T7",
            "list page while drawing",
            &mut busy,
            (None, Some(Gate::AtMost(20.0))),
        );
        transfer::warm_thumbnails(&mut self.report, &mut client)?;
        self.add(
            "T18",
            "memory after drawing",
            server.memory()?,
            "MB",
            Some(Gate::AtMost(300.0)),
            None,
        );
        transfer::archive(&mut self.report, &mut client, &server)
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
