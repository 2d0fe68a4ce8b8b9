//! How many selected pictures the shown result does not contain.

use domain::id::ImageId;
use leptos::{prelude::*, task::spawn_local};

use super::{grid::GridState, selection::SelectionState, windows::Windows};
use crate::{api::search::first_page, browser::timers::Debounce};

/// At most so many pictures are asked about; with more the number stays unsaid.
const MOST: usize = 64;

/// Milliseconds of quiet before asking.
const QUIET: u64 = 250;

/// The number of selected pictures outside the shown result; `None` while it is not known.
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
        if unknown.len() > MOST {
            return count.set(None);
        }
        later.call(move || {
            spawn_local(async move {
                let found = ask(grid, unknown).await;
                // What was asked may be old news by now.
                if grid.result.shown.try_get_untracked() == Some(shown) {
                    count.set(found);
                }
            });
        });
    });
    count
}

async fn ask(grid: GridState, ids: Vec<ImageId>) -> Option<u64> {
    let query = grid.shared.query().query.get_untracked();
    let mut outside = 0;
    for id in ids {
        let page = first_page(query.with_image(Some(id)), 1).await.ok()?;
        outside += u64::from(page.head.at.is_none());
    }
    Some(outside)
}
