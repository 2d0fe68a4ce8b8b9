//! Any parameter of any node: what rows of one workflow share is kept once, and of each row only
//! what differs.

use std::{cell::RefCell, collections::HashMap, sync::Arc};

use domain::{
    parameter::{
        Parameter, ParameterFacet, ParameterName, ParameterSet, Parameters, Scalar, ScalarCount,
        full_name, long_number,
    },
    query::{ParamFilter, ParamTest},
    text::normalise,
};

use crate::{
    column::Column,
    facets::{BINS, VALUES},
    mask::Mask,
    packed::{Packed, Value},
    text::Interner,
};

/// Values that a facet counts; a parameter that is different everywhere is not worth more.
const COUNTED: usize = 20_000;

/// The parameters of all rows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Params {
    /// Class and name.
    names: Column<(Arc<str>, Arc<str>)>,
    name_interner: Interner,
    texts: Column<Arc<str>>,
    text_interner: Interner,
    sets: Column<Arc<Set>>,
    /// Number of a set by its id.
    numbers: Arc<HashMap<i64, u32>>,
    /// One more than the number of its set, for each row; 0 for none.
    rows: Column<u32>,
    changes: Packed,
}

/// What rows share.
#[derive(Debug)]
struct Set {
    id: i64,
    /// Number of the name, and the value.
    entries: Box<[(u32, Value)]>,
}

impl Params {
    /// Adds a row.
    pub(crate) fn push(&mut self, parameters: Option<&Parameters>) {
        let Some(Parameters { set, changes }) = parameters else {
            self.rows.push(0);
            self.changes.push(std::iter::empty());
            return;
        };
        let number = self.set(set);
        self.rows.push(number + 1);
        let changes: Vec<(u32, Value)> = changes
            .iter()
            .map(|(place, value)| (*place, self.value(value)))
            .collect();
        self.changes.push(changes.into_iter());
    }

    fn set(&mut self, set: &ParameterSet) -> u32 {
        if let Some(number) = self.numbers.get(&set.id) {
            return *number;
        }
        let entries = set
            .entries
            .iter()
            .map(|entry| (self.name(entry), self.value(&entry.value)))
            .collect();
        let number = self.sets.len() as u32;
        self.sets.push(Arc::new(Set {
            id: set.id,
            entries,
        }));
        Arc::make_mut(&mut self.numbers).insert(set.id, number);
        number
    }

    fn name(&mut self, entry: &Parameter) -> u32 {
        let next = self.names.len() as u32;
        let names = &self.names;
        let same = |number| {
            names
                .get(number)
                .is_some_and(|(class, name)| **class == *entry.class && **name == *entry.name)
        };
        let number = self
            .name_interner
            .number(&(&entry.class, &entry.name), same, || next);
        if number == next {
            self.names
                .push((entry.class.as_str().into(), entry.name.as_str().into()));
        }
        number
    }

    fn value(&mut self, value: &Scalar) -> Value {
        let text = match value {
            Scalar::Number(number) => return Value::Number(*number),
            Scalar::Text(text) => text.as_str(),
        };
        if let Some(number) = long_number(text) {
            return Value::Long(number);
        }
        let next = self.texts.len() as u32;
        let texts = &self.texts;
        let same = |number| texts.get(number).is_some_and(|had| **had == *text);
        let number = self.text_interner.number(text, same, || next);
        if number == next {
            self.texts.push(text.into());
        }
        Value::Text(number)
    }

    fn scalar(&self, value: Value) -> Scalar {
        match value {
            Value::Number(number) => Scalar::Number(number),
            Value::Text(text) => Scalar::Text(self.texts.at(text).to_string()),
            Value::Long(number) => Scalar::Text(number.to_string()),
        }
    }

