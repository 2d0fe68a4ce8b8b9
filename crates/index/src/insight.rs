//! What a result is made of, and how much of it is kept: sums for each value of a field, each field in
//! one pass over the rows of the result.

use std::{cmp::Ordering, sync::Arc};

use domain::{
    image::Format,
    insight::{
        HeldValue, HeldValues, Holding, Holdings, KeepOrder, KeepRate, KeepValue, KeepValues,
        Tally, compared, in_trash,
    },
    query::{Field, Query},
    time::Timestamp,
};

use crate::{evaluate::Conditions, facets::month_text, mask::Mask, rows::Rows, sets::Codes};

/// Most bins of a number.
const BINS: usize = 12;
/// Numbers from here on cannot be asked for.
const LARGEST: f64 = 1e9;

/// Sums by the two bits in which a row keeps its verdict.
type Verdicts = [u64; 4];

/// A value while it is being summed up.
struct Entry<T> {
    /// Its number in its column.
    value: u64,
    folded: Arc<str>,
    sums: T,
}

impl Rows {
    pub(crate) fn keep_rate(
        &self,
        query: &Query,
        now: Timestamp,
        fields: &[Field],
        (order, limit): (KeepOrder, usize),
    ) -> KeepRate {
        let query = compared(query);
        let mask = Conditions::new(self, &query, now).all();
        let verdicts = self.verdicts(&mask);
        // Where nothing is out of sight nothing is in the trash.
        let trash = in_trash(&query).filter(|_| self.living != self.shown);
        let trash = trash.map(|query| Conditions::new(self, &query, now).all());
        let values = |field: &Field| match field {
            Field::Steps | Field::Cfg => self.kept_numbers(*field, &mask, &verdicts),
            Field::Date => self.kept_months(&mask, &verdicts, limit * 3),
            _ => self.kept_names(*field, &mask, &verdicts, (order, limit)),
        };
        KeepRate {
            all: sum(&verdicts),
            in_trash: trash.map_or_else(Tally::default, |mask| sum(&self.verdicts(&mask))),
            fields: fields.iter().map(values).collect(),
        }
    }

    /// The verdict of each row of a mask, as the two bits in which it is kept.
    fn verdicts(&self, mask: &Mask) -> Vec<u8> {
        let mut verdicts = Vec::with_capacity(mask.count());
        self.opinions
            .each_of(mask, |opinion| verdicts.push(opinion & 3));
        verdicts
    }

    /// The values of a field of names, or of tokens, that some row of a mask has.
    fn named_sums<const N: usize>(
        &self,
        field: Field,
        mask: &Mask,
        add: impl Fn(&mut [u64; N], usize),
    ) -> Vec<Entry<[u64; N]>> {
        if let Some(set) = self.set(field) {
            let totals = (0_u32..).zip(set.totals(mask, add));
            let had = totals.filter(|(_, sums)| *sums != [0; N]);
            let entry = |(value, sums): (u32, _)| Entry {
                value: value.into(),
                folded: set.folded(value).into(),
                sums,
            };
            return had.map(entry).collect();
        }
        let prompts = self.for_tokens().filter(|_| field == Field::Token);
        let totals = prompts.map(|prompts| self.tokens.totals(&prompts, mask, add));
        let entry = |(value, folded, sums): (u32, _, _)| Entry {
            value: value.into(),
            folded,
            sums,
        };
        totals.into_iter().flatten().map(entry).collect()
    }

    /// Some values as they are shown, each with its sums.
    fn spelled<T>(
        &self,
        field: Field,
        entries: Vec<Entry<T>>,
    ) -> impl Iterator<Item = (String, T)> {
        let numbers: Vec<u32> = entries.iter().map(|entry| entry.value as u32).collect();
        let spellings = self.set(field).map(|set| set.shown(&numbers));
        let spellings = spellings.unwrap_or_default();
        entries.into_iter().map(move |entry| {
            let shown = spellings.get(&(entry.value as u32));
            let text = shown.unwrap_or(&entry.folded).to_string();
            (text, entry.sums)
        })
    }

    fn kept_names(
        &self,
        field: Field,
        mask: &Mask,
        verdicts: &[u8],
        (order, limit): (KeepOrder, usize),
    ) -> KeepValues {
        let entries = self.named_sums(field, mask, by_verdict(verdicts));
        let rank = |Entry {
                        value,
                        folded,
                        sums,
                    }: Entry<Verdicts>| {
            let tally = tally(sums);
            let sums = (tally, tally.at_least());
            Entry {
                value,
                folded,
                sums,
            }
        };
        let mut entries: Vec<Entry<(Tally, f64)>> = entries.into_iter().map(rank).collect();
        let distinct = entries.len() as u64;
        let first = |a: &Entry<(Tally, f64)>, b: &Entry<(Tally, f64)>| {
            better(order, &a.sums, &b.sums).then_with(|| a.folded.cmp(&b.folded))
        };
        entries.sort_by(first);
        entries.truncate(limit);
        let values = self.spelled(field, entries);
        KeepValues {
            field,
            values: values
                .map(|(value, (tally, _))| KeepValue { value, tally })
                .collect(),
            distinct,
        }
    }

