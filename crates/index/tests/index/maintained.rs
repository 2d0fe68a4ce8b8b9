//! An index that went through many changes answers like one that was built at once.

use std::collections::BTreeMap;

use domain::{
    facts::{Facts, Marks},
    judgement::{Judgement, Verdict},
    query::Query,
    tag::Tag,
    window::Window,
};
use index::Index;

use crate::library::{self, Chance, NOW};

fn changed(start: u64, rounds: u64, batch: u64, keys: u64) -> (Index, BTreeMap<i64, Facts>) {
    let mut chance = Chance(start);
    let mut index = Index::default();
    let mut rows = BTreeMap::new();
    for _ in 0..rounds {
        let removed: Vec<i64> = (0..chance.below(batch))
            .map(|_| chance.below(keys) as i64)
            .collect();
        let upserts: Vec<Facts> = (0..chance.below(batch))
            .map(|_| {
                let key = chance.below(keys) as i64;
                library::row(&mut chance, key)
            })
            .collect();
        for key in &removed {
            rows.remove(key);
        }
        rows.extend(upserts.iter().map(|row| (row.key, row.clone())));
        index = index.apply(upserts, &removed);
        let judged: Vec<_> = (0..chance.below(batch))
            .map(|_| (chance.below(keys) as i64, library::judgement(&mut chance)))
            .collect();
        for (key, judgement) in &judged {
            if let Some(row) = rows.get_mut(key) {
                row.judgement = *judgement;
            }
        }
        index = index.judge(&judged);
        index = index.mark(&marks(&mut chance, batch, keys, &mut rows));
    }
    (index.mark(&library::names()), rows)
}

/// Tags and notes that change, in the rows too.
fn marks(chance: &mut Chance, batch: u64, keys: u64, rows: &mut BTreeMap<i64, Facts>) -> Marks {
    let mut marks = Marks::default();
    for _ in 0..chance.below(batch) {
        let (tag, key) = (library::any_tag(chance), chance.below(keys) as i64);
        let on = chance.one_in(2);
        marks.tagged.push((tag, key, on));
        if let Some(row) = rows.get_mut(&key) {
            row.tags.retain(|had| *had != tag);
            row.tags.extend(on.then_some(tag));
        }
    }
    for _ in 0..chance.below(batch) {
        let (key, note) = (chance.below(keys) as i64, library::note(chance));
        if let Some(row) = rows.get_mut(&key) {
            row.note.clone_from(&note);
        }
        marks.noted.push((key, note));
    }
    for _ in 0..chance.below(batch) {
        let key = chance.below(keys) as i64;
        let (set, place) = library::any_place(chance);
        let place = if chance.one_in(2) { place } else { 0 };
        marks.placed.push((set, key, place));
        if let Some(row) = rows.get_mut(&key) {
            row.sets.retain(|(had, _)| *had != set);
            row.sets.extend((place != 0).then_some((set, place)));
        }
    }
    // Sometimes names come before and sometimes after the pictures that have them.
    if chance.one_in(3) {
        marks.names = library::names().names;
        marks.sets = library::names().sets;
        marks.duels = library::names().duels;
    }
    marks
}

/// An index that is made of rows at once.
fn built(rows: impl IntoIterator<Item = Facts>) -> Index {
    let index = Index::default().apply(rows.into_iter().collect(), &[]);
    index.mark(&library::names())
}

fn assert_same_answers(a: &Index, b: &Index, start: u64, tries: u64) {
    let mut chance = Chance(start);
    assert_eq!(a.len(), b.len());
    for number in 0..tries {
        let query = library::query(&mut chance);
        let keys = |index: &Index| index.find(&query, NOW).all_keys(index).unwrap();
        assert_eq!(keys(a), keys(b), "from {start}, query {number}: {query}");
        assert_eq!(
            a.facets(&query, NOW),
            b.facets(&query, NOW),
            "from {start}: {query}"
        );
    }
}

#[test]
fn rebuilt_and_maintained_are_the_same() {
    for start in 0..8 {
        let (maintained, rows) = changed(start, 30, 80, 900);
        let rebuilt = built(rows.into_values());
        assert_same_answers(&maintained, &rebuilt, start, 60);
    }
}

