//! Orders of a result.

use std::{cmp::Ordering, iter::once, sync::Arc};

use domain::query::{Field, Sort, SortBy, SortKey, megapixels};

use crate::{
    grouped::Places,
    mask::Mask,
    names::Names,
    order::Order,
    ordered::{Ordered, Taken},
    rows::Rows,
};

/// What rows can be ordered by.
enum By<'a> {
    /// A number; rows without it come last.
    Number(Box<dyn Fn(u32) -> Option<u64> + 'a>),
    /// The file name.
    Name(&'a Names),
}

impl By<'_> {
    /// Puts rows in order; equal ones stay as they are.
    fn sort(&self, rows: &mut [u32], descending: bool) {
        match self {
            Self::Number(key) => by_number(rows, descending, key),
            Self::Name(names) => by_name(rows, descending, names),
        }
    }

    /// Whether two rows are equal.
    fn same(&self, a: u32, b: u32) -> bool {
        match self {
            Self::Number(key) => key(a) == key(b),
            Self::Name(names) => natural(names.at(a), names.at(b)).is_eq(),
        }
    }
}

/// A result with fewer rows than this part of all is sorted by itself.
const PART: usize = 16;

impl Rows {
    /// The living rows of a mask in an order, which is canonical. Results of all rows share one list.
    pub(crate) fn in_order(&self, mask: Mask, sort: &Sort, places: &Places) -> Ordered {
        let by_date = sort.then.is_empty() && sort.first.key == SortKey::Date;
        let count = mask.count();
        let passing = once(&sort.first)
            .chain(&sort.then)
            .any(|by| matches!(by.key, SortKey::Place | SortKey::Rank));
        // Places are those of one photoset, so such an order is no other query's; ranks change without any
        // row, so such an order does not last.
        if count * PART < self.len || passing {
            return Ordered::ready(Arc::new(self.sorted(&mask, sort, places)));
        }
        let (order, descending) = if by_date && count < self.len {
            (self.by_date.clone(), sort.first.descending)
        } else {
            let all = self
                .kept
                .get(sort, || self.sorted(&self.living, sort, places));
            if count == self.len {
                return Ordered::ready(all);
            }
            (Order::of(all), false)
        };
        let taken = Taken {
            mask,
            order,
            descending,
        };
        Ordered::taken(count, taken)
    }

