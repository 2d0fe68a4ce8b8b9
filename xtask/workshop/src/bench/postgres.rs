//! The same library in PostgreSQL, and two servers on one database.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::json;
use testkit::db::Autovacuum;

use super::{
    Bench,
    empty::Empty,
    http::Client,
    judge, limits,
    questions::{self, Scale},
    report::figure,
    server::Server,
};

/// How long the second server may take to show what the first one did.
const PATIENCE: Duration = Duration::from_secs(30);

/// T1, T8, T10, T11, T13, T22 and T30 on a private PostgreSQL that gathers its statistics as it comes but
/// keeps nothing safe on disk, and T25.
pub(super) fn measure(bench: &mut Bench) -> Result<()> {
    let empty = bench.empty()?;
    let count = bench.size.small();
    let library = bench.library("small", count, true)?;
    let database = testkit::db::postgres_with(Autovacuum::On);
    let words = ["--prepare=false", "--database", database.url()];
    let data = bench.data("postgres")?;
    let start = Instant::now();
    let first = Server::start_with(&bench.binary, &data, &library, &words)?;
    let mut client = first.client()?;
    let progress = Server::wait(&mut client, |progress| {
        progress["phase"] != "reading" && progress["total"].as_u64().unwrap_or(0) * 10 >= count * 9
    })?;
    let rate = progress["read"].as_f64().unwrap_or(0.0) / start.elapsed().as_secs_f64();
    let what = "PostgreSQL: files indexed in a second";
    bench.report.add(figure("T1", what, rate).unit("/s"));
    ask(bench, &mut client, &questions::POSTGRES, &empty)?;
    judge::all_at_once(bench, &mut client, "PostgreSQL: ")?;

    let words = [
        "--prepare=false",
        "--notice=false",
        "--database",
        database.url(),
    ];
    let data = bench.data("postgres-second")?;
    let second = Server::start_with(&bench.binary, &data, &library, &words)?;
    let seconds = shown_elsewhere(&mut client, &mut second.client()?, &library)?;
    let what = "PostgreSQL: a change through one server is in the other's results";
    bench
        .report
        .add(figure("T25", what, seconds).unit("s").at_most(1.0));
    ask(bench, &mut second.client()?, &questions::SECOND, &empty)
}

fn ask(bench: &mut Bench, client: &mut Client, scale: &Scale, empty: &Empty) -> Result<()> {
    questions::ask(&mut bench.report, client, scale, empty)?;
    questions::page_through(&mut bench.report, client, scale)
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
