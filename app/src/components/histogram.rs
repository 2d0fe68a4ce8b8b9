//! How a number is spread over the result, with two ends to draw in.

use std::fmt::Write;

use domain::{
    facet::{Facets, NumberFacet},
    number,
    query::{Atom, Field, TimePoint, TimeRange},
    time::{DAY, Timestamp},
};
use leptos::prelude::*;

use crate::{
    state::query::{QueryState, use_query},
    words,
};

/// Height of the drawing in its own units, as high as it is shown in pixels.
const HEIGHT: f64 = 40.0;

/// What one histogram knows.
#[derive(Clone, Copy)]
struct Span {
    scale: Scale,
    state: QueryState,
    /// Lowest and highest value of the sliders.
    ends: Memo<(f64, f64)>,
    /// While an end is being drawn the drawing follows it; the query only when it is let go.
    drawn: RwSignal<Option<(f64, f64)>>,
}

impl Span {
    /// The range that is shown.
    fn range(self) -> (f64, f64) {
        let (min, max) = self.ends.get();
        self.drawn.get().unwrap_or_else(|| {
            let field = self.scale.field;
            let asked = self
                .state
                .query
                .with(|query| query.range(field).map(range_of));
            let (from, to) = asked.unwrap_or((None, None));
            (
                from.unwrap_or(min).clamp(min, max),
                to.unwrap_or(max).clamp(min, max),
            )
        })
    }

    fn end(self, lower: bool) -> f64 {
        let (from, to) = self.range();
        if lower { from } else { to }
    }

    /// Moves one end while it is held.
    fn draw(self, lower: bool, text: &str) {
        let Some(value) = number::parse(text.trim()) else {
            return;
        };
        let (from, to) = untrack(|| self.range());
        self.drawn.set(Some(if lower {
            (value.min(to), to)
        } else {
            (from, value.max(from))
        }));
    }

    /// Asks for the range as it is drawn.
    fn settle(self) {
        let (from, to) = untrack(|| self.range());
        self.ask(from, to);
    }

    /// One end was typed; nothing means everything on that side.
    fn typed(self, lower: bool, text: &str) {
        let (from, to) = untrack(|| self.range());
        let (min, max) = self.ends.get_untracked();
        let value = self.scale.read(text);
        if lower {
            self.ask(value.unwrap_or(min), to);
        } else {
            self.ask(from, value.unwrap_or(max));
        }
    }

    fn ask(self, from: f64, to: f64) {
        let (min, max) = self.ends.get_untracked();
        let (from, to) = if from <= to { (from, to) } else { (to, from) };
        let atom = self
            .scale
            .atom((from > min).then_some(from), (to < max).then_some(to));
        self.drawn.set(None);
        self.state.push(
            self.state
                .query
                .get_untracked()
                .with_range(self.scale.field, atom),
        );
    }
}

/// The histogram of one field. Its ends are two sliders over the drawing, for the pointer and the
/// arrow keys, and two fields to type into.
#[component]
pub fn Histogram(
    /// Which field: steps, CFG, megapixels or date.
    field: Field,
    /// The counts; the last ones stay while new ones are on their way.
    facets: Memo<Facets>,
) -> impl IntoView {
    let scale = Scale::of(field);
    let data = Memo::new(move |_| facets.with(|facets| of_field(facets, field)));
    let ends = move |data: &Option<NumberFacet>| {
        data.as_ref()
            .map_or((0.0, 1.0), |data| scale.outward(data.min, data.max))
    };
    let span = Span {
        scale,
        state: use_query(),
        ends: Memo::new(move |_| data.with(ends)),
        drawn: RwSignal::new(None),
    };
    let bars = Memo::new(move |_| {
        data.with(|data| {
            data.as_ref()
                .map(|data| paths(data, span.range()))
                .unwrap_or_default()
        })
    });
    let view_box = move || {
        let bins = data.with(|data| data.as_ref().map_or(1, |data| data.bins.len()));
        format!("0 0 {} {HEIGHT}", bins.max(1))
    };
    view! {
        <div class="histogram" hidden=move || data.with(Option::is_none)>
            <div class="histogram-drawing">
                <svg viewBox=view_box preserveAspectRatio="none" aria-hidden="true">
                    <path class="histogram-out" d=move || bars.with(|bars| bars.1.clone()) />
                    <path class="histogram-in" d=move || bars.with(|bars| bars.0.clone()) />
                </svg>
                <Slider span lower=true />
                <Slider span lower=false />
            </div>
            <div class="histogram-fields needs-wasm">
                <TypedEnd span lower=true />
                <span class="hint" aria-hidden="true">
                    "–"
                </span>
                <TypedEnd span lower=false />
            </div>
        </div>
    }
    .into_any()
}

