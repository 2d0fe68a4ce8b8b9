//! The library: everything, or what a query leaves of it.

use domain::{
    aside::Aside,
    photoset::SetRef,
    query::{Field, Query, View},
    window::FirstPage,
};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    api::{ApiError, search::first_page},
    components::{
        chips::Chips,
        drop_inspect::DropInspect,
        empty::EmptyResult,
        filters::Filters,
        grid::Grid,
        loaded::ProblemNote,
        progress_pill::{self, ProgressPill},
        rubber_band::RubberBand,
        selection_bar::SelectionBar,
        top_bar::TopBar,
        view_controls::{ViewControls, ViewLinks},
    },
    later::{self, RARELY, SOON, Soon},
    shortcuts,
    state::{
        arrivals::Shown,
        grid::GridState,
        hydrated,
        preferences::use_preferences,
        progress::use_progress,
        query::{QueryState, use_query},
        remote::{Detail, Remote},
        result::ResultState,
        selection::SelectionState,
        shared::Shared,
        toasts::use_toasts,
        waiting::use_waiting,
    },
};

/// Cards of the first screen, which the server sends with the page.
pub(crate) const FIRST: u32 = 48;

type First = Remote<FirstPage>;

/// What the middle of the page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Middle {
    Loading,
    FirstRun,
    Empty,
    Pictures,
    Problem(ApiError),
}

/// The page at `/`.
#[component]
pub fn LibraryPage() -> impl IntoView {
    let query = use_query();
    let refreshed = RwSignal::new(0_u32);
    let refresh = Callback::new(move |()| refreshed.update(|count| *count += 1));
    let first: First = Resource::new_with_options(
        move || {
            (
                query.result.get(),
                query.view.get(),
                query.page.get(),
                refreshed.get(),
            )
        },
        move |_| first_page(query.query.get_untracked(), FIRST),
        true,
    );
    let open = Memo::new(move |_| query.query.with(|query| query.image));
    let detail: Detail = Resource::new_with_options(
        move || open.get(),
        |id| async move {
            match id {
                Some(id) => later::image(id).await.map(Some),
                None => Ok(None),
            }
        },
        true,
    );
    // One boundary around everything: what stands beside the grid needs the result's head too.
    view! {
        <Transition fallback=loading>
            <Library first detail refresh />
        </Transition>
    }
    .into_any()
}

