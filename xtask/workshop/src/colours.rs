//! Finds colours written into a style sheet, so that only `tokens.css` may hold them.

/// Functions that make a colour out of numbers. `color-mix` is fine: it mixes tokens.
const FUNCTIONS: [&str; 11] = [
    "rgb(",
    "rgba(",
    "hsl(",
    "hsla(",
    "hwb(",
    "lab(",
    "lch(",
    "oklab(",
    "oklch(",
    "color(",
    "light-dark(",
];

/// The named colours that people really type.
const NAMES: [&str; 20] = [
    "white", "black", "red", "green", "blue", "gray", "grey", "silver", "orange", "yellow",
    "purple", "pink", "teal", "navy", "gold", "maroon", "lime", "aqua", "cyan", "magenta",
];

/// Each colour with its line number.
///
/// Only the values of declarations are looked at: `#menu { .. }` and `a.red { .. }` are names.
pub(crate) fn written_in(css: &str) -> Vec<(usize, String)> {
    let css = without_comments_and_strings(css);
    let mut found = Vec::new();
    let mut start = 0;
    for (end, character) in css.char_indices() {
        if !matches!(character, ';' | '{' | '}') {
            continue;
        }
        // What ends in `{` is a selector or an at-rule, not a declaration.
        if character != '{'
            && let Some((_, value)) = css[start..end].split_once(':')
            && let Some(colour) = colour_in(value)
        {
            let offset = end - value.len();
            found.push((css[..offset].matches('\n').count() + 1, colour));
        }
        start = end + 1;
    }
    found
}

fn colour_in(value: &str) -> Option<String> {
    let lower = value.to_ascii_lowercase();
    let boundary = |index: usize| {
        let before = lower[..index].chars().next_back();
        !before.is_some_and(|character| character.is_ascii_alphanumeric() || character == '-')
    };
    for function in FUNCTIONS {
        if let Some((index, _)) = lower
            .match_indices(function)
            .find(|(index, _)| boundary(*index))
        {
            return Some(value[index..].trim().to_owned());
        }
    }
    let words = lower.split(|character: char| {
        !(character.is_ascii_alphanumeric()
            || character == '-'
            || character == '#'
            || character == '_')
    });
    for word in words {
        let digits = word.strip_prefix('#').unwrap_or_default();
        let hexadecimal = matches!(digits.len(), 3 | 4 | 6 | 8)
            && digits
                .chars()
                .all(|character| character.is_ascii_hexdigit());
        if hexadecimal || NAMES.contains(&word) {
            return Some(word.to_owned());
        }
    }
    None
}

/// The same text with comments, strings and `url(..)` blanked, line breaks kept.
fn without_comments_and_strings(css: &str) -> String {
    let mut kept = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(character) = rest.chars().next() {
        let skipped = match character {
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '"' | '\'' => rest[1..].find(character).map_or(rest.len(), |end| end + 2),
            'u' if rest.starts_with("url(") => rest.find(')').map_or(rest.len(), |end| end + 1),
            _ => 0,
        };
        if skipped == 0 {
            kept.push(character);
            rest = &rest[character.len_utf8()..];
        } else {
            kept.extend(
                rest[..skipped]
                    .chars()
                    .map(|gone| if gone == '\n' { '\n' } else { ' ' }),
            );
            rest = &rest[skipped..];
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(css: &str) -> Vec<usize> {
        written_in(css).into_iter().map(|(line, _)| line).collect()
    }

    #[test]
    fn colours_in_values_are_found_in_every_spelling() {
        assert_eq!(lines("a { color: #fff; }"), [1]);
        assert_eq!(lines("a {\n  background: rgb(0 0 0 / 50%)\n}"), [2]);
        assert_eq!(lines("a { border: 1px solid White; }"), [1]);
        assert_eq!(
            lines("a { color: color-mix(in oklab, var(--ink), oklch(1 0 0)); }"),
            [1]
        );
    }

    #[test]
    fn names_tokens_and_pictures_are_no_colours() {
        assert!(lines("#fade { color: var(--red); }").is_empty());
        assert!(lines("a.red:hover { color: currentColor; white-space: nowrap; }").is_empty());
        assert!(
            lines("a { background: color-mix(in oklab, var(--ink) 20%, transparent); }").is_empty()
        );
        assert!(lines("/* #fff */ a { mask: url(#abc); content: \"#fff\"; }").is_empty());
        assert!(lines("a { &:hover { color: var(--accent); } }").is_empty());
    }
}
