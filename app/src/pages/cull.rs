//! One picture after the other: keep it or not.

use domain::{
    image::{ImageCard, ThumbSize},
    judgement::Verdict,
    query::{Field, Query},
    window::FirstPage,
};
use leptos::{html, prelude::*};
use leptos_meta::Title;

use super::library::FIRST;
use crate::{
    api::search::first_page,
    browser::{dom, history, picture::Ready, timers::Debounce, worker},
    components::{
        cull_end::CullEnd,
        cull_stack::{CullStack, StackState},
        icon::IconButton,
        judge_tools::JudgeTools,
        lightbox::empty_card,
        loaded::ProblemNote,
        round_head::RoundHead,
        stage::{Stage, StageState, Wish},
    },
    later::{self, RARELY},
    shortcuts::{self, Action, Place},
    state::{
        cull::{CullState, Tally},
        judging::{Judging, Verb},
        preferences::use_preferences,
        query::{QueryState, use_query},
        remote::Remote,
        result::ResultState,
        toasts::use_toasts,
        waiting::use_waiting,
    },
    words,
};

/// Pictures that are decoded before they are wanted, ahead and behind.
const DECODED: (u64, u64) = (5, 2);

/// Pictures ahead that the worker keeps, and the milliseconds for which one is looked at before that.
const TAKE_ALONG: (u64, u64) = (60, 1_500);

/// The page `/cull`, of any query.
#[component]
pub fn CullPage() -> impl IntoView {
    let query = use_query();
    let asked = Memo::new(move |_| query.query.with(CullState::query));
    let refreshed = RwSignal::new(0_u32);
    let refresh = Callback::new(move |()| refreshed.update(|count| *count += 1));
    let first: Remote<FirstPage> = Resource::new_with_options(
        move || (asked.get(), refreshed.get()),
        |(query, _)| first_page(query, FIRST),
        true,
    );
    let round = move || {
        untrack(|| first.get()).map(|answer| match answer {
            Ok(page) => view! { <Round first page refresh asked /> }.into_any(),
            Err(problem) => view! { <ProblemNote problem retry=refresh /> }.into_any(),
        })
    };
    let failed = Memo::new(move |_| first.with(|first| first.as_ref().map(Result::is_err)));
    view! {
        <Title text="Cull" />
        <Transition fallback=|| {
            view! { <div class="cull" aria-busy="true"></div> }
        }>
            {move || {
                // Read, not only tracked: a memo that nobody reads hears of no change.
                failed.get();
                round()
            }}
        </Transition>
    }
    .into_any()
}

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Table {
    cull: CullState,
    stage: StageState,
    stack: StackState,
    root: NodeRef<html::Div>,
    /// Whether the list of keys is open.
    helping: RwSignal<bool>,
    /// The pictures where this round came from.
    back: Memo<String>,
}

impl Table {
    fn act(self, action: Action) -> bool {
        match action {
            Action::Judge(verb) => self.cull.judge(verb),
            Action::Undo => self.cull.undo(),
            Action::Next => self.cull.step(1),
            Action::Previous => self.cull.step(-1),
            Action::ToFirst => self.cull.go(0),
            Action::ToLast => self.cull.go(self.cull.result.total_now().saturating_sub(1)),
            Action::Compare => self.cull.comparing.update(|on| *on = !*on),
            Action::Keep => self.keep(),
            Action::Advance => self.cull.advance.update(|on| *on = !*on),
            Action::Zoom => self.stage.toggle(None),
            Action::ZoomIn => self.stage.zoom(1.25, None),
            Action::ZoomOut => self.stage.zoom(0.8, None),
            Action::Fullscreen => {
                if let Some(root) = self.root.get_untracked() {
                    dom::toggle_fullscreen(&root);
                }
            }
            Action::Help => self.helping.set(true),
            Action::Close => history::go(&self.back.get_untracked(), false),
            _ => return false,
        }
        true
    }

    fn keep(self) {
        let stack = self.stack.now();
        if stack.len() > 1 {
            self.cull.keep(&stack);
        }
    }

    /// What a finger asks for: to the right is kept, to the left is not.
    fn wish(self, wish: Wish) {
        match wish {
            Wish::Previous => self.cull.judge(Verb::Verdict(Verdict::Approved)),
            Wish::Next => self.cull.judge(Verb::Verdict(Verdict::Rejected)),
            Wish::Details => self.cull.step(1),
            Wish::Close => self.cull.undo(),
            Wish::Controls => {}
        }
    }
}

