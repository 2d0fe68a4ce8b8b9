//! The values of one field with their counts: tick to keep those pictures.

use domain::{
    facet::{Facets, ValueCount, ValueFacet},
    query::Field,
    tag::TagColour,
};
use leptos::{prelude::*, task::spawn_local};

use super::tag_dot::tag_dot;
use crate::{
    api::search::suggest,
    browser::timers::Debounce,
    state::query::{QueryState, use_query},
    words,
};

/// So many values are shown at first.
const SHORT: usize = 8;
/// Milliseconds of quiet after which what was typed is looked for.
const QUIET: u64 = 120;

/// A row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    value: String,
    /// What is shown; in the folder tree only what the folders above do not say.
    label: String,
    /// How many of the folders above are listed too.
    depth: usize,
}

/// What one list knows.
#[derive(Clone, Copy)]
struct List {
    field: Field,
    state: QueryState,
    own: Memo<ValueFacet>,
    facets: Memo<Facets>,
    expanded: RwSignal<bool>,
    wanted: RwSignal<String>,
    found: RwSignal<Option<Vec<ValueCount>>>,
    debounce: Debounce,
}

impl List {
    /// The values to show: what was searched for, all, or the most frequent and the ticked ones.
    fn shown(self) -> Vec<ValueCount> {
        if let Some(found) = self.found.get() {
            return found;
        }
        let mut all = self.own.with(|own| own.values.clone());
        if self.field == Field::Date {
            // Months are looked for by their place in time, not by their size.
            all.sort_unstable_by(|a, b| b.value.cmp(&a.value));
        }
        if self.expanded.get() {
            return all;
        }
        let keep = |(index, value): (usize, ValueCount)| {
            let ticked = self
                .state
                .query
                .with(|query| query.is_ticked(self.field, &value.value));
            (index < SHORT || ticked).then_some(value)
        };
        all.into_iter().enumerate().filter_map(keep).collect()
    }

    /// Looks for a value by a part of its name.
    fn search(self, text: String) {
        self.wanted.set(text.clone());
        if text.trim().is_empty() {
            self.debounce.cancel();
            return self.found.set(None);
        }
        self.debounce.call(move || {
            let query = self.state.query.get_untracked();
            spawn_local(async move {
                let values = suggest(self.field, text.clone(), query)
                    .await
                    .unwrap_or_default();
                if self.wanted.try_get_untracked().as_deref() == Some(&text) {
                    self.found.set(Some(values));
                }
            });
        });
    }
}

/// The list of one field. It keeps its place and its focus while the counts change.
#[component]
pub fn Facet(
    /// Which field.
    field: Field,
    /// The counts; the last ones stay while new ones are on their way.
    facets: Memo<Facets>,
) -> impl IntoView {
    let list = List {
        field,
        state: use_query(),
        own: Memo::new(move |last| facets.with(|facets| steady(of_field(facets, field), last))),
        facets,
        expanded: RwSignal::new(false),
        wanted: RwSignal::new(String::new()),
        found: RwSignal::new(None),
        debounce: Debounce::new(QUIET),
    };
    let shown = Memo::new(move |_| list.shown());
    let most = Memo::new(move |_| {
        list.own.with(|own| {
            own.values
                .iter()
                .map(|value| value.count)
                .max()
                .unwrap_or(0)
        })
    });
    let long = move || list.own.with(|own| own.values.len() > SHORT);
    let nothing = move || {
        list.found
            .with(|found| found.as_ref().is_some_and(Vec::is_empty))
    };
    view! {
        <Show when=long>
            <input
                type="search"
                class="input facet-search needs-wasm"
                autocomplete="off"
                spellcheck="false"
                placeholder=words::find_in(field)
                aria-label=words::find_in(field)
                prop:value=move || list.wanted.get()
                on:input=move |event| list.search(event_target_value(&event))
            />
        </Show>
        <ul class="facet-rows">
            <For
                each=move || rows(field, &shown.get())
                key=|row| (row.value.clone(), row.depth)
                let:row
            >
                <FacetRow list row shown most />
            </For>
        </ul>
        <Show when=nothing>
            <p class="hint facet-none">"Nothing in this result is called so."</p>
        </Show>
        <Show when=move || list.found.with(Option::is_none) && long()>
            <button
                type="button"
                class="facet-more needs-wasm"
                aria-expanded=move || list.expanded.get().to_string()
                on:click=move |_| list.expanded.update(|all| *all = !*all)
            >
                {move || {
                    if list.expanded.get() {
                        "Show fewer".to_owned()
                    } else {
                        list.own.with(|own| words::show_more(own.values.len() as u64, own.distinct))
                    }
                }}
            </button>
        </Show>
    }
    .into_any()
}

