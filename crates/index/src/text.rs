//! Folded texts, each distinct one once, and the search through them.

use std::{
    collections::{HashMap, hash_map::DefaultHasher},
    hash::{BuildHasherDefault, Hash, Hasher},
    sync::{Arc, Mutex, PoisonError},
};

use memchr::{memchr, memmem::Finder};

/// Texts of one piece.
const CHUNK: usize = 512;

/// Texts by number, in pieces that snapshots share. Folded text has no line ends, so a piece is one
/// long string with a line end after each text, searched in one go.
#[derive(Debug, Clone, Default)]
pub(crate) struct Texts {
    chunks: Vec<Arc<Chunk>>,
    len: u32,
}

#[derive(Debug, Clone, Default)]
struct Chunk {
    joined: String,
    /// Where each text's line end stands.
    ends: Vec<u32>,
}

impl Chunk {
    fn start(&self, at: usize) -> usize {
        if at == 0 {
            0
        } else {
            self.ends[at - 1] as usize + 1
        }
    }

    /// Calls `hit` with the number of every text in which `next` finds something; `next` gives the
    /// place of the first find in a stretch.
    fn search(&self, next: impl Fn(&[u8]) -> Option<usize>, mut hit: impl FnMut(usize)) {
        let bytes = self.joined.as_bytes();
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
}

impl Texts {
    pub(crate) fn len(&self) -> u32 {
        self.len
    }

    /// Adds a folded text and gives its number.
    pub(crate) fn push(&mut self, folded: &str) -> u32 {
        debug_assert!(!folded.contains('\n'), "folded text has no line ends");
        if (self.len as usize).is_multiple_of(CHUNK) {
            // A full piece needs no room to grow; one that is shared was cut to size by copying.
            if let Some(full) = self.chunks.last_mut().and_then(Arc::get_mut) {
                full.joined.shrink_to_fit();
            }
            self.chunks.push(Arc::default());
        }
        if let Some(last) = self.chunks.last_mut() {
            let last = Arc::make_mut(last);
            last.joined.push_str(folded);
            last.ends.push(last.joined.len() as u32);
            last.joined.push('\n');
        }
        self.len += 1;
        self.len - 1
    }

    pub(crate) fn at(&self, number: u32) -> &str {
        let chunk = &self.chunks[number as usize / CHUNK];
        let at = number as usize % CHUNK;
        &chunk.joined[chunk.start(at)..chunk.ends[at] as usize]
    }

    pub(crate) fn get(&self, number: u32) -> Option<&str> {
        (number < self.len).then(|| self.at(number))
    }

    /// Calls `hit` with the number of every text that contains a folded word.
    pub(crate) fn search(&self, folded: &str, mut hit: impl FnMut(u32)) {
        let needle = Finder::new(folded);
        let letter = match folded.as_bytes() {
            [letter] => Some(*letter),
            _ => None,
        };
        for (number, chunk) in self.chunks.iter().enumerate() {
            let hit = |at| hit((number * CHUNK + at) as u32);
            match letter {
                // A single letter is found at every step, where setting out costs more than going.
                Some(letter) => chunk.search(|bytes| memchr(letter, bytes), hit),
                None => chunk.search(|bytes| needle.find(bytes), hit),
            }
        }
    }

    /// All texts in the order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.chunks.iter().flat_map(|chunk| {
            let starts = std::iter::once(0).chain(chunk.ends.iter().map(|end| *end as usize + 1));
            starts
                .zip(&chunk.ends)
                .map(|(start, end)| &chunk.joined[start..*end as usize])
        })
    }

    pub(crate) fn bytes(&self) -> usize {
        let chunk = |chunk: &Arc<Chunk>| chunk.joined.capacity() + chunk.ends.capacity() * 4 + 80;
        self.chunks.iter().map(chunk).sum()
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
        let mut hasher = DefaultHasher::new();
        thing.hash(&mut hasher);
        let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let number = map.entry(hasher.finish()).or_insert(u32::MAX);
        if *number == u32::MAX || !is_same(*number) {
            *number = add();
        }
        *number
    }

    pub(crate) fn bytes(&self) -> usize {
        let map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        map.capacity() * 17
    }
}

/// Distinct folded texts: each is kept once.
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

    pub(crate) fn texts(&self) -> &Texts {
        &self.texts
    }

    pub(crate) fn bytes(&self) -> usize {
        self.texts.bytes() + self.interner.bytes()
    }
}
