//! The columns of one snapshot and how a change makes the next.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering as Atomic},
    },
};

use domain::{
    facts::Marks,
    id::ImageId,
    judgement::Judgement,
    parameter::ParameterSet,
    query::{Field, Has},
    text::normalise,
    time::Timestamp,
};

use crate::{
    column::{Column, Lists},
    grouped::Grouped,
    kept::KeptOrders,
    marked::Marked,
    mask::Mask,
    names::Names,
    order::Order,
    parameters::Params,
    prose::Prose,
    ranked::Ranked,
    row::{self, Entry, NAMED},
    sets::{Codes, Sets},
    tokens::{Prompts, Tokens},
};

/// Fewer rows than this are never worth compacting.
const COMPACT_FROM: usize = 4096;

/// All columns. A row number never means another picture within one generation; removed and replaced
/// rows stay behind as holes.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    /// Different for every generation of every index of the process.
    pub(crate) generation: u64,
    pub(crate) living: Arc<Mask>,
    /// The living rows that are neither hidden nor in the trash, and no reference images.
    pub(crate) shown: Arc<Mask>,
    pub(crate) len: usize,
    pub(crate) keys: Column<i64>,
    pub(crate) ids: Column<u128>,
    pub(crate) dates: Column<i64>,
    pub(crate) added: Column<i64>,
    pub(crate) bytes: Column<u64>,
    pub(crate) names: Names,
    pub(crate) prompts: Prose,
    pub(crate) positive: Column<u32>,
    pub(crate) negative: Column<u32>,
    /// One for each field of [`NAMED`].
    pub(crate) sets: [Sets; NAMED.len()],
    pub(crate) seeds: Lists,
    /// See [`row::reference`].
    pub(crate) references: Lists,
    pub(crate) steps: Codes,
    pub(crate) cfg: Codes,
    pub(crate) sizes: Codes,
    /// Years times twelve plus months from 0.
    pub(crate) months: Codes,
    pub(crate) formats: Column<u8>,
    pub(crate) flags: Column<u32>,
    pub(crate) opinions: Column<u8>,
    pub(crate) params: Params,
    pub(crate) marked: Marked,
    pub(crate) grouped: Grouped,
    pub(crate) ranked: Ranked,
    pub(crate) tokens: Tokens,
    /// Row numbers in the order of date and id, holes included.
    pub(crate) by_date: Order,
    /// Row numbers in the order of id.
    pub(crate) by_id: Order,
    /// Row numbers in the order of key.
    by_key: Order,
    /// Other orders of the living rows; those of this snapshot only.
    pub(crate) kept: Arc<KeptOrders>,
}

impl Default for Rows {
    fn default() -> Self {
        static GENERATIONS: AtomicU64 = AtomicU64::new(1);
        Self {
            generation: GENERATIONS.fetch_add(1, Atomic::Relaxed),
            living: Arc::default(),
            shown: Arc::default(),
            len: 0,
            keys: Column::default(),
            ids: Column::default(),
            dates: Column::default(),
            added: Column::default(),
            bytes: Column::default(),
            names: Names::default(),
            prompts: Prose::default(),
            positive: Column::default(),
            negative: Column::default(),
            sets: NAMED.map(Sets::new),
            seeds: Lists::default(),
            references: Lists::default(),
            steps: Codes::default(),
            cfg: Codes::default(),
            sizes: Codes::default(),
            months: Codes::default(),
            formats: Column::default(),
            flags: Column::default(),
            opinions: Column::default(),
            params: Params::default(),
            marked: Marked::default(),
            grouped: Grouped::default(),
            ranked: Ranked::default(),
            tokens: Tokens::default(),
            by_date: Order::default(),
            by_id: Order::default(),
            by_key: Order::default(),
            kept: Arc::default(),
        }
    }
}

impl Rows {
    /// The names of a field that has names.
    pub(crate) fn set(&self, field: Field) -> Option<&Sets> {
        NAMED
            .iter()
            .position(|named| *named == field)
            .map(|at| &self.sets[at])
    }

