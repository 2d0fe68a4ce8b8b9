//! The disk compared with what is known of it: begun by anybody, shown to everybody.

use domain::drift::{Compared, Drift, DriftKind, DriftLine};
use leptos::{prelude::*, task::spawn_local};

use super::{icon::Icon, loaded::ProblemNote};
use crate::{
    api::health::{compare, compared},
    browser::timers::Debounce,
    state::{remote::Remote, toasts::use_toasts},
    words::{self, drift as said},
};

/// Milliseconds between two looks while it goes on.
const PULSE: u64 = 1_000;

/// What can be compared, and what came of it.
#[component]
pub fn CompareDisk() -> impl IntoView {
    let now: Remote<Compared> = Resource::new_with_options(|| (), |()| compared(), false);
    let again = Callback::new(move |()| now.refetch());
    view! {
        <section class="compare-disk" aria-labelledby="compare-disk">
            <h2 id="compare-disk">{said::TITLE}</h2>
            <p>{said::LEAD}</p>
            <Transition fallback=|| {
                view! { <p class="hint">{words::COUNTING}</p> }
            }>
                {move || {
                    now.get()
                        .map(|answer| match answer {
                            Ok(first) => view! { <Live first /> }.into_any(),
                            Err(problem) => view! { <ProblemNote problem retry=again /> }.into_any(),
                        })
                }}
            </Transition>
        </section>
    }
    .into_any()
}

/// Asks how it stands until it is over.
fn follow(now: RwSignal<Compared>, timer: Debounce) {
    let looks = |now: &Compared| matches!(now, Compared::Looking(_));
    if now.try_with_untracked(looks) == Some(true) {
        timer.call(move || {
            spawn_local(async move {
                // What is shown stays while the server is away; a bar above the page says so.
                if let Ok(stands) = compared().await {
                    now.try_set(stands);
                }
                follow(now, timer);
            });
        });
    }
}

/// The button, and how it stands.
#[component]
fn Live(first: Compared) -> impl IntoView {
    let now = RwSignal::new(first);
    let timer = Debounce::new(PULSE);
    let toasts = use_toasts();
    Effect::new(move || follow(now, timer));
    let looks = move || now.with(|now| matches!(now, Compared::Looking(_)));
    let begin = move |_| {
        spawn_local(async move {
            match compare().await {
                Ok(stands) => {
                    now.try_set(stands);
                    follow(now, timer);
                }
                Err(problem) => toasts.say(problem.to_string()),
            }
        });
    };
    view! {
        <p class="without-wasm">{words::NEEDS_WASM}</p>
        <div class="needs-wasm">
            <button type="button" class="button" disabled=looks on:click=begin>
                <Icon name="search" />
                {said::BEGIN}
            </button>
        </div>
        <p class="hint" role="status">
            {move || now.with(said::stands)}
        </p>
        {move || {
            now.with(|now| match now {
                Compared::Done(drift) => Some(found(drift)),
                _ => None,
            })
        }}
    }
    .into_any()
}

/// What differs, by kind.
fn found(drift: &Drift) -> AnyView {
    let lines = drift.lines.iter().map(line).collect_view();
    let away = (!drift.away.is_empty()).then(|| {
        view! { <p class="compare-disk-away">{said::away(&drift.away)}</p> }
    });
    view! {
        {away}
        <ul class="compare-disk-list">{lines}</ul>
    }
    .into_any()
}

fn line(line: &DriftLine) -> AnyView {
    let examples = line.examples.iter().map(|path| {
        let path = path.clone();
        view! { <li>{path}</li> }
    });
    let more = line.count - line.examples.len() as u64;
    let pictures = (line.kind == DriftKind::Missing).then(|| {
        view! {
            <a class="link" href="/?is=missing">
                {said::SHOW_MISSING}
            </a>
        }
    });
    view! {
        <li class="compare-disk-kind">
            <h3>{said::what(line.kind, line.count)}</h3>
            <p>{said::advice(line.kind)} " " {pictures}</p>
            <ul class="compare-disk-examples">
                {examples.collect_view()}
                {(more > 0).then(|| view! { <li>{said::more(more)}</li> })}
            </ul>
        </li>
    }
    .into_any()
}
