//! Says what is being done: `[2/5] Compiling the page for the browser ... 41 s`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is the terminal's one door"
)]

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Error, Result};

/// A numbered list of things to do, of which the terminal sees one line each.
pub(crate) struct Steps {
    of: usize,
    done: usize,
    verbose: bool,
    started: Instant,
    times: Vec<(String, Duration)>,
}

impl Steps {
    /// A list that will have `of` steps.
    pub(crate) fn new(of: usize, verbose: bool) -> Self {
        Self {
            of,
            done: 0,
            verbose,
            started: Instant::now(),
            times: Vec::new(),
        }
    }

    /// Adds steps whose number was not known before.
    pub(crate) fn extend(&mut self, more: usize) {
        self.of += more;
    }

    /// Does one step. Its line shows the seconds so far, then the seconds it took.
    pub(crate) fn run<T>(
        &mut self,
        title: &str,
        work: impl FnOnce(&Step) -> Result<T>,
    ) -> Result<T> {
        self.done += 1;
        let head = format!("[{}/{}] {title}", self.done, self.of);
        let step = Step {
            verbose: self.verbose,
            units: Arc::default(),
            note: Arc::default(),
        };
        let started = Instant::now();
        let line = Line::open(head.clone(), &step);
        let outcome = work(&step);
        let took = started.elapsed();
        let note = step
            .note
            .lock()
            .map(|note| note.clone())
            .unwrap_or_default();
        line.close(&format!(
            "{head} ... {}{}",
            if outcome.is_ok() {
                seconds(took)
            } else {
                "failed".to_owned()
            },
            if note.is_empty() {
                note
            } else {
                format!(" ({note})")
            }
        ));
        self.times.push((title.to_owned(), took));
        outcome
    }

    /// The seconds of every step so far, one per line, longest work easy to see.
    pub(crate) fn summary(&self) -> String {
        use std::fmt::Write as _;
        let mut text = String::new();
        for (title, took) in &self.times {
            let _ = writeln!(text, "{:>8}  {title}", seconds(*took));
        }
        let _ = write!(text, "{:>8}  in all", seconds(self.started.elapsed()));
        text
    }
}

/// Handed to the work of one step.
pub(crate) struct Step {
    pub(crate) verbose: bool,
    units: Arc<AtomicU32>,
    note: Arc<Mutex<String>>,
}

impl Step {
    /// Counts one thing done (a compiled crate); the line shows how many so far.
    pub(crate) fn count(&self) {
        self.units.fetch_add(1, Ordering::Relaxed);
    }

    /// Adds a remark to the end of the finished line.
    pub(crate) fn note(&self, text: impl Into<String>) {
        if let Ok(mut note) = self.note.lock() {
            *note = text.into();
        }
    }
}

/// Prints a plain line.
pub(crate) fn say(text: &str) {
    println!("{}", text.trim_end());
}

/// Prints why the command stops.
pub(crate) fn complain(error: &Error) {
    eprintln!("\nerror: {error:#}");
}

/// Prints what another program said before it failed.
pub(crate) fn replay(output: &str) {
    eprintln!("\n{}", output.trim_end());
}

/// `0.4 s`, `41 s`, `3 min 20 s`.
pub(crate) fn seconds(time: Duration) -> String {
    let whole = time.as_secs();
    if whole < 10 {
        format!("{:.1} s", time.as_secs_f64())
    } else if whole < 120 {
        format!("{whole} s")
    } else {
        format!("{} min {} s", whole / 60, whole % 60)
    }
}

/// The line of the running step: redrawn every second on a terminal, printed twice elsewhere.
struct Line {
    live: bool,
    halt: Arc<AtomicBool>,
    ticker: Option<thread::JoinHandle<()>>,
}

impl Line {
    fn open(head: String, step: &Step) -> Self {
        let live = std::io::stdout().is_terminal() && !step.verbose;
        let halt = Arc::new(AtomicBool::new(false));
        if !live {
            println!("{head} ...");
            return Self {
                live,
                halt,
                ticker: None,
            };
        }
        let (flag, units, started) = (halt.clone(), step.units.clone(), Instant::now());
        let ticker = thread::spawn(move || {
            while !flag.load(Ordering::Relaxed) {
                let count = units.load(Ordering::Relaxed);
                let crates = if count > 1 {
                    format!(", {count} crates")
                } else {
                    String::new()
                };
                print!("\r\x1b[2K{head} ... {}{crates}", seconds(started.elapsed()));
                let _ = std::io::stdout().flush();
                thread::park_timeout(Duration::from_secs(1));
            }
        });
        Self {
            live,
            halt,
            ticker: Some(ticker),
        }
    }

    fn close(mut self, text: &str) {
        self.halt.store(true, Ordering::Relaxed);
        if let Some(ticker) = self.ticker.take() {
            ticker.thread().unpark();
            let _ = ticker.join();
        }
        if self.live {
            println!("\r\x1b[2K{text}");
        } else {
            println!("{text}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_like_a_clock_not_like_a_float() {
        assert_eq!(seconds(Duration::from_millis(412)), "0.4 s");
        assert_eq!(seconds(Duration::from_secs(41)), "41 s");
        assert_eq!(seconds(Duration::from_secs(200)), "3 min 20 s");
    }
}
