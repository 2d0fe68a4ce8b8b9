//! Answers queries from memory: exact totals, counts of values, windows, neighbours.
//!
//! The database is the truth; this index holds one small column for everything that can be asked.
//! Names are kept once and rows hold their numbers, so a condition is decided once per distinct value
//! and then looked up per row; words are searched in the distinct prompts. See
//! [`domain::query`] for what a query means.
//!
//! Rules of this crate: no IO, no async, no clock; it knows `domain` only. A snapshot never changes:
//! [`Index::apply`] makes the next one and shares with it all that stayed the same, so readers wait
//! for nobody. What snapshots share besides is only ever a proposal that is compared before use.
//! Equal rows give equal answers, in whatever order they arrived; the tests compare every answer with
//! that of a plain loop over all rows.
//!
//! To add a field: its values in [`Facts`], a column in `rows.rs` filled by `row.rs`, and its arm
//! in `evaluate.rs` (and `facets.rs` or `sort.rs` where it is counted or sorted by), then the same in
//! the plain loop of `tests/common`.
#![warn(missing_docs)]

mod column;
mod evaluate;
mod facets;
mod grouped;
mod insight;
mod kept;
mod marked;
mod mask;
mod names;
mod narrow;
mod order;
mod ordered;
mod packed;
mod parameters;
mod prose;
mod ranked;
mod row;
mod rows;
mod segment;
mod sets;
mod sort;
mod stack;
mod text;
mod tokens;
mod window;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use domain::{
    duel::Duel,
    facet::{Facets, TimelineMark, ValueCount},
    facts::{Facts, Marks},
    id::{ImageId, SetId},
    insight::{Holding, Holdings, KeepOrder, KeepRate},
    judgement::Judgement,
    parameter::{ParameterFacet, ParameterName},
    photoset::{Photoset, SetCount},
    query::{Field, ParamFilter, Query},
    tag::TagCount,
    time::Timestamp,
};

pub use self::window::Found;
use self::{evaluate::Conditions, row::Entry, rows::Rows};

/// A snapshot of the library in memory. Cloning is cheap.
#[derive(Debug, Clone, Default)]
pub struct Index {
    rows: Arc<Rows>,
}

impl Index {
    /// The next snapshot: without the removed keys and then with the given rows, which replace rows
    /// of the same key. This one stays as it is.
    ///
    /// When more than half of all rows are holes the next snapshot is a new generation: results held
    /// until then are stale.
    #[must_use]
    pub fn apply(&self, upserts: Vec<Facts>, removed: &[i64]) -> Self {
        if upserts.is_empty() && removed.is_empty() {
            return self.clone();
        }
        let mut rows = (*self.rows).clone();
        rows.apply(upserts.into_iter().map(|row| Entry::from(&row)), removed);
        Self {
            rows: Arc::new(rows),
        }
    }

    /// The next snapshot with other judgements of some pictures, by key; keys that it does not have are
    /// passed over. Results held until then stay as they are, and can be read.
    #[must_use]
    pub fn judge(&self, judgements: &[(i64, Judgement)]) -> Self {
        if judgements.is_empty() {
            return self.clone();
        }
        let mut rows = (*self.rows).clone();
        for (key, judgement) in judgements {
            rows.judge(*key, *judgement);
        }
        Self {
            rows: Arc::new(rows),
        }
    }

    /// The next snapshot with other tags, notes and photosets of some pictures, by key, and with other
    /// tags and photosets. Results held until then stay as they are.
    #[must_use]
    pub fn mark(&self, marks: &Marks) -> Self {
        if marks.is_empty() {
            return self.clone();
        }
        let mut rows = (*self.rows).clone();
        rows.mark(marks);
        Self {
            rows: Arc::new(rows),
        }
    }

    /// Every tag with its counts, by folded name.
    pub fn tags(&self) -> Vec<TagCount> {
        self.rows.marked.all(&self.rows.living, &self.rows.shown)
    }

