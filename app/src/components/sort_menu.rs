//! The order of the result.

use domain::query::{Field, Sort, SortBy, SortKey};
use leptos::prelude::*;

use super::icon::Icon;
use crate::{state::query::use_query, words};

/// A native list, so that it works as part of the filter form where there is no wasm.
#[component]
pub fn SortMenu() -> impl IntoView {
    let state = use_query();
    let sort = Memo::new(move |_| state.query.with(|query| query.sort.clone()));
    let in_set = Memo::new(move |_| state.query.with(|query| query.in_one(Field::Set).is_some()));
    let change = move |event| {
        let value = event_target_value(&event);
        let mut query = state.query.get_untracked();
        if let Some(chosen) = choices(&query.sort, in_set.get_untracked())
            .into_iter()
            .find(|choice| choice.to_string() == value)
        {
            query.sort = chosen;
            state.push(query);
        }
    };
    view! {
        <label class="sort-menu">
            <span class="visually-hidden">"Order"</span>
            <Icon name="sort" />
            <select
                name="sort"
                form="filters"
                class="sort-menu-select"
                on:change=change
                prop:value=move || sort.get().to_string()
            >
                {move || {
                    let current = sort.get();
                    choices(&current, in_set.get())
                        .into_iter()
                        .map(|choice| {
                            view! {
                                <option value=choice.to_string() selected=choice == current>
                                    {words::sort(&choice)}
                                </option>
                            }
                        })
                        .collect_view()
                }}
            </select>
        </label>
    }
}

/// The offered orders, of a photoset its own too; one that came with the URL and is not among them is offered
/// as well.
fn choices(current: &Sort, in_set: bool) -> Vec<Sort> {
    let mut choices: Vec<Sort> = words::SORTS
        .iter()
        .map(|(key, descending, _)| match (key, current.first.key) {
            // A shuffle keeps its number, so that choosing it again changes nothing.
            (SortKey::Random(_), SortKey::Random(_)) => current.clone(),
            _ => Sort::from(SortBy {
                key: *key,
                descending: *descending,
            }),
        })
        .collect();
    let own = Sort::from(SortBy {
        key: SortKey::Place,
        descending: false,
    });
    if in_set {
        choices.insert(0, own);
    }
    if !choices.contains(current) {
        choices.push(current.clone());
    }
    choices
}
