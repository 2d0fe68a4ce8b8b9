//! The text blocks of a file as they were found, folded.

mod json;

use domain::recipe::RawChunk;
use leptos::prelude::*;

use super::icon::Icon;
use crate::{browser::files, words};

/// So much of a block is shown before it is opened with the browser's help, in characters.
const PLAIN: usize = 8_000;
/// No more of a part than this is shown; the download has all of it.
const PART: usize = 60_000;
/// No more parts of one block than this.
const PARTS: usize = 400;

/// One folded entry per block; blocks of JSON unfold part by part.
#[component]
pub fn RawTree(
    /// The blocks.
    chunks: Vec<RawChunk>,
) -> impl IntoView {
    (!chunks.is_empty()).then(|| {
        view! {
            <section class="inspector-section raw-tree">
                <h3>"Raw data"</h3>
                {chunks.into_iter().map(|chunk| view! { <Chunk chunk /> }).collect_view()}
            </section>
        }
    })
}

#[component]
fn Chunk(chunk: RawChunk) -> impl IntoView {
    let opened = RwSignal::new(false);
    let name = if chunk.key.is_empty() {
        chunk.place.clone()
    } else {
        chunk.key.clone()
    };
    let hint = format!(
        "{} · {}",
        chunk.place,
        words::bytes(chunk.text.len() as u64)
    );
    let text = StoredValue::new(chunk.text);
    let is_json = text.with_value(|text| json::looks_like(text));
    let file = format!("{name}.{}", if is_json { "json" } else { "txt" });
    let save = move |_| {
        let mime = if is_json {
            "application/json"
        } else {
            "text/plain"
        };
        text.with_value(|text| files::save(&file, mime, text));
    };
    view! {
        <details class="raw" on:toggle=move |_| opened.set(true)>
            <summary class="raw-head">
                <Icon name="chevron-right" />
                <span class="truncate">{name}</span>
                <span class="hint truncate">{hint}</span>
            </summary>
            <div class="raw-body">
                {move || {
                    if opened.get() && is_json {
                        let parts = text.with_value(|text| json::parts(text, PARTS));
                        view! { <Parts parts=parts.unwrap_or_default() /> }.into_any()
                    } else {
                        let limit = if opened.get() { PART } else { PLAIN };
                        let shown = text.with_value(|text| words::cut(text, limit));
                        view! { <pre class="raw-text">{shown}</pre> }.into_any()
                    }
                }}
                <button type="button" class="button is-quiet is-small needs-wasm" on:click=save>
                    <Icon name="download" />
                    "Save as a file"
                </button>
            </div>
        </details>
    }
    .into_any()
}

/// The entries of an object or list.
#[component]
fn Parts(parts: Vec<(String, String)>) -> impl IntoView {
    parts
        .into_iter()
        .map(|(name, value)| {
            let nested = value.starts_with(['{', '[']) && value.len() > 2;
            if !nested {
                return view! {
                    <p class="raw-line">
                        <span class="raw-key">{name}</span>
                        <span>{words::cut(&value, 2_000)}</span>
                    </p>
                }
                .into_any();
            }
            let opened = RwSignal::new(false);
            let hint = json::hint(&value);
            view! {
                <details class="raw raw-part" on:toggle=move |_| opened.set(true)>
                    <summary class="raw-head">
                        <Icon name="chevron-right" />
                        <span class="raw-key">{name}</span>
                        <span class="hint truncate">{hint}</span>
                    </summary>
                    {move || {
                        opened
                            .get()
                            .then(|| {
                                view! { <pre class="raw-text">{json::pretty(&value, PART)}</pre> }
                            })
                    }}
                </details>
            }
            .into_any()
        })
        .collect_view()
}
