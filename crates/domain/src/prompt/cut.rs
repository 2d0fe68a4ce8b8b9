//! From text to pieces: cuts at everything that some program gives a meaning to.

use std::ops::Range;

use super::{
    Dialect,
    bracket::{Bracket, Brackets, Ending, Role},
    compel, number, tag,
};
use crate::text::LINE_END;

/// Where lines end, in prompts as written and in folded ones.
const LINES: [char; 3] = ['\n', '\r', LINE_END];

/// The longest name of a wildcard, in bytes.
const WILDCARD_LIMIT: usize = 128;

/// A stretch of a prompt; pieces cover it in order.
pub(super) struct Piece {
    pub(super) range: Range<usize>,
    pub(super) what: What,
}

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum What {
    Text,
    /// A word with a weight of its own.
    Word(f32),
    /// White space within a line.
    Space,
    Separator,
    /// Text, until brackets around it make it the punctuation of a schedule.
    Colon,
    /// The same with `|`, which is a separator when it stands apart from words.
    Bar {
        apart: bool,
    },
    Open(Bracket, Role),
    Close(Bracket, Role),
    /// Punctuation of weights that are known already.
    Emphasis,
    /// Sets the weight for what follows.
    Level(f32),
    Choice,
    Schedule,
    Break,
    And,
    Tag,
    Embedding,
    Wildcard,
    Comment,
}

/// Cuts a prompt into pieces, with all brackets settled.
pub(super) fn pieces(text: &str, dialect: Dialect) -> Vec<Piece> {
    let mut cutter = Cutter {
        text,
        dialect,
        at: 0,
        pieces: Vec::new(),
        brackets: Brackets::default(),
        tags: tag::ranges(text).into_iter().peekable(),
        has_and: false,
        has_block_end: true,
    };
    while let Some(letter) = cutter.rest().chars().next() {
        let (what, length) = cutter.next(letter);
        cutter.push(what, length);
    }
    let Cutter {
        brackets,
        mut pieces,
        has_and,
        ..
    } = cutter;
    brackets.finish(dialect, &mut pieces);
    if has_and {
        settle_and(text, &mut pieces);
    }
    pieces
}

struct Cutter<'a> {
    text: &'a str,
    dialect: Dialect,
    at: usize,
    pieces: Vec<Piece>,
    brackets: Brackets,
    tags: std::iter::Peekable<std::vec::IntoIter<Range<usize>>>,
    has_and: bool,
    /// Whether a `*/` may still come, so that the text is not searched for one again and again.
    has_block_end: bool,
}

