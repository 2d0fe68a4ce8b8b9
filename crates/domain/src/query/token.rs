//! Values cut at their commas and the text of a search box cut into its words, minding quotes.

use super::{Field, Word, value::clean_space};

/// One alternative as it stands in a value.
pub(super) struct Piece<'a> {
    pub(super) not: bool,
    /// Without quotes; `None` when something follows the closing quote.
    pub(super) text: Option<String>,
    pub(super) raw: &'a str,
}

/// Cuts a value at its commas, minding quotes.
pub(super) fn pieces(value: &str) -> Vec<Piece<'_>> {
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
pub(super) enum Token<'a> {
    Word(Word),
    Filter {
        field: Field,
        not: bool,
        value: &'a str,
    },
    /// `OR` in capitals, without quotes.
    Or,
}

/// The words and filters of the text of a search box.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
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
