//! What stands above the pictures of a session: the newest one, large, to be judged as it comes.

use domain::{
    image::{ImageCard, ThumbSize},
    window::FirstPage,
};
use leptos::{ev, prelude::*, task::spawn_local};

use super::{icon::Icon, judge_tools::JudgeTools, making::Making};
use crate::{
    browser::dom,
    state::{
        grid::GridState, judging::Verb, query::QueryState, remote::Remote, session, shared::Shared,
    },
    words,
};

/// The head of the session that a query asks for.
#[component]
pub fn SessionHead(
    /// What the page shares.
    shared: Shared,
    /// The grid, when there is one.
    grid: RwSignal<Option<GridState>>,
    /// The first answer.
    first: Remote<FirstPage>,
) -> impl IntoView {
    let query = shared.query();
    let begun = move || {
        query
            .query
            .with(|query| query.since().map(words::live::since))
    };
    let newest = newest(shared, grid, first);
    let anew = move |_| {
        spawn_local(async move {
            match session::anew().await {
                Ok(begun) => session::go(begun),
                Err(problem) => shared.toasts().problem(&problem),
            }
        });
    };
    view! {
        <section class="session" aria-labelledby="session-name">
            <div class="session-line">
                <h2 class="session-name" id="session-name">
                    {begun}
                </h2>
                <Making />
                <button
                    type="button"
                    class="button is-quiet needs-wasm"
                    title=words::live::ANEW_ABOUT
                    on:click=anew
                >
                    <Icon name="refresh" />
                    {words::live::ANEW}
                </button>
            </div>
            <Show when=move || newest.with(Option::is_some)>
                <Newest shared grid newest />
            </Show>
        </section>
    }
    .into_any()
}

/// The newest picture, where the order begins with it.
fn newest(
    shared: Shared,
    grid: RwSignal<Option<GridState>>,
    first: Remote<FirstPage>,
) -> Memo<Option<ImageCard>> {
    let query = shared.query().query;
    let sent = move || {
        first.with(|first| match first {
            Some(Ok(page)) if page.page.offset == 0 => page.page.cards.first().cloned(),
            _ => None,
        })
    };
    Memo::new(move |last: Option<&Option<ImageCard>>| {
        if !query.with(|query| query.sort.is_newest_first()) {
            return None;
        }
        let Some(grid) = grid.get() else {
            return sent();
        };
        let held = grid.result.windows;
        let here = held.with(|held| held.get(0).map(|card| (**card).clone()));
        // Far down in the result the beginning may be put away; it is still what it was.
        here.or_else(|| last.cloned().flatten().filter(|_| grid.result.total() > 0))
    })
}

/// The newest picture and the buttons that judge it.
#[component]
fn Newest(
    shared: Shared,
    grid: RwSignal<Option<GridState>>,
    newest: Memo<Option<ImageCard>>,
) -> impl IntoView {
    let of = move |read: fn(&ImageCard) -> String| {
        move || newest.with(|newest| newest.as_ref().map(read).unwrap_or_default())
    };
    let picture = of(|card| card.thumb_url(ThumbSize::Large));
    let named = of(|card| words::live::newest(&card.caption));
    let caption = of(|card| card.caption.clone());
    let href = move || {
        let id = newest.with(|newest| newest.as_ref().map(|card| card.id));
        QueryState::href(&shared.query().query.with(|query| query.with_image(id)))
    };
    let open = move |event: ev::MouseEvent| {
        let id = newest.with_untracked(|newest| newest.as_ref().map(|card| card.id));
        if let Some(id) = id.filter(|_| !dom::opens_elsewhere(&event)) {
            event.prevent_default();
            shared.query().open(id);
        }
    };
    let judgement = Signal::derive(move || {
        newest.with(|newest| {
            newest
                .as_ref()
                .map(|card| card.judgement)
                .unwrap_or_default()
        })
    });
    let act = Callback::new(move |verb: Verb| {
        let card = newest.get_untracked();
        if let (Some(card), Some(grid)) = (card, grid.get_untracked()) {
            let edit = verb.edit(card.judgement);
            shared.judging().one(grid.result, card.id, edit);
        }
    });
    view! {
        <div class="session-newest">
            <a class="session-picture" href=href on:click=open>
                <img src=picture alt=named />
            </a>
            <p class="session-caption truncate">{caption}</p>
            <div class="session-tools needs-wasm">
                <JudgeTools now=judgement act />
            </div>
        </div>
    }
    .into_any()
}
