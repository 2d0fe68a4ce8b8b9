//! Everything that was done, with the way to take it back.

use domain::{
    id::OperationId,
    image::{ImageCard, ThumbSize},
    judgement::{Aspect, Operation},
    query::Query,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::{
    api::judge::{operations, pictures, undo},
    browser::events,
    components::{empty::Drawing, icon::Icon, loaded::ProblemNote, top_bar::PageBar},
    state::{query::QueryState, remote::Remote, toasts::use_toasts},
    words::{self, judged},
};

/// What can be looked for, and its word in the address.
const KINDS: [(Aspect, &str); 12] = [
    (Aspect::Verdict, "verdict"),
    (Aspect::Rating, "rating"),
    (Aspect::Favourite, "favourite"),
    (Aspect::Label, "label"),
    (Aspect::Hidden, "hidden"),
    (Aspect::Trash, "trash"),
    (Aspect::Tag, "tag"),
    (Aspect::Note, "note"),
    (Aspect::Set, "set"),
    (Aspect::Field, "edit"),
    (Aspect::Duel, "duel"),
    (Aspect::Place, "place"),
];

/// The page `/history`; `kind=` leaves only what set one thing, `before=` goes on from an operation.
#[component]
pub fn HistoryPage() -> impl IntoView {
    let asked = use_query_map();
    let kind = Memo::new(move |_| {
        let word = asked.with(|asked| asked.get("kind"))?;
        let found = KINDS.iter().find(|(_, own)| *own == word);
        found.copied()
    });
    let before = Memo::new(move |_| {
        let before = asked.with(|asked| asked.get("before"))?;
        before.parse::<OperationId>().ok()
    });
    let list: Remote<Vec<Operation>> = Resource::new_with_options(
        move || (before.get(), kind.get().map(|(aspect, _)| aspect)),
        |(before, of)| operations(before, of),
        false,
    );
    let again = Callback::new(move |()| list.refetch());
    view! {
        <Title text="History" />
        <PageBar title="History" />
        <main class="page history">
            <p class="page-lead">{words::HISTORY}</p>
            <Kinds kind />
            <Transition fallback=|| {
                view! { <p class="hint">{words::COUNTING}</p> }
            }>
                {move || {
                    list.get()
                        .map(|answer| match answer {
                            Ok(list) if list.is_empty() => view! { <Nothing /> }.into_any(),
                            Ok(list) => view! { <List list kind again /> }.into_any(),
                            Err(problem) => view! { <ProblemNote problem retry=again /> }.into_any(),
                        })
                }}
            </Transition>
        </main>
    }
    .into_any()
}

/// Links that leave only what set one thing.
#[component]
fn Kinds(kind: Memo<Option<(Aspect, &'static str)>>) -> impl IntoView {
    let all = std::iter::once((None, "Everything", "/history".to_owned()));
    let own = KINDS.into_iter().map(|one| {
        let (aspect, word) = one;
        (
            Some(one),
            judged::aspect(aspect),
            format!("/history?kind={word}"),
        )
    });
    let links = all.chain(own).map(|(own, name, href)| {
        view! {
            <a
                class="history-kind"
                href=href
                aria-current=move || (kind.get() == own).then_some("page")
            >
                {name}
            </a>
        }
    });
    view! {
        <nav class="history-kinds" aria-label="What was set">
            {links.collect_view()}
        </nav>
    }
}

#[component]
fn Nothing() -> impl IntoView {
    view! {
        <section class="empty">
            <Drawing />
            <h2>"Nothing was done yet"</h2>
            <p class="empty-text">
                "Verdicts, stars, labels and everything else that you give pictures is listed here for "
                "30 days, and can be taken back."
            </p>
        </section>
    }
}

#[component]
fn List(
    list: Vec<Operation>,
    kind: Memo<Option<(Aspect, &'static str)>>,
    again: Callback<()>,
) -> impl IntoView {
    let earlier = list.last().map(|last| last.id);
    let full = list.len() >= FULL;
    let rows = list
        .into_iter()
        .map(|operation| view! { <Line operation again /> })
        .collect_view();
    let older = move || {
        let kind = kind.get().map(|(_, word)| format!("kind={word}&"));
        let last = earlier.filter(|_| full)?;
        let href = format!("/history?{}before={last}", kind.unwrap_or_default());
        Some(view! {
            <nav class="pager" aria-label="Pages">
                <a class="button" href=href>
                    "Earlier"
                </a>
            </nav>
        })
    };
    view! {
        <ol class="history-list">{rows}</ol>
        {older}
    }
    .into_any()
}

/// So many operations are answered at once by the server.
const FULL: usize = 100;

/// One operation: what it was, its pictures, and the way to take it back.
#[component]
fn Line(operation: Operation, again: Callback<()>) -> impl IntoView {
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let left = RwSignal::new(None::<String>);
    let what = judged::operation(&operation);
    let id = operation.id;
    let taken_back = operation.undone_by.is_some();
    let take_back = {
        let what = what.clone();
        move |_| {
            let what = what.clone();
            busy.set(true);
            spawn_local(async move {
                // Which those are is told beforehand: afterwards all differ from what was set.
                let others = pictures(id, true).await.unwrap_or_default();
                match undo(id, None).await {
                    Ok(done) => {
                        toasts.say(judged::taken_back(&what, false, done.conflicts));
                        if done.conflicts > 0 {
                            let names: Vec<String> =
                                others.into_iter().map(|card| card.name).take(5).collect();
                            left.try_set(Some(judged::left_as_they_are(&names, done.conflicts)));
                        } else {
                            again.run(());
                        }
                    }
                    Err(problem) => toasts.problem(&problem),
                }
                busy.try_set(false);
            });
        }
    };
    let icon = icon(operation.aspect);
    view! {
        <li class="history-line" class:is-taken-back=taken_back>
            <Icon name=icon />
            <div class="history-text">
                <p class="history-what">{what.clone()}</p>
                <p class="hint">
                    {words::when_and_who(operation.at, &operation.actor)}
                </p>
                <Pictures id />
                <p class="history-left" role="status">
                    {left}
                </p>
            </div>
            {if taken_back {
                view! { <p class="hint history-state">"Taken back"</p> }.into_any()
            } else {
                view! {
                    <button
                        type="button"
                        class="button needs-wasm"
                        aria-label=format!("Take back: {what}")
                        disabled=busy
                        on:click=take_back
                    >
                        <Icon name="undo" />
                        "Take back"
                    </button>
                }
                    .into_any()
            }}
        </li>
    }
    .into_any()
}

fn icon(aspect: Aspect) -> &'static str {
    match aspect {
        Aspect::Verdict => "check",
        Aspect::Rating => "star",
        Aspect::Favourite => "heart",
        Aspect::Label => "image",
        Aspect::Hidden => "eye-off",
        Aspect::Trash => "trash",
        Aspect::Tag => "tag",
        Aspect::Note => "pencil",
        Aspect::Set => "stack",
        Aspect::Field => "sliders",
        Aspect::Duel => "duel",
        Aspect::Place => "folder",
    }
}

/// Some pictures of an operation, asked for when somebody wants to see them.
#[component]
fn Pictures(id: OperationId) -> impl IntoView {
    let cards = RwSignal::new(None::<Vec<ImageCard>>);
    let opened = move |event: leptos::ev::Event| {
        if events::is_open(&event) && cards.get_untracked().is_none() {
            spawn_local(async move {
                let found = pictures(id, false).await.unwrap_or_default();
                cards.try_set(Some(found));
            });
        }
    };
    let one = |card: ImageCard| {
        let open = QueryState::href(&Query::default().with_image(Some(card.id)));
        view! {
            <li>
                <a href=open title=card.name.clone()>
                    <img src=card.thumb_url(ThumbSize::Small) alt=card.caption decoding="async" />
                </a>
            </li>
        }
    };
    view! {
        <details class="history-pictures needs-wasm" on:toggle=opened>
            <summary>"Show pictures"</summary>
            <ul>
                {move || {
                    cards
                        .get()
                        .map(|cards| cards.into_iter().map(one).collect_view())
                }}
            </ul>
        </details>
    }
}
