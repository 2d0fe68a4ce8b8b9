//! From spans to the tokens that are counted.

use std::ops::Range;

use super::{Dialect, MAX_TOKEN_CHARS, Span, SpanKind, Token, TokenKind};
use crate::text::{LINE_END, normalise};

/// The tokens of a prompt that was cut into spans.
pub(super) fn tokens(prompt: &str, dialect: Dialect, spans: &[Span<'_>]) -> Vec<Token> {
    let mut out = Vec::new();
    let mut words = Words::default();
    for span in spans {
        let text = &prompt[span.range.clone()];
        let (kind, name, weight) = match span.kind {
            SpanKind::Text => {
                words.add(text, span, dialect);
                continue;
            }
            SpanKind::Separator if is_gap(text) => {
                if !words.text.is_empty() {
                    words.text.push(' ');
                }
                continue;
            }
            SpanKind::Emphasis => continue,
            SpanKind::Lora { name, weight, .. } => (TokenKind::Lora, name, weight.unwrap_or(1.0)),
            SpanKind::Hypernet { name, weight } => {
                (TokenKind::Hypernet, name, weight.unwrap_or(1.0))
            }
            SpanKind::Embedding { name } => (TokenKind::Embedding, name, span.weight),
            SpanKind::Wildcard { name } => (TokenKind::Wildcard, name, span.weight),
            SpanKind::Separator
            | SpanKind::Break
            | SpanKind::And
            | SpanKind::Choice
            | SpanKind::Schedule
            | SpanKind::Tag
            | SpanKind::Comment => {
                out.extend(words.take());
                continue;
            }
        };
        out.extend(words.take());
        let text = unescape(name, dialect);
        let range = span.range.clone();
        out.extend((!text.is_empty()).then_some(Token {
            kind,
            text,
            range,
            weight,
        }));
    }
    out.extend(words.take());
    out
}

/// White space between two words of one token, such as stands before a bracket.
fn is_gap(separator: &str) -> bool {
    separator
        .chars()
        .all(|letter| letter.is_whitespace() && !matches!(letter, '\n' | '\r' | LINE_END))
}

/// The words of a token while it is being read.
#[derive(Default)]
struct Words {
    text: String,
    range: Range<usize>,
    weight: f32,
    /// The length of the part that gave the weight.
    longest: usize,
}

impl Words {
    fn add(&mut self, text: &str, span: &Span<'_>, dialect: Dialect) {
        if self.text.is_empty() {
            self.range.start = span.range.start;
        }
        self.range.end = span.range.end;

        if text.len() > self.longest {
            self.longest = text.len();
            self.weight = span.weight;
        }
        self.text.push_str(&unescape(text, dialect));
    }

    fn take(&mut self) -> Option<Token> {
        let Self {
            text,
            range,
            weight,
            ..
        } = std::mem::take(self);
        let quote = |letter: char| letter.is_whitespace() || "\"“”".contains(letter);
        let text = normalise(text.trim_matches(quote));
        let lone = matches!(text.as_bytes(), [one] if one.is_ascii_punctuation());
        // A folded prompt has the words that part prompts in small letters.
        let parts = matches!(text.as_str(), "break" | "and");
        let is_token = !text.is_empty()
            && !lone
            && !parts
            && text.chars().take(MAX_TOKEN_CHARS + 1).count() <= MAX_TOKEN_CHARS;
        let kind = TokenKind::Text;
        is_token.then_some(Token {
            kind,
            text,
            range,
            weight,
        })
    }
}

/// Without the backslashes that take away a meaning.
fn unescape(text: &str, dialect: Dialect) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let escaped = (letter == '\\')
            .then(|| letters.next_if(|next| dialect.escapes(*next)))
            .flatten();
        out.push(escaped.unwrap_or(letter));
    }
    out
}