/// The page once its first answer is on the way.
#[component]
fn Library(first: First, detail: Detail, refresh: Callback<()>) -> impl IntoView {
    let query = use_query();
    let preferences = use_preferences();
    let progress = use_progress();
    let selection = SelectionState::new();
    let shared = Shared::new(query, preferences, selection, use_toasts());
    let exporting = RwSignal::new(false);
    let helping = RwSignal::new(false);
    let commanding = RwSignal::new(false);
    let grid = RwSignal::new(None::<GridState>);
    let open = Memo::new(move |_| query.query.with(|query| query.image));
    let is_open = Memo::new(move |_| open.get().is_some());
    Effect::watch(
        move || open.get(),
        move |now, before, _| {
            // Back in the grid the focus is on the picture that was seen last.
            if let (None, Some(Some(last)), Some(grid)) = (now, before, grid.get_untracked())
                && let Some(position) = untrack(|| grid.result.position(*last))
            {
                grid.focus_on(position, false);
            }
        },
        false,
    );
    let head = move |first: &Option<Result<FirstPage, ApiError>>| match first {
        Some(Ok(page)) => Some((page.head.total, page.head.change)),
        _ => None,
    };
    let head = Memo::new(move |_| first.with(head));
    let total = Signal::derive(move || head.get().and_then(|head| head.0));
    let change = Signal::derive(move || head.get().map_or(0, |head| head.1));
    // Classes, because a style that asks what the library has in it makes browsers style everything
    // anew whenever anything comes or goes.
    let first_run = Memo::new(move |last: Option<&bool>| {
        first.with(|first| match first {
            None => last.copied().unwrap_or_default(),
            Some(page) => page.as_ref().is_ok_and(|page| page.first_run),
        })
    });
    let is_busy = progress_pill::is_busy(progress);
    let has_foot = move || is_busy.get() || selection.count.get() > 0;

    let act = shortcuts::listen(shortcuts::Page {
        query,
        preferences,
        selection,
        grid,
        shown: use_waiting().shown,
        judging: shared.judging(),
        exporting,
        helping,
        commanding,
        dialogs: [shared.tagging(), shared.grouping(), shared.editing()],
    });

    // The server asks for the title when it has left this page's memory: it gets a text of its own,
    // without the picture's name, which it must not wait for here.
    let alive = hydrated();
    let asked = untrack(|| question(query));
    let text = move || {
        if alive.get() {
            title(query, detail)
        } else {
            asked.clone()
        }
    };
    // Boxed, because the server renders views by value: as one type they fill its stack.
    let bar = view! {
        <TopBar filters_open=preferences.filters total>
            <ViewLinks grid />
            <ViewControls helping />
        </TopBar>
    }
    .into_any();
    // What is judged on the page changes the counts before the result is asked for again.
    let told = shared.judging().told();
    let counted = Signal::derive(move || change.get() + told.get());
    let making = RwSignal::new(false);
    let filters =
        view! { <Filters open=preferences.filters change=counted making total /> }.into_any();
    let place = Memo::new(move |_| query.query.with(Aside::of));
    let set = Memo::new(move |_| {
        let asked = |query: &Query| query.in_one(Field::Set)?.parse::<SetRef>().ok();
        query.query.with(asked)
    });
    let set_head = move || {
        set.get().map(|set| {
            later::show(&SOON, IntoAny::into_any, move |soon| {
                (soon.set_head)(set.clone(), shared, grid)
            })
        })
    };
    let session = Memo::new(move |_| query.query.with(|query| query.since().is_some()));
    let session_head = move || {
        session.get().then(|| {
            later::show(&SOON, IntoAny::into_any, move |soon| {
                (soon.session)(shared, grid, first)
            })
        })
    };
    let head = move || {
        place.get().map(|place| {
            later::show(&RARELY, IntoAny::into_any, move |rarely| {
                (rarely.aside)(place, shared, grid)
            })
        })
    };
    let arrivals = move |soon: &Soon| (soon.arrivals)(shared, grid, Shown { change, refresh });
    let dialogs = view! {
        {later::when_wanted(&RARELY, exporting, move |rarely| (rarely.export)(exporting, selection))}
        {later::when_wanted(&RARELY, helping, move |rarely| (rarely.help)(helping))}
        {later::when_wanted(&SOON, shared.tagging().open, move |soon| (soon.tags)(shared, grid))}
        {later::when_wanted(&SOON, shared.grouping().open, move |soon| (soon.sets)(shared, grid))}
        {later::when_wanted(&SOON, commanding, move |soon| (soon.palette)(commanding, act))}
        {later::when_wanted(&SOON, making, move |soon| (soon.set_form)(shared, grid, making))}
        {later::when_stirred(&SOON, move |soon| (soon.carry)(shared, grid))}
        {later::when_wanted(&SOON, shared.editing().open, move |soon| (soon.edits)(shared, grid))}
        <DropInspect />
    }
    .into_any();
    view! {
        <Title text />
        <div
            class="library"
            class:is-first-run=first_run
            class:has-foot=has_foot
            inert=move || is_open.get()
        >
            <a
                class="skip-link button"
                href="#pictures"
                on:click=move |event| {
                    if let Some(grid) = grid.get_untracked() {
                        event.prevent_default();
                        grid.focus_on(grid.visible_focus(), false);
                    }
                }
            >
                "To the pictures"
            </a>
            {bar}
            <Chips />
            <div class="library-body">
                {filters}
                <main class="library-main" id="pictures">
                    {head}
                    {set_head}
                    {session_head}
                    <Results first refresh shared grid />
                    <ProgressPill progress />
                    {later::when_stirred(&SOON, arrivals)}
                    <SelectionBar shared grid exporting />
                </main>
            </div>
        </div>
        {move || {
            let lightbox = move |soon: &Soon| (soon.lightbox)(first, detail, grid, shared);
            is_open.get().then(|| later::show(&SOON, waiting, lightbox))
        }}
        {dialogs}
    }
    .into_any()
}

