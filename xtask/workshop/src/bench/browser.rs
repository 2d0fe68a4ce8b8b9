//! The page in a real browser, by `end2end/bench.mjs`.

use std::{path::Path, process::Command};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::report::{Figure, Gate, Report};

/// What the script measures, and what it must reach: key, row, words, unit, most.
const FIGURES: [(&str, &str, &str, &str, f64); 11] = [
    (
        "kilobytes",
        "T14",
        "first page without pictures, compressed",
        "kB",
        600.0,
    ),
    ("html", "T14", "its HTML, raw", "kB", 120.0),
    (
        "requests",
        "T15",
        "first page, requests with pictures",
        "",
        90.0,
    ),
    ("fcp", "T15", "first contentful paint", "ms", 300.0),
    ("lcp", "T15", "largest contentful paint", "ms", 800.0),
    ("reload", "T16", "reload", "kB", 30.0),
    ("grid_nodes", "T17", "elements in the grid", "", 400.0),
    ("page_nodes", "T17", "elements in the page", "", 1500.0),
    (
        "long_tasks",
        "T17",
        "tasks over 50 ms while flinging",
        "",
        0.0,
    ),
    ("heap", "T17", "heap growth over 40 screens", "MB", 30.0),
    ("shift", "T17", "cumulative layout shift", "", 0.02),
];

/// Measures the page of a running gallery; `name` stands before what the figures are called.
pub(super) fn measure(root: &Path, report: &mut Report, port: u16, name: &str) -> Result<()> {
    let folder = root.join("end2end");
    if !folder.join("node_modules").exists() {
        let installed = Command::new("npm")
            .args(["ci", "--no-audit", "--no-fund"])
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
            .current_dir(&folder)
            .output()?;
        ensure!(
            installed.status.success(),
            "npm ci failed in {}",
            folder.display()
        );
    }
    let output = Command::new("node")
        .args(["bench.mjs", &format!("http://127.0.0.1:{port}/")])
        .current_dir(&folder)
        .output()?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "the browser could not measure the page: {errors}"
    );
    let values: Value = serde_json::from_slice(&output.stdout).context("no figures")?;
    for (key, row, what, unit, most) in FIGURES {
        let value = values[key]
            .as_f64()
            .with_context(|| format!("no figure {key}"))?;
        let gate = Some(Gate::AtMost(most));
        report.add(Figure {
            row,
            what: format!("{name}{what}"),
            value,
            unit,
            gate,
            limit: None,
        });
    }
    Ok(())
}
