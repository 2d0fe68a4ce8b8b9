//! A million pictures.

use std::{fs, time::Instant};

use anyhow::{Result, ensure};

use super::{Bench, browser, questions, report::figure, server::Server, wish::Size};

/// How many.
const COUNT: u64 = 1_000_000;
/// Thumbnails of a million pictures would fill a disk; they are drawn when somebody looks.
const WORDS: [&str; 1] = ["--prepare=false"];

/// T1, T2, T9 to T11, T13 to T18, T20, T22, T28, T30 and T31 with a million small pictures.
pub(super) fn measure(bench: &mut Bench) -> Result<()> {
    let empty = bench.empty()?;
    let minutes = if bench.size == Size::Full { 10 } else { 1 };
    let library = bench.library("small", COUNT, true)?;
    let data = bench.data("million")?;
    let start = Instant::now();
    let server = Server::start_with(&bench.binary, &data, &library, &WORDS)?;
    let mut client = server.client()?;
    let mut peak: f64 = 0.0;
    let progress = Server::wait(&mut client, |progress| {
        peak = peak.max(server.memory().unwrap_or(0.0));
        progress["phase"] != "reading" && progress["total"].as_u64().unwrap_or(0) * 10 >= COUNT * 9
    })?;
    let (seconds, cpu) = (start.elapsed().as_secs_f64(), server.cpu()?);
    let read = progress["read"].as_f64().unwrap_or(0.0).max(1.0);
    let report = &mut bench.report;
    report.add(figure("T1", "1M: files indexed in a second", read / seconds).unit("/s"));
    report.add(figure("T2", "1M: CPU for one file", cpu * 1000.0 / read).unit("ms"));
    report.add(figure("T18", "1M: memory while indexing, at most", peak).unit("MB"));
    let size = fs::metadata(data.join("proofsheet.db"))?.len() as f64 / read / 1000.0;
    let what = "1M: database for one picture, without raw chunks";
    report.add(figure("T20", what, size).unit("kB").at_most(2.4));
    drop((client, server));

    let start = Instant::now();
    let server = Server::start_with(&bench.binary, &data, &library, &WORDS)?;
    let mut client = server.client()?;
    let page = client.get("/")?;
    let seconds = start.elapsed().as_secs_f64();
    let text = String::from_utf8_lossy(&page.body);
    ensure!(text.contains("/media/"), "the first page has no pictures");
    let what = "1M: from the start to the first page with pictures";
    report.add(figure("T24", what, seconds).unit("s").at_most(5.0));
    Server::wait(&mut client, |progress| {
        progress["phase"] == "idle" && progress["seen"].as_u64().unwrap_or(0) * 10 >= COUNT * 9
    })?;
    let seconds = start.elapsed().as_secs_f64();
    let what = "1M: started, loaded and scanned again";
    report.add(figure("T3", what, seconds).unit("s"));
    let memory = figure("T18", "1M: memory when nobody asks", server.idle_memory()?);
    report.add(memory.unit("MB").at_most(600.0));
    // The connection that waited was quiet for too long.
    let mut client = server.client()?;
    questions::ask(report, &mut client, &questions::MILLION, &empty)?;
    questions::page_through(report, &mut client, &questions::MILLION)?;
    questions::aside(report, &mut client, &questions::MILLION, &empty)?;
    browser::measure(&bench.root, report, server.port, "1M: ")?;
    browser::roam(&bench.root, report, server.port, minutes)
}
