//! What Prometheus is told: numbers of the library, and how requests were answered.
//!
//! The labels are words of this file and status codes, so there are never more series than it can write; none tells a
//! path, a name or a prompt.

use std::fmt::{Display, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use gallery::Numbers;

/// Kinds of addresses.
const CLASSES: [&str; 9] = [
    "page", "function", "media", "export", "upload", "events", "asset", "sign_in", "care",
];

/// Bounds of the histogram of durations, in milliseconds.
const BOUNDS: [u64; 12] = [
    1, 3, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 10_000, 60_000,
];

/// Status codes go from 100 to 599.
const STATUSES: usize = 500;

/// How requests were answered since the server started.
#[derive(Debug)]
pub(crate) struct Metrics([Answered; CLASSES.len()]);

/// How those of one class were.
#[derive(Debug)]
struct Answered {
    by_status: [AtomicU64; STATUSES],
    /// Those that took at most so long, each in one place; the last is for all that took longer.
    by_duration: [AtomicU64; BOUNDS.len() + 1],
    micros: AtomicU64,
}

impl Default for Metrics {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Answered {
            by_status: std::array::from_fn(|_| AtomicU64::new(0)),
            by_duration: std::array::from_fn(|_| AtomicU64::new(0)),
            micros: AtomicU64::new(0),
        }))
    }
}

/// Counts a request, and how long it took until its answer began.
pub(crate) async fn count(
    State(metrics): State<Arc<Metrics>>,
    request: Request,
    next: Next,
) -> Response {
    let class = class(request.uri().path());
    let start = Instant::now();
    let response = next.run(request).await;
    metrics.note(class, response.status().as_u16(), start.elapsed());
    response
}

/// The place of an address in [`CLASSES`].
fn class(path: &str) -> usize {
    let first = path.trim_start_matches('/').split('/').next();
    let word = match first.unwrap_or_default() {
        "fn" => "function",
        "media" => "media",
        "export" | "exchange" => "export",
        "uploads" => "upload",
        "events" => "events",
        "pkg" => "asset",
        "sign-in" | "sign-out" | "trust" => "sign_in",
        "livez" | "readyz" | "metrics" => "care",
        _ => "page",
    };
    let place = CLASSES.iter().position(|class| *class == word);
    place.unwrap_or(0)
}