/// One end over the drawing.
#[component]
fn Slider(span: Span, lower: bool) -> impl IntoView {
    let label = format!(
        "{} {}",
        span.scale.field.label(),
        if lower { "from" } else { "to" }
    );
    view! {
        <input
            type="range"
            class="histogram-end needs-wasm"
            aria-label=label
            aria-valuetext=move || span.scale.said(span.end(lower))
            min=move || span.ends.get().0
            max=move || span.ends.get().1
            step=span.scale.step
            value=untrack(|| span.end(lower))
            prop:value=move || span.end(lower).to_string()
            on:input=move |event| span.draw(lower, &event_target_value(&event))
            on:change=move |_| span.settle()
        />
    }
}

/// One end as a field to type into.
#[component]
fn TypedEnd(span: Span, lower: bool) -> impl IntoView {
    let label = format!(
        "{} {}",
        if lower { "Lowest" } else { "Highest" },
        span.scale.field.label()
    );
    view! {
        <input
            type=span.scale.input
            class="input histogram-input"
            aria-label=label
            step=if span.scale.input == "number" { "any" } else { "1" }
            value=untrack(|| span.scale.written(span.end(lower)))
            prop:value=move || span.scale.written(span.end(lower))
            on:change=move |event| span.typed(lower, &event_target_value(&event))
        />
    }
}

fn of_field(facets: &Facets, field: Field) -> Option<NumberFacet> {
    let own = facets.numbers.iter().find(|facet| facet.field == field);
    own.filter(|facet| !facet.bins.is_empty() && facet.max >= facet.min)
        .cloned()
}

/// The bars inside and outside of a range as two paths.
fn paths(data: &NumberFacet, (from, to): (f64, f64)) -> (String, String) {
    let mut paths = (String::new(), String::new());
    let most = data.bins.iter().copied().max().unwrap_or(0).max(1) as f64;
    // Dates come in milliseconds; the sliders speak of days.
    let unit = Scale::of(data.field).unit;
    let width = (data.max - data.min) / data.bins.len() as f64 / unit;
    for (index, count) in data
        .bins
        .iter()
        .enumerate()
        .filter(|(_, count)| **count > 0)
    {
        let start = data.min / unit + width * index as f64;
        let inside = start + width > from && start <= to;
        let path = if inside { &mut paths.0 } else { &mut paths.1 };
        let top = HEIGHT - (*count as f64 / most * HEIGHT).max(1.5);
        // Writing to a text cannot fail.
        let _ = write!(path, "M{index}.08 {HEIGHT}V{top:.1}h.84V{HEIGHT}z");
    }
    paths
}

/// How the values of a field are counted, written and asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Scale {
    field: Field,
    /// The sliders' smallest step, in the sliders' unit.
    step: f64,
    /// The facet's values per unit of the sliders.
    unit: f64,
    /// Kind of the fields to type into.
    input: &'static str,
}

impl Scale {
    fn of(field: Field) -> Self {
        let (step, unit, input) = match field {
            Field::Date | Field::Added => (1.0, DAY as f64, "date"),
            Field::Cfg => (0.5, 1.0, "number"),
            Field::Mp => (0.1, 1.0, "number"),
            _ => (1.0, 1.0, "number"),
        };
        Self {
            field,
            step,
            unit,
            input,
        }
    }

    /// Both ends in the sliders' unit, moved outward to whole steps, never equal.
    fn outward(self, min: f64, max: f64) -> (f64, f64) {
        let tidy = |value: f64| (value * 1000.0).round() / 1000.0;
        let low = tidy((min / self.unit / self.step).floor() * self.step);
        let high = tidy((max / self.unit / self.step).ceil() * self.step);
        (low, if high > low { high } else { low + self.step })
    }

