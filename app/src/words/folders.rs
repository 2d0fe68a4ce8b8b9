//! What the page of the watched folders says.

use super::count;

/// Names the dialog in which the new place of a folder is chosen.
pub fn where_now(name: &str) -> String {
    format!("Where is {name} now?")
}

/// Said when a folder was found in its new place.
pub fn moved(name: &str) -> String {
    format!("{name} is read in its new place. All that was known of its pictures is kept.")
}

/// Said of a folder that is left alone.
pub fn paused(images: u64) -> String {
    match images {
        1 => "Paused: its picture stays as it is, whatever happens to the file.".to_owned(),
        number => format!(
            "Paused: its {} pictures stay as they are, whatever happens to their files.",
            count(number)
        ),
    }
}

/// Said where a folder gets another name.
pub const RENAMING: &str = "This is its name in Proofsheet; the folder on the disk keeps its own. Filters of photosets follow. \
                            Links that name the old one find nothing, and rules by folder need the new name.";
/// Said of the folder that is the gallery's own.
pub const OWN: &str = "Proofsheet's own folder, for what is added or imported";
/// Said when reading one folder began.
pub const RESCANNING: &str = "Looking for new and changed files in this folder";
