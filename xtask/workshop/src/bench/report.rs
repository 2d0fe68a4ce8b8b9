//! Figures beside their gates and limits, as a table and as JSON.

use std::{collections::HashMap, fs, path::Path, time::Duration};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::say;

/// One measured figure.
pub(super) struct Figure {
    /// Its row in the table of targets, such as `T8`.
    pub(super) row: &'static str,
    /// What was measured.
    pub(super) what: String,
    /// The figure.
    pub(super) value: f64,
    /// Its unit.
    pub(super) unit: &'static str,
    /// What it must reach, and from which side.
    pub(super) gate: Option<Gate>,
    /// What the hardware allows in the same run, in the same unit.
    pub(super) limit: Option<f64>,
}

impl Figure {
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
}

/// A bound on a figure.
#[derive(Clone, Copy)]
pub(super) enum Gate {
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

    /// Adds the median and the 95th percentile of a series of times, in milliseconds.
    pub(super) fn times(
        &mut self,
        row: &'static str,
        what: &str,
        times: &mut [Duration],
        gates: (Option<Gate>, Option<Gate>),
    ) {
        self.parts(row, what, times, &[(50, gates.0), (95, gates.1)]);
    }

    /// Adds the 99th percentile of a series of times, in milliseconds.
    pub(super) fn late(
        &mut self,
        row: &'static str,
        what: &str,
        times: &mut [Duration],
        gate: Option<Gate>,
    ) {
        self.parts(row, what, times, &[(99, gate)]);
    }

    fn parts(
        &mut self,
        row: &'static str,
        what: &str,
        times: &mut [Duration],
        parts: &[(usize, Option<Gate>)],
    ) {
        times.sort_unstable();
        for (part, gate) in parts {
            self.add(Figure {
                row,
                what: format!("{what}, p{part}"),
                value: percentile(times, *part).as_secs_f64() * 1000.0,
                unit: "ms",
                gate: *gate,
                limit: None,
            });
        }
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
                    "holds": figure.gate.is_none_or(|gate| gate.holds(figure.value)),
                })
            })
            .collect();
        fs::write(path, serde_json::to_string_pretty(&figures)?)?;
        let failed: Vec<&Figure> = self
            .figures
            .iter()
            .filter(|figure| figure.gate.is_some_and(|gate| !gate.holds(figure.value)))
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

/// The time below which `part` percent of a sorted series lie.
fn percentile(sorted: &[Duration], part: usize) -> Duration {
    let last = sorted.len().saturating_sub(1);
    sorted
        .get(last.min(sorted.len() * part / 100))
        .copied()
        .unwrap_or_default()
}

fn line(figure: &Figure) -> String {
    let gate = figure.gate.map_or_else(String::new, |gate| {
        let mark = if gate.holds(figure.value) {
            "ok"
        } else {
            "MISSED"
        };
        format!("  gate {} {mark}", gate.text())
    });
    let limit = figure.limit.map_or_else(String::new, |limit| {
        format!(
            "  limit {} ({:.2} of it)",
            short(limit),
            figure.value / limit
        )
    });
    format!(
        "{:4} {:52} {:>10} {:5}{gate}{limit}",
        figure.row,
        figure.what,
        short(figure.value),
        figure.unit
    )
}

fn short(value: f64) -> String {
    if value >= 100.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.2}")
    }
}
