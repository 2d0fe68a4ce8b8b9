//! The few values in which a row differs from what it shares with others, packed tightly.

use std::sync::Arc;

/// Rows of one piece.
const CHUNK: usize = 4096;

/// A value of a parameter.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value {
    Number(f64),
    /// Number of a text in a dictionary.
    Text(u32),
    /// A text that is a long number; seeds are different everywhere, and a dictionary of them would be
    /// large.
    Long(u64),
}

/// Bits for comparison and counting; no two different values share them.
impl Value {
    pub(crate) fn bits(self) -> (u8, u64) {
        match self {
            Self::Number(number) => (0, number.to_bits()),
            Self::Text(text) => (1, u64::from(text)),
            Self::Long(number) => (2, number),
        }
    }

    pub(crate) fn from_bits((kind, bits): (u8, u64)) -> Self {
        match kind {
            0 => Self::Number(f64::from_bits(bits)),
            1 => Self::Text(bits as u32),
            _ => Self::Long(bits),
        }
    }
}

#[derive(Debug, Clone, Default)]
struct Chunk {
    bytes: Vec<u8>,
    /// Where the changes of each row end.
    ends: Vec<u32>,
}

/// Changes of rows, in pieces that snapshots share.
#[derive(Debug, Clone, Default)]
pub(crate) struct Packed {
    chunks: Vec<Arc<Chunk>>,
    len: usize,
}

impl Packed {
    /// Adds a row with its changes, ordered by place.
    pub(crate) fn push(&mut self, changes: impl Iterator<Item = (u32, Value)>) {
        if self.len.is_multiple_of(CHUNK) {
            if let Some(full) = self.chunks.last_mut().and_then(Arc::get_mut) {
                full.bytes.shrink_to_fit();
            }
            self.chunks.push(Arc::default());
        }
        self.len += 1;
        let Some(chunk) = self.chunks.last_mut().map(Arc::make_mut) else {
            return;
        };
        for (place, value) in changes {
            write(&mut chunk.bytes, u64::from(place));
            match value {
                Value::Text(text) => write(&mut chunk.bytes, u64::from(text) << 2 | 2),
                Value::Number(number) if is_short(number) => {
                    let whole = number as i64;
                    let folded = (whole << 1 ^ whole >> 63).cast_unsigned();
                    write(&mut chunk.bytes, folded << 2);
                }
                Value::Number(number) => {
                    chunk.bytes.push(1);
                    chunk.bytes.extend(number.to_le_bytes());
                }
                Value::Long(number) => {
                    chunk.bytes.push(3);
                    chunk.bytes.extend(number.to_le_bytes());
                }
            }
        }
        chunk.ends.push(chunk.bytes.len() as u32);
    }

    /// The changes of a row.
    pub(crate) fn at(&self, row: u32) -> Changes<'_> {
        let chunk = &self.chunks[row as usize / CHUNK];
        let at = row as usize % CHUNK;
        let start = at.checked_sub(1).map_or(0, |before| chunk.ends[before]);
        Changes(&chunk.bytes[start as usize..chunk.ends[at] as usize])
    }

    pub(crate) fn bytes(&self) -> usize {
        let chunk = |chunk: &Arc<Chunk>| chunk.bytes.capacity() + chunk.ends.capacity() * 4 + 80;
        self.chunks.iter().map(chunk).sum()
    }
}

/// A whole number that is written in at most eight bytes, its sign included.
fn is_short(number: f64) -> bool {
    number.fract() == 0.0 && number.abs() < 1e15 && (number != 0.0 || number.is_sign_positive())
}

fn write(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 128 {
        bytes.push(number as u8 | 128);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// The changes of one row, ordered by place.
pub(crate) struct Changes<'a>(&'a [u8]);

impl Changes<'_> {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 127) << shift;
            if *byte < 128 {
                return Some(number);
            }
        }
        None
    }
}

impl Iterator for Changes<'_> {
    type Item = (u32, Value);

    fn next(&mut self) -> Option<Self::Item> {
        let place = self.number()? as u32;
        let head = self.number()?;
        let value = match head & 3 {
            0 => {
                let folded = head >> 2;
                let whole = (folded >> 1).cast_signed() ^ -(folded & 1).cast_signed();
                Value::Number(whole as f64)
            }
            1 => {
                let (bytes, rest) = self.0.split_first_chunk()?;
                self.0 = rest;
                Value::Number(f64::from_le_bytes(*bytes))
            }
            2 => Value::Text((head >> 2) as u32),
            _ => {
                let (bytes, rest) = self.0.split_first_chunk()?;
                self.0 = rest;
                Value::Long(u64::from_le_bytes(*bytes))
            }
        };
        Some((place, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_come_back_as_they_were() {
        let rows: Vec<Vec<(u32, Value)>> = vec![
            Vec::new(),
            vec![(0, Value::Number(0.0)), (7, Value::Text(0))],
            vec![
                (1, Value::Number(-1.0)),
                (2, Value::Number(0.35)),
                (300, Value::Text(u32::MAX)),
                (301, Value::Number(-0.0)),
                (302, Value::Number(1e15)),
                (303, Value::Number(999_999_999_999_999.0)),
                (304, Value::Number(f64::MAX)),
                (305, Value::Long(u64::MAX)),
            ],
        ];
        let mut packed = Packed::default();
        for row in rows.iter().cycle().take(3 * CHUNK) {
            packed.push(row.iter().copied());
        }
        for (at, row) in rows.iter().cycle().take(3 * CHUNK).enumerate() {
            let bits = |(place, value): (u32, Value)| (place, value.bits());
            let back: Vec<_> = packed.at(at as u32).map(bits).collect();
            let expected: Vec<_> = row.iter().copied().map(bits).collect();
            assert_eq!(back, expected);
        }
    }
}
