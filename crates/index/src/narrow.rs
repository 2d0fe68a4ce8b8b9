//! Columns of small numbers that share what did not change between snapshots.

use std::sync::Arc;

use crate::{
    column::{CHUNK, each_in, holding},
    mask::Mask,
};

/// One number for each row, in pieces that snapshots share. Each piece takes as many bytes for a number
/// as its largest needs: most columns have few distinct values, and walking through them takes as long
/// as reading their memory.
#[derive(Debug, Clone, Default)]
pub(crate) struct Narrow {
    pieces: Vec<Arc<Piece>>,
    len: usize,
}

#[derive(Debug, Clone)]
enum Piece {
    Bytes(Vec<u8>),
    Shorts(Vec<u16>),
    Words(Vec<u32>),
}

impl Piece {
    fn push(&mut self, value: u32) {
        if let (Self::Bytes(values), Err(_)) = (&*self, u8::try_from(value)) {
            *self = Self::Shorts(values.iter().map(|value| (*value).into()).collect());
        }
        if let (Self::Shorts(values), Err(_)) = (&*self, u16::try_from(value)) {
            *self = Self::Words(values.iter().map(|value| (*value).into()).collect());
        }
        match self {
            Self::Bytes(values) => values.push(value as u8),
            Self::Shorts(values) => values.push(value as u16),
            Self::Words(values) => values.push(value),
        }
    }
}

impl Narrow {
    #[cfg(test)]
    fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn push(&mut self, value: u32) {
        if self.len.is_multiple_of(CHUNK) {
            self.pieces.push(Arc::new(Piece::Bytes(Vec::new())));
        }
        self.len += 1;
        if let Some(last) = self.pieces.last_mut() {
            Arc::make_mut(last).push(value);
        }
    }

    pub(crate) fn at(&self, row: u32) -> u32 {
        let at = row as usize % CHUNK;
        match &*self.pieces[row as usize / CHUNK] {
            Piece::Bytes(values) => values[at].into(),
            Piece::Shorts(values) => values[at].into(),
            Piece::Words(values) => values[at],
        }
    }

    /// The rows whose number holds in a table that has an answer for each number there is.
    pub(crate) fn mask(&self, table: &[bool]) -> Mask {
        // A range often covers everything or nothing.
        if !table.contains(&false) {
            return Mask::full(self.len);
        }
        if !table.contains(&true) {
            return Mask::empty(self.len);
        }
        // As long as a byte can count, so that looking into it needs no check.
        let mut short = [false; 256];
        let start = table.len().min(256);
        short[..start].copy_from_slice(&table[..start]);
        let mut words = Vec::with_capacity(self.len.div_ceil(64));
        for piece in &self.pieces {
            match &**piece {
                Piece::Bytes(values) => {
                    holding(values, |value| short[usize::from(*value)], &mut words);
                }
                Piece::Shorts(values) => {
                    holding(values, |value| table[usize::from(*value)], &mut words);
                }
                Piece::Words(values) => holding(values, |value| table[*value as usize], &mut words),
            }
        }
        Mask::from_words(words)
    }

    /// Calls `each` with the number of every row of a mask, in the order of rows.
    pub(crate) fn each_of(&self, mask: &Mask, mut each: impl FnMut(u32)) {
        for (piece, words) in self.pieces.iter().zip(mask.words().chunks(CHUNK / 64)) {
            match &**piece {
                Piece::Bytes(values) => each_in(values, words, |value| each((*value).into())),
                Piece::Shorts(values) => each_in(values, words, |value| each((*value).into())),
                Piece::Words(values) => each_in(values, words, |value| each(*value)),
            }
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        let piece = |piece: &Arc<Piece>| match &**piece {
            Piece::Bytes(values) => values.capacity() + 48,
            Piece::Shorts(values) => values.capacity() * 2 + 48,
            Piece::Words(values) => values.capacity() * 4 + 48,
        };
        self.pieces.iter().map(piece).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_width_come_back() {
        let value = |row: u32| match row / CHUNK as u32 {
            0 => row % 256,
            1 => row % 300,
            2 => row * 1_000,
            // Grows within the piece.
            _ => row % CHUNK as u32 * (row % CHUNK as u32),
        };
        let rows = 4 * CHUNK as u32 - 100;
        let mut column = Narrow::default();
        for row in 0..rows {
            column.push(value(row));
        }
        assert_eq!(column.len(), rows as usize);
        assert!((0..rows).all(|row| column.at(row) == value(row)));
        let end = (0..rows).map(value).max().map_or(0, |most| most + 1);
        let answers = |holds: fn(u32) -> bool| (0..end).map(holds).collect::<Vec<bool>>();
        let odd = column.mask(&answers(|value| value % 2 == 1));
        assert!((0..rows).all(|row| odd.has(row) == (value(row) % 2 == 1)));
        assert_eq!(column.mask(&answers(|_| true)), Mask::full(rows as usize));
        assert!(column.mask(&answers(|_| false)).is_empty());
        let mut seen = Vec::new();
        column.each_of(&odd, |value| seen.push(value));
        let expected: Vec<u32> = odd.rows().into_iter().map(value).collect();
        assert_eq!(seen, expected);
    }
}
