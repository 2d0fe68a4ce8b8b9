//! Icons of our own sprite, `public/icons.svg`.

use leptos::prelude::*;

/// A decorative icon; the control around it carries the name for screen readers.
#[component]
pub fn Icon(
    /// Name of a symbol in the sprite.
    name: &'static str,
) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true" focusable="false" viewBox="0 0 24 24">
            <use href=format!("/icons.svg#{name}")></use>
        </svg>
    }
}
