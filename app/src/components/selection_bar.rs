//! The bar that appears with a selection: how many, and what can be done with them.

use leptos::prelude::*;

use super::icon::Icon;
use crate::{
    state::{
        grid::GridState,
        outside::outside,
        selection::{Chosen, SelectionState},
    },
    words,
};

/// Stands at the foot of the grid while anything is selected.
#[component]
pub fn SelectionBar(
    /// What is selected.
    selection: SelectionState,
    /// The grid, when there is one.
    grid: RwSignal<Option<GridState>>,
    /// Whether the export dialog is open.
    exporting: RwSignal<bool>,
) -> impl IntoView {
    let shown = Memo::new(move |_| selection.count.get() > 0);
    let total = move || {
        grid.get()
            .and_then(|grid| grid.result.head.with(|head| head.total))
    };
    let all = Memo::new(move |_| {
        grid.get().is_some_and(|grid| {
            let shown = grid.result.shown.get();
            selection.chosen.with(|chosen| {
                matches!(chosen, Chosen::AllBut { query, .. } if *query == shown)
                    && Some(chosen.count()) == total()
            })
        })
    });
    let said = count_in_words(selection, grid);
    view! {
        <p class="visually-hidden" role="status">
            {said}
        </p>
        {move || {
            shown
                .get()
                .then(|| {
                    view! {
                        <div class="selection-bar" role="toolbar" aria-label="Selection">
                            <span class="selection-count">{said}</span>
                            <button
                                type="button"
                                class="button is-primary"
                                on:click=move |_| exporting.set(true)
                            >
                                <Icon name="download" />
                                <span>"Download"</span>
                            </button>
                            <button
                                type="button"
                                class="button is-quiet"
                                title="Tags (T)"
                                on:click=move |_| {
                                    if let Some(grid) = grid.get_untracked() {
                                        grid.shared.tagging().selected(selection);
                                    }
                                }
                            >
                                <Icon name="tag" />
                                <span>"Tag"</span>
                            </button>
                            {move || {
                                total()
                                    .filter(|_| !all.get())
                                    .map(|total| {
                                        view! {
                                            <button
                                                type="button"
                                                class="button is-quiet"
                                                title="Ctrl+A"
                                                on:click=move |_| {
                                                    if let Some(grid) = grid.get_untracked() {
                                                        grid.select_all();
                                                    }
                                                }
                                            >
                                                {format!("Select all {}", words::count(total))}
                                            </button>
                                        }
                                    })
                            }}
                            <button
                                type="button"
                                class="button is-quiet selection-invert"
                                title="Ctrl+Shift+I"
                                on:click=move |_| {
                                    if let Some(grid) = grid.get_untracked() {
                                        grid.invert();
                                    }
                                }
                            >
                                "Invert"
                            </button>
                            <button
                                type="button"
                                class="button is-quiet is-icon"
                                aria-label="Select nothing"
                                title="Select nothing (Esc)"
                                on:click=move |_| selection.clear()
                            >
                                <Icon name="close" />
                            </button>
                        </div>
                    }
                })
        }}
    }
    .into_any()
}

/// `37 selected, 12 outside this filter`; empty when nothing is selected.
fn count_in_words(
    selection: SelectionState,
    grid: RwSignal<Option<GridState>>,
) -> impl Fn() -> String + Copy + Send + Sync + 'static {
    let outside = outside(selection, grid);
    let elsewhere = Memo::new(move |_| {
        grid.get().is_some_and(|grid| {
            let shown = grid.result.shown.get();
            selection.chosen.with(|chosen| chosen.is_elsewhere(&shown))
        })
    });
    move || {
        let count = selection.count.get();
        if count == 0 {
            return String::new();
        }
        let count = words::count(count);
        match outside.get() {
            _ if elsewhere.get() => format!("{count} selected in another result"),
            Some(outside) if outside > 0 => {
                format!(
                    "{count} selected, {} outside this filter",
                    words::count(outside)
                )
            }
            _ => format!("{count} selected"),
        }
    }
}
