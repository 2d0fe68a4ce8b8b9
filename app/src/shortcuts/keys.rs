//! How a stroke of keys is written: `Ctrl+Shift+I`, `ArrowLeft`, `?`.

use leptos::ev;

/// The stroke of a key event. Command counts as Ctrl. Letters are upper case and carry their Shift;
/// other characters do not, because which of them need Shift depends on the keyboard.
fn stroke(key: &str, ctrl: bool, alt: bool, shift: bool) -> String {
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

/// What an event says, likeliest first. Where digits need Shift, the key on which one stands says that
/// digit too.
pub(super) fn strokes(event: &ev::KeyboardEvent) -> Vec<String> {
    let (key, code) = (event.key(), event.code());
    let ctrl = event.ctrl_key() || event.meta_key();
    let (alt, shift) = (event.alt_key(), event.shift_key());
    let mut strokes = vec![stroke(&letter(&key, &code, alt), ctrl, alt, shift)];
    let digit = code.strip_prefix("Digit").filter(|_| !shift);
    if let Some(digit) = digit.filter(|digit| *digit != key) {
        strokes.push(stroke(digit, ctrl, alt, shift));
    }
    strokes
}

/// The stroke of an event, to be kept; nothing while only Shift and its like are held.
pub fn pressed(event: &ev::KeyboardEvent) -> Option<String> {
    const HELD: [&str; 9] = [
        "Shift",
        "Control",
        "Alt",
        "Meta",
        "AltGraph",
        "CapsLock",
        "Fn",
        "Dead",
        "Unidentified",
    ];
    let held = HELD.contains(&event.key().as_str()) || event.is_composing() || event.repeat();
    strokes(event).into_iter().next().filter(|_| !held)
}

/// The key of an event. With Alt some systems type another character (`ç` for C); then the letter or digit
/// on the key counts.
fn letter(key: &str, code: &str, alt: bool) -> String {
    let own = code
        .strip_prefix("Key")
        .or_else(|| code.strip_prefix("Digit"));
    match own {
        Some(letter) if alt && !key.is_ascii() => letter.to_owned(),
        _ => key.to_owned(),
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
        let stroke = |key: &str, code| stroke(&letter(key, code, true), false, true, false);
        assert_eq!(stroke("c", "KeyC"), "Alt+C");
        assert_eq!(stroke("ç", "KeyC"), "Alt+C");
        assert_eq!(stroke("¡", "Digit1"), "Alt+1");
        assert_eq!(stroke("ArrowUp", "ArrowUp"), "Alt+ArrowUp");
        assert_eq!(letter("é", "KeyE", false), "é");
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
