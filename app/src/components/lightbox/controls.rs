//! The controls around an open picture. Closing, previous and next are links and work without wasm.

use domain::image::ImageCard;
use leptos::prelude::*;

use super::{Lights, Standing};
use crate::{
    components::{
        icon::{Icon, IconButton},
        judge_tools::JudgeTools,
        signs::signs,
    },
    shortcuts::Action,
    state::query::QueryState,
    words,
};

/// The bar above the picture.
#[component]
pub fn Bar(
    /// What the lightbox shares.
    lights: Lights,
) -> impl IntoView {
    let standing = lights.standing;
    let preferences = lights.shared.preferences();
    let counter = move || standing.with(|standing| standing.as_ref().map(counted));
    let judgement = Memo::new(move |_| {
        let card = |standing: &Standing| standing.card.as_ref().map(|card| card.judgement);
        standing.with(|standing| standing.as_ref().and_then(card))
    });
    let shown = move || judgement.get().and_then(signs);
    let original = move || {
        standing.with(|standing| {
            let card = standing.as_ref()?.card.as_ref()?;
            (!card.is_elsewhere()).then(|| format!("{}?download", card.original_url()))
        })
    };
    let back = move || {
        lights
            .shared
            .query()
            .query
            .with(|query| QueryState::href(&query.with_image(None)))
    };
    let percent = move || lights.stage.percent().map(|percent| format!("{percent} %"));
    view! {
        <div class="lightbox-bar">
            <a
                class="button is-quiet is-icon"
                href=back
                aria-label="Back to the grid"
                title=preferences.hint("Back", Action::Close)
                on:click=move |event| {
                    event.prevent_default();
                    lights.act(Action::Close);
                }
            >
                <Icon name="close" />
            </a>
            <p class="lightbox-counter" aria-live="polite">
                {counter}
            </p>
            <span class="lightbox-signs">{shown}</span>
            <span class="visually-hidden" role="status">
                {move || judgement.get().map(words::judged::said)}
            </span>
            <div class="lightbox-tools">
                <div class="lightbox-zoom needs-wasm" hidden=move || percent().is_none()>
                    <Tool lights action=Action::ZoomOut icon="minus" name="Farther" told="Farther" />
                    <button
                        type="button"
                        class="button is-quiet lightbox-percent"
                        title=preferences.hint("Whole picture, or its pixels", Action::Zoom)
                        on:click=move |_| lights.act(Action::Zoom)
                    >
                        {percent}
                    </button>
                    <Tool lights action=Action::ZoomIn icon="plus" name="Closer" told="Closer" />
                </div>
                <span class="lightbox-wide needs-wasm">
                    <Tool
                        lights
                        action=Action::Backdrop
                        icon="backdrop"
                        name="Background"
                        told="Black, grey or white behind the picture"
                    />
                    <Tool
                        lights
                        action=Action::Fullscreen
                        icon="fullscreen"
                        name="Full screen"
                        told="Full screen"
                    />
                </span>
                <a
                    class="button is-quiet is-icon"
                    href=original
                    hidden=move || original().is_none()
                    download=""
                    rel="external"
                    aria-label="Download the original"
                    title="Download the original"
                >
                    <Icon name="download" />
                </a>
                <button
                    type="button"
                    class="button is-quiet is-icon needs-wasm"
                    aria-label="About this picture"
                    title=preferences.hint("About this picture", Action::Inspector)
                    aria-pressed=move || lights.shared.preferences().inspector.get().to_string()
                    on:click=move |_| lights.act(Action::Inspector)
                >
                    <Icon name="info" />
                </button>
            </div>
        </div>
    }
    .into_any()
}

/// One tool of the bar.
#[component]
fn Tool(
    lights: Lights,
    action: Action,
    icon: &'static str,
    name: &'static str,
    /// What it is called beside the pointer.
    told: &'static str,
) -> impl IntoView {
    let hint = Signal::derive(lights.shared.preferences().hint(told, action));
    let press = Callback::new(move |()| lights.act(action));
    view! { <IconButton icon name hint press /> }
}

/// Buttons that judge the picture, where thumbs are.
#[component]
pub fn Judge(
    /// What the lightbox shares.
    lights: Lights,
    /// The picture.
    card: Memo<Option<ImageCard>>,
    /// Whether there is nothing to judge.
    hidden: Memo<bool>,
) -> impl IntoView {
    let now = Signal::derive(move || {
        card.with(|card| card.as_ref().map(|card| card.judgement))
            .unwrap_or_default()
    });
    let act = Callback::new(move |verb| lights.act(Action::Judge(verb)));
    view! {
        <div class="lightbox-judge needs-wasm" hidden=hidden>
            <JudgeTools now act />
        </div>
    }
    .into_any()
}

/// The way to the picture before or after.
#[component]
pub fn Arrow(
    /// What the lightbox shares.
    lights: Lights,
    /// To the one after.
    forward: bool,
) -> impl IntoView {
    let to = Memo::new(move |_| {
        lights.standing.with(|standing| {
            let standing = standing.as_ref()?;
            let card = if forward {
                &standing.after
            } else {
                &standing.before
            };
            card.as_ref().map(|card: &ImageCard| card.id)
        })
    });
    let href = move || {
        let id = to.get()?;
        Some(
            lights
                .shared
                .query()
                .query
                .with(|query| QueryState::href(&query.with_image(Some(id)))),
        )
    };
    let (name, icon, action, rel) = if forward {
        ("Next picture", "chevron-right", Action::Next, "next")
    } else {
        ("Previous picture", "chevron-left", Action::Previous, "prev")
    };
    view! {
        <a
            class="lightbox-arrow"
            class:is-forward=forward
            class:is-none=move || to.get().is_none()
            href=href
            rel=rel
            aria-label=name
            title=name
            aria-disabled=move || to.get().is_none().then_some("true")
            on:click=move |event| {
                event.prevent_default();
                lights.act(action);
            }
        >
            <Icon name=icon />
        </a>
    }
    .into_any()
}

fn counted(standing: &Standing) -> String {
    match (standing.position, standing.total) {
        (Some(position), Some(total)) => {
            format!("{} of {}", words::count(position + 1), words::count(total))
        }
        (Some(position), None) => words::count(position + 1),
        (None, _) => "Not in this result".to_owned(),
    }
}
