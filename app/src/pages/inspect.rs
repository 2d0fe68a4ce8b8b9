//! Look at one file without keeping it.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    browser::files,
    components::{
        drop_inspect::{DropTarget, LookedAt, Looking},
        icon::Icon,
        top_bar::PageBar,
    },
    state::hydrated,
    words,
};

/// The page `/inspect`: choose or drop a file, read its recipe.
#[component]
pub fn InspectPage() -> impl IntoView {
    let looking = Looking::default();
    let hydrated = hydrated();
    let nothing = move || looking.is_empty();
    let chosen = move |event| {
        if let Some(file) = files::chosen(&event) {
            looking.at(&file);
        }
    };
    view! {
        <Title text="Inspect a file" />
        <PageBar title="Inspect a file" />
        <main class="page inspect">
            <label class="inspect-well" class:is-small=move || !nothing()>
                <Icon name="upload" />
                <span class="inspect-title">
                    {move || if nothing() { "Drop a picture here, or choose one" } else { "Look at another" }}
                </span>
                <span class="hint">{words::NOTHING_KEPT}</span>
                <input
                    type="file"
                    class="visually-hidden"
                    accept="image/*,video/mp4,video/webm,.mkv,.mov"
                    disabled=move || !hydrated.get()
                    on:change=chosen
                />
            </label>
            <p class="hint without-wasm">{words::NEEDS_WASM}</p>
            <LookedAt looking />
            <DropTarget looking />
        </main>
    }
    .into_any()
}
