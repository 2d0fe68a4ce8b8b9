//! Into and out of other tools, in words.

use domain::exchange::{Brought, FollowedLog, Sidecars, TableFormat};

use super::many;

/// What the page is for.
pub const ABOUT: &str =
    "Take what you decided to other tools, and bring in what was decided there.";
/// What the tables hold.
pub const OUT: &str =
    "One line for each picture, with everything that was thought of it and how it was made.";
/// What holds for every file.
pub const IN: &str = "Nothing is changed before you have seen what would be, and everything can be taken back. A \
                      name without folders means the picture of that name, a path the one in that folder.";
/// What files are read.
pub const KINDS: [&str; 4] = [
    "Decisions: approvals.json (file names with true or false, as a list or a map), or a table with commas \
     whose first line names its columns: file, approved or verdict, rating, favourite, label, tags, persona.",
    "Stars, rejections, colours and keywords of photo programs: an XMP file, or a ZIP archive of them. \
     a.png.xmp is about a.png, a.xmp about the picture a.",
    "A log of executions: a table with commas, or a SQLite database, with a column of files (file, image, \
     path, output) and one of executions (execution_id, job_id, prompt_id, run_id) or personas, and none of \
     decisions.",
    "Every further column of a log becomes a parameter of its pictures, log.duration of a column duration, \
     which filters like any other. Rows whose status is not completed, success or done are passed over.",
];
/// Names the field in which a file is chosen.
pub const FILE: &str = "A file of decisions or executions";
/// XMP files, as a link.
pub const SIDECARS: &str = "For photo programs (XMP files in a ZIP archive)";
/// Reads what lies beside the pictures.
pub const READ_BESIDE: &str = "Look at the XMP files beside these pictures";
/// What writing beside pictures means.
pub const BESIDE: &str = "The same files can be written beside the pictures (a.png.xmp beside a.png), in folders \
                          that allow it on the page Folders. The pictures themselves stay as they are, and so \
                          does every XMP file of another program.";
/// Writes beside the pictures.
pub const WRITE_BESIDE: &str = "Write XMP files beside these pictures";
/// Names the logs that are followed.
pub const LOGS: &str = "Followed logs";
/// How to follow a log.
pub const HOW_TO_FOLLOW: &str = "The server can follow a log on its own machine: proofsheet serve --watch LOG. New lines \
                                 then attach by themselves, also when pictures come after them, and nothing that \
                                 somebody set is overwritten.";
/// Said of a file that is one.
pub const LOG: &str = "Read as a log of executions.";
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
    if brought.log {
        told.push(LOG.to_owned());
    }
    let changes = [
        (
            brought.judged,
            "verdict, rating, favourite or label",
            "verdicts, ratings, favourites and labels",
        ),
        (brought.tagged, "tag", "tags"),
        (brought.notes, "note", "notes"),
        (brought.personas, "persona", "personas"),
        (brought.executions, "execution", "executions"),
        (
            brought.parameters,
            "value of a parameter",
            "values of parameters",
        ),
        (
            brought.recipes,
            "prompt, model or date of a picture that had none",
            "prompts, models and dates of pictures that had none",
        ),
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
    if brought.kept > 0 {
        let values = many(brought.kept, "value stays", "values stay");
        told.push(format!("{values} as set here before."));
    }
    if brought.unfinished > 0 {
        let rows = many(brought.unfinished, "row is", "rows are");
        told.push(format!(
            "{rows} passed over, because the execution did not end well."
        ));
    }
    if brought.unread > 0 {
        let files = many(brought.unread, "file is", "files are");
        told.push(format!("{files} left out, because they cannot be read:"));
        told.extend(brought.troubles.iter().cloned());
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

/// What is said of a file that changes nothing.
pub fn nothing(brought: &Brought) -> &'static str {
    match (brought.lines, brought.matched) {
        (0, _) => "There is nothing in it about a picture.",
        (_, 0) => "Nothing is changed by it.",
        _ => NOTHING,
    }
}

/// What writing beside pictures would do, or has done, one sentence a line.
pub fn sidecars(sidecars: &Sidecars, done: bool) -> Vec<String> {
    let files = many(sidecars.written, "file", "files");
    let mut told = vec![if done {
        format!("Wrote {files}.")
    } else {
        format!("Would write {files}.")
    }];
    let further = [
        (sidecars.same, "says it already", "say it already"),
        (
            sidecars.foreign,
            "was written by another program and stays as it is",
            "were written by other programs and stay as they are",
        ),
        (
            sidecars.failed,
            "could not be written",
            "could not be written",
        ),
    ];
    for (count, one, more) in further.into_iter().filter(|(count, ..)| *count > 0) {
        let end = if count == 1 { one } else { more };
        told.push(format!("{} {end}.", many(count, "file", "files")));
    }
    told.extend(sidecars.troubles.iter().cloned());
    if sidecars.closed > 0 {
        let pictures = many(sidecars.closed, "picture lies", "pictures lie");
        told.push(format!(
            "{pictures} in folders that do not allow it; the page Folders has a switch for each."
        ));
    }
    if sidecars.silent > 0 {
        let pictures = many(sidecars.silent, "picture", "pictures");
        told.push(format!("Of {pictures} there is nothing to say yet."));
    }
    told
}

/// The button that writes them.
pub fn write(files: u64) -> String {
    format!("Write {}", many(files, "file", "files"))
}

/// How far following a log is.
pub fn followed(log: &FollowedLog) -> String {
    if let Some(trouble) = &log.trouble {
        return trouble.clone();
    }
    let mut told = format!(
        "{} attached since the start",
        many(log.attached, "line", "lines")
    );
    let further = [
        (
            log.waiting,
            "waits for its picture",
            "wait for their pictures",
        ),
        (log.unclear, "is not clear", "are not clear"),
    ];
    for (count, one, more) in further.into_iter().filter(|(count, ..)| *count > 0) {
        told.push_str(", ");
        told.push_str(&many(count, one, more));
    }
    told.push('.');
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_would_do_is_told_in_sentences() {
        let brought = Brought {
            log: true,
            lines: 1_204,
            matched: 1_200,
            executions: 1_200,
            parameters: 1,
            unmatched: 3,
            conflicting: 1,
            kept: 2,
            unfinished: 1,
            examples: vec!["a.png".to_owned(), "b.png".to_owned()],
            ..Brought::default()
        };
        let expected = [
            "1,200 of 1,204 lines found in the library.",
            "Read as a log of executions.",
            "Sets 1,200 executions.",
            "Sets 1 value of a parameter.",
            "3 lines name a picture that is not here, and nothing is done for it.",
            "1 line fits several pictures, or says something else than another line, and nothing is done for it.",
            "Among those: a.png, b.png.",
            "2 values stay as set here before.",
            "1 row is passed over, because the execution did not end well.",
        ];
        assert_eq!(told(&brought), expected);
    }

    #[test]
    fn what_was_written_beside_pictures_is_told_in_sentences() {
        let written = Sidecars {
            written: 2,
            same: 1,
            foreign: 3,
            closed: 4,
            silent: 1,
            ..Sidecars::default()
        };
        let expected = [
            "Wrote 2 files.",
            "1 file says it already.",
            "3 files were written by other programs and stay as they are.",
            "4 pictures lie in folders that do not allow it; the page Folders has a switch for each.",
            "Of 1 picture there is nothing to say yet.",
        ];
        assert_eq!(sidecars(&written, true), expected);
    }
}
