//! Figures beside their gates and limits, as a table and as JSON.

use std::{collections::HashMap, fs, path::Path, time::Duration};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::say;

/// One measured figure.
pub(super) struct Figure {
    row: &'static str,
    what: String,
    value: f64,
    unit: &'static str,
    gate: Option<Gate>,
    limit: Option<f64>,
}

/// A figure without a unit: its row in the table of targets, such as `T8`, and what was measured.
pub(super) fn figure(row: &'static str, what: impl Into<String>, value: f64) -> Figure {
    Figure {
        row,
        what: what.into(),
        value,
        unit: "",
        gate: None,
        limit: None,
    }
}

impl Figure {
    /// Its unit.
    pub(super) fn unit(self, unit: &'static str) -> Self {
        Self { unit, ..self }
    }

    /// It must not be more than this.
    pub(super) fn at_most(self, bound: f64) -> Self {
        let gate = Some(Gate::AtMost(bound));
        Self { gate, ..self }
    }

    /// It must not be less than this.
    pub(super) fn at_least(self, bound: f64) -> Self {
        let gate = Some(Gate::AtLeast(bound));
        Self { gate, ..self }
    }

    /// What the machine allows in the same run, in the same unit.
    pub(super) fn limit(self, limit: f64) -> Self {
        let limit = Some(limit);
        Self { limit, ..self }
    }

    /// How much of what its gate allows it is, if it has one.
    pub(super) fn share(&self) -> Option<f64> {
        self.gate.map(|gate| gate.share(self.value))
    }

    /// Its row and what was measured.
    pub(super) fn title(&self) -> String {
        format!("{} {}", self.row, self.what)
    }

    /// The figure with its unit, and its gate.
    pub(super) fn amount(&self) -> String {
        let gate = self
            .gate
            .map_or_else(String::new, |gate| format!(" ({})", gate.text()));
        format!("{} {}{gate}", short(self.value), self.unit)
    }

    fn ratio(&self) -> Option<f64> {
        self.limit.map(|limit| self.value / limit)
    }

    fn holds(&self) -> bool {
        self.gate.is_none_or(|gate| gate.holds(self.value))
    }
}

/// How long questions of one kind took.
pub(super) struct Series {
    row: &'static str,
    what: String,
    sorted: Vec<Duration>,
}

/// Times to make figures of: their row, and what took so long.
pub(super) fn series(
    row: &'static str,
    what: impl Into<String>,
    mut times: Vec<Duration>,
) -> Series {
    times.sort_unstable();
    Series {
        row,
        what: what.into(),
        sorted: times,
    }
}

impl Series {
    /// The time in milliseconds below which so many percent lie.
    pub(super) fn milliseconds(&self, percent: usize) -> f64 {
        let last = self.sorted.len().saturating_sub(1);
        let at = last.min(self.sorted.len() * percent / 100);
        let time = self.sorted.get(at).copied().unwrap_or_default();
        time.as_secs_f64() * 1000.0
    }

    /// The same as a figure.
    pub(super) fn part(&self, percent: usize) -> Figure {
        let what = format!("{}, p{percent}", self.what);
        figure(self.row, what, self.milliseconds(percent)).unit("ms")
    }
}

/// A bound on a figure.
#[derive(Clone, Copy)]
enum Gate {
    /// No more than this.
    AtMost(f64),
    /// No less than this.
    AtLeast(f64),
}

impl Gate {
    fn holds(self, value: f64) -> bool {
        match self {
            Self::AtMost(bound) => value <= bound,
            Self::AtLeast(bound) => value >= bound,
        }
    }

    /// How much of what it allows a value is; over one when it does not hold.
    fn share(self, value: f64) -> f64 {
        match self {
            // Nothing at all is allowed.
            Self::AtMost(0.0) => value + f64::from(value > 0.0),
            Self::AtMost(bound) => value / bound,
            Self::AtLeast(bound) => bound / value,
        }
    }

    fn text(self) -> String {
        match self {
            Self::AtMost(bound) => format!("<= {}", short(bound)),
            Self::AtLeast(bound) => format!(">= {}", short(bound)),
        }
    }
}

/// All figures of a run.
#[derive(Default)]
pub(super) struct Report {
    figures: Vec<Figure>,
    /// Figures of an earlier run by what was measured.
    before: HashMap<String, f64>,
}

impl Report {
    /// An empty report that compares itself with the figures of an earlier run.
    pub(super) fn beside(baseline: Option<&Path>) -> Result<Self> {
        let mut report = Self::default();
        if let Some(path) = baseline {
            let text = fs::read_to_string(path)
                .with_context(|| format!("{} cannot be read", path.display()))?;
            let figures: Vec<Value> = serde_json::from_str(&text)?;
            let known = figures.iter().filter_map(|figure| {
                Some((
                    figure["what"].as_str()?.to_owned(),
                    figure["value"].as_f64()?,
                ))
            });
            report.before = known.collect();
        }
        Ok(report)
    }

    /// What was added so far.
    pub(super) fn figures(&self) -> &[Figure] {
        &self.figures
    }

    /// Adds a figure and says it at once.
    pub(super) fn add(&mut self, figure: Figure) {
        if self.figures.is_empty() {
            let words = ["row", "what", "figure", "", "limit", "ratio", "gate"];
            say(&columns(words.map(str::to_owned)));
        }
        let before = self
            .before
            .get(&figure.what)
            .map_or_else(String::new, |before| {
                format!(
                    "  before {} ({:+.0} %)",
                    short(*before),
                    (figure.value / before - 1.0) * 100.0
                )
            });
        say(&format!("{}{before}", line(&figure)));
        self.figures.push(figure);
    }

    /// Writes the figures as JSON and says which gates failed; `true` when none did.
    pub(super) fn finish(&self, path: &Path) -> Result<bool> {
        let figures: Vec<Value> = self
            .figures
            .iter()
            .map(|figure| {
                json!({
                    "row": figure.row,
                    "what": figure.what,
                    "value": figure.value,
                    "unit": figure.unit,
                    "gate": figure.gate.map(Gate::text),
                    "limit": figure.limit,
                    "ratio": figure.ratio(),
                    "holds": figure.holds(),
                })
            })
            .collect();
        fs::write(path, serde_json::to_string_pretty(&figures)?)?;
        let failed: Vec<&Figure> = self
            .figures
            .iter()
            .filter(|figure| !figure.holds())
            .collect();
        say(&format!(
            "\n{} figures, {} gates missed; {}",
            self.figures.len(),
            failed.len(),
            path.display()
        ));
        for figure in &failed {
            say(&format!("MISSED {}", line(figure)));
        }
        Ok(failed.is_empty())
    }
}

fn line(figure: &Figure) -> String {
    let gate = figure.gate.map_or_else(String::new, |gate| {
        let mark = if figure.holds() { "ok" } else { "MISSED" };
        format!("{} {mark}", gate.text())
    });
    let number = |value: Option<f64>| value.map_or_else(String::new, short);
    columns([
        figure.row.to_owned(),
        figure.what.clone(),
        short(figure.value),
        figure.unit.to_owned(),
        number(figure.limit),
        number(figure.ratio()),
        gate,
    ])
}

fn columns([row, what, value, unit, limit, ratio, gate]: [String; 7]) -> String {
    let text = format!("{row:4} {what:62} {value:>10} {unit:5} {limit:>10} {ratio:>8}  {gate}");
    text.trim_end().to_owned()
}

fn short(value: f64) -> String {
    if value >= 100.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.2}")
    }
}
