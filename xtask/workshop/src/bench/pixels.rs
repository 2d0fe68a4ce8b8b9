//! Thumbnails and archives, with full-size pictures.

use std::time::Instant;

use anyhow::Result;

use super::{Bench, questions, report::Gate, server::Server, transfer};

/// T5 to T7, T18 and T19.
pub(super) fn measure(bench: &mut Bench) -> Result<()> {
    let library = bench.library("full", bench.size.full(), false)?;
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
    let mut busy = watching.stop()?;
    bench.add(
        "T5",
        "pictures finished in a second on a core (256 + 512 px)",
        rate,
        "/s",
        None,
        None,
    );
    bench.report.times(
        "T7",
        "list page while drawing",
        &mut busy,
        (None, Some(Gate::AtMost(20.0))),
    );
    transfer::warm_thumbnails(&mut bench.report, &mut client)?;
    bench.add(
        "T18",
        "memory after drawing",
        server.memory()?,
        "MB",
        Some(Gate::AtMost(300.0)),
        None,
    );
    transfer::archive(&mut bench.report, &mut client, &server)
}
