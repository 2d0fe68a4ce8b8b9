//! The places beside the library: links with counts, and what stands above their pictures.

use domain::{
    aside::{Aside, AsideCounts},
    judgement::Edit,
    query::Query,
};
use leptos::prelude::*;

use super::{empty_trash::EmptyTrash, icon::Icon};
use crate::{
    api::judge::aside,
    browser::timers::Debounce,
    state::{grid::GridState, query::QueryState, selection::Chosen, shared::Shared},
    words,
};

/// Milliseconds of quiet after which the places are counted again.
const QUIET: u64 = 400;

/// Links to the places, with how many pictures are in each.
#[component]
pub fn AsideLinks(
    /// What is asked.
    asked: Memo<Query>,
    /// Changes when the counts may have changed.
    change: Signal<i64>,
) -> impl IntoView {
    let settled = RwSignal::new(0);
    let later = Debounce::new(QUIET);
    Effect::new(move |before: Option<i64>| {
        let now = change.get();
        match before {
            None => settled.set(now),
            Some(_) => later.call(move || {
                settled.try_set(now);
            }),
        }
        now
    });
    let counts = LocalResource::new(move || {
        settled.get();
        aside()
    });
    let known = Memo::new(move |last: Option<&AsideCounts>| {
        let now = counts.get().and_then(Result::ok);
        now.or(last.copied()).unwrap_or_default()
    });
    let here = Memo::new(move |_| asked.with(Aside::of));
    let links = Aside::ALL.map(|place| {
        let count = move || {
            let count = known.get().of(place);
            (count > 0).then(|| words::count(count))
        };
        view! {
            <a
                class="place"
                href=QueryState::href(&place.query())
                aria-current=move || (here.get() == Some(place)).then_some("page")
            >
                <Icon name=icon(place) />
                <span>{words::aside::name(place)}</span>
                <span class="aside-count">{count}</span>
            </a>
        }
    });
    let of = move |page: &'static str| {
        move || {
            let filter = asked.with(|asked| asked.filter_part().to_string());
            format!("{page}?{filter}").trim_end_matches('?').to_owned()
        }
    };
    view! {
        <nav class="aside-links" aria-label="Beside the library">
            <a class="place" href=of("/cull")>
                <Icon name="check" />
                <span>"Cull"</span>
            </a>
            <a class="place" href=of("/clean")>
                <Icon name="sliders" />
                <span>"Clean up"</span>
            </a>
            {links}
        </nav>
    }
}

fn icon(place: Aside) -> &'static str {
    match place {
        Aside::Trash => "trash",
        Aside::Hidden => "eye-off",
        Aside::Missing => "alert",
    }
}

/// What stands above the pictures of a place: what it is, and the way out of it for all of them.
#[component]
pub fn AsideHead(
    /// Which place.
    place: Aside,
    /// What the page shares.
    shared: Shared,
    /// The grid, when there is one.
    grid: RwSignal<Option<GridState>>,
) -> impl IntoView {
    let total = Memo::new(move |_| {
        let grid = grid.get()?;
        grid.result
            .head
            .with(|head| head.total)
            .filter(|total| *total > 0)
    });
    let restore = move |_| {
        let Some(grid) = grid.get_untracked() else {
            return;
        };
        let head = grid.result.head.get_untracked();
        let (Some(id), Some(total)) = (head.id, head.total) else {
            return;
        };
        let all = Chosen::all(id, grid.result.shown.get_untracked(), total);
        let edit = match place {
            Aside::Hidden => Edit::Hidden(false),
            Aside::Trash | Aside::Missing => Edit::Trash(false),
        };
        if let Some(selection) = all.to_wire() {
            shared.selection().clear();
            shared.judging().all(grid.result, selection, edit, total);
        }
    };
    let emptying = RwSignal::new(false);
    let emptied = Callback::new(move |()| {
        if let Some(grid) = grid.get_untracked() {
            grid.result.refresh();
        }
    });
    view! {
        <section class="aside" aria-labelledby="aside-name">
            <Icon name=icon(place) />
            <div class="aside-text">
                <h2 id="aside-name">{words::aside::name(place)}</h2>
                <p class="hint">{words::aside::about(place)}</p>
            </div>
            {move || {
                let name = words::aside::restore_all(place)?;
                total.get()?;
                Some(
                    view! {
                        <button type="button" class="button needs-wasm" on:click=restore>
                            {name}
                        </button>
                    },
                )
            }}
            {move || {
                let offered = place == Aside::Trash && total.get().is_some();
                offered
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button is-danger needs-wasm"
                                on:click=move |_| emptying.set(true)
                            >
                                "Empty the trash…"
                            </button>
                        }
                    })
            }}
            {(place == Aside::Trash)
                .then(|| view! { <EmptyTrash open=emptying done=emptied /> })}
        </section>
    }
    .into_any()
}
