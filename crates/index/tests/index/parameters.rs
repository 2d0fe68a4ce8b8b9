//! Parameters by chance, what they mean as a plain loop, and that the index agrees.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    facts::Facts,
    parameter::{Parameter, ParameterName, ParameterSet, Parameters, Scalar},
    query::{Alternative, Atom, ParamFilter, ParamTest, Query},
    text::normalise,
};

use crate::{
    differential,
    library::{self, Chance, NOW},
    naive::{self, Naive},
};

const NAMES: [(&str, &str); 7] = [
    ("KSampler", "cfg"),
    ("KSampler", "denoise"),
    ("KSampler (Efficient)", "cfg"),
    ("ControlNetApply", "strength"),
    ("Note.Pad", "text"),
    ("", "Clip skip"),
    ("", "cfg"),
];
const ASKED: [&str; 9] = [
    "ksampler.CFG",
    "cfg",
    "KSampler*.cfg",
    "denoise",
    "Note.Pad.text",
    "clip skip",
    "nothing",
    "*",
    "strength",
];

fn value(chance: &mut Chance) -> Scalar {
    match chance.below(7) {
        0 => Scalar::Text(
            chance
                .pick(&["fixed", "Fixed", "-1", "5", "a, b", ""])
                .to_owned(),
        ),
        1 => Scalar::Number(-2.0),
        2 => Scalar::Number(chance.next() as f64),
        // Neighbours, which are one number to a fraction.
        3 => Scalar::whole(u64::MAX - chance.below(3)),
        _ => Scalar::Number(chance.below(12) as f64 / 2.0),
    }
}

/// One of a few sets, with a few changes.
pub(crate) fn parameters(chance: &mut Chance) -> Option<Parameters> {
    if chance.one_in(4) {
        return None;
    }
    let id = chance.below(9) as i64;
    // The same number must always be the same set.
    let mut own = Chance(id as u64 + 1000);
    let entries: Vec<Parameter> = (0..own.below(7))
        .map(|_| {
            let (class, name) = own.pick(&NAMES);
            Parameter {
                node: "1".to_owned(),
                class: class.to_owned(),
                title: String::new(),
                name: name.to_owned(),
                value: value(&mut own),
            }
        })
        .collect();
    let places = (0..entries.len() as u32).filter(|_| chance.one_in(3));
    let places: Vec<u32> = places.collect();
    let changes = places.into_iter().map(|place| (place, value(chance)));
    Some(Parameters {
        changes: changes.collect(),
        set: Arc::new(ParameterSet { id, entries }),
    })
}

pub(crate) fn filter(chance: &mut Chance) -> ParamFilter {
    let any = (0..chance.pick(&[1, 1, 2]))
        .map(|_| Alternative {
            not: chance.one_in(4),
            atom: match chance.below(5) {
                0 => Atom::Text(chance.pick(&["FIXED", "fix*", "-1", "5", "-2"]).to_owned()),
                1 => Atom::Number(None, Some(-1.0)),
                2 => Atom::Number(Some(chance.below(6) as f64), None),
                3 => Atom::Number(Some(2.0), Some(2.5)),
                _ => Atom::Number(Some(1.0), Some(1.0)),
            },
        })
        .collect();
    let name = chance.pick(&ASKED).to_owned();
    ParamFilter { name, any }
}

/// The values of a row that a filter is about.
fn about(row: &Facts, filter: &ParamFilter) -> Vec<Scalar> {
    let test = ParamTest::new(filter);
    let all = row.parameters.iter().flat_map(Parameters::all);
    all.filter(|one| test.is_about(&one.class, &one.name))
        .map(|one| one.value)
        .collect()
}

/// Whether a filter holds for a row, one alternative after the other.
pub(crate) fn holds(row: &Facts, filter: &ParamFilter) -> bool {
    let values = about(row, filter);
    filter.any.iter().any(|alternative| {
        let alone = ParamTest::new(&ParamFilter {
            name: filter.name.clone(),
            any: vec![Alternative {
                not: false,
                ..alternative.clone()
            }],
        });
        values.iter().any(|value| alone.hits(value) == 1) != alternative.not
    })
}

#[test]
fn spreads_and_names_of_parameters_are_those_of_a_plain_loop() {
    let (index, rows) = differential::library(11);
    let mut chance = Chance(12);
    for number in 0..150 {
        let query = library::query(&mut chance);
        let asked = ParamFilter {
            name: chance.pick(&ASKED).to_owned(),
            any: Vec::new(),
        };
        let mut without = query.canonical();
        without
            .params
            .retain(|filter| filter.folded_name() != asked.folded_name());
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for row in naive::held(&rows, &without, None, NOW) {
            let mut values: Vec<String> = about(&row.row, &asked)
                .iter()
                .map(|value| format!("{value:?}"))
                .collect();
            values.sort();
            values.dedup();
            for value in values {
                *counts.entry(value).or_default() += 1;
            }
        }
        let facet = index.parameter(&asked.name, &query, NOW);
        let name = format!("query {number}: {} of {query}", asked.name);
        assert_eq!(facet.distinct, counts.len() as u64, "{name}");
        for one in &facet.values {
            let expected = counts.get(&format!("{:?}", one.value));
            assert_eq!(Some(&one.count), expected, "{name}: {:?}", one.value);
        }
        let most_first = facet
            .values
            .is_sorted_by_key(|one| std::cmp::Reverse(one.count));
        assert!(most_first, "{name}");
        if facet.bounds.is_some() {
            assert_eq!(
                facet.bins.iter().sum::<u64>(),
                counts.values().sum(),
                "{name}"
            );
        }
        let text = chance.pick(&["", "CFG", "ksampler", "zzz"]);
        let shown = index.parameter_names(text, &query, NOW, 100);
        assert_eq!(shown, names(&rows, &query, text), "{name}");
    }
}

fn names(rows: &[Naive], query: &Query, text: &str) -> Vec<ParameterName> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for row in naive::held(rows, query, None, NOW) {
        let all = row.row.parameters.iter().flat_map(Parameters::all);
        let mut names: Vec<String> = all.map(|one| one.full_name()).collect();
        names.sort();
        names.dedup();
        for name in names {
            *counts.entry(name).or_default() += 1;
        }
    }
    let mut names: Vec<ParameterName> = counts
        .into_iter()
        .filter(|(name, _)| normalise(name).contains(&normalise(text)))
        .map(|(name, count)| ParameterName { name, count })
        .collect();
    names.sort_by_key(|one| std::cmp::Reverse(one.count));
    names
}