    fn sorted(&self, mask: &Mask, sort: &Sort, places: &Places) -> Vec<u32> {
        let keys: Vec<(By<'_>, bool)> = once(&sort.first)
            .chain(&sort.then)
            .map(|by| (self.by(by.key, places), by.descending))
            .collect();
        let SortBy { key, descending } = sort.first;
        let mut rows = if key == SortKey::Date {
            let by_date = |a: u32, b: u32| {
                let key = |row| (self.dates.at(row), self.ids.at(row));
                key(a).cmp(&key(b))
            };
            ordered(mask, &self.by_date, descending, by_date)
        } else {
            let by_id = |a: u32, b: u32| self.ids.at(a).cmp(self.ids.at(b));
            let mut rows = ordered(mask, &self.by_id, descending, by_id);
            keys[0].0.sort(&mut rows, descending);
            rows
        };
        sort_ties(&mut rows, &keys);
        rows
    }

    fn by<'a>(&'a self, key: SortKey, places: &'a Places) -> By<'a> {
        By::Number(match key {
            SortKey::Name => return By::Name(&self.names),
            SortKey::Date => Box::new(|row| Some(ascending(*self.dates.at(row)))),
            SortKey::Added => Box::new(|row| Some(ascending(*self.added.at(row)))),
            SortKey::Bytes => Box::new(|row| Some(*self.bytes.at(row))),
            SortKey::Seed => Box::new(|row| self.seeds.first(row)),
            SortKey::Steps => Box::new(|row| self.steps.at(row)),
            SortKey::Cfg => Box::new(|row| self.cfg.at(row).map(float_order)),
            SortKey::Mp => Box::new(|row| {
                let size = self.sizes.at(row)?;
                megapixels((size >> 32) as u32, size as u32).map(|mp| float_order(mp.to_bits()))
            }),
            SortKey::Model => {
                let ranks = self.model_ranks();
                let set = self.set(Field::Model);
                Box::new(move |row| set?.first(row).map(|value| ranks[value as usize]))
            }
            SortKey::Rank => {
                let ranks = self.ranks();
                Box::new(move |row| ranks.get(&row).copied())
            }
            SortKey::Place => Box::new(|row| places.get(&row).map(|place| place.cast_unsigned())),
            SortKey::Random(seed) => Box::new(move |row| Some(shuffled(*self.ids.at(row), seed))),
        })
    }

    /// The place of each model value in the order of the alphabet.
    fn model_ranks(&self) -> Vec<u64> {
        let Some(set) = self.set(Field::Model) else {
            return Vec::new();
        };
        let mut values: Vec<u32> = (0..set.values()).collect();
        values.sort_unstable_by_key(|value| set.folded(*value));
        let mut ranks = vec![0; values.len()];
        for (rank, value) in values.into_iter().enumerate() {
            ranks[value as usize] = rank as u64;
        }
        ranks
    }
}

/// Orders rows that are equal by the first key by the next one, and so on; they are in the order of
/// the first key already.
fn sort_ties(rows: &mut [u32], keys: &[(By<'_>, bool)]) {
    let Some(((first, _), rest)) = keys.split_first() else {
        return;
    };
    let Some((next, descending)) = rest.first() else {
        return;
    };
    for ties in rows.chunk_by_mut(|a, b| first.same(*a, *b)) {
        if ties.len() > 1 {
            next.sort(ties, *descending);
            sort_ties(ties, rest);
        }
    }
}

/// Orders rows by a number, missing ones last.
fn by_number(rows: &mut [u32], descending: bool, key: impl Fn(u32) -> Option<u64>) {
    let (mut having, mut missing) = (Vec::new(), Vec::new());
    for row in &*rows {
        match key(*row) {
            Some(key) => having.push((if descending { !key } else { key }, *row)),
            None => missing.push(*row),
        }
    }
    having.sort_by_key(|(key, _)| *key);
    let ordered = having.into_iter().map(|(_, row)| row).chain(missing);
    rows.iter_mut()
        .zip(ordered)
        .for_each(|(row, next)| *row = next);
}

fn by_name(rows: &mut [u32], descending: bool, names: &Names) {
    let mut keyed: Vec<(u128, u32)> = rows
        .iter()
        .map(|row| (name_prefix(names.at(*row)), *row))
        .collect();
    keyed.sort_by(|(key_a, a), (key_b, b)| {
        let order = key_a
            .cmp(key_b)
            .then_with(|| natural(names.at(*a), names.at(*b)));
        if descending { order.reverse() } else { order }
    });
    rows.iter_mut()
        .zip(keyed)
        .for_each(|(row, (_, next))| *row = next);
}

/// The rows of a mask in a kept order: walks the whole order, or sorts the few rows there are.
fn ordered(
    mask: &Mask,
    order: &Order,
    descending: bool,
    cmp: impl Fn(u32, u32) -> Ordering,
) -> Vec<u32> {
    let count = mask.count();
    if count * 32 < order.len() {
        let mut rows = mask.rows();
        rows.sort_unstable_by(|a, b| cmp(*a, *b));
        if descending {
            rows.reverse();
        }
        return rows;
    }
    order.pick(mask, count, descending)
}

/// Signed numbers as unsigned ones in the same order.
fn ascending(value: i64) -> u64 {
    value as u64 ^ 1 << 63
}

/// The bits of a double as an unsigned number in the same order.
fn float_order(bits: u64) -> u64 {
    if bits >> 63 == 1 {
        !bits
    } else {
        bits | 1 << 63
    }
}

/// The place of a picture in a shuffle: the finaliser of `SplitMix64` over id and number.
fn shuffled(id: u128, seed: u32) -> u64 {
    let mix = |value: u64| {
        let value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ value >> 31
    };
    let start = mix(u64::from(seed).wrapping_add(0x9e37_79b9_7f4a_7c15));
    mix(mix(start ^ id as u64) ^ (id >> 64) as u64)
}

/// Compares names with runs of digits by their value: `a2` before `a10`. Leading zeros do not count.
pub(crate) fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    loop {
        let (Some(&first_a), Some(&first_b)) = (a.first(), b.first()) else {
            return a.len().cmp(&b.len());
        };
        if first_a.is_ascii_digit() && first_b.is_ascii_digit() {
            let (number_a, rest_a) = split_number(a);
            let (number_b, rest_b) = split_number(b);
            let order = number_a
                .len()
                .cmp(&number_b.len())
                .then_with(|| number_a.cmp(number_b));
            if order.is_ne() {
                return order;
            }
            (a, b) = (rest_a, rest_b);
        } else if first_a == first_b {
            (a, b) = (&a[1..], &b[1..]);
        } else {
            return first_a.cmp(&first_b);
        }
    }
}

/// The digits at the start without leading zeros, and what follows.
fn split_number(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text
        .iter()
        .position(|byte| !byte.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    (&digits[zeros..], rest)
}

/// Sixteen bytes that compare like the name where they differ: most comparisons end here.
fn name_prefix(name: &str) -> u128 {
    let mut key = [0_u8; 16];
    let mut rest = name.as_bytes();
    let mut at = 0;
    while at < 16 {
        let Some(&first) = rest.first() else { break };
        if first.is_ascii_digit() {
            let (number, tail) = split_number(rest);
            // A digit's place among other characters, how many digits, the digits.
            let length = number.len().min(255) as u8;
            for byte in [b'0', length].iter().chain(number.iter()) {
                if at < 16 {
                    key[at] = *byte;
                    at += 1;
                }
            }
            if number.len() >= 255 {
                break;
            }
            rest = tail;
        } else {
            key[at] = first;
            at += 1;
            rest = &rest[1..];
        }
    }
    u128::from_be_bytes(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_compare_by_value() {
        let names = ["", "a", "a1", "a2b", "a10", "a10b", "a100", "ab", "b", "é1"];
        for (at, a) in names.iter().enumerate() {
            for (bt, b) in names.iter().enumerate() {
                assert_eq!(natural(a, b), at.cmp(&bt), "{a} {b}");
                let prefix = name_prefix(a).cmp(&name_prefix(b));
                assert!(prefix.is_eq() || prefix == at.cmp(&bt), "{a} {b}");
            }
        }
        assert_eq!(natural("x007", "x7"), Ordering::Equal);
        assert_eq!(natural("1/2", "1.2"), Ordering::Greater);
        assert_eq!(
            natural("comfyui_00009_.png", "comfyui_00010_.png"),
            Ordering::Less
        );
    }

    #[test]
    fn numbers_keep_their_order_as_bits() {
        let floats = [-5.0, -0.5, 0.0, 0.5, 7.0, 1e9].map(f64::to_bits);
        assert!(
            floats
                .windows(2)
                .all(|pair| float_order(pair[0]) < float_order(pair[1]))
        );
        assert!(ascending(-1) < ascending(0) && ascending(i64::MIN) < ascending(i64::MAX));
    }
}
