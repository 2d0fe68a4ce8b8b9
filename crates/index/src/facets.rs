//! Counts of values in a result, histograms, and typeahead.

use std::{collections::HashMap, sync::Arc};

use domain::{
    facet::{Facets, NumberFacet, ValueCount, ValueFacet},
    query::{Atom, Field, Has, Query, fold_value, megapixels},
    text::normalise,
};

use crate::{
    evaluate::Conditions,
    mask::Mask,
    row::{FLAGS, flag, read_opinion},
    rows::Rows,
    sets::Sets,
};

/// Values that a facet lists beside the ticked ones.
pub(crate) const VALUES: usize = 50;
/// Months that the facet of dates lists, newest first.
pub(crate) const MONTHS: usize = 240;
/// Bins of a histogram at most.
pub(crate) const BINS: usize = 40;

/// Counts under a query, made once for all fields of which nothing is asked.
struct Counter<'a> {
    rows: &'a Rows,
    query: &'a Query,
    conditions: Conditions,
    all: Mask,
}

impl Rows {
    pub(crate) fn facets(&self, query: &Query, conditions: Conditions) -> Facets {
        let counter = Counter {
            rows: self,
            query,
            all: conditions.all(),
            conditions,
        };
        let values: Vec<ValueFacet> = Field::FACETS
            .iter()
            .map(|field| counter.values(*field))
            .collect();
        let tags = values.iter().find(|facet| facet.field == Field::Tag);
        let tags = tags.into_iter().flat_map(|facet| &facet.values);
        Facets {
            counting: false,
            sets: Vec::new(),
            colours: tags
                .filter_map(|tag| Some((tag.value.clone(), self.marked.colour(&tag.value)?)))
                .collect(),
            values,
            numbers: Field::HISTOGRAMS
                .iter()
                .map(|field| counter.numbers(*field))
                .collect(),
        }
    }

    /// Values that contain a text, those that begin with it first, then by how many pictures have
    /// them.
    pub(crate) fn suggest(
        &self,
        field: Field,
        text: &str,
        conditions: &Conditions,
        limit: usize,
    ) -> Vec<ValueCount> {
        let folded = normalise(text);
        let mask = conditions.but(field);
        let mut found: Vec<(bool, Entry)> = self
            .counted(field, &mask)
            .into_iter()
            .filter(|entry| entry.count > 0 && entry.folded.contains(&folded))
            .map(|entry| (!entry.folded.starts_with(&folded), entry))
            .collect();
        found.sort_by(|(later_a, a), (later_b, b)| {
            later_a.cmp(later_b).then_with(|| a.most_first(b))
        });
        found.truncate(limit);
        let entries = found.into_iter().map(|(_, entry)| entry).collect();
        self.shown(field, entries)
    }

    /// Every value of a field that some living or dead row has, with its count in a mask.
    fn counted(&self, field: Field, mask: &Mask) -> Vec<Entry> {
        if let Some(set) = self.set(field) {
            let counts = set.counts(mask);
            let entry = |(value, count): (usize, u64)| {
                let folded = set.folded(value as u32).to_owned();
                Entry {
                    value: value as u64,
                    folded,
                    count,
                }
            };
            return counts
                .into_iter()
                .enumerate()
                .filter(|(_, n)| *n > 0)
                .map(entry)
                .collect();
        }
        if matches!(field, Field::Has | Field::Is) {
            return self.counted_things(field, mask);
        }
        if matches!(field, Field::State | Field::Rating | Field::Label) {
            return self.counted_opinions(field, mask);
        }
        if field == Field::Tag {
            let entry = |(key, folded, count): (i64, &str, u64)| Entry {
                value: key.cast_unsigned(),
                folded: folded.to_owned(),
                count,
            };
            return self.marked.counts(mask).map(entry).collect();
        }
        if field == Field::Token {
            let prompts = self.for_tokens();
            let counts = prompts.map(|prompts| self.tokens.counts(&prompts, mask));
            let entry = |(number, text, count): (u32, Arc<str>, u64)| Entry {
                value: u64::from(number),
                folded: text.to_string(),
                count,
            };
            return counts.into_iter().flatten().map(entry).collect();
        }
        let (codes, print): (_, fn(u64) -> String) = match field {
            Field::Size => (&self.sizes, |size| {
                format!("{}x{}", size >> 32, size as u32)
            }),
            Field::Date => (&self.months, month_text),
            _ => return Vec::new(),
        };
        let entry = |(value, count)| Entry {
            value,
            folded: print(value),
            count,
        };
        codes.counts(mask).into_iter().map(entry).collect()
    }

