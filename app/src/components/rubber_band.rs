//! The frame that is drawn to select: from an empty place, or with Shift from anywhere. A finger that
//! rested draws no frame but selects the run of pictures from there to where it is.

use leptos::{ev, prelude::*};

use crate::{
    browser::{dom, timers},
    state::{grid::GridState, selection::Chosen},
};

/// Pixels that the pointer moves before a press becomes a frame.
const STILL: f64 = 6.0;
/// Pixels from the upper and lower edge within which the grid scrolls along.
const EDGE: f64 = 36.0;
/// Pixels by which it scrolls per frame.
const SPEED: f64 = 14.0;

/// A frame that is being drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct BandDrag {
    /// Where it began: distance from the grid's left edge, and logical place.
    start: (f64, f64),
    /// Where the pointer is, relative to the window.
    pointer: (f64, f64),
    /// Whether it has become a frame.
    drawn: bool,
    /// What was selected before.
    before: Chosen,
    /// Where a finger's run began, and whether it selects or unselects.
    run: Option<(u64, bool)>,
}

/// To be called when a pointer comes down in the grid.
pub(crate) fn down(grid: GridState, event: &ev::PointerEvent) {
    let empty = !dom::is_within(event, ".tile-link, .tile-check, .row");
    let usable = event.pointer_type() == "mouse" && event.button() == 0;
    if !usable || !(empty || event.shift_key()) {
        return;
    }
    let pointer = dom::point_of(event);
    let Some(start) = logical(grid, pointer) else {
        return;
    };
    let adding = event.shift_key() || event.ctrl_key() || event.meta_key();
    let before = if adding {
        grid.selection().chosen.get_untracked()
    } else {
        Chosen::default()
    };
    grid.band.set(Some(BandDrag {
        start,
        pointer,
        drawn: false,
        before,
        run: None,
    }));
}

/// Begins a run at a picture that a resting finger has just selected or unselected.
pub(crate) fn run(grid: GridState, position: u64, pointer: (f64, f64)) {
    let on = grid
        .result
        .id_at(position)
        .is_some_and(|id| untrack(|| grid.is_selected(id)));
    grid.band.set(Some(BandDrag {
        start: pointer,
        pointer,
        drawn: false,
        before: grid.selection().chosen.get_untracked(),
        run: Some((position, on)),
    }));
}

/// To be called when a pointer moves in the grid.
pub(crate) fn moved(grid: GridState, event: &ev::PointerEvent) {
    let Some(mut band) = grid.band.get_untracked() else {
        return;
    };
    let pointer = dom::point_of(event);
    let far = (pointer.0 - band.pointer.0).hypot(pointer.1 - band.pointer.1) > STILL;
    if !band.drawn && !far {
        return;
    }
    if !band.drawn {
        if let Some(scroller) = grid.scroller.get_untracked() {
            dom::capture_pointer(&scroller, event.pointer_id());
        }
        timers::frame(move || follow(grid));
    }
    band.drawn = true;
    band.pointer = pointer;
    select(grid, &band);
    grid.band.set(Some(band));
}

/// To be called when a pointer goes up or is lost.
pub(crate) fn up(grid: GridState) {
    let Some(band) = grid.band.get_untracked() else {
        return;
    };
    grid.band.set(None);
    if let Some((from, on)) = band.run {
        grid.swallow_click();
        // Where it scrolled fast, some pictures of the run were not known yet.
        if on
            && band.drawn
            && let Some(to) = nearest(grid, &band)
        {
            grid.select_range(from, to);
        }
    } else if band.drawn {
        grid.swallow_click();
    } else if band.before == Chosen::default() && grid.selection().count.get_untracked() > 0 {
        // A click on an empty place selects nothing.
        grid.selection().clear();
    }
}

/// Scrolls along while the pointer is at an edge.
fn follow(grid: GridState) {
    let Some(Some(band)) = grid.band.try_get_untracked() else {
        return;
    };
    if let Some(scroller) = grid.scroller.get_untracked() {
        let view = dom::rect(&scroller);
        let above = view.y + EDGE - band.pointer.1;
        let below = band.pointer.1 - (view.y + view.height - EDGE);
        let by = if above > 0.0 {
            -SPEED * (above / EDGE).min(2.0)
        } else if below > 0.0 {
            SPEED * (below / EDGE).min(2.0)
        } else {
            0.0
        };
        if by != 0.0 {
            grid.go_to(grid.scroll.get_untracked().logical() + by);
            select(grid, &band);
        }
    }
    timers::frame(move || follow(grid));
}

fn select(grid: GridState, band: &BandDrag) {
    let (Some(layout), Some(end)) = (grid.layout.get_untracked(), logical(grid, band.pointer))
    else {
        return;
    };
    let known = |position| grid.result.id_at(position);
    let (ids, on): (Vec<_>, _) = if let Some((from, on)) = band.run {
        let to = layout.nearest(end);
        let run = from.min(to)..=from.max(to);
        (run.filter_map(known).collect(), on)
    } else {
        let band = layout.touched(band.start, end);
        (band.positions().filter_map(known).collect(), true)
    };
    let mut chosen = band.before.clone();
    chosen.set(&ids, on, &grid.result.shown.get_untracked());
    if grid.selection().chosen.with_untracked(|now| *now != chosen) {
        grid.selection().chosen.set(chosen);
    }
}

/// The picture that the pointer is at.
fn nearest(grid: GridState, band: &BandDrag) -> Option<u64> {
    let end = logical(grid, band.pointer)?;
    Some(grid.layout.get_untracked()?.nearest(end))
}

/// A point of the window as a place in the grid.
fn logical(grid: GridState, point: (f64, f64)) -> Option<(f64, f64)> {
    let inner = dom::rect(grid.inner.get_untracked()?);
    let view = dom::rect(grid.scroller.get_untracked()?);
    let top = grid.scroll.get_untracked().logical();
    Some((point.0 - inner.x, point.1 - view.y - PADDING + top))
}

/// Space above the first row, as in `style/components/grid.css`.
const PADDING: f64 = 4.0;

/// Draws the frame.
#[component]
pub fn RubberBand(
    /// The grid in which it is drawn.
    grid: GridState,
) -> impl IntoView {
    let frame = move || {
        let band = grid
            .band
            .get()
            .filter(|band| band.drawn && band.run.is_none())?;
        let inner = dom::rect(grid.inner.get_untracked()?);
        let view = dom::rect(grid.scroller.get_untracked()?);
        let top = view.y + PADDING - grid.scroll.get().logical();
        let start = (band.start.0 + inner.x, band.start.1 + top);
        let (x, y) = (start.0.min(band.pointer.0), start.1.min(band.pointer.1));
        let width = (start.0 - band.pointer.0).abs();
        // Long frames are cut at the view, so that no box of a million pixels is painted.
        let end = start.1.max(band.pointer.1).min(view.y + view.height);
        let y = y.max(view.y);
        Some(view! {
            <div
                class="rubber-band"
                aria-hidden="true"
                style:left=format!("{x}px")
                style:top=format!("{y}px")
                style:width=format!("{width}px")
                style:height=format!("{}px", (end - y).max(0.0))
            ></div>
        })
    };
    move || frame()
}
