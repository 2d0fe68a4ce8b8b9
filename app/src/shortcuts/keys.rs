//! How a stroke of keys is written: `Ctrl+Shift+I`, `ArrowLeft`, `?`.

/// The stroke of a key event. Command counts as Ctrl. Letters are upper case and carry their Shift;
/// other characters do not, because which of them need Shift depends on the keyboard.
pub fn stroke(key: &str, ctrl: bool, alt: bool, shift: bool) -> String {
    let mut out = String::new();
    if ctrl {
        out.push_str("Ctrl+");
    }
    if alt {
        out.push_str("Alt+");
    }
    let mut letters = key.chars();
    let single = letters.next().filter(|_| letters.next().is_none());
    let sign = single.is_some_and(|letter| !letter.is_alphabetic() && letter != ' ');
    if shift && !sign {
        out.push_str("Shift+");
    }
    match single {
        Some(' ') => out.push_str("Space"),
        // No key of the table has another letter.
        Some(letter) => out.push(letter.to_ascii_uppercase()),
        None => out.push_str(key),
    }
    out
}

/// The key of an event. With Alt some systems type another character (`ç` for C); then the letter
/// on the key counts.
pub(super) fn letter(key: String, code: &str, alt: bool) -> String {
    match code.strip_prefix("Key") {
        Some(letter) if alt && !key.is_ascii() => letter.to_owned(),
        _ => key,
    }
}

/// Whether a stroke is one character, with Shift at most: such keys can be switched off.
pub fn uses_only_a_character(stroke: &str) -> bool {
    stroke
        .strip_prefix("Shift+")
        .unwrap_or(stroke)
        .chars()
        .count()
        == 1
}

/// The controls to which a stroke belongs while they have the focus: Enter and Space press buttons
/// and follow links, arrows and their kin move what has a value. A button that was clicked keeps the
/// focus, so it must not keep the arrows.
pub(super) fn owner(stroke: &str) -> Option<&'static str> {
    match stroke {
        "Enter" | "Space" => Some("a,button,input,summary,video,[role=slider],[role=menu]"),
        "Home" | "End" | "PageUp" | "PageDown" => Some(MOVED),
        _ if stroke.starts_with("Arrow") => Some(MOVED),
        _ => None,
    }
}

/// Controls with a value that keys move.
const MOVED: &str = "video,select,input[type=range],input[type=radio],[role=slider],[role=menu],\
                     [role=radiogroup],[role=listbox]";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strokes_are_written_one_way() {
        assert_eq!(stroke("a", true, false, false), "Ctrl+A");
        assert_eq!(stroke("I", true, false, true), "Ctrl+Shift+I");
        assert_eq!(stroke("?", false, false, true), "?");
        assert_eq!(stroke("/", false, false, false), "/");
        assert_eq!(stroke(" ", false, false, false), "Space");
        assert_eq!(stroke("ArrowUp", false, false, true), "Shift+ArrowUp");
    }

    #[test]
    fn alt_does_not_change_the_letter() {
        let stroke =
            |key: &str, code| stroke(&letter(key.to_owned(), code, true), false, true, false);
        assert_eq!(stroke("c", "KeyC"), "Alt+C");
        assert_eq!(stroke("ç", "KeyC"), "Alt+C");
        assert_eq!(stroke("ArrowUp", "ArrowUp"), "Alt+ArrowUp");
        assert_eq!(letter("é".to_owned(), "KeyE", false), "é");
    }

    #[test]
    fn arrows_belong_to_what_has_a_value_and_enter_to_what_is_pressed() {
        assert!(owner("ArrowLeft").is_some_and(|owner| !owner.contains("button")));
        assert!(owner("Space").is_some_and(|owner| owner.contains("button")));
        assert_eq!(owner("F"), None);
    }

    #[test]
    fn only_characters_can_be_switched_off() {
        assert!(uses_only_a_character("Z"));
        assert!(uses_only_a_character("Shift+F"));
        assert!(uses_only_a_character("?"));
        assert!(!uses_only_a_character("Ctrl+A"));
        assert!(!uses_only_a_character("Escape"));
        assert!(!uses_only_a_character("Space"));
    }
}
