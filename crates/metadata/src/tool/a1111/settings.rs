//! The settings of an infotext.

use crate::json::{self, Json};

/// `Key: value` pairs, separated by commas or lines. Values may be quoted, or be JSON.
pub(super) fn pairs(text: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut rest = text;
    let mut unclosed = 0;
    while let Some((key, after)) = rest.split_once(':') {
        let key = key.trim_matches(|c: char| c == ',' || c.is_whitespace());
        let key = key.rsplit(['\n', ',']).next().unwrap_or_default().trim();
        let body = after.trim_start_matches([' ', '\t']);
        let (value, next) = value(body, &mut unclosed);
        if !key.is_empty() && key.len() <= 64 && pairs.len() < 500 {
            pairs.push((key.to_owned(), value));
        }
        rest = next;
    }
    pairs
}

/// How many brackets without an end are looked for in one text: each is a walk to the end of it.
const UNCLOSED: u32 = 16;

/// The value at the start of a text, and what follows it.
fn value<'t>(text: &'t str, unclosed: &mut u32) -> (String, &'t str) {
    if text.starts_with('"') {
        let end = quoted_end(text);
        if let Some(Json::Text(value)) = json::parse(&text[..end]) {
            return (value.into_owned(), &text[end..]);
        }
        return (text[..end].trim_matches('"').to_owned(), &text[end..]);
    }
    if text.starts_with(['{', '[']) && *unclosed < UNCLOSED {
        if let Some(end) = nested_end(text) {
            return (text[..end].to_owned(), &text[end..]);
        }
        *unclosed += 1;
    }
    let end = text.find([',', '\n']).unwrap_or(text.len());
    (text[..end].trim().to_owned(), &text[end..])
}

/// The length of a quoted text with its quotes.
fn quoted_end(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a JSON list or map, brackets in strings not counted.
fn nested_end(text: &str) -> Option<usize> {
    let (mut depth, mut at) = (0_usize, 0);
    let bytes = text.as_bytes();
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at += quoted_end(&text[at..]);
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_without_an_end_are_given_up() {
        let start = std::time::Instant::now();
        for part in ["a:{,", ":[{\"", "a:\"", ":{\n"] {
            assert!(pairs(&part.repeat(400_000)).len() <= 500);
        }
        assert!(start.elapsed().as_secs() < 10);
        assert_eq!(pairs("a:{,b:{c},d:2")[2].1, "2");
    }
}
