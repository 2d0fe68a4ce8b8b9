//! A million pictures.

use std::{fs, time::Instant};

use anyhow::{Result, ensure};

use super::{Bench, browser, questions, report::Gate, server::Server};

/// How many.
const COUNT: u64 = 1_000_000;
/// Thumbnails of a million pictures would fill a disk; they are drawn when somebody looks.
const WORDS: [&str; 1] = ["--prepare=false"];

/// T1, T2, T9 to T11, T13 to T18, T20 and T22 with a million small pictures.
pub(super) fn measure(bench: &mut Bench) -> Result<()> {
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
    bench.add(
        "T1",
        "1M: files indexed in a second",
        read / seconds,
        "/s",
        None,
        None,
    );
    bench.add(
        "T2",
        "1M: CPU for one file",
        cpu * 1000.0 / read,
        "ms",
        None,
        None,
    );
    bench.add(
        "T18",
        "1M: memory while indexing, at most",
        peak,
        "MB",
        None,
        None,
    );
    let size = fs::metadata(data.join("proofsheet.db"))?.len() as f64;
    let gate = Some(Gate::AtMost(2.4));
    bench.add(
        "T20",
        "1M: database for one picture, without raw chunks",
        size / read / 1000.0,
        "kB",
        gate,
        None,
    );
    drop((client, server));

    let start = Instant::now();
    let server = Server::start_with(&bench.binary, &data, &library, &WORDS)?;
    let mut client = server.client()?;
    let page = client.get("/")?;
    let seconds = start.elapsed().as_secs_f64();
    let text = String::from_utf8_lossy(&page.body);
    ensure!(text.contains("/media/"), "the first page has no pictures");
    let gate = Some(Gate::AtMost(5.0));
    bench.add(
        "T24",
        "1M: from the start to the first page with pictures",
        seconds,
        "s",
        gate,
        None,
    );
    Server::wait(&mut client, |progress| {
        progress["phase"] == "idle" && progress["seen"].as_u64().unwrap_or(0) * 10 >= COUNT * 9
    })?;
    let seconds = start.elapsed().as_secs_f64();
    bench.add(
        "T3",
        "1M: started, loaded and scanned again",
        seconds,
        "s",
        None,
        None,
    );
    let gate = Some(Gate::AtMost(600.0));
    bench.add(
        "T18",
        "1M: memory when nobody asks",
        server.idle_memory()?,
        "MB",
        gate,
        None,
    );
    // The connection that waited was quiet for too long.
    let mut client = server.client()?;
    questions::ask(&mut bench.report, &mut client, &questions::MILLION)?;
    questions::parameters(&mut bench.report, &mut client)?;
    questions::page_through(&mut bench.report, &mut client, &questions::MILLION)?;
    browser::measure(&bench.root, &mut bench.report, server.port, "1M: ")
}
