//! What parameters cost here: `cargo run --release -p index --example parameters -- 1000000`.
#![expect(clippy::print_stdout, reason = "its output is what it is for")]

use std::{env, hint::black_box, sync::Arc, time::Instant};

use domain::{
    facts::Facts,
    id::ImageId,
    parameter::{Parameter, ParameterSet, Parameters, Scalar},
    query::Query,
    time::{DAY, Timestamp},
};
use index::Index;

const NOW: Timestamp = Timestamp(20_500 * DAY);

/// Parameters of each picture.
const EACH: u32 = 60;
/// Those that differ from picture to picture: a seed, and what people turn.
const OWN: u32 = 8;
/// Workflows; the saved pictures of one share a set.
const WORKFLOWS: u64 = 200;

/// `SplitMix64`.
fn dice(number: u64) -> u64 {
    let value = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ value >> 31
}

fn value(place: u32, number: u64) -> Scalar {
    match place % 4 {
        // Every picture has a seed of its own.
        0 if place == 0 => Scalar::Number((dice(number) >> 12) as f64),
        0 | 1 => Scalar::Number((dice(number + u64::from(place)) % 100) as f64 / 100.0),
        2 => Scalar::Number((dice(number + u64::from(place)) % 40) as f64),
        _ => Scalar::Text(format!("choice_{}", dice(number + u64::from(place)) % 12)),
    }
}

fn set(workflow: u64) -> Arc<ParameterSet> {
    let entry = |place: u32| Parameter {
        node: (place / 6).to_string(),
        class: format!("Node{}", place / 6),
        title: String::new(),
        name: format!("input_{}", place % 6),
        value: value(place, workflow),
    };
    Arc::new(ParameterSet {
        id: workflow as i64 + 1,
        entries: (0..EACH).map(entry).collect(),
    })
}

fn row(key: u64, sets: Option<&[Arc<ParameterSet>]>) -> Facts {
    let parameters = sets.map(|sets| Parameters {
        set: Arc::clone(&sets[(dice(key) % WORKFLOWS) as usize]),
        changes: (0..OWN)
            .map(|own| (own * 7, value(own * 7, key * 64)))
            .collect(),
    });
    Facts {
        key: key as i64,
        id: ImageId(u128::from(key) << 80),
        date: Timestamp(NOW.0 - key as i64 * 60_000),
        name: format!("ComfyUI_{key:08}_.png"),
        parameters,
        ..Facts::default()
    }
}

fn build(total: u64, sets: Option<&[Arc<ParameterSet>]>) -> (Index, f64) {
    let mut index = Index::default();
    let mut seconds = 0.0;
    for start in (1..=total).step_by(20_000) {
        let end = (start + 20_000).min(total + 1);
        let rows: Vec<Facts> = (start..end).map(|key| row(key, sets)).collect();
        let clock = Instant::now();
        index = index.apply(rows, &[]);
        seconds += clock.elapsed().as_secs_f64();
    }
    (index, seconds)
}

fn time<T>(name: &str, mut work: impl FnMut() -> T) {
    let mut times: Vec<f64> = (0..15)
        .map(|_| {
            let start = Instant::now();
            black_box(work());
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!(
        "{name:<52} {:>9.3} {:>9.3} ms (fastest, median)",
        times[0], times[7]
    );
}

fn main() {
    let total: u64 = env::args()
        .nth(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(100_000);
    println!(
        "{total} pictures, {EACH} parameters each, {OWN} of them their own, {WORKFLOWS} workflows"
    );
    let sets: Vec<_> = (0..WORKFLOWS).map(set).collect();
    let (bare, without) = build(total, None);
    let bare = bare.memory();
    let (index, with) = build(total, Some(&sets));
    let bytes = (index.memory() - bare) as f64 / total as f64;
    println!("{:<52} {:>9.3} s", "build, without parameters", without);
    println!("{:<52} {:>9.3} s", "build, with parameters", with);
    println!(
        "{:<52} {bytes:>9.1} bytes a picture",
        "memory of parameters"
    );
    for text in [
        "param.Node0.input_0=0..1e15",
        "param.Node4.input_4=0.3..0.6",
        "param.Node1.input_1=choice_7",
        "param.Node9.input_4=10..",
        "param.input_4=0.3..0.6",
    ] {
        let query = Query::parse(text);
        let found = index.count(&query, NOW);
        time(&format!("count '{text}' = {found}"), || {
            index.count(&query, NOW)
        });
    }
    let all = Query::default();
    let some = Query::parse("param.Node4.input_4=0.3..0.6");
    for name in [
        "Node0.input_0",
        "Node4.input_4",
        "Node5.input_3",
        "Node9.input_5",
    ] {
        time(&format!("values of {name}"), || {
            index.parameter(name, &all, NOW)
        });
    }
    time("values of Node1.input_1 under a filter", || {
        index.parameter("Node1.input_1", &some, NOW)
    });
    time("names with 'put_3'", || {
        index.parameter_names("put_3", &all, NOW, 12)
    });
}
