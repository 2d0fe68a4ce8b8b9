//! The place in the address: written while the grid rests, read when it begins.

use domain::number;
use leptos::prelude::*;

use super::GridState;
use crate::{
    browser::{history, storage},
    state::query::QueryState,
};

/// Where the part of a row that is scrolled away is kept for a reload.
const PLACE_KEY: &str = "proofsheet.place";

impl GridState {
    /// Writes the place into the address once the grid rests, so that reload and back find it
    /// again. To be called when the place changes, and when cards come that can name it.
    pub fn keep_soon(&self) {
        let grid = *self;
        // Cards may come in the moment in which the page goes.
        let keep = self.moving.try_with_value(|moving| moving.keep_later);
        if let Some(keep) = keep {
            keep.call(move || grid.keep_place());
        }
    }

    fn keep_place(&self) {
        let Some(layout) = self.layout.try_get_untracked().flatten() else {
            return;
        };
        let asked = self.shared.query();
        let mut query = asked.query.get_untracked();
        // While another result is on its way, the place is one of the former.
        let shown = self.result.shown.with_untracked(String::clone);
        if query.image.is_some() || asked.result.get_untracked() != shown {
            return;
        }
        let logical = self.scroll.get_untracked().logical();
        let first = layout.first_visible(logical);
        let id = self.result.id_at(first);
        if id.is_none() && logical > 1.0 {
            return;
        }
        query.page = 0;
        query.at = id.filter(|_| logical > 1.0);
        history::keep(&QueryState::href(&query));
        if let Some(id) = query.at {
            let part = (logical - layout.row_top(layout.row_of(first))) / layout.row_height();
            storage::set_session(PLACE_KEY, &format!("{id} {part:.4}"));
        }
    }

    /// Goes to where the address says, when the grid is first measured or another result is shown.
    pub fn restore(&self, position: Option<u64>) {
        let Some(layout) = self.layout.get_untracked() else {
            return;
        };
        let Some(position) = position else {
            self.focus.set(0);
            return self.go_to(0.0);
        };
        let part = self
            .shared
            .query()
            .query
            .with_untracked(|query| query.at)
            .and_then(|at| {
                let kept = storage::get_session(PLACE_KEY)?;
                let (id, part) = kept.split_once(' ')?;
                (id.parse() == Ok(at)).then(|| number::parse(part))?
            });
        self.focus.set(position);
        let row = layout.row_top(layout.row_of(position));
        self.go_to(row + part.unwrap_or(0.0) * layout.row_height());
    }
}