/// A round of deciding.
#[component]
fn Round(
    first: Remote<FirstPage>,
    page: FirstPage,
    refresh: Callback<()>,
    asked: Memo<Query>,
) -> impl IntoView {
    let preferences = use_preferences();
    let result = ResultState::new(&page, use_query(), refresh);
    let cull = CullState::new(result, Judging::new(use_toasts()));
    let shown = Memo::new(move |_| cull.shown());
    let table = Table {
        cull,
        stage: StageState::new(),
        stack: StackState::new(Memo::new(move |_| cull.card().map(|card| card.id))),
        root: NodeRef::new(),
        helping: RwSignal::new(false),
        back: Memo::new(move |_| asked.with(back_to)),
    };
    shortcuts::listen_in(Place::Cull, preferences, move |action| table.act(action));
    // A later answer is a new round: the result was held for too long, or what is in it has changed.
    Effect::new(move |began: Option<()>| {
        let answer = first.get();
        if let (Some(()), Some(Ok(page))) = (began, answer) {
            cull.result.replace(&page);
            cull.begin_again();
        }
    });
    let waiting = use_waiting();
    Effect::new(move || {
        waiting.shown.set(Some(result));
        cull.resume(&waiting.lay_over(result, false));
    });
    on_cleanup(move || {
        waiting.shown.try_set(None);
    });
    Effect::new(move || {
        cull.want();
        if let Some(root) = table.root.get() {
            dom::focus(&root);
        }
    });
    // What comes next can be decided without a network too.
    let later = Debounce::new(TAKE_ALONG.1);
    Effect::new(move || {
        let at = cull.at.get();
        later.call(move || {
            let near = at..at + TAKE_ALONG.0;
            let cards = near.filter_map(|position| cull.result.card(position));
            worker::keep(cards.map(|card| card.thumb_url(ThumbSize::Large)));
        });
    });
    let ready = Ready::new();
    Effect::new(move || {
        let at = cull.at.get();
        let near = at.saturating_sub(DECODED.1)..=at + DECODED.0;
        let cards = near.filter_map(|position| cull.card_at(position));
        let stills = cards.filter(|card| !card.format.is_video() && !card.missing);
        ready.keep(stills.map(|card| card.original_url()).collect());
    });
    let preview = Callback::new(move |card: ImageCard| {
        let original = card.original_url();
        if ready.has(&original) {
            original
        } else {
            card.thumb_url(ThumbSize::Large)
        }
    });
    let over = Memo::new(move |_| cull.is_over());
    let wish = Callback::new(move |wish| table.wish(wish));
    let judge = Callback::new(move |verb| cull.judge(verb));
    let now = Signal::derive(move || cull.judgement());
    let known = Memo::new(move |_| shown.with(Option::is_some));
    let stage = move || {
        (known.get() && !over.get()).then(|| {
            let last = Memo::new(move |last: Option<&Option<ImageCard>>| {
                shown.get().or_else(|| last.cloned().flatten())
            });
            let card = Signal::derive(move || last.get().unwrap_or_else(empty_card));
            view! { <Stage stage=table.stage card preview wish /> }
        })
    };
    view! {
        <div
            class="cull"
            node_ref=table.root
            tabindex="-1"
        >
            <Head table />
            <main class="cull-stage" aria-label="The picture to decide on">
                {stage}
                <p class="cull-note" role="status">
                    {move || cull.comparing.get().then_some("The picture before")}
                </p>
                {move || over.get().then(|| view! { <CullEnd cull asked back=table.back /> })}
            </main>
            <footer class="cull-foot" hidden=move || over.get()>
                <CullStack state=table.stack pick=Callback::new(move |()| table.keep()) />
                <JudgeTools now act=judge />
            </footer>
            {later::when_wanted(&RARELY, table.helping, move |rarely| (rarely.help)(table.helping))}
        </div>
    }
    .into_any()
}

/// Where it goes back to, how far one is, and what else can be done.
#[component]
fn Head(table: Table) -> impl IntoView {
    let cull = table.cull;
    let tally = Memo::new(move |_| cull.tally());
    let place = move || {
        let Tally { total, .. } = tally.get();
        words::cull::place(cull.at.get(), total)
    };
    let decided = move || words::cull::decided(tally.get());
    let share = Signal::derive(move || (tally.get().decided(), tally.get().total));
    view! {
        <RoundHead name="Cull" back=table.back share>
            <p class="round-place">{place}</p>
            <p class="round-told" role="status">
                {decided}
            </p>
            <div class="round-tools needs-wasm">
                <Tool table action=Action::Undo icon="undo" name="Take back" />
                <Tool table action=Action::Compare icon="cover" name="The picture before" />
                <button
                    type="button"
                    class="button is-quiet cull-advance"
                    aria-pressed=move || cull.advance.get().to_string()
                    title=use_preferences().hint("Go on by itself after a verdict", Action::Advance)
                    on:click=move |_| {
                        table.act(Action::Advance);
                    }
                >
                    "Auto-advance"
                </button>
                <span class="round-keys">
                    <Tool table action=Action::Help icon="keyboard" name="Keyboard" />
                </span>
            </div>
        </RoundHead>
    }
}

#[component]
fn Tool(table: Table, action: Action, icon: &'static str, name: &'static str) -> impl IntoView {
    let hint = Signal::derive(use_preferences().hint(name, action));
    let press = Callback::new(move |()| {
        table.act(action);
    });
    view! { <IconButton icon name hint press /> }
}

/// The pictures of the library that a round is about, whatever their verdict.
fn back_to(asked: &Query) -> String {
    QueryState::href(&asked.with_range(Field::State, None))
}