#[test]
fn an_index_that_was_compacted_is_the_same() {
    let (maintained, rows) = changed(50, 60, 600, 1500);
    let rebuilt = built(rows.into_values());
    assert_same_answers(&maintained, &rebuilt, 51, 60);
    assert_ne!(maintained.generation(), rebuilt.generation());
}

#[test]
fn snapshots_and_forks_do_not_disturb_each_other() {
    let (base, rows) = changed(9, 20, 60, 600);
    let untouched = built(rows.values().cloned());
    let mut chance = Chance(10);
    let batch = |chance: &mut Chance| -> Vec<Facts> {
        (0..200).map(|key| library::row(chance, key)).collect()
    };
    let (left, right) = (batch(&mut chance), batch(&mut chance));
    let forks = [left, right].map(|upserts| {
        let mut own = rows.clone();
        own.extend(upserts.iter().map(|row| (row.key, row.clone())));
        (base.apply(upserts, &[]), built(own.into_values()))
    });
    for (fork, wanted) in &forks {
        assert_same_answers(fork, wanted, 11, 40);
    }
    assert_same_answers(&base, &untouched, 12, 40);
}

#[test]
fn a_held_result_stays_as_it_was_until_the_generation_ends() {
    let mut chance = Chance(20);
    let rows: Vec<Facts> = (1..=6000)
        .map(|key| library::row(&mut chance, key))
        .collect();
    let first = Index::default().apply(rows.clone(), &[]);
    let held = first.find(&Query::default(), NOW);
    let keys = held.all_keys(&first).unwrap();

    // Pictures come, change and go: the held result keeps its places.
    let changed = library::row(&mut chance, keys[5]);
    let changed = Facts {
        id: first.id_of(keys[5]).unwrap(),
        ..changed
    };
    let new = library::row(&mut chance, 7000);
    let second = first.apply(vec![changed, new], &[keys[7]]);
    assert_eq!(held.all_keys(&second).unwrap(), keys);
    assert_eq!(
        held.position(&second, first.id_of(keys[5]).unwrap()),
        Some(5)
    );
    assert_eq!(
        held.position(&second, first.id_of(keys[7]).unwrap()),
        Some(7)
    );
    let asked = [keys[5], keys[7], 7000].map(|key| {
        let known = first.id_of(key).or_else(|| second.id_of(key));
        known.unwrap()
    });
    assert_eq!(held.outside(&second, &asked), Some(1));
    assert_eq!(second.id_of(keys[7]), None);
    assert_eq!(second.len(), 6000);

    // More holes than rows: a new generation, and the old result says so.
    let third = second.apply(Vec::new(), &keys[..4000]);
    assert!(held.is_stale(&third));
    assert_eq!(held.all_keys(&third), None);
    assert_eq!(held.outside(&third, &asked), None);
    assert_eq!(held.keys(&third, Window { offset: 0, len: 1 }), None);
    assert_eq!(held.key_at(&third, 0), None);
    assert!(third.timeline(&held).is_empty());
    assert_eq!(
        third.len(),
        6000 - 4000 + usize::from(keys[..4000].contains(&keys[7]))
    );
    // Still readable with the snapshots of its own generation.
    assert_eq!(held.all_keys(&first).unwrap(), keys);
}

#[test]
fn a_held_result_outlives_what_is_thought_of_its_pictures() {
    let mut chance = Chance(31);
    let rows: Vec<Facts> = (1..=3000)
        .map(|key| library::row(&mut chance, key))
        .collect();
    let first = Index::default().apply(rows, &[]);
    let query = Query::parse("state=undecided&sort=name");
    let held = first.find(&query, NOW);
    let keys = held.all_keys(&first).unwrap();
    assert!(keys.len() > 500);
    let approved = Judgement {
        verdict: Verdict::Approved,
        ..Judgement::default()
    };
    let all: Vec<_> = keys.iter().map(|key| (*key, approved)).collect();
    let second = first.judge(&all);
    assert_eq!(held.all_keys(&second).unwrap(), keys);
    assert_eq!(second.count(&query, NOW), 0);
    assert_eq!(first.count(&query, NOW), keys.len() as u64);
    assert_eq!(second.generation(), first.generation());
}

