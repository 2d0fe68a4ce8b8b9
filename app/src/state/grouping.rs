//! Putting pictures into photosets and in order: each is one thing in its turn, which can be taken back.

use domain::{
    id::{ImageId, SetId},
    judgement::Done,
    photoset::SetRef,
    query::{Field, Query, SortKey},
    selection::Selection,
};
use leptos::{prelude::*, task::spawn_local};

use super::{about_pictures::Target, grid::GridState, judging::Turn, shared::Shared};
use crate::{
    api::{ApiError, sets},
    words,
};

/// The photoset whose own order the page shows.
pub fn arranged(query: &Query) -> Option<SetRef> {
    let by = query.sort.first;
    let own = by.key == SortKey::Place && !by.descending;
    query
        .in_one(Field::Set)
        .filter(|_| own)
        .and_then(|text| text.parse().ok())
}

/// Does something with photosets in its turn; a result that asks for a photoset is asked again afterwards.
pub fn run(
    shared: Shared,
    grid: Option<GridState>,
    run: impl FnOnce() -> Turn + Send + Sync + 'static,
) {
    let moves = shared.query().query.with_untracked(|query| {
        let mut filters = query.filters.iter();
        filters.any(|filter| filter.field == Field::Set)
    });
    match grid {
        Some(grid) => shared.judging().other(grid.result, moves, run),
        None => spawn_local(async move {
            if let Some((_, what)) = run().await {
                shared.toasts().say(what);
                shared.judging().told().update(|told| *told += 1);
            }
        }),
    }
}

/// Puts pictures into a photoset, or takes them out; `after` is told what came of it.
pub fn put(
    shared: Shared,
    grid: Option<GridState>,
    set: (SetId, String),
    target: Target,
    on: bool,
    after: impl FnOnce(&Result<Done, ApiError>) + Send + Sync + 'static,
) {
    let turn = move || -> Turn {
        Box::pin(async move {
            let (id, name) = set;
            let came = sets::put_in_set(id, target.selection, on).await;
            after(&came);
            told(shared, came, |changed| words::sets::put(&name, on, changed))
        })
    };
    run(shared, grid, turn);
}

/// Puts pictures of the shown photoset before another one, or behind all.
pub fn arrange(grid: GridState, set: &SetRef, ids: Vec<ImageId>, before: Option<ImageId>) {
    let (id, name) = (set.id, set.words());
    let shared = grid.shared;
    let turn = move || -> Turn {
        Box::pin(async move {
            let came = sets::arrange_set(id, Selection::These(ids), before).await;
            told(shared, came, |changed| {
                words::sets::arranged(&name, changed)
            })
        })
    };
    run(shared, Some(grid), turn);
}

/// Moves what is selected, else the focused picture, by one place.
pub fn step(grid: GridState, later: bool) {
    let toasts = grid.shared.toasts();
    let Some(set) = grid.shared.query().query.with_untracked(arranged) else {
        return toasts.say(words::sets::ARRANGE_WHERE);
    };
    let places = moving(grid);
    let (Some((first, _)), Some((last, _))) = (places.first(), places.last()) else {
        return toasts.say(words::NO_FOCUS);
    };
    let (anchor, focus) = if later {
        (last + 2, last + 1)
    } else {
        (first.saturating_sub(1), first.saturating_sub(1))
    };
    let at_end = if later {
        last + 1 >= grid.result.total_now()
    } else {
        *first == 0
    };
    if at_end {
        return;
    }
    let before = grid.result.id_at(anchor);
    let ids = places.into_iter().map(|(_, id)| id).collect();
    arrange(grid, &set, ids, before);
    grid.focus_on(focus, false);
}

/// What is selected and known, else the focused picture, each with its position, in order.
fn moving(grid: GridState) -> Vec<(u64, ImageId)> {
    let chosen = grid.selection().chosen.get_untracked();
    let Some(Selection::These(ids)) = chosen.to_wire() else {
        let focus = grid.visible_focus();
        return grid
            .result
            .id_at(focus)
            .map(|id| (focus, id))
            .into_iter()
            .collect();
    };
    let mut places: Vec<(u64, ImageId)> = ids
        .into_iter()
        .filter_map(|id| Some((untrack(|| grid.result.position(id))?, id)))
        .collect();
    places.sort_unstable();
    places
}

/// What was done, unless nothing was; says what went wrong.
pub fn told(
    shared: Shared,
    came: Result<Done, ApiError>,
    what: impl FnOnce(u64) -> String,
) -> Option<(Done, String)> {
    match came {
        Ok(done) => {
            done.operation?;
            Some((done, what(done.changed)))
        }
        Err(problem) => {
            shared.toasts().problem(&problem);
            None
        }
    }
}