/// The open picture's place while what shows it is on its way, or why it does not come.
fn waiting(problem: Option<AnyView>) -> AnyView {
    view! {
        <div class="lightbox" role="dialog" aria-modal="true" aria-label="Open picture">
            {problem}
        </div>
    }
    .into_any()
}

/// The middle of the page: the grid, or why there is none.
#[component]
fn Results(
    first: First,
    refresh: Callback<()>,
    shared: Shared,
    grid: RwSignal<Option<GridState>>,
) -> impl IntoView {
    let query = use_query();
    let waiting = use_waiting();
    let middle = Memo::new(move |last: Option<&Middle>| {
        first.with(|first| match first {
            // What is shown stays until the next answer is here.
            None => last.cloned().unwrap_or(Middle::Loading),
            Some(Err(problem)) => Middle::Problem(problem.clone()),
            Some(Ok(page)) if page.first_run => Middle::FirstRun,
            Some(Ok(page)) if page.head.total == Some(0) => Middle::Empty,
            Some(Ok(_)) => Middle::Pictures,
        })
    });
    let pictures = move || {
        let Some(Ok(page)) = first.get_untracked() else {
            return ().into_any();
        };
        let result = ResultState::new(&page, query, refresh);
        let state = GridState::new(result, shared);
        // The first answer is in the grid already; every later one replaces it.
        Effect::new(move |began: Option<bool>| {
            let Some(Ok(page)) = first.get() else {
                return began.unwrap_or_default();
            };
            if began == Some(true) {
                if state.result.replace(&page) {
                    state.restore(page.head.at);
                }
                state.ask();
            } else {
                grid.set(Some(state));
                waiting.shown.set(Some(state.result));
            }
            true
        });
        Effect::new(move |began: Option<()>| {
            state.result.windows.track();
            if began.is_some() {
                state.keep_soon();
            }
        });
        on_cleanup(move || {
            grid.try_set(None);
            waiting.shown.try_set(None);
        });
        view! {
            <Grid grid=state first=page />
            <RubberBand grid=state />
            {later::when_stirred(&SOON, move |soon| (soon.scrubber)(state))}
        }
        .into_any()
    };
    // What left no picture here can be taken back here.
    let empty = move || {
        if let Some(Ok(page)) = first.get_untracked() {
            let result = ResultState::new(&page, query, refresh);
            Effect::new(move || waiting.shown.set(Some(result)));
            on_cleanup(move || {
                waiting.shown.try_set(None);
            });
        }
        view! { <EmptyResult /> }
    };
    move || match middle.get() {
        Middle::Loading => loading().into_any(),
        Middle::Problem(problem) => view! { <ProblemNote problem retry=refresh /> }.into_any(),
        Middle::FirstRun => later::show(&RARELY, IntoAny::into_any, move |rarely| {
            (rarely.first_run)(refresh)
        }),
        Middle::Empty => untrack(empty).into_any(),
        // Built once; whatever it reads while it is built must not build it again.
        Middle::Pictures => untrack(pictures).into_any(),
    }
}

/// The final layout without its pictures.
fn loading() -> impl IntoView {
    let listed = use_query().view.get_untracked() == View::List;
    let cell = if listed { "row" } else { "tile" };
    view! {
        <div class="grid is-loading" aria-busy="true">
            <ul class=if listed { "list" } else { "grid-list" }>
                {(0..24).map(|_| view! { <li class=cell></li> }).collect_view()}
            </ul>
        </div>
    }
}

/// What the browser's tab says: the open picture, else what is asked.
fn title(query: QueryState, detail: Detail) -> String {
    let open = detail.with(|detail| match detail {
        Some(Ok(Some(detail))) => Some(detail.card.name.clone()),
        _ => None,
    });
    open.unwrap_or_else(|| question(query))
}

/// What is asked, in words; without a question the name of the place.
fn question(query: QueryState) -> String {
    let chips = query.query.with(domain::query::Query::chips);
    if chips.is_empty() {
        return "Library".to_owned();
    }
    chips
        .into_iter()
        .map(|chip| chip.label)
        .collect::<Vec<_>>()
        .join(", ")
}
