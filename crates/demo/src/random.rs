//! The one source of chance: a small generator whose numbers follow from its seed alone.

/// A stream of pseudo-random numbers (`SplitMix64`); equal seeds give equal streams for ever.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

/// Mixes two numbers into one that looks unrelated to both.
pub(crate) fn mix(a: u64, b: u64) -> u64 {
    finish(a.wrapping_add(b.wrapping_mul(0x9e37_79b9_7f4a_7c15)) ^ b.rotate_left(31))
}

fn finish(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Random {
    /// A stream for a purpose: the same seed with another `purpose` is another stream.
    pub(crate) fn new(seed: u64, purpose: u64) -> Self {
        Self(mix(seed, purpose))
    }

    /// Any of the 2^64 numbers.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        finish(self.0)
    }

    /// A number below `limit`; 0 when the limit is 0.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        ((u128::from(self.next()) * limit as u128) >> 64) as usize
    }

    /// At least 0 and below 1.
    pub(crate) fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / 16_777_216.0
    }

    /// At least `low` and below `high`.
    pub(crate) fn range(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// True with this probability.
    pub(crate) fn chance(&mut self, probability: f32) -> bool {
        self.unit() < probability
    }

    /// One of the choices, which must not be empty.
    pub(crate) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }

    /// One of the choices, the early ones more often: a few checkpoints make most of a library.
    pub(crate) fn favour<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        let skewed = self.unit() * self.unit();
        &choices[((skewed * choices.len() as f32) as usize).min(choices.len() - 1)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_and_a_purpose_name_one_stream() {
        let numbers = |seed, purpose| {
            let mut random = Random::new(seed, purpose);
            [random.next(), random.next()]
        };
        assert_eq!(numbers(1, 2), numbers(1, 2));
        assert_ne!(numbers(1, 2), numbers(2, 1));
        assert_ne!(numbers(1, 2), numbers(1, 3));
    }

    #[test]
    fn draws_stay_in_their_bounds() {
        let mut random = Random::new(7, 7);
        for _ in 0..10_000 {
            assert!(random.below(5) < 5);
            assert!((0.0..1.0).contains(&random.unit()));
            assert!((-2.0..3.0).contains(&random.range(-2.0, 3.0)));
        }
    }
}
