//! Indexing, scanning again, asking and paging, with many small files.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::Result;
use serde_json::json;

use super::{
    Bench, browser, http, limits, questions,
    report::{figure, series},
    server::Server,
};

/// T1 to T4, T7, T8, T10, T11, T13 to T18, T20 and T22.
pub(super) fn measure(bench: &mut Bench) -> Result<()> {
    let count = bench.size.small();
    let library = bench.library("small", count, true)?;
    let files = limits::files(&library)?;
    // Once for the page cache, which the gallery finds warm too.
    limits::chunks_per_second(&files)?;
    let limits = Limits {
        chunks: limits::chunks_per_second(&files)?,
        inserts: bench.inserts_per_second()?,
        stats: limits::stats_per_second(&library)?,
    };
    let report = &mut bench.report;
    let limit = |what: &str, rate| figure("-", what, rate).unit("/s");
    report.add(limit("files looked at in a second", limits.stats));
    report.add(limit(
        "files whose texts are reached in a second",
        limits.chunks,
    ));
    report.add(limit(
        "rows of 2 kB into SQLite in a second",
        limits.inserts,
    ));
    bench.empty()?;
    bench.many_files(&library, &files, count, &limits)
}

/// What one thread can do in a second.
struct Limits {
    chunks: f64,
    inserts: f64,
    stats: f64,
}

impl Bench {
    fn many_files(
        &mut self,
        library: &Path,
        files: &[PathBuf],
        count: u64,
        limits: &Limits,
    ) -> Result<()> {
        let data = self.data(&self.small())?;
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
        let busy = series("T7", "list page while indexing", watching.stop()?);
        let read = progress["read"].as_f64().unwrap_or(0.0).max(1.0);
        let report = &mut self.report;
        let indexed = figure("T1", "files indexed in a second", read / seconds).unit("/s");
        // Reading and writing go on at the same time, so the slower of the two is what holds it up.
        let limit = limits.chunks.min(limits.inserts);
        report.add(indexed.at_least(10_000.0).limit(limit));
        let each = figure("T2", "CPU for one file", cpu * 1000.0 / read).unit("ms");
        let limit = 1000.0 / limits.chunks + 1000.0 / limits.inserts;
        report.add(each.at_most(0.12).limit(limit));
        report.add(busy.part(50));
        report.add(busy.part(95).at_most(20.0));
        let memory = figure("T18", "memory after indexing", memory).unit("MB");
        report.add(memory.at_most(300.0));
        Server::wait(&mut client, |progress| {
            progress["phase"] == "idle" && progress["waiting"] == 0
        })?;
        let finished = read / start.elapsed().as_secs_f64();
        let what = "files finished in a second (hash, thumbnails, chunks)";
        report.add(figure("T1", what, finished).unit("/s"));
        let empty = self.empty()?;
        questions::ask(&mut self.report, &mut client, &questions::SMALL, &empty)?;
        questions::page_through(&mut self.report, &mut client, &questions::SMALL)?;
        self.rescan(&mut client, count as f64 / limits.stats)?;
        self.one_new_file(&mut client, library, files)?;
        let memory = figure("T18", "memory when all is done", server.idle_memory()?);
        self.report.add(memory.unit("MB").at_most(120.0));
        let size = fs::metadata(data.join("proofsheet.db"))?.len() as f64 / read / 1000.0;
        let what = "database for one picture, with raw chunks";
        self.report.add(figure("T20", what, size).unit("kB"));
        browser::measure(&self.root, &mut self.report, server.port, "")
    }

    fn rescan(&mut self, client: &mut http::Client, limit: f64) -> Result<()> {
        let start = Instant::now();
        client.call("roots/scan_now", &json!({}))?;
        Server::wait(client, |progress| progress["phase"] == "reading")?;
        Server::wait(client, |progress| progress["phase"] != "reading")?;
        let seconds = start.elapsed().as_secs_f64();
        let seconds = figure("T3", "scan again, nothing changed", seconds).unit("s");
        self.report.add(seconds.at_most(1.0).limit(limit));
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
        let seconds = figure("T4", "one new file is visible", seconds).unit("s");
        self.report.add(seconds.at_most(2.0));
        Ok(())
    }
}
