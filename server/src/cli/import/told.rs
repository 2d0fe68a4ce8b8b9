//! What an import did, in words.

use app::words::{bytes, count, exchange, many};
use domain::{
    exchange::Brought,
    import::{Imported, Trouble, Verified},
};

/// Names of a list that are told.
const NAMED: usize = 20;

/// What an import did or would do, one sentence a line.
pub(super) fn imported(imported: &Imported) -> Vec<String> {
    let mut told = Vec::new();
    if imported.archives > 0 {
        told.push(format!(
            "{} looked at.",
            many(imported.archives, "archive", "archives")
        ));
    }
    told.extend(pictures(imported));
    told.extend(photosets(imported));
    if let Some(brought) = &imported.brought {
        told.extend(exchange::told(brought));
    }
    told.extend(imported.troubles.iter().map(trouble));
    if imported.more_troubles > 0 {
        let more = many(imported.more_troubles, "thing", "things");
        told.push(format!("  and {more} more of these kinds."));
    }
    let brought = imported.brought.as_ref().map_or(0, Brought::changes);
    let changes =
        imported.taken + imported.made + imported.filled + imported.placed + imported.marked;
    told.push(
        match (changes + brought, imported.dry) {
            (0, _) => "Nothing is changed by it: everything that can come in is here already.",
            (_, true) => "Nothing was changed: this was a dry run.",
            (_, false) => exchange::DONE,
        }
        .to_owned(),
    );
    told
}

fn pictures(imported: &Imported) -> Vec<String> {
    let mut told = Vec::new();
    let would = if imported.dry {
        "would come in"
    } else {
        "came in"
    };
    if imported.taken > 0 {
        told.push(format!(
            "{} {would}, {}.",
            many(imported.taken, "picture", "pictures"),
            bytes(imported.bytes)
        ));
    }
    let further = [
        (
            imported.there,
            "picture lies in its place already",
            "pictures lie in their places already",
        ),
        (
            imported.same,
            "picture is in the library elsewhere with the same bytes, so it was not copied",
            "pictures are in the library elsewhere with the same bytes, so they were not copied",
        ),
        (
            imported.renamed,
            "file comes under another name, because its own is not safe everywhere or is taken",
            "files come under other names, because their own are not safe everywhere or are taken",
        ),
        (
            imported.beside,
            "text beside a picture belongs to it",
            "texts beside pictures belong to them",
        ),
        (
            imported.other,
            "file is no picture and was passed over",
            "files are no pictures and were passed over",
        ),
        (
            imported.nested,
            "archive lies inside an archive and was not opened",
            "archives lie inside archives and were not opened",
        ),
        (
            imported.unread,
            "archive could not be read",
            "archives could not be read",
        ),
        (
            imported.refused,
            "file was not taken, for a reason told below",
            "files were not taken, for reasons told below",
        ),
    ];
    told.extend(sentences(&further));
    told
}

fn photosets(imported: &Imported) -> Vec<String> {
    let further = [
        (
            imported.described,
            "file of metadata was read",
            "files of metadata were read",
        ),
        (
            imported.garbled,
            "file could not be read as metadata",
            "files could not be read as metadata",
        ),
        (imported.made, "photoset is new", "photosets are new"),
        (
            imported.filled,
            "photoset gets what it lacked",
            "photosets get what they lacked",
        ),
        (
            imported.placed,
            "picture was put into a photoset",
            "pictures were put into photosets",
        ),
        (
            imported.marked,
            "picture gets the tags or stars that were asked for",
            "pictures get the tags or stars that were asked for",
        ),
    ];
    sentences(&further)
}

/// A sentence for each count that is not 0.
fn sentences(all: &[(u64, &str, &str)]) -> Vec<String> {
    let all = all.iter().filter(|(number, ..)| *number > 0);
    all.map(|(number, one, more)| format!("{}.", many(*number, one, more)))
        .collect()
}

