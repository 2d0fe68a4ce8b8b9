//! The bar that appears with a selection: how many; what can be done with them comes later.

use leptos::prelude::*;

use crate::{
    later::{self, SOON, Soon},
    state::{grid::GridState, outside::outside, selection::SelectionState, shared::Shared},
    words,
};

/// Stands at the foot of the grid while anything is selected.
#[component]
pub fn SelectionBar(
    /// What the page shares.
    shared: Shared,
    /// The grid, when there is one.
    grid: RwSignal<Option<GridState>>,
    /// Whether the export dialog is open.
    exporting: RwSignal<bool>,
) -> impl IntoView {
    let selection = shared.selection();
    let shown = Memo::new(move |_| selection.count.get() > 0);
    let said = count_in_words(selection, grid);
    let tools = move |soon: &Soon| (soon.chosen)(shared, grid, exporting);
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
                            {later::show(&SOON, IntoAny::into_any, tools)}
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
