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

/// A quiet button that is only an icon.
#[component]
pub fn IconButton(
    /// Name of a symbol in the sprite.
    icon: &'static str,
    /// What it is called.
    name: &'static str,
    /// What is said beside the pointer, with its key where it has one.
    #[prop(into)]
    hint: Signal<String>,
    /// Does it.
    press: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="button is-quiet is-icon"
            aria-label=name
            title=hint
            on:click=move |_| press.run(())
        >
            <Icon name=icon />
        </button>
    }
    .into_any()
}
