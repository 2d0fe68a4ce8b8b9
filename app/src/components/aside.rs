//! What stands above the pictures of a place beside the library.

use domain::{aside::Aside, judgement::Edit};
use leptos::prelude::*;

use super::{aside_links::icon, empty_trash::EmptyTrash, icon::Icon};
use crate::{
    state::{grid::GridState, selection::Chosen, shared::Shared},
    words,
};

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
