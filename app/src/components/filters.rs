//! The panel beside the grid: places, and what the result is made of.

use domain::{
    facet::Facets,
    query::{Alternative, Atom, Field, Has, Query, TimePoint, View},
};
use leptos::prelude::*;

use super::{
    aside_links::AsideLinks,
    facet::{Facet, FacetBox},
    histogram::Histogram,
    icon::Icon,
    set_links::SetLinks,
};
use crate::{
    api::search::facets as ask_facets,
    browser::timers,
    later::{self, SOON},
    state::{query::use_query, remote::Remote},
    words,
};

/// The sections in their order, and whether each stands open at first.
const SECTIONS: [(Field, bool); 18] = [
    (Field::Model, true),
    (Field::Lora, true),
    (Field::Sampler, true),
    (Field::Date, true),
    (Field::State, true),
    (Field::Rating, false),
    (Field::Label, false),
    (Field::Tag, true),
    (Field::Persona, true),
    (Field::User, true),
    (Field::Intent, true),
    (Field::Folder, true),
    (Field::Tool, true),
    (Field::Scheduler, false),
    (Field::Size, false),
    (Field::Steps, false),
    (Field::Cfg, false),
    (Field::Mp, false),
];

/// Properties that are offered below the other fields.
const THINGS: [Has; 9] = [
    Has::Favourite,
    Has::Workflow,
    Has::Tag,
    Has::Note,
    Has::Edited,
    Has::Video,
    Has::Missing,
    Has::Unparsed,
    Has::Secret,
];

/// Milliseconds after which counts that were not ready are asked for again.
const AGAIN: i32 = 700;

/// The filter panel: beside the grid on wide screens, a sheet on narrow ones. Without wasm it is a
/// form whose button applies what was ticked.
#[component]
pub fn Filters(
    /// Whether it stands beside the grid; the sheet opens and closes by itself.
    open: RwSignal<bool>,
    /// The state of the library; when it changes the counts are asked for again.
    #[prop(into)]
    change: Signal<i64>,
    /// Whether a new photoset is asked for.
    making: RwSignal<bool>,
    /// Exact size of the result, shown at the top of the sheet.
    #[prop(optional, into)]
    total: Signal<Option<u64>>,
) -> impl IntoView {
    let state = use_query();
    let asked = Memo::new(move |_| state.query.with(countable));
    let counts: Remote<Facets> = Resource::new_with_options(
        move || (asked.get(), change.get()),
        |(query, _)| ask_facets(query),
        false,
    );
    Effect::new(move || {
        if counts.with(|counts| matches!(counts, Some(Ok(facets)) if facets.counting)) {
            timers::after(AGAIN, move || counts.refetch());
        }
    });

    view! {
        <aside
            id="filters-panel"
            class="filters"
            class:is-closed=move || !open.get()
            popover="auto"
            aria-label="Filters"
        >
            <div class="filters-head">
                <h2>"Filters"</h2>
                <p class="hint">{move || total.get().map(words::pictures)}</p>
                <button
                    type="button"
                    class="button is-quiet"
                    popovertarget="filters-panel"
                    popovertargetaction="hide"
                >
                    "Done"
                </button>
            </div>
            <nav class="filters-places" aria-label="Places">
                <AsideLinks asked change />
            </nav>
            <form
                id="filters"
                class="filters-form"
                method="get"
                action="/"
                on:submit=|event| event.prevent_default()
            >
                <Kept />
                <Transition fallback=|| {
                    view! { <p class="hint filters-note">{words::COUNTING}</p> }
                }>
                    {
                        let failed = move || {
                            counts.with(|counts| match counts {
                                Some(Err(problem)) => Some(problem.to_string()),
                                _ => None,
                            })
                        };
                        let facets = Memo::new(move |last: Option<&Facets>| {
                            let known = counts.with(|counts| counts.clone().and_then(Result::ok));
                            known.or_else(|| last.cloned()).unwrap_or_default()
                        });
                        view! {
                            {move || {
                                failed()
                                    .map(|text| {
                                        view! {
                                            <p class="filters-note" role="status">
                                                {text}
                                            </p>
                                        }
                                    })
                            }}
                            <Show when=move || facets.with(|facets| facets.counting)>
                                <p class="hint filters-note" role="status">
                                    {words::COUNTING}
                                </p>
                            </Show>
                            <SetLinks facets making />
                            {SECTIONS
                                .into_iter()
                                .map(|(field, open)| view! { <Section field open facets /> })
                                .collect_view()}
                            <Things facets />
                            // Of no use without the browser's half, so the server leaves it out.
                            {later::when_stirred(&SOON, move |soon| (soon.filters)(asked, change))}
                        }
                    }
                </Transition>
                <div class="filters-foot without-wasm">
                    <button type="submit" class="button is-primary">
                        "Apply"
                    </button>
                    <a class="button is-quiet" href="/">
                        "Clear"
                    </a>
                </div>
            </form>
        </aside>
    }
    .into_any()
}

