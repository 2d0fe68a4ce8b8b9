//! What is shown in a session while nothing has come yet.

use domain::scan::Root;
use leptos::prelude::*;

use crate::{api::roots::roots, state::remote::Remote, words};

/// Says that the first picture is waited for, and where it is expected.
#[component]
pub fn SessionWaiting() -> impl IntoView {
    let watched: Remote<Vec<Root>> = Resource::new_with_options(|| (), |()| roots(), false);
    view! {
        <h2>{words::live::WAITING}</h2>
        <Transition fallback=|| ()>
            {move || {
                watched
                    .get()
                    .and_then(Result::ok)
                    .map(|roots| {
                        view! { <p class="empty-text">{words::live::watching(roots.len() as u64)}</p> }
                    })
            }}
        </Transition>
        <a class="button is-quiet" href="/folders">
            "Folders"
        </a>
        <a class="button is-quiet" href="/">
            "All pictures"
        </a>
    }
    .into_any()
}
