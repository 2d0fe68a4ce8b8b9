//! Columns that share what did not change between snapshots.

use std::sync::Arc;

use crate::{mask::Mask, narrow::Narrow};

/// Rows of one piece; a multiple of the 64 bits of a mask's word.
pub(crate) const CHUNK: usize = 4096;

/// One value for each row, in pieces that snapshots share: a change copies only its piece.
#[derive(Debug, Clone)]
pub(crate) struct Column<T> {
    chunks: Vec<Arc<Vec<T>>>,
    len: usize,
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Self {
            chunks: Vec::new(),
            len: 0,
        }
    }
}

impl<T: Clone> Column<T> {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn push(&mut self, value: T) {
        if self.len.is_multiple_of(CHUNK) {
            self.chunks.push(Arc::default());
        }
        self.len += 1;
        if let Some(last) = self.chunks.last_mut() {
            Arc::make_mut(last).push(value);
        }
    }

    pub(crate) fn at(&self, row: u32) -> &T {
        &self.chunks[row as usize / CHUNK][row as usize % CHUNK]
    }

    pub(crate) fn get(&self, row: u32) -> Option<&T> {
        self.chunks
            .get(row as usize / CHUNK)?
            .get(row as usize % CHUNK)
    }

    pub(crate) fn at_mut(&mut self, row: u32) -> &mut T {
        &mut Arc::make_mut(&mut self.chunks[row as usize / CHUNK])[row as usize % CHUNK]
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.chunks.iter().flat_map(|chunk| chunk.iter())
    }

    /// The rows whose value holds.
    pub(crate) fn mask(&self, holds: impl Fn(&T) -> bool) -> Mask {
        let mut words = Vec::with_capacity(self.len.div_ceil(64));
        for chunk in &self.chunks {
            holding(chunk, &holds, &mut words);
        }
        Mask::from_words(words)
    }

    /// Calls `each` with the value of every row of a mask, in the order of rows.
    pub(crate) fn each_of(&self, mask: &Mask, mut each: impl FnMut(&T)) {
        for (chunk, words) in self.chunks.iter().zip(mask.words().chunks(CHUNK / 64)) {
            each_in(chunk, words, &mut each);
        }
    }

    /// Bytes of the pieces, without what the values point to.
    pub(crate) fn bytes(&self) -> usize {
        self.chunks
            .iter()
            .map(|chunk| chunk.capacity() * size_of::<T>() + 40)
            .sum()
    }
}

/// Adds a bit for each value, in words of 64: whether it holds.
pub(crate) fn holding<T>(values: &[T], holds: impl Fn(&T) -> bool, words: &mut Vec<u64>) {
    words.extend(values.chunks(64).map(|block| {
        let bit = |(at, value): (usize, &T)| u64::from(holds(value)) << at;
        block
            .iter()
            .enumerate()
            .map(bit)
            .fold(0, |word, bit| word | bit)
    }));
}

/// Calls `each` with the values whose bit is set.
pub(crate) fn each_in<T>(values: &[T], words: &[u64], mut each: impl FnMut(&T)) {
    for (block, word) in values.chunks(64).zip(words) {
        if *word == u64::MAX {
            block.iter().for_each(&mut each);
            continue;
        }
        let mut rest = *word;
        while rest != 0 {
            each(&block[rest.trailing_zeros() as usize]);
            rest &= rest - 1;
        }
    }
}

/// A list of numbers for each row, most often of one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lists {
    first: Column<u64>,
    /// 0: none; 1: only the first; else one more than the place in `more`.
    kind: Narrow,
    more: Column<Arc<[u64]>>,
}

impl Lists {
    pub(crate) fn push(&mut self, values: &[u64]) {
        self.first.push(values.first().copied().unwrap_or(0));
        match values {
            [] => self.kind.push(0),
            [_] => self.kind.push(1),
            _ => {
                self.more.push(values.into());
                self.kind.push(self.more.len() as u32 + 1);
            }
        }
    }

    pub(crate) fn first(&self, row: u32) -> Option<u64> {
        (self.kind.at(row) > 0).then(|| *self.first.at(row))
    }

    pub(crate) fn at(&self, row: u32) -> &[u64] {
        match self.kind.at(row) {
            0 => &[],
            1 => std::slice::from_ref(self.first.at(row)),
            more => self.more.at(more - 2),
        }
    }

    /// The rows of which `holds` is true.
    pub(crate) fn mask(&self, holds: impl Fn(&[u64]) -> bool) -> Mask {
        let rows = (0..).zip(self.first.iter());
        Mask::from_answers(rows.map(|(row, first)| match self.kind.at(row) {
            0 => holds(&[]),
            1 => holds(std::slice::from_ref(first)),
            more => holds(self.more.at(more - 2)),
        }))
    }

    pub(crate) fn bytes(&self) -> usize {
        let more: usize = self.more.iter().map(|list| list.len() * 8 + 16).sum();
        self.first.bytes() + self.kind.bytes() + self.more.bytes() + more
    }
}
