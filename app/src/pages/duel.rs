//! Two pictures at a time: which one is better.

use std::collections::VecDeque;

use domain::{
    duel::{DuelRound, Standing},
    image::{ImageCard, ThumbSize},
    query::{Query, Sort, SortBy, SortKey},
};
use leptos::{html, prelude::*};
use leptos_meta::Title;

use crate::{
    api::duel::round,
    browser::{dom, history, picture::Ready},
    components::{duel_end::DuelEnd, icon::IconButton, loaded::ProblemNote, round_head::RoundHead},
    later::{self, RARELY},
    shortcuts::{self, Action, Place},
    state::{
        duel::{Better, DuelState},
        preferences::use_preferences,
        query::{QueryState, use_query},
        remote::Remote,
        toasts::use_toasts,
    },
    words::duel as said,
};

/// Pairs whose pictures are decoded ahead.
const DECODED: usize = 3;

/// The page `/duel`, of any query.
#[component]
pub fn DuelPage() -> impl IntoView {
    let query = use_query();
    let asked = Memo::new(move |_| query.query.with(Query::from_the_top));
    let refreshed = RwSignal::new(0_u32);
    let refresh = Callback::new(move |()| refreshed.update(|count| *count += 1));
    let first: Remote<DuelRound> = Resource::new_with_options(
        move || (asked.get(), refreshed.get()),
        |(query, _)| round(query, Vec::new()),
        true,
    );
    view! {
        <Title text="Duel" />
        <Transition fallback=|| {
            view! { <div class="duel" aria-busy="true"></div> }
        }>
            {move || {
                first
                    .get()
                    .map(|answer| match answer {
                        Ok(first) => view! { <Contest first asked /> }.into_any(),
                        Err(problem) => view! { <ProblemNote problem retry=refresh /> }.into_any(),
                    })
            }}
        </Transition>
    }
    .into_any()
}

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Table {
    duel: DuelState,
    root: NodeRef<html::Div>,
    /// Whether the list of keys is open.
    helping: RwSignal<bool>,
    /// The pictures where this came from.
    back: Memo<String>,
    /// The same in the order that came out.
    by_rank: Memo<String>,
}

impl Table {
    fn act(self, action: Action) -> bool {
        match action {
            Action::First => self.duel.answer(Better::First),
            Action::Second => self.duel.answer(Better::Second),
            Action::Neither => self.duel.answer(Better::Neither),
            Action::Undo => self.duel.undo(),
            Action::Help => self.helping.set(true),
            Action::Fullscreen => {
                if let Some(root) = self.root.get_untracked() {
                    dom::toggle_fullscreen(&root);
                }
            }
            Action::Close => history::go(&self.back.get_untracked(), false),
            _ => return false,
        }
        true
    }
}

#[component]
fn Contest(first: DuelRound, asked: Memo<Query>) -> impl IntoView {
    let by_rank = move |query: &Query| {
        let rank = SortBy {
            key: SortKey::Rank,
            descending: false,
        };
        query.with_sort(Sort::from(rank))
    };
    let ranked = Memo::new(move |_| asked.with(by_rank));
    let table = Table {
        duel: DuelState::new(first, asked, use_toasts()),
        root: NodeRef::new(),
        helping: RwSignal::new(false),
        back: Memo::new(move |_| asked.with(QueryState::href)),
        by_rank: Memo::new(move |_| ranked.with(QueryState::href)),
    };
    let DuelState {
        pairs, standing, ..
    } = table.duel;
    shortcuts::listen_in(Place::Duel, use_preferences(), move |action| {
        table.act(action)
    });
    Effect::new(move || {
        if let Some(root) = table.root.get() {
            dom::focus(&root);
        }
    });
    let ready = Ready::new();
    Effect::new(move || {
        let ahead = pairs.with(|pairs| {
            let cards = pairs
                .iter()
                .take(DECODED)
                .flat_map(|(one, other)| [one, other]);
            let stills = cards.filter(|card| !card.format.is_video() && !card.missing);
            stills.map(ImageCard::original_url).collect()
        });
        ready.keep(ahead);
    });
    let shown = Memo::new(move |_| pairs.with(|pairs| pairs.front().cloned()));
    let over =
        Memo::new(move |_| pairs.with(VecDeque::is_empty) && standing.with(Standing::is_over));
    let side = move |card: ImageCard, action: Action, name: &'static str| {
        let original = card.original_url();
        let still = !card.format.is_video() && !card.missing;
        let src = if still && ready.has(&original) {
            original
        } else {
            card.thumb_url(ThumbSize::Large)
        };
        view! {
            <button
                type="button"
                class="duel-side"
                title=use_preferences().hint(name, action)
                on:click=move |_| {
                    table.act(action);
                }
            >
                <img class="duel-picture" src=src alt=card.caption.clone() draggable="false" />
                <span class="duel-name">{name}</span>
            </button>
        }
    };
    let middle = move || {
        if over.get() {
            return view! { <DuelEnd duel=table.duel ranked by_rank=table.by_rank back=table.back /> }
                .into_any();
        }
        match shown.get() {
            Some((one, other)) => view! {
                <div class="duel-pair" role="group" aria-label=said::ASK>
                    {side(one, Action::First, said::FIRST)}
                    {side(other, Action::Second, said::SECOND)}
                </div>
            }
            .into_any(),
            None => view! { <p class="duel-coming">{said::COMING}</p> }.into_any(),
        }
    };
    view! {
        <div class="duel" node_ref=table.root tabindex="-1">
            <Head table />
            <main class="duel-stage">{middle}</main>
            <footer class="duel-foot" hidden=move || over.get()>
                <button
                    type="button"
                    class="button duel-even"
                    title=use_preferences().hint(said::EVEN, Action::Neither)
                    on:click=move |_| {
                        table.act(Action::Neither);
                    }
                >
                    {said::EVEN}
                </button>
            </footer>
            {later::when_wanted(&RARELY, table.helping, move |rarely| (rarely.help)(table.helping))}
        </div>
    }
    .into_any()
}

/// Where it goes back to, how far one is, and what else can be done.
#[component]
fn Head(table: Table) -> impl IntoView {
    let standing = table.duel.standing;
    let preferences = use_preferences();
    let tool = move |icon, name, action| {
        let hint = Signal::derive(preferences.hint(name, action));
        let press = Callback::new(move |()| {
            table.act(action);
        });
        view! { <IconButton icon name hint press /> }
    };
    let share = Signal::derive(move || {
        let standing = standing.get();
        (standing.duels, standing.duels + standing.left)
    });
    view! {
        <RoundHead name="Duel" back=table.back share>
            <p class="round-place" role="status">
                {move || said::place(standing.get())}
            </p>
            <p class="round-told">{move || said::placed(standing.get())}</p>
            <div class="round-tools">
                <a class="button is-quiet" href=move || table.by_rank.get()>
                    {said::BY_RANK}
                </a>
                <span class="needs-wasm">{tool("undo", "Take back", Action::Undo)}</span>
                <span class="needs-wasm round-keys">{tool("keyboard", "Keyboard", Action::Help)}</span>
            </div>
        </RoundHead>
    }
}
