//! Any parameter of any node as a filter: look for its name, then tick values or draw a range.

use domain::{
    number,
    parameter::{ParameterFacet, ParameterName, Scalar, ScalarCount},
    query::{Atom, Query},
};
use leptos::{prelude::*, task::spawn_local};

use super::icon::Icon;
use crate::{
    api::search::{parameter, parameter_names},
    browser::timers::Debounce,
    state::query::{QueryState, use_query},
    words,
};

/// Milliseconds of quiet after which what was typed is looked for.
const QUIET: u64 = 120;
/// So many values of one parameter are listed.
const LISTED: usize = 12;

/// The section of the filter panel.
#[component]
pub fn Parameters(
    /// What counts depend on: the query and the state of the library.
    asked: Memo<Query>,
    /// The state of the library.
    change: Signal<i64>,
) -> impl IntoView {
    let state = use_query();
    let picked = RwSignal::new(Vec::<String>::new());
    let names = Memo::new(move |_| {
        let asked = state.query.with(|query| {
            let names = query.params.iter().map(|filter| filter.name.clone());
            names.collect::<Vec<_>>()
        });
        let mut names = picked.get();
        for name in asked {
            if !names.iter().any(|had| had.eq_ignore_ascii_case(&name)) {
                names.push(name);
            }
        }
        names
    });
    let open = !names.get_untracked().is_empty();
    view! {
        <section class="facet needs-wasm" aria-label="Parameters">
            <details open=open>
                <summary class="facet-head">
                    <Icon name="chevron-right" />
                    <span>"Parameters"</span>
                </summary>
                <div class="facet-body">
                    <Finder asked picked />
                    <For each=move || names.get() key=|name| name.to_lowercase() let:name>
                        <One name asked change picked />
                    </For>
                </div>
            </details>
        </section>
    }
    .into_any()
}

/// Looks for a parameter by a part of its name.
#[component]
fn Finder(asked: Memo<Query>, picked: RwSignal<Vec<String>>) -> impl IntoView {
    let wanted = RwSignal::new(String::new());
    let found = RwSignal::new(None::<Vec<ParameterName>>);
    let debounce = Debounce::new(QUIET);
    let look = move |text: String| {
        wanted.set(text.clone());
        debounce.call(move || {
            let query = asked.get_untracked();
            spawn_local(async move {
                let names = parameter_names(text.clone(), query).await;
                if wanted.try_get_untracked().as_deref() == Some(&text) {
                    found.set(Some(names.unwrap_or_default()));
                }
            });
        });
    };
    let pick = move |name: String| {
        picked.update(|picked| {
            if !picked.contains(&name) {
                picked.insert(0, name);
            }
        });
        wanted.set(String::new());
        found.set(None);
    };
    let nothing = move || found.with(|found| found.as_ref().is_some_and(Vec::is_empty));
    view! {
        <input
            type="search"
            class="input facet-search"
            autocomplete="off"
            spellcheck="false"
            placeholder="Find a parameter"
            aria-label="Find a parameter"
            prop:value=move || wanted.get()
            on:focus=move |_| {
                if found.with_untracked(Option::is_none) {
                    look(wanted.get_untracked());
                }
            }
            on:input=move |event| look(event_target_value(&event))
        />
        <ul class="facet-rows">
            <For
                each=move || found.get().unwrap_or_default()
                key=|one| (one.name.clone(), one.count)
                let:one
            >
                {
                    let name = StoredValue::new(one.name.clone());
                    let title = one.name.clone();
                    view! {
                        <li>
                            <button
                                type="button"
                                class="facet-row parameter-offer"
                                title=title
                                on:click=move |_| pick(name.get_value())
                            >
                                <Icon name="plus" />
                                <span class="facet-name truncate">{one.name}</span>
                                <span class="facet-count">{words::count(one.count)}</span>
                            </button>
                        </li>
                    }
                }
            </For>
        </ul>
        <Show when=nothing>
            <p class="hint facet-none">"Nothing in this result is set under such a name."</p>
        </Show>
    }
    .into_any()
}

/// The values of one parameter.
#[component]
fn One(
    name: String,
    asked: Memo<Query>,
    change: Signal<i64>,
    picked: RwSignal<Vec<String>>,
) -> impl IntoView {
    let state = use_query();
    let name = StoredValue::new(name);
    let facet = RwSignal::new(ParameterFacet::default());
    // No resource: the server must not wait for what only the browser shows.
    Effect::new(move || {
        let (query, _) = (asked.get(), change.get());
        let wanted = name.get_value();
        spawn_local(async move {
            let came = parameter(wanted, query.clone()).await;
            // An answer to an older question comes too late.
            if asked.try_get_untracked() == Some(query)
                && let Ok(came) = came
            {
                facet.try_set(came);
            }
        });
    });
    let close = move |_| {
        let own = name.get_value();
        picked.update(|picked| picked.retain(|had| !had.eq_ignore_ascii_case(&own)));
        let query = state.query.get_untracked();
        if query.param(&own).next().is_some() {
            state.push(query.with_param(&own, None));
        }
    };
    let rows = Memo::new(move |_| {
        facet.with(|facet| {
            let values = facet.values.iter().take(LISTED);
            values.cloned().collect::<Vec<_>>()
        })
    });
    let most =
        Memo::new(move |_| facet.with(|facet| facet.values.first().map_or(1, |one| one.count)));
    let rest = move || {
        facet.with(|facet| {
            let shown = facet.values.len().min(LISTED) as u64;
            (facet.distinct > shown).then(|| words::further_values(facet.distinct - shown))
        })
    };
    view! {
        <div class="parameter-facet" role="group" aria-label=name.get_value()>
            <div class="parameter-facet-head">
                <h3 class="truncate" title=name.get_value()>
                    {name.get_value()}
                </h3>
                <button
                    type="button"
                    class="button is-quiet is-icon is-small"
                    aria-label=format!("Remove {}", name.get_value())
                    title="Remove"
                    on:click=close
                >
                    <Icon name="close" />
                </button>
            </div>
            <Show when=move || facet.with(|facet| facet.bounds.is_some_and(|(min, max)| min < max))>
                <Range name facet />
            </Show>
            <ul class="facet-rows">
                <For
                    each=move || rows.get()
                    key=|one| (one.value.to_string(), one.count)
                    let:one
                >
                    <Value name one most />
                </For>
            </ul>
            {move || rest().map(|text| view! { <p class="hint facet-none">{text}</p> })}
        </div>
    }
    .into_any()
}

