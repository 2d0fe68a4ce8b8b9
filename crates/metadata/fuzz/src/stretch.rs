//! Short inputs with one part of them repeated until they are as long as the longest text that is
//! read: what short inputs hide is work that grows faster than its input.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::exit,
    time::{Duration, Instant},
};

use fuzz_metadata::Entry;

use crate::memory;

/// A little below the largest text that is kept, so that it is read and not cut.
const LENGTH: usize = 2_000_000;

/// What takes less is not looked at again. The counting of paths makes everything several times
/// slower than it is in the gallery.
const SOON: Duration = Duration::from_secs(2);

/// What takes longer is too slow however it grows.
const PATIENCE: Duration = Duration::from_secs(20);

/// Four times the input may take four times as long, and a little more on a busy machine.
const GROWTH: u32 = 8;

/// Stretches inputs for some seconds. One that takes too long is kept, and ends the program like a
/// crash does.
pub(crate) fn run(target: Entry, folder: &Path) {
    let word = |name: &str| env::var(name).unwrap_or_default();
    let seconds = word("FUZZ_SECONDS").parse().unwrap_or(60);
    let found = PathBuf::from(word("FUZZ_FOUND"));
    let inputs = inputs(folder);
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let (end, mut count, mut longest) = (Duration::from_secs(seconds), 0, Duration::ZERO);
    let began = Instant::now();
    while began.elapsed() < end && !inputs.is_empty() {
        let input = &inputs[chance.below(inputs.len())];
        let from = chance.below(input.len());
        let to = from + 1 + chance.below((input.len() - from).min(64));
        let took = time(target, &stretched(input, from, to, LENGTH));
        count += 1;
        longest = longest.max(took);
        if took > SOON && is_slow(target, input, from, to) {
            let path = found.join(format!("slow-{}", input.len() + from * 1000 + to));
            let written = fs::write(&path, stretched(input, from, to, LENGTH));
            written.expect("room for what was found");
            let part = String::from_utf8_lossy(&input[from..to]);
            eprintln!("grows faster than its input: {took:?} with {part:?} repeated");
            eprintln!("Test unit written to {}", path.display());
            exit(77);
        }
    }
    eprintln!("stretched {count} inputs, the longest took {longest:?}");
}

/// Asks twice, because anything may hold up a run once.
fn is_slow(target: Entry, input: &[u8], from: usize, to: usize) -> bool {
    let quarter = time(target, &stretched(input, from, to, LENGTH / 4));
    let whole = time(target, &stretched(input, from, to, LENGTH));
    whole > PATIENCE || (whole > SOON && whole > quarter * GROWTH)
}

fn time((_, target): Entry, input: &[u8]) -> Duration {
    let began = Instant::now();
    memory::bounded(|| target(input));
    began.elapsed()
}

fn stretched(input: &[u8], from: usize, to: usize, length: usize) -> Vec<u8> {
    let times = length.saturating_sub(input.len()) / (to - from);
    [
        &input[..from],
        &input[from..to].repeat(times),
        &input[from..],
    ]
    .concat()
}

/// What is short enough, in an order that is the same in every run.
fn inputs(folder: &Path) -> Vec<Vec<u8>> {
    let files = fs::read_dir(folder).expect("the inputs").flatten();
    let mut paths: Vec<PathBuf> = files.map(|file| file.path()).collect();
    paths.sort();
    let bytes = paths.iter().map(|path| fs::read(path).expect("an input"));
    bytes
        .filter(|input| (1..LENGTH / 8).contains(&input.len()))
        .collect()
}

/// Numbers without a pattern (xorshift), the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}
