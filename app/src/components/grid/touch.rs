//! Fingers and the wheel on the grid: one that rests begins selecting, two that spread change the
//! size.

use leptos::{ev, prelude::*};

use super::position_of;
use crate::{
    browser::{dom, timers},
    components::rubber_band,
    state::grid::GridState,
};

/// Milliseconds after which a finger that rests on a picture selects it.
const LONG_PRESS: i32 = 400;

/// The fingers that are down, and what the pinch of two began with.
#[derive(Clone, Copy)]
pub(super) struct Fingers(
    StoredValue<Vec<(i32, (f64, f64))>>,
    StoredValue<Option<Pinch>>,
);

/// A pinch when it began.
#[derive(Clone, Copy)]
struct Pinch {
    /// Pixels between both fingers.
    distance: f64,
    /// Edge of a cell.
    cell: f64,
}

impl Fingers {
    /// None is down.
    pub(super) fn new() -> Self {
        Self(StoredValue::new(Vec::new()), StoredValue::new(None))
    }

    /// A pointer came down. The second finger begins a pinch about the picture below it.
    pub(super) fn down(&self, grid: GridState, event: &ev::PointerEvent) {
        if event.pointer_type() != "touch" {
            return;
        }
        self.0
            .update_value(|down| down.push((event.pointer_id(), dom::point_of(event))));
        let cell = grid.layout.get_untracked().map(|layout| layout.cell_width);
        let (Some(distance), Some(cell)) = (self.distance(), cell) else {
            return self.1.set_value(None);
        };
        if grid.listed.get_untracked() {
            return;
        }
        grid.release();
        self.1.set_value(Some(Pinch { distance, cell }));
        if let Some(position) = position_of(event) {
            grid.focus.set(position);
        }
    }

    /// A pointer moved: two fingers make the pictures larger or smaller.
    pub(super) fn moved(&self, grid: GridState, event: &ev::PointerEvent) {
        let id = event.pointer_id();
        self.0.update_value(|down| {
            for (_, at) in down.iter_mut().filter(|(finger, _)| *finger == id) {
                *at = dom::point_of(event);
            }
        });
        if let (Some(pinch), Some(distance)) = (self.1.get_value(), self.distance()) {
            // A hair less than the cell is wide: at rest the number of columns stays.
            grid.set_cell(pinch.cell * distance / pinch.distance.max(1.0) - 0.5);
        }
    }

    /// A pointer is gone.
    pub(super) fn up(&self, event: &ev::PointerEvent) {
        let id = event.pointer_id();
        self.0
            .update_value(|down| down.retain(|(finger, _)| *finger != id));
        self.1.set_value(None);
    }

    /// To be called on every touch event: the browser does not scroll while fingers pinch or select.
    pub(super) fn hold(&self, grid: GridState, event: &ev::TouchEvent) {
        let selecting = grid.band.with_untracked(Option::is_some);
        if selecting || self.1.with_value(Option::is_some) {
            event.prevent_default();
        }
    }

    /// Pixels between the fingers, when there are two.
    fn distance(&self) -> Option<f64> {
        self.0.with_value(|down| match down.as_slice() {
            [(_, one), (_, other)] => Some((one.0 - other.0).hypot(one.1 - other.1)),
            _ => None,
        })
    }
}

/// Ctrl and the wheel change the size of the pictures.
pub(super) fn wheel(grid: GridState, event: &ev::WheelEvent) {
    if !(event.ctrl_key() || event.meta_key()) {
        return;
    }
    event.prevent_default();
    grid.resize((-event.delta_y().clamp(-100.0, 100.0) * 0.0015).exp());
}

/// A finger that rests selects the picture below it, and where it goes from there, a run.
pub(super) fn pressed(grid: GridState, event: &ev::PointerEvent) {
    if event.pointer_type() != "touch" {
        return;
    }
    let Some(position) = position_of(event) else {
        return;
    };
    let place = grid.scroll.get_untracked();
    let press = grid.press();
    let pointer = dom::point_of(event);
    timers::after(LONG_PRESS, move || {
        if grid.is_pressed(press) && grid.scroll.get_untracked() == place {
            grid.long_pressed(position);
            rubber_band::run(grid, position, pointer);
            dom::haptic();
        }
    });
}
