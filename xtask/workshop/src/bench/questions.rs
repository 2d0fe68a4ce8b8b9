//! Asking the library: lists, words, counts, and every page of a result.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use anyhow::{Result, ensure};
use domain::query::Query;
use serde_json::{Value, json};

use super::{
    crowd::joined,
    empty::Empty,
    http::Client,
    pace::{self, EVERY, Pace},
    report::{Report, figure, series},
};

/// Questions of one kind.
const TIMES: u32 = 120;

fn query(text: &str) -> Value {
    serde_json::to_value(Query::parse(text)).unwrap_or_default()
}

fn first_page(client: &mut Client, text: &str, len: u32) -> Result<Value> {
    let arguments = json!({ "query": query(text), "len": len });
    Ok(client.call("search/first_page", &arguments)?.0)
}

/// What questions to a library of some size may take, in milliseconds.
pub(super) struct Scale {
    /// What is said before the name of a figure.
    name: &'static str,
    /// Row of the pages.
    pages: &'static str,
    /// How often something is asked; a server that holds the gates has time for it.
    every: Duration,
    /// A page: median and 95th percentile.
    page: (f64, f64),
    /// A page of words, 95th percentile.
    words: f64,
    /// All counts, 95th percentile.
    counts: f64,
    /// A page of a filter by a parameter, and the values of one, 95th percentile.
    parameters: f64,
}

/// A hundred thousand pictures.
pub(super) const SMALL: Scale = Scale {
    name: "",
    pages: "T8",
    every: EVERY,
    page: (3.0, 8.0),
    words: 10.0,
    counts: 30.0,
    parameters: 30.0,
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
    every: Duration::from_millis(125),
    page: (5.0, 15.0),
    words: 30.0,
    counts: 100.0,
    parameters: 100.0,
};

impl Scale {
    fn titled(&self, what: &str) -> String {
        format!("{}{what}", self.name)
    }
}

/// Questions to one server, and where their times go.
struct Asking<'a> {
    report: &'a mut Report,
    client: &'a mut Client,
    scale: &'a Scale,
    empty: &'a Empty,
    /// Makes every question new to the server, by a bound on the width that holds for all pictures,
    /// so that no held result answers it.
    fresh: u32,
}

/// T8 to T11 and T22: pages, words, counts and parameters.
pub(super) fn ask(
    report: &mut Report,
    client: &mut Client,
    scale: &Scale,
    empty: &Empty,
) -> Result<()> {
    let mut asking = Asking::new(report, client, scale, empty, 100_000);
    asking.warm()?;
    asking.pages()?;
    asking.deep()?;
    asking.words()?;
    asking.counts()?;
    asking.parameters()
}

/// T30 and T31: many pictures into the trash and back, the trash while they are there, and what was done.
pub(super) fn aside(
    report: &mut Report,
    client: &mut Client,
    scale: &Scale,
    empty: &Empty,
) -> Result<()> {
    let mut asking = Asking::new(report, client, scale, empty, 200_000);
    let selection = json!({"all_but":
        {"result": "0".repeat(26), "query": "tool=comfyui", "except": []}});
    let wish = json!({"selection": selection, "edit": {"trash": true}});
    let (done, into) = asking.client.call("judge/set", &wish)?;
    let pictures = done["changed"].as_u64().unwrap_or(0);
    ensure!(pictures > 0, "nothing went into the trash: {done}");
    asking.places(&done["operation"])?;
    let wish = json!({"operation": done["operation"]});
    let (back, undone) = asking.client.call("judge/undo", &wish)?;
    ensure!(back["changed"] == pictures, "not all came back: {back}");
    for (what, time) in [("into the trash", into), ("as they were again", undone)] {
        let what = scale.titled(&format!("{pictures} pictures {what} as one operation"));
        let seconds = figure("T30", what, time.as_secs_f64()).unit("s");
        asking.report.add(seconds);
    }
    Ok(())
}

impl<'a> Asking<'a> {
    fn new(
        report: &'a mut Report,
        client: &'a mut Client,
        scale: &'a Scale,
        empty: &'a Empty,
        fresh: u32,
    ) -> Self {
        Self {
            report,
            client,
            scale,
            empty,
            fresh,
        }
    }

    /// The times of a question that is told the next of the texts, each of them new to the server.
    fn times(
        &mut self,
        texts: &[&str],
        question: impl Fn(&mut Client, &str) -> Result<()>,
    ) -> Result<Vec<Duration>> {
        pace::ask(TIMES, self.scale.every, |turn| {
            self.fresh += 1;
            let text = texts[turn as usize % texts.len()];
            question(self.client, &format!("{text}&w=1..{}", self.fresh))
        })
    }

    fn page(&mut self, what: &str, times: Vec<Duration>) {
        self.page_of(self.scale.pages, what, times);
    }

    /// A page of a row that is not that of the pages.
    fn page_of(&mut self, row: &'static str, what: &str, times: Vec<Duration>) {
        let (half, most) = self.scale.page;
        let series = series(row, self.scale.titled(what), times);
        for (percent, bound) in [(50, half), (95, most)] {
            let limit = self.empty.paced.milliseconds(percent);
            let figure = series.part(percent).at_most(bound);
            self.report.add(figure.limit(limit));
        }
    }

