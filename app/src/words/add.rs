//! Words about files that are given to the gallery.

use super::numbers::{bytes, count, many};

/// What the page is called.
pub const TITLE: &str = "Add pictures";
/// The same where the file of a picture is replaced.
pub const REPLACE_TITLE: &str = "Replace a file";
/// What replacing means.
pub const REPLACE: &str = "The file that you choose here becomes the file of a picture, which keeps its address, rating, tags, notes, \
     photosets and history. The file that it has goes into the trash as a picture of its own and can be restored.";
/// Leads to that picture.
pub const REPLACED: &str = "The picture";
/// Above the place to drop one file.
pub const DROP_ONE: &str = "Drop the new file here, or choose it";
/// Of one that replaced another.
pub const IS_ITS_FILE: &str = "Is the picture's file now";
/// Of one that is the same.
pub const WAS_ITS_FILE: &str = "Was the picture's file already";
/// What the page is for.
pub const ABOUT: &str = "Pictures and videos that you choose here are copied into Proofsheet's own folder. Your files stay where \
     they are.";
/// Above the place to drop them.
pub const DROP: &str = "Drop pictures here, or choose them";
/// Below it.
pub const KINDS: &str = "PNG, JPEG, WebP, AVIF, GIF, MP4, WebM, MKV and MOV, and ZIP or RAR archives of such, up to 16 GiB each. What a broken connection or a reload \
     interrupts goes on where it was when you choose the same files again.";
/// Said of a file that was not taken, where the server does not say why.
pub const NOT_TAKEN: &str = "The server did not take this file and did not say why. It is safe where it was; try again later.";
/// Of one that waits for others.
pub const QUEUED: &str = "Waits";
/// Of one that is the newest picture now.
pub const ADDED: &str = "Added";
/// Of one whose bytes were there.
pub const KNOWN: &str = "Was here already";
/// Of an archive; leads to the jobs.
pub const UNPACKED: &str = "Its pictures are taken in: see Jobs";
/// Of one that somebody stopped.
pub const STOPPED: &str = "Not sent";

/// Names the list of files that were not sent before the page was closed.
pub const UNSENT: &str = "Not sent";
/// What to do about them.
pub const CHOOSE_AGAIN: &str = "The page was closed before these had come. Choose or drop the same files again: what has come of them is safe, \
     and they go on from there.";
/// The button that gives them up.
pub const FORGET: &str = "Forget them";

/// Above them.
pub fn unsent(files: u64) -> String {
    let were = if files == 1 { "was" } else { "were" };
    format!("{} {were} not sent", many(files, "file", "files"))
}

/// Below those that are listed; empty when there are no others.
pub fn further(files: u64) -> String {
    match files {
        0 => String::new(),
        files => format!("and {} more", count(files)),
    }
}

/// `12.4 of 40 MB`.
pub fn sent(done: u64, all: u64) -> String {
    format!("{} of {}", bytes(done), bytes(all))
}

/// Of one that waits for the server.
pub fn waiting(done: u64, all: u64) -> String {
    match done {
        0 => "The server cannot be reached; it is tried again".to_owned(),
        done => format!(
            "{}; the server cannot be reached, it is tried again",
            sent(done, all)
        ),
    }
}

/// How many of the files came to what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// All of them.
    pub all: u64,
    /// Those that are new pictures.
    pub added: u64,
    /// Those whose bytes were there.
    pub known: u64,
    /// Archives whose pictures are taken in.
    pub unpacked: u64,
    /// Those that were not taken.
    pub refused: u64,
    /// Those that somebody stopped.
    pub stopped: u64,
}

/// `12 of 40 added, 1 was here already, 1 not taken`.
pub fn tally(tally: Tally) -> String {
    let mut parts = vec![format!(
        "{} of {} added",
        count(tally.added),
        count(tally.all)
    )];
    if tally.known > 0 {
        let were = if tally.known == 1 { "was" } else { "were" };
        parts.push(format!("{} {were} here already", count(tally.known)));
    }
    if tally.unpacked > 0 {
        let archives = many(tally.unpacked, "archive is", "archives are");
        parts.push(format!("{archives} being unpacked"));
    }
    if tally.refused > 0 {
        parts.push(format!("{} not taken", count(tally.refused)));
    }
    if tally.stopped > 0 {
        parts.push(format!("{} not sent", count(tally.stopped)));
    }
    parts.join(", ")
}

/// The button that leads to what was added.
pub fn see(added: u64) -> String {
    format!("See {}", many(added, "new picture", "new pictures"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tally_tells_only_what_there_is() {
        let all = Tally {
            all: 1_200,
            added: 40,
            ..Tally::default()
        };
        assert_eq!(tally(all), "40 of 1,200 added");
        let some = Tally {
            known: 1,
            unpacked: 2,
            refused: 2,
            stopped: 3,
            ..all
        };
        assert_eq!(
            tally(some),
            "40 of 1,200 added, 1 was here already, 2 archives are being unpacked, 2 not taken, 3 not sent"
        );
    }
}