    fn atom(self, from: Option<f64>, to: Option<f64>) -> Option<Atom> {
        if from.is_none() && to.is_none() {
            return None;
        }
        let whole = |value: f64| value.max(0.0).round() as u64;
        let day = |value: f64| {
            let date = Timestamp(value as i64 * DAY).date();
            TimePoint::Day(date.year, date.month, date.day)
        };
        Some(match self.field {
            Field::Date | Field::Added => Atom::Time(TimeRange {
                from: from.map(day),
                to: to.map(day),
            }),
            Field::Steps => Atom::Whole(from.map(whole), to.map(whole)),
            _ => Atom::Number(from, to),
        })
    }

    fn read(self, text: &str) -> Option<f64> {
        if self.input == "number" {
            return number::parse(text.trim());
        }
        let mut parts = text.split('-');
        let mut next = || parts.next()?.parse::<u32>().ok();
        let (year, month, day) = (next()?, next()?, next()?);
        Timestamp::from_date(year as i32, month, day).map(|moment| (moment.0 / DAY) as f64)
    }

    fn written(self, value: f64) -> String {
        if self.input == "number" {
            words::decimal(value, 2)
        } else {
            moment(value).day_text()
        }
    }

    fn said(self, value: f64) -> String {
        if self.input == "number" {
            words::decimal(value, 2)
        } else {
            words::day(moment(value))
        }
    }
}

/// The ends of a condition in the sliders' unit.
fn range_of(atom: &Atom) -> (Option<f64>, Option<f64>) {
    match atom {
        Atom::Whole(from, to) => (from.map(|from| from as f64), to.map(|to| to as f64)),
        Atom::Number(from, to) => (*from, *to),
        Atom::Time(range) => (
            range.from.and_then(first_day),
            // The whole of the named stretch belongs to the range.
            range.to.and_then(last_day),
        ),
        _ => (None, None),
    }
}

fn moment(day: f64) -> Timestamp {
    Timestamp(day as i64 * DAY)
}

/// The first day of a named stretch; `None` for relative ones, whose place only the server knows.
fn first_day(point: TimePoint) -> Option<f64> {
    let (year, month, day) = match point {
        TimePoint::Year(year) => (year, 1, 1),
        TimePoint::Month(year, month) => (year, month, 1),
        TimePoint::Day(year, month, day) => (year, month, day),
        TimePoint::Second(second) => return Some(second.div_euclid(DAY / 1_000) as f64),
        TimePoint::DaysAgo(_) => return None,
    };
    Timestamp::from_date(year, month, day).map(|moment| (moment.0 / DAY) as f64)
}

fn last_day(point: TimePoint) -> Option<f64> {
    let next = match point {
        TimePoint::Year(year) => TimePoint::Year(year + 1),
        TimePoint::Month(year, 12) => TimePoint::Month(year + 1, 1),
        TimePoint::Month(year, month) => TimePoint::Month(year, month + 1),
        TimePoint::Day(..) | TimePoint::Second(_) | TimePoint::DaysAgo(_) => {
            return first_day(point);
        }
    };
    first_day(next).map(|day| day - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_the_sliders_hold_every_value() {
        assert_eq!(Scale::of(Field::Cfg).outward(1.2, 7.1), (1.0, 7.5));
        assert_eq!(Scale::of(Field::Steps).outward(20.0, 20.0), (20.0, 21.0));
        assert_eq!(Scale::of(Field::Mp).outward(0.26, 4.19), (0.2, 4.2));
    }

    #[test]
    fn named_stretches_become_days() {
        let day = |text: &str| Scale::of(Field::Date).read(text);
        assert_eq!(last_day(TimePoint::Month(2024, 2)), day("2024-02-29"));
        assert_eq!(last_day(TimePoint::Year(2023)), day("2023-12-31"));
        assert_eq!(first_day(TimePoint::Month(2024, 2)), day("2024-02-01"));
    }

    #[test]
    fn bars_in_the_range_are_apart_from_the_others() {
        let data = NumberFacet {
            field: Field::Steps,
            min: 0.0,
            max: 40.0,
            bins: vec![1, 0, 4, 2],
        };
        let (inside, outside) = paths(&data, (20.0, 29.0));
        assert!(inside.starts_with("M2.08"));
        assert_eq!(outside.matches('M').count(), 2);
    }
}
