//! The pill that says how many new pictures there are; looking at them is the reader's choice.

use leptos::{prelude::*, task::spawn_local};

use super::icon::Icon;
use crate::{
    api::search::first_page,
    browser::timers::Debounce,
    state::{grid::GridState, progress::use_progress, query::use_query},
    words,
};

/// Milliseconds between looking for new pictures while the library grows.
const PAUSE: u64 = 1_500;

/// Appears when the library has grown since the result was made; content never moves by itself.
#[component]
pub fn NewPill(
    /// The grid, when there is one.
    grid: RwSignal<Option<GridState>>,
    /// The state of the library that is shown.
    change: Signal<i64>,
    /// Asks for the result again.
    refresh: Callback<()>,
) -> impl IntoView {
    let query = use_query();
    let progress = use_progress();
    let fresh = RwSignal::new(0_u64);
    let later = Debounce::new(PAUSE);
    let waiting = StoredValue::new(false);
    Effect::new(move || {
        let now = progress.with(|progress| progress.as_ref().map(|progress| progress.change));
        let known = change.get();
        let Some(now) = now else { return };
        let Some(grid) = grid.get() else {
            // An empty page has nothing that could move, so it fills by itself.
            if now > known && !waiting.get_value() {
                waiting.set_value(true);
                later.call(move || {
                    waiting.set_value(false);
                    refresh.run(());
                });
            }
            return;
        };
        if now <= known {
            fresh.set(0);
        } else if !waiting.get_value() {
            waiting.set_value(true);
            later.call(move || {
                waiting.set_value(false);
                spawn_local(async move {
                    let asked = query.query.get_untracked();
                    let Ok(page) = first_page(asked, 1).await else {
                        return;
                    };
                    let (Some(now), Some(then)) = (
                        page.head.total,
                        grid.result
                            .head
                            .try_with_untracked(|head| head.total)
                            .flatten(),
                    ) else {
                        return;
                    };
                    fresh.set(now.saturating_sub(then));
                });
            });
        }
    });
    let show = move |_| {
        fresh.set(0);
        refresh.run(());
        if let Some(grid) = grid.get_untracked() {
            grid.go_to(0.0);
        }
    };
    move || {
        let count = fresh.get();
        (count > 0).then(|| {
            view! {
                <button type="button" class="new-pill" on:click=show>
                    <Icon name="chevron-up" />
                    {format!("{} new", words::count(count))}
                </button>
            }
        })
    }
}
