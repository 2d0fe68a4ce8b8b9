//! From text to a query: never fails, keeps apart what it does not understand.

use super::{
    Alternative, Atom, Field, Filter, ParamFilter, Query, Sort, Word, Words, codec, param,
    token::{Token, pieces, tokens},
    value::{parse_atom, parse_sort_by, parse_view},
};

/// Encoded text longer than this is not read to its end.
const READ_LIMIT: usize = 4 * Query::MAX_BYTES;
/// Not understood parts that are kept, and how long each may be in characters.
const UNKNOWN_LIMIT: usize = 32;
const UNKNOWN_CHARS: usize = 120;

impl Query {
    /// The longest canonical text that a query may have; longer ones lose their last parts.
    pub const MAX_BYTES: usize = 4096;
    /// How many words and alternatives a query may have; further ones are not understood.
    pub const MAX_ATOMS: usize = 64;

    /// Reads the query string of a URL, with or without its `?`. Never fails: see the grammar above.
    pub fn parse(text: &str) -> Self {
        let text = text.strip_prefix('?').unwrap_or(text);
        let pairs = text.split('&').filter(|part| !part.is_empty()).map(|part| {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            (key, value, part.len() + 1)
        });
        let mut reader = Reader::default();
        for (key, value, length) in pairs {
            if !reader.may_read(length) {
                break;
            }
            reader.pair(&codec::decode(key), &codec::decode(value));
        }
        reader.finish()
    }

    /// Reads keys and values that are decoded already, such as the fields of a form.
    pub fn from_pairs<K: AsRef<str>, V: AsRef<str>>(
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let mut reader = Reader::default();
        for (key, value) in pairs {
            let (key, value) = (key.as_ref(), value.as_ref());
            if !reader.may_read(key.len() + value.len() + 2) {
                break;
            }
            reader.pair(key, value);
        }
        reader.finish()
    }
}

impl Query {
    /// Whether it is within the limits of the grammar. What was read from text always is; what came
    /// as JSON may not be.
    pub fn is_bounded(&self) -> bool {
        let words = self.words.iter().map(|words| words.any.len().max(1));
        let values = self.filters.iter().map(|filter| filter.any.len().max(1));
        let params = self.params.iter().map(|filter| filter.any.len().max(1));
        // Counted first, so that nothing long is printed in vain.
        words.chain(values).chain(params).sum::<usize>() <= Self::MAX_ATOMS
            && self.sort.then.len() < Sort::MAX_KEYS
            && self.to_string().len() <= Self::MAX_BYTES
    }
}

/// What an `OR` in the text of a search box may join.
#[derive(PartialEq, Eq, Clone, Copy)]
enum Side {
    Nothing,
    Words,
    Filter(Field),
}

/// A query while it is being read.
#[derive(Default)]
struct Reader {
    query: Query,
    read: usize,
    atoms: usize,
}

impl Reader {
    fn may_read(&mut self, bytes: usize) -> bool {
        self.read = self.read.saturating_add(bytes);
        if self.read > READ_LIMIT {
            self.unknown("…", "too long");
        }
        self.read <= READ_LIMIT
    }

    fn pair(&mut self, key: &str, value: &str) {
        let value = value.trim();
        let (written, key) = (key.trim(), key.trim().to_ascii_lowercase());
        if key.starts_with(param::PREFIX) {
            return self.param(&written[param::PREFIX.len()..], value);
        }
        let field = Field::from_key(&key);
        let any = key.strip_prefix("any.").and_then(Field::from_key);
        let understood = match key.as_str() {
            _ if value.is_empty() && (field.is_some() || any.is_some() || is_setting(&key)) => true,
            "q" => {
                self.words(value);
                true
            }
            "sort" => {
                self.sort(value);
                true
            }
            "view" => parse_view(value)
                .map(|view| self.query.view = view)
                .is_some(),
            "image" => value.parse().map(|id| self.query.image = Some(id)).is_ok(),
            "at" => value.parse().map(|id| self.query.at = Some(id)).is_ok(),
            "page" => value.parse().map(|page| self.query.page = page).is_ok(),
            _ => {
                if let Some(field) = field {
                    let any = self.alternatives(field, value);
                    self.filter(field, any);
                    true
                } else if let Some(field) = any {
                    self.tick(field, value)
                } else {
                    false
                }
            }
        };
        if !understood {
            self.unknown(&key, value);
        }
    }

    fn unknown(&mut self, key: &str, value: &str) {
        if self.query.unknown.len() < UNKNOWN_LIMIT {
            let text = format!("{key}={value}");
            let text = text.chars().filter(|letter| !letter.is_control());
            self.query.unknown.push(text.take(UNKNOWN_CHARS).collect());
        }
    }

    /// Counts one more word or alternative; when there are too many it is not understood.
    fn counts(&mut self, key: &str, value: &str) -> bool {
        self.atoms += 1;
        let fits = self.atoms <= Query::MAX_ATOMS;
        if !fits {
            self.unknown(key, value);
        }
        fits
    }

    /// Reads the value of one parameter.
    fn alternatives(&mut self, field: Field, value: &str) -> Vec<Alternative> {
        let mut any = Vec::new();
        for piece in pieces(value) {
            match piece.text.and_then(|text| parse_atom(field, &text)) {
                Some(_) if !self.counts(field.key(), piece.raw) => {}
                Some(atom) => any.push(Alternative {
                    not: piece.not,
                    atom,
                }),
                None if piece.raw.trim().is_empty() => {}
                None => self.unknown(field.key(), piece.raw),
            }
        }
        any
    }