/// One field: a list, a histogram, or both. Not there at all when the result says nothing of it.
#[component]
fn Section(field: Field, open: bool, facets: Memo<Facets>) -> impl IntoView {
    let state = use_query();
    let listed = Field::FACETS.contains(&field);
    let drawn = Field::HISTOGRAMS.contains(&field);
    // Once there, a section stays: a panel that comes and goes while somebody types is no help.
    let present = Memo::new(move |before: Option<&bool>| {
        let listed = |facets: &Facets| {
            facets
                .values
                .iter()
                .any(|had| had.field == field && !had.values.is_empty())
        };
        let drawn = |facets: &Facets| {
            facets
                .numbers
                .iter()
                .any(|had| had.field == field && !had.bins.is_empty())
        };
        before.copied().unwrap_or_default() || facets.with(|facets| listed(facets) || drawn(facets))
    });
    let active = Memo::new(move |_| {
        state.query.with(|query| {
            query
                .filters
                .iter()
                .filter(|filter| filter.field == field)
                .map(|filter| filter.any.len())
                .sum::<usize>()
        })
    });
    let clear = move |_| state.push(state.query.get_untracked().with_range(field, None));
    let open = open || active.get_untracked() > 0;
    view! {
        <Show when=move || present.get()>
            <section class="facet" aria-label=field.label()>
            <details open=open>
                <summary class="facet-head">
                    <Icon name="chevron-right" />
                    <span>{field.label()}</span>
                </summary>
                <div class="facet-body">
                    {drawn.then(|| view! { <Histogram field facets /> })}
                    {listed.then(|| view! { <Facet field facets /> })}
                </div>
            </details>
                    <Show when=move || { active.get() > 0 }>
                        <button
                            type="button"
                            class="facet-clear needs-wasm"
                            aria-label=format!("Clear {}", field.label())
                            on:click=clear
                        >
                            "Clear"
                        </button>
                    </Show>
            </section>
        </Show>
    }
    .into_any()
}

/// What a picture has or is.
#[component]
fn Things(facets: Memo<Facets>) -> impl IntoView {
    let state = use_query();
    let most = Memo::new(move |_| {
        facets.with(|facets| {
            let counts = THINGS
                .into_iter()
                .filter_map(|has| thing_count(facets, has));
            counts.max().unwrap_or(0)
        })
    });
    let rows = THINGS
        .into_iter()
        .map(|has| {
            let count = Memo::new(move |_| facets.with(|facets| thing_count(facets, has)));
            view! {
                <FacetBox
                    field=has.field()
                    value=has.word().to_owned()
                    label=words::thing(has).to_owned()
                    title=words::thing(has).to_owned()
                    count
                    most
                />
            }
        })
        .collect_view();
    let open = THINGS.into_iter().any(|has| {
        state
            .query
            .with_untracked(|query| query.is_ticked(has.field(), has.word()))
    });
    view! {
        <section class="facet" aria-label="Properties">
            <details open=open>
                <summary class="facet-head">
                    <Icon name="chevron-right" />
                    <span>"Properties"</span>
                </summary>
                <div class="facet-body">
                    <ul class="facet-rows">{rows}</ul>
                </div>
            </details>
        </section>
    }
    .into_any()
}

/// How many pictures have or are something; `None` while nothing is counted yet.
fn thing_count(facets: &Facets, has: Has) -> Option<u64> {
    let mut all = facets.values.iter();
    let own = all.find(|facet| facet.field == has.field())?;
    let counted = own.values.iter().find(|one| one.value == has.word());
    Some(counted.map_or(0, |counted| counted.count))
}

/// What the form has no box for but must keep: ranges, exclusions, further conditions.
#[component]
fn Kept() -> impl IntoView {
    let state = use_query();
    move || {
        let query = state.query.get();
        let mut boxes: Vec<Field> = Vec::new();
        let mut kept: Vec<(String, String)> = Vec::new();
        for filter in &query.params {
            kept.push((format!("param.{}", filter.name), filter.value_text()));
        }
        for filter in &query.filters {
            let first = !boxes.contains(&filter.field);
            let plain = filter.any.iter().all(has_box);
            let boxed = Field::FACETS.contains(&filter.field);
            if boxed && plain && first {
                boxes.push(filter.field);
            } else {
                kept.push((filter.field.key().to_owned(), filter.value_text()));
            }
        }
        if query.view != View::default() {
            kept.push(("view".to_owned(), "list".to_owned()));
        }
        kept.into_iter()
            .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
            .collect_view()
    }
}

/// Whether a condition can be shown as a ticked box: of the stretches of time only months can, and
/// of the properties only those that are offered.
fn has_box(alternative: &Alternative) -> bool {
    let shown = match &alternative.atom {
        Atom::Time(range) => {
            range.from == range.to && matches!(range.from, Some(TimePoint::Month(..)))
        }
        Atom::Has(has) => THINGS.contains(has),
        _ => true,
    };
    shown && !alternative.not
}

/// The part of a query that counts depend on.
fn countable(query: &Query) -> Query {
    Query {
        sort: domain::query::Sort::default(),
        ..query.filter_part()
    }
}
