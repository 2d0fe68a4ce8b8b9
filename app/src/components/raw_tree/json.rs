//! JSON as it is found in pictures, laid out for reading.
//!
//! Not a parser: the text is only cut at its brackets and commas, so that files with `NaN`, with a
//! missing end or with other sins can still be read by people. Linear in the text, no recursion.

/// Whether a text wants to be an object or a list.
pub(super) fn looks_like(text: &str) -> bool {
    let text = text.trim();
    text.len() > 2 && text.starts_with(['{', '[']) && text.ends_with(['}', ']'])
}

/// What a byte means while one walks through the text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Text,
    Open,
    Close,
    Comma,
    Colon,
    Space,
}

/// Walks through a text, minding strings.
struct Walk {
    quoted: bool,
    escaped: bool,
}

impl Walk {
    fn new() -> Self {
        Self {
            quoted: false,
            escaped: false,
        }
    }

    fn step(&mut self, letter: char) -> Step {
        if self.quoted {
            match letter {
                _ if self.escaped => self.escaped = false,
                '\\' => self.escaped = true,
                '"' => self.quoted = false,
                _ => {}
            }
            return Step::Text;
        }
        match letter {
            '"' => {
                self.quoted = true;
                Step::Text
            }
            '{' | '[' => Step::Open,
            '}' | ']' => Step::Close,
            ',' => Step::Comma,
            ':' => Step::Colon,
            letter if letter.is_whitespace() => Step::Space,
            _ => Step::Text,
        }
    }
}

/// The entries of the outermost object or list, at most `limit`, each with its name or number and
/// its value as text; `None` when it is neither.
pub(super) fn parts(text: &str, limit: usize) -> Option<Vec<(String, String)>> {
    let text = text.trim();
    if !looks_like(text) {
        return None;
    }
    let named = text.starts_with('{');
    let mut parts: Vec<(String, String)> = Vec::new();
    let mut walk = Walk::new();
    let mut depth = 0_usize;
    let mut start = 1;
    let mut colon = None;
    for (at, letter) in text.char_indices() {
        let step = walk.step(letter);
        let ends = match step {
            Step::Open => {
                depth += 1;
                false
            }
            Step::Close => {
                depth = depth.saturating_sub(1);
                depth == 0
            }
            Step::Colon if depth == 1 && colon.is_none() => {
                colon = Some(at);
                false
            }
            Step::Comma => depth == 1,
            _ => false,
        };
        if !ends {
            continue;
        }
        let entry = match colon.filter(|_| named) {
            Some(colon) => {
                let name = text[start..colon].trim().trim_matches('"').to_owned();
                (name, text[colon + 1..at].trim().to_owned())
            }
            None => (parts.len().to_string(), text[start..at].trim().to_owned()),
        };
        if !entry.1.is_empty() {
            parts.push(entry);
        }
        if parts.len() >= limit || depth == 0 {
            break;
        }
        start = at + 1;
        colon = None;
    }
    Some(parts)
}

/// The text with one entry per line, cut after about `limit` characters.
pub(super) fn pretty(text: &str, limit: usize) -> String {
    let mut out = String::with_capacity(text.len().min(limit) * 2);
    let mut walk = Walk::new();
    let mut depth = 0_usize;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if out.len() > limit {
            out.push('…');
            break;
        }
        match walk.step(letter) {
            Step::Text => out.push(letter),
            Step::Space => {}
            Step::Colon => out.push_str(": "),
            Step::Comma => {
                out.push(',');
                line(&mut out, depth);
            }
            Step::Open => {
                out.push(letter);
                while letters.next_if(|next| next.is_whitespace()).is_some() {}
                if letters.peek().is_some_and(|next| matches!(next, '}' | ']')) {
                    out.extend(letters.next());
                } else {
                    depth += 1;
                    line(&mut out, depth);
                }
            }
            Step::Close => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
                out.push(letter);
            }
        }
    }
    out
}

fn line(out: &mut String, depth: usize) {
    out.push('\n');
    // Deep nesting is drawn flat: a hostile file must not cost a megabyte of spaces.
    out.extend(std::iter::repeat_n("  ", depth.min(24)));
}

/// What tells an entry apart from its neighbours: a node's class or type, else its beginning.
pub(super) fn hint(value: &str) -> String {
    for name in ["\"class_type\"", "\"type\"", "\"title\"", "\"name\""] {
        let found = value
            .find(name)
            .and_then(|at| value[at + name.len()..].split('"').nth(1));
        if let Some(found) = found.filter(|found| found.len() < 80) {
            return found.to_owned();
        }
    }
    crate::words::cut(value, 40)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_cut_at_the_outermost_commas() {
        let parts = parts(
            r#" {"3": {"class_type": "K, \"x\"", "in": [1, NaN]}, "b": 7} "#,
            9,
        );
        let parts = parts.expect("an object");
        assert_eq!(parts[1], ("b".to_owned(), "7".to_owned()));
        assert_eq!(parts[0].0, "3");
        assert_eq!(hint(r#"{"a": 1, "class_type": "KSampler"}"#), "KSampler");
    }

    #[test]
    fn lists_are_numbered_and_other_texts_are_refused() {
        assert_eq!(parts("[1,[2,3]]", 9).expect("a list")[1].1, "[2,3]");
        assert_eq!(parts("a cat, (dog)", 9), None);
    }

    #[test]
    fn lines_are_indented_and_nothing_else_changes() {
        assert_eq!(
            pretty(r#"{"a":[1,{}],"b":"x,{y"}"#, 999),
            "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": \"x,{y\"\n}"
        );
    }

    #[test]
    fn a_hostile_depth_stays_small() {
        let deep = "[".repeat(50_000);
        assert!(pretty(&deep, 10_000).len() < 20_000);
        assert_eq!(parts(&format!("{deep}]"), 5), Some(Vec::new()));
    }
}
