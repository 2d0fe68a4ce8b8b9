//! Which pictures a dialog is about, and whether it is open.

use domain::{id::ImageId, selection::Selection};
use leptos::prelude::*;

use super::selection::{Chosen, SelectionState};

/// The pictures that a dialog is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Which.
    pub selection: Selection,
    /// How many.
    pub count: u64,
}

/// A dialog about pictures, as the rest of the page knows it. Copies all speak of the same.
#[derive(Clone, Copy)]
pub struct AboutPictures {
    /// Whether it is open.
    pub open: RwSignal<bool>,
    /// What it is about; stays when it closes.
    pub target: RwSignal<Option<Target>>,
}

impl AboutPictures {
    /// A closed one.
    pub(super) fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            target: RwSignal::new(None),
        }
    }

    /// Opens it for one picture.
    pub fn one(self, id: ImageId) {
        let selection = Selection::These(vec![id]);
        self.show(Target {
            selection,
            count: 1,
        });
    }

    /// Opens it for what is selected.
    pub fn selected(self, selection: SelectionState) {
        let count = selection.count.get_untracked();
        if let Some(selection) = selection.chosen.with_untracked(Chosen::to_wire) {
            self.show(Target { selection, count });
        }
    }

    fn show(self, target: Target) {
        self.target.set(Some(target));
        self.open.set(true);
    }
}