    fn kept_months(&self, mask: &Mask, verdicts: &[u8], limit: usize) -> KeepValues {
        let mut months = had(&self.months, mask, by_verdict(verdicts));
        months.sort_unstable_by_key(|(month, _)| *month);
        let distinct = months.len();
        let values = months.into_iter().skip(distinct.saturating_sub(limit));
        let value = |(month, sums)| KeepValue {
            value: month_text(month),
            tally: tally(sums),
        };
        KeepValues {
            field: Field::Date,
            values: values.map(value).collect(),
            distinct: distinct as u64,
        }
    }

    fn kept_numbers(&self, field: Field, mask: &Mask, verdicts: &[u8]) -> KeepValues {
        let (codes, number): (_, fn(u64) -> f64) = match field {
            Field::Cfg => (&self.cfg, f64::from_bits),
            _ => (&self.steps, |steps| steps as f64),
        };
        let had = had(codes, mask, by_verdict(verdicts)).into_iter();
        let mut numbers: Vec<(f64, Tally)> = had
            .map(|(value, sums)| (number(value), tally(sums)))
            .filter(|(number, _)| (0.0..LARGEST).contains(number))
            .collect();
        numbers.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let values = bins(&numbers);
        KeepValues {
            field,
            distinct: values.len() as u64,
            values,
        }
    }

    pub(crate) fn holdings(&self, mask: &Mask, limit: usize) -> Holdings {
        let mut bytes = Vec::with_capacity(mask.count());
        self.bytes.each_of(mask, |size| bytes.push(*size));
        let mut span: Option<(i64, i64)> = None;
        self.dates.each_of(mask, |date| {
            let (first, last) = span.get_or_insert((*date, *date));
            (*first, *last) = ((*first).min(*date), (*last).max(*date));
        });
        let weigh = |[pictures, sum]: &mut [u64; 2], place: usize| {
            *pictures += 1;
            *sum += bytes[place];
        };
        Holdings {
            all: self.weighed(mask),
            span: span.map(|(first, last)| (Timestamp(first), Timestamp(last))),
            fields: Holdings::FIELDS
                .iter()
                .map(|field| self.held(*field, mask, weigh, limit))
                .collect(),
        }
    }

    fn held(
        &self,
        field: Field,
        mask: &Mask,
        weigh: impl Fn(&mut [u64; 2], usize),
        limit: usize,
    ) -> HeldValues {
        let mut values: Vec<(String, [u64; 2])> = match field {
            Field::Date => {
                let mut months = had(&self.months, mask, weigh);
                months.sort_unstable_by_key(|(month, _)| std::cmp::Reverse(*month));
                let text = |(month, sums)| (month_text(month), sums);
                months.into_iter().map(text).collect()
            }
            Field::Format => self.formats_held(mask, weigh),
            _ => {
                let mut entries = self.named_sums(field, mask, weigh);
                // A folder's values are it and all above it; the topmost is the watched folder.
                entries.retain(|entry| field != Field::Folder || !entry.folded.contains('/'));
                let most = |entry: &Entry<[u64; 2]>| std::cmp::Reverse(entry.sums[0]);
                entries.sort_by(|a, b| most(a).cmp(&most(b)).then_with(|| a.folded.cmp(&b.folded)));
                self.spelled(field, entries).collect()
            }
        };
        let distinct = values.len() as u64;
        values.truncate(limit);
        let value = |(value, sums)| HeldValue {
            value,
            held: holding(sums),
        };
        HeldValues {
            field,
            values: values.into_iter().map(value).collect(),
            distinct,
            without: self.without(field, mask),
        }
    }

    fn formats_held(
        &self,
        mask: &Mask,
        weigh: impl Fn(&mut [u64; 2], usize),
    ) -> Vec<(String, [u64; 2])> {
        let mut sums = [[0; 2]; 256];
        let mut place = 0;
        self.formats.each_of(mask, |format| {
            weigh(&mut sums[usize::from(*format)], place);
            place += 1;
        });
        let all = Format::ALL.iter().zip(sums);
        let mut held: Vec<_> = all
            .filter(|(_, sums)| sums[0] > 0)
            .map(|(format, sums)| (format.word().to_owned(), sums))
            .collect();
        held.sort_by_key(|(_, sums)| std::cmp::Reverse(sums[0]));
        held
    }

    /// The rows of a mask that have no value of a field.
    fn without(&self, field: Field, mask: &Mask) -> Holding {
        let Some(set) = self.set(field) else {
            return Holding::default();
        };
        let mut none = set.mask(<[u32]>::is_empty);
        none.and(mask);
        self.weighed(&none)
    }

    /// The rows of a mask, and the bytes of their files.
    pub(crate) fn weighed(&self, mask: &Mask) -> Holding {
        let mut bytes = 0;
        self.bytes.each_of(mask, |size| bytes += size);
        Holding {
            pictures: mask.count() as u64,
            bytes,
        }
    }
}

