//! Short inputs with one part of them repeated until they are as long as the longest text that is
//! read. What then takes seconds grows faster than its input.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use fuzz_metadata::Entry;

use crate::memory;

/// A little below the largest text that is kept, so that it is read and not cut.
const LENGTH: usize = 2_000_000;

/// Far above the time of an honest file of this length, far below that of quadratic work.
const PATIENCE: Duration = Duration::from_secs(2);

/// Stretches inputs of a folder for a minute at most, and says which took too long.
pub(crate) fn run((name, target): Entry, folder: &Path) {
    let seconds = std::env::var("FUZZ_SECONDS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(60);
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("the inputs")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    let (mut count, mut slow, mut longest) = (0, 0, Duration::ZERO);
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    while Instant::now() < end && !paths.is_empty() {
        let path = &paths[chance.below(paths.len())];
        let input = fs::read(path).expect("an input");
        if input.is_empty() || input.len() > LENGTH / 2 {
            count += 1;
            if count > 100_000 {
                break;
            }
            continue;
        }
        let from = chance.below(input.len());
        let to = from + 1 + chance.below((input.len() - from).min(64));
        let times = (LENGTH - input.len()) / (to - from);
        let long = [
            &input[..from],
            &input[from..to].repeat(times),
            &input[from..],
        ]
        .concat();
        let began = Instant::now();
        memory::bounded(|| target(&long));
        let took = began.elapsed();
        count += 1;
        longest = longest.max(took);
        if took > PATIENCE {
            slow += 1;
            println!(
                "SLOW {name}: {took:?} for {} with {from}..{to} ({:?}) repeated",
                path.display(),
                String::from_utf8_lossy(&input[from..to])
            );
            if slow >= 3 {
                break;
            }
        }
    }
    println!("STRETCHED {name}: {count} inputs, the longest took {longest:?}");
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
