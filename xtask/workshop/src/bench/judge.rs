//! Judging: one picture while others judge too, and all pictures at once.

use std::{
    fs::File,
    io::Write,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::{
    Bench,
    crowd::joined,
    http::Client,
    questions,
    report::{figure, series},
    server::Server,
};

/// Writers at the same time.
const WRITERS: usize = 8;
/// Judgements of each.
const EACH: usize = 500;
/// Writes that tell what the disk takes.
const SYNCS: usize = 200;

/// T29 to T31, over the small pictures that an earlier stage has read.
pub(super) fn measure(bench: &mut Bench) -> Result<()> {
    let library = bench.library("small", bench.size.small(), true)?;
    // Some hundred thousand revisions more with every run.
    let data = bench.copied(&bench.kept(&bench.small())?, "judge")?;
    let disk = series("-", "the disk: 4 kB written and synced", syncs(&data)?);
    // What is drawn in the background is another measurement.
    let words = ["--prepare=false"];
    let server = Server::start_with(&bench.binary, &data, &library, &words)?;
    let mut client = server.client()?;
    Server::wait(&mut client, |progress| {
        progress["phase"] == "idle" && progress["total"] != 0
    })?;
    let ids = ids(&mut client)?;
    let taken = one_by_one(server.port, &ids)?;
    let most = 2.0 * disk.milliseconds(95) + 2.0;
    let report = &mut bench.report;
    report.add(disk.part(50));
    report.add(disk.part(95));
    let what = "one picture judged, 8 writers";
    let taken = series("T29", what, taken);
    report.add(taken.part(50));
    report.add(taken.part(95).at_most(most));
    all_at_once(bench, &mut client, "")?;
    let empty = bench.empty()?;
    questions::aside(&mut bench.report, &mut client, &questions::SMALL, &empty)?;
    drop(client);
    drop(server);
    std::fs::remove_dir_all(data)?;
    Ok(())
}

/// T30: all small pictures as one operation, and back. `engine` stands before what is measured.
pub(super) fn all_at_once(bench: &mut Bench, client: &mut Client, engine: &str) -> Result<()> {
    // Files with the same bytes are one picture.
    let (_, count) = questions::head(client)?;
    let all = json!({"all_but": {"result": "0".repeat(26), "query": "", "except": []}});
    let wishes = [
        (
            "into the trash",
            "judge/set",
            json!({"selection": all, "edit": {"trash": true}}),
        ),
        (
            "tagged",
            "tags/set",
            json!({"selection": all, "name": "bench", "on": true}),
        ),
    ];
    for (what, door, wish) in wishes {
        let (done, time) = client.call(door, &wish)?;
        let pictures = done["changed"].as_u64().unwrap_or(0);
        ensure!(pictures == count, "{what}: {pictures} of {count}");
        let (back, undone) = client.call("judge/undo", &json!({"operation": done["operation"]}))?;
        ensure!(back["changed"] == pictures, "not all came back: {back}");
        for (what, time) in [(what, time), ("as they were again", undone)] {
            let what = format!("{engine}{pictures} pictures {what} as one operation");
            bench.report.add(
                figure("T30", &what, time.as_secs_f64())
                    .unit("s")
                    .at_most(3.0),
            );
        }
    }
    Ok(())
}

/// What it takes to write a little so that it survives a power cut.
fn syncs(data: &Path) -> Result<Vec<Duration>> {
    let path = data.join("sync.tmp");
    let mut file = File::create(&path)?;
    let mut times = Vec::with_capacity(SYNCS);
    for _ in 0..SYNCS {
        let start = Instant::now();
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        times.push(start.elapsed());
    }
    drop(file);
    std::fs::remove_file(path)?;
    Ok(times)
}

fn ids(client: &mut Client) -> Result<Vec<String>> {
    let query = json!({
        "words": [], "filters": [], "sort": {"first": {"key": "date", "descending": true}, "then": []},
        "view": "grid", "image": null, "at": null, "unknown": [],
    });
    let (page, _) = client.call("search/first_page", &json!({"query": query, "len": 100}))?;
    let cards = page["page"]["cards"].as_array().context("no cards")?;
    let ids = cards.iter().filter_map(|card| card["id"].as_str());
    Ok(ids.map(str::to_owned).collect())
}

/// Every writer judges pictures of its own, one after the other.
fn one_by_one(port: u16, ids: &[String]) -> Result<Vec<Duration>> {
    let own = ids.len() / WRITERS;
    thread::scope(|scope| {
        let threads: Vec<_> = ids
            .chunks(own)
            .take(WRITERS)
            .map(|own| scope.spawn(move || judge(port, own)))
            .collect();
        let mut all = Vec::new();
        for thread in threads {
            all.extend(joined(thread.join())?);
        }
        Ok(all)
    })
}

fn judge(port: u16, own: &[String]) -> Result<Vec<Duration>> {
    let mut client = Client::connect(port)?;
    let mut times = Vec::with_capacity(EACH);
    for number in 0..EACH {
        let stars = 1 + (number / own.len()) % 5;
        let id = &own[number % own.len()];
        let asked: Value = json!({"selection": {"these": [id]}, "edit": {"rating": stars}});
        let (_, time) = client.call("judge/set", &asked)?;
        times.push(time);
    }
    Ok(times)
}