    /// Reads a condition on a parameter.
    fn param(&mut self, name: &str, value: &str) {
        let Some(name) = param::clean_name(name) else {
            return self.unknown(param::PREFIX, value);
        };
        let mut any = Vec::new();
        for piece in pieces(value) {
            let quoted = piece.raw.trim_start_matches('-').starts_with('"');
            match piece.text.and_then(|text| param::read(&text, quoted)) {
                Some(_) if !self.counts(&name, piece.raw) => {}
                Some(atom) => any.push(Alternative {
                    not: piece.not,
                    atom,
                }),
                None if piece.raw.trim().is_empty() => {}
                None => self.unknown(&name, piece.raw),
            }
        }
        if !any.is_empty() {
            self.query.params.push(ParamFilter { name, any });
        }
    }

    fn filter(&mut self, field: Field, any: Vec<Alternative>) {
        if !any.is_empty() {
            self.query.filters.push(Filter { field, any });
        }
    }

    /// Reads one ticked checkbox.
    fn tick(&mut self, field: Field, value: &str) -> bool {
        let Some(atom) = parse_atom(field, value) else {
            return false;
        };
        if self.counts(field.key(), value) {
            self.query.tick(field, atom);
        }
        true
    }

    /// Reads the text of a search box.
    fn words(&mut self, text: &str) {
        let (mut left, mut or) = (Side::Nothing, false);
        for token in tokens(text) {
            let (right, joined) = match token {
                Token::Or if !or && left != Side::Nothing => {
                    or = true;
                    continue;
                }
                Token::Or => {
                    self.unknown("q", "OR");
                    continue;
                }
                Token::Word(word) => self.word(word, or && left == Side::Words),
                Token::Filter { field, not, value } => {
                    let joins = or && left == Side::Filter(field);
                    self.condition(field, not, value, joins)
                }
            };
            if or && !joined {
                self.unknown("q", "OR");
            }
            (left, or) = (right, false);
        }
        if or {
            self.unknown("q", "OR");
        }
    }

    /// Adds a word, to those before it if it is to join them. Tells what an `OR` may join now, and
    /// whether it was joined itself; so does the next one.
    fn word(&mut self, word: Word, joins: bool) -> (Side, bool) {
        if !self.counts("q", &word.text) {
            return (Side::Nothing, false);
        }
        match self.query.words.last_mut().filter(|_| joins) {
            Some(words) => words.any.push(word),
            None => self.query.words.push(Words { any: vec![word] }),
        }
        (Side::Words, joins)
    }

    /// Adds a condition, to the filter before it if it is to join that.
    fn condition(&mut self, field: Field, not: bool, value: &str, joins: bool) -> (Side, bool) {
        let mut any = self.alternatives(field, value);
        for one in &mut any {
            one.not ^= not;
        }
        if any.is_empty() || (not && any.len() > 1) {
            // Not (a or b) is: not a, and not b. An `OR` has no place beside that.
            for one in any {
                self.filter(field, vec![one]);
            }
            return (Side::Nothing, false);
        }
        match self.query.filters.last_mut().filter(|_| joins) {
            Some(filter) => filter.any.extend(any),
            None => self.filter(field, any),
        }
        (Side::Filter(field), joins)
    }

    /// Reads an order; keys that can decide nothing any more are not understood.
    fn sort(&mut self, value: &str) {
        let mut sort: Option<Sort> = None;
        for text in value
            .split(',')
            .map(str::trim)
            .filter(|text| !text.is_empty())
        {
            match (parse_sort_by(text), &mut sort) {
                (Some(by), None) => sort = Some(by.into()),
                (Some(by), Some(sort)) if sort.may_add(by) => sort.then.push(by),
                _ => self.unknown("sort", text),
            }
        }
        if let Some(sort) = sort {
            self.query.sort = sort;
        }
    }

    fn finish(mut self) -> Query {
        while self.query.to_string().len() > Query::MAX_BYTES {
            if self.query.params.pop().is_some() {
                self.unknown("param", "too long");
                continue;
            }
            let part = match (self.query.filters.pop(), self.query.words.is_empty()) {
                (Some(filter), _) => filter.field.key(),
                (None, false) => "q",
                (None, true) => break,
            };
            if part == "q" {
                self.query.words.pop();
            }
            self.unknown(part, "too long");
        }
        self.query
    }
}

impl Query {
    /// Adds an alternative to the field's filter of ticked values, making the filter if need be.
    pub(super) fn tick(&mut self, field: Field, atom: Atom) {
        let alternative = Alternative { not: false, atom };
        let ticked = self.filters.iter_mut().find(|filter| {
            filter.field == field && filter.any.iter().all(|alternative| !alternative.not)
        });
        match ticked {
            Some(filter) => filter.any.push(alternative),
            None => self.filters.push(Filter {
                field,
                any: vec![alternative],
            }),
        }
    }

    /// Adds words, phrases and `field:value` conditions from the text of a search box.
    pub(super) fn read_words(self, text: &str) -> Self {
        let words = self
            .words
            .iter()
            .map(|words| words.any.len())
            .sum::<usize>();
        let filters = self.filters.iter().map(|filter| filter.any.len());
        let params = self.params.iter().map(|filter| filter.any.len());
        let atoms = words + filters.chain(params).sum::<usize>();
        let mut reader = Reader {
            query: self,
            read: 0,
            atoms,
        };
        if reader.may_read(text.len()) {
            reader.words(text);
        }
        reader.finish()
    }
}

fn is_setting(key: &str) -> bool {
    matches!(key, "q" | "sort" | "view" | "image" | "at" | "page")
}
