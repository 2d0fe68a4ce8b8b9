//! The list of keys, made from the one table.

use leptos::prelude::*;

use super::dialog::Dialog;
use crate::{
    shortcuts::{Place, TABLE},
    state::preferences::use_preferences,
};

/// The dialog behind `?`.
#[component]
pub fn Help(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let preferences = use_preferences();
    let group = |place: Place, title: &'static str| {
        let rows = TABLE
            .iter()
            .filter(move |row| row.place == place && !row.text.is_empty())
            .map(|row| {
                view! {
                    <div class="help-row">
                        <dt>
                            {row.strokes.iter().map(|stroke| key_caps(stroke)).collect_view()}
                        </dt>
                        <dd>{row.text}</dd>
                    </div>
                }
            })
            .collect_view();
        view! {
            <section class="help-group">
                <h3>{title}</h3>
                <dl>{rows}</dl>
            </section>
        }
    };
    view! {
        <Dialog
            id="help"
            class="help"
            title="Keyboard"
            open
            close=Callback::new(move |()| open.set(false))
        >
            <div class="dialog-body help-body">
                {group(Place::Grid, "Pictures")} {group(Place::Picture, "Open picture")}
                {group(Place::Cull, "Cull")} {group(Place::Page, "Everywhere")}
                <p class="hint help-mouse">
                    "Click opens. Ctrl or ⌘ and click selects, Shift and click selects a range, "
                    "Shift and drag draws a frame. On touch, rest a finger on a picture to begin "
                    "selecting, and move it to select a run. Ctrl and the wheel, or two fingers, "
                    "change the size."
                </p>
                <label class="check">
                    <input
                        class="check-box"
                        type="checkbox"
                        prop:checked=move || preferences.single_keys.get()
                        on:change=move |event| preferences.set_single_keys(event_target_checked(&event))
                    />
                    "Keys without Ctrl do something"
                </label>
            </div>
        </Dialog>
    }
    .into_any()
}

/// A stroke as key caps: `Ctrl+Shift+I` becomes three.
pub(super) fn key_caps(stroke: &'static str) -> impl IntoView {
    let caps = stroke
        .split('+')
        .map(|cap| if cap.is_empty() { "+" } else { cap })
        .map(|cap| match cap {
            "Delete" => "Del",
            "ArrowLeft" => "←",
            "ArrowRight" => "→",
            "ArrowUp" => "↑",
            "ArrowDown" => "↓",
            "Escape" => "Esc",
            "PageUp" => "PgUp",
            "PageDown" => "PgDn",
            other => other,
        });
    let single = stroke == "+";
    let caps: Vec<&str> = if single { vec!["+"] } else { caps.collect() };
    view! {
        <span class="help-keys">
            {caps.into_iter().map(|cap| view! { <kbd>{cap}</kbd> }).collect_view()}
        </span>
    }
}
