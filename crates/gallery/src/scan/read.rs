//! Reading one file's recipe, and saying why when it cannot be read.

use std::io;

use domain::{image::Format, time::Timestamp};
use metadata::Rules;
use store::rows::{NewProblem, ScannedFile};

use super::walk::Entry;
use crate::{
    Clock,
    files::{self, OpenFile, Place},
    reader,
};

/// A file that is not whole may still be being written for so long after its last change, in
/// milliseconds.
const STILL_WRITING: i64 = 10_000;
/// Two changes so soon after each other may leave the same time, in milliseconds: systems count it in
/// steps of up to 10,
const STEP: i64 = 20;
/// and some file systems, as those of memory cards, in steps of two whole seconds.
const COARSE_STEP: i64 = 2_000;

/// A file to be read.
#[derive(Debug, Clone)]
pub(super) struct Todo {
    /// Where it is and how it looked.
    pub(super) entry: Entry,
    /// Key and place of a known file with the same number, size and time: perhaps moved here.
    pub(super) moved: Option<(i64, String, String)>,
}

/// What became of reading a file.
pub(super) enum Outcome {
    /// Its recipe, and what is wrong with it, if anything.
    Read(Box<ScannedFile>, Option<NewProblem>),
    /// Nothing to show.
    Problem(NewProblem),
    /// It is still being written; look again.
    Later(Entry),
}

/// Reads one file of a root.
pub(super) fn read(
    root: i64,
    folder: &std::path::Path,
    todo: Todo,
    clock: &Clock,
    rules: &Rules,
) -> Outcome {
    let Todo { entry, moved } = todo;
    let now = clock.now();
    let inside = if entry.folder.is_empty() {
        entry.name.clone()
    } else {
        format!("{}/{}", entry.folder, entry.name)
    };
    let problem = |code: &str, message: String| NewProblem {
        path: inside.clone(),
        code: code.to_owned(),
        message,
        at: now,
    };
    let Some(place) = Place::new(folder, &entry.folder, &entry.name) else {
        return Outcome::Problem(problem("outside", OUTSIDE.to_owned()));
    };
    let (file, stat) = match OpenFile::open_seen(&place) {
        Ok(opened) => opened,
        Err(error) => return Outcome::Problem(problem("unreadable", unreadable_sentence(&error))),
    };
    let reading = reader::read(&file, &place, rules);
    let age = now.0 - stat.mtime_ns / 1_000_000;
    // The clock of a network disk may go before ours, but not by years.
    let fresh = age.abs() < STILL_WRITING;
    let whole_second = stat.mtime_ns % 1_000_000_000 == 0;
    let unsure = (0..if whole_second { COARSE_STEP } else { STEP }).contains(&age);
    if file.stat().is_ok_and(|after| after != stat) || (fresh && !reading.complete) {
        return Outcome::Later(entry);
    }
    if stat.size == 0 {
        return Outcome::Problem(problem("empty", EMPTY.to_owned()));
    }
    let Some(format) = reading.format else {
        return Outcome::Problem(problem("not-an-image", not_an_image(&entry.name)));
    };
    let trouble = (!reading.complete).then(|| problem("truncated", TRUNCATED.to_owned()));
    let moved_from = moved.and_then(|(location, folder_before, name_before)| {
        let before = Place::new(folder, &folder_before, &name_before)?;
        (!files::exists(&before.path())).then_some(location)
    });
    let modified = Timestamp(stat.mtime_ns / 1_000_000);
    let date = reading
        .recipe
        .made
        .or(reading.exif_date)
        .unwrap_or(modified);
    Outcome::Read(
        Box::new(ScannedFile {
            root,
            folder: entry.folder,
            name: entry.name,
            size: stat.size,
            // Another time than the file's makes the next scan read it once more.
            mtime_ns: stat.mtime_ns - i64::from(unsure),
            inode: stat.inode,
            dev: stat.dev,
            moved_from,
            id: domain::id::ImageId(clock.mint()),
            format,
            width: reading.width,
            height: reading.height,
            seconds: reading.seconds,
            stamp: stat.stamp(),
            date,
            added: now,
            modified,
            recipe: reading.recipe,
            notices: reading.notices,
            has_workflow: reading.has_workflow,
            unparsed: reading.unparsed,
            parameters: reading.parameters,
        }),
        trouble,
    )
}

const OUTSIDE: &str = "This name would lead out of its folder, so the file was not read. It is \
     untouched; rename it to show it.";
const EMPTY: &str = "This file has 0 bytes: whatever wrote it was interrupted. It is untouched; \
     make the picture again or delete the file.";
const TRUNCATED: &str = "This file ends too early, so a part of the picture may be missing. What \
     could be read is shown; the file is untouched. Copy it again if you have it elsewhere.";
/// The sentence for a file whose name is not text.
pub(super) const BAD_NAME: &str = "The name of this file is not readable text, so it was not read. \
     It is untouched; rename it to show it.";

fn not_an_image(name: &str) -> String {
    let promised = Format::from_name(name).map_or("picture", Format::word);
    format!(
        "This file is named like a {promised} file, but its content is none of PNG, JPEG, WebP, \
         AVIF, GIF, MP4, WebM, MKV or MOV. It is untouched."
    )
}

/// The sentence for a file or folder that cannot be read.
pub(crate) fn unreadable_sentence(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "Proofsheet may not read this. It is untouched; allow \
             the account that runs Proofsheet to read it."
            .to_owned(),
        io::ErrorKind::NotFound => {
            "This was gone when it was to be read. Nothing was changed.".to_owned()
        }
        _ => "The disk did not give this out. It is untouched; check the disk or the network \
              connection, then scan again."
            .to_owned(),
    }
}
