//! Choosing in the grid: selecting by position, opening, and which thumbnail a cell shows.

use domain::{
    id::ImageId,
    image::{ImageCard, ThumbSize},
    judgement::Judgement,
};
use leptos::{prelude::*, task::spawn_local};

use super::GridState;
use crate::{
    browser::timers,
    state::{query::QueryState, selection::Chosen},
};

/// The most pictures that a Shift range may add; more are selected through the result.
const LONGEST_RANGE: u64 = 20_000;

/// Edge of a list's thumbnail in pixels, as in `style/components/list.css`.
const THUMB: f64 = 64.0;

impl GridState {
    /// Turns the selection of a position around and makes it the anchor.
    pub fn toggle(&self, position: u64) {
        self.focus.set(position);
        self.selection().anchor.set(position);
        let grid = *self;
        self.named(position, move |id| {
            grid.selection()
                .toggle(id, &grid.result.shown.get_untracked());
        });
    }

    /// Selects everything between two positions, both included.
    pub fn select_range(&self, from: u64, to: u64) {
        let range = from.min(to)..from.max(to) + 1;
        if range.end - range.start > LONGEST_RANGE {
            self.shared
                .toasts()
                .say("That is a long range. Narrow the filter and press Ctrl+A instead.");
            return;
        }
        let grid = *self;
        spawn_local(async move {
            if let Some(ids) = grid.result.ids(range).await {
                grid.selection()
                    .set(&ids, true, &grid.result.shown.get_untracked());
            }
        });
    }

    /// Selects the whole result.
    pub fn select_all(&self) {
        let head = self.result.head.get_untracked();
        if let (Some(id), Some(total)) = (head.id, head.total) {
            let shown = self.result.shown.get_untracked();
            self.selection().chosen.set(Chosen::all(id, shown, total));
        }
    }

    /// Selects what is not selected.
    pub fn invert(&self) {
        let head = self.result.head.get_untracked();
        if let (Some(id), Some(total)) = (head.id, head.total) {
            let shown = self.result.shown.get_untracked();
            self.selection()
                .chosen
                .update(|chosen| *chosen = chosen.inverted(id, shown, total));
        }
    }

    /// What is thought of the picture in front, which decides which way something is turned around: the
    /// focused one when it is in view, else the first in view.
    pub fn front_judgement(&self) -> Judgement {
        let card = self.result.card(self.visible_focus());
        card.map(|card| card.judgement).unwrap_or_default()
    }

    /// The newest picture of a session: what is judged there while nothing is selected and nothing has the
    /// focus.
    pub fn newest(&self) -> Option<ImageCard> {
        let query = self.shared.query().query;
        let session =
            query.with_untracked(|query| query.since().is_some() && query.sort.is_newest_first());
        session.then(|| self.result.card(0)).flatten()
    }

    /// Opens the picture at a position.
    pub fn open(&self, position: u64) {
        self.focus.set(position);
        let grid = *self;
        self.named(position, move |id| {
            // Whoever had to wait may be elsewhere by now.
            if grid.focus.get_untracked() == position {
                grid.shared.query().open(id);
            }
        });
    }

    /// Does something with the picture at a position: at once where its card is here, else as soon as
    /// the server has told which one it is, unless another result is shown by then.
    fn named(&self, position: u64, act: impl FnOnce(ImageId) + 'static) {
        if let Some(id) = self.result.id_at(position) {
            return act(id);
        }
        let result = self.result;
        let asked = result.head.with_untracked(|head| head.id);
        spawn_local(async move {
            let ids = result.ids(position..position + 1).await;
            let still = result.head.try_with_untracked(|head| head.id) == Some(asked);
            if let (true, Some([id])) = (still, ids.as_deref()) {
                act(*id);
            }
        });
    }

    /// The address at which a picture is open over what is shown.
    pub fn href(&self, id: ImageId) -> String {
        let query = self.shared.query().query.get_untracked();
        QueryState::href(&query.with_image(Some(id)))
    }

    /// Whether a picture is selected, reactively.
    pub fn is_selected(&self, id: ImageId) -> bool {
        let shown = self.result.shown.get();
        self.selection()
            .chosen
            .with(|chosen| chosen.contains(id, &shown))
    }

    /// The address of the thumbnail for a cell, and whether it has been on the page already.
    pub fn thumb(&self, card: &ImageCard) -> (String, bool) {
        let edge = match self.layout.get_untracked() {
            Some(_) if self.listed.get_untracked() => THUMB,
            Some(layout) => layout.cell_width,
            None => 256.0,
        };
        let ratio = self
            .measures
            .get_untracked()
            .map_or(1.0, |measures| measures.ratio);
        let (long, short) = (
            card.width.max(card.height),
            card.width.min(card.height).max(1),
        );
        // A picture that fills its cell is cut along its long edge.
        let cut = if self.shared.preferences().contain.get_untracked() {
            1.0
        } else {
            (f64::from(long) / f64::from(short)).clamp(1.0, 3.0)
        };
        // A tenth too few pixels cannot be seen and often saves the larger file.
        let fitting = ThumbSize::covering(edge * ratio * cut * 0.9);
        let seen = ThumbSize::ALL
            .into_iter()
            .filter(|size| *size >= fitting)
            .map(|size| card.thumb_url(size))
            .find(|address| {
                self.moving
                    .with_value(|moving| moving.seen.contains(address))
            });
        match seen {
            Some(address) => (address, true),
            None => (card.thumb_url(fitting), false),
        }
    }

    /// Notes that a thumbnail is in the browser's memory.
    pub fn note_seen(&self, address: &str) {
        self.moving.update_value(|moving| {
            if moving.seen.len() > 4_000 {
                moving.seen.clear();
            }
            moving.seen.insert(address.to_owned());
        });
    }

    /// A finger came down; the number tells whether it still rests.
    pub fn press(&self) -> u32 {
        self.release();
        self.moving.with_value(|moving| moving.touches)
    }

    /// A finger went up, or began to scroll.
    pub fn release(&self) {
        self.moving
            .update_value(|moving| moving.touches = moving.touches.wrapping_add(1));
    }

    /// Whether the finger of a press still rests.
    pub fn is_pressed(&self, press: u32) -> bool {
        self.moving.try_with_value(|moving| moving.touches) == Some(press)
    }

    /// A long press selects; its click, which is still to come, does nothing.
    pub fn long_pressed(&self, position: u64) {
        self.selection().by_tap.set(true);
        self.moving.update_value(|moving| moving.swallow = true);
        self.toggle(position);
    }

    /// The click that is still to come does nothing.
    pub fn swallow_click(&self) {
        self.moving.update_value(|moving| moving.swallow = true);
        let grid = *self;
        // Where no click follows, the next one counts again.
        timers::after(50, move || {
            grid.moving
                .try_update_value(|moving| moving.swallow = false);
        });
    }

    /// Whether the click that arrives now ends a long press.
    pub fn swallows_click(&self) -> bool {
        self.moving
            .try_update_value(|moving| std::mem::take(&mut moving.swallow))
            .unwrap_or_default()
    }
}
