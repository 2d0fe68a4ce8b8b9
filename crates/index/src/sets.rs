//! Columns whose rows have some of a limited number of values.

use std::{cmp::Reverse, collections::HashMap, sync::Arc};

use domain::query::{Field, fold_value};

use crate::{
    column::Column,
    mask::Mask,
    narrow::Narrow,
    text::{Distinct, Interner, Needle},
};

/// Names of one field. A row has a list of them; most lists occur often, so a row keeps only the
/// number of its list, and every question is answered once per list and then looked up per row.
#[derive(Debug, Clone)]
pub(crate) struct Sets {
    field: Field,
    /// Number of its list, for each row.
    rows: Narrow,
    /// The spelling numbers of all distinct lists one after the other, in each list the row's first
    /// name first.
    items: Column<u32>,
    /// Where each list ends in `items`.
    ends: Column<u32>,
    spellings: Column<Spelling>,
    /// What the spellings fold to.
    folded: Distinct,
    list_interner: Interner,
    spelling_interner: Interner,
}

/// A name as some file has it. Names that fold to the same text are one value.
#[derive(Debug, Clone)]
struct Spelling {
    text: Arc<str>,
    value: u32,
    /// How many living rows have it.
    living: u32,
}

impl Sets {
    pub(crate) fn new(field: Field) -> Self {
        Self {
            field,
            rows: Narrow::default(),
            items: Column::default(),
            ends: Column::default(),
            spellings: Column::default(),
            folded: Distinct::default(),
            list_interner: Interner::default(),
            spelling_interner: Interner::default(),
        }
    }

    /// Adds a row with these names, as they are shown.
    pub(crate) fn push<S: AsRef<str>>(&mut self, names: &[S]) {
        let mut list: Vec<u32> = Vec::with_capacity(names.len());
        for name in names {
            let Some(spelling) = self.spelling(name.as_ref()) else {
                continue;
            };
            let value = self.spellings.at(spelling).value;
            if !list
                .iter()
                .any(|had| self.spellings.at(*had).value == value)
            {
                list.push(spelling);
            }
        }
        for spelling in &list {
            self.spellings.at_mut(*spelling).living += 1;
        }
        let next = self.ends.len() as u32;
        let same = |number| number < next && self.list(number).eq(list.iter().copied());
        let number = self.list_interner.number(&*list, same, || next);
        if number == next {
            for spelling in &list {
                self.items.push(*spelling);
            }
            self.ends.push(self.items.len() as u32);
        }
        self.rows.push(number);
    }

    /// The spellings of a list.
    fn list(&self, number: u32) -> impl Iterator<Item = u32> {
        let start = if number == 0 {
            0
        } else {
            *self.ends.at(number - 1)
        };
        (start..*self.ends.at(number)).map(|item| *self.items.at(item))
    }

    /// Calls `each` with the values of every list, in the order of their numbers.
    fn each_list(&self, mut each: impl FnMut(&[u32])) {
        let (mut items, mut start) = (self.items.iter(), 0);
        let mut values = Vec::new();
        for end in self.ends.iter() {
            let own = items.by_ref().take((end - start) as usize);
            values.clear();
            values.extend(own.map(|spelling| self.spellings.at(*spelling).value));
            each(&values);
            start = *end;
        }
    }

    fn spelling(&mut self, name: &str) -> Option<u32> {
        let next = self.spellings.len() as u32;
        let spellings = &self.spellings;
        let same = |number| spellings.get(number).is_some_and(|had| *had.text == *name);
        let number = self.spelling_interner.number(name, same, || next);
        if number == next {
            let folded = fold_value(self.field, name);
            let value = self.folded.number(&folded);
            self.spellings.push(Spelling {
                text: name.into(),
                value,
                living: 0,
            });
        }
        let value = self.spellings.at(number).value;
        (!self.folded.texts().at(value).is_empty()).then_some(number)
    }

    /// A row is no longer there.
    pub(crate) fn kill(&mut self, row: u32) {
        let list: Vec<u32> = self.list(self.rows.at(row)).collect();
        for spelling in list {
            self.spellings.at_mut(spelling).living -= 1;
        }
    }

    /// The names of a row as they are shown.
    pub(crate) fn names(&self, row: u32) -> Vec<Arc<str>> {
        let list = self.list(self.rows.at(row));
        list.map(|spelling| self.spellings.at(spelling).text.clone())
            .collect()
    }

    /// How many values there are, also of rows that are gone.
    pub(crate) fn values(&self) -> u32 {
        self.folded.texts().len()
    }

    /// A value's folded text.
    pub(crate) fn folded(&self, value: u32) -> &str {
        self.folded.texts().at(value)
    }

    /// What a function says of each value's folded text, in the order of their numbers.
    pub(crate) fn of_values<T>(&self, say: impl Fn(&str) -> T) -> Vec<T> {
        (0..self.values())
            .map(|value| say(self.folded(value)))
            .collect()
    }

    /// The first value of a row.
    pub(crate) fn first(&self, row: u32) -> Option<u32> {
        let first = self.list(self.rows.at(row)).next();
        first.map(|spelling| self.spellings.at(spelling).value)
    }