fn trouble(trouble: &Trouble) -> String {
    let Trouble {
        path,
        entry,
        message,
    } = trouble;
    // What a stranger wrote does not steer the terminal.
    let plain = |text: &str| text.replace(char::is_control, "?");
    match entry {
        Some(entry) => format!("  {}, {}: {message}", plain(path), plain(entry)),
        None => format!("  {}: {message}", plain(path)),
    }
}

/// What was found, one sentence a line.
pub(super) fn verified(found: &Verified) -> Vec<String> {
    let mut told: Vec<String> = found
        .counts
        .iter()
        .map(|(words, number)| format!("{words:<24}{}", count(*number)))
        .collect();
    told.push(format!(
        "{} of {} are there.",
        count(found.files - found.missing),
        many(found.files, "file", "files")
    ));
    if found.waiting > 0 {
        let waiting = many(found.waiting, "picture has", "pictures have");
        told.push(format!(
            "{waiting} no thumbnails yet; the server draws them, or `proofsheet scan --finish`."
        ));
    }
    for (names, sentence) in [
        (
            &found.empty,
            "Photosets without pictures, which may be as you want them:",
        ),
        (
            &found.unfilled,
            "WRONG  Photosets of archives that have no pictures; import the archives again:",
        ),
        (
            &found.unreachable,
            "WRONG  Folders that cannot be reached; connect their disks, then look again:",
        ),
        (
            &found.examples,
            "WRONG  Files that are not there. What is known of them is kept; bring them back, or import them again:",
        ),
        (
            &found.damage,
            "WRONG  The database is damaged. Stop Proofsheet, keep a copy of the data folder, then restore a snapshot:",
        ),
    ] {
        if names.is_empty() {
            continue;
        }
        told.push(sentence.to_owned());
        told.extend(names.iter().take(NAMED).map(|name| format!("  {name}")));
        let more = names.len().saturating_sub(NAMED);
        if more > 0 {
            told.push(format!("  and {} more.", count(more as u64)));
        }
    }
    let more = found.missing.saturating_sub(found.examples.len() as u64);
    if more > 0 {
        told.push(format!("{} further files are not there.", count(more)));
    }
    if !found.is_wrong() {
        told.push("All is well.".to_owned());
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_is_told_in_sentences() {
        let mut one = Imported {
            archives: 2,
            taken: 1,
            bytes: 1_500,
            other: 3,
            made: 1,
            placed: 1,
            refused: 1,
            ..Imported::default()
        };
        one.trouble("a.zip", Some("../x\u{1b}[2J.png"), "It leads out.");
        let expected = [
            "2 archives looked at.",
            "1 picture came in, 1.5 kB.",
            "3 files are no pictures and were passed over.",
            "1 file was not taken, for a reason told below.",
            "1 photoset is new.",
            "1 picture was put into a photoset.",
            "  a.zip, ../x?[2J.png: It leads out.",
            "Done. History can take any of it back.",
        ];
        assert_eq!(imported(&one), expected);
        let dry = Imported {
            dry: true,
            taken: 2,
            ..Imported::default()
        };
        assert_eq!(
            imported(&dry)[1],
            "Nothing was changed: this was a dry run."
        );
        let nothing = imported(&Imported::default());
        assert!(
            nothing[0].starts_with("Nothing is changed by it"),
            "{nothing:?}"
        );
    }

    #[test]
    fn what_is_wrong_is_told_and_what_is_right_too() {
        let good = Verified {
            files: 2,
            ..Verified::default()
        };
        assert_eq!(verified(&good), ["2 of 2 files are there.", "All is well."]);
        let bad = Verified {
            files: 30,
            missing: 25,
            examples: (0..20).map(|number| format!("{number}.png")).collect(),
            ..Verified::default()
        };
        let told = verified(&bad);
        assert_eq!(told[0], "5 of 30 files are there.");
        assert_eq!(told.last().unwrap(), "5 further files are not there.");
    }
}
