//! The list of keys, made from the one table, and changing them.

use leptos::{ev, prelude::*};

use super::{dialog::Dialog, icon::Icon};
use crate::{
    shortcuts::{Keymap, PRESETS, Place, TABLE, pressed},
    state::preferences::{Preferences, use_preferences},
    words::keys as said,
};

/// What the parts of the dialog share.
#[derive(Clone, Copy)]
struct Keys {
    preferences: Preferences,
    /// Whether rows are buttons.
    changing: RwSignal<bool>,
    /// The row that waits for a key.
    asking: RwSignal<Option<usize>>,
    said: RwSignal<String>,
}

impl Keys {
    /// Hears a key while a row waits for one; nothing else may hear it.
    fn hear(self, row: usize, event: &ev::KeyboardEvent) {
        if self.asking.get_untracked() != Some(row) {
            return;
        }
        let Some(stroke) = pressed(event) else {
            return event.prevent_default();
        };
        self.asking.set(None);
        // Tab goes on, as everywhere.
        if stroke.ends_with("Tab") {
            return;
        }
        event.prevent_default();
        event.stop_propagation();
        if stroke == "Escape" {
            return;
        }
        let mut keymap = self.preferences.keymap.get_untracked();
        let lost = keymap.assign(row, &stroke);
        self.said
            .set(said::assigned(TABLE[row].text, &stroke, &lost));
        self.preferences.set_own_keymap(keymap);
    }

    fn restore(self, row: usize) {
        let mut keymap = self.preferences.keymap.get_untracked();
        keymap.restore(row);
        self.said.set(String::new());
        self.preferences.set_own_keymap(keymap);
    }
}

/// The dialog behind `?`.
#[component]
pub fn Help(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let preferences = use_preferences();
    let keys = Keys {
        preferences,
        changing: RwSignal::new(false),
        asking: RwSignal::new(None),
        said: RwSignal::new(String::new()),
    };
    let close = Callback::new(move |()| {
        open.set(false);
        keys.changing.set(false);
    });
    view! {
        <Dialog id="help" class="help" title="Keyboard" open close>
            <Choice keys />
            <div class="dialog-body help-body">
                <Group keys place=Place::Grid title="Pictures" />
                <Group keys place=Place::Picture title="Open picture" />
                <Group keys place=Place::Cull title="Cull" />
                <Group keys place=Place::Duel title="Duel" />
                <Group keys place=Place::Page title="Everywhere" />
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

/// Chooses a set of keys, and whether rows can be changed.
#[component]
fn Choice(keys: Keys) -> impl IntoView {
    let keymap = keys.preferences.keymap;
    let chosen = Memo::new(move |_| {
        let now = keymap.get();
        let mut presets = PRESETS.iter();
        presets.position(|preset| Keymap::read(preset.keys) == now)
    });
    let choose = move |event| {
        let name = event_target_value(&event);
        keys.said.set(String::new());
        match PRESETS.iter().find(|preset| preset.name == name) {
            Some(preset) => keys.preferences.set_keymap(Keymap::read(preset.keys)),
            None => keys.preferences.take_own_keymap(),
        }
    };
    let option = move |name: &'static str, index: Option<usize>| {
        view! {
            <option value=name selected=move || chosen.get() == index>
                {name}
            </option>
        }
    };
    let presets = PRESETS
        .iter()
        .enumerate()
        .map(|(index, preset)| option(preset.name, Some(index)))
        .collect_view();
    view! {
        <div class="help-choice">
            <label class="help-set">
                <span>{said::SET}</span>
                <select class="input" on:change=choose>
                    {presets}
                    {option(said::OWN, None)}
                </select>
            </label>
            <button
                type="button"
                class="button"
                aria-pressed=move || keys.changing.get().to_string()
                on:click=move |_| keys.changing.update(|on| *on = !*on)
            >
                {move || if keys.changing.get() { said::CHANGED } else { said::CHANGE }}
            </button>
            <p class="help-said" role="status">
                {move || {
                    let told = keys.said.get();
                    if told.is_empty() && keys.changing.get() { said::HOW.to_owned() } else { told }
                }}
            </p>
        </div>
    }
}

/// The keys of a place.
#[component]
fn Group(keys: Keys, place: Place, title: &'static str) -> impl IntoView {
    let rows = TABLE
        .iter()
        .enumerate()
        .filter(move |(_, row)| row.place == place && !row.text.is_empty())
        .map(|(row, _)| view! { <Row keys row /> })
        .collect_view();
    view! {
        <section class="help-group">
            <h3>{title}</h3>
            <dl>{rows}</dl>
        </section>
    }
}

#[component]
fn Row(keys: Keys, row: usize) -> impl IntoView {
    let text = TABLE[row].text;
    let keymap = keys.preferences.keymap;
    let strokes = Memo::new(move |_| keymap.with(|keymap| keymap.strokes(row)));
    let changed = Memo::new(move |_| keymap.with(|keymap| keymap.is_changed(row)));
    let asks = Memo::new(move |_| keys.asking.get() == Some(row));
    let shown = move || {
        let strokes = strokes.get();
        if strokes.is_empty() {
            return view! { <span class="help-none">{said::NONE}</span> }.into_any();
        }
        let caps = strokes.iter().map(|stroke| key_caps(stroke));
        caps.collect_view().into_any()
    };
    let told = move || {
        if asks.get() {
            return said::PRESS.to_owned();
        }
        let told: Vec<String> =
            strokes.with(|all| all.iter().map(|own| said::stroke(own)).collect());
        if told.is_empty() {
            said::NONE.to_owned()
        } else {
            told.join(", ")
        }
    };
    let button = move || {
        view! {
            <button
                type="button"
                class="help-change"
                class:is-asking=asks
                on:click=move |_| keys.asking.set(Some(row))
                on:keydown=move |event| keys.hear(row, &event)
                on:blur=move |_| keys.asking.set(None)
            >
                <span class="visually-hidden">{text} ": "</span>
                {told}
            </button>
            <button
                type="button"
                class="button is-quiet is-icon is-small"
                aria-label=format!("As it was: {text}")
                title="As it was"
                hidden=move || !changed.get()
                on:click=move |_| keys.restore(row)
            >
                <Icon name="undo" />
            </button>
        }
    };
    view! {
        <div class="help-row">
            <dt>
                {move || if keys.changing.get() { button().into_any() } else { shown().into_any() }}
            </dt>
            <dd>{text}</dd>
        </div>
    }
}

/// A stroke as key caps: `Ctrl+Shift+I` becomes three.
pub(super) fn key_caps(stroke: &str) -> impl IntoView + use<> {
    let caps = said::caps(stroke).into_iter().map(str::to_owned);
    view! {
        <span class="help-keys">{caps.map(|cap| view! { <kbd>{cap}</kbd> }).collect_view()}</span>
    }
}
