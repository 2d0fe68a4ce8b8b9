//! Many texts at rest: each is spelled with the pieces of a vocabulary, and every piece knows its texts.
//!
//! Prompts repeat themselves: 65,536 of them use some ten thousand words. Spelled so they take a third
//! of their letters, lists of texts included, and a word is looked for in the vocabulary alone.

use std::{cmp::Reverse, collections::HashMap};

use memchr::{memchr_iter, memchr2_iter, memchr3_iter};

use crate::{
    mask::Mask,
    text::{Joined, Needle, Texts},
};

/// How many texts a segment has. Lists of texts count in steps of 16 bits at most.
pub(crate) const TEXTS: usize = 1 << 16;

/// A piece that occurs in more texts has a bit for each text; its list would be about as long, and
/// slower to read.
const DENSE: u32 = 4096;

/// Words of the bits of a dense piece.
const WORDS: usize = TEXTS / 64;

/// How long reading a text takes, in the time of one entry of a list.
const READ: usize = 50;

/// How long reading a dense piece takes, in the same time.
const READ_DENSE: usize = 400;

/// Texts that no longer change.
#[derive(Debug)]
pub(crate) struct Segment {
    /// The pieces, those of most texts first.
    vocabulary: Joined,
    /// The piece numbers of all texts one after the other.
    spelled: Vec<u8>,
    /// Where each text ends in `spelled`.
    ends: Vec<u32>,
    /// The texts of dense pieces, which are the first of all, as bits.
    dense: Vec<u64>,
    /// The texts of each other piece as steps from one to the next.
    sparse: Vec<u8>,
    /// Where each ends in `sparse`.
    sparse_ends: Vec<u32>,
}

/// Cuts a text before each word: a piece is a word and what follows up to the next. Only the first
/// may have no word.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let bytes = rest.as_bytes();
        let word = |at: usize| bytes[at].is_ascii_alphanumeric() || !bytes[at].is_ascii();
        let end = (1..bytes.len()).find(|at| word(*at) && !word(at - 1));
        let (piece, after) = rest.split_at(end.unwrap_or(bytes.len()));
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}

/// What is known of pieces while a segment is made.
#[derive(Default)]
struct Draft<'a> {
    numbers: HashMap<&'a str, u32>,
    pieces: Vec<&'a str>,
    /// In how many texts each occurs, and the last of them, counted from 1.
    texts: Vec<(u32, u32)>,
}

impl<'a> Draft<'a> {
    /// Notes a piece of a text and gives its number.
    fn note(&mut self, piece: &'a str, text: u32) -> u32 {
        let number = *self.numbers.entry(piece).or_insert_with(|| {
            self.pieces.push(piece);
            self.texts.push((0, 0));
            self.pieces.len() as u32 - 1
        });
        let (count, last) = &mut self.texts[number as usize];
        *count += u32::from(*last != text);
        *last = text;
        number
    }
}

impl Segment {
    /// A segment of [`TEXTS`] texts.
    pub(crate) fn new(texts: &Texts) -> Self {
        let mut draft = Draft::default();
        let (mut noted, mut ends) = (Vec::new(), Vec::with_capacity(TEXTS));
        for (at, text) in (1..).zip(texts.iter()) {
            noted.extend(pieces(text).map(|piece| draft.note(piece, at)));
            ends.push(noted.len());
        }
        let count = |piece: u32| draft.texts[piece as usize].0;
        let mut order: Vec<u32> = (0..draft.pieces.len() as u32).collect();
        order.sort_by_key(|piece| Reverse(count(*piece)));
        let mut numbers = vec![0; order.len()];
        let mut vocabulary = Joined::default();
        for (number, piece) in (0_u32..).zip(&order) {
            numbers[*piece as usize] = number;
            vocabulary.push(draft.pieces[*piece as usize]);
        }
        vocabulary.shrink();
        let counts: Vec<u32> = order.iter().map(|piece| count(*piece)).collect();
        let mut lists = Lists::new(&counts);
        let mut segment = Self {
            vocabulary,
            spelled: Vec::with_capacity(noted.len() * 2),
            ends: Vec::with_capacity(TEXTS),
            dense: Vec::new(),
            sparse: Vec::new(),
            sparse_ends: Vec::new(),
        };
        let (mut start, mut own) = (0, Vec::new());
        for (at, end) in ends.into_iter().enumerate() {
            own.clear();
            own.extend(
                noted[start..end]
                    .iter()
                    .map(|piece| numbers[*piece as usize]),
            );
            for piece in &own {
                write(&mut segment.spelled, *piece);
            }
            segment.ends.push(segment.spelled.len() as u32);
            own.sort_unstable();
            own.dedup();
            for piece in &own {
                lists.add(*piece, at);
            }
            start = end;
        }
        segment.spelled.shrink_to_fit();
        lists.pack(&counts, &mut segment);
        segment
    }

