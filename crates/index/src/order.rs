//! Row numbers in a kept order, in pieces that snapshots share.

use std::{cmp::Ordering, ops::Range, sync::Arc};

use crate::mask::Mask;

/// Rows of one piece after it was split; pieces grow to twice as many.
const CHUNK: usize = 4096;

/// All rows in some order. Adding rows copies only the pieces that they go into.
#[derive(Debug, Clone, Default)]
pub(crate) struct Order {
    /// None is empty.
    chunks: Vec<Arc<Vec<u32>>>,
}

impl Order {
    pub(crate) fn len(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.len()).sum()
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = u32> {
        self.chunks.iter().flat_map(|chunk| chunk.iter().copied())
    }

    /// A list as it stands.
    pub(crate) fn of(rows: Arc<Vec<u32>>) -> Self {
        let chunks = if rows.is_empty() {
            Vec::new()
        } else {
            vec![rows]
        };
        Self { chunks }
    }

    /// The rows of a mask in this order, or from its end; there are `count` of them.
    pub(crate) fn pick(&self, mask: &Mask, count: usize, descending: bool) -> Vec<u32> {
        if descending {
            mask.pick(count, self.iter().rev())
        } else {
            mask.pick(count, self.iter())
        }
    }

    /// Some of the rows that [`Order::pick`] gives, without putting all together.
    pub(crate) fn part(&self, mask: &Mask, places: Range<usize>, descending: bool) -> Vec<u32> {
        let own = |rows: &mut dyn Iterator<Item = u32>| {
            let own = rows.filter(|row| mask.has(*row));
            own.skip(places.start).take(places.len()).collect()
        };
        if descending {
            own(&mut self.iter().rev())
        } else {
            own(&mut self.iter())
        }
    }

    /// The rows from the first one on for which `is_before` is false; it must hold for a start of
    /// the order only.
    pub(crate) fn from(&self, is_before: impl Fn(u32) -> bool) -> impl Iterator<Item = u32> {
        let ends_before = |chunk: &Arc<Vec<u32>>| chunk.last().is_none_or(|last| is_before(*last));
        let chunk = self.chunks.partition_point(ends_before);
        let rest = &self.chunks[chunk..];
        let at = rest
            .first()
            .map_or(0, |chunk| chunk.partition_point(|row| is_before(*row)));
        rest.iter().flat_map(|chunk| chunk.iter().copied()).skip(at)
    }

    /// Adds rows.
    pub(crate) fn add(&mut self, mut fresh: Vec<u32>, cmp: impl Fn(u32, u32) -> Ordering) {
        fresh.sort_unstable_by(|a, b| cmp(*a, *b).then(a.cmp(b)));
        let mut fresh = fresh.as_slice();
        let mut chunks = Vec::with_capacity(self.chunks.len() + fresh.len() / CHUNK + 1);
        for (at, chunk) in self.chunks.iter().enumerate() {
            let is_last = at + 1 == self.chunks.len();
            let end = chunk.last().copied().unwrap_or(0);
            let count = if is_last {
                fresh.len()
            } else {
                fresh
                    .iter()
                    .take_while(|row| cmp(**row, end).is_lt())
                    .count()
            };
            let (own, rest) = fresh.split_at(count);
            fresh = rest;
            if own.is_empty() {
                chunks.push(chunk.clone());
            } else {
                split(merge(chunk, own, &cmp), &mut chunks);
            }
        }
        split(fresh.to_vec(), &mut chunks);
        self.chunks = chunks;
    }
}

/// Two ordered lists as one. The second has few rows, so only those are compared.
fn merge(chunk: &[u32], own: &[u32], cmp: &impl Fn(u32, u32) -> Ordering) -> Vec<u32> {
    let mut merged = Vec::with_capacity(chunk.len() + own.len());
    let mut rest = chunk;
    for row in own {
        // New rows mostly belong to the end, where the newest and the largest are.
        let before = match rest.last() {
            Some(last) if cmp(*last, *row).is_le() => rest.len(),
            _ => rest.partition_point(|old| cmp(*old, *row).is_le()),
        };
        merged.extend_from_slice(&rest[..before]);
        merged.push(*row);
        rest = &rest[before..];
    }
    merged.extend_from_slice(rest);
    merged
}

fn split(rows: Vec<u32>, chunks: &mut Vec<Arc<Vec<u32>>>) {
    if rows.len() <= 2 * CHUNK {
        chunks.extend((!rows.is_empty()).then(|| Arc::new(rows)));
    } else {
        chunks.extend(rows.chunks(CHUNK).map(|piece| Arc::new(piece.to_vec())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_added_in_any_batches_stay_in_order() {
        // A fixed scramble of the row numbers is what they are ordered by.
        let key = |row: u32| row.wrapping_mul(2_654_435_761) >> 12;
        let cmp = |a: u32, b: u32| key(a).cmp(&key(b));
        let mut order = Order::default();
        let mut start = 0;
        for size in [1, 5000, 0, 3, 20_000, 77, 9000, 1] {
            order.add((start..start + size).collect(), cmp);
            start += size;
            let rows: Vec<u32> = order.iter().collect();
            assert_eq!((rows.len(), order.len()), (start as usize, start as usize));
            assert!(rows.is_sorted_by(|a, b| (key(*a), *a) < (key(*b), *b)));
            let middle = rows[rows.len() / 2];
            let from: Vec<u32> = order.from(|row| cmp(row, middle).is_lt()).collect();
            assert!(rows.ends_with(&from) && key(from[0]) == key(middle));
        }
        let mut back: Vec<u32> = order.iter().rev().collect();
        back.reverse();
        assert!(back.into_iter().eq(order.iter()));
    }
}
