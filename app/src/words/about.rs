//! Words of the form with what is told of pictures together with their files.

use super::numbers::many;

/// Opens the form.
pub const OPEN: &str = "Say something about them first";
/// What it does.
pub const ABOUT: &str = "While this is open, chosen files wait here until you send them. What you write holds over what a file says; the \
     file is never changed. Of a picture that is here already only what nobody set is filled in.";
/// Of several files, of which none fills the form.
pub const SEVERAL: &str =
    "What you write holds for all of them; what you leave empty stays as each file says it.";
/// Names of its fields.
pub const PROMPT: &str = "Prompt";
/// See [`PROMPT`].
pub const NEGATIVE: &str = "Negative prompt";
/// See [`PROMPT`].
pub const MODEL: &str = "Checkpoint";
/// See [`PROMPT`].
pub const DATE: &str = "Date, as 2026-05-31";
/// See [`PROMPT`].
pub const NOTES: &str = "Notes";
/// See [`PROMPT`].
pub const STARS: &str = "Stars";
/// The choice of none.
pub const NO_STARS: &str = "No stars";
/// See [`PROMPT`].
pub const TAGS: &str = "Tags, with commas between them";
/// See [`PROMPT`].
pub const PHOTOSET: &str = "Photoset";
/// See [`PROMPT`].
pub const PERSONA: &str = "Persona";
/// See [`PROMPT`].
pub const METADATA: &str = "Your own values, as JSON";
/// Said of values that are none.
pub const NO_OBJECT: &str =
    "This is no object of JSON, such as {\"client\": \"north\"}. Nothing is sent before it is one.";
/// Puts files away that wait.
pub const PUT_AWAY: &str = "Put them away";

/// How many files wait.
pub fn waiting(files: u64) -> String {
    match files {
        0 => "No files yet. Choose, drop or paste them.".to_owned(),
        files => format!("{} to send", many(files, "file", "files")),
    }
}

/// The button that sends them.
pub fn send(files: u64) -> String {
    format!("Send {}", many(files, "file", "files"))
}