    /// The parameters of a row, for a new generation. Sets that came out before are in `known`.
    pub(crate) fn at(
        &self,
        row: u32,
        known: &mut HashMap<u32, Arc<ParameterSet>>,
    ) -> Option<Parameters> {
        let number = self.rows.at(row).checked_sub(1)?;
        let set = known.entry(number).or_insert_with(|| {
            let set = self.sets.at(number);
            let entry = |(name, value): &(u32, Value)| {
                let (class, name) = self.names.at(*name);
                Parameter {
                    node: String::new(),
                    class: class.to_string(),
                    title: String::new(),
                    name: name.to_string(),
                    value: self.scalar(*value),
                }
            };
            Arc::new(ParameterSet {
                id: set.id,
                entries: set.entries.iter().map(entry).collect(),
            })
        });
        let changes = self.changes.at(row);
        Some(Parameters {
            set: Arc::clone(set),
            changes: changes
                .map(|(place, value)| (place, self.scalar(value)))
                .collect(),
        })
    }

    /// The rows for which a filter holds.
    pub(crate) fn mask(&self, filter: &ParamFilter) -> Mask {
        let test = ParamTest::new(filter);
        let hits = Hits::new(self, &test);
        let plans = self.plans(&test, |value| hits.of(value));
        let none = test.holds(0);
        Mask::from_answers(self.rows.iter().enumerate().map(|(row, set)| {
            let Some(plan) = set
                .checked_sub(1)
                .map(|set| &plans[set as usize])
                .filter(|plan| !plan.is_empty())
            else {
                return none;
            };
            let own = overlaid(plan, self.changes.at(row as u32), |value| hits.of(value));
            test.holds(own.fold(0, |all, hits| all | hits))
        }))
    }

    /// For each set, the places that a filter is about, and what the value there comes to.
    fn plans<T>(&self, test: &ParamTest, of: impl Fn(Value) -> T) -> Vec<Vec<(u32, T)>> {
        let about = self.names.iter();
        let about: Vec<bool> = about
            .map(|(class, name)| test.is_about(class, name))
            .collect();
        let plan = |set: &Arc<Set>| {
            let places = set.entries.iter().enumerate();
            places
                .filter(|(_, (name, _))| about[*name as usize])
                .map(|(place, (_, value))| (place as u32, of(*value)))
                .collect()
        };
        self.sets.iter().map(plan).collect()
    }

    /// How the values of a parameter are spread over the rows of a mask.
    pub(crate) fn facet(&self, filter: &ParamFilter, mask: &Mask) -> ParameterFacet {
        let test = ParamTest::new(filter);
        let plans = self.plans(&test, Value::bits);
        let mut same = vec![0_u64; plans.len()];
        let mut counts: HashMap<(u8, u64), u64> = HashMap::new();
        let mut own = Vec::new();
        for row in mask.rows() {
            let Some(set) = self.rows.at(row).checked_sub(1) else {
                continue;
            };
            let plan = &plans[set as usize];
            let changes = self.changes.at(row);
            if plan.is_empty() {
                continue;
            }
            if changes.is_empty() {
                same[set as usize] += 1;
                continue;
            }
            own.clear();
            own.extend(overlaid(plan, changes, Value::bits));
            tally(&mut counts, &mut own, 1);
        }
        for (plan, rows) in plans.iter().zip(same).filter(|(_, rows)| *rows > 0) {
            own.clear();
            own.extend(plan.iter().map(|(_, bits)| *bits));
            tally(&mut counts, &mut own, rows);
        }
        self.summed(&counts)
    }

    fn summed(&self, counts: &HashMap<(u8, u64), u64>) -> ParameterFacet {
        let mut values: Vec<(Value, u64)> = counts
            .iter()
            .map(|(bits, count)| (Value::from_bits(*bits), *count))
            .collect();
        let numbers: Vec<(f64, u64)> = values
            .iter()
            .filter_map(|(value, count)| match value {
                Value::Number(number) => Some((*number, *count)),
                Value::Long(number) => Some((*number as f64, *count)),
                Value::Text(_) => None,
            })
            .collect();
        let mut facet = ParameterFacet {
            distinct: values.len() as u64,
            ..ParameterFacet::default()
        };
        if numbers.len() == values.len() && !numbers.is_empty() {
            let start = (f64::INFINITY, f64::NEG_INFINITY);
            let (min, max) = numbers.iter().fold(start, |(min, max), (number, _)| {
                (min.min(*number), max.max(*number))
            });
            facet.bounds = Some((min, max));
            facet.bins = vec![0; if max > min { BINS } else { 1 }];
            for (number, count) in numbers {
                let part = (number - min) / (max - min);
                let bin = if part.is_finite() {
                    (part * facet.bins.len() as f64) as usize
                } else {
                    0
                };
                let last = facet.bins.len() - 1;
                facet.bins[bin.min(last)] += count;
            }
        }
        values.sort_by_cached_key(|(value, count)| {
            let text = self.scalar(*value).to_string();
            (std::cmp::Reverse(*count), text)
        });
        values.truncate(VALUES);
        let shown = values.into_iter().map(|(value, count)| ScalarCount {
            value: self.scalar(value),
            count,
        });
        facet.values = shown.collect();
        facet
    }

