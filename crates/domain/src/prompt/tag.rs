//! `<word:...>`: where tags stand and what they are.

use std::ops::Range;

use super::{MAX_DEPTH, SpanKind, number};

/// The longest word and the longest `[...]` after it, in bytes.
const WORD_LIMIT: usize = 24;
const NOTE_LIMIT: usize = 64;
/// SwarmUI's tags that take nothing.
const BARE: [&str; 5] = ["break", "trigger", "base", "refiner", "video"];

/// Where tags stand, outer ones only, in order. A tag that is never closed is none; those in it are.
pub(super) fn ranges(text: &str) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    let mut open = Vec::new();
    for (at, letter) in text.match_indices(['<', '>']) {
        let range = match letter {
            "<" => match word(&text[at..]) {
                Some((_, length, true)) => at..at + length,
                Some(_) if open.len() < MAX_DEPTH => {
                    open.push(at);
                    continue;
                }
                _ => continue,
            },
            _ => match open.pop() {
                Some(start) => start..at + 1,
                None => continue,
            },
        };
        while out.last().is_some_and(|inner| inner.start > range.start) {
            out.pop();
        }
        out.push(range);
    }
    out
}

/// The word of the tag at the start of a text, the length up to what follows it, and whether the tag
/// is already complete.
fn word(text: &str) -> Option<(&str, usize, bool)> {
    let inner = text.strip_prefix('<')?;
    let length = inner
        .bytes()
        .take(WORD_LIMIT + 1)
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        .count();
    if !(1..=WORD_LIMIT).contains(&length) {
        return None;
    }
    let (word, mut rest) = inner.split_at(length);
    if rest.starts_with('[') {
        let end = rest.bytes().take(NOTE_LIMIT).position(|it| it == b']')?;
        rest = &rest[end + 1..];
    }
    let done = text.len() - rest.len() + 1;
    match rest.bytes().next()? {
        b':' => Some((word, done, false)),
        b'>' if BARE.contains(&word) => Some((word, done, true)),
        _ => None,
    }
}

/// What a whole tag is.
pub(super) fn kind(tag: &str) -> SpanKind<'_> {
    let Some((word, length, bare)) = word(tag) else {
        return SpanKind::Tag;
    };
    let inner = if bare {
        ""
    } else {
        tag.get(length..tag.len() - 1).unwrap_or_default()
    };
    let mut fields = inner.split(':').map(str::trim);
    let name = fields.next().unwrap_or_default();
    // Web UI also takes `te=0.5` and other named values, which are not read.
    let mut strength = || {
        let field = fields.next()?;
        number(field).and_then(|(value, length)| (length == field.len()).then_some(value))
    };
    match word.to_ascii_lowercase().as_str() {
        "break" => SpanKind::Break,
        "comment" => SpanKind::Comment,
        "random" => SpanKind::Choice,
        "alternate" | "alt" | "fromto" => SpanKind::Schedule,
        _ if name.is_empty() => SpanKind::Tag,
        "lora" | "lyco" => SpanKind::Lora {
            name,
            weight: strength(),
            clip_weight: strength(),
        },
        "hypernet" => SpanKind::Hypernet {
            name,
            weight: strength(),
        },
        "embed" | "embedding" => SpanKind::Embedding { name },
        "wildcard" | "wc" => SpanKind::Wildcard { name },
        _ => SpanKind::Tag,
    }
}