    fn most(&mut self, row: &'static str, what: &str, bound: f64, times: Vec<Duration>) {
        let series = series(row, self.scale.titled(what), times);
        self.report.add(series.part(50));
        self.report.add(series.part(95).at_most(bound));
    }

    /// Asks for some pages first: what a connection of the server's to its database does once is done then.
    fn warm(&mut self) -> Result<()> {
        self.times(&["", "tool=comfyui"], hundred).map(drop)
    }

    fn pages(&mut self) -> Result<()> {
        let times = self.times(&[""], hundred)?;
        self.page("newest page of 100", times);
        let texts = [
            "tool=comfyui",
            "steps=20..30",
            "has=lora&cfg=..7",
            "sort=seed",
        ];
        let times = self.times(&texts, hundred)?;
        self.page("page of a filter", times);
        Ok(())
    }

    /// The trash, and History after an operation on many pictures.
    fn places(&mut self, operation: &Value) -> Result<()> {
        let texts = ["is=trashed", "is=trashed&steps=20..30"];
        let times = self.times(&texts, hundred)?;
        self.page_of("T31", "page of the trash", times);
        let times = pace::ask(TIMES, self.scale.every, |_| {
            self.client.call("judge/operations", &json!({})).map(drop)
        })?;
        self.page_of("T31", "page of History", times);
        let wish = |since: bool| json!({"operation": operation, "changed_since": since});
        let times = pace::ask(TIMES, self.scale.every, |_| {
            self.client.call("judge/pictures", &wish(false)).map(drop)
        })?;
        self.page_of("T31", "History: pictures of an operation", times);
        // All pictures of the operation are looked at: asked when taking it back leaves some.
        let (_, time) = self.client.call("judge/pictures", &wish(true))?;
        let what = "History: those of an operation that were changed since";
        let time = figure("T31", self.scale.titled(what), time.as_secs_f64() * 1000.0);
        self.report.add(time.unit("ms"));
        let times = pace::ask(TIMES, self.scale.every, |_| {
            self.client.call("judge/aside", &json!({})).map(drop)
        })?;
        self.page_of("T31", "how many are in the trash, hidden, missing", times);
        Ok(())
    }

    fn deep(&mut self) -> Result<()> {
        let (result, total) = head(self.client)?;
        let times = pace::ask(TIMES, self.scale.every, |turn| {
            let offset = total * (u64::from(turn) * 37 % 100) / 100;
            let window = json!({ "result": result, "window": { "offset": offset, "len": 100 } });
            self.client.call("search/window", &window).map(drop)
        })?;
        self.page("window of 100 anywhere", times);
        Ok(())
    }

    fn words(&mut self) -> Result<()> {
        let texts = [
            "q=light",
            "q=teal%20silk",
            "q=zqxv",
            "q=a",
            "q=%22soft%20light%22",
        ];
        let times = self.times(&texts, hundred)?;
        let bound = self.scale.words;
        self.most("T10", "page of words, common to none", bound, times);
        Ok(())
    }

    fn counts(&mut self) -> Result<()> {
        let texts = ["q=light", "tool=comfyui", "", "steps=20.."];
        let times = self.times(&texts, |client, text| {
            let arguments = json!({ "query": query(text) });
            client.call("search/facets", &arguments).map(drop)
        })?;
        let bound = self.scale.counts;
        self.most("T11", "all counts of a filtered set", bound, times);
        Ok(())
    }

    fn parameters(&mut self) -> Result<()> {
        let texts = [
            "param.KSampler.cfg=4..6",
            "param.sampler_name=euler",
            "param.seed=1..1e14",
            "param.denoise=..0.9",
        ];
        let times = self.times(&texts, hundred)?;
        let bound = self.scale.parameters;
        self.most("T22", "page of a filter by a parameter", bound, times);
        let names = ["KSampler.cfg", "KSampler.seed", "scheduler"];
        let times = self.times(&names, |client, text| {
            let (name, text) = text.split_once('&').unwrap_or((text, ""));
            let arguments = json!({ "name": name, "query": query(text) });
            client.call("search/parameter", &arguments).map(drop)
        })?;
        self.most("T22", "values of a parameter", bound, times);
        Ok(())
    }
}

fn hundred(client: &mut Client, text: &str) -> Result<()> {
    first_page(client, text, 100).map(drop)
}

/// The result of everything, and how many pictures it has.
pub(super) fn head(client: &mut Client) -> Result<(Value, u64)> {
    let page = first_page(client, "", 1)?;
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
    let what = scale.titled("pictures lost or doubled while paging");
    report.add(figure("T13", what, lost as f64).at_most(0.0));
    Ok(())
}

/// Asks for the newest page at a steady rate while the server is busy with something else.
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
            let (mut pace, mut times) = (Pace::now(EVERY), Vec::new());
            while !stopped.load(Ordering::Relaxed) {
                let due = pace.wait();
                hundred(&mut client, "")?;
                times.push(due.elapsed());
            }
            Ok(times)
        });
        Self { stop, thread }
    }

    /// Stops asking and gives the times.
    pub(super) fn stop(self) -> Result<Vec<Duration>> {
        self.stop.store(true, Ordering::Relaxed);
        joined(self.thread.join())
    }
}