/// Adds a row to the sums of its verdict.
fn by_verdict(verdicts: &[u8]) -> impl Fn(&mut Verdicts, usize) {
    move |sums, place| sums[usize::from(verdicts[place])] += 1
}

/// The order of [`Verdict::ALL`](domain::judgement::Verdict::ALL).
fn tally([undecided, approved, rejected, _]: Verdicts) -> Tally {
    Tally {
        approved,
        rejected,
        undecided,
    }
}

fn sum(verdicts: &[u8]) -> Tally {
    let mut sums = Verdicts::default();
    let add = by_verdict(verdicts);
    (0..verdicts.len()).for_each(|place| add(&mut sums, place));
    tally(sums)
}

fn holding([pictures, bytes]: [u64; 2]) -> Holding {
    Holding { pictures, bytes }
}

/// The values that some row of a mask has, with their sums.
fn had<const N: usize>(
    codes: &Codes,
    mask: &Mask,
    add: impl Fn(&mut [u64; N], usize),
) -> Vec<(u64, [u64; N])> {
    let mut totals = codes.totals(mask, add);
    totals.retain(|(_, sums)| *sums != [0; N]);
    totals
}

/// What comes first. Values that a handful of decisions say little about stand behind all others.
fn better(order: KeepOrder, a: &(Tally, f64), b: &(Tally, f64)) -> Ordering {
    let certain = b.0.is_certain().cmp(&a.0.is_certain());
    let sure = match order {
        KeepOrder::Sure if a.0.is_certain() && b.0.is_certain() => b.1.total_cmp(&a.1),
        _ => Ordering::Equal,
    };
    let most = |of: &Tally| (of.decided(), of.undecided);
    certain.then(sure).then_with(|| most(&b.0).cmp(&most(&a.0)))
}

/// Ascending numbers as [`BINS`] bins at most: each number by itself, else bins of the smallest round
/// width that is wide enough. A bin is named by the numbers that are in it.
fn bins(numbers: &[(f64, Tally)]) -> Vec<KeepValue> {
    let together = |width: Option<f64>| {
        numbers.chunk_by(move |(a, _), (b, _)| {
            width.is_some_and(|width| (a / width).floor() >= (b / width).floor())
        })
    };
    let round = |power| [0.5, 1.0, 2.0].map(|step| Some(step * 10_f64.powi(power)));
    let mut widths = [None].into_iter().chain((0..12).flat_map(round));
    let width = widths.find(|width| together(*width).count() <= BINS);
    together(width.flatten())
        .map(|bin| {
            let value = match bin {
                [(only, _)] => only.to_string(),
                [(first, _), .., (last, _)] => format!("{first}..{last}"),
                [] => String::new(),
            };
            let mut all = Tally::default();
            for (_, tally) in bin {
                all.approved += tally.approved;
                all.rejected += tally.rejected;
                all.undecided += tally.undecided;
            }
            KeepValue { value, tally: all }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(numbers: impl IntoIterator<Item = f64>) -> Vec<String> {
        let one = Tally {
            approved: 1,
            ..Tally::default()
        };
        let numbers: Vec<_> = numbers.into_iter().map(|number| (number, one)).collect();
        let bins = bins(&numbers);
        let all: u64 = bins.iter().map(|bin| bin.tally.approved).sum();
        assert_eq!(all, numbers.len() as u64);
        bins.into_iter().map(|bin| bin.value).collect()
    }

    #[test]
    fn few_numbers_stand_alone_and_many_in_round_bins() {
        assert_eq!(names([]), [""; 0]);
        assert_eq!(names([1.0, 3.5, 7.0]), ["1", "3.5", "7"]);
        let steps = names((1..=50).map(f64::from));
        assert_eq!(steps[..3], ["1..4", "5..9", "10..14"]);
        assert_eq!(steps.len(), 11);
        let mut cfg: Vec<f64> = (2..=20).map(|half| f64::from(half) / 4.0).collect();
        assert_eq!(names(cfg.clone())[..2], ["0.5..0.75", "1..1.25"]);
        // One far away does not put all others together.
        cfg.push(900.0);
        assert!(names(cfg).len() > 5);
        let wide = names((0..200).map(|number| f64::from(number) * 4e6));
        assert!((2..=BINS).contains(&wide.len()), "{wide:?}");
    }

    #[test]
    fn a_handful_of_decisions_is_never_ahead() {
        let of = |approved, rejected| {
            let tally = Tally {
                approved,
                rejected,
                undecided: 0,
            };
            (tally, tally.at_least())
        };
        let (few, good, bad) = (of(4, 0), of(30, 10), of(1, 60));
        for order in [KeepOrder::Sure, KeepOrder::Count] {
            assert_eq!(better(order, &bad, &few), Ordering::Less);
        }
        assert_eq!(better(KeepOrder::Sure, &good, &bad), Ordering::Less);
        assert_eq!(better(KeepOrder::Count, &bad, &good), Ordering::Less);
    }
}