    /// What the rows of a mask have or are.
    fn counted_things(&self, field: Field, mask: &Mask) -> Vec<Entry> {
        // Rows with the same flags are counted together, each once instead of once for each flag.
        let mut alike = vec![0_u32; FLAGS];
        self.flags
            .each_of(mask, |flags| alike[*flags as usize] += 1);
        let alike = (0_u32..).zip(alike).filter(|(_, count)| *count > 0);
        let alike: Vec<(u32, u32)> = alike.collect();
        let count = |has: Has| {
            let having = alike.iter().filter(|(flags, _)| flags & flag(has) != 0);
            having.map(|(_, count)| u64::from(*count)).sum()
        };
        let entry = |has: Has| Entry {
            value: has as u64,
            folded: has.word().to_owned(),
            count: count(has),
        };
        let own = Has::ALL.into_iter().filter(|has| has.field() == field);
        own.map(entry).filter(|entry| entry.count > 0).collect()
    }

    /// The verdicts, stars or labels of the rows of a mask.
    fn counted_opinions(&self, field: Field, mask: &Mask) -> Vec<Entry> {
        let mut alike = [0_u64; 256];
        self.opinions
            .each_of(mask, |opinion| alike[usize::from(*opinion)] += 1);
        let mut entries: Vec<Entry> = Vec::new();
        for (opinion, count) in (0..=u8::MAX).zip(alike).filter(|(_, count)| *count > 0) {
            let (verdict, stars, label) = read_opinion(opinion);
            let folded = match field {
                Field::State => verdict.to_owned(),
                Field::Rating => stars.to_string(),
                _ => label.to_owned(),
            };
            match entries.iter_mut().find(|entry| entry.folded == folded) {
                Some(entry) => entry.count += count,
                None => entries.push(Entry {
                    value: opinion.into(),
                    folded,
                    count,
                }),
            }
        }
        entries
    }

    /// Values as they are shown.
    fn shown(&self, field: Field, entries: Vec<Entry>) -> Vec<ValueCount> {
        if field == Field::Tag {
            let shown = |entry: Entry| ValueCount {
                value: self.marked.called(&entry.folded).unwrap_or(entry.folded),
                count: entry.count,
            };
            return entries.into_iter().map(shown).collect();
        }
        let spellings: HashMap<u32, Arc<str>> = self.set(field).map_or_else(HashMap::new, |set| {
            set.shown(
                &entries
                    .iter()
                    .map(|entry| entry.value as u32)
                    .collect::<Vec<_>>(),
            )
        });
        entries
            .into_iter()
            .map(
                |Entry {
                     value,
                     folded,
                     count,
                 }| {
                    let text = spellings
                        .get(&(value as u32))
                        .map_or(folded, ToString::to_string);
                    ValueCount { value: text, count }
                },
            )
            .collect()
    }
}

/// `2026-05` for a value of the column of months.
pub(crate) fn month_text(month: u64) -> String {
    format!("{:04}-{:02}", month / 12, month % 12 + 1)
}

/// A value while it is being counted.
struct Entry {
    /// Its number in its column.
    value: u64,
    folded: String,
    count: u64,
}

impl Entry {
    fn most_first(&self, other: &Self) -> std::cmp::Ordering {
        other
            .count
            .cmp(&self.count)
            .then_with(|| self.folded.cmp(&other.folded))
    }
}

