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

/// What questions to a library of some size may take, in milliseconds.
pub(super) struct Scale {
    /// What is said before the name of a figure.
    name: &'static str,
    /// Row of the pages.
    pages: &'static str,
    /// A page: median and 95th percentile.
    page: (f64, f64),
    /// A page of words, 95th percentile.
    words: f64,
    /// All counts, 95th percentile.
    counts: f64,
}

/// A hundred thousand pictures.
pub(super) const SMALL: Scale = Scale {
    name: "",
    pages: "T8",
    page: (3.0, 8.0),
    words: 10.0,
    counts: 30.0,
};

/// The same in PostgreSQL.
pub(super) const POSTGRES: Scale = Scale {
    name: "PostgreSQL: ",
    ..SMALL
};

/// The same through the second of two servers.
pub(super) const SECOND: Scale = Scale {
    name: "PostgreSQL, second server: ",
    ..SMALL
};

/// A million.
pub(super) const MILLION: Scale = Scale {
    name: "1M: ",
    pages: "T9",
    page: (5.0, 15.0),
    words: 30.0,
    counts: 100.0,
};

impl Scale {
    fn gates(&self) -> (Option<Gate>, Option<Gate>) {
        (
            Some(Gate::AtMost(self.page.0)),
            Some(Gate::AtMost(self.page.1)),
        )
    }

    fn titled(&self, what: &str) -> String {
        format!("{}{what}", self.name)
    }
}

/// T8 to T11: pages, words and counts. Every question is new to the server, by a bound on the width
/// that holds for all pictures, so that no held result answers it.
pub(super) fn ask(report: &mut Report, client: &mut Client, scale: &Scale) -> Result<()> {
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
    let mut newest = series(client, &[""])?;
    let what = scale.titled("newest page of 100");
    report.times(scale.pages, &what, &mut newest, scale.gates());
    let mut filters = series(
        client,
        &[
            "tool=comfyui",
            "steps=20..30",
            "has=lora&cfg=..7",
            "sort=seed",
        ],
    )?;
    let what = scale.titled("page of a filter");
    report.times(scale.pages, &what, &mut filters, scale.gates());
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
        &scale.titled("page of words, common to none"),
        &mut words,
        (None, Some(Gate::AtMost(scale.words))),
    );
    deep(report, client, scale)?;
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
        &scale.titled("all counts of a filtered set"),
        &mut counts,
        (None, Some(Gate::AtMost(scale.counts))),
    );
    Ok(())
}

/// Filters and values of parameters of nodes.
pub(super) fn parameters(report: &mut Report, client: &mut Client) -> Result<()> {
    let mut filters = Vec::new();
    let texts = [
        "param.KSampler.cfg=4..6",
        "param.sampler_name=euler",
        "param.seed=1..1e14",
        "param.denoise=..0.9",
    ];
    for turn in 0..TIMES {
        let text = format!("{}&w=1..{}", texts[turn % texts.len()], 300_000 + turn);
        filters.push(first_page(client, &text, 100)?.1);
    }
    let gates = (None, Some(Gate::AtMost(100.0)));
    let what = "1M: page of a filter by a parameter";
    report.times("T22", what, &mut filters, gates);
    let mut values = Vec::new();
    for turn in 0..TIMES {
        let name = ["KSampler.cfg", "KSampler.seed", "scheduler"][turn % 3];
        let text = format!("w=1..{}", 400_000 + turn);
        let arguments = json!({ "name": name, "query": query(&text) });
        values.push(client.call("search/parameter", &arguments)?.1);
    }
    report.times("T22", "1M: values of a parameter", &mut values, gates);
    Ok(())
}

fn deep(report: &mut Report, client: &mut Client, scale: &Scale) -> Result<()> {
    let (result, total) = head(client)?;
    let mut times = Vec::new();
    for turn in 0..TIMES as u64 {
        let offset = total * (turn * 37 % 100) / 100;
        let window = json!({ "result": result, "window": { "offset": offset, "len": 100 } });
        times.push(client.call("search/window", &window)?.1);
    }
    let what = scale.titled("window of 100 anywhere");
    report.times(scale.pages, &what, &mut times, scale.gates());
    Ok(())
}

/// The result of everything, and how many pictures it has.
pub(super) fn head(client: &mut Client) -> Result<(Value, u64)> {
    let (page, _) = first_page(client, "", 1)?;
    let total = page["head"]["total"].as_u64().unwrap_or(0);
    ensure!(total > 0, "the library is empty");
    Ok((page["head"]["id"].clone(), total))
}

/// T13: every picture comes exactly once when all windows are fetched.
pub(super) fn page_through(report: &mut Report, client: &mut Client, scale: &Scale) -> Result<()> {
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
        what: scale.titled("pictures lost or doubled while paging"),
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
