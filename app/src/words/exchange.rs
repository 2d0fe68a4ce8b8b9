//! Into and out of other tools, in words.

use domain::exchange::{Brought, TableFormat};

use super::many;

/// What the page is for.
pub const ABOUT: &str =
    "Take what you decided to other tools, and bring in what was decided there.";
/// What the tables hold.
pub const OUT: &str =
    "One line for each picture, with everything that was thought of it and how it was made.";
/// What files are read.
pub const IN: &str = "approvals.json (file names with true or false, as a list or a map) or a table with commas \
                      whose first line names its columns: file, approved or verdict, rating, favourite, label, \
                      tags, persona. Nothing is changed before you have seen what would be, and everything can \
                      be taken back.";
/// Said when a file changes nothing.
pub const NOTHING: &str = "Everything in it is so already.";
/// Said when it is done.
pub const DONE: &str = "Done. History can take any of it back.";

/// A table, as a link.
pub fn format(format: TableFormat) -> &'static str {
    match format {
        TableFormat::Csv => "Table for spreadsheets (CSV)",
        TableFormat::Json => "Everything, for programs (JSON)",
        TableFormat::Approvals => "What was approved and rejected (approvals.json)",
    }
}

/// Which pictures the tables hold.
pub fn of(filter: &str) -> String {
    if filter.is_empty() {
        "All pictures of the library.".to_owned()
    } else {
        format!("The pictures of the filter: {filter}.")
    }
}

/// What a file would do, or has done, one sentence a line.
pub fn told(brought: &Brought) -> Vec<String> {
    let mut told = vec![format!(
        "{} of {} found in the library.",
        super::count(brought.matched),
        many(brought.lines, "line", "lines")
    )];
    let changes = [
        (
            brought.judged,
            "verdict, rating, favourite or label",
            "verdicts, ratings, favourites and labels",
        ),
        (brought.tagged, "tag", "tags"),
        (brought.personas, "persona", "personas"),
    ];
    for (count, one, more) in changes.into_iter().filter(|(count, ..)| *count > 0) {
        told.push(format!("Sets {}.", many(count, one, more)));
    }
    if brought.unmatched > 0 {
        let lines = many(brought.unmatched, "line names", "lines name");
        told.push(format!(
            "{lines} a picture that is not here, and nothing is done for it."
        ));
    }
    if brought.conflicting > 0 {
        let lines = many(brought.conflicting, "line fits", "lines fit");
        told.push(format!(
            "{lines} several pictures, or says something else than another line, and nothing is done for it."
        ));
    }
    if !brought.examples.is_empty() {
        told.push(format!("Among those: {}.", brought.examples.join(", ")));
    }
    if !brought.unknown.is_empty() {
        told.push(format!(
            "Columns that mean nothing here: {}.",
            brought.unknown.join(", ")
        ));
    }
    told
}

/// The button that does it.
pub fn apply(changes: u64) -> String {
    format!("Make {}", many(changes, "change", "changes"))
}
