//! CBOR, as far as provenance records use it. Everything is borrowed; nesting and the number of
//! values are bounded.

/// Deepest nesting that is kept.
const DEPTH: u32 = 32;

/// Most values of one document.
const VALUES: usize = 50_000;

/// A value. Numbers that are no map keys do not matter here.
#[derive(Debug, PartialEq)]
pub(crate) enum Cbor<'a> {
    Whole(i128),
    Bytes(&'a [u8]),
    Text(&'a str),
    List(Vec<Cbor<'a>>),
    Map(Vec<(Cbor<'a>, Cbor<'a>)>),
    /// Booleans, null, floats, and texts in pieces.
    Other,
}

/// Parses the value at the start of `bytes`; tags are looked through.
pub(crate) fn parse(bytes: &[u8]) -> Option<Cbor<'_>> {
    let mut reader = Reader {
        rest: bytes,
        left: VALUES,
    };
    reader.value(0)
}

impl<'a> Cbor<'a> {
    /// The value under a text key of a map.
    pub(crate) fn get(&self, name: &str) -> Option<&Cbor<'a>> {
        self.entry(|key| matches!(key, Self::Text(text) if *text == name))
    }

    /// The value under a number of a map.
    pub(crate) fn numbered(&self, number: i128) -> Option<&Cbor<'a>> {
        self.entry(|key| *key == Self::Whole(number))
    }

    fn entry(&self, fits: impl Fn(&Cbor<'a>) -> bool) -> Option<&Cbor<'a>> {
        let Self::Map(entries) = self else {
            return None;
        };
        entries
            .iter()
            .find(|(key, _)| fits(key))
            .map(|(_, value)| value)
    }

    pub(crate) fn text(&self) -> Option<&'a str> {
        if let Self::Text(text) = self {
            Some(text)
        } else {
            None
        }
    }

    pub(crate) fn bytes(&self) -> Option<&'a [u8]> {
        if let Self::Bytes(bytes) = self {
            Some(bytes)
        } else {
            None
        }
    }

    pub(crate) fn list(&self) -> &[Cbor<'a>] {
        if let Self::List(items) = self {
            items
        } else {
            &[]
        }
    }
}

/// The number in the head of a value: a length, or a value itself.
#[derive(Clone, Copy)]
enum Number {
    Told(u64),
    /// A list or text that goes on until a byte ends it.
    Open,
}

struct Reader<'a> {
    rest: &'a [u8],
    left: usize,
}

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn take(&mut self, len: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(usize::try_from(len).ok()?)?;
        self.rest = rest;
        Some(taken)
    }

    /// The number in or after a first byte.
    fn number(&mut self, low: u8) -> Option<Number> {
        let width = match low {
            0..=23 => return Some(Number::Told(u64::from(low))),
            24..=27 => 1_u64 << (low - 24),
            31 => return Some(Number::Open),
            _ => return None,
        };
        let bytes = self.take(width)?;
        let value = bytes
            .iter()
            .fold(0, |sum, byte| (sum << 8) | u64::from(*byte));
        Some(Number::Told(value))
    }

    fn value(&mut self, depth: u32) -> Option<Cbor<'a>> {
        if depth > DEPTH {
            return None;
        }
        self.left = self.left.checked_sub(1)?;
        let first = self.byte()?;
        let (major, low) = (first >> 5, first & 31);
        let number = self.number(low)?;
        match (major, number) {
            (0, Number::Told(value)) => Some(Cbor::Whole(i128::from(value))),
            (1, Number::Told(value)) => Some(Cbor::Whole(-1 - i128::from(value))),
            (2, Number::Told(len)) => self.take(len).map(Cbor::Bytes),
            (3, Number::Told(len)) => {
                let text = self.take(len)?;
                Some(std::str::from_utf8(text).map_or(Cbor::Other, Cbor::Text))
            }
            (2 | 3, Number::Open) => {
                self.items(Number::Open, depth)?;
                Some(Cbor::Other)
            }
            (4, len) => self.items(len, depth).map(Cbor::List),
            (5, len) => self.entries(len, depth).map(Cbor::Map),
            (6, Number::Told(_)) => self.value(depth + 1),
            (7, Number::Told(_)) => Some(Cbor::Other),
            _ => None,
        }
    }

    /// Whether another item follows: by count, or until the byte that ends a list.
    fn goes_on(&mut self, left: &mut Number) -> Option<bool> {
        match left {
            Number::Told(0) => Some(false),
            Number::Told(count) => {
                *count -= 1;
                Some(true)
            }
            Number::Open if self.rest.first() == Some(&0xff) => {
                self.byte();
                Some(false)
            }
            Number::Open => (!self.rest.is_empty()).then_some(true),
        }
    }

    fn items(&mut self, mut left: Number, depth: u32) -> Option<Vec<Cbor<'a>>> {
        let mut items = Vec::new();
        while self.goes_on(&mut left)? {
            items.push(self.value(depth + 1)?);
        }
        Some(items)
    }

    fn entries(&mut self, mut left: Number, depth: u32) -> Option<Vec<(Cbor<'a>, Cbor<'a>)>> {
        let mut entries = Vec::new();
        while self.goes_on(&mut left)? {
            let key = self.value(depth + 1)?;
            entries.push((key, self.value(depth + 1)?));
        }
        Some(entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_each_kind_are_read() {
        let bytes = b"\xa4\x61a\x18\x2a\x61b\x82\x20\x41x\x61c\x9f\x01\xff\x18\x21\xd2\x65hello";
        let map = parse(bytes).unwrap();
        assert_eq!(map.get("a"), Some(&Cbor::Whole(42)));
        assert_eq!(
            map.get("b").unwrap().list(),
            [Cbor::Whole(-1), Cbor::Bytes(b"x")]
        );
        assert_eq!(map.get("c").unwrap().list(), [Cbor::Whole(1)]);
        assert_eq!(map.numbered(33).and_then(Cbor::text), Some("hello"));
    }

    #[test]
    fn lies_about_lengths_and_endless_nesting_end() {
        assert_eq!(parse(b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff\x01"), None);
        assert_eq!(parse(b"\x7b\xff\xff\xff\xff\xff\xff\xff\xffab"), None);
        assert_eq!(parse(&vec![0x81; 100_000]), None);
        assert_eq!(parse(&vec![0x9f; 100_000]), None);
        assert_eq!(parse(&[&[0x9f][..], &vec![0; 100_000]].concat()), None);
        assert_eq!(parse(b""), None);
    }
}