#[test]
fn what_is_hidden_or_in_the_trash_is_found_by_asking_for_it() {
    let row = |key, judgement| Facts {
        key,
        id: domain::id::ImageId(key as u128),
        judgement,
        ..Facts::default()
    };
    let plain = Judgement::default();
    let hidden = Judgement {
        hidden: true,
        ..plain
    };
    let trashed = Judgement {
        trashed: true,
        ..plain
    };
    let both = Judgement {
        hidden: true,
        ..trashed
    };
    let judgements = [plain, hidden, trashed, both];
    let rows = (1..)
        .zip(judgements)
        .map(|(key, judgement)| row(key, judgement));
    let index = Index::default().apply(rows.collect(), &[]);
    let keys = |query: &str| {
        let found = index.find(&Query::parse(query), NOW);
        let mut keys = found.all_keys(&index).unwrap();
        keys.sort_unstable();
        keys
    };
    assert_eq!(keys(""), [1]);
    assert_eq!(keys("is=-hidden"), [1]);
    assert_eq!(keys("is=hidden"), [2]);
    assert_eq!(keys("is=trashed"), [3, 4]);
    assert_eq!(keys("is=trashed&is=hidden"), [4]);
    assert_eq!(index.len(), 4);
}

#[test]
fn later_rows_of_one_change_win_and_removals_come_first() {
    let row = |key, name: &str| Facts {
        key,
        name: name.to_owned(),
        ..Facts::default()
    };
    let index = Index::default().apply(vec![row(1, "old"), row(1, "new"), row(2, "two")], &[]);
    assert_eq!(index.len(), 2);
    assert_eq!(index.count(&Query::parse("name=old"), NOW), 0);
    let index = index.apply(vec![row(2, "back")], &[1, 2, 99]);
    assert_eq!(index.len(), 1);
    assert_eq!(index.count(&Query::parse("name=back"), NOW), 1);
    assert!(index.apply(Vec::new(), &[2]).is_empty());
}

#[test]
fn a_tag_keeps_its_pictures_when_it_is_called_otherwise_and_is_gone_when_it_is_not_named() {
    let row = |key, tags: &[i64]| Facts {
        key,
        id: domain::id::ImageId(key as u128),
        tags: tags.to_vec(),
        ..Facts::default()
    };
    let named = |names: &[(i64, &str)]| Marks {
        names: Some(
            names
                .iter()
                .map(|(key, name)| {
                    let name = (*name).to_owned();
                    (*key, Tag { name, colour: None })
                })
                .collect(),
        ),
        ..Marks::default()
    };
    let rows = vec![row(1, &[7]), row(2, &[7, 8]), row(3, &[])];
    let index = Index::default().apply(rows, &[]);
    let count = |index: &Index, query: &str| index.count(&Query::parse(query), NOW);
    // Nobody has said yet what they are called.
    assert_eq!((count(&index, "tag=*"), index.tags().len()), (0, 0));
    assert_eq!(count(&index, "has=tag"), 2);
    let index = index.mark(&named(&[(7, "Dunes"), (8, "red, green"), (9, "unused")]));
    assert_eq!(count(&index, "tag=dunes"), 2);
    assert_eq!(count(&index, "tag=dunes&tag=%22red, green%22"), 1);
    assert_eq!(count(&index, "tag=-dunes"), 1);
    assert_eq!(count(&index, "tag=unused"), 0);
    assert_eq!(count(&index, "q=dune"), 2);
    let renamed = index.mark(&named(&[(7, "Sand"), (8, "dunes")]));
    assert_eq!(count(&renamed, "tag=sand"), 2);
    assert_eq!(count(&renamed, "tag=dunes"), 1);
    let off = Marks {
        tagged: vec![(7, 1, false), (7, 2, false)],
        ..named(&[(8, "dunes")])
    };
    let without = renamed.mark(&off);
    assert_eq!((count(&without, "has=tag"), without.tags().len()), (1, 1));
    let hidden = Judgement {
        hidden: true,
        ..Judgement::default()
    };
    let hidden = renamed.judge(&[(2, hidden)]);
    let told = hidden.tags().into_iter();
    let told: Vec<_> = told
        .map(|one| (one.tag.name, one.pictures, one.out_of_sight))
        .collect();
    assert_eq!(told, [("dunes".into(), 0, 1), ("Sand".into(), 1, 1)]);
    let of = renamed.tags_of(&[2, 3, 99]).into_iter();
    let of: Vec<_> = of.map(|one| (one.tag.name, one.pictures)).collect();
    assert_eq!(of, [("dunes".into(), 1), ("Sand".into(), 1)]);
}
