//! Sets of rows as bits.

/// One bit for each row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Mask {
    words: Vec<u64>,
}

impl Mask {
    pub(crate) fn from_words(words: Vec<u64>) -> Self {
        Self { words }
    }

    /// One answer for each row, in order.
    pub(crate) fn from_answers(answers: impl Iterator<Item = bool>) -> Self {
        let mut words = Vec::new();
        for (row, holds) in answers.enumerate() {
            if row % 64 == 0 {
                words.push(0);
            }
            if let Some(word) = words.last_mut() {
                *word |= u64::from(holds) << (row % 64);
            }
        }
        Self { words }
    }

    /// No row of so many.
    pub(crate) fn empty(rows: usize) -> Self {
        Self {
            words: vec![0; rows.div_ceil(64)],
        }
    }

    /// Every row of so many.
    pub(crate) fn full(rows: usize) -> Self {
        let mut words = vec![u64::MAX; rows.div_ceil(64)];
        if let (Some(last), 1..) = (words.last_mut(), rows % 64) {
            *last = (1 << (rows % 64)) - 1;
        }
        Self { words }
    }

    pub(crate) fn words(&self) -> &[u64] {
        &self.words
    }

    pub(crate) fn set(&mut self, row: u32, on: bool) {
        let at = row as usize / 64;
        if at >= self.words.len() {
            self.words.resize(at + 1, 0);
        }
        let bit = 1_u64 << (row % 64);
        if on {
            self.words[at] |= bit;
        } else {
            self.words[at] &= !bit;
        }
    }

    pub(crate) fn has(&self, row: u32) -> bool {
        self.words
            .get(row as usize / 64)
            .is_some_and(|word| word >> (row % 64) & 1 == 1)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    pub(crate) fn count(&self) -> usize {
        self.words
            .iter()
            .map(|word| word.count_ones() as usize)
            .sum()
    }

    pub(crate) fn and(&mut self, other: &Self) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= other;
        }
    }

    pub(crate) fn and_not(&mut self, other: &Self) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= !other;
        }
    }

    pub(crate) fn or(&mut self, other: &Self) {
        self.or_words(&other.words);
    }

    pub(crate) fn or_words(&mut self, others: &[u64]) {
        for (word, other) in self.words.iter_mut().zip(others) {
            *word |= other;
        }
    }

    /// Its rows in the order in which others name them; there are `count` of them.
    pub(crate) fn pick(&self, count: usize, order: impl Iterator<Item = u32>) -> Vec<u32> {
        // Each row is written and then kept or not: a branch would be guessed wrong every other time.
        let mut rows = vec![0; count + 1];
        let mut len = 0;
        for row in order {
            rows[len] = row;
            len += usize::from(self.has(row));
        }
        rows.truncate(len);
        rows
    }

    /// The rows in it, smallest first.
    pub(crate) fn rows(&self) -> Vec<u32> {
        let mut rows = Vec::with_capacity(self.count());
        for (at, word) in self.words.iter().enumerate() {
            let mut rest = *word;
            while rest != 0 {
                rows.push(at as u32 * 64 + rest.trailing_zeros());
                rest &= rest - 1;
            }
        }
        rows
    }
}
