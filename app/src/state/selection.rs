//! Which pictures are selected. Kept while scrolling, filtering and sorting.

use std::collections::HashSet;

use domain::{
    id::{ImageId, ResultId},
    selection::Selection,
};
use leptos::prelude::*;

/// Everything in a result, or some of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Chosen {
    /// These, in the order in which they were chosen.
    These(Picked),
    /// All of a result but a few.
    AllBut {
        /// The held result.
        result: ResultId,
        /// Its query in canonical form.
        query: String,
        /// How many pictures it has.
        total: u64,
        /// Left out.
        except: Picked,
    },
}

/// A set of pictures that remembers its order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Picked {
    order: Vec<ImageId>,
    set: HashSet<ImageId>,
}

impl Picked {
    /// Whether a picture is in it.
    pub fn contains(&self, id: ImageId) -> bool {
        self.set.contains(&id)
    }

    fn insert(&mut self, id: ImageId) {
        if self.set.insert(id) {
            self.order.push(id);
        }
    }

    fn remove(&mut self, id: ImageId) {
        if self.set.remove(&id) {
            self.order.retain(|other| *other != id);
        }
    }

    fn len(&self) -> u64 {
        self.order.len() as u64
    }
}

impl Default for Chosen {
    fn default() -> Self {
        Self::These(Picked::default())
    }
}

impl Chosen {
    /// How many pictures are selected.
    pub fn count(&self) -> u64 {
        match self {
            Self::These(picked) => picked.len(),
            Self::AllBut { total, except, .. } => total.saturating_sub(except.len()),
        }
    }

    /// Whether a picture that is shown by the query with this canonical form is selected.
    pub fn contains(&self, id: ImageId, shown: &str) -> bool {
        match self {
            Self::These(picked) => picked.contains(id),
            Self::AllBut { query, except, .. } => query == shown && !except.contains(id),
        }
    }

    /// Selects or unselects pictures that the query with this canonical form shows. A selection of
    /// all of another result gives way, because nobody could say what is in both.
    pub fn set(&mut self, ids: &[ImageId], selected: bool, shown: &str) {
        if let Self::AllBut { query, .. } = self
            && query != shown
        {
            *self = Self::default();
        }
        match self {
            Self::These(picked) if selected => ids.iter().for_each(|id| picked.insert(*id)),
            Self::These(picked) => ids.iter().for_each(|id| picked.remove(*id)),
            Self::AllBut { except, .. } if selected => ids.iter().for_each(|id| except.remove(*id)),
            Self::AllBut { except, .. } => ids.iter().for_each(|id| except.insert(*id)),
        }
        if self.count() == 0 {
            *self = Self::default();
        }
    }

    /// The pictures that were picked one by one; empty when all of a result but some are.
    pub fn picked(&self) -> &[ImageId] {
        match self {
            Self::These(picked) => &picked.order,
            Self::AllBut { .. } => &[],
        }
    }

    /// Whether it is all of a result that another query than this one shows.
    pub fn is_elsewhere(&self, shown: &str) -> bool {
        matches!(self, Self::AllBut { query, .. } if query != shown)
    }

    /// Everything in a result.
    pub fn all(result: ResultId, query: String, total: u64) -> Self {
        Self::AllBut {
            result,
            query,
            total,
            except: Picked::default(),
        }
    }

    /// What is not selected becomes selected, within a result.
    #[must_use]
    pub fn inverted(&self, result: ResultId, query: String, total: u64) -> Self {
        let inverse = match self {
            Self::These(picked) => Self::AllBut {
                result,
                query,
                total,
                except: picked.clone(),
            },
            Self::AllBut {
                query: other,
                except,
                ..
            } if *other == query => Self::These(except.clone()),
            Self::AllBut { .. } => Self::all(result, query, total),
        };
        if inverse.count() == 0 {
            Self::default()
        } else {
            inverse
        }
    }

    /// As it goes over the wire; `None` when nothing is selected.
    pub fn to_wire(&self) -> Option<Selection> {
        (self.count() > 0).then(|| match self {
            Self::These(picked) => Selection::These(picked.order.clone()),
            Self::AllBut {
                result,
                query,
                except,
                ..
            } => Selection::AllBut {
                result: *result,
                query: query.clone(),
                except: except.order.clone(),
            },
        })
    }
}

/// The selection of the page.
#[derive(Clone, Copy)]
pub struct SelectionState {
    /// What is selected.
    pub chosen: RwSignal<Chosen>,
    /// Whether a tap selects instead of opening; begun by a long press.
    pub by_tap: RwSignal<bool>,
    /// Where the last action without Shift was: one end of a range.
    pub anchor: RwSignal<u64>,
    /// Number of selected pictures.
    pub count: Memo<u64>,
}

impl SelectionState {
    /// An empty selection.
    pub fn new() -> Self {
        let chosen = RwSignal::new(Chosen::default());
        Self {
            chosen,
            by_tap: RwSignal::new(false),
            anchor: RwSignal::new(0),
            count: Memo::new(move |_| chosen.with(Chosen::count)),
        }
    }

    /// Selects nothing.
    pub fn clear(&self) {
        self.chosen.set(Chosen::default());
        self.by_tap.set(false);
    }

    /// Turns the selection of one picture around.
    pub fn toggle(&self, id: ImageId, shown: &str) {
        let selected = self
            .chosen
            .with_untracked(|chosen| chosen.contains(id, shown));
        self.set(&[id], !selected, shown);
    }

    /// Selects or unselects pictures.
    pub fn set(&self, ids: &[ImageId], selected: bool, shown: &str) {
        self.chosen
            .update(|chosen| chosen.set(ids, selected, shown));
        if self.count.get_untracked() == 0 {
            self.by_tap.set(false);
        }
    }
}

impl Default for SelectionState {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: ImageId = ImageId(1);
    const B: ImageId = ImageId(2);

    #[test]
    fn all_but_counts_exactly_and_inverts_to_the_exceptions() {
        let mut chosen = Chosen::all(ResultId(9), "q=a".to_owned(), 10);
        chosen.set(&[A, A, B], false, "q=a");
        assert_eq!(chosen.count(), 8);
        assert!(!chosen.contains(A, "q=a"));
        chosen.set(&[A], true, "q=a");
        assert_eq!(chosen.count(), 9);
        let inverse = chosen.inverted(ResultId(9), "q=a".to_owned(), 10);
        assert_eq!(inverse.to_wire(), Some(Selection::These(vec![B])));
        assert_eq!(inverse.inverted(ResultId(9), "q=a".to_owned(), 10), chosen);
    }

    #[test]
    fn a_selection_by_hand_survives_another_filter() {
        let mut chosen = Chosen::default();
        chosen.set(&[A], true, "q=a");
        assert!(chosen.contains(A, "q=b"));
        chosen.set(&[B], true, "q=b");
        assert_eq!(chosen.count(), 2);
    }

    #[test]
    fn all_of_one_result_says_nothing_about_another() {
        let mut chosen = Chosen::all(ResultId(9), "q=a".to_owned(), 10);
        assert!(!chosen.contains(A, "q=b"));
        chosen.set(&[A], true, "q=b");
        assert_eq!(chosen.to_wire(), Some(Selection::These(vec![A])));
    }

    #[test]
    fn nothing_selected_is_the_empty_selection() {
        let mut chosen = Chosen::all(ResultId(9), String::new(), 1);
        chosen.set(&[A], false, "");
        assert_eq!(chosen, Chosen::default());
        assert_eq!(chosen.to_wire(), None);
    }
}
