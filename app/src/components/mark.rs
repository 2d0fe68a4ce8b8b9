//! The mark: a sheet of four frames, one of them chosen.

use leptos::prelude::*;

/// The mark alone; decorative, so whatever holds it has the name.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <rect x="2.5" y="2.5" width="8.5" height="8.5" rx="1.75" />
            <rect x="13" y="2.5" width="8.5" height="8.5" rx="1.75" />
            <rect x="2.5" y="13" width="8.5" height="8.5" rx="1.75" />
            <rect class="mark-chosen" x="13" y="13" width="8.5" height="8.5" rx="1.75" />
            <path class="mark-check" d="m15.1 17.4 1.6 1.6 2.8-3.3" />
        </svg>
    }
}
