//! Bytes on the wire: thumbnails and archives.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use domain::query::Query;
use serde_json::{Value, json};

use super::{
    empty::Empty,
    http::Client,
    limits,
    report::{Report, figure, series},
    server::Server,
};

/// Thumbnails asked for in a series.
const THUMBS: u64 = 80;

fn cards(client: &mut Client, sort: &str) -> Result<Vec<Value>> {
    let query = Query::parse(&format!("is=-video&sort={sort}"));
    let arguments = json!({ "query": query, "len": THUMBS });
    let (page, _) = client.call("search/first_page", &arguments)?;
    Ok(page["page"]["cards"]
        .as_array()
        .cloned()
        .unwrap_or_default())
}

fn fetch(client: &mut Client, cards: &[Value], size: u32) -> Result<Vec<Duration>> {
    let mut times = Vec::new();
    for card in cards {
        let text = |key: &str| card[key].as_str().unwrap_or_default().to_owned();
        let answer = client.get(&format!(
            "/media/{}/{}/{size}.webp",
            text("id"),
            text("stamp")
        ))?;
        // A few demo files are broken on purpose and have no thumbnail.
        if answer.status == 200 {
            times.push(answer.whole);
        }
    }
    ensure!(
        times.len() * 10 >= cards.len() * 8,
        "most thumbnails could not be fetched"
    );
    Ok(times)
}

/// T6 cold: the oldest pictures, which the background has not reached.
pub(super) fn cold_thumbnails(report: &mut Report, client: &mut Client) -> Result<()> {
    let cards = cards(client, "date")?;
    let what = "cold thumbnail beside background work";
    let times = series("T6", what, fetch(client, &cards, 256)?);
    report.add(times.part(50).at_most(15.0));
    report.add(times.part(95).at_most(30.0));
    Ok(())
}

/// T6 warm.
pub(super) fn warm_thumbnails(
    report: &mut Report,
    client: &mut Client,
    empty: &Empty,
) -> Result<()> {
    let cards = cards(client, "-date")?;
    fetch(client, &cards, 256)?;
    let times = series("T6", "warm thumbnail", fetch(client, &cards, 256)?);
    let limit = |percent| empty.steady.milliseconds(percent);
    report.add(times.part(50).at_most(1.0).limit(limit(50)));
    report.add(times.part(95).limit(limit(95)));
    Ok(())
}

/// Has everything prepared as one archive, or the newest so many pictures; gives its path.
pub(super) fn prepare(client: &mut Client, newest: Option<u32>) -> Result<String> {
    let status = prepared(client, newest)?;
    Ok(format!(
        "/export/{}.zip",
        status["id"].as_str().unwrap_or_default()
    ))
}

fn prepared(client: &mut Client, newest: Option<u32>) -> Result<Value> {
    let query = Query::default();
    let len = newest.unwrap_or(1);
    let (page, _) = client.call("search/first_page", &json!({ "query": query, "len": len }))?;
    let selection = match newest {
        Some(_) => {
            let cards = page["page"]["cards"].as_array().into_iter().flatten();
            json!({ "these": cards.map(|card| &card["id"]).collect::<Vec<_>>() })
        }
        None => json!({
            "all_but": { "result": page["head"]["id"], "query": "", "except": [] }
        }),
    };
    let options = json!({
        "template": "{name}", "strip": false, "text": true, "json": false, "manifest": true
    });
    let request = json!({ "request": { "selection": selection, "options": options } });
    let (mut status, _) = client.call("exports/create", &request)?;
    while status["state"] == "preparing" {
        thread::sleep(Duration::from_millis(10));
        status = client
            .call("exports/status", &json!({ "id": status["id"] }))?
            .0;
    }
    Ok(status)
}

/// T19: everything as one archive.
pub(super) fn archive(report: &mut Report, client: &mut Client, server: &Server) -> Result<()> {
    let start = Instant::now();
    let status = prepared(client, None)?;
    let prepared = start.elapsed().as_secs_f64();
    let path = format!("/export/{}.zip", status["id"].as_str().unwrap_or_default());
    client.get(&path)?;
    let before = server.memory()?;
    let answer = client.get(&path)?;
    let grown = server.memory()? - before;
    let megabytes = answer.body.len() as f64 / 1e6;
    ensure!(
        status["bytes"].as_u64() == Some(answer.body.len() as u64),
        "not the promised length"
    );
    let part = |what: &str, value, unit| figure("T19", what, value).unit(unit);
    let rate = megabytes / answer.whole.as_secs_f64();
    let rate = part("archive, megabytes in a second", rate, "MB/s");
    report.add(rate.at_least(600.0).limit(limits::loopback()?));
    let first = answer.first.as_secs_f64() * 1000.0;
    report.add(part("archive, first byte", first, "ms").at_most(100.0));
    report.add(part("archive, memory that it took", grown, "MB").at_most(8.0));
    report.add(part("archive, size", megabytes, "MB"));
    report.add(part("archive, time to prepare", prepared, "s"));
    Ok(())
}
