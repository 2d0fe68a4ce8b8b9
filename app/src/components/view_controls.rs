//! How the result looks: a grid or a list, the size of its pictures, whole or filling; and the help.

use domain::{number, query::View};
use leptos::prelude::*;

use super::icon::Icon;
use crate::{
    browser::dom,
    later::{self, SOON},
    shortcuts::Action,
    state::{
        grid::GridState,
        preferences::{CELL, use_preferences},
        query::{QueryState, use_query},
    },
};

/// Grid or list, as links that work without wasm.
#[component]
pub fn ViewLinks(
    /// The grid, once it lives: what it shows stays in view.
    grid: RwSignal<Option<GridState>>,
) -> impl IntoView {
    let state = use_query();
    let link = move |view: View, icon: &'static str, name: &'static str| {
        let href = move || {
            state
                .query
                .with(|query| QueryState::href(&query.with_view(view)))
        };
        let go = move |event: leptos::ev::MouseEvent| {
            // A new tab is the browser's business.
            if let Some(grid) = grid
                .get_untracked()
                .filter(|_| !dom::opens_elsewhere(&event))
            {
                event.prevent_default();
                if state.view.get_untracked() != view {
                    state.show(view, grid.result.id_at(grid.first_seen()));
                }
            }
        };
        view! {
            <a
                class="button is-quiet is-icon"
                href=href
                aria-label=name
                title=name
                aria-current=move || (state.view.get() == view).then_some("true")
                on:click=go
            >
                <Icon name=icon />
            </a>
        }
    };
    view! {
        <nav class="segmented view-links" aria-label="Presentation">
            {link(View::Grid, "grid", "Grid")} {link(View::List, "list", "List")}
        </nav>
    }
    .into_any()
}

/// The view's controls in the top bar. They need the browser's half and appear with it.
#[component]
pub fn ViewControls(
    /// Whether the help is open.
    helping: RwSignal<bool>,
) -> impl IntoView {
    let preferences = use_preferences();
    // A list has one size of pictures.
    let listed = use_query().view;
    let listed = Memo::new(move |_| listed.get() == View::List);
    let edge = RwSignal::new(200.0);
    Effect::new(move || {
        let chosen = preferences.cell.get();
        edge.set(
            chosen
                .or_else(|| dom::root_number("--cell"))
                .unwrap_or(200.0),
        );
    });
    let fit = move |_| preferences.set_contain(!preferences.contain.get_untracked());
    view! {
        <div class="view-controls needs-wasm">
            <label class="view-density" hidden=listed>
                <span class="visually-hidden">"Size of the pictures"</span>
                <Icon name="image" />
                <input
                    class="range"
                    type="range"
                    min=CELL.0.to_string()
                    max=CELL.1.to_string()
                    step="4"
                    prop:value=move || edge.get().to_string()
                    aria-valuetext=move || format!("{} pixels", edge.get().round())
                    on:input=move |event| {
                        if let Some(edge) = number::parse(&event_target_value(&event)) {
                            preferences.set_cell(edge);
                        }
                    }
                />
            </label>
            <button
                type="button"
                class="button is-quiet is-icon"
                hidden=listed
                aria-pressed=move || preferences.contain.get().to_string()
                aria-label="Show whole pictures"
                title="Whole pictures, or filled cells"
                on:click=fit
            >
                {move || {
                    let name = if preferences.contain.get() { "cover" } else { "contain" };
                    view! { <Icon name /> }
                }}
            </button>
            <span class="view-follow">
                {later::when_stirred(&SOON, |soon| (soon.follow)())}
            </span>
            <button
                type="button"
                class="button is-quiet is-icon view-keys"
                aria-label="Keyboard shortcuts"
                title=preferences.hint("Keyboard shortcuts", Action::Help)
                on:click=move |_| helping.set(true)
            >
                <Icon name="keyboard" />
            </button>
        </div>
    }
    .into_any()
}
