//! Queries by chance, each answered by the index and by the plain loop.

use domain::{
    id::ImageId,
    query::{Field, SortKey},
    text::normalise,
    window::Window,
};
use index::{Found, Index};

use crate::{
    counts,
    library::{self, Chance, NOW},
    naive::{self, Naive},
};

const ROWS: i64 = 2000;

pub(crate) fn library(start: u64) -> (Index, Vec<Naive>) {
    let mut chance = Chance(start);
    let rows: Vec<_> = (1..=ROWS)
        .map(|key| library::row(&mut chance, key))
        .collect();
    let index = Index::default().apply(rows.clone(), &[]);
    let index = index.mark(&library::names());
    (index, rows.into_iter().map(Naive::new).collect())
}

fn keys(index: &Index, found: &Found) -> Vec<i64> {
    found.all_keys(index).unwrap()
}

/// How many queries to try; `INDEX_FILTERS` asks for more.
fn tries() -> u64 {
    std::env::var("INDEX_FILTERS").map_or(20_000, |number| number.parse().unwrap())
}

#[test]
fn any_query_finds_what_a_plain_loop_finds() {
    let start = 1;
    let (index, rows) = library(start);
    let mut chance = Chance(start + 1);
    let (mut empty, mut full) = (0, 0);
    for number in 0..tries() {
        let query = library::query(&mut chance);
        let found = index.find(&query, NOW);
        let mut got = keys(&index, &found);
        let mut wanted = naive::find(&rows, &query, NOW);
        if matches!(query.sort.first.key, SortKey::Random(_)) {
            got.sort_unstable();
            wanted.sort_unstable();
        }
        assert_eq!(
            got, wanted,
            "library {start}, query {number}: {query} {query:?}"
        );
        assert_eq!(index.count(&query, NOW), found.total());
        empty += u64::from(got.is_empty());
        full += u64::from(got.len() == rows.len());
    }
    // The queries must be worth asking: most find some rows and not all.
    assert!(empty < tries() / 2 && full < tries() / 4, "{empty} {full}");
}

#[test]
fn facets_timelines_and_suggestions_are_those_of_a_plain_loop() {
    let start = 7;
    let (index, rows) = library(start);
    let mut chance = Chance(start + 1);
    for number in 0..tries() / 100 {
        let mut query = library::query(&mut chance);
        let name = format!("library {start}, query {number}: {query}");
        assert_eq!(
            index.facets(&query, NOW),
            counts::facets(&rows, &query, NOW),
            "{name}"
        );

        query.sort.first.key = SortKey::Date;
        let found = index.find(&query, NOW);
        let marks = counts::timeline(&rows, &keys(&index, &found));
        assert_eq!(index.timeline(&found), marks, "{name}");

        let fields = [&Field::FACETS[..], &[Field::Token]].concat();
        let field = chance.pick(&fields);
        let text = chance.pick(&["", "E", "in", "2026", "1", "漢", "nas/", "dpm++ ", "zzz"]);
        let folded = normalise(text);
        let mut values = counts::values(&rows, field, &query, NOW);
        values.retain(|(value, _)| value.contains(&folded));
        values.sort_by_key(|(value, _)| !value.starts_with(&folded));
        let wanted: Vec<_> = values.into_iter().map(|(_, value)| value).take(7).collect();
        assert_eq!(
            index.suggest(field, text, &query, NOW, 7),
            wanted,
            "{name} {field:?} {text}"
        );
    }
}

#[test]
fn windows_positions_and_keys_agree() {
    let (index, rows) = library(3);
    let mut chance = Chance(4);
    for _ in 0..200 {
        let query = library::query(&mut chance);
        let found = index.find(&query, NOW);
        let all = keys(&index, &found);
        assert_eq!(found.total(), all.len() as u64);
        let (offset, len) = (chance.below(2100), chance.below(600) as u32);
        let window = found.keys(&index, Window { offset, len }).unwrap();
        let wanted = all
            .iter()
            .skip(offset as usize)
            .take(len.min(Window::LIMIT) as usize);
        assert_eq!(window, wanted.copied().collect::<Vec<_>>());
        for (at, key) in all.iter().enumerate().step_by(97) {
            let id = index.id_of(*key).unwrap();
            assert_eq!(index.key_of(id), Some(*key));
            assert_eq!(found.position(&index, id), Some(at as u64));
            assert_eq!(found.key_at(&index, at as u64), Some(*key));
            assert_eq!(found.id_at(&index, at as u64), Some(id));
        }
        assert_eq!(found.key_at(&index, found.total()), None);
        let mut asked: Vec<ImageId> = rows.iter().step_by(13).map(|one| one.row.id).collect();
        let not_in = rows.iter().step_by(13);
        let not_in = not_in.filter(|one| !all.contains(&one.row.key)).count() as u64;
        asked.push(asked[0]);
        asked.push(ImageId(u128::MAX));
        assert_eq!(found.outside(&index, &asked), Some(not_in + 1));
        let outside = rows.iter().find(|one| !all.contains(&one.row.key));
        assert!(outside.is_none_or(|one| found.position(&index, one.row.id).is_none()));
    }
}
