//! Renaming and moving in words.

use domain::organise::{Moved, PlaceStep, StayReason, Stayed};

use super::many;

/// Offers to rename the file of one picture.
pub const NAME: &str = "File name";
/// Offers to move files.
pub const FOLDER: &str = "Folder of the file";
/// Asks for a name.
pub const NEW_NAME: &str = "New name";
/// Asks for a folder.
pub const NEW_FOLDER: &str = "Move into";
/// How a name is written.
pub const HOW_NAME: &str = "The ending stays as it is; Enter renames";
/// How a folder is written.
pub const HOW_FOLDER: &str =
    "A watched folder, then the way inside it: Uploads/best. It is made if it is not there";
/// What renaming and moving mean.
pub const REAL: &str = "This moves the files on the disk, with the texts beside them. Nothing is ever replaced, \
                        and History takes it back.";
/// Said when nothing was typed.
pub const EMPTY: &str = "Type a name first. Nothing was moved.";
/// Renames a file.
pub const RENAME: &str = "Rename";
/// Names the switch that lets files be renamed and moved.
pub const ALLOW: &str = "Its files and folders may be renamed and moved";
/// Opens the form that moves a folder.
pub const MOVE_FOLDER: &str = "Move a folder";

/// Asks which folder is meant.
pub const WHICH_FOLDER: &str = "Folder";
/// Asks where it goes.
pub const WHERE_TO: &str = "New name or place";
/// How both are written.
pub const HOW_BOTH: &str = "A watched folder, then the way inside it: Uploads/2026-11-30";
/// Said when one of both is missing.
pub const EMPTY_FOLDER: &str = "Name the folder and where it goes first. Nothing was moved.";

/// Moves files.
pub fn gather(pictures: u64) -> String {
    format!("Move {}", many(pictures, "picture", "pictures"))
}

/// What was moved: `Renamed a.png to b.png`, `Moved 12 pictures to Uploads/kept`.
pub fn step(step: &PlaceStep, pictures: u64) -> String {
    let on = many(pictures, "picture", "pictures");
    match (step.from.as_deref(), step.to.as_deref()) {
        (Some(from), Some(to)) => match (split(from), split(to)) {
            ((above, from), (same, to)) if above == same => format!("Renamed {from} to {to}"),
            ((_, name), (above, to)) if name == to => format!("Moved {name} to {above}"),
            _ => format!("Moved {from} to {to}"),
        },
        (_, Some(to)) => format!("Moved {on} to {to}"),
        _ => format!("Moved {on}"),
    }
}

/// A path as what is above and the last part.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// What came of moving: what went, and why the rest stayed.
pub fn moved(moved: &Moved) -> String {
    let mut said: Vec<String> = Vec::new();
    if moved.pictures > 0 {
        let on = many(moved.pictures, "picture", "pictures");
        said.push(format!("Moved {on}."));
    } else if moved.stayed.is_empty() {
        said.push("Everything is there already.".to_owned());
    }
    said.extend(moved.stayed.iter().map(stayed));
    said.join(" ")
}

/// What came of giving one file another name.
pub fn renamed(moved: &Moved) -> String {
    match moved.stayed.first() {
        Some(why) => stayed(why),
        None if moved.operation.is_some() => "Renamed.".to_owned(),
        None => "This is its name already.".to_owned(),
    }
}

fn stayed(stayed: &Stayed) -> String {
    let (who, name) = (stayed.files, &stayed.example);
    let who = match who {
        1 => format!("{name} stayed"),
        _ => format!("{} files stayed ({name})", super::count(who)),
    };
    let why = match stayed.reason {
        StayReason::NotAllowed => {
            "their folder does not allow it: switch on “Rename and move files” on the page of folders"
        }
        StayReason::Offline => "their folder cannot be reached; connect its disk, then try again",
        StayReason::Taken => "something has that name already, and nothing is ever replaced",
        StayReason::OtherDisk => "they would go to another disk; copy them with the file manager",
        StayReason::Gone => "their file is gone; the next scan will say where it is",
        StayReason::Refused => "the disk did not allow it; look at who may write there",
    };
    let why = if stayed.files == 1 {
        why.replacen("their folder", "its folder", 1)
            .replacen("their file", "its file", 1)
            .replacen("they would go", "it would go", 1)
            .replacen("copy them", "copy it", 1)
    } else {
        why.to_owned()
    };
    format!("{who}: {why}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_are_told_by_what_changed() {
        let told = |from: Option<&str>, to: Option<&str>, pictures| {
            let step_of = PlaceStep {
                from: from.map(str::to_owned),
                to: to.map(str::to_owned),
            };
            step(&step_of, pictures)
        };
        assert_eq!(
            told(Some("A/x/a.png"), Some("A/x/b.png"), 1),
            "Renamed a.png to b.png"
        );
        assert_eq!(
            told(Some("A/x/a.png"), Some("A/y/a.png"), 1),
            "Moved a.png to A/y"
        );
        assert_eq!(told(Some("A/x"), Some("B/y/z"), 9), "Moved A/x to B/y/z");
        assert_eq!(
            told(None, Some("B/y"), 1_200),
            "Moved 1,200 pictures to B/y"
        );
        assert_eq!(told(None, None, 2), "Moved 2 pictures");
    }

    #[test]
    fn what_stayed_is_told_with_what_to_do() {
        let mut all = Moved {
            pictures: 3,
            ..Moved::default()
        };
        all.stay(StayReason::Taken, "a.png");
        all.stay(StayReason::Offline, "b.png");
        all.stay(StayReason::Offline, "c.png");
        assert_eq!(
            moved(&all),
            "Moved 3 pictures. a.png stayed: something has that name already, and nothing is ever replaced. \
             2 files stayed (b.png): their folder cannot be reached; connect its disk, then try again."
        );
        assert_eq!(moved(&Moved::default()), "Everything is there already.");
        assert_eq!(renamed(&Moved::default()), "This is its name already.");
    }
}
