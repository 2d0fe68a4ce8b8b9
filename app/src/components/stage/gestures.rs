//! Fingers and the mouse on the stage: drag, pinch, swipe, tap.

use leptos::{ev, prelude::*};

use super::{StageState, Wish};
use crate::browser::dom;

/// Pixels within which a press is still a tap.
const STILL: f64 = 8.0;
/// Pixels that a swipe to another picture takes.
const SWIPE: f64 = 56.0;
/// Pixels that a swipe down or up takes.
const FLICK: f64 = 90.0;
/// Milliseconds within which two taps are a double tap.
const DOUBLE: f64 = 280.0;

/// What a finished gesture asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Outcome {
    /// Nothing more.
    Nothing,
    /// Something of the lightbox.
    Wish(Wish),
    /// Between all of the picture and its pixels, at a point.
    Toggle((f64, f64)),
}

#[derive(Debug, Clone, Copy)]
struct Finger {
    pointer: i32,
    start: (f64, f64),
    at: (f64, f64),
}

/// The pointers that are down.
#[derive(Clone, Copy)]
pub(super) struct Gestures {
    fingers: StoredValue<Vec<Finger>>,
    dragging: RwSignal<bool>,
    pinched: StoredValue<bool>,
    touch: StoredValue<bool>,
    last_tap: StoredValue<f64>,
}

impl Gestures {
    /// No pointer is down.
    pub(super) fn new() -> Self {
        Self {
            fingers: StoredValue::new(Vec::new()),
            dragging: RwSignal::new(false),
            pinched: StoredValue::new(false),
            touch: StoredValue::new(false),
            last_tap: StoredValue::new(f64::MIN),
        }
    }

    /// Whether something is being dragged, reactively.
    pub(super) fn is_dragging(&self) -> bool {
        self.dragging.get()
    }

    /// Whether the last press was by a finger.
    pub(super) fn by_touch(&self) -> bool {
        self.touch.get_value()
    }

    /// A pointer came down.
    pub(super) fn down(&self, event: &ev::PointerEvent, at: (f64, f64)) {
        self.touch.set_value(event.pointer_type() == "touch");
        self.fingers.update_value(|fingers| {
            if fingers.is_empty() {
                self.pinched.set_value(false);
            }
            if fingers.len() < 2 {
                fingers.push(Finger {
                    pointer: event.pointer_id(),
                    start: at,
                    at,
                });
            }
        });
    }

    /// A pointer moved: pans, pinches or drags the fitting picture along.
    pub(super) fn moved(&self, event: &ev::PointerEvent, at: (f64, f64), stage: StageState) {
        let mut fingers = self.fingers.get_value();
        let Some(index) = fingers
            .iter()
            .position(|finger| finger.pointer == event.pointer_id())
        else {
            return;
        };
        let before = fingers[index];
        fingers[index].at = at;
        self.fingers.set_value(fingers.clone());
        if let [one, other] = fingers.as_slice() {
            self.pinched.set_value(true);
            stage.drag.set((0.0, 0.0));
            let (old_one, old_other) = if index == 0 {
                (before, *other)
            } else {
                (*one, before)
            };
            let factor = distance(one.at, other.at) / distance(old_one.at, old_other.at).max(1.0);
            let (old, new) = (between(old_one.at, old_other.at), between(one.at, other.at));
            stage.zoom(factor, Some(new));
            stage.pan((new.0 - old.0, new.1 - old.1));
            return;
        }
        let far = distance(before.start, at) > STILL;
        if far && !self.dragging.get_untracked() {
            self.dragging.set(true);
        }
        if !far || stage.pan((at.0 - before.at.0, at.1 - before.at.1)) || self.pinched.get_value() {
            return;
        }
        if self.touch.get_value() {
            let (dx, dy) = (at.0 - before.start.0, at.1 - before.start.1);
            // One axis at a time, so that a swipe does not wobble.
            let along = if dx.abs() > dy.abs() {
                (dx, 0.0)
            } else {
                (0.0, dy.max(0.0))
            };
            stage.drag.set(along);
        }
    }

    /// A pointer went up: tells what the gesture was.
    pub(super) fn up(
        &self,
        event: &ev::PointerEvent,
        at: (f64, f64),
        stage: StageState,
    ) -> Outcome {
        let fingers = self.fingers.get_value();
        let Some(finger) = fingers
            .iter()
            .find(|finger| finger.pointer == event.pointer_id())
        else {
            return Outcome::Nothing;
        };
        let (start, pinched) = (finger.start, self.pinched.get_value());
        self.cancel(event);
        let dragged = stage.drag.get_untracked() != (0.0, 0.0);
        stage.drag.set((0.0, 0.0));
        if pinched || !self.touch.get_value() {
            return Outcome::Nothing;
        }
        let (dx, dy) = (at.0 - start.0, at.1 - start.1);
        if distance(start, at) <= STILL {
            return self.tapped(at);
        }
        if stage.is_zoomed() && !dragged {
            return Outcome::Nothing;
        }
        let sideways = dx.abs() > dy.abs();
        let wish = if sideways && dx > SWIPE {
            Wish::Previous
        } else if sideways && dx < -SWIPE {
            Wish::Next
        } else if !sideways && dy > FLICK {
            Wish::Close
        } else if !sideways && dy < -FLICK {
            Wish::Details
        } else {
            return Outcome::Nothing;
        };
        Outcome::Wish(wish)
    }

    /// A pointer is gone.
    pub(super) fn cancel(&self, event: &ev::PointerEvent) {
        self.fingers.update_value(|fingers| {
            fingers.retain(|finger| finger.pointer != event.pointer_id());
        });
        self.dragging.set(false);
    }

    fn tapped(&self, at: (f64, f64)) -> Outcome {
        let now = dom::now();
        if now - self.last_tap.get_value() < DOUBLE {
            self.last_tap.set_value(f64::MIN);
            return Outcome::Toggle(at);
        }
        self.last_tap.set_value(now);
        Outcome::Wish(Wish::Controls)
    }
}

fn distance(a: (f64, f64), b: (f64, f64)) -> f64 {
    (a.0 - b.0).hypot(a.1 - b.1)
}

fn between(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    (a.0.midpoint(b.0), a.1.midpoint(b.1))
}
