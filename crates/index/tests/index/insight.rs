//! How much is kept and what is held, against plain loops.

use std::collections::BTreeMap;

use domain::{
    image::Format,
    insight::{
        HeldValue, HeldValues, Holding, Holdings, KeepOrder, KeepRate, KeepValue, Tally, compared,
        in_trash, with_trash,
    },
    judgement::Verdict,
    query::{Field, Query},
};
use index::Index;

use crate::{
    counts::{shown, spellings},
    differential::library,
    library::{self, Chance, NOW},
    naive::{Naive, held},
};

const FIELDS: [Field; 10] = KeepRate::FIELDS;

fn tally<'a>(rows: impl Iterator<Item = &'a Naive>) -> Tally {
    let mut tally = Tally::default();
    for one in rows {
        match one.row.judgement.verdict {
            Verdict::Undecided => tally.undecided += 1,
            Verdict::Approved => tally.approved += 1,
            Verdict::Rejected => tally.rejected += 1,
        }
    }
    tally
}

/// Every value of a field with what became of its pictures, without bins, an order or a limit.
fn kept(rows: &[Naive], field: Field, query: &Query) -> Vec<(String, KeepValue)> {
    let mut own: BTreeMap<String, Vec<&Naive>> = BTreeMap::new();
    for one in held(rows, query, None, NOW) {
        for (folded, _) in shown(one, field) {
            own.entry(folded).or_default().push(one);
        }
    }
    let spellings = spellings(rows, field);
    own.into_iter()
        .map(|(folded, rows)| {
            let value = spellings[&folded].clone();
            let tally = tally(rows.into_iter());
            (folded, KeepValue { value, tally })
        })
        .collect()
}

/// The order that the page promises.
fn in_order(mut values: Vec<(String, KeepValue)>, order: KeepOrder) -> Vec<KeepValue> {
    values.sort_by(|(a_name, a), (b_name, b)| {
        let (a, b) = (a.tally, b.tally);
        let certain = b.is_certain().cmp(&a.is_certain());
        let sure = if order == KeepOrder::Sure && a.is_certain() && b.is_certain() {
            b.at_least().total_cmp(&a.at_least())
        } else {
            std::cmp::Ordering::Equal
        };
        let decided = b.decided().cmp(&a.decided());
        let all = b.total().cmp(&a.total());
        let name = a_name.cmp(b_name);
        certain.then(sure).then(decided).then(all).then(name)
    });
    values.into_iter().map(|(_, value)| value).collect()
}

/// Bins are right when they tell of the same pictures as a question for each of them.
fn check_bins(rows: &[Naive], field: Field, query: &Query, bins: &[KeepValue], name: &str) {
    let mut last = -1.0;
    let mut sum = 0;
    for bin in bins {
        let asked = query.with_also(field, &bin.value);
        assert_ne!(asked, *query, "{name}: {} is no value", bin.value);
        assert_eq!(bin.tally, tally(held(rows, &asked, None, NOW)), "{name}");
        let first: f64 = bin.value.split("..").next().unwrap().parse().unwrap();
        assert!(first > last, "{name}: {bins:?}");
        last = first;
        sum += bin.tally.total();
    }
    let any = query.with_also(field, "0..");
    let any = held(rows, &any, None, NOW).count() as u64;
    assert!(bins.len() <= 12 && sum == any, "{name}: {sum} of {any}");
}

#[test]
fn what_is_kept_is_what_a_plain_loop_counts() {
    let start = 21;
    let (index, rows) = library(start);
    let mut chance = Chance(start + 1);
    let mut decided = 0;
    for number in 0..250 {
        let query = library::query(&mut chance);
        let name = format!("library {start}, query {number}: {query}");
        let order = chance.pick(&[KeepOrder::Sure, KeepOrder::Count]);
        let limit = chance.pick(&[3, 1000]);
        let got = index.keep_rate(&query, NOW, &FIELDS, order, limit);
        let query = compared(&query);
        assert_eq!(got.all, tally(held(&rows, &query, None, NOW)), "{name}");
        let trash = in_trash(&query);
        let trash = trash.map(|query| tally(held(&rows, &query, None, NOW)));
        assert_eq!(got.in_trash, trash.unwrap_or_default(), "{name}");
        decided += u64::from(got.all.decided() > 0);
        for (values, field) in got.fields.iter().zip(FIELDS) {
            assert_eq!(values.field, field);
            let wanted = match field {
                Field::Steps | Field::Cfg => {
                    check_bins(&rows, field, &query, &values.values, &name);
                    continue;
                }
                Field::Date => kept(&rows, field, &query)
                    .into_iter()
                    .map(|(_, value)| value)
                    .collect(),
                _ => in_order(kept(&rows, field, &query), order),
            };
            assert_eq!(values.distinct, wanted.len() as u64, "{name} {field:?}");
            let wanted = if field == Field::Date {
                &wanted[wanted.len().saturating_sub(3 * limit)..]
            } else {
                &wanted[..wanted.len().min(limit)]
            };
            assert_eq!(values.values, wanted, "{name} {field:?} {order:?}");
        }
    }
    assert!(decided > 100, "{decided}");
}