    fn spelled(&self, at: usize) -> &[u8] {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.spelled[start as usize..self.ends[at] as usize]
    }

    fn spelling(&self, at: usize) -> Numbers<'_> {
        Numbers(self.spelled(at))
    }

    /// A text.
    pub(crate) fn text(&self, at: usize) -> String {
        self.spelling(at)
            .map(|piece| self.vocabulary.at(piece as usize))
            .collect()
    }

    /// Whether a text is this.
    pub(crate) fn is(&self, at: usize, text: &str) -> bool {
        let mut pieces = self.spelling(at);
        pieces
            .try_fold(text, |rest, piece| {
                rest.strip_prefix(self.vocabulary.at(piece as usize))
            })
            .is_some_and(str::is_empty)
    }

    /// The texts that contain a word or phrase.
    pub(crate) fn search(&self, needle: &Needle<'_>) -> Mask {
        let parts: Vec<&str> = pieces(needle.text()).collect();
        match parts.as_slice() {
            [] => Mask::full(TEXTS),
            // A text has it within one of its pieces or not at all.
            [_] => self.with_word(needle),
            [first, middle @ .., last] => self.with_phrase(first, middle, last),
        }
    }

    fn with_word(&self, needle: &Needle<'_>) -> Mask {
        let mut matching = Vec::new();
        let mut left = 0;
        self.vocabulary.search(needle, |piece| {
            left += self.cost(piece);
            matching.push(piece);
        });
        let mut found = Mask::empty(TEXTS);
        let mut unchecked = 0;
        for piece in &matching {
            self.add_texts(*piece, &mut found);
            left -= self.cost(*piece);
            unchecked += self.cost(*piece);
            // The pieces of most texts come first: when they left few texts out, it is quicker to look
            // into those than at all pieces that remain.
            if unchecked >= READ_DENSE {
                unchecked = 0;
                let missing = TEXTS - found.count();
                if missing * READ < left {
                    self.look_into_others(&matching, &mut found);
                    break;
                }
            }
        }
        found
    }

    /// Adds those of the other texts that have some of these pieces.
    fn look_into_others(&self, pieces: &[usize], found: &mut Mask) {
        let mut table = vec![false; self.vocabulary.len()];
        for piece in pieces {
            table[*piece] = true;
        }
        let mut others = Mask::full(TEXTS);
        others.and_not(found);
        for at in others.rows() {
            if self
                .spelling(at as usize)
                .any(|piece| table[piece as usize])
            {
                found.set(at, true);
            }
        }
    }

    /// The texts with a piece that ends with `first`, then those of `middle`, then one that starts with
    /// `last`.
    fn with_phrase(&self, first: &str, middle: &[&str], last: &str) -> Mask {
        let mut found = Mask::full(TEXTS);
        let mut exact = Vec::with_capacity(middle.len());
        for part in middle {
            let Some(piece) = self.vocabulary.iter().position(|piece| piece == *part) else {
                return Mask::empty(TEXTS);
            };
            exact.push(piece as u32);
            found.and(&self.texts_of([piece]));
        }
        let begins: Vec<bool> = self.vocabulary.iter().map(|p| p.ends_with(first)).collect();
        let ends: Vec<bool> = self
            .vocabulary
            .iter()
            .map(|p| p.starts_with(last))
            .collect();
        for table in [&begins, &ends] {
            let pieces = || (0..table.len()).filter(|piece| table[*piece]);
            // Lists of so many pieces would take longer than reading every spelling.
            if pieces().map(|piece| self.cost(piece)).sum::<usize>() < TEXTS * 16 {
                found.and(&self.texts_of(pieces()));
            }
        }
        let phrase = Phrase {
            begins: &begins,
            exact: &exact,
            ends: &ends,
        };
        let signs = phrase.signs();
        for at in found.rows() {
            if !phrase.is_in(self.spelled(at as usize), &signs) {
                found.set(at, false);
            }
        }
        found
    }

    /// The texts that have some of these pieces.
    fn texts_of(&self, pieces: impl IntoIterator<Item = usize>) -> Mask {
        let mut found = Mask::empty(TEXTS);
        for piece in pieces {
            self.add_texts(piece, &mut found);
        }
        found
    }

    /// How long [`Self::add_texts`] takes for a piece, in the time of one entry of a list.
    fn cost(&self, piece: usize) -> usize {
        match piece.checked_sub(self.dense.len() / WORDS) {
            None => READ_DENSE,
            Some(sparse) => self.list(sparse).0.len(),
        }
    }

    fn list(&self, sparse: usize) -> Numbers<'_> {
        let start = sparse.checked_sub(1).map_or(0, |at| self.sparse_ends[at]);
        Numbers(&self.sparse[start as usize..self.sparse_ends[sparse] as usize])
    }

    fn add_texts(&self, piece: usize, found: &mut Mask) {
        match piece.checked_sub(self.dense.len() / WORDS) {
            None => found.or_words(&self.dense[piece * WORDS..][..WORDS]),
            Some(sparse) => {
                let mut at = 0;
                for step in self.list(sparse) {
                    at += step;
                    found.set(at, true);
                }
            }
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.vocabulary.bytes()
            + self.spelled.capacity()
            + self.sparse.capacity()
            + self.dense.capacity() * 8
            + (self.ends.capacity() + self.sparse_ends.capacity()) * 4
    }
}

