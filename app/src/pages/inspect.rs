//! Look at one file, or at what is pasted, without keeping it.

use leptos::{ev, prelude::*, task::spawn_local};
use leptos_meta::Title;

use crate::{
    browser::{files, handed},
    components::{
        drop_inspect::{DropTarget, LookedAt, Looking},
        icon::Icon,
        top_bar::PageBar,
    },
    state::hydrated,
    words,
};

/// The page `/inspect`: choose, drop or paste a picture or a text, read its recipe.
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
    Effect::new(move || {
        let pasted = window_event_listener(ev::paste, move |event| {
            if let Some(file) = files::pasted(&event) {
                event.prevent_default();
                looking.at(&file);
            }
        });
        on_cleanup(move || pasted.remove());
        handed::when_launched(move |file| looking.at(&file));
        handed::when_shared("/inspect", move |files| {
            if let Some(file) = files.first() {
                looking.at(file);
            }
        });
    });
    view! {
        <Title text="Inspect a file" />
        <PageBar title="Inspect a file" />
        <main class="page inspect">
            <label class="inspect-well" class:is-small=move || !nothing()>
                <Icon name="upload" />
                <span class="inspect-title">
                    {move || if nothing() { "Drop or paste a picture or a workflow, or choose a file" } else { "Look at another" }}
                </span>
                <span class="hint">{words::NOTHING_KEPT}</span>
                <input
                    type="file"
                    class="visually-hidden"
                    accept="image/*,video/mp4,video/webm,.mkv,.mov,.json,.txt,.xmp"
                    disabled=move || !hydrated.get()
                    on:change=chosen
                />
            </label>
            <p class="hint without-wasm">{words::NEEDS_WASM}</p>
            <LookedAt looking />
            <DropTarget
                dropped=move |dropped| {
                    spawn_local(async move {
                        if let Some(file) = handed::inside(dropped).await.first() {
                            looking.at(file);
                        }
                    });
                }
                title="Drop to read its recipe"
            />
        </main>
    }
    .into_any()
}
