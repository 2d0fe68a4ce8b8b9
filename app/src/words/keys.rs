//! Keys in words.

use crate::shortcuts::Shortcut;

/// Begins to change keys.
pub const CHANGE: &str = "Change keys";
/// Ends it.
pub const CHANGED: &str = "Done";
/// Names the choice between sets of keys.
pub const SET: &str = "Keys";
/// What somebody chose key by key.
pub const OWN: &str = "Your own";
/// How to change one.
pub const HOW: &str = "Press a row, then the key that it shall have. Escape leaves it as it is.";
/// Asks for a key.
pub const PRESS: &str = "Press a key";
/// Stands where a row has none.
pub const NONE: &str = "no key";

/// A key cap: signs for the keys that have one.
pub fn cap(name: &str) -> &str {
    match name {
        "" => "+",
        "Delete" => "Del",
        "ArrowLeft" => "←",
        "ArrowRight" => "→",
        "ArrowUp" => "↑",
        "ArrowDown" => "↓",
        "Escape" => "Esc",
        "PageUp" => "PgUp",
        "PageDown" => "PgDn",
        other => other,
    }
}

/// The caps of a stroke: `Ctrl+Shift+I` has three.
pub fn caps(stroke: &str) -> Vec<&str> {
    match stroke.strip_suffix("++").or(stroke.strip_suffix('+')) {
        // The key that writes a plus.
        Some("") => vec!["+"],
        Some(held) => held.split('+').map(cap).chain(["+"]).collect(),
        None => stroke.split('+').map(cap).collect(),
    }
}

/// A stroke in a sentence: `Shift+A`, `→`.
pub fn stroke(stroke: &str) -> String {
    caps(stroke).join("+")
}

/// Said when a row got a key, with the rows that lost it.
pub fn assigned(text: &str, key: &str, lost: &[&Shortcut]) -> String {
    let key = stroke(key);
    let lost: Vec<&str> = lost.iter().map(|row| row.text).collect();
    match lost[..] {
        [] => format!("{key}: {text}."),
        [one] => format!("{key}: {text}. Before it was: {one}."),
        _ => format!("{key}: {text}. Before it was: {}.", lost.join("; ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stroke_is_told_by_its_caps() {
        assert_eq!(caps("Ctrl+Shift+I"), ["Ctrl", "Shift", "I"]);
        assert_eq!(caps("+"), ["+"]);
        assert_eq!(caps("Alt++"), ["Alt", "+"]);
        assert_eq!(stroke("Shift+ArrowUp"), "Shift+↑");
    }
}
