//! What the places beside the library say.

use domain::{
    aside::Aside,
    trash::{Emptying, KeepReason, KeptBack},
};

use super::{bytes, many};

/// Its name, as a heading and in lists.
pub fn name(place: Aside) -> &'static str {
    match place {
        Aside::Trash => "Trash",
        Aside::Hidden => "Hidden",
        Aside::Missing => "Missing",
    }
}

/// What is there and what becomes of it.
pub fn about(place: Aside) -> &'static str {
    match place {
        Aside::Trash => {
            "Out of every other result. The files are where they were; they are deleted when you empty the \
             trash, or after the days that the page Settings says, and only where their folder allows it."
        }
        Aside::Hidden => {
            "Out of every other result, and kept for as long as you like. The files are where they were."
        }
        Aside::Missing => {
            "Their files are not where they were. What you thought of them is kept, and they come back \
             by themselves when the files do."
        }
    }
}

/// Said when nothing is there.
pub fn empty(place: Aside) -> &'static str {
    match place {
        Aside::Trash => "The trash is empty",
        Aside::Hidden => "Nothing is hidden",
        Aside::Missing => "Nothing is missing",
    }
}

/// The button that takes everything out of it.
pub fn restore_all(place: Aside) -> Option<&'static str> {
    match place {
        Aside::Trash => Some("Restore all"),
        Aside::Hidden => Some("Show all again"),
        Aside::Missing => None,
    }
}

/// What emptying the trash would do.
pub fn weighed(weighed: &Emptying) -> String {
    if weighed.pictures == 0 {
        return "Nothing in the trash can be deleted from the disk.".to_owned();
    }
    format!(
        "{} and {} on the disk. This is the one thing that cannot be taken back.",
        many(weighed.pictures, "picture", "pictures"),
        bytes(weighed.bytes)
    )
}

/// The button that does it.
pub fn delete(pictures: u64) -> String {
    format!(
        "Delete {} from the disk",
        many(pictures, "picture", "pictures")
    )
}

/// What came of it.
pub fn emptied(emptied: &Emptying) -> String {
    format!(
        "Deleted {}, {} are free again",
        many(emptied.pictures, "picture", "pictures"),
        bytes(emptied.bytes)
    )
}

/// Why some pictures stay in the trash.
pub fn kept_back(kept: &KeptBack) -> String {
    let pictures = many(kept.pictures, "picture stays", "pictures stay");
    let root = &kept.root;
    match kept.reason {
        KeepReason::NotAllowed => format!(
            "{pictures}: deleting is not allowed in {root}. It can be allowed on the page of the folders."
        ),
        KeepReason::Offline => format!("{pictures}: {root} cannot be reached just now."),
        KeepReason::Absent => format!(
            "{pictures}: the file is not in {root} any more. Scan the folder twice; if it is still gone \
             then, its picture can go too."
        ),
        KeepReason::Changed => {
            format!("{pictures}: the file in {root} is not the one that was put into the trash.")
        }
        KeepReason::Refused => {
            format!("{pictures}: the disk of {root} does not let its files be deleted.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emptying_is_told_in_sentences() {
        let emptying = Emptying {
            pictures: 1,
            bytes: 1_500_000,
            kept: Vec::new(),
        };
        assert_eq!(delete(1_204), "Delete 1,204 pictures from the disk");
        assert_eq!(
            emptied(&emptying),
            "Deleted 1 picture, 1.5 MB are free again"
        );
        let kept = KeptBack {
            reason: KeepReason::Offline,
            root: "NAS".to_owned(),
            pictures: 2,
        };
        assert_eq!(
            kept_back(&kept),
            "2 pictures stay: NAS cannot be reached just now."
        );
    }
}
