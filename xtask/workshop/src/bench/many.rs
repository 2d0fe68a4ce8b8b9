//! Indexing, scanning again, asking and paging, with many small files.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::Result;
use serde_json::json;

use super::{Bench, browser, http, limits, questions, report::Gate, server::Server};

/// T1 to T4, T7, T8, T10, T11, T13 to T18 and T20.
pub(super) fn measure(bench: &mut Bench) -> Result<()> {
    let count = bench.size.small();
    let library = bench.library("small", count, true)?;
    bench.many_files(&library, count)
}

impl Bench {
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
        questions::ask(&mut self.report, &mut client, &questions::SMALL)?;
        questions::page_through(&mut self.report, &mut client, &questions::SMALL)?;
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
        browser::measure(&self.root, &mut self.report, server.port, "")
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
}
