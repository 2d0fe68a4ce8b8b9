//! How much was kept month by month: a line with the interval of each month.

use std::fmt::Write as _;

use domain::{
    insight::{KeepValue, Tally},
    query::Field,
};
use leptos::prelude::*;

use crate::words;

/// Width of a month in the drawing's units; its height is 100.
const STEP: f64 = 20.0;

/// The drawing of the months in their order, with the rate of all of them. The table beside it has the
/// numbers.
pub fn months(months: &[KeepValue], all: Tally) -> AnyView {
    let decided: Vec<&KeepValue> = months
        .iter()
        .filter(|month| month.tally.decided() > 0)
        .collect();
    let (Some(first), Some(last)) = (decided.first(), decided.last()) else {
        return ().into_any();
    };
    let label = words::insight::kept_months(
        (first.value.as_str(), first.tally),
        (last.value.as_str(), last.tally),
    );
    let name = |month: Option<&KeepValue>| {
        month.map(|month| words::insight::compared_value(Field::Date, &month.value))
    };
    let ends = (name(months.first()), name(months.last()));
    let Paths {
        whiskers,
        line,
        certain,
        uncertain,
    } = paths(months);
    let width = STEP * months.len() as f64;
    let all = all.rate().map(|rate| {
        view! { <path class="kept-all-line" d=format!("M0 {}h{width}", height(rate)) /> }
    });
    view! {
        <figure class="kept-months">
            <div class="kept-months-scale" aria-hidden="true">
                <span>"100 %"</span>
                <span>"50 %"</span>
                <span>"0 %"</span>
            </div>
            <svg
                viewBox=format!("0 0 {width} 100")
                preserveAspectRatio="none"
                role="img"
                aria-label=label
            >
                <path class="kept-ground" d=format!("M0 0h{width}M0 50h{width}M0 100h{width}") />
                {all}
                <path class="kept-whisker" d=whiskers />
                <path class="kept-months-line" d=line />
                <path class="kept-months-dot" d=certain />
                <path class="kept-months-dot is-uncertain" d=uncertain />
            </svg>
            <figcaption class="kept-months-ends hint" aria-hidden="true">
                <span>{ends.0}</span>
                {(months.len() > 1).then(|| view! { <span>{ends.1}</span> })}
            </figcaption>
        </figure>
    }
    .into_any()
}

/// What is drawn of the months.
struct Paths {
    whiskers: String,
    line: String,
    /// A dot for each month; those with a handful of decisions apart.
    certain: String,
    uncertain: String,
}

fn height(part: f64) -> String {
    format!("{:.1}", 100.0 - part * 100.0)
}

/// Months without a decision are left out, and the line goes on over them.
fn paths(months: &[KeepValue]) -> Paths {
    let mut paths = Paths {
        whiskers: String::new(),
        line: String::new(),
        certain: String::new(),
        uncertain: String::new(),
    };
    for (place, month) in months.iter().enumerate() {
        let Some(rate) = month.tally.rate() else {
            continue;
        };
        let x = (place as f64 + 0.5) * STEP;
        let (low, high) = month.tally.interval();
        let y = height(rate);
        let step = if paths.line.is_empty() { 'M' } else { 'L' };
        let dots = if month.tally.is_certain() {
            &mut paths.certain
        } else {
            &mut paths.uncertain
        };
        // Writing to a text cannot fail.
        let _ = write!(dots, "M{x} {y}h0");
        let _ = write!(paths.line, "{step}{x} {y}");
        let _ = write!(paths.whiskers, "M{x} {}V{}", height(low), height(high));
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_without_decisions_leaves_no_dot() {
        let month = |value: &str, approved, rejected| KeepValue {
            value: value.to_owned(),
            tally: Tally {
                approved,
                rejected,
                undecided: 3,
            },
        };
        let months = [
            month("2026-01", 1, 1),
            month("2026-02", 0, 0),
            month("2026-03", 9, 0),
        ];
        let paths = paths(&months);
        assert_eq!(paths.line, "M10 50.0L50 0.0");
        assert_eq!(paths.uncertain, "M10 50.0h0");
        assert_eq!(paths.certain, "M50 0.0h0");
        assert_eq!(paths.whiskers.matches('M').count(), 2);
    }
}