    /// The rows whose values hold: `holds` is asked once for each list with all its values.
    pub(crate) fn mask(&self, holds: impl Fn(&[u32]) -> bool) -> Mask {
        let mut table = Vec::with_capacity(self.ends.len());
        self.each_list(|values| table.push(holds(values)));
        self.rows.mask(&table)
    }

    /// The rows that have a value whose folded text contains a word or phrase; `None` when no value does.
    pub(crate) fn containing(&self, needle: &Needle<'_>) -> Option<Mask> {
        let mut hits = vec![false; self.values() as usize];
        let mut any = false;
        self.folded.texts().search(needle, |value| {
            hits[value as usize] = true;
            any = true;
        });
        any.then(|| self.mask(|values| values.iter().any(|value| hits[*value as usize])))
    }

    /// How many rows of a mask have each value.
    pub(crate) fn counts(&self, mask: &Mask) -> Vec<u64> {
        let totals = self.totals(mask, |[count], _| *count += 1);
        totals.into_iter().map(|[count]| count).collect()
    }

    /// Sums for each value over the rows of a mask that have it. `add` adds a row, which it is told by
    /// its place among the rows of the mask.
    pub(crate) fn totals<const N: usize>(
        &self,
        mask: &Mask,
        add: impl Fn(&mut [u64; N], usize),
    ) -> Vec<[u64; N]> {
        let mut lists = vec![[0; N]; self.ends.len()];
        let mut place = 0;
        self.rows.each_of(mask, |list| {
            add(&mut lists[list as usize], place);
            place += 1;
        });
        let mut values = vec![[0; N]; self.values() as usize];
        let mut lists = lists.into_iter();
        self.each_list(|list| {
            let own = lists.next().unwrap_or([0; N]);
            for value in list {
                let sums = values[*value as usize].iter_mut().zip(own);
                sums.for_each(|(sum, own)| *sum += own);
            }
        });
        values
    }

    /// How some values are shown: in the spelling that most living rows have, the alphabetically
    /// first of equals.
    pub(crate) fn shown(&self, values: &[u32]) -> HashMap<u32, Arc<str>> {
        let mut best: HashMap<u32, Option<&Spelling>> =
            values.iter().map(|value| (*value, None)).collect();
        let rank = |spelling: &Spelling| (Reverse(spelling.living), spelling.text.clone());
        for spelling in self.spellings.iter() {
            let Some(best) = best.get_mut(&spelling.value) else {
                continue;
            };
            if best.is_none_or(|best| rank(spelling) < rank(best)) {
                *best = Some(spelling);
            }
        }
        best.into_iter()
            .filter_map(|(value, best)| Some((value, best?.text.clone())))
            .collect()
    }

    pub(crate) fn bytes(&self) -> usize {
        let spellings: usize = self.spellings.iter().map(|one| one.text.len() + 16).sum();
        let columns = self.rows.bytes() + self.items.bytes() + self.ends.bytes();
        let interners = self.list_interner.bytes() + self.spelling_interner.bytes();
        columns + spellings + self.spellings.bytes() + self.folded.bytes() + interners
    }
}

/// A column of numbers with few distinct values: each row keeps the number's code.
#[derive(Debug, Clone, Default)]
pub(crate) struct Codes {
    rows: Narrow,
    values: Column<Option<u64>>,
    interner: Interner,
}

impl Codes {
    pub(crate) fn push(&mut self, value: Option<u64>) {
        let next = self.values.len() as u32;
        let values = &self.values;
        let same = |code| values.get(code) == Some(&value);
        let code = self.interner.number(&value, same, || next);
        if code == next {
            self.values.push(value);
        }
        self.rows.push(code);
    }

    pub(crate) fn at(&self, row: u32) -> Option<u64> {
        *self.values.at(self.rows.at(row))
    }

    /// The rows whose value holds; asked once for each distinct value.
    pub(crate) fn mask(&self, holds: impl Fn(Option<u64>) -> bool) -> Mask {
        let table: Vec<bool> = self.values.iter().map(|value| holds(*value)).collect();
        self.rows.mask(&table)
    }

    /// The values of a mask's rows and how often each occurs, in no order; missing ones left out.
    pub(crate) fn counts(&self, mask: &Mask) -> Vec<(u64, u64)> {
        let totals = self.totals(mask, |[count], _| *count += 1);
        let counts = totals.into_iter().map(|(value, [count])| (value, count));
        counts.filter(|(_, count)| *count > 0).collect()
    }

    /// Every value that some row has or had, in no order, with sums over the rows of a mask that have
    /// it, as [`Sets::totals`] makes them.
    pub(crate) fn totals<const N: usize>(
        &self,
        mask: &Mask,
        add: impl Fn(&mut [u64; N], usize),
    ) -> Vec<(u64, [u64; N])> {
        let mut totals = vec![[0; N]; self.values.len()];
        let mut place = 0;
        self.rows.each_of(mask, |code| {
            add(&mut totals[code as usize], place);
            place += 1;
        });
        let all = self.values.iter().zip(totals);
        all.filter_map(|(value, totals)| Some(((*value)?, totals)))
            .collect()
    }

    pub(crate) fn bytes(&self) -> usize {
        self.rows.bytes() + self.values.bytes() + self.interner.bytes()
    }
}
