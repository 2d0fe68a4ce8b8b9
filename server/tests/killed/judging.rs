//! Judgements that were acknowledged.
//!
//! Several writers judge pictures of their own over HTTP, one operation after the other, until the server
//! is killed at a moment of chance. After the next start each writer's pictures are as its last
//! acknowledged operation left them, or as the one left them that was under way.

use std::{
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use testkit::picture;

use crate::{program::Program, rounds};

const WRITERS: usize = 3;
/// Pictures of each writer.
const OWN: usize = 8;

impl Program {
    /// The ids of all pictures by name, and their stars.
    fn pictures(&self) -> Vec<(String, u64)> {
        let query = json!({
            "words": [], "filters": [], "sort": {"first": {"key": "name", "descending": false}, "then": []},
            "view": "grid", "image": null, "at": null, "unknown": [],
        });
        let start = Instant::now();
        loop {
            let asked = json!({"query": query, "len": 100});
            let page = Self::ask(&self.address, "search/first_page", &asked);
            let cards = page
                .as_ref()
                .and_then(|page| page["page"]["cards"].as_array());
            if let Some(cards) = cards.filter(|cards| cards.len() == WRITERS * OWN) {
                let one = |card: &Value| {
                    let id = card["id"].as_str().unwrap().to_owned();
                    (id, card["judgement"]["rating"].as_u64().unwrap_or(0))
                };
                return cards.iter().map(one).collect();
            }
            assert!(
                start.elapsed() < Duration::from_mins(1),
                "no pictures: {page:?}"
            );
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// The number of an operation decides what it sets of which pictures.
fn operation(number: u64) -> (Vec<usize>, u64) {
    let stars = number % 5 + 1;
    if number.is_multiple_of(3) {
        ((0..OWN).collect(), stars)
    } else {
        (vec![number as usize % OWN], stars)
    }
}

/// A writer's pictures after an operation.
fn after(mut stars: Vec<u64>, number: u64) -> Vec<u64> {
    let (pictures, set) = operation(number);
    for picture in pictures {
        stars[picture] = set;
    }
    stars
}

/// Judges until nobody answers; gives the number of the first operation that was not acknowledged.
fn write(address: &str, own: &[String], mut number: u64) -> u64 {
    loop {
        let (pictures, stars) = operation(number);
        let ids: Vec<&String> = pictures.iter().map(|picture| &own[*picture]).collect();
        let asked = json!({"selection": {"these": ids}, "edit": {"rating": stars}});
        if Program::done(address, "judge/set", &asked).is_none() {
            return number;
        }
        number += 1;
    }
}

fn survive(database: Option<&str>, rounds: u32) {
    let data = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    for number in 0..WRITERS * OWN {
        let path = folder.path().join(format!("{number:03}.png"));
        std::fs::write(path, picture::a1111("a dune", number as u32)).unwrap();
    }
    let mut chance = 11_u64;
    let mut expected = vec![vec![0; OWN]; WRITERS];
    let mut next = [1_u64; WRITERS];
    let mut acknowledged = 0;
    for round in 0..rounds {
        let mut program = Program::start(data.path(), folder.path(), database);
        let found = program.pictures();
        for (writer, own) in found.chunks(OWN).enumerate() {
            let stars: Vec<u64> = own.iter().map(|(_, stars)| *stars).collect();
            let under_way = after(expected[writer].clone(), next[writer]);
            if stars == under_way {
                next[writer] += 1;
            } else {
                assert_eq!(stars, expected[writer], "round {round}, writer {writer}");
            }
            expected[writer] = stars;
        }
        let ids: Vec<String> = found.into_iter().map(|(id, _)| id).collect();
        let address = program.address.clone();
        let from = next;
        next = thread::scope(|scope| {
            let writers: Vec<_> = (0..WRITERS)
                .map(|writer| {
                    let own = &ids[writer * OWN..(writer + 1) * OWN];
                    let address = &address;
                    scope.spawn(move || write(address, own, from[writer]))
                })
                .collect();
            chance = chance
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            thread::sleep(Duration::from_millis(30 + (chance >> 33) % 250));
            program.kill();
            let stopped: Vec<u64> = writers
                .into_iter()
                .map(|writer| writer.join().unwrap())
                .collect();
            std::array::from_fn(|writer| stopped[writer])
        });
        for writer in 0..WRITERS {
            for number in from[writer]..next[writer] {
                expected[writer] = after(std::mem::take(&mut expected[writer]), number);
            }
            acknowledged += next[writer] - from[writer];
        }
    }
    assert!(
        acknowledged > u64::from(rounds),
        "hardly anything was written: {acknowledged}"
    );
}

#[test]
fn what_was_acknowledged_survives_being_killed() {
    survive(None, rounds(15));
}

#[test]
fn what_was_acknowledged_survives_being_killed_beside_postgresql() {
    let database = testkit::db::postgres();
    survive(Some(database.url()), rounds(5));
}
