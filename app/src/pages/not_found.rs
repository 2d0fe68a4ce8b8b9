//! The page for addresses that lead nowhere.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::top_bar::PageBar;

/// Says that nothing is here, and leads back.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <Title text="Not found" />
        <PageBar title="Not found" />
        <main class="not-found">
            <svg class="not-found-drawing" viewBox="0 0 160 96" aria-hidden="true">
                <rect x="8.5" y="8.5" width="62" height="79" rx="4" />
                <rect x="89.5" y="8.5" width="62" height="79" rx="4" stroke-dasharray="4 5" />
                <path d="M8.5 72l18-20 14 14 10-10 20 22" />
            </svg>
            <h2>"There is nothing at this address."</h2>
            <p>"The link may be mistyped, or older than this version. Your pictures are where they were."</p>
            <a class="button is-primary" href="/">
                "Open the library"
            </a>
        </main>
    }
}