impl<'a> Cutter<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn before(&self) -> Option<char> {
        self.text[..self.at].chars().next_back()
    }

    fn push(&mut self, what: What, length: usize) {
        let range = self.at..self.at + length;
        self.at = range.end;
        match self.pieces.last_mut() {
            Some(last) if last.what == what && matches!(what, What::Text | What::Space) => {
                last.range.end = range.end;
            }
            _ => self.pieces.push(Piece { range, what }),
        }
    }

    /// What stands here and how long it is.
    fn next(&mut self, letter: char) -> (What, usize) {
        let rest = self.rest();
        let size = letter.len_utf8();
        let (webui, comfy) = (Dialect::Webui, Dialect::Comfy);
        match letter {
            '\\' => {
                let next = rest[size..].chars().next();
                let next = next.filter(|next| self.dialect.escapes(*next));
                (What::Text, size + next.map_or(0, char::len_utf8))
            }
            ',' | '\n' | '\r' | LINE_END | '，' | '、' | '。' | '；' | '！' | '？' => {
                (What::Separator, size)
            }
            '.' | ';' | '!' | '?' => self.sentence_end(),
            '#' if self.dialect == webui
                && self.before().is_none_or(|letter| LINES.contains(&letter)) =>
            {
                (What::Comment, rest.find(LINES).unwrap_or(rest.len()))
            }
            '/' if self.dialect == comfy => self.comment(),
            '<' => self.tag(),
            '_' => self.wildcard(),
            '(' if self.dialect != Dialect::NovelAi => (self.open(Bracket::Round), size),
            ')' if self.dialect != Dialect::NovelAi => self.close_round(),
            '[' if matches!(self.dialect, Dialect::Webui | Dialect::NovelAi) => {
                (self.open(Bracket::Square), size)
            }
            ']' => (self.close(Bracket::Square, Ending::Plain), size),
            '{' => {
                let what = self.open(Bracket::Curly);
                (what, size + self.option(what != What::Text))
            }
            '}' => (self.close(Bracket::Curly, Ending::Plain), size),
            '|' => self.bar(),
            ':' => self.colon(),
            '+' | '-' if self.dialect == Dialect::Invoke => self.signs(),
            '+' | '-' => self.level().unwrap_or((What::Text, size)),
            _ if letter.is_whitespace() => (What::Space, size),
            _ if letter.is_alphanumeric() => self.word(),
            _ => (What::Text, size),
        }
    }

    /// `.` and its kin with a space, the end or a closing mark behind them, else text.
    fn sentence_end(&self) -> (What, usize) {
        let rest = self.rest();
        let after = rest.trim_start_matches(['.', ';', '!', '?']);
        let ends = |next: char| is_gap(next) || ")]}\"”".contains(next);
        let what = if after.chars().next().is_none_or(ends) {
            What::Separator
        } else {
            What::Text
        };
        (what, rest.len() - after.len())
    }

    /// `// ...` but not in an address, and `/* ... */`.
    fn comment(&mut self) -> (What, usize) {
        let rest = self.rest();
        if rest.starts_with("//") && self.before() != Some(':') {
            return (What::Comment, rest.find(LINES).unwrap_or(rest.len()));
        }
        if self.has_block_end && rest.starts_with("/*") {
            if let Some(end) = rest[2..].find("*/") {
                return (What::Comment, end + 4);
            }
            self.has_block_end = false;
        }
        (What::Text, 1)
    }

    fn tag(&mut self) -> (What, usize) {
        while self.tags.next_if(|tag| tag.start < self.at).is_some() {}
        match self.tags.next_if(|tag| tag.start == self.at) {
            Some(tag) => (What::Tag, tag.len()),
            None => (What::Text, 1),
        }
    }

    /// `__name__`, else all of the underscores.
    fn wildcard(&self) -> (What, usize) {
        let rest = self.rest();
        let run = rest.len() - rest.trim_start_matches('_').len();
        let free = !self.before().is_some_and(char::is_alphanumeric);
        let name = if run == 2 && free { &rest[2..] } else { "" };
        let is_part = |letter: char| letter.is_alphanumeric() || "_-/.*".contains(letter);
        let mut limit = name.len().min(WILDCARD_LIMIT);
        while !name.is_char_boundary(limit) {
            limit -= 1;
        }
        let name = &name[..limit];
        let name = &name[..name.find(|it| !is_part(it)).unwrap_or(limit)];
        match name.find("__") {
            Some(length) => (What::Wildcard, length + 4),
            None => (What::Text, run),
        }
    }

    fn open(&mut self, bracket: Bracket) -> What {
        if self.brackets.open(bracket, self.pieces.len()) {
            What::Open(bracket, Role::Times(1.0))
        } else {
            What::Text
        }
    }

    fn close(&mut self, bracket: Bracket, ending: Ending) -> What {
        self.brackets
            .close(bracket, ending, self.dialect, &mut self.pieces)
            .unwrap_or(What::Text)
    }

    /// `)` and, for Compel, the weight or call behind it.
    fn close_round(&mut self) -> (What, usize) {
        let after = &self.rest()[1..];
        let suffix = (self.dialect == Dialect::Invoke && self.brackets.is_open(Bracket::Round))
            .then(|| compel::suffix(after))
            .flatten();
        match suffix {
            Some((weight, length)) => (
                self.close(Bracket::Round, Ending::Weight(weight)),
                1 + length,
            ),
            None => (self.close(Bracket::Round, Ending::Plain), 1),
        }
    }

    /// The length of `2$$` or `0.5::` before an option of a choice, this piece's first byte apart.
    fn option(&self, in_choice: bool) -> usize {
        let after = &self.rest()[1..];
        let text = after.trim_start_matches(' ');
        match number(text) {
            Some((_, length)) if in_choice && self.dialect != Dialect::NovelAi => {
                let behind = &text[length..];
                let marked = behind.starts_with("$$") || behind.starts_with("::");
                usize::from(marked) * (after.len() - text.len() + length + 2)
            }
            _ => 0,
        }
    }

    fn bar(&mut self) -> (What, usize) {
        let space = |letter: Option<char>| letter.is_none_or(is_gap);
        let alone = space(self.before()) && space(self.rest()[1..].chars().next());
        let apart = alone || self.dialect == Dialect::NovelAi;
        let in_choice = self.brackets.is_innermost(Bracket::Curly);
        if in_choice && self.dialect != Dialect::NovelAi {
            self.brackets.mark(Bracket::Curly, self.pieces.len());
        } else if self.brackets.is_innermost(Bracket::Square) {
            self.brackets.mark(Bracket::Square, self.pieces.len());
        }
        (What::Bar { apart }, 1 + self.option(in_choice))
    }

    /// A colon and, where they close a bracket, the number and bracket behind it.
    fn colon(&mut self) -> (What, usize) {
        let rest = self.rest();
        if self.dialect == Dialect::NovelAi {
            return if rest.starts_with("::") {
                (What::Level(1.0), 2)
            } else {
                (What::Text, 1)
            };
        }
        let text = rest[1..].trim_start_matches(' ');
        if let Some((value, length)) = number(text) {
            let behind = text[length..].trim_start_matches(' ');
            let length = rest.len() - behind.len() + 1;
            if behind.starts_with(')') && self.brackets.is_open(Bracket::Round) {
                // InvokeAI gives it no meaning, and so no weight.
                let ending = if self.dialect == Dialect::Invoke {
                    Ending::Plain
                } else {
                    Ending::Weight(value)
                };
                return (self.close(Bracket::Round, ending), length);
            }
            if behind.starts_with(']') && self.brackets.is_open(Bracket::Square) {
                return (self.close(Bracket::Square, Ending::When), length);
            }
        }
        if self.brackets.is_innermost(Bracket::Square) {
            self.brackets.mark(Bracket::Square, self.pieces.len());
        }
        (What::Colon, 1)
    }

    /// `1.5::` of NovelAI.
    fn level(&self) -> Option<(What, usize)> {
        let is_free = |it: char| !it.is_alphanumeric() && !matches!(it, '.' | '_' | '+' | '-');
        if self.dialect != Dialect::NovelAi || !self.before().is_none_or(is_free) {
            return None;
        }
        let (value, length) = number(self.rest())?;
        self.rest()[length..]
            .starts_with("::")
            .then_some((What::Level(value), length + 2))
    }

    /// Compel's `++` and `--` behind a word.
    fn signs(&mut self) -> (What, usize) {
        let (factor, length) = compel::signs(self.rest());
        let ends = |letter: char| is_gap(letter) || ",.;:!?()[]{}\"'".contains(letter);
        let is_suffix = self.before().is_some_and(char::is_alphanumeric)
            && self.rest()[length..].chars().next().is_none_or(ends);
        match self.pieces.last_mut() {
            Some(word) if is_suffix && word.what == What::Text => {
                word.what = What::Word(factor);
                (What::Emphasis, length)
            }
            _ => (What::Text, length),
        }
    }

    /// Letters and digits, and the words among them that have a meaning.
    fn word(&mut self) -> (What, usize) {
        let rest = self.rest();
        let length = rest
            .find(|letter: char| !letter.is_alphanumeric())
            .unwrap_or(rest.len());
        let word = &rest[..length];
        let is_joined = self.before() == Some('_') || rest[length..].starts_with('_');
        match word {
            "BREAK" if !is_joined && matches!(self.dialect, Dialect::Webui | Dialect::Comfy) => {
                (What::Break, length)
            }
            "AND" if !is_joined && self.dialect == Dialect::Webui => {
                self.has_and = true;
                (What::And, length)
            }
            "embedding" if rest[length..].starts_with(':') && !is_joined => {
                match self.name(&rest[length + 1..]) {
                    0 => (What::Text, length),
                    name => (What::Embedding, length + 1 + name),
                }
            }
            _ => self.level().unwrap_or((What::Text, length)),
        }
    }

    /// The length of an embedding's name.
    fn name(&self, text: &str) -> usize {
        let mut escaped = false;
        text.find(|letter: char| {
            let ends = is_gap(letter) || ",，、:()[]{}<>|\"".contains(letter);
            let ends = ends && !(escaped && self.dialect.escapes(letter));
            escaped = letter == '\\' && !escaped;
            ends
        })
        .unwrap_or(text.len())
    }
}

/// The `: 1.2` before an `AND` and at the end is the weight of a whole prompt, part of the `AND`.
fn settle_and(text: &str, pieces: &mut [Piece]) {
    let is_space = |piece: &Piece| matches!(piece.what, What::Space | What::Separator);
    let ends =
        (0..=pieces.len()).filter(|at| pieces.get(*at).is_none_or(|it| it.what == What::And));
    for end in ends.collect::<Vec<_>>() {
        let Some(value) = pieces[..end].iter().rposition(|it| !is_space(it)) else {
            continue;
        };
        let digits = &text[pieces[value].range.clone()];
        if number(digits).is_none_or(|(_, length)| length != digits.len()) {
            continue;
        }
        let before = pieces[..value].iter().rposition(|it| !is_space(it));
        if let Some(colon) = before.filter(|at| pieces[*at].what == What::Colon) {
            for piece in &mut pieces[colon..=value] {
                piece.what = What::And;
            }
        }
    }
}

fn is_gap(letter: char) -> bool {
    letter.is_whitespace() || letter == LINE_END
}
