//! Random filters, each answered by the index and by a plain loop over all rows.

use anyhow::{Context, Result};

use super::{Bench, report::figure, wish::Size};

/// T27: the index's example `differential` on all cores.
pub(super) fn measure(bench: &mut Bench) -> Result<()> {
    let filters: u32 = match bench.size {
        Size::Quick => 20_000,
        Size::Usual | Size::Full => 1_000_000,
    };
    let mut program = bench.example("index", "differential")?;
    let output = program
        .arg(filters.to_string())
        .stderr(std::process::Stdio::inherit())
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let (differences, seconds) = text
        .trim()
        .split_once(' ')
        .and_then(|(a, b)| Some((a.parse::<f64>().ok()?, b.parse::<f64>().ok()?)))
        .with_context(|| format!("{program:?} said {text:?}"))?;
    let report = &mut bench.report;
    let rate = f64::from(filters) / seconds;
    report.add(figure("T27", "random filters compared in a second", rate).unit("/s"));
    let what = format!("answers of {filters} filters that differ from a plain loop");
    report.add(figure("T27", what, differences).at_most(0.0));
    Ok(())
}
