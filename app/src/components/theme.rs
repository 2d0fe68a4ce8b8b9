//! Dark, light, or as the system has it.

use leptos::prelude::*;

use super::icon::Icon;
use crate::{browser::files, state::hydrated};

/// The themes in the order in which the button goes through them: stored word, icon, name.
const THEMES: [(&str, &str, &str); 3] = [
    ("dark", "moon", "Dark"),
    ("light", "sun", "Light"),
    ("system", "system", "As the system"),
];

/// One button that goes from theme to theme. The first is that of the library, until something else was chosen.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let current = RwSignal::new(0_usize);
    let hydrated = hydrated();
    // The choice is only known in the browser; `theme.js` has applied it already.
    Effect::new(move || {
        let chosen = files::theme();
        let known = THEMES
            .iter()
            .position(|theme| Some(theme.0) == chosen.as_deref());
        current.set(known.unwrap_or(0));
    });
    let next = move || (current.get() + 1) % THEMES.len();
    let label = move || {
        format!(
            "Theme: {}. Change to: {}",
            THEMES[current.get()].2,
            THEMES[next()].2
        )
    };
    let change = move |_| {
        let next = next();
        files::set_theme(THEMES[next].0);
        current.set(next);
    };
    view! {
        <button
            type="button"
            class="button is-quiet is-icon theme-switch needs-wasm"
            aria-label=label
            title=label
            disabled=move || !hydrated.get()
            on:click=change
        >
            {move || view! { <Icon name=THEMES[current.get()].1 /> }}
        </button>
    }
}
