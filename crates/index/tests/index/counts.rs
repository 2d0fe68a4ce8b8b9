//! Counts, histograms and timelines by plain loops.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    facet::{Facets, NumberFacet, TimelineMark, ValueCount, ValueFacet},
    query::{Field, Has, Query, fold_value, megapixels},
    text::base_name,
    time::Timestamp,
};

use crate::{
    library::names,
    naive::{Naive, held},
};

/// The values of a facet's field in one row: folded, and as it is shown.
pub(crate) fn shown(row: &Naive, field: Field) -> Vec<(String, String)> {
    let mut values = row.values(field);
    match field {
        Field::Has | Field::Is => {
            let own = Has::ALL.iter().filter(|has| has.field() == field);
            let own = own.filter(|has| row.has(**has));
            values.extend(own.map(|has| has.word().to_owned()));
        }
        Field::Size => values.extend(row.size().map(|(w, h)| format!("{w}x{h}"))),
        Field::Rating => values.push(row.row.judgement.rating.to_string()),
        Field::Date => values.push(row.row.date.month_text()),
        Field::Folder => {
            let mut rest = row.row.folder.as_str();
            while let Some((above, _)) = rest.rsplit_once('/') {
                values.push(above.to_owned());
                rest = above;
            }
        }
        Field::Model | Field::Lora | Field::Vae => {
            values = values
                .iter()
                .map(|value| base_name(value).to_owned())
                .collect();
        }
        _ => {}
    }
    let mut out: Vec<(String, String)> = Vec::new();
    for value in values {
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        let folded = fold_value(field, &value);
        if !folded.is_empty() && !out.iter().any(|(had, _)| *had == folded) {
            out.push((folded, value));
        }
    }
    out
}

/// How every value of a field is shown: in its most frequent spelling among all rows.
pub(crate) fn spellings(rows: &[Naive], field: Field) -> BTreeMap<String, String> {
    let mut counts: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for (folded, value) in rows.iter().flat_map(|row| shown(row, field)) {
        *counts.entry(folded).or_default().entry(value).or_default() += 1;
    }
    let most = |spellings: BTreeMap<String, usize>| {
        let most = *spellings.values().max().unwrap();
        spellings
            .into_iter()
            .find(|(_, count)| *count == most)
            .unwrap()
            .0
    };
    counts
        .into_iter()
        .map(|(folded, spellings)| (folded, most(spellings)))
        .collect()
}

/// All values with their counts under a query without the field's own filters, most frequent first.
pub(crate) fn values(
    rows: &[Naive],
    field: Field,
    query: &Query,
    now: Timestamp,
) -> Vec<(String, ValueCount)> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for row in held(rows, query, Some(field), now) {
        for (folded, _) in shown(row, field) {
            *counts.entry(folded).or_default() += 1;
        }
    }
    let spellings = spellings(rows, field);
    let mut values: Vec<(String, ValueCount)> = counts
        .into_iter()
        .map(|(folded, count)| {
            let value = spellings[&folded].clone();
            (folded, ValueCount { value, count })
        })
        .collect();
    values.sort_by(|a, b| b.1.count.cmp(&a.1.count).then_with(|| a.0.cmp(&b.0)));
    values
}

/// Facets of a library with fewer different values than a facet lists.
pub(crate) fn facets(rows: &[Naive], query: &Query, now: Timestamp) -> Facets {
    let value_facet = |field: &Field| {
        let mut values = values(rows, *field, query, now);
        let distinct = values.len() as u64;
        if *field == Field::Date {
            values.sort_by(|a, b| b.0.cmp(&a.0));
        }
        let mut spellings = spellings(rows, *field);
        if *field == Field::Tag {
            // A tag is called so whether or not a picture has it.
            for (_, tag) in names().names.unwrap() {
                spellings.insert(fold_value(*field, &tag.name), tag.name);
            }
        }
        let mut seen: BTreeSet<String> = values.iter().map(|(folded, _)| folded.clone()).collect();
        let query = query.canonical();
        let own = query.filters.iter().filter(|filter| filter.field == *field);
        for one in own.flat_map(|filter| &filter.any).filter(|one| !one.not) {
            let value = one.atom.to_string();
            let folded = fold_value(*field, &value);
            let is_month = value.len() == 7 && !value.contains("..") && !value.ends_with('d');
            let is_range = *field == Field::Rating && value.contains("..");
            let is_value =
                !folded.contains('*') && !is_range && (*field != Field::Date || is_month);
            if is_value && seen.insert(folded.clone()) {
                let value = spellings.get(&folded).cloned().unwrap_or(value);
                values.push((folded, ValueCount { value, count: 0 }));
            }
        }
        let values = values.into_iter().map(|(_, value)| value).collect();
        ValueFacet {
            field: *field,
            values,
            distinct,
        }
    };
    let values: Vec<ValueFacet> = Field::FACETS.iter().map(value_facet).collect();
    let tags = values
        .iter()
        .find(|facet| facet.field == Field::Tag)
        .unwrap();
    let colour = |name: &String| {
        let known = names().names.unwrap();
        let (_, tag) = known.into_iter().find(|(_, tag)| tag.name == *name)?;
        tag.colour
    };
    let tags = tags.values.iter();
    let tags = tags.filter_map(|tag| Some((tag.value.clone(), colour(&tag.value)?)));
    Facets {
        counting: false,
        sets: Vec::new(),
        colours: tags.collect(),
        values,
        numbers: Field::HISTOGRAMS
            .iter()
            .map(|field| numbers(rows, *field, query, now))
            .collect(),
    }
}

fn numbers(rows: &[Naive], field: Field, query: &Query, now: Timestamp) -> NumberFacet {
    let held = held(rows, query, Some(field), now);
    let values: Vec<f64> = held
        .filter_map(|one| match field {
            Field::Steps => one.row.steps.map(f64::from),
            Field::Cfg => one.cfg(),
            Field::Mp => megapixels(one.row.width, one.row.height),
            _ => Some(one.row.date.0 as f64),
        })
        .collect();
    let Some(min) = values.iter().copied().reduce(f64::min) else {
        return NumberFacet {
            field,
            min: 0.0,
            max: 0.0,
            bins: Vec::new(),
        };
    };
    let max = values.iter().copied().reduce(f64::max).unwrap();
    let span = max - min;
    let whole = matches!(field, Field::Steps | Field::Date);
    let count = if span == 0.0 {
        1
    } else if whole && span < 40.0 {
        span as usize + 1
    } else {
        40
    };
    let mut bins = vec![0; count];
    for value in values {
        let bin = if span > 0.0 {
            ((value - min) / span * count as f64) as usize
        } else {
            0
        };
        bins[bin.min(count - 1)] += 1;
    }
    NumberFacet {
        field,
        min,
        max,
        bins,
    }
}

/// Where months begin in a list of keys.
pub(crate) fn timeline(rows: &[Naive], keys: &[i64]) -> Vec<TimelineMark> {
    let dates: BTreeMap<i64, Timestamp> =
        rows.iter().map(|one| (one.row.key, one.row.date)).collect();
    let mut marks: Vec<TimelineMark> = Vec::new();
    for (position, key) in keys.iter().enumerate() {
        let month = dates[key];
        if marks
            .last()
            .is_none_or(|last| last.month.month_text() != month.month_text())
        {
            marks.push(TimelineMark {
                position: position as u64,
                month,
            });
        }
    }
    marks
}
