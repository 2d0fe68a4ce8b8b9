//! The pages, and the door to the server.

pub mod api;

use leptos::prelude::*;

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    view! { <main>"Proofsheet"</main> }
}
