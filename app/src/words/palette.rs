//! The command palette in words, and what fits what was typed.

use domain::query::Field;

use crate::shortcuts::Action;

/// What it is called.
pub const TITLE: &str = "Commands";
/// Asks for a command.
pub const ASK: &str = "What do you want to do?";
/// How the list is narrowed.
pub const SCOPES: &str = "> commands · # tags · @ checkpoints and LoRAs · / places and photosets";
/// Said while nothing fits.
pub const NOTHING: &str = "Nothing is called so.";
/// Said of a place.
pub const PLACE: &str = "Go there";

/// The places: address, icon, name.
pub const PLACES: [(&str, &str, &str); 20] = [
    ("/", "image", "Library"),
    (
        "/session",
        "follow",
        "This session: what is new since I opened this",
    ),
    ("/sets", "stack", "Photosets"),
    ("/cull?state=undecided", "check", "Cull what is undecided"),
    ("/duel", "duel", "Duel: which of two is better"),
    ("/tags", "tag", "Tags"),
    ("/overview", "shelf", "Overview"),
    ("/keep-rate", "chart", "Keep-rate"),
    ("/history", "undo", "History"),
    ("/clean", "sliders", "Clean up"),
    ("/exchange", "external", "In and out of other tools"),
    ("/folders", "folder", "Folders"),
    ("/add", "plus", "Add pictures"),
    ("/inspect", "upload", "Inspect a file"),
    ("/problems", "alert", "Problems"),
    ("/jobs", "jobs", "Jobs"),
    ("/settings", "sliders", "Settings"),
    ("/?is=trashed", "trash", "Trash"),
    ("/?is=hidden", "eye-off", "Hidden"),
    ("/?is=missing", "alert", "Missing"),
];

/// What is looked for, by the first sign of what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Everything.
    All,
    /// `>`
    Commands,
    /// `#`
    Tags,
    /// `@`
    Models,
    /// `/`
    Places,
}

impl Scope {
    /// Whether commands are among it.
    pub fn has_commands(self) -> bool {
        matches!(self, Self::All | Self::Commands)
    }

    /// Whether places and photosets are among it.
    pub fn has_places(self) -> bool {
        matches!(self, Self::All | Self::Places)
    }

    /// The fields whose values are among it.
    pub fn fields(self) -> &'static [Field] {
        match self {
            Self::All => &[Field::Tag, Field::Model, Field::Lora, Field::Folder],
            Self::Tags => &[Field::Tag],
            Self::Models => &[Field::Model, Field::Lora],
            Self::Commands | Self::Places => &[],
        }
    }
}

/// What was typed: where to look, and for what.
pub fn scope(typed: &str) -> (Scope, &str) {
    let typed = typed.trim_start();
    let scope = match typed.chars().next() {
        Some('>') => Scope::Commands,
        Some('#') => Scope::Tags,
        Some('@') => Scope::Models,
        Some('/') => Scope::Places,
        _ => return (Scope::All, typed.trim_end()),
    };
    (scope, typed[1..].trim())
}

/// Whether it makes sense to ask for it by name: moving about does not.
pub fn is_command(action: Action) -> bool {
    !matches!(
        action,
        Action::Go(_) | Action::Extend(_) | Action::Escape | Action::Palette | Action::Close
    ) && !matches!(action, Action::Previous | Action::Next)
}

/// The sign of a field.
pub fn icon(field: Field) -> &'static str {
    match field {
        Field::Tag => "tag",
        Field::Folder => "folder",
        _ => "filter",
    }
}

/// What a value does: `Checkpoint, 1,204 pictures`.
pub fn filter(field: Field, count: u64) -> String {
    format!("{}, {}", field.label(), super::pictures(count))
}

/// How far a text is from what was typed: nothing when its letters are not in it in their order.
pub fn distance(text: &str, typed: &str) -> Option<u32> {
    let (text, typed) = (text.to_lowercase(), typed.to_lowercase());
    if let Some(at) = text.find(&typed) {
        let begins_word = at == 0 || text[..at].ends_with(' ');
        return Some(if begins_word { at.min(1) as u32 } else { 2 });
    }
    let mut rest = text.chars();
    let mut gaps = 3;
    for letter in typed.chars().filter(|letter| !letter.is_whitespace()) {
        gaps += rest.by_ref().position(|own| own == letter)? as u32;
    }
    Some(gaps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sign_says_where_to_look() {
        assert_eq!(scope(" #port "), (Scope::Tags, "port"));
        assert_eq!(scope("> undo"), (Scope::Commands, "undo"));
        assert_eq!(scope("sea"), (Scope::All, "sea"));
        assert_eq!(scope("/"), (Scope::Places, ""));
    }

    #[test]
    fn what_begins_with_it_is_nearer_than_what_holds_its_letters() {
        let near = |text: &str| distance(text, "tag");
        assert_eq!(near("Tags"), Some(0));
        assert_eq!(near("All tags"), Some(1));
        assert_eq!(near("Vintage"), Some(2));
        assert!(near("Take again") > Some(2));
        assert_eq!(near("Hide"), None);
        assert_eq!(distance("Anything", ""), Some(0));
    }
}