    /// What the tokens of prompts are read from.
    pub(crate) fn for_tokens(&self) -> Option<Prompts<'_>> {
        Some(Prompts {
            texts: &self.prompts,
            rows: &self.positive,
            tools: self.set(Field::Tool)?,
        })
    }

    pub(crate) fn is_living(&self, row: u32) -> bool {
        self.living.has(row)
    }

    /// Rows that ever were in this generation.
    pub(crate) fn all(&self) -> usize {
        self.keys.len()
    }

    /// The living row of a picture.
    pub(crate) fn row_of_id(&self, id: ImageId) -> Option<u32> {
        self.rows_of_id(id).find(|row| self.is_living(*row))
    }

    /// Every row that ever was a picture's in this generation. A result has one of them at most,
    /// because only one lives at a time.
    pub(crate) fn rows_of_id(&self, id: ImageId) -> impl Iterator<Item = u32> {
        let from = self.by_id.from(move |row| *self.ids.at(row) < id.0);
        from.take_while(move |row| *self.ids.at(*row) == id.0)
    }

    /// The living row of a key.
    pub(crate) fn row_of_key(&self, key: i64) -> Option<u32> {
        let from = self.by_key.from(|row| *self.keys.at(row) < key);
        let mut same = from.take_while(|row| *self.keys.at(*row) == key);
        same.find(|row| self.is_living(*row))
    }

    /// Takes rows out, then puts rows in, replacing those with the same key.
    pub(crate) fn apply(&mut self, upserts: impl IntoIterator<Item = Entry>, removed: &[i64]) {
        self.kept = Arc::default();
        for key in removed {
            self.kill(*key);
        }
        let first = self.all() as u32;
        // Rows of this change are not in `by_key` yet.
        let mut fresh: HashMap<i64, u32> = HashMap::new();
        for entry in upserts {
            self.kill(entry.key);
            let row = self.push(&entry);
            if let Some(earlier) = fresh.insert(entry.key, row) {
                self.kill_row(earlier);
            }
        }
        self.put_in_order(first);
        if self.all() > COMPACT_FROM && self.len < self.all() / 2 {
            self.compact();
        }
    }

    /// Changes what is thought of a picture where it stands: its row stays the same one, so every held
    /// result and every order holds on.
    pub(crate) fn judge(&mut self, key: i64, judgement: Judgement) {
        let Some(row) = self.row_of_key(key) else {
            return;
        };
        *self.opinions.at_mut(row) = row::opinion(judgement);
        let flags = self.flags.at_mut(row);
        *flags = *flags & !row::JUDGED | row::judged(judgement);
        Arc::make_mut(&mut self.shown).set(row, *flags & row::OUT == 0);
    }

    /// Changes tags, notes, photosets and duels of pictures where they stand. Pictures that are not here are passed over:
    /// whoever brings them brings their tags.
    pub(crate) fn mark(&mut self, marks: &Marks) {
        let mut touched = Vec::with_capacity(marks.tagged.len());
        for (tag, key, on) in &marks.tagged {
            if let Some(row) = self.row_of_key(*key) {
                self.marked.set_tag(row, *tag, *on);
                touched.push(row);
            }
        }
        let tagged = self.marked.tagged(&touched);
        for (row, on) in touched.into_iter().zip(tagged) {
            self.set_flag(row, Has::Tag, on);
        }
        for (key, note) in &marks.noted {
            if let Some(row) = self.row_of_key(*key) {
                self.marked.set_note(row, &normalise(note));
                self.set_flag(row, Has::Note, !note.is_empty());
            }
        }
        if let Some(names) = &marks.names {
            self.marked.name(names);
        }
        for (set, key, place) in &marks.placed {
            if let Some(row) = self.row_of_key(*key) {
                self.grouped.place(row, *set, *place);
            }
        }
        if let Some(sets) = &marks.sets {
            self.grouped.tell(sets);
        }
        if let Some(duels) = &marks.duels {
            self.ranked.tell(duels);
        }
    }

    fn set_flag(&mut self, row: u32, has: Has, on: bool) {
        let flags = self.flags.at_mut(row);
        if on {
            *flags |= row::flag(has);
        } else {
            *flags &= !row::flag(has);
        }
    }

    fn kill(&mut self, key: i64) {
        if let Some(row) = self.row_of_key(key) {
            self.kill_row(row);
        }
    }

    fn kill_row(&mut self, row: u32) {
        Arc::make_mut(&mut self.living).set(row, false);
        Arc::make_mut(&mut self.shown).set(row, false);
        self.len -= 1;
        self.sets.iter_mut().for_each(|set| set.kill(row));
    }

    fn push(&mut self, entry: &Entry) -> u32 {
        let row = self.all() as u32;
        self.keys.push(entry.key);
        self.ids.push(entry.id.0);
        self.dates.push(entry.date);
        self.added.push(entry.added);
        self.bytes.push(entry.bytes);
        self.names.push(&entry.name);
        self.positive.push(self.prompts.number(&entry.positive));
        self.negative.push(self.prompts.number(&entry.negative));
        for (set, names) in self.sets.iter_mut().zip(&entry.names) {
            set.push(names);
        }
        self.seeds.push(&entry.seeds);
        self.references.push(&entry.references);
        self.steps.push(entry.steps);
        self.cfg.push(entry.cfg);
        self.sizes.push(entry.size);
        self.months.push(Some(month_number(entry.date)));
        self.formats.push(entry.format);
        self.flags.push(entry.flags);
        self.opinions.push(entry.opinion);
        self.params.push(entry.parameters.as_ref());
        self.marked.push(row, &entry.tags, &entry.note);
        self.grouped.push(row, &entry.sets);
        Arc::make_mut(&mut self.living).set(row, true);
        Arc::make_mut(&mut self.shown).set(row, entry.flags & row::OUT == 0);
        self.len += 1;
        row
    }

    /// Puts the rows from `first` on into the kept orders.
    fn put_in_order(&mut self, first: u32) {
        let (dates, ids, keys) = (&self.dates, &self.ids, &self.keys);
        let fresh = || (first..keys.len() as u32).collect();
        let date = |row| (dates.at(row), ids.at(row));
        self.by_date.add(fresh(), |a, b| date(a).cmp(&date(b)));
        self.by_id.add(fresh(), |a, b| ids.at(a).cmp(ids.at(b)));
        self.by_key.add(fresh(), |a, b| keys.at(a).cmp(keys.at(b)));
    }

    /// Makes a new generation without holes.
    fn compact(&mut self) {
        let mut next = Self::default();
        let mut sets = HashMap::new();
        let living = self.living.rows();
        for row in &living {
            next.push(&self.entry(*row, &mut sets));
        }
        next.marked = self.marked.renumbered(&living, self.all());
        next.grouped = self.grouped.renumbered(&living);
        next.ranked = self.ranked.clone();
        next.put_in_order(0);
        *self = next;
    }

    fn entry(&self, row: u32, sets: &mut HashMap<u32, Arc<ParameterSet>>) -> Entry {
        let prompt = |number: &Column<u32>| self.prompts.at(*number.at(row)).into_owned();
        Entry {
            key: *self.keys.at(row),
            id: ImageId(*self.ids.at(row)),
            date: *self.dates.at(row),
            added: *self.added.at(row),
            bytes: *self.bytes.at(row),
            name: self.names.at(row).to_owned(),
            positive: prompt(&self.positive),
            negative: prompt(&self.negative),
            names: std::array::from_fn(|set| {
                self.sets[set]
                    .names(row)
                    .iter()
                    .map(ToString::to_string)
                    .collect()
            }),
            seeds: self.seeds.at(row).to_vec(),
            references: self.references.at(row).to_vec(),
            steps: self.steps.at(row),
            cfg: self.cfg.at(row),
            size: self.sizes.at(row),
            format: *self.formats.at(row),
            flags: *self.flags.at(row),
            opinion: *self.opinions.at(row),
            parameters: self.params.at(row, sets),
            // These are taken over in one go.
            tags: Vec::new(),
            note: String::new(),
            sets: Vec::new(),
        }
    }

    /// Bytes of memory, as far as they can be counted.
    pub(crate) fn memory(&self) -> usize {
        let sets: usize = self.sets.iter().map(Sets::bytes).sum();
        let numbers = [&self.steps, &self.cfg, &self.sizes, &self.months];
        let orders = self.by_date.len() + self.by_id.len() + self.by_key.len();
        self.keys.bytes()
            + self.ids.bytes()
            + self.dates.bytes()
            + self.added.bytes()
            + self.bytes.bytes()
            + self.names.bytes()
            + self.prompts.bytes()
            + self.positive.bytes()
            + self.negative.bytes()
            + sets
            + self.seeds.bytes()
            + self.references.bytes()
            + numbers.iter().map(|codes| codes.bytes()).sum::<usize>()
            + self.formats.bytes()
            + self.flags.bytes()
            + self.opinions.bytes()
            + self.params.bytes()
            + self.marked.bytes()
            + self.grouped.bytes()
            + self.ranked.bytes()
            + self.tokens.bytes()
            + orders * 4
            + self.kept.memory()
            + (self.living.words().len() + self.shown.words().len()) * 8
    }
}

/// Years times twelve plus months from 0.
fn month_number(date: i64) -> u64 {
    // Years before 1 or after 9999 are not told apart; the calendar's arithmetic ends far beyond.
    let date = date.clamp(-62_135_596_800_000, 253_402_300_799_999);
    let date = Timestamp(date).date();
    date.year.max(0) as u64 * 12 + u64::from(date.month - 1)
}
