//! What the grid and the lightbox both need, behind one small handle.

use leptos::prelude::*;

use super::{
    about_pictures::AboutPictures, judging::Judging, preferences::Preferences, query::QueryState,
    selection::SelectionState, toasts::Toasts,
};

/// The states that every part of the library page may move. Copies are one handle, so that the
/// thousand closures of a page stay small.
#[derive(Clone, Copy)]
pub struct Shared(StoredValue<Inner>);

#[derive(Clone, Copy)]
struct Inner {
    query: QueryState,
    preferences: Preferences,
    selection: SelectionState,
    toasts: Toasts,
    judging: Judging,
    tagging: AboutPictures,
    grouping: AboutPictures,
    editing: AboutPictures,
}

impl Shared {
    /// Puts the states behind one handle.
    pub fn new(
        query: QueryState,
        preferences: Preferences,
        selection: SelectionState,
        toasts: Toasts,
    ) -> Self {
        Self(StoredValue::new(Inner {
            query,
            preferences,
            selection,
            toasts,
            judging: Judging::new(toasts),
            tagging: AboutPictures::new(),
            grouping: AboutPictures::new(),
            editing: AboutPictures::new(),
        }))
    }

    /// The URL.
    pub fn query(&self) -> QueryState {
        self.0.with_value(|inner| inner.query)
    }

    /// How this person likes it.
    pub fn preferences(&self) -> Preferences {
        self.0.with_value(|inner| inner.preferences)
    }

    /// What is selected.
    pub fn selection(&self) -> SelectionState {
        self.0.with_value(|inner| inner.selection)
    }

    /// What is judged.
    pub fn judging(&self) -> Judging {
        self.0.with_value(|inner| inner.judging)
    }

    /// What is tagged.
    pub fn tagging(&self) -> AboutPictures {
        self.0.with_value(|inner| inner.tagging)
    }

    /// What is put into photosets.
    pub fn grouping(&self) -> AboutPictures {
        self.0.with_value(|inner| inner.grouping)
    }

    /// Whose values are edited.
    pub fn editing(&self) -> AboutPictures {
        self.0.with_value(|inner| inner.editing)
    }

    /// The messages.
    pub fn toasts(&self) -> Toasts {
        self.0.with_value(|inner| inner.toasts)
    }
}
