//! Photosets: which rows are in each, at which place, and the filters of those that find theirs.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use domain::{
    id::SetId,
    photoset::{DEEPEST, Photoset, SetKind},
    query::{Atom, Field, Query},
    time::Timestamp,
};

use crate::{evaluate::Conditions, mask::Mask, rows::Rows};

/// So deep filters of photosets may name each other; what lies deeper finds nothing.
pub(crate) const DEEPEST_FILTER: usize = 4;

/// The place of each row of a photoset.
pub(crate) type Places = Arc<BTreeMap<u32, i64>>;

/// Photosets of one snapshot. A change copies the places of its own photosets alone. Rows that are gone stay
/// in them until the next generation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Grouped {
    /// By their keys.
    sets: Arc<BTreeMap<i64, OneSet>>,
    /// Keys by the texts of their ids.
    keys: Arc<BTreeMap<Box<str>, i64>>,
}

#[derive(Debug, Clone, Default)]
struct OneSet {
    /// `None` until it is told.
    told: Option<Told>,
    rows: Places,
}

#[derive(Debug, Clone)]
struct Told {
    id: SetId,
    set: Arc<Photoset>,
    /// Of a smart one.
    query: Option<Arc<Query>>,
}

impl Grouped {
    /// Notes the photosets of a row that is new.
    pub(crate) fn push(&mut self, row: u32, sets: &[(i64, i64)]) {
        for (set, place) in sets {
            self.place(row, *set, *place);
        }
    }

    /// Gives a row its place in a photoset; 0 takes it out.
    pub(crate) fn place(&mut self, row: u32, set: i64, place: i64) {
        let set = Arc::make_mut(&mut self.sets).entry(set).or_default();
        let rows = Arc::make_mut(&mut set.rows);
        if place == 0 {
            rows.remove(&row);
        } else {
            rows.insert(row, place);
        }
    }

    /// Says what all photosets are. One that is not told of is gone, unless rows are in it: then it is on
    /// its way.
    pub(crate) fn tell(&mut self, all: &[(i64, SetId, Photoset)]) {
        let sets = Arc::make_mut(&mut self.sets);
        let mut keys = BTreeMap::new();
        for set in sets.values_mut() {
            set.told = None;
        }
        for (key, id, set) in all {
            let smart = set.kind == SetKind::Smart;
            sets.entry(*key).or_default().told = Some(Told {
                id: *id,
                set: Arc::new(set.clone()),
                query: smart.then(|| Arc::new(Query::parse(&set.query))),
            });
            keys.insert(id.to_string().into(), *key);
        }
        sets.retain(|_, set| set.told.is_some() || !set.rows.is_empty());
        self.keys = Arc::new(keys);
    }

    /// Every photoset by its key, with what it is.
    pub(crate) fn all(&self) -> impl Iterator<Item = (i64, SetId, &Photoset)> {
        self.sets.iter().filter_map(|(key, set)| {
            let told = set.told.as_ref()?;
            Some((*key, told.id, &*told.set))
        })
    }

    /// The photosets that a row was put into.
    pub(crate) fn of(&self, row: u32) -> impl Iterator<Item = SetId> {
        self.sets.values().filter_map(move |set| {
            let told = set.told.as_ref()?;
            set.rows.contains_key(&row).then_some(told.id)
        })
    }

    /// The rows of a photoset in its order.
    pub(crate) fn in_order(&self, key: i64) -> Vec<u32> {
        let Some(set) = self.sets.get(&key) else {
            return Vec::new();
        };
        let mut rows: Vec<(i64, u32)> =
            set.rows.iter().map(|(row, place)| (*place, *row)).collect();
        rows.sort_unstable();
        rows.into_iter().map(|(_, row)| row).collect()
    }

    /// The places in the first photoset that a query asks for.
    pub(crate) fn places(&self, query: &Query) -> Places {
        let asked = query.filters.iter().filter(|one| one.field == Field::Set);
        let mut texts = asked.flat_map(|one| &one.any).filter(|one| !one.not);
        let key = texts.find_map(|one| match &one.atom {
            Atom::Text(text) => {
                let id = domain::query::fold_value(Field::Set, text);
                self.keys.get(&*id)
            }
            _ => None,
        });
        let set = key.and_then(|key| self.sets.get(key));
        set.map(|set| Arc::clone(&set.rows)).unwrap_or_default()
    }

    /// The keys of a photoset and of all that lie in it.
    fn below(&self, key: i64) -> BTreeSet<i64> {
        let parents: BTreeMap<i64, i64> = self
            .all()
            .filter_map(|(key, _, set)| {
                let parent = self.keys.get(&*set.parent?.to_string())?;
                Some((key, *parent))
            })
            .collect();
        let lies_in = |own: &i64| {
            let mut at = *own;
            for _ in 0..=DEEPEST {
                if at == key {
                    return true;
                }
                match parents.get(&at) {
                    Some(parent) => at = *parent,
                    None => return false,
                }
            }
            false
        };
        self.sets.keys().copied().filter(lies_in).collect()
    }

    /// The same for the next generation, in which the first of the living rows, which come in their order,
    /// has the number 0.
    pub(crate) fn renumbered(&self, living: &[u32]) -> Self {
        let numbers: BTreeMap<u32, u32> = (0..).zip(living).map(|(new, old)| (*old, new)).collect();
        let renumbered = |(key, set): (&i64, &OneSet)| {
            let rows = set.rows.iter();
            let rows = rows.filter_map(|(row, place)| Some((*numbers.get(row)?, *place)));
            let set = OneSet {
                told: set.told.clone(),
                rows: Arc::new(rows.collect()),
            };
            (*key, set)
        };
        Self {
            sets: Arc::new(self.sets.iter().map(renumbered).collect()),
            keys: Arc::clone(&self.keys),
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        let set = |set: &OneSet| size_of::<OneSet>() + set.rows.len() * 24;
        self.sets.values().map(set).sum()
    }
}

impl Rows {
    /// The rows of photosets, those of the photosets in them included, for which a text holds; or all
    /// others. `depth`: how many filters of photosets led here.
    pub(crate) fn in_sets(
        &self,
        holds: impl Fn(&str) -> bool,
        not: bool,
        now: Timestamp,
        depth: usize,
    ) -> Mask {
        let mut found = Mask::empty(self.all());
        let asked = self.grouped.keys.iter().filter(|(id, _)| holds(id));
        let keys: BTreeSet<i64> = asked
            .flat_map(|(_, key)| self.grouped.below(*key))
            .collect();
        for set in keys.iter().filter_map(|key| self.grouped.sets.get(key)) {
            set.rows.keys().for_each(|row| found.set(*row, true));
            let query = set.told.as_ref().and_then(|told| told.query.as_ref());
            if let Some(query) = query.filter(|_| depth < DEEPEST_FILTER) {
                found.or(&Conditions::within(self, query, now, depth + 1).all());
            }
        }
        if !not {
            return found;
        }
        let mut others = Mask::full(self.all());
        others.and_not(&found);
        others
    }
}