    /// Up to `limit` parameters of the rows of a mask whose name contains a text, frequent ones
    /// first.
    pub(crate) fn names(&self, text: &str, mask: &Mask, limit: usize) -> Vec<ParameterName> {
        let text = normalise(text);
        let mut sets = vec![0_u64; self.sets.len() + 1];
        self.rows.each_of(mask, |set| sets[*set as usize] += 1);
        let mut counts = vec![0_u64; self.names.len()];
        for (set, rows) in self.sets.iter().zip(&sets[1..]) {
            let mut names: Vec<u32> = set.entries.iter().map(|(name, _)| *name).collect();
            names.sort_unstable();
            names.dedup();
            for name in names {
                counts[name as usize] += rows;
            }
        }
        let mut found: Vec<ParameterName> = self
            .names
            .iter()
            .zip(counts)
            .filter(|(_, count)| *count > 0)
            .map(|((class, name), count)| ParameterName {
                name: full_name(class, name),
                count,
            })
            .filter(|one| text.is_empty() || normalise(&one.name).contains(&text))
            .collect();
        found.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
        found.truncate(limit);
        found
    }

    pub(crate) fn bytes(&self) -> usize {
        let name = |(class, name): &(Arc<str>, Arc<str>)| class.len() + name.len() + 32;
        let texts: usize = self.texts.iter().map(|text| text.len() + 16).sum();
        let sets: usize = self
            .sets
            .iter()
            .map(|set| set.entries.len() * 24 + 40)
            .sum();
        self.names.iter().map(name).sum::<usize>()
            + texts
            + sets
            + self.names.bytes()
            + self.texts.bytes()
            + self.sets.bytes()
            + self.name_interner.bytes()
            + self.text_interner.bytes()
            + self.numbers.capacity() * 17
            + self.rows.bytes()
            + self.changes.bytes()
    }
}

/// The planned values of a row: what the set says, but for what the row has of its own.
fn overlaid<'a, T: Copy>(
    plan: &'a [(u32, T)],
    changes: impl Iterator<Item = (u32, Value)> + 'a,
    of: impl Fn(Value) -> T + 'a,
) -> impl Iterator<Item = T> + 'a {
    let mut changes = changes.peekable();
    plan.iter().map(move |(place, shared)| {
        while changes.next_if(|(at, _)| at < place).is_some() {}
        changes
            .next_if(|(at, _)| at == place)
            .map_or(*shared, |(_, value)| of(value))
    })
}

/// Counts each of some values once.
fn tally(counts: &mut HashMap<(u8, u64), u64>, own: &mut Vec<(u8, u64)>, rows: u64) {
    own.sort_unstable();
    own.dedup();
    for bits in own.iter() {
        if counts.len() < COUNTED || counts.contains_key(bits) {
            *counts.entry(*bits).or_default() += rows;
        }
    }
}

/// What values come to under a test; texts are asked once.
struct Hits<'a> {
    params: &'a Params,
    test: &'a ParamTest,
    texts: RefCell<HashMap<u32, u64>>,
}

impl<'a> Hits<'a> {
    fn new(params: &'a Params, test: &'a ParamTest) -> Self {
        Self {
            params,
            test,
            texts: RefCell::default(),
        }
    }

    fn of(&self, value: Value) -> u64 {
        let ask = || self.test.hits(&self.params.scalar(value));
        match value {
            Value::Number(_) | Value::Long(_) => ask(),
            Value::Text(text) => *self.texts.borrow_mut().entry(text).or_insert_with(ask),
        }
    }
}