#[test]
fn the_value_is_a_condition_that_finds_its_pictures() {
    let (index, _) = library(33);
    let mut chance = Chance(34);
    for _ in 0..60 {
        let query = compared(&library::query(&mut chance));
        let kept = index.keep_rate(&query, NOW, &FIELDS, KeepOrder::Sure, 30);
        for (field, KeepValue { value, tally }) in kept.fields.iter().flat_map(|values| {
            // A star in a name stands for any letters when it is asked for.
            let plain = values.values.iter().filter(|one| !one.value.contains('*'));
            plain.map(|one| (values.field, one))
        }) {
            let asked = query.with_also(field, value);
            assert_eq!(index.count(&asked, NOW), tally.total(), "{asked}");
            let approved = asked.with_toggled(Field::State, "approved");
            assert_eq!(index.count(&approved, NOW), tally.approved, "{approved}");
        }
    }
}

#[test]
fn with_the_trash_it_is_both() {
    let (index, _) = library(41);
    let alone = index.keep_rate(&Query::default(), NOW, &[], KeepOrder::Sure, 1);
    assert!(alone.in_trash.decided() > 0);
    let both = with_trash(&Query::default()).unwrap();
    let both = index.keep_rate(&both, NOW, &[], KeepOrder::Sure, 1);
    assert_eq!(both.in_trash, Tally::default());
    assert_eq!(
        both.all.approved,
        alone.all.approved + alone.in_trash.approved
    );
    assert_eq!(both.all.total(), alone.all.total() + alone.in_trash.total());
}

fn holding<'a>(rows: impl Iterator<Item = &'a Naive>) -> Holding {
    rows.fold(Holding::default(), |sum, one| Holding {
        pictures: sum.pictures + 1,
        bytes: sum.bytes + one.row.bytes,
    })
}

fn held_values(rows: &[Naive], field: Field, query: &Query) -> HeldValues {
    let mut own: BTreeMap<String, Vec<&Naive>> = BTreeMap::new();
    let mut without = Vec::new();
    for one in held(rows, query, None, NOW) {
        let mut values = shown(one, field);
        if values.is_empty() {
            without.push(one);
        }
        values.retain(|(folded, _)| field != Field::Folder || !folded.contains('/'));
        for (folded, _) in values {
            own.entry(folded).or_default().push(one);
        }
    }
    let spellings = spellings(rows, field);
    let mut values: Vec<HeldValue> = own
        .into_iter()
        .map(|(folded, rows)| HeldValue {
            value: spellings[&folded].clone(),
            held: holding(rows.into_iter()),
        })
        .collect();
    match field {
        Field::Date => values.reverse(),
        Field::Format => {
            let place = |value: &str| Format::ALL.iter().position(|one| one.word() == value);
            values.sort_by_key(|one| (std::cmp::Reverse(one.held.pictures), place(&one.value)));
        }
        _ => values.sort_by_key(|one| std::cmp::Reverse(one.held.pictures)),
    }
    HeldValues {
        field,
        distinct: values.len() as u64,
        values,
        without: holding(without.into_iter()),
    }
}

#[test]
fn what_is_held_is_what_a_plain_loop_adds_up() {
    let (index, rows) = library(51);
    let mut chance = Chance(52);
    for number in 0..100 {
        let query = match number {
            0 => Query::default(),
            _ => library::query(&mut chance),
        };
        let dates = || held(&rows, &query, None, NOW).map(|one| one.row.date);
        let wanted = Holdings {
            all: holding(held(&rows, &query, None, NOW)),
            span: dates().min().zip(dates().max()),
            fields: Holdings::FIELDS
                .iter()
                .map(|field| held_values(&rows, *field, &query))
                .collect(),
        };
        assert_eq!(index.holdings(&query, NOW, 1000), wanted, "{query}");
        assert_eq!(index.held(&query, NOW), wanted.all, "{query}");
    }
}

#[test]
fn nothing_is_compared_in_an_empty_library() {
    let index = Index::default();
    let kept = index.keep_rate(&Query::default(), NOW, &FIELDS, KeepOrder::Sure, 9);
    assert_eq!(kept.all, Tally::default());
    assert!(kept.fields.iter().all(|values| values.values.is_empty()));
    assert_eq!(kept.fields.len(), FIELDS.len());
    let held = index.holdings(&Query::default(), NOW, 9);
    assert_eq!((held.all, held.span), (Holding::default(), None));
    let nothing = KeepRate {
        fields: kept.fields.clone(),
        ..KeepRate::default()
    };
    assert_eq!(kept, nothing);
}
