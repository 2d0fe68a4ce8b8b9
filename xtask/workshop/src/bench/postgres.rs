//! The same library in PostgreSQL, and two servers on one database.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::json;

use super::{Bench, http::Client, limits, questions, report::Gate, server::Server};

/// How long the second server may take to show what the first one did.
const PATIENCE: Duration = Duration::from_secs(30);

/// T1, T8, T10, T11 and T13 on a private PostgreSQL that keeps nothing safe on disk, and T25.
pub(super) fn measure(bench: &mut Bench) -> Result<()> {
    let count = bench.size.small();
    let library = bench.library("small", count, true)?;
    let database = testkit::db::postgres();
    let words = ["--prepare=false", "--database", database.url()];
    let data = bench.data("postgres")?;
    let start = Instant::now();
    let first = Server::start_with(&bench.binary, &data, &library, &words)?;
    let mut client = first.client()?;
    let progress = Server::wait(&mut client, |progress| {
        progress["phase"] != "reading" && progress["total"].as_u64().unwrap_or(0) * 10 >= count * 9
    })?;
    let read = progress["read"].as_f64().unwrap_or(0.0);
    let rate = read / start.elapsed().as_secs_f64();
    bench.add(
        "T1",
        "PostgreSQL: files indexed in a second",
        rate,
        "/s",
        None,
        None,
    );
    questions::ask(&mut bench.report, &mut client, &questions::POSTGRES)?;
    questions::page_through(&mut bench.report, &mut client, &questions::POSTGRES)?;

    let words = [
        "--prepare=false",
        "--watch=false",
        "--database",
        database.url(),
    ];
    let data = bench.data("postgres-second")?;
    let second = Server::start_with(&bench.binary, &data, &library, &words)?;
    let seconds = shown_elsewhere(&mut client, &mut second.client()?, &library)?;
    let gate = Some(Gate::AtMost(1.0));
    let what = "PostgreSQL: a change through one server is in the other's results";
    bench.add("T25", what, seconds, "s", gate, None);
    questions::ask(&mut bench.report, &mut second.client()?, &questions::SECOND)
}

/// Seconds from when the first server shows a new picture until the second does.
fn shown_elsewhere(first: &mut Client, second: &mut Client, library: &Path) -> Result<f64> {
    let (_, before) = questions::head(first)?;
    // The second has the whole library when it shows as much as the first.
    until(second, |total| total == before)?;
    let files = limits::files(library)?;
    let is_picture =
        |path: &&std::path::PathBuf| path.extension().is_some_and(|kind| kind == "png");
    let source = files.iter().find(is_picture).context("no picture")?;
    let new = library.join("one new picture for two.png");
    fs::copy(source, &new)?;
    first.call("roots/scan_now", &json!({}))?;
    let shown = until(first, |total| total > before).and_then(|()| {
        let start = Instant::now();
        until(second, |total| total > before)?;
        Ok(start.elapsed().as_secs_f64())
    });
    fs::remove_file(new)?;
    shown
}

fn until(client: &mut Client, holds: impl Fn(u64) -> bool) -> Result<()> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if questions::head(client).is_ok_and(|(_, total)| holds(total)) {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    bail!("a server did not show what another did")
}
