//! Words for what is on the disk and what is known of it.

use domain::drift::{Compared, DriftKind};

use super::count;

/// What it is about.
pub const TITLE: &str = "Compare with the disk";
/// What it does.
pub const LEAD: &str = "Looks at the size and time of every file, and for files that belong to no picture. No file is read, and nothing \
                        is changed.";
/// Begins.
pub const BEGIN: &str = "Compare now";
/// Leads to the pictures.
pub const SHOW_MISSING: &str = "Show what is known to be missing.";

/// How it stands.
pub fn stands(now: &Compared) -> String {
    match now {
        Compared::Never => String::new(),
        Compared::Looking(0) => "Looking…".to_owned(),
        Compared::Looking(files) => format!("Looking… {} so far.", files_of(*files)),
        Compared::Failed(why) => why.clone(),
        Compared::Done(drift) if drift.lines.is_empty() => format!(
            "{} compared on {}: all are as they were.",
            files_of(drift.files),
            drift.at.minute_text()
        ),
        Compared::Done(drift) => format!(
            "{} compared on {}.",
            files_of(drift.files),
            drift.at.minute_text()
        ),
    }
}

/// Folders about which nothing is said.
pub fn away(folders: &[String]) -> String {
    format!(
        "Not there right now, so nothing is said about what lies in it: {}.",
        folders.join(", ")
    )
}

/// What differs.
pub fn what(kind: DriftKind, number: u64) -> String {
    let is = if number == 1 { "is" } else { "are" };
    let what = match kind {
        DriftKind::Missing => format!("{is} not where they were"),
        DriftKind::Changed => format!("{is} of another size or time than when they were read"),
        DriftKind::Unreadable => "cannot be looked at".to_owned(),
        DriftKind::Orphan => {
            let lie = if number == 1 { "lies" } else { "lie" };
            format!("{lie} among the originals although no picture knows them")
        }
        DriftKind::StrayThumbnail => format!("{is} thumbnails of no picture"),
        DriftKind::Leftover => {
            let were = if number == 1 { "was" } else { "were" };
            format!("{were} on their way in although nobody will go on with them")
        }
    };
    let what = if number == 1 {
        what.replace("they were", "it was")
            .replace("them", "it")
            .replace("their", "its")
            .replace("thumbnails", "a thumbnail")
    } else {
        what
    };
    format!("{} {what}", files_of(number))
}

/// What to do about it.
pub fn advice(kind: DriftKind) -> &'static str {
    match kind {
        DriftKind::Missing => {
            "Everything known about their pictures is kept. Bring the files back, or put the pictures into the trash. A file \
             counts as missing in the library once two scans agree."
        }
        DriftKind::Changed => "The next scan reads them.",
        DriftKind::Unreadable => {
            "Allow the account that runs Proofsheet to read them, or look after the disk."
        }
        DriftKind::Orphan => {
            "The next scan shows those that are pictures; what else there is is yours to move away."
        }
        DriftKind::StrayThumbnail => {
            "They only take room, and go by themselves when the cache is full."
        }
        DriftKind::Leftover => "They go by themselves at the next start of the server.",
    }
}

/// How many are not shown.
pub fn more(number: u64) -> String {
    format!("and {} more", count(number))
}

fn files_of(number: u64) -> String {
    let name = if number == 1 { "file" } else { "files" };
    format!("{} {name}", count(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_file_and_many_are_said_as_people_say_it() {
        let said = DriftKind::ALL.map(|kind| [what(kind, 1), what(kind, 1_200)]);
        assert_eq!(said[0][0], "1 file is not where it was");
        assert_eq!(said[0][1], "1,200 files are not where they were");
        assert_eq!(
            said[1][0],
            "1 file is of another size or time than when it was read"
        );
        assert_eq!(
            said[3][0],
            "1 file lies among the originals although no picture knows it"
        );
        assert_eq!(said[4][0], "1 file is a thumbnail of no picture");
        assert_eq!(
            said[5][0],
            "1 file was on its way in although nobody will go on with it"
        );
    }
}
