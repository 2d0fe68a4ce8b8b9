//! From text to a query: never fails, keeps apart what it does not understand.

use super::{
    Alternative, Atom, Field, FieldKind, Filter, Has, Query, Sort, SortKey, TimePoint, TimeRange,
    View, Word, codec,
};
use crate::{image::Format, time::days_in_month};

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
        let key = key.trim().to_ascii_lowercase();
        let value = value.trim();
        let field = Field::from_key(&key);
        let any = key.strip_prefix("any.").and_then(Field::from_key);
        let understood = match key.as_str() {
            _ if value.is_empty() && (field.is_some() || any.is_some() || is_setting(&key)) => true,
            "q" => {
                self.words(value);
                true
            }
            "sort" => self.sort(value),
            "view" => parse_view(value)
                .map(|view| self.query.view = view)
                .is_some(),
            "image" => value.parse().map(|id| self.query.image = Some(id)).is_ok(),
            "at" => value.parse().map(|id| self.query.at = Some(id)).is_ok(),
            "page" => value.parse().map(|page| self.query.page = page).is_ok(),
            _ => {
                if let Some(field) = field {
                    self.filter(field, value, false);
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

    /// Reads the value of one parameter; `flip` turns the whole of it round.
    fn filter(&mut self, field: Field, value: &str, flip: bool) {
        let mut any = Vec::new();
        for piece in pieces(value) {
            match piece.text.and_then(|text| parse_atom(field, &text)) {
                Some(_) if !self.counts(field.key(), piece.raw) => {}
                Some(atom) => any.push(Alternative {
                    not: piece.not != flip,
                    atom,
                }),
                None if piece.raw.trim().is_empty() => {}
                None => self.unknown(field.key(), piece.raw),
            }
        }
        if flip {
            // Not (a or b) is: not a, and not b.
            self.query.filters.extend(any.into_iter().map(|one| Filter {
                field,
                any: vec![one],
            }));
        } else if !any.is_empty() {
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

    fn words(&mut self, text: &str) {
        for token in tokens(text) {
            match token {
                Token::Word(word) => {
                    if self.counts("q", &word.text) {
                        self.query.words.push(word);
                    }
                }
                Token::Filter { field, not, value } => self.filter(field, value, not),
                Token::Or => self.unknown("q", "OR"),
            }
        }
    }

    fn sort(&mut self, value: &str) -> bool {
        let mut keys = value.split(',').map(str::trim);
        let Some(sort) = keys.next().and_then(parse_sort) else {
            return false;
        };
        self.query.sort = sort;
        for more in keys {
            self.unknown("sort", more);
        }
        true
    }

    fn finish(mut self) -> Query {
        while self.query.to_string().len() > Query::MAX_BYTES {
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
        let atoms = self.words.len() + self.filters.iter().map(|f| f.any.len()).sum::<usize>();
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

/// One alternative as it stands in a value.
struct Piece<'a> {
    not: bool,
    /// Without quotes; `None` when something follows the closing quote.
    text: Option<String>,
    raw: &'a str,
}

/// Cuts a value at its commas, minding quotes.
fn pieces(value: &str) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    let mut rest = Some(value);
    while let Some(start) = rest {
        let text = start.trim_start();
        let (not, atom) = text
            .strip_prefix('-')
            .map_or((false, text), |atom| (true, atom));
        let (inner, after) = match atom.strip_prefix('"') {
            Some(quoted) => {
                let (inner, after) = unquote(quoted);
                (Some(inner), after)
            }
            None => (None, atom),
        };
        let (tail, next) = match after.split_once(',') {
            Some((tail, next)) => (tail, Some(next)),
            None => (after, None),
        };
        let raw = &text[..text.len() - after.len() + tail.len()];
        let text = match inner {
            Some(inner) => tail.trim().is_empty().then_some(inner),
            None => Some(tail.to_owned()),
        };
        out.push(Piece { not, text, raw });
        rest = next;
    }
    out
}

/// The text up to the closing quote and what follows it; a quote that is never closed takes all.
fn unquote(text: &str) -> (String, &str) {
    let mut out = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return (out, &text[at + 1..]),
            '\\' => match text[at + 1..].chars().next() {
                Some(escaped @ ('"' | '\\')) => {
                    letters.next();
                    out.push(escaped);
                }
                _ => out.push('\\'),
            },
            other => out.push(other),
        }
    }
    (out, "")
}

/// One part of the text of a search box.
enum Token<'a> {
    Word(Word),
    Filter {
        field: Field,
        not: bool,
        value: &'a str,
    },
    /// `OR` between words has no meaning here and says so.
    Or,
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (not, body) = rest
            .strip_prefix('-')
            .map_or((false, rest), |body| (true, body));
        let after;
        if let Some(quoted) = body.strip_prefix('"') {
            let (inner, tail) = unquote(quoted);
            out.extend(clean_space(&inner).map(|text| Token::Word(Word { not, text })));
            after = tail;
        } else if let Some((field, value, tail)) = field_and_value(body) {
            out.push(Token::Filter { field, not, value });
            after = tail;
        } else {
            let (word, tail) = body.split_at(body.find(char::is_whitespace).unwrap_or(body.len()));
            match word {
                "AND" if !not => {}
                "OR" if !not => out.push(Token::Or),
                // A lone dash is the beginning of something that is still being typed.
                _ if word.bytes().all(|byte| byte == b'-') => {}
                _ => out.push(Token::Word(Word {
                    not,
                    text: word.to_owned(),
                })),
            }
            after = tail;
        }
        rest = after.trim_start();
    }
    out
}

/// `model:sdxl,"a b"` at the start of a text, and what follows it.
fn field_and_value(text: &str) -> Option<(Field, &str, &str)> {
    let (key, value) = text.split_once(':')?;
    let known = key.len() <= 12 && key.bytes().all(|byte| byte.is_ascii_alphabetic());
    let field = known.then(|| Field::from_key(&key.to_ascii_lowercase()))??;
    let mut rest = value;
    let mut begins = true;
    while let Some(letter) = rest.chars().next() {
        if letter.is_whitespace() {
            break;
        }
        let tail = &rest[letter.len_utf8()..];
        rest = if begins && letter == '"' {
            unquote(tail).1
        } else {
            tail
        };
        begins = letter == ',' || (begins && letter == '-');
    }
    let length = value.len() - rest.len();
    (length > 0).then(|| (field, &value[..length], rest))
}

/// Whether a word has to be quoted to be read as the word that it is.
pub(super) fn needs_quotes(word: &str) -> bool {
    word.starts_with(['-', '"'])
        || word.contains(char::is_whitespace)
        || matches!(word, "AND" | "OR")
        || field_and_value(word).is_some()
}

/// Single spaces, none at the ends; `None` when nothing is left.
pub(super) fn clean_space(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

/// The text of a condition in the form that is kept; `None` when nothing is left.
pub(super) fn clean_text(field: Field, text: &str) -> Option<String> {
    let text = clean_space(text)?;
    match field {
        Field::Folder => {
            let inner = text.trim_matches(|letter| letter == '/' || letter == ' ');
            (!inner.is_empty()).then(|| inner.to_owned())
        }
        Field::Format => Some(
            Format::from_name(&format!("x.{text}")).map_or(text, |format| format.word().to_owned()),
        ),
        _ => Some(text),
    }
}

/// The condition that a text stands for in a field.
pub(super) fn parse_atom(field: Field, text: &str) -> Option<Atom> {
    let trimmed = text.trim();
    let atom = match field.kind() {
        FieldKind::Text => Atom::Text(clean_text(field, text)?),
        FieldKind::Whole => {
            let (from, to) = parse_range(trimmed, parse_whole)?;
            Atom::Whole(from, to)
        }
        FieldKind::Number => {
            let (from, to) = parse_range(trimmed, parse_number)?;
            Atom::Number(from, to)
        }
        FieldKind::Size => {
            let (w, h) = trimmed.split_once(['x', 'X', '×'])?;
            Atom::Size(parse_pixels(w)?, parse_pixels(h)?)
        }
        FieldKind::Ratio => {
            let (w, h) = trimmed.split_once(':')?;
            Atom::Ratio(parse_pixels(w)?, parse_pixels(h)?)
        }
        FieldKind::Time => {
            let (from, to) = parse_range(trimmed, parse_time)?;
            Atom::Time(TimeRange { from, to })
        }
        FieldKind::Has => {
            let word = trimmed.to_ascii_lowercase();
            let has = Has::ALL.into_iter().find(|has| has.word() == word)?;
            Atom::Has(has)
        }
    };
    atom.canonical(field)
}

/// `a`, `a..b`, `a..`, `..b` or `..`; a single value is both ends.
fn parse_range<T: Copy>(
    text: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Option<(Option<T>, Option<T>)> {
    let Some((from, to)) = text.split_once("..") else {
        return read(text).map(|one| (Some(one), Some(one)));
    };
    let end = |text: &str| match text.trim() {
        "" => Some(None),
        text => read(text).map(Some),
    };
    Some((end(from)?, end(to)?))
}

fn parse_whole(text: &str) -> Option<u64> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())?
}

fn parse_pixels(text: &str) -> Option<u32> {
    parse_whole(text.trim()).and_then(|value| u32::try_from(value).ok())
}

fn parse_number(text: &str) -> Option<f64> {
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    (plain && text.len() <= 24).then(|| text.parse().ok())?
}

fn parse_time(text: &str) -> Option<TimePoint> {
    let word = text.trim().to_ascii_lowercase();
    if word == "today" {
        return Some(TimePoint::DaysAgo(0));
    }
    if word == "yesterday" {
        return Some(TimePoint::DaysAgo(1));
    }
    if let Some(days) = word.strip_suffix('d') {
        return parse_pixels(days).map(TimePoint::DaysAgo);
    }
    let mut parts = word.split('-');
    let year = parts
        .next()
        .filter(|year| year.len() == 4)
        .and_then(parse_pixels)? as i32;
    let mut next = || {
        parts
            .next()
            .map(|part| parse_pixels(part).filter(|_| part.len() <= 2))
    };
    let point = match (next(), next(), next()) {
        (None, ..) => TimePoint::Year(year),
        (Some(month), None, _) => TimePoint::Month(year, month?),
        (Some(month), Some(day), None) => TimePoint::Day(year, month?, day?),
        _ => return None,
    };
    point.is_valid().then_some(point)
}

impl TimePoint {
    /// Whether there is such a day, month or year (1 to 9999).
    pub(super) fn is_valid(self) -> bool {
        let (year, month, day) = match self {
            Self::Year(year) => (year, 1, 1),
            Self::Month(year, month) => (year, month, 1),
            Self::Day(year, month, day) => (year, month, day),
            Self::DaysAgo(_) => return true,
        };
        let days = days_in_month(year, month).unwrap_or(0);
        (1..=9999).contains(&year) && (1..=days).contains(&day)
    }
}

fn parse_sort(text: &str) -> Option<Sort> {
    let text = text.to_ascii_lowercase();
    let (descending, word) = text
        .strip_prefix('-')
        .map_or((false, &*text), |word| (true, word));
    if let Some(number) = word.strip_prefix("random") {
        let number = match number.strip_prefix(':') {
            Some(number) => parse_pixels(number)?,
            None if number.is_empty() => 0,
            None => return None,
        };
        return Some(Sort {
            key: SortKey::Random(number),
            descending: false,
        });
    }
    let key = SortKey::ALL.into_iter().find(|key| key.word() == word)?;
    Some(Sort { key, descending })
}

fn parse_view(text: &str) -> Option<View> {
    match text.to_ascii_lowercase().as_str() {
        "grid" => Some(View::Grid),
        "list" => Some(View::List),
        _ => None,
    }
}
