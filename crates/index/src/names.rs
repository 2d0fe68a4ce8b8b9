//! File names, and the search through them.

use crate::{
    mask::Mask,
    narrow::Narrow,
    text::{Distinct, Needle, Texts},
};

/// More patterns than this are no patterns: names that are random texts.
const PATTERNS: u32 = 1 << 14;

/// One name for each row. Most are a few patterns with numbers in them, and a word without digits is in
/// a name when it is in its pattern.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    texts: Texts,
    /// Names with a zero for each run of digits.
    patterns: Distinct,
    /// One more than the number of its pattern for each row; 0: none.
    rows: Narrow,
    /// Rows without a pattern.
    others: Vec<u32>,
    /// Their names once more, because looking them up one by one takes ten times as long.
    other_texts: Texts,
}

impl Names {
    pub(crate) fn push(&mut self, folded: &str) {
        let row = self.texts.push(folded);
        let pattern = pattern(folded);
        let number = if self.patterns.texts().len() < PATTERNS {
            Some(self.patterns.number(&pattern))
        } else {
            self.patterns.known(&pattern)
        };
        self.rows.push(number.map_or(0, |number| number + 1));
        if number.is_none() {
            self.others.push(row);
            self.other_texts.push(folded);
        }
    }

    pub(crate) fn at(&self, row: u32) -> &str {
        self.texts.at(row)
    }

    /// All names in the order of their rows.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.texts.iter()
    }

    /// Adds the rows whose name contains something.
    pub(crate) fn search(&self, needle: &Needle<'_>, found: &mut Mask) {
        if needle.text().bytes().any(|byte| byte.is_ascii_digit()) {
            self.texts.search(needle, |row| found.set(row, true));
            return;
        }
        let mut hits = vec![false; self.patterns.texts().len() as usize + 1];
        let mut any = false;
        self.patterns.texts().search(needle, |pattern| {
            hits[pattern as usize + 1] = true;
            any = true;
        });
        if any {
            found.or(&self.rows.mask(&hits));
        }
        self.other_texts.search(needle, |other| {
            found.set(self.others[other as usize], true);
        });
    }

    pub(crate) fn bytes(&self) -> usize {
        let others = self.others.capacity() * 4 + self.other_texts.bytes();
        self.texts.bytes() + self.patterns.bytes() + self.rows.bytes() + others
    }
}

/// A name with a zero for each run of digits.
fn pattern(name: &str) -> String {
    let mut pattern = String::with_capacity(name.len());
    let mut in_number = false;
    for letter in name.chars() {
        let digit = letter.is_ascii_digit();
        if !digit {
            pattern.push(letter);
        } else if !in_number {
            pattern.push('0');
        }
        in_number = digit;
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_as_in_a_plain_loop() {
        let mut names = Names::default();
        let mut plain = Vec::new();
        // More patterns than are kept.
        for number in 0..PATTERNS + 3_000 {
            plain.push(format!("comfyui_{number:05}_.png"));
            let own = number * 7919 % 65_536;
            let letters: String = [own >> 12, own >> 8, own >> 4, own]
                .map(|part| char::from(b'a' + (part & 15) as u8))
                .iter()
                .collect();
            plain.push(format!("{number}-{letters}-7.webp"));
        }
        for name in &plain {
            names.push(name);
        }
        assert!(!names.others.is_empty() && names.others.len() < plain.len() / 4);
        for word in [
            "", "png", "_.", "0", "7.", "00012", "i_0", "abca", "-a", "webp", "none",
        ] {
            let mut found = Mask::empty(plain.len());
            names.search(&Needle::new(word), &mut found);
            for (row, name) in (0..).zip(&plain) {
                assert_eq!(found.has(row), name.contains(word), "{word:?} in {name:?}");
            }
        }
    }
}
