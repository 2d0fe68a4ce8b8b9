//! What prompts ask for, most used first: tick a token to keep the pictures whose prompt has it.

use domain::{
    facet::ValueCount,
    query::{Field, Query},
};
use leptos::{prelude::*, task::spawn_local};

use super::{facet::FacetBox, icon::Icon};
use crate::{api::search::suggest, browser::timers::Debounce, state::query::use_query, words};

/// Milliseconds of quiet after which what was typed is looked for.
const QUIET: u64 = 120;

/// The section of the filter panel. Nothing is counted before it is opened: that reads every prompt.
#[component]
pub fn Tokens(
    /// What counts depend on: the query and the state of the library.
    asked: Memo<Query>,
    /// The state of the library.
    change: Signal<i64>,
) -> impl IntoView {
    let state = use_query();
    let ticked = Memo::new(move |_| state.query.with(|query| query.ticked(Field::Token)));
    let begins_open = !ticked.get_untracked().is_empty();
    let open = RwSignal::new(begins_open);
    let wanted = RwSignal::new(String::new());
    let found = RwSignal::new(None::<Vec<ValueCount>>);
    let debounce = Debounce::new(QUIET);
    let look = move || {
        let (query, text) = (asked.get_untracked(), wanted.get_untracked());
        spawn_local(async move {
            let came = suggest(Field::Token, text.clone(), query.clone()).await;
            // An answer to an older question comes too late.
            let still = asked.try_get_untracked() == Some(query)
                && wanted.try_get_untracked() == Some(text);
            if still && let Ok(came) = came {
                found.try_set(Some(came));
            }
        });
    };
    Effect::new(move || {
        asked.track();
        change.track();
        if open.get() {
            look();
        }
    });
    // The ticked ones stay in the list whatever is found.
    let rows = Memo::new(move |_| {
        let mut rows = found.get().unwrap_or_default();
        for value in ticked.get() {
            if !rows.iter().any(|row| row.value == value) {
                rows.insert(0, ValueCount { value, count: 0 });
            }
        }
        rows
    });
    let most = Memo::new(move |_| {
        let most = rows.with(|rows| rows.iter().map(|row| row.count).max());
        most.unwrap_or(1).max(1)
    });
    let nothing = move || found.with(|found| found.as_ref().is_some_and(Vec::is_empty));
    let clear = move |_| state.push(state.query.get_untracked().with_range(Field::Token, None));
    view! {
        <section class="facet needs-wasm" aria-label="Prompt tokens">
            <details
                open=begins_open
                on:toggle=move |event| open.set(crate::browser::events::is_open(&event))
            >
                <summary class="facet-head">
                    <Icon name="chevron-right" />
                    <span>"Prompt tokens"</span>
                </summary>
                <div class="facet-body">
                    <input
                        type="search"
                        class="input facet-search"
                        autocomplete="off"
                        spellcheck="false"
                        placeholder="Find a token"
                        aria-label="Find a token"
                        prop:value=move || wanted.get()
                        on:input=move |event| {
                            wanted.set(event_target_value(&event));
                            debounce.call(look);
                        }
                    />
                    <Show when=move || found.with(Option::is_none)>
                        <p class="hint facet-none">{words::COUNTING}</p>
                    </Show>
                    <ul class="facet-rows">
                        <For each=move || rows.get() key=|row| row.value.clone() let:row>
                            <TokenRow value=row.value rows most />
                        </For>
                    </ul>
                    <Show when=nothing>
                        <p class="hint facet-none">"No prompt in this result asks for it."</p>
                    </Show>
                </div>
            </details>
            <Show when=move || ticked.with(|ticked| !ticked.is_empty())>
                <button
                    type="button"
                    class="facet-clear needs-wasm"
                    aria-label="Clear Prompt tokens"
                    on:click=clear
                >
                    "Clear"
                </button>
            </Show>
        </section>
    }
    .into_any()
}

/// The box of one token. It stays, with the focus, while its count changes.
#[component]
fn TokenRow(value: String, rows: Memo<Vec<ValueCount>>, most: Memo<u64>) -> impl IntoView {
    let own = value.clone();
    let count = Memo::new(move |_| {
        let same = |row: &&ValueCount| row.value == own;
        rows.with(|rows| rows.iter().find(same).map(|row| row.count))
    });
    let (label, title) = (value.clone(), value.clone());
    view! { <FacetBox field=Field::Token value label title count most /> }
}
