//! Queries by chance, each answered by the index and by the tests' plain loop over all rows:
//! `cargo run --release -p index --example differential -- FILTERS`.
//!
//! Every block of queries has a library of its own, whose number a difference is printed with. The
//! last line is for `cargo xtask bench`: differences and seconds.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it is there to print figures"
)]
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests are not covered by allow-unwrap-in-tests"
)]

#[expect(dead_code, reason = "tests that use it are left out")]
#[path = "../tests/index/counts.rs"]
mod counts;
#[expect(
    dead_code,
    unused_imports,
    reason = "tests that use more of it are left out"
)]
#[path = "../tests/index/differential.rs"]
mod differential;
#[path = "../tests/index/library.rs"]
mod library;
#[path = "../tests/index/naive.rs"]
mod naive;
#[expect(
    dead_code,
    unused_imports,
    reason = "tests that use more of it are left out"
)]
#[path = "../tests/index/parameters.rs"]
mod parameters;

use std::{
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::Instant,
};

use domain::query::{Query, SortKey};
use index::Index;
use library::{Chance, NOW};
use naive::Naive;

/// Queries to one library.
const BLOCK: u64 = 2_500;
/// Pictures in a library, in turn: most of the time goes into the plain loop over them.
const ROWS: [i64; 4] = [90, 300, 600, 1_500];

fn main() {
    let filters = std::env::args().nth(1).and_then(|word| word.parse().ok());
    let filters: u64 = filters.unwrap_or(20_000);
    let start = Instant::now();
    let (next, differences) = (AtomicU64::new(0), AtomicU64::new(0));
    let work = || loop {
        let block = next.fetch_add(1, Ordering::Relaxed);
        let queries = filters.saturating_sub(block * BLOCK).min(BLOCK);
        if queries == 0 {
            return;
        }
        differences.fetch_add(compare(block, queries), Ordering::Relaxed);
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    println!(
        "{} {}",
        differences.into_inner(),
        start.elapsed().as_secs_f64()
    );
}

/// How many queries to a library the index answers otherwise than the plain loop.
fn compare(block: u64, queries: u64) -> u64 {
    let mut chance = Chance(block);
    let facts: Vec<_> = (1..=ROWS[block as usize % ROWS.len()])
        .map(|key| library::row(&mut chance, key))
        .collect();
    let index = Index::default().apply(facts.clone(), &[]);
    let index = index.mark(&library::names());
    let rows: Vec<Naive> = facts.into_iter().map(Naive::new).collect();
    let mut differences = 0;
    for number in 0..queries {
        let query = library::query(&mut chance);
        if !same(&index, &rows, &query) {
            differences += 1;
            eprintln!("library {block}, query {number}: {query} {query:?}");
        }
    }
    differences
}

fn same(index: &Index, rows: &[Naive], query: &Query) -> bool {
    let found = index.find(query, NOW);
    let mut got = found.all_keys(index).unwrap_or_default();
    let mut wanted = naive::find(rows, query, NOW);
    let total = wanted.len() as u64;
    if matches!(query.sort.first.key, SortKey::Random(_)) {
        // A shuffle may come in any order.
        got.sort_unstable();
        wanted.sort_unstable();
    }
    got == wanted && found.total() == total && index.count(query, NOW) == total
}
