//! Short inputs with one or two parts of them repeated until they are as long as the longest text that is
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
const PATIENCE: Duration = Duration::from_secs(10);

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
        let parts: Vec<Part> = (0..=chance.below(2))
            .map(|_| Part::of(input, &mut chance))
            .collect();
        let took = time(target, &stretched(input, &parts, LENGTH));
        count += 1;
        longest = longest.max(took);
        if took > SOON && is_slow(target, input, &parts) {
            let path = found.join(format!("slow-{count}"));
            let written = fs::write(&path, stretched(input, &parts, LENGTH));
            written.expect("room for what was found");
            let units: Vec<_> = parts
                .iter()
                .map(|part| String::from_utf8_lossy(&part.unit))
                .collect();
            eprintln!("grows faster than its input: {took:?} with {units:?} repeated");
            eprintln!("Test unit written to {}", path.display());
            exit(77);
        }
    }
    eprintln!("stretched {count} inputs, the longest took {longest:?}");
}

/// Something that is repeated before a place of the input.
struct Part {
    at: usize,
    unit: Vec<u8>,
    /// Whether its numbers become different ones in every repetition.
    numbered: bool,
}

impl Part {
    /// Any bytes, or a whole value of JSON, or a whole entry of a map of JSON.
    fn of(input: &[u8], chance: &mut Chance) -> Self {
        let at = chance.below(input.len());
        let numbered = chance.below(2) == 0;
        let opening = |byte: &u8| b"{[\"".contains(byte);
        let start = input[at..].iter().position(opening).map(|ahead| at + ahead);
        if let Some(at) = start.filter(|_| chance.below(3) > 0) {
            let mut end = value_end(input, at);
            if let Some(b':') = input.get(end) {
                end = value_end(input, end + 1);
            }
            let unit = [&input[at..end], b","].concat();
            return Self { at, unit, numbered };
        }
        let end = at + 1 + chance.below((input.len() - at).min(64));
        let unit = input[at..end].to_vec();
        Self { at, unit, numbered }
    }

    fn repeated(&self, length: usize) -> Vec<u8> {
        let times = length / self.unit.len();
        if !self.numbered {
            return self.unit.repeat(times);
        }
        let mut long = Vec::with_capacity(length);
        for number in 0..times {
            if long.len() > length {
                break;
            }
            let mut rest = &self.unit[..];
            while let Some(at) = rest.iter().position(u8::is_ascii_digit) {
                let digits = rest[at..]
                    .iter()
                    .take_while(|byte| byte.is_ascii_digit())
                    .count();
                long.extend_from_slice(&rest[..at]);
                long.extend_from_slice(number.to_string().as_bytes());
                rest = &rest[at + digits..];
            }
            long.extend_from_slice(rest);
        }
        long
    }
}

/// Where the value of JSON that starts here ends, or about there: what is no JSON is stretched too.
fn value_end(input: &[u8], start: usize) -> usize {
    let (mut depth, mut quoted, mut at) = (0_usize, false, start);
    while let Some(byte) = input.get(at) {
        match byte {
            b'\\' if quoted => at += 1,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 0 => return at,
            b'}' | b']' => depth -= 1,
            b',' if depth == 0 => return at,
            _ => {}
        }
        at += 1;
        if depth == 0 && !quoted && matches!(byte, b'}' | b']' | b'"') {
            return at.min(input.len());
        }
    }
    input.len()
}

/// Asks twice, because anything may hold up a run once.
fn is_slow(target: Entry, input: &[u8], parts: &[Part]) -> bool {
    let quarter = time(target, &stretched(input, parts, LENGTH / 4));
    let whole = time(target, &stretched(input, parts, LENGTH));
    whole > PATIENCE || (whole > SOON && whole > quarter * GROWTH)
}

fn time((_, target): Entry, input: &[u8]) -> Duration {
    let began = Instant::now();
    memory::bounded(|| target(input));
    began.elapsed()
}

fn stretched(input: &[u8], parts: &[Part], length: usize) -> Vec<u8> {
    let room = length.saturating_sub(input.len()) / parts.len();
    let mut ordered: Vec<&Part> = parts.iter().collect();
    ordered.sort_by_key(|part| part.at);
    let (mut long, mut from) = (Vec::with_capacity(length), 0);
    for part in ordered {
        long.extend_from_slice(&input[from..part.at]);
        long.extend(part.repeated(room));
        from = part.at;
    }
    long.extend_from_slice(&input[from..]);
    long
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