/// Two ends to type into; their placeholders tell what the result has.
#[component]
fn Range(name: StoredValue<String>, facet: RwSignal<ParameterFacet>) -> impl IntoView {
    let state = use_query();
    let ends = Memo::new(move |_| {
        let own = name.get_value();
        state.query.with(|query| {
            let first = query.param(&own).next();
            match first.map(|one| &one.atom) {
                Some(Atom::Number(from, to)) if from != to => (*from, *to),
                _ => (None, None),
            }
        })
    });
    let typed = move |lower: bool, text: String| {
        let value = number::parse(text.trim());
        let (from, to) = ends.get_untracked();
        let (from, to) = if lower { (value, to) } else { (from, value) };
        let atom = (from.is_some() || to.is_some()).then_some(Atom::Number(from, to));
        let query = state.query.get_untracked();
        state.push(query.with_param(&name.get_value(), atom));
    };
    let end = move |lower: bool| {
        let label = if lower { "Lowest" } else { "Highest" };
        let shown = move || {
            let (from, to) = ends.get();
            let end = if lower { from } else { to };
            end.map(|end| end.to_string()).unwrap_or_default()
        };
        let hint = move || {
            let bounds = facet.with(|facet| facet.bounds).unwrap_or_default();
            words::decimal(if lower { bounds.0 } else { bounds.1 }, 4)
        };
        view! {
            <input
                type="number"
                step="any"
                class="input histogram-input"
                aria-label=format!("{label} {}", name.get_value())
                placeholder=hint
                prop:value=shown
                on:change=move |event| typed(lower, event_target_value(&event))
            />
        }
    };
    view! {
        <div class="histogram-fields parameter-range">
            {end(true)} <span class="hint" aria-hidden="true">
                "–"
            </span> {end(false)}
        </div>
    }
}

/// A box that keeps the pictures with one value.
#[component]
fn Value(name: StoredValue<String>, one: ScalarCount, most: Memo<u64>) -> impl IntoView {
    let state = use_query();
    let value = StoredValue::new(one.value.clone());
    let ticked = Memo::new(move |_| {
        state
            .query
            .with(|query| value.with_value(|value| is_ticked(query, &name.get_value(), value)))
    });
    let toggle = move |_| {
        let query = state.query.get_untracked();
        let next = value.with_value(|value| query.with_param_toggled(&name.get_value(), value));
        state.push(next);
    };
    let label = match &one.value {
        Scalar::Text(text) if text.is_empty() => "(empty)".to_owned(),
        value => value.to_string(),
    };
    let title = label.clone();
    view! {
        <li>
            <label class="facet-row" class:is-ticked=ticked>
                <input type="checkbox" class="check-box" prop:checked=ticked on:change=toggle />
                <span class="facet-name truncate" title=title>
                    {label}
                </span>
                <span class="facet-count">{words::count(one.count)}</span>
                <progress
                    class="facet-bar"
                    aria-hidden="true"
                    max=move || most.get().max(1)
                    value=one.count
                ></progress>
            </label>
        </li>
    }
    .into_any()
}

/// Whether a value is among the alternatives that are asked of a parameter.
fn is_ticked(query: &Query, name: &str, value: &Scalar) -> bool {
    let toggled = query.with_param_toggled(name, value);
    toggled.param(name).count() < query.param(name).count()
}

/// A link that keeps only the pictures with one value of a parameter; the rest of the query stays.
#[component]
pub fn ParameterLink(
    /// As a filter names it.
    name: String,
    /// The value.
    value: Scalar,
) -> impl IntoView {
    let state = use_query();
    let shown = words::cut(&value.to_string(), 80);
    let title = format!("Show pictures with {name} {shown}");
    let href = move || {
        state.query.with(|query| {
            let base = query.with_image(None);
            let wanted = if is_ticked(&base, &name, &value) {
                base
            } else {
                base.with_param(&name, None)
                    .with_param_toggled(&name, &value)
            };
            QueryState::href(&wanted.from_the_top())
        })
    };
    view! {
        <a class="chip filter-link" href=href title=title>
            <span class="truncate">{shown}</span>
        </a>
    }
}
