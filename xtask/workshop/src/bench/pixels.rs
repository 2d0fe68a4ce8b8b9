//! Thumbnails and archives, with full-size pictures.

use std::time::Instant;

use anyhow::Result;

use super::{
    Bench, browser, questions,
    report::{figure, series},
    server::Server,
    transfer,
};

/// T5 to T7, T18, T19 and T32.
pub(super) fn measure(bench: &mut Bench) -> Result<()> {
    let library = bench.library("full", bench.size.full(), false)?;
    let decodes = bench.decodes_per_second(&library)?;
    let empty = bench.empty()?;
    let data = bench.data("full")?;
    let server = Server::start(&bench.binary, &data, &library)?;
    let mut client = server.client()?;
    let progress = Server::wait(&mut client, |progress| {
        progress["phase"] != "reading" && progress["total"] != 0
    })?;
    let watching = questions::Watching::start(server.port);
    let (start, total) = (Instant::now(), progress["total"].as_f64().unwrap_or(1.0));
    transfer::cold_thumbnails(&mut bench.report, &mut client)?;
    Server::wait(&mut client, |progress| {
        progress["phase"] == "idle" && progress["waiting"] == 0
    })?;
    let cores = std::thread::available_parallelism()?.get() as f64;
    let rate = total / start.elapsed().as_secs_f64() / cores;
    let busy = series("T7", "list page while drawing", watching.stop()?);
    let what = "pictures finished in a second on a core (256 + 512 px)";
    let report = &mut bench.report;
    report.add(figure("T5", what, rate).unit("/s").limit(decodes));
    report.add(busy.part(50));
    report.add(busy.part(95).at_most(20.0));
    transfer::warm_thumbnails(report, &mut client, &empty)?;
    let memory = figure("T18", "memory after drawing", server.memory()?);
    report.add(memory.unit("MB").at_most(300.0));
    transfer::archive(report, &mut client, &server)?;
    browser::cull(&bench.root, report, server.port)
}