    /// The tags that some of these pictures have, by folded name, each with how many of them have it.
    /// Pictures are named by their database keys.
    pub fn tags_of(&self, keys: &[i64]) -> Vec<TagCount> {
        let mut mask = mask::Mask::empty(self.rows.all());
        for row in keys.iter().filter_map(|key| self.rows.row_of_key(*key)) {
            mask.set(row, true);
        }
        let mut tags = self.rows.marked.all(&mask, &mask);
        tags.retain(|tag| tag.pictures > 0);
        tags
    }

    /// Every photoset with what it is, how many pictures it shows, those of the photosets in it included,
    /// and the key of its first picture.
    pub fn sets(&self, now: Timestamp) -> Vec<(SetId, Photoset, u64, Option<i64>)> {
        let rows = &self.rows;
        let told = |(key, id, set): (i64, SetId, &Photoset)| {
            let query = SetCount::of(id, set).query();
            let mask = Conditions::new(rows, &query, now).all();
            let own = rows.grouped.in_order(key);
            let first = own.into_iter().find(|row| mask.has(*row));
            let first = first.or_else(|| {
                let found = rows.in_order(mask.clone(), &query.canonical().sort, &Arc::default());
                found.part(0..1).first().copied()
            });
            let first = first.map(|row| *rows.keys.at(row));
            (id, set.clone(), mask.count() as u64, first)
        };
        rows.grouped.all().map(told).collect()
    }

    /// The photosets that some of these pictures were put into, each with how many of them. Pictures are
    /// named by their database keys.
    pub fn sets_of(&self, keys: &[i64]) -> Vec<(SetId, u64)> {
        let mut counts = BTreeMap::<SetId, u64>::new();
        for row in keys.iter().filter_map(|key| self.rows.row_of_key(*key)) {
            for id in self.rows.grouped.of(row) {
                *counts.entry(id).or_default() += 1;
            }
        }
        counts.into_iter().collect()
    }

    /// Every duel.
    pub fn duels(&self) -> &[Duel] {
        self.rows.ranked.duels()
    }

    /// Number of pictures, those out of sight included.
    pub fn len(&self) -> usize {
        self.rows.len
    }

    /// Whether there is no picture.
    pub fn is_empty(&self) -> bool {
        self.rows.len == 0
    }

    /// Snapshots of one generation can read each other's results.
    pub fn generation(&self) -> u64 {
        self.rows.generation
    }

    /// Bytes of memory, as far as they can be counted; parts that snapshots share count in each.
    pub fn memory(&self) -> usize {
        self.rows.memory()
    }

    /// The pictures for which a query holds, in its order. `now` is what `today` and `7d` refer to.
    pub fn find(&self, query: &Query, now: Timestamp) -> Found {
        let canonical = query.canonical();
        let places = self.rows.grouped.places(&canonical);
        let sort = canonical.sort;
        let mask = Conditions::new(&self.rows, query, now).all();
        let rows = self.rows.in_order(mask, &sort, &places);
        Found::new(self.rows.generation, rows, sort)
    }

    /// How many pictures [`Index::find`] gives.
    pub fn count(&self, query: &Query, now: Timestamp) -> u64 {
        Conditions::new(&self.rows, query, now).all().count() as u64
    }

    /// Counts beside the result of a query. Of every field what is asked of itself is left out, so
    /// that its other values show what they would add. Folders count what is below them; months
    /// (values of [`Field::Date`]) come newest first, all other values most frequent first.
    pub fn facets(&self, query: &Query, now: Timestamp) -> Facets {
        let conditions = Conditions::new(&self.rows, query, now);
        self.rows.facets(&query.canonical(), conditions)
    }

    /// Up to `limit` values of a field that contain a text, with their counts under the query
    /// without what is asked of the field. Values that begin with the text come first, then the
    /// frequent ones. Empty for fields without a list of values.
    pub fn suggest(
        &self,
        field: Field,
        text: &str,
        query: &Query,
        now: Timestamp,
        limit: usize,
    ) -> Vec<ValueCount> {
        let conditions = Conditions::new(&self.rows, query, now);
        self.rows.suggest(field, text, &conditions, limit)
    }

