//! Distinct folded prompts, and the search through them.

use std::{borrow::Cow, sync::Arc};

use crate::{
    mask::Mask,
    segment::{self, Segment},
    text::{Interner, Needle, Texts},
};

/// Distinct texts by number. The last ones are kept as they are; whenever enough have come together,
/// they become a segment that snapshots share.
#[derive(Debug, Clone, Default)]
pub(crate) struct Prose {
    segments: Vec<Arc<Segment>>,
    latest: Texts,
    interner: Interner,
}

impl Prose {
    pub(crate) fn len(&self) -> usize {
        self.segments.len() * segment::TEXTS + self.latest.len() as usize
    }

    /// The number of a text, which is added when it is new.
    pub(crate) fn number(&mut self, folded: &str) -> u32 {
        let next = self.len() as u32;
        let same = |number| number < next && self.is(number, folded);
        let number = self.interner.number(folded, same, || next);
        if number == next {
            self.push(folded);
        }
        number
    }

    fn push(&mut self, folded: &str) {
        self.latest.push(folded);
        if self.latest.len() as usize == segment::TEXTS {
            let full = std::mem::take(&mut self.latest);
            self.segments.push(Arc::new(Segment::new(&full)));
        }
    }

    /// The segment of a text, if it is in one, and its place there or among the latest.
    fn place(&self, number: u32) -> (Option<&Segment>, usize) {
        let segment = self.segments.get(number as usize / segment::TEXTS);
        (
            segment.map(|segment| &**segment),
            number as usize % segment::TEXTS,
        )
    }

    fn is(&self, number: u32, folded: &str) -> bool {
        match self.place(number) {
            (Some(segment), at) => segment.is(at, folded),
            (None, at) => self.latest.at(at as u32) == folded,
        }
    }

    pub(crate) fn at(&self, number: u32) -> Cow<'_, str> {
        match self.place(number) {
            (Some(segment), at) => segment.text(at).into(),
            (None, at) => self.latest.at(at as u32).into(),
        }
    }

    /// The numbers of all texts that contain a word or phrase.
    pub(crate) fn search(&self, needle: &Needle<'_>) -> Mask {
        let mut words = Vec::with_capacity(self.len().div_ceil(64));
        for segment in &self.segments {
            words.extend_from_slice(segment.search(needle).words());
        }
        let mut found = Mask::from_words(words);
        let first = (self.segments.len() * segment::TEXTS) as u32;
        self.latest.search(needle, |at| found.set(first + at, true));
        found
    }

    pub(crate) fn bytes(&self) -> usize {
        let segments: usize = self.segments.iter().map(|segment| segment.bytes()).sum();
        segments + self.latest.bytes() + self.interner.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `SplitMix64`.
    fn chance(state: &mut u64, end: u64) -> u64 {
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let value = (*state ^ *state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (value ^ value >> 31) % end
    }

    fn text(state: &mut u64) -> String {
        const WORDS: [&str; 12] = [
            "masterpiece",
            "best",
            "cat",
            "cats",
            "a",
            "red",
            "haïr",
            "漢字",
            "(x:1.2)",
            "7",
            "long_hair",
            "ca",
        ];
        const BETWEEN: [&str; 5] = [" ", ", ", ",", "  ", " - "];
        let mut text = String::new();
        if chance(state, 9) == 0 {
            text.push_str(", ");
        }
        for _ in 0..chance(state, 7) {
            text.push_str(WORDS[chance(state, 12) as usize]);
            text.push_str(BETWEEN[chance(state, 5) as usize]);
        }
        // Some end in a word of their own, so that few are the same.
        if chance(state, 4) > 0 {
            text.push_str(&chance(state, 1 << 40).to_string());
        }
        text
    }

    #[test]
    fn texts_come_back_and_are_found_as_in_a_plain_loop() {
        let mut state = 7;
        let (mut prose, mut plain) = (Prose::default(), Vec::new());
        while prose.len() < segment::TEXTS + 5_000 {
            let text = text(&mut state);
            let number = prose.number(&text);
            if number as usize == plain.len() {
                plain.push(text);
            } else {
                assert_eq!(plain[number as usize], text);
            }
        }
        assert_eq!(prose.segments.len(), 1);
        for (number, text) in (0..).zip(&plain) {
            assert_eq!(prose.at(number), *text);
        }
        let words = [
            "",
            "a",
            "c",
            "cat",
            "cats",
            "at",
            "ca",
            ",",
            ", ",
            " ",
            "  ",
            " -",
            "red, ",
            ", red",
            "cat, cat",
            "t, cats",
            "a a a",
            "best  red - ca",
            "haïr",
            "漢",
            "字 7",
            "x:1.2",
            "(",
            ":1",
            "hair",
            "_",
            "123",
            "7 1",
            "- 99",
            "nothing like it",
            "cat, nothing, cat",
            "masterpiece, best",
        ];
        for word in words {
            let found = prose.search(&Needle::new(word));
            for (number, text) in (0..).zip(&plain) {
                assert_eq!(
                    found.has(number),
                    text.contains(word),
                    "{word:?} in {text:?}"
                );
            }
        }
    }
}
