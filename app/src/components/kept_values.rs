//! How the values of one field are kept: a table, with each row drawn as a bar with its interval.

use domain::{
    insight::{KeepValue, KeepValues, Tally},
    judgement::Verdict,
    query::{Field, Query},
};
use leptos::prelude::*;

use super::kept_months::months;
use crate::{state::query::QueryState, words};

/// Width of a drawing in its own units.
const WIDTH: f64 = 1000.0;

/// The section of one field; nothing where no picture has a value.
#[component]
pub fn KeptSection(
    /// The field and its values.
    values: KeepValues,
    /// All pictures together.
    all: Tally,
    /// What is compared.
    query: Query,
    /// Where all values are listed, when these are only some of them.
    more: Option<String>,
) -> impl IntoView {
    let KeepValues {
        field,
        values,
        distinct,
    } = values;
    if values.is_empty() {
        return ().into_any();
    }
    let rest = distinct.saturating_sub(values.len() as u64);
    let more = (rest > 0).then(|| match more {
        Some(href) => view! {
            <a class="link kept-more" href=href>
                {words::insight::compare_all(distinct)}
            </a>
        }
        .into_any(),
        None => view! { <p class="hint">{words::further_values(rest)}</p> }.into_any(),
    });
    let several = matches!(field, Field::Lora | Field::LoraWeight | Field::Token);
    let body = if field == Field::Date {
        let drawing = months(&values, all);
        view! {
            {drawing}
            <details class="kept-details">
                <summary class="link">"Table of months"</summary>
                <KeptTable field values all query />
            </details>
        }
        .into_any()
    } else {
        view! { <KeptTable field values all query /> }.into_any()
    };
    view! {
        <section class="kept" aria-labelledby=format!("kept-{}", field.key())>
            <div class="kept-head">
                <h2 id=format!("kept-{}", field.key())>{words::insight::compared_by(field)}</h2>
                {several.then(|| view! { <p class="hint">{words::insight::SEVERAL}</p> })}
            </div>
            {body}
            {more}
        </section>
    }
    .into_any()
}

/// The section of a field that is compared only when it is asked for.
#[component]
pub fn KeptApart(
    /// Which field.
    field: Field,
    /// Where it is compared.
    href: String,
) -> impl IntoView {
    view! {
        <section class="kept" aria-labelledby=format!("kept-{}", field.key())>
            <div class="kept-head">
                <h2 id=format!("kept-{}", field.key())>{words::insight::compared_by(field)}</h2>
                <p class="hint">{words::insight::APART}</p>
            </div>
            <a class="link kept-more" href=href>
                {words::insight::COMPARE}
            </a>
        </section>
    }
}

/// The values of one field with all numbers; each leads to its pictures.
#[component]
fn KeptTable(field: Field, values: Vec<KeepValue>, all: Tally, query: Query) -> impl IntoView {
    let rows = values
        .into_iter()
        .map(|KeepValue { value, tally }| {
            let query = query.with_also(field, &value);
            let name = words::insight::compared_value(field, &value);
            let uncertain = !tally.is_certain();
            let counts = Verdict::ALL.map(|verdict| {
                let count = count(verdict, tally, &query, &name);
                view! { <td class="kept-count">{count}</td> }
            });
            let [undecided, approved, rejected] = counts;
            view! {
                <tr class="kept-row" class:is-uncertain=uncertain>
                    <th scope="row" class="kept-name">
                        <a class="truncate" href=QueryState::href(&query) title=name.clone()>
                            {name.clone()}
                        </a>
                    </th>
                    <td class="kept-drawing">{bar(tally, all)}</td>
                    <td class="kept-rate">{words::insight::kept(tally)}</td>
                    <td class="kept-between">{words::insight::kept_between(tally)}</td>
                    {approved}
                    {rejected}
                    {undecided}
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="kept-table">
            <thead>
                <tr>
                    <th scope="col" class="kept-name">
                        <span class="visually-hidden">{words::insight::compared_by(field)}</span>
                    </th>
                    <td></td>
                    <th scope="col" class="kept-rate">"Kept"</th>
                    <th scope="col" class="kept-between">"95 % sure"</th>
                    <th scope="col" class="kept-count">"Approved"</th>
                    <th scope="col" class="kept-count">"Rejected"</th>
                    <th scope="col" class="kept-count">"Undecided"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// How many pictures have a verdict, as a link to them: `query` finds the pictures that `tally` tells
/// of, `name` is what they have in common.
pub fn count(verdict: Verdict, tally: Tally, query: &Query, name: &str) -> AnyView {
    let number = match verdict {
        Verdict::Approved => tally.approved,
        Verdict::Rejected => tally.rejected,
        Verdict::Undecided => tally.undecided,
    };
    if number == 0 {
        return view! { <span class="kept-none">"0"</span> }.into_any();
    }
    let href = QueryState::href(&query.with_toggled(Field::State, verdict.word()));
    let label = words::insight::counted(number, verdict.word(), name);
    view! {
        <a class="kept-link" href=href aria-label=label>
            {words::count(number)}
        </a>
    }
    .into_any()
}

/// The rate as a bar, its interval as a line over it, and the rate of all as an upright line. The
/// numbers stand beside it.
fn bar(tally: Tally, all: Tally) -> impl IntoView {
    let at = |part: f64| format!("{:.1}", part * WIDTH);
    let own = tally.rate().map(|rate| {
        let (low, high) = tally.interval();
        let (low, high) = (at(low), at(high));
        let whisker = format!("M{low} 12H{high}M{low} 8v8M{high} 8v8");
        view! {
            <rect class="kept-bar" x="0" y="6" width=at(rate) height="12" />
            <path class="kept-whisker" d=whisker />
        }
    });
    let all = all.rate().map(|rate| {
        view! { <path class="kept-all-line" d=format!("M{} 0v24", at(rate)) /> }
    });
    view! {
        <svg viewBox="0 0 1000 24" preserveAspectRatio="none" aria-hidden="true" focusable="false">
            <path class="kept-ground" d="M0 18h1000" />
            {own}
            {all}
        </svg>
    }
}
