//! The pages, and the door to the server.

use leptos::prelude::*;

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    view! { <main>"Proofsheet"</main> }
}
