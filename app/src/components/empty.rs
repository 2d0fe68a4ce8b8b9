//! What is shown where there are no pictures.

use domain::{aside::Aside, query::Query, scan::ScanPhase};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::search::first_page,
    later::{self, SOON},
    state::{
        progress::use_progress,
        query::{QueryState, use_query},
    },
    words,
};

/// No more conditions than this are tried one by one.
const TRIED: usize = 8;

/// Says that nothing was found and which condition to drop; how many pictures each would bring is
/// counted once the page is alive.
#[component]
pub fn EmptyResult() -> impl IntoView {
    let state = use_query();
    move || {
        let query = state.query.get();
        let chips = query.chips();
        let is_bare = chips.len() == 1;
        let drops = chips
            .into_iter()
            .filter(|chip| !chip.is_unknown())
            .take(TRIED)
            .map(|chip| {
                let without = query.without(&chip.part);
                view! { <Drop label=chip.label without /> }
            })
            .collect_view();
        let clear = QueryState::href(&query.without_conditions());
        let asked = query.has_conditions();
        view! {
            <section class="empty" aria-label="No pictures">
                <Drawing />
                {if let Some(place) = Aside::of(&query).filter(|_| is_bare) {
                    view! {
                        <h2>{words::aside::empty(place)}</h2>
                        <a class="button is-primary" href="/">
                            "All pictures"
                        </a>
                    }
                        .into_any()
                } else if is_bare && query.since().is_some() {
                    later::show(&SOON, IntoAny::into_any, |soon| (soon.session_waiting)())
                } else if asked {
                    view! {
                        <h2>"No picture matches all of this"</h2>
                        <p class="empty-text">"Drop one filter to see more:"</p>
                        <ul class="empty-drops">{drops}</ul>
                        <a class="button is-primary" href=clear>
                            "Clear all filters"
                        </a>
                    }
                        .into_any()
                } else {
                    view! { <Nothing /> }.into_any()
                }}
            </section>
        }
    }
}

/// A library without pictures: either they are just being read, or there are none.
#[component]
fn Nothing() -> impl IntoView {
    let progress = use_progress();
    let reading = Memo::new(move |_| {
        progress.with(|now| now.as_ref().is_some_and(|now| now.phase != ScanPhase::Idle))
    });
    move || {
        if reading.get() {
            view! {
                <h2>"Reading your pictures"</h2>
                <p class="empty-text">"The first ones appear in a moment."</p>
            }
            .into_any()
        } else {
            view! {
                <h2>"No pictures here"</h2>
                <p class="empty-text">
                    "What the watched folders hold appears here by itself, unless it was hidden or put into the trash."
                </p>
                <a class="button is-primary" href="/folders">
                    "Folders"
                </a>
                <a class="button is-quiet" href=QueryState::href(&Aside::Trash.query())>
                    {words::aside::name(Aside::Trash)}
                </a>
            }
            .into_any()
        }
    }
}

#[component]
fn Drop(label: String, without: Query) -> impl IntoView {
    let href = QueryState::href(&without);
    let total = RwSignal::new(None::<u64>);
    Effect::new(move || {
        let query = without.clone();
        spawn_local(async move {
            if let Ok(page) = first_page(query, 1).await {
                total.try_set(page.head.total);
            }
        });
    });
    view! {
        <li>
            <a class="empty-drop" class:is-none=move || total.get() == Some(0) href=href>
                <span>{words::without(&label)}</span>
                <span class="hint">{move || total.get().map(words::pictures)}</span>
            </a>
        </li>
    }
}

/// A sheet of empty frames in hairlines.
#[component]
pub fn Drawing() -> impl IntoView {
    view! {
        <svg class="drawing" viewBox="0 0 160 112" aria-hidden="true">
            <rect x="8" y="8" width="144" height="96" rx="6" />
            <rect x="20" y="20" width="34" height="30" rx="3" />
            <rect x="63" y="20" width="34" height="30" rx="3" />
            <rect x="106" y="20" width="34" height="30" rx="3" />
            <rect x="20" y="62" width="34" height="30" rx="3" />
            <rect class="drawing-chosen" x="63" y="62" width="34" height="30" rx="3" />
            <rect x="106" y="62" width="34" height="30" rx="3" />
            <path class="drawing-chosen" d="M57 57c14-7 36-6 45 2 8 9 6 32-6 38-13 6-36 4-42-5-6-10-3-30 9-36" />
        </svg>
    }
}
