//! The page in a real browser, by `end2end/bench.mjs`.

use std::{path::Path, process::Command};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::report::{Report, figure};

/// What the script measures, and what it must reach: key, row, words, unit, most.
const FIGURES: [(&str, &str, &str, &str, f64); 12] = [
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
    (
        "interactive",
        "T15",
        "hydrated and interactive",
        "ms",
        800.0,
    ),
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
    let values = told(root, &["bench.mjs", &address(port)])?;
    for (key, row, what, unit, most) in FIGURES {
        let figure = figure(row, format!("{name}{what}"), number(&values, &[key])?);
        report.add(figure.unit(unit).at_most(most));
    }
    Ok(())
}

/// T28: whether every picture of a very large library is reached, when cells that came to rest
/// show something, and what the page holds after it was walked through for so many minutes.
pub(super) fn roam(root: &Path, report: &mut Report, port: u16, minutes: u32) -> Result<()> {
    let minutes = minutes.to_string();
    let values = told(
        root,
        &["million.mjs", &address(port), "--minutes", &minutes],
    )?;
    let screens = values["reach"].as_object().context("no screens")?;
    let failed = screens.values().filter_map(Value::as_array).map(Vec::len);
    let failed: usize = failed.sum();
    let count = screens.len();
    let what = format!("1M: ways to first, middle and last picture that fail, {count} screens");
    report.add(figure("T28", what, failed as f64).at_most(0.0));
    for screen in ["desktop", "tablet, landscape", "tablet, portrait"] {
        let what = format!("1M: cells know their pictures after a stop, {screen}, at most");
        let card = number(&values, &["cells", screen, "card", "max"])?;
        report.add(figure("T28", what, card).unit("ms"));
        let what = format!("1M: cells show something after a stop, {screen}, at most");
        let again = number(&values, &["cells", screen, "again", "blank", "max"])?;
        report.add(figure("T28", what, again).unit("ms").at_most(300.0));
        // Their colours and thumbnails are drawn only now, which takes what T6 says for each of
        // them; without `--prepare=false` that was done before.
        let what = format!("1M: the same where nothing was drawn before, {screen}, at most");
        let blank = number(&values, &["cells", screen, "blank", "max"])?;
        report.add(figure("T28", what, blank).unit("ms"));
    }
    let walked = [
        ("elements in the page", "", &["most", "page_nodes"], 1500.0),
        ("decoded pictures", "MB", &["most", "decoded_mb"], 120.0),
        ("heap in a minute", "MB", &["a_minute", "heap_mb"], 0.5),
        ("wasm in a minute", "MB", &["a_minute", "wasm_mb"], 0.5),
    ];
    for (what, unit, path, most) in walked {
        let what = format!("1M: walk of {minutes} minutes, {what}");
        let value = number(&values["walk"], path)?;
        report.add(figure("T28", what, value).unit(unit).at_most(most));
    }
    let problems = values["walk"]["problems"].as_array().map_or(1, Vec::len);
    let what = format!("1M: walk of {minutes} minutes, errors in the console");
    report.add(figure("T28", what, problems as f64).at_most(0.0));
    Ok(())
}

/// T32: a hundred pictures decided by keys, each looked at for a quarter of a second.
pub(super) fn cull(root: &Path, report: &mut Report, port: u16) -> Result<()> {
    let values = told(root, &["cull.mjs", &address(port)])?;
    let keys = number(&values, &["keys"])?;
    report.add(figure("T32", "keys for 100 pictures, 20 of them approved", keys).at_most(105.0));
    for (key, percent) in [("half", "p50"), ("most", "p95")] {
        let what = format!("culling: the next picture after a key, {percent}");
        let time = figure("T32", what, number(&values, &[key])?);
        report.add(time.unit("ms").at_most(50.0));
    }
    let worst = number(&values, &["worst"])?;
    let what = "culling: the next picture after a key, at most";
    report.add(figure("T32", what, worst).unit("ms"));
    Ok(())
}

fn address(port: u16) -> String {
    format!("http://127.0.0.1:{port}/")
}

fn number(values: &Value, path: &[&str]) -> Result<f64> {
    let value = path.iter().fold(values, |value, key| &value[*key]);
    value
        .as_f64()
        .with_context(|| format!("no figure {}", path.join(".")))
}

/// What a script of `end2end` prints.
fn told(root: &Path, words: &[&str]) -> Result<Value> {
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
        .args(words)
        .current_dir(&folder)
        .output()?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "the browser could not measure the page: {errors}"
    );
    serde_json::from_slice(&output.stdout).context("no figures")
}
