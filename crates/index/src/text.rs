//! Folded texts, each distinct one once, and the search through them.

use std::{
    collections::{HashMap, hash_map::DefaultHasher},
    hash::{BuildHasherDefault, Hash, Hasher},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use memchr::{memchr, memmem::Finder};

/// Texts of one piece.
const CHUNK: usize = 512;

/// A word or phrase to look for.
pub(crate) struct Needle<'a> {
    text: &'a str,
    finder: Finder<'a>,
}

impl<'a> Needle<'a> {
    /// To look for a folded text.
    pub(crate) fn new(folded: &'a str) -> Self {
        Self {
            text: folded,
            finder: Finder::new(folded),
        }
    }

    pub(crate) fn text(&self) -> &'a str {
        self.text
    }

    pub(crate) fn is_in(&self, text: &str) -> bool {
        self.finder.find(text.as_bytes()).is_some()
    }
}

/// Texts without line ends, one after the other in one long string with a line end after each, so that
/// they are searched in one go.
#[derive(Debug, Clone, Default)]
pub(crate) struct Joined {
    text: String,
    /// Where each text's line end stands.
    ends: Vec<u32>,
}

impl Joined {
    pub(crate) fn push(&mut self, text: &str) {
        debug_assert!(!text.contains('\n'), "folded text has no line ends");
        self.text.push_str(text);
        self.ends.push(self.text.len() as u32);
        self.text.push('\n');
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Gives back the room to grow.
    pub(crate) fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    pub(crate) fn at(&self, at: usize) -> &str {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before] + 1);
        &self.text[start as usize..self.ends[at] as usize]
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.ends.iter().map(|end| *end as usize + 1));
        starts
            .zip(&self.ends)
            .map(|(start, end)| &self.text[start..*end as usize])
    }

    /// Calls `hit` with the place of every text in which something is found.
    pub(crate) fn search(&self, needle: &Needle<'_>, hit: impl FnMut(usize)) {
        match needle.text.as_bytes() {
            // A single letter is found at every step, where setting out costs more than going.
            [letter] => self.find(|bytes| memchr(*letter, bytes), hit),
            _ => self.find(|bytes| needle.finder.find(bytes), hit),
        }
    }

    /// `next` gives the place of the first find in a stretch.
    fn find(&self, next: impl Fn(&[u8]) -> Option<usize>, mut hit: impl FnMut(usize)) {
        let bytes = self.text.as_bytes();
        let (mut from, mut at) = (0, 0);
        while let Some(found) = next(&bytes[from..]) {
            let place = from + found;
            // The text is mostly one of the next few; else halve the rest.
            let near = self.ends[at..]
                .iter()
                .take(4)
                .position(|end| *end as usize >= place);
            at += near
                .unwrap_or_else(|| self.ends[at..].partition_point(|end| (*end as usize) < place));
            let Some(end) = self.ends.get(at) else { break };
            hit(at);
            from = *end as usize + 1;
            at += 1;
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.text.capacity() + self.ends.capacity() * 4 + 80
    }
}

/// Texts by number, in pieces that snapshots share.
#[derive(Debug, Clone, Default)]
pub(crate) struct Texts {
    chunks: Vec<Arc<Joined>>,
    len: u32,
}

impl Texts {
    pub(crate) fn len(&self) -> u32 {
        self.len
    }

    /// Adds a folded text and gives its number.
    pub(crate) fn push(&mut self, folded: &str) -> u32 {
        if (self.len as usize).is_multiple_of(CHUNK) {
            // A full piece needs no room to grow; one that is shared was cut to size by copying.
            if let Some(full) = self.chunks.last_mut().and_then(Arc::get_mut) {
                full.shrink();
            }
            self.chunks.push(Arc::default());
        }
        if let Some(last) = self.chunks.last_mut() {
            Arc::make_mut(last).push(folded);
        }
        self.len += 1;
        self.len - 1
    }

    pub(crate) fn at(&self, number: u32) -> &str {
        self.chunks[number as usize / CHUNK].at(number as usize % CHUNK)
    }

    pub(crate) fn get(&self, number: u32) -> Option<&str> {
        (number < self.len).then(|| self.at(number))
    }

    /// Calls `hit` with the number of every text that contains something.
    pub(crate) fn search(&self, needle: &Needle<'_>, mut hit: impl FnMut(u32)) {
        for (number, chunk) in self.chunks.iter().enumerate() {
            chunk.search(needle, |at| hit((number * CHUNK + at) as u32));
        }
    }

    /// All texts in the order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.chunks.iter().flat_map(|chunk| chunk.iter())
    }

    pub(crate) fn bytes(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.bytes()).sum()
    }
}

/// Finds the number of something that was added before, by its hash.
///
/// All snapshots of one index share it, also forks that gave one number to different things;
/// therefore a number found is only a proposal that the caller compares. At worst something is kept
/// twice.
#[derive(Debug, Clone, Default)]
pub(crate) struct Interner(Arc<Mutex<Map>>);

type Map = HashMap<u64, u32, BuildHasherDefault<Hashed>>;

/// Keys are hashes already.
#[derive(Debug, Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

impl Interner {
    /// The number of a thing for which `is_same` is true, or of a new one that `add` makes.
    pub(crate) fn number<T: Hash + ?Sized>(
        &self,
        thing: &T,
        is_same: impl FnOnce(u32) -> bool,
        add: impl FnOnce() -> u32,
    ) -> u32 {
        let mut map = self.map();
        let number = map.entry(hash(thing)).or_insert(u32::MAX);
        if *number == u32::MAX || !is_same(*number) {
            *number = add();
        }
        *number
    }

    /// The number that was last given to a thing or one of the same hash.
    pub(crate) fn known<T: Hash + ?Sized>(&self, thing: &T) -> Option<u32> {
        self.map().get(&hash(thing)).copied()
    }

    fn map(&self) -> MutexGuard<'_, Map> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn bytes(&self) -> usize {
        self.map().capacity() * 17
    }
}

fn hash<T: Hash + ?Sized>(thing: &T) -> u64 {
    let mut hasher = DefaultHasher::new();
    thing.hash(&mut hasher);
    hasher.finish()
}

/// Distinct folded names: each is kept once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Distinct {
    texts: Texts,
    interner: Interner,
}

impl Distinct {
    pub(crate) fn number(&mut self, folded: &str) -> u32 {
        let Self { texts, interner } = self;
        let same = |number| texts.get(number) == Some(folded);
        // The closures cannot both borrow the texts, so what is missing is added afterwards.
        let mut missing = false;
        let next = texts.len();
        let number = interner.number(folded, same, || {
            missing = true;
            next
        });
        if missing { texts.push(folded) } else { number }
    }

    /// The number of a name that was added before.
    pub(crate) fn known(&self, folded: &str) -> Option<u32> {
        let number = self.interner.known(folded)?;
        (self.texts.get(number) == Some(folded)).then_some(number)
    }

    pub(crate) fn texts(&self) -> &Texts {
        &self.texts
    }

    pub(crate) fn bytes(&self) -> usize {
        self.texts.bytes() + self.interner.bytes()
    }
}
