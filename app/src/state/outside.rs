//! How many selected pictures the shown result does not contain.

use domain::{id::ImageId, selection::ASKED_LIMIT};
use leptos::{prelude::*, task::spawn_local};

use super::{
    grid::GridState,
    selection::{Chosen, SelectionState},
    windows::Windows,
};
use crate::{api::search, browser::timers::Debounce};

/// Milliseconds of quiet before asking.
const QUIET: u64 = 250;

/// The number of selected pictures outside the shown result; `None` while it is not known, and when
/// there are more than [`ASKED_LIMIT`] to ask about.
pub fn outside(
    selection: SelectionState,
    grid: RwSignal<Option<GridState>>,
) -> RwSignal<Option<u64>> {
    let count = RwSignal::new(None);
    let later = Debounce::new(QUIET);
    Effect::new(move || {
        let Some(grid) = grid.get() else {
            return count.set(None);
        };
        let shown = grid.result.shown.get();
        let picked = selection.chosen.with(|chosen| chosen.picked().to_vec());
        let unknown: Vec<ImageId> = grid.result.windows.with_untracked(|windows: &Windows| {
            picked
                .iter()
                .copied()
                .filter(|id| windows.position(*id).is_none())
                .collect()
        });
        if unknown.is_empty() {
            return count.set(Some(0));
        }
        if unknown.len() > ASKED_LIMIT {
            return count.set(None);
        }
        later.call(move || {
            let result = grid.result.head.with_untracked(|head| head.id);
            let query = grid.shared.query().query.get_untracked();
            spawn_local(async move {
                let found = search::outside(result, query, unknown).await.ok();
                // What was asked may be old news by now.
                let same = |chosen: &Chosen| chosen.picked() == picked;
                if grid.result.shown.try_get_untracked() == Some(shown)
                    && selection.chosen.try_with_untracked(same) == Some(true)
                {
                    count.set(found);
                }
            });
        });
    });
    count
}
