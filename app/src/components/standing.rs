//! How the page stands with the server: what waits for it, what it did not take in, and whether it has
//! become another one.

use leptos::prelude::*;

use super::icon::Icon;
use crate::{
    browser::{dom, history, worker},
    state::{
        progress::use_build,
        toasts::use_toasts,
        waiting::{Refused, Waiting, Wish, use_waiting},
    },
    words,
};

/// The pills, once per page. Begins to send what an earlier page left behind, and keeps the worker.
#[component]
pub fn Standing() -> impl IntoView {
    let waiting = use_waiting();
    let toasts = use_toasts();
    let count = Memo::new(move |_| {
        let waits = waiting.away.get();
        waiting
            .queue
            .with(|queue| queue.list.len() * usize::from(waits))
    });
    Effect::new(move || {
        waiting.begin();
        worker::register();
        worker::when_seen(move || waiting.send());
        let asked = StoredValue::new(false);
        worker::before_leaving("/sign-out", move || {
            let left = waiting.queue.with_untracked(|queue| queue.list.len());
            let first = asked.try_update_value(|asked| !std::mem::replace(asked, true));
            let holds = left > 0 && first == Some(true);
            if holds {
                toasts.say(words::waiting::signing_out(left));
            }
            holds
        });
    });
    Effect::new(move |before: Option<()>| {
        if let Some(result) = waiting.shown.get() {
            // The first result was there before this: what was judged on it is shown.
            untrack(|| waiting.lay_over(result, before.is_none()));
        }
    });
    let pill = move || {
        let count = count.get();
        (count > 0).then(|| {
            view! { <span class="standing-pill" title=words::waiting::WHY>{words::waiting::waiting(count)}</span> }
        })
    };
    let refused = Memo::new(move |_| waiting.queue.with(|queue| queue.refused.clone()));
    view! {
        <div class="standing">
            <p role="status">{pill}</p>
            <Renewed />
            {move || {
                let all = refused.get();
                (!all.is_empty()).then(|| view! { <NotTakenIn waiting all /> })
            }}
        </div>
    }
    .into_any()
}

/// Offers the page of another build of the server; reloading is the reader's choice.
#[component]
fn Renewed() -> impl IntoView {
    let build = use_build();
    let other = Memo::new(move |_| {
        let own = dom::root_attribute("data-build");
        build
            .get()
            .is_some_and(|now| own.is_some_and(|own| own != now))
    });
    move || {
        other.get().then(|| {
            view! {
                <button type="button" class="button standing-pill" on:click=|_| history::reload()>
                    <Icon name="refresh" />
                    {words::waiting::NEW_VERSION}
                </button>
            }
        })
    }
}

/// What the server did not take in, with the choice that is left.
#[component]
fn NotTakenIn(waiting: Waiting, all: Vec<Refused>) -> impl IntoView {
    let line = move |refused: Refused| {
        let said = words::waiting::refused(&refused.entry.what, &refused.why);
        let again = !matches!(refused.entry.wish, Wish::Undo { .. });
        let other = refused.clone();
        view! {
            <li>
                <p>{said}</p>
                {again
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button is-small"
                                on:click=move |_| waiting.insist(&refused)
                            >
                                {words::waiting::MINE}
                            </button>
                        }
                    })}
                <button
                    type="button"
                    class="button is-quiet is-small"
                    on:click=move |_| waiting.let_go(&other)
                >
                    {words::waiting::THEIRS}
                </button>
            </li>
        }
    };
    view! {
        <section class="standing-refused" role="alert" aria-label=words::waiting::NOT_TAKEN_IN>
            <ul>{all.into_iter().map(line).collect_view()}</ul>
        </section>
    }
}
