//! How the grid looks: size of the pictures, whole or filling, and the help.

use leptos::prelude::*;

use super::icon::Icon;
use crate::{
    browser::dom,
    state::preferences::{CELL, use_preferences},
};

/// The view's controls in the top bar. They need the browser's half and appear with it.
#[component]
pub fn ViewControls(
    /// Whether the help is open.
    helping: RwSignal<bool>,
) -> impl IntoView {
    let preferences = use_preferences();
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
            <label class="view-density">
                <span class="visually-hidden">"Size of the pictures"</span>
                <Icon name="grid" />
                <input
                    class="range"
                    type="range"
                    min=CELL.0.to_string()
                    max=CELL.1.to_string()
                    step="4"
                    prop:value=move || edge.get().to_string()
                    aria-valuetext=move || format!("{} pixels", edge.get().round())
                    on:input=move |event| {
                        if let Ok(edge) = event_target_value(&event).parse::<f64>() {
                            preferences.set_cell(edge);
                        }
                    }
                />
            </label>
            <button
                type="button"
                class="button is-quiet is-icon"
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
            <button
                type="button"
                class="button is-quiet is-icon"
                aria-label="Keyboard shortcuts"
                title="Keyboard shortcuts (?)"
                on:click=move |_| helping.set(true)
            >
                <Icon name="keyboard" />
            </button>
        </div>
    }
    .into_any()
}
