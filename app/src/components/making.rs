//! What ComfyUI is doing, where the settings name one.

use domain::live::Generator;
use leptos::{prelude::*, serde_json};

use crate::{
    state::{progress::use_making, query::use_query},
    words,
};

/// What it is doing, also when that is nothing, or when it cannot be reached.
#[component]
pub fn Making() -> impl IntoView {
    let making = generators();
    let text = move || making.with(|all| words::live::making(all, true));
    move || text().map(|text| view! { <p class="hint making">{text}</p> })
}

/// The same beside the progress of reading: only while it works, and not above a session, which tells it already.
#[component]
pub fn MakingPill() -> impl IntoView {
    let making = generators();
    let query = use_query().query;
    let text = Memo::new(move |_| {
        let session = query.with(|query| query.since().is_some());
        let text = making.with(|all| words::live::making(all, false));
        text.filter(|_| !session)
    });
    move || {
        text.get().map(|text| {
            view! {
                <a class="making-pill" href="/session" title=words::live::SESSION>
                    {text}
                </a>
            }
        })
    }
}

/// What the server told last.
fn generators() -> Memo<Vec<Generator>> {
    let told = use_making();
    Memo::new(move |_| {
        told.with(|text| {
            let read = |text: &String| serde_json::from_slice(text.as_bytes()).ok();
            text.as_ref().and_then(read).unwrap_or_default()
        })
    })
}
