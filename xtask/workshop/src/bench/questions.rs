//! Asking the library: lists, words, counts, and every page of a result.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use anyhow::{Result, bail, ensure};
use domain::query::Query;
use serde_json::{Value, json};

use super::{
    http::Client,
    report::{Figure, Gate, Report},
};

/// Questions of one kind.
const TIMES: usize = 120;
/// How often the list is asked for while the server works.
const EVERY: Duration = Duration::from_millis(25);

fn query(text: &str) -> Value {
    serde_json::to_value(Query::parse(text)).unwrap_or_default()
}

fn first_page(client: &mut Client, text: &str, len: u32) -> Result<(Value, Duration)> {
    client.call(
        "search/first_page",
        &json!({ "query": query(text), "len": len }),
    )
}

/// T8, T10 and T11: pages, words and counts. Every question is new to the server, by a bound on
/// the seed that holds for all pictures, so that no held result answers it.
pub(super) fn ask(report: &mut Report, client: &mut Client) -> Result<()> {
    let mut fresh = 0;
    let mut series = |client: &mut Client, texts: &[&str]| -> Result<Vec<Duration>> {
        let mut times = Vec::new();
        for turn in 0..TIMES {
            fresh += 1;
            let text = format!("{}&w=1..{}", texts[turn % texts.len()], 100_000 + fresh);
            times.push(first_page(client, &text, 100)?.1);
        }
        Ok(times)
    };
    let (page, word) = (Some(Gate::AtMost(3.0)), Some(Gate::AtMost(8.0)));
    let mut newest = series(client, &[""])?;
    report.times("T8", "newest page of 100", &mut newest, (page, word));
    let mut filters = series(
        client,
        &[
            "tool=comfyui",
            "steps=20..30",
            "has=lora&cfg=..7",
            "sort=seed",
        ],
    )?;
    report.times("T8", "page of a filter", &mut filters, (page, word));
    let mut words = series(
        client,
        &[
            "q=light",
            "q=teal%20silk",
            "q=zqxv",
            "q=a",
            "q=%22soft%20light%22",
        ],
    )?;
    report.times(
        "T10",
        "page of words, common to none",
        &mut words,
        (None, Some(Gate::AtMost(10.0))),
    );
    deep(report, client)?;
    let mut counts = Vec::new();
    for turn in 0..TIMES {
        let text = ["q=light", "tool=comfyui", "", "steps=20.."][turn % 4];
        let text = format!("{text}&w=1..{}", 200_000 + turn);
        counts.push(
            client
                .call("search/facets", &json!({ "query": query(&text) }))?
                .1,
        );
    }
    report.times(
        "T11",
        "all counts of a filtered set",
        &mut counts,
        (None, Some(Gate::AtMost(30.0))),
    );
    Ok(())
}

fn deep(report: &mut Report, client: &mut Client) -> Result<()> {
    let (result, total) = head(client)?;
    let mut times = Vec::new();
    for turn in 0..TIMES as u64 {
        let offset = total * (turn * 37 % 100) / 100;
        let window = json!({ "result": result, "window": { "offset": offset, "len": 100 } });
        times.push(client.call("search/window", &window)?.1);
    }
    let gates = (Some(Gate::AtMost(3.0)), Some(Gate::AtMost(8.0)));
    report.times("T8", "window of 100 anywhere", &mut times, gates);
    Ok(())
}

fn head(client: &mut Client) -> Result<(Value, u64)> {
    let (page, _) = first_page(client, "", 1)?;
    let total = page["head"]["total"].as_u64().unwrap_or(0);
    ensure!(total > 0, "the library is empty");
    Ok((page["head"]["id"].clone(), total))
}

/// T13: every picture comes exactly once when all windows are fetched.
pub(super) fn page_through(report: &mut Report, client: &mut Client) -> Result<()> {
    let (result, total) = head(client)?;
    let mut ids = HashSet::new();
    let mut cards = 0;
    for offset in (0..total).step_by(500) {
        let window = json!({ "result": result, "window": { "offset": offset, "len": 500 } });
        let (page, _) = client.call("search/window", &window)?;
        for card in page["cards"].as_array().into_iter().flatten() {
            cards += 1;
            ids.insert(card["id"].as_str().unwrap_or_default().to_owned());
        }
    }
    let lost = total.abs_diff(ids.len() as u64) + total.abs_diff(cards);
    report.add(Figure {
        row: "T13",
        what: "pictures lost or doubled while paging".to_owned(),
        value: lost as f64,
        unit: "",
        gate: Some(Gate::AtMost(0.0)),
        limit: None,
    });
    Ok(())
}

/// Asks for the newest page at a steady rate while the server is busy with something else. Times
/// count from when a question was due, so that a stall is not hidden.
pub(super) struct Watching {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Result<Vec<Duration>>>,
}

impl Watching {
    /// Starts asking.
    pub(super) fn start(port: u16) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let mut client = Client::connect(port)?;
            let (start, mut times) = (Instant::now(), Vec::new());
            for turn in 0_u32.. {
                if stopped.load(Ordering::Relaxed) {
                    break;
                }
                let due = EVERY * turn;
                std::thread::sleep(due.saturating_sub(start.elapsed()));
                first_page(&mut client, "", 100)?;
                times.push(start.elapsed().saturating_sub(due));
            }
            Ok(times)
        });
        Self { stop, thread }
    }

    /// Stops asking and gives the times.
    pub(super) fn stop(self) -> Result<Vec<Duration>> {
        self.stop.store(true, Ordering::Relaxed);
        match self.thread.join() {
            Ok(times) => times,
            Err(_) => bail!("the watching thread panicked"),
        }
    }
}