/// Pieces that follow each other: one that begins the phrase, those it has whole, one that ends it.
struct Phrase<'a> {
    begins: &'a [bool],
    exact: &'a [u32],
    ends: &'a [bool],
}

impl Phrase<'_> {
    /// The last bytes of the pieces that begin the phrase: as soon as there are too many of them to be
    /// looked for, no more are told.
    fn signs(&self) -> Vec<u8> {
        let mut signs = Vec::new();
        for piece in (0_u32..)
            .zip(self.begins)
            .filter_map(|(piece, begins)| begins.then_some(piece))
        {
            let mut written = Vec::new();
            write(&mut written, piece);
            signs.extend(written.pop().filter(|sign| !signs.contains(sign)));
            if signs.len() > 3 {
                break;
            }
        }
        signs
    }

    /// Whether a spelling has the phrase.
    fn is_in(&self, spelled: &[u8], signs: &[u8]) -> bool {
        let here = |at: usize| self.begins_at(spelled, at) && self.goes_on(&spelled[at + 1..]);
        match *signs {
            [a] => memchr_iter(a, spelled).any(here),
            [a, b] => memchr2_iter(a, b, spelled).any(here),
            [a, b, c] => memchr3_iter(a, b, c, spelled).any(here),
            _ => {
                let mut rest = Numbers(spelled);
                std::iter::from_fn(|| rest.next().map(|piece| (piece, rest.0)))
                    .any(|(piece, rest)| self.begins[piece as usize] && self.goes_on(rest))
            }
        }
    }

    /// Whether the number whose last byte is at a place is that of a piece which begins the phrase.
    fn begins_at(&self, spelled: &[u8], at: usize) -> bool {
        let start = spelled[..at].iter().rposition(|byte| *byte < 128);
        let number = Numbers(&spelled[start.map_or(0, |before| before + 1)..=at]).next();
        number.is_some_and(|number| self.begins[number as usize])
    }

    /// Whether what follows the piece that begins the phrase is the rest of it.
    fn goes_on(&self, rest: &[u8]) -> bool {
        let mut rest = Numbers(rest);
        self.exact.iter().all(|piece| rest.next() == Some(*piece))
            && rest.next().is_some_and(|piece| self.ends[piece as usize])
    }
}

/// The texts of each piece while a segment is made.
struct Lists {
    dense: Vec<u64>,
    /// The texts of all other pieces; each piece has as many places as it has texts.
    sparse: Vec<u16>,
    /// The next free place of each.
    next: Vec<usize>,
}

impl Lists {
    /// Room for pieces of so many texts each, the largest first.
    fn new(counts: &[u32]) -> Self {
        let dense = counts.partition_point(|count| *count > DENSE);
        let mut places = 0;
        let mut next = Vec::with_capacity(counts.len() - dense);
        for count in &counts[dense..] {
            next.push(places);
            places += *count as usize;
        }
        Self {
            dense: vec![0; dense * WORDS],
            sparse: vec![0; places],
            next,
        }
    }

    /// Notes that a piece occurs in a text, once for each text, in their order.
    fn add(&mut self, piece: u32, text: usize) {
        match (piece as usize).checked_sub(self.dense.len() / WORDS) {
            None => self.dense[piece as usize * WORDS + text / 64] |= 1 << (text % 64),
            Some(piece) => {
                let next = &mut self.next[piece];
                self.sparse[*next] = text as u16;
                *next += 1;
            }
        }
    }

    fn pack(self, counts: &[u32], segment: &mut Segment) {
        let dense = self.dense.len() / WORDS;
        segment.sparse_ends.reserve_exact(counts.len() - dense);
        let mut rest = self.sparse.as_slice();
        for count in &counts[dense..] {
            let (list, after) = rest.split_at(*count as usize);
            let mut before = 0;
            for text in list {
                write(&mut segment.sparse, u32::from(*text - before));
                before = *text;
            }
            segment.sparse_ends.push(segment.sparse.len() as u32);
            rest = after;
        }
        segment.sparse.shrink_to_fit();
        segment.dense = self.dense;
    }
}

/// Writes a number in sevens of bits, low ones first; all bytes but the last have the high bit set.
fn write(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 128 {
        bytes.push(number as u8 | 128);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Numbers as [`write()`] wrote them.
struct Numbers<'a>(&'a [u8]);

impl Iterator for Numbers<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let (mut number, mut shift) = (0, 0);
        loop {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u32::from(byte & 127) << shift;
            if *byte < 128 {
                return Some(number);
            }
            shift += 7;
        }
    }
}