    /// How much of a query's result is kept, whatever it asks of the verdict, and the same for the
    /// values of some fields: of names at most `limit`, of months three times as many, the newest.
    pub fn keep_rate(
        &self,
        query: &Query,
        now: Timestamp,
        fields: &[Field],
        order: KeepOrder,
        limit: usize,
    ) -> KeepRate {
        self.rows.keep_rate(query, now, fields, (order, limit))
    }

    /// What a query's result is made of, with at most `limit` values of each field, and the date of
    /// its first and last picture.
    pub fn holdings(&self, query: &Query, now: Timestamp, limit: usize) -> Holdings {
        let mask = Conditions::new(&self.rows, query, now).all();
        self.rows.holdings(&mask, limit)
    }

    /// The number and the bytes of a query's pictures.
    pub fn held(&self, query: &Query, now: Timestamp) -> Holding {
        let mask = Conditions::new(&self.rows, query, now).all();
        self.rows.weighed(&mask)
    }

    /// Reads the tokens of all prompts that were not read yet, so that the next question about tokens
    /// need not; about 4 µs for each distinct prompt.
    pub fn learn_tokens(&self) {
        if let Some(prompts) = self.rows.for_tokens() {
            self.rows.tokens.learn(&prompts);
        }
    }

    /// How the values of a parameter are spread over the result of a query, without what is asked of
    /// that parameter itself. The name is as [`ParamFilter::name`](domain::query::ParamFilter::name).
    pub fn parameter(&self, name: &str, query: &Query, now: Timestamp) -> ParameterFacet {
        let filter = ParamFilter {
            name: name.to_owned(),
            any: Vec::new(),
        };
        let mask = Conditions::new(&self.rows, query, now).but_param(&filter.folded_name());
        self.rows.params.facet(&filter, &mask)
    }

    /// Up to `limit` parameters that occur in the result of a query and whose name contains a text,
    /// frequent ones first.
    pub fn parameter_names(
        &self,
        text: &str,
        query: &Query,
        now: Timestamp,
        limit: usize,
    ) -> Vec<ParameterName> {
        let mask = Conditions::new(&self.rows, query, now).all();
        self.rows.params.names(text, &mask, limit)
    }

    /// Where the months of a result that is ordered by date first begin, for the scrubber; empty for
    /// other orders and for stale results.
    pub fn timeline(&self, found: &Found) -> Vec<TimelineMark> {
        found.timeline(self)
    }

    /// The database key of a picture.
    pub fn key_of(&self, id: ImageId) -> Option<i64> {
        self.rows.row_of_id(id).map(|row| *self.rows.keys.at(row))
    }

    /// The database keys of the pictures that share a picture's recipe except for the seed, itself among
    /// them, oldest first. Hidden pictures and those in the trash are left out.
    pub fn stack(&self, id: ImageId) -> Vec<i64> {
        let row = self.rows.row_of_id(id);
        let rows = row.map(|row| self.rows.stack(row)).unwrap_or_default();
        rows.into_iter()
            .map(|row| *self.rows.keys.at(row))
            .collect()
    }

    /// The pictures of some file names, folded, with the folded folder of each.
    pub fn named(&self, names: &HashSet<String>) -> HashMap<String, Vec<(i64, String)>> {
        let rows = &self.rows;
        let folders = rows.set(Field::Folder);
        let mut found: HashMap<String, Vec<(i64, String)>> = HashMap::new();
        for row in rows.living.rows() {
            let name = rows.names.at(row);
            if names.contains(name) {
                let folder = folders.and_then(|set| Some(set.folded(set.first(row)?)));
                let folder = folder.unwrap_or_default().to_owned();
                let own = found.entry(name.to_owned()).or_default();
                own.push((*rows.keys.at(row), folder));
            }
        }
        found
    }

    /// Bytes of the files of some pictures, by their database keys.
    pub fn bytes_of(&self, keys: &[i64]) -> u64 {
        let rows = keys.iter().filter_map(|key| self.rows.row_of_key(*key));
        rows.map(|row| *self.rows.bytes.at(row)).sum()
    }

    /// The picture of a database key.
    pub fn id_of(&self, key: i64) -> Option<ImageId> {
        self.rows
            .row_of_key(key)
            .map(|row| ImageId(*self.rows.ids.at(row)))
    }
}
