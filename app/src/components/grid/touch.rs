//! Fingers and the wheel on the grid: a rest begins selecting, the wheel changes the size.

use leptos::{ev, prelude::*};

use super::position_of;
use crate::{
    browser::{dom, timers},
    state::grid::GridState,
};

/// Milliseconds after which a finger that rests on a picture selects it.
const LONG_PRESS: i32 = 400;

/// Ctrl and the wheel change the size of the pictures.
pub(super) fn wheel(grid: GridState, event: &ev::WheelEvent) {
    if !(event.ctrl_key() || event.meta_key()) {
        return;
    }
    event.prevent_default();
    grid.resize((-event.delta_y().clamp(-100.0, 100.0) * 0.0015).exp());
}

/// A finger that rests begins selecting by tap.
pub(super) fn pressed(grid: GridState, event: &ev::PointerEvent) {
    if event.pointer_type() != "touch" {
        return;
    }
    let Some(position) = position_of(event) else {
        return;
    };
    let place = grid.scroll.get_untracked();
    let press = grid.press();
    timers::after(LONG_PRESS, move || {
        if grid.is_pressed(press) && grid.scroll.get_untracked() == place {
            grid.long_pressed(position);
            dom::haptic();
        }
    });
}
