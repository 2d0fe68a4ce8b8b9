//! The bar above pictures that are judged on the whole screen: the way back, how far one is, and tools.

use leptos::prelude::*;

use super::icon::Icon;
use crate::{shortcuts::Action, state::preferences::use_preferences, words};

/// The bar. Between the way back and the line that grows stand the page's own: `round-place`, `round-told`,
/// `round-tools`.
#[component]
pub fn RoundHead(
    /// What the page is called.
    name: &'static str,
    /// The pictures where this came from.
    back: Memo<String>,
    /// How much of how much is done.
    #[prop(into)]
    share: Signal<(u64, u64)>,
    /// What stands in it.
    children: Children,
) -> impl IntoView {
    view! {
        <header class="round-head">
            <a
                class="button is-quiet is-icon"
                href=move || back.get()
                aria-label=words::BACK
                title=use_preferences().hint(words::BACK, Action::Close)
            >
                <Icon name="close" />
            </a>
            <h1 class="visually-hidden">{name}</h1>
            {children()}
            <progress
                class="round-bar"
                aria-hidden="true"
                max=move || share.get().1.max(1).to_string()
                prop:value=move || share.get().0 as f64
            ></progress>
        </header>
    }
    .into_any()
}