impl Metrics {
    fn note(&self, class: usize, status: u16, took: Duration) {
        let answered = &self.0[class];
        let status = usize::from(status).saturating_sub(100).min(STATUSES - 1);
        answered.by_status[status].fetch_add(1, Ordering::Relaxed);
        let place = BOUNDS
            .iter()
            .position(|bound| took <= Duration::from_millis(*bound));
        let place = place.unwrap_or(BOUNDS.len());
        answered.by_duration[place].fetch_add(1, Ordering::Relaxed);
        let micros = took.as_micros() as u64;
        answered.micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// All numbers in Prometheus' text format.
    pub(crate) fn text(&self, numbers: &Numbers) -> String {
        let mut out = Exposition(String::with_capacity(8 << 10));
        library(&mut out, numbers);
        self.requests(&mut out);
        out.0
    }

    fn requests(&self, out: &mut Exposition) {
        let name = "proofsheet_http_requests_total";
        out.head(name, "counter", "Requests that were answered.");
        for (class, answered) in CLASSES.iter().zip(&self.0) {
            for (status, count) in (100..).zip(&answered.by_status) {
                let count = count.load(Ordering::Relaxed);
                if count > 0 {
                    let labels = format!("{{class=\"{class}\",status=\"{status}\"}}");
                    out.line(name, &labels, count);
                }
            }
        }
        let name = "proofsheet_http_request_duration_seconds";
        out.head(name, "histogram", "Time until an answer began.");
        for (class, answered) in CLASSES.iter().zip(&self.0) {
            let counts = answered.by_duration.each_ref();
            let counts = counts.map(|count| count.load(Ordering::Relaxed));
            let total: u64 = counts.iter().sum();
            if total == 0 {
                continue;
            }
            let bucket = format!("{name}_bucket");
            let mut so_far = 0;
            for (bound, count) in BOUNDS.iter().zip(counts) {
                so_far += count;
                let bound = *bound as f64 / 1e3;
                out.line(
                    &bucket,
                    &format!("{{class=\"{class}\",le=\"{bound}\"}}"),
                    so_far,
                );
            }
            out.line(
                &bucket,
                &format!("{{class=\"{class}\",le=\"+Inf\"}}"),
                total,
            );
            let seconds = answered.micros.load(Ordering::Relaxed) as f64 / 1e6;
            let labels = format!("{{class=\"{class}\"}}");
            out.line(&format!("{name}_sum"), &labels, seconds);
            out.line(&format!("{name}_count"), &labels, total);
        }
    }
}

fn library(out: &mut Exposition, numbers: &Numbers) {
    out.gauge("pictures", "Pictures in the library.", numbers.pictures);
    let name = "proofsheet_roots";
    out.head(name, "gauge", "Watched folders by state.");
    for (state, count) in [
        ("online", numbers.roots_online),
        ("offline", numbers.roots_offline),
        ("suspicious", numbers.roots_suspicious),
    ] {
        out.line(name, &format!("{{state=\"{state}\"}}"), count);
    }
    for (name, help, value) in [
        (
            "scan_backlog",
            "Files that a scan has met and not yet read.",
            numbers.scan_backlog,
        ),
        (
            "thumbnails_waiting",
            "Pictures that wait for hash and thumbnails.",
            numbers.waiting,
        ),
        (
            "uploads_open",
            "Files on their way in.",
            numbers.uploads_open,
        ),
        ("index_rows", "Pictures in the index.", numbers.index_rows),
        (
            "index_bytes",
            "Main memory that the index takes.",
            numbers.index_bytes,
        ),
        (
            "database_bytes",
            "Disk that the database takes.",
            numbers.database_bytes,
        ),
    ] {
        out.gauge(name, help, value);
    }
    for (name, help, value) in [
        (
            "free_disk_bytes",
            "Free where the data folder lies.",
            numbers.free_bytes,
        ),
        (
            "memory_bytes",
            "Main memory that the process takes.",
            numbers.memory_bytes,
        ),
        (
            "snapshot_age_seconds",
            "Since the day of the last good snapshot of the database.",
            numbers.snapshot_age,
        ),
    ] {
        if let Some(value) = value {
            out.gauge(name, help, value);
        }
    }
    let help = "Whether what is free is kept for clearing up, so that new files wait: 0 or 1.";
    out.gauge("short_of_room", help, u64::from(numbers.short_of_room));
}

/// A text that grows. Writing into a string cannot fail.
struct Exposition(String);

impl Exposition {
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn line(&mut self, name: &str, labels: &str, value: impl Display) {
        let _ = writeln!(self.0, "{name}{labels} {value}");
    }

    fn gauge(&mut self, name: &str, help: &str, value: u64) {
        let name = format!("proofsheet_{name}");
        self.head(&name, "gauge", help);
        self.line(&name, "", value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_asked_for_there_are_no_other_labels() {
        let metrics = Metrics::default();
        for path in [
            "/",
            "/no/such/thing",
            "/media/x/y/original",
            "//fn",
            "/pkg",
            "/sets/4",
        ] {
            metrics.note(class(path), 200, Duration::from_millis(4));
        }
        metrics.note(class("/fn/a/b"), 7_000, Duration::from_mins(5));
        let text = metrics.text(&Numbers::default());
        let mut classes: Vec<&str> = text
            .lines()
            .filter_map(|line| line.split_once("class=\"")?.1.split('"').next())
            .collect();
        classes.sort_unstable();
        classes.dedup();
        assert_eq!(classes, ["asset", "function", "media", "page"]);
        assert!(
            text.contains("requests_total{class=\"page\",status=\"200\"} 3\n"),
            "{text}"
        );
        assert!(text.contains("requests_total{class=\"function\",status=\"599\"} 1\n"));
        assert!(text.contains("_bucket{class=\"page\",le=\"0.003\"} 0\n"));
        assert!(text.contains("_bucket{class=\"page\",le=\"0.01\"} 3\n"));
        assert!(text.contains("_bucket{class=\"function\",le=\"60\"} 1\n"));
        assert!(text.contains("_bucket{class=\"function\",le=\"+Inf\"} 2\n"));
        assert!(text.contains("_sum{class=\"page\"} 0.012\n"));
    }
}