impl Counter<'_> {
    /// The result without what is asked of a field.
    fn mask(&self, field: Field) -> std::borrow::Cow<'_, Mask> {
        if self.conditions.ask(field) {
            std::borrow::Cow::Owned(self.conditions.but(field))
        } else {
            std::borrow::Cow::Borrowed(&self.all)
        }
    }

    fn values(&self, field: Field) -> ValueFacet {
        let mut entries = self.rows.counted(field, &self.mask(field));
        let distinct = entries.len() as u64;
        let mut ticked = self.ticked(field);
        let keep = if field == Field::Date {
            entries.sort_by_key(|entry| std::cmp::Reverse(entry.value));
            MONTHS
        } else {
            entries.sort_by(Entry::most_first);
            VALUES
        };
        let mut at = 0;
        entries.retain(|entry| {
            at += 1;
            let is_ticked = ticked
                .iter()
                .position(|(folded, _)| *folded == entry.folded);
            is_ticked.map(|at| ticked.remove(at)).is_some() || at <= keep
        });
        let mut values = self.rows.shown(field, entries);
        // Ticked values that nothing in the result has.
        for (folded, value) in ticked {
            let set = self.rows.set(field);
            let known = match field {
                Field::Tag => self.rows.marked.called(&folded),
                _ => set.and_then(|set| spelled(set, &folded)),
            };
            let value = known.unwrap_or(value);
            values.push(ValueCount { value, count: 0 });
        }
        ValueFacet {
            field,
            values,
            distinct,
        }
    }

    /// Ticked values that name one value, folded and as written.
    fn ticked(&self, field: Field) -> Vec<(String, String)> {
        let mut ticked: Vec<(String, String)> = Vec::new();
        let own = self
            .query
            .filters
            .iter()
            .filter(|filter| filter.field == field);
        for alternative in own.flat_map(|filter| &filter.any).filter(|one| !one.not) {
            let value = alternative.atom.to_string();
            let folded = match &alternative.atom {
                Atom::Text(text) => fold_value(field, text),
                Atom::Whole(from, to) if from != to || from.is_none() => continue,
                Atom::Time(range) if range.from != range.to => continue,
                Atom::Time(_) if value.len() != "2026-05".len() => continue,
                _ => value.clone(),
            };
            if !folded.contains('*') && !ticked.iter().any(|(had, _)| *had == folded) {
                ticked.push((folded, value));
            }
        }
        ticked.truncate(Query::MAX_ATOMS);
        ticked
    }

    fn numbers(&self, field: Field) -> NumberFacet {
        let rows = self.rows;
        let mask = self.mask(field);
        if field == Field::Date {
            return dates(rows, &mask);
        }
        let (codes, number): (_, fn(u64) -> f64) = match field {
            Field::Steps => (&rows.steps, |steps| steps as f64),
            Field::Cfg => (&rows.cfg, f64::from_bits),
            _ => (&rows.sizes, |size| {
                megapixels((size >> 32) as u32, size as u32).unwrap_or(0.0)
            }),
        };
        let counts: Vec<(f64, u64)> = codes
            .counts(&mask)
            .into_iter()
            .map(|(value, count)| (number(value), count))
            .collect();
        let mut bounds = None;
        for (value, _) in &counts {
            widen(&mut bounds, *value);
        }
        let mut facet = histogram(field, bounds, field == Field::Steps);
        for (value, count) in counts {
            add(&mut facet, value, count);
        }
        facet
    }
}

fn spelled(set: &Sets, folded: &str) -> Option<String> {
    let value = (0..set.values()).find(|value| set.folded(*value) == folded)?;
    set.shown(&[value])
        .remove(&value)
        .map(|text| text.to_string())
}

fn dates(rows: &Rows, mask: &Mask) -> NumberFacet {
    let mut bounds = None;
    rows.dates
        .each_of(mask, |date| widen(&mut bounds, *date as f64));
    let mut facet = histogram(Field::Date, bounds, true);
    rows.dates
        .each_of(mask, |date| add(&mut facet, *date as f64, 1));
    facet
}

/// Makes the bounds hold one more value.
fn widen(bounds: &mut Option<(f64, f64)>, value: f64) {
    let (min, max) = bounds.get_or_insert((value, value));
    *min = min.min(value);
    *max = max.max(value);
}

/// An empty histogram: as many bins as there are whole numbers, up to the limit; one when all values
/// are the same, none when there are none.
fn histogram(field: Field, bounds: Option<(f64, f64)>, whole: bool) -> NumberFacet {
    let Some((min, max)) = bounds else {
        return NumberFacet {
            field,
            min: 0.0,
            max: 0.0,
            bins: Vec::new(),
        };
    };
    let bins = match max - min {
        0.0 => 1,
        span if whole && span < BINS as f64 => span as usize + 1,
        _ => BINS,
    };
    NumberFacet {
        field,
        min,
        max,
        bins: vec![0; bins],
    }
}

fn add(facet: &mut NumberFacet, value: f64, count: u64) {
    let last = facet.bins.len() - 1;
    let part = (value - facet.min) / (facet.max - facet.min);
    let bin = if part.is_finite() {
        (part * facet.bins.len() as f64) as usize
    } else {
        0
    };
    facet.bins[bin.min(last)] += count;
}
