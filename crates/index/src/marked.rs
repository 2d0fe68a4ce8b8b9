//! What people put on pictures: tags, each as the set of its rows, and notes.

use std::{collections::BTreeMap, sync::Arc};

use domain::tag::{Tag, TagColour, TagCount, fold_name};
use roaring::RoaringBitmap;

use crate::{mask::Mask, text::Needle};

/// For so many rows it is quicker to ask every tag than to put all tags together.
const FEW: usize = 64;

/// Tags and notes of one snapshot. A change copies what it changes: the sets of its tags, or all notes,
/// of which there are as many as people have typed. Rows that are gone stay in the sets until the next
/// generation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Marked {
    /// By their keys.
    tags: Arc<BTreeMap<i64, OneTag>>,
    /// Keys by folded name.
    keys: Arc<BTreeMap<Box<str>, i64>>,
    /// Folded, by row.
    notes: Arc<BTreeMap<u32, Box<str>>>,
}

#[derive(Debug, Clone, Default)]
struct OneTag {
    /// Empty until it is told.
    name: Box<str>,
    folded: Box<str>,
    colour: Option<TagColour>,
    rows: Arc<RoaringBitmap>,
}

impl Marked {
    /// Notes the tags and the note of a row that is new.
    pub(crate) fn push(&mut self, row: u32, tags: &[i64], note: &str) {
        for tag in tags {
            self.set_tag(row, *tag, true);
        }
        if !note.is_empty() {
            self.set_note(row, note);
        }
    }

    pub(crate) fn set_tag(&mut self, row: u32, tag: i64, on: bool) {
        let tag = Arc::make_mut(&mut self.tags).entry(tag).or_default();
        let rows = Arc::make_mut(&mut tag.rows);
        if on {
            rows.insert(row);
        } else {
            rows.remove(row);
        }
    }

    /// The note is folded already; an empty one is none.
    pub(crate) fn set_note(&mut self, row: u32, folded: &str) {
        let notes = Arc::make_mut(&mut self.notes);
        if folded.is_empty() {
            notes.remove(&row);
        } else {
            notes.insert(row, folded.into());
        }
    }

    /// Says what all tags are called. A tag that is not named is gone, unless rows have it: then its name
    /// is on its way.
    pub(crate) fn name(&mut self, names: &[(i64, Tag)]) {
        let tags = Arc::make_mut(&mut self.tags);
        let mut keys = BTreeMap::new();
        for tag in tags.values_mut() {
            (tag.name, tag.folded) = Default::default();
        }
        for (key, Tag { name, colour }) in names {
            let tag = tags.entry(*key).or_default();
            tag.name = name.as_str().into();
            tag.folded = fold_name(name).into();
            tag.colour = *colour;
            keys.insert(tag.folded.clone(), *key);
        }
        tags.retain(|_, tag| !tag.name.is_empty() || !tag.rows.is_empty());
        self.keys = Arc::new(keys);
    }

    /// Whether each of some rows has any tag.
    pub(crate) fn tagged(&self, rows: &[u32]) -> Vec<bool> {
        if rows.len() <= FEW {
            let any = |row: &u32| self.tags.values().any(|tag| tag.rows.contains(*row));
            return rows.iter().map(any).collect();
        }
        let mut any = RoaringBitmap::new();
        self.tags.values().for_each(|tag| any |= &*tag.rows);
        rows.iter().map(|row| any.contains(*row)).collect()
    }

    /// The rows that have a tag whose folded name holds, or all others of so many.
    pub(crate) fn with(&self, all: usize, holds: impl Fn(&str) -> bool, not: bool) -> Mask {
        let mut found = Mask::empty(all);
        for tag in self.tags.values().filter(|tag| holds(&tag.folded)) {
            add(&tag.rows, &mut found);
        }
        if !not {
            return found;
        }
        let mut others = Mask::full(all);
        others.and_not(&found);
        others
    }

    /// Adds the rows that have a word in a tag or in their note.
    pub(crate) fn search(&self, needle: &Needle<'_>, found: &mut Mask) {
        let tags = self.tags.values();
        for tag in tags.filter(|tag| !tag.folded.is_empty() && needle.is_in(&tag.folded)) {
            add(&tag.rows, found);
        }
        for (row, _) in self.notes.iter().filter(|(_, note)| needle.is_in(note)) {
            found.set(*row, true);
        }
    }

    /// Key, folded name and number of rows of a mask, of each tag that any of those has.
    pub(crate) fn counts<'a>(
        &'a self,
        mask: &'a Mask,
    ) -> impl Iterator<Item = (i64, &'a str, u64)> + 'a {
        let named = self.tags.iter().filter(|(_, tag)| !tag.folded.is_empty());
        let counted = named.map(move |(key, tag)| (*key, &*tag.folded, count(&tag.rows, mask)));
        counted.filter(|(.., count)| *count > 0)
    }

    /// Every tag by folded name, with how many rows of the second mask have it, and how many more of the
    /// first.
    pub(crate) fn all(&self, living: &Mask, shown: &Mask) -> Vec<TagCount> {
        let tags = self.keys.values().filter_map(|key| self.tags.get(key));
        tags.map(|tag| {
            let pictures = count(&tag.rows, shown);
            TagCount {
                tag: Tag {
                    name: tag.name.to_string(),
                    colour: tag.colour,
                },
                pictures,
                out_of_sight: count(&tag.rows, living) - pictures,
            }
        })
        .collect()
    }

    /// How a tag is called, by its folded name.
    pub(crate) fn called(&self, folded: &str) -> Option<String> {
        let tag = self.tags.get(self.keys.get(folded)?)?;
        Some(tag.name.to_string())
    }

    /// The colour of a tag, by its name.
    pub(crate) fn colour(&self, name: &str) -> Option<TagColour> {
        self.tags.get(self.keys.get(&*fold_name(name))?)?.colour
    }

    /// The same for the next generation, in which the first of the living rows, which come in their
    /// order, has the number 0.
    pub(crate) fn renumbered(&self, living: &[u32], all: usize) -> Self {
        let mut numbers = vec![u32::MAX; all];
        for (number, row) in (0..).zip(living) {
            numbers[*row as usize] = number;
        }
        let number = |row: u32| Some(numbers[row as usize]).filter(|number| *number != u32::MAX);
        let renumbered = |(key, tag): (&i64, &OneTag)| {
            let rows = tag.rows.iter().filter_map(number).collect();
            let rows = Arc::new(rows);
            (
                *key,
                OneTag {
                    rows,
                    ..tag.clone()
                },
            )
        };
        let notes = self.notes.iter();
        let notes = notes.filter_map(|(row, note)| Some((number(*row)?, note.clone())));
        Self {
            tags: Arc::new(self.tags.iter().map(renumbered).collect()),
            keys: Arc::clone(&self.keys),
            notes: Arc::new(notes.collect()),
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        let tag = |tag: &OneTag| {
            let rows = tag.rows.serialized_size();
            size_of::<OneTag>() + 2 * tag.name.len() + tag.folded.len() + rows
        };
        let tags: usize = self.tags.values().map(tag).sum();
        let notes: usize = self.notes.values().map(|note| note.len() + 24).sum();
        tags + notes
    }
}

fn add(rows: &RoaringBitmap, mask: &mut Mask) {
    rows.iter().for_each(|row| mask.set(row, true));
}

fn count(rows: &RoaringBitmap, mask: &Mask) -> u64 {
    rows.iter().filter(|row| mask.has(*row)).count() as u64
}