/// One value. It outlives changes of its count, so that the focus stays where it is.
#[component]
fn FacetRow(list: List, row: Row, shown: Memo<Vec<ValueCount>>, most: Memo<u64>) -> impl IntoView {
    let value = row.value.clone();
    let count = Memo::new(move |_| {
        let own = |shown: &Vec<ValueCount>| {
            shown
                .iter()
                .find(|had| had.value == value)
                .map(|had| had.count)
        };
        Some(shown.with(own).unwrap_or(0))
    });
    let Row {
        value,
        label,
        depth,
    } = row;
    let title = value.clone();
    let dot = (list.field == Field::Tag)
        .then(|| list.facets.with_untracked(|facets| colour(facets, &value)));
    view! { <FacetBox field=list.field value label title depth count most dot /> }
}

/// A box that keeps the pictures with one value, and how many those are.
#[component]
pub fn FacetBox(
    /// Which field.
    field: Field,
    /// The value, as the query takes it.
    value: String,
    /// What it is called here.
    label: String,
    /// What it is called in full.
    title: String,
    /// How many folders above it are listed too.
    #[prop(optional)]
    depth: usize,
    /// How many pictures; nothing while that is not known.
    count: Memo<Option<u64>>,
    /// The count that fills the row.
    most: Memo<u64>,
    /// The colour of a tag; nothing for everything else.
    #[prop(optional_no_strip)]
    dot: Option<Option<TagColour>>,
) -> impl IntoView {
    let state = use_query();
    let name = format!("any.{}", field.key());
    let value = StoredValue::new(value);
    let ticked = Memo::new(move |_| {
        value.with_value(|value| state.query.with(|query| query.is_ticked(field, value)))
    });
    let toggle = move |_| {
        let query = state.query.get_untracked();
        state.push(value.with_value(|value| query.with_toggled(field, value)));
    };
    view! {
        <li>
            <label class=format!("facet-row depth-{}", depth.min(4)) class:is-ticked=ticked>
                <input
                    type="checkbox"
                    class="check-box"
                    name=name
                    value=value.get_value()
                    checked=ticked.get_untracked()
                    prop:checked=ticked
                    on:change=toggle
                />
                <span class="facet-name truncate" title=title>
                    {dot.map(tag_dot)}
                    {label}
                </span>
                <span class="facet-count">{move || count.get().map(words::count)}</span>
                // The share of the most frequent value; the number before it says it in words. Last,
                // because a label belongs to its first control, and a progress bar is one.
                <progress
                    class="facet-bar"
                    aria-hidden="true"
                    max=move || most.get().max(1)
                    value=move || count.get().unwrap_or(0)
                ></progress>
            </label>
        </li>
    }
    .into_any()
}

/// The colour of a tag, where it is listed and has one.
fn colour(facets: &Facets, tag: &str) -> Option<TagColour> {
    let mut all = facets.colours.iter();
    all.find(|(name, _)| name == tag).map(|(_, colour)| *colour)
}

/// The counts of one field; empty while there are none.
fn of_field(facets: &Facets, field: Field) -> ValueFacet {
    let own = facets.values.iter().find(|facet| facet.field == field);
    own.cloned().unwrap_or(ValueFacet {
        field,
        values: Vec::new(),
        distinct: 0,
    })
}

/// Where a result has no value at all the last ones stay with a count of nothing, so that the panel
/// does not fall together while somebody types.
fn steady(now: ValueFacet, last: Option<&ValueFacet>) -> ValueFacet {
    match last {
        Some(last) if now.values.is_empty() => {
            let mut last = last.clone();
            last.values.iter_mut().for_each(|value| value.count = 0);
            last
        }
        _ => now,
    }
}

/// The rows for some values: folders as a tree by name, everything else as it comes.
fn rows(field: Field, values: &[ValueCount]) -> Vec<Row> {
    if field != Field::Folder {
        let row = |value: &ValueCount| Row {
            value: value.value.clone(),
            label: words::value(field, &value.value),
            depth: 0,
        };
        return values.iter().map(row).collect();
    }
    let mut folders: Vec<&str> = values.iter().map(|value| value.value.as_str()).collect();
    folders.sort_unstable_by(|a, b| a.split('/').cmp(b.split('/')));
    let mut above: Vec<&str> = Vec::new();
    let mut rows = Vec::with_capacity(folders.len());
    for folder in folders {
        while above
            .last()
            .is_some_and(|parent| inside(folder, parent).is_none())
        {
            above.pop();
        }
        let rest = above
            .last()
            .and_then(|parent| inside(folder, parent))
            .unwrap_or(folder);
        rows.push(Row {
            value: folder.to_owned(),
            label: words::value(field, rest),
            depth: above.len(),
        });
        above.push(folder);
    }
    rows
}

/// The path of a folder inside another one.
fn inside<'a>(folder: &'a str, parent: &str) -> Option<&'a str> {
    folder.strip_prefix(parent)?.strip_prefix('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_stand_below_the_folders_that_hold_them() {
        let value = |value: &str| ValueCount {
            value: value.to_owned(),
            count: 1,
        };
        let values = ["out/2026/may", "out", "other/x/y", "out/2026", "outer"].map(value);
        let rows = rows(Field::Folder, &values);
        let shown: Vec<_> = rows
            .iter()
            .map(|row| (row.depth, row.label.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                (0, "other / x / y"),
                (0, "out"),
                (1, "2026"),
                (2, "may"),
                (0, "outer")
            ]
        );
    }
}
