//! All photosets as cards, and the saved searches.

use domain::photoset::{SetCount, SetKind};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    api::sets::sets,
    components::{
        empty::Drawing, icon::Icon, loaded::ProblemNote, set_form::SetForm, top_bar::PageBar,
    },
    state::{query::QueryState, remote::Remote},
    words,
};

/// The page `/sets`.
#[component]
pub fn SetsPage() -> impl IntoView {
    let list: Remote<Vec<SetCount>> = Resource::new_with_options(|| (), |()| sets(), false);
    let again = Callback::new(move |()| list.refetch());
    let making = RwSignal::new(false);
    view! {
        <Title text="Photosets" />
        <PageBar title="Photosets" />
        <main class="page sets">
            <div class="sets-head">
                <p class="page-lead">{words::sets::ABOUT}</p>
                <button
                    type="button"
                    class="button is-primary needs-wasm"
                    on:click=move |_| making.set(true)
                >
                    <Icon name="plus" />
                    {words::sets::NEW_TITLE}
                </button>
            </div>
            <Transition fallback=|| {
                view! { <p class="hint">{words::COUNTING}</p> }
            }>
                {move || {
                    list.get()
                        .map(|answer| match answer {
                            Ok(list) if list.is_empty() => view! { <Nothing /> }.into_any(),
                            Ok(list) => view! { <Lists list /> }.into_any(),
                            Err(problem) => view! { <ProblemNote problem retry=again /> }.into_any(),
                        })
                }}
            </Transition>
            <SetForm open=making done=again />
        </main>
    }
    .into_any()
}

#[component]
fn Nothing() -> impl IntoView {
    view! {
        <section class="empty">
            <Drawing />
            <h2>{words::sets::NONE}</h2>
            <p class="empty-text">{words::sets::HOW}</p>
            <a class="button" href="/">
                "To the pictures"
            </a>
        </section>
    }
}

#[component]
fn Lists(list: Vec<SetCount>) -> impl IntoView {
    let (searches, sets): (Vec<_>, Vec<_>) = list
        .into_iter()
        .partition(|one| one.set.kind == SetKind::Search);
    let cards = sets
        .into_iter()
        .map(|one| view! { <Card one /> })
        .collect_view();
    let saved = (!searches.is_empty()).then(|| {
        let lines = searches
            .into_iter()
            .map(|one| view! { <Search one /> })
            .collect_view();
        view! {
            <section class="sets-saved" aria-labelledby="sets-saved">
                <h2 id="sets-saved">"Saved searches"</h2>
                <ul>{lines}</ul>
            </section>
        }
    });
    view! {
        <ul class="sets-cards">{cards}</ul>
        {saved}
    }
    .into_any()
}

/// One photoset: its picture, its name, how many pictures it holds.
#[component]
fn Card(one: SetCount) -> impl IntoView {
    let href = QueryState::href(&one.query());
    let picture = match one.thumb {
        Some(address) => view! {
            <img class="sets-picture" src=address alt="" loading="lazy" decoding="async" />
        }
        .into_any(),
        None => view! {
            <span class="sets-picture is-empty">
                <Icon name="stack" />
            </span>
        }
        .into_any(),
    };
    let smart = (one.set.kind == SetKind::Smart).then(|| words::sets::kind(SetKind::Smart));
    let inside = (one.depth > 0).then_some(words::sets::INSIDE);
    view! {
        <li>
            <a class="sets-card" href=href>
                {picture}
                <span class="sets-name truncate">{one.set.name}</span>
                <span class="hint sets-facts">
                    <span>{words::pictures(one.pictures)}</span>
                    {smart.map(|text| view! { <span>{text}</span> })}
                    {inside.map(|text| view! { <span>{text}</span> })}
                </span>
            </a>
        </li>
    }
    .into_any()
}

#[component]
fn Search(one: SetCount) -> impl IntoView {
    let href = QueryState::href(&one.query());
    view! {
        <li>
            <a class="sets-search" href=href>
                <Icon name="search" />
                <span class="truncate">{one.set.name}</span>
                <span class="hint">{words::pictures(one.pictures)}</span>
            </a>
        </li>
    }
    .into_any()
}
