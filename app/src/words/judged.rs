//! Judgements in words.

use domain::judgement::{Edit, Judgement, Verdict};

use super::{count, many};

/// What was done to so many pictures: `Approved 38 pictures`.
pub fn done(edit: Edit, pictures: u64) -> String {
    let pictures = many(pictures, "picture", "pictures");
    match edit {
        Edit::Verdict(Verdict::Approved) => format!("Approved {pictures}"),
        Edit::Verdict(Verdict::Rejected) => format!("Rejected {pictures}"),
        Edit::Verdict(Verdict::Undecided) => format!("Set {pictures} back to undecided"),
        Edit::Rating(0) => format!("Took the stars off {pictures}"),
        Edit::Rating(stars) => {
            format!("Gave {} to {pictures}", many(stars.into(), "star", "stars"))
        }
        Edit::Favourite(true) => format!("Added {pictures} to the favourites"),
        Edit::Favourite(false) => format!("Took {pictures} off the favourites"),
        Edit::Label(Some(label)) => format!("Labelled {pictures} {}", label.word()),
        Edit::Label(None) => format!("Took the label off {pictures}"),
        Edit::Hidden(true) => format!("Hid {pictures}"),
        Edit::Hidden(false) => format!("Showed {pictures} again"),
        Edit::Trash(true) => format!("Put {pictures} into the trash"),
        Edit::Trash(false) => format!("Took {pictures} out of the trash"),
    }
}

/// What came of taking something back: what it was, and what stayed as it is.
pub fn taken_back(what: &str, again: bool, conflicts: u64) -> String {
    let head = if again { "Done again" } else { "Taken back" };
    if conflicts == 0 {
        return format!("{head}: {what}");
    }
    let rest = if conflicts == 1 {
        "1 picture was changed since and stays as it is".to_owned()
    } else {
        format!(
            "{} pictures were changed since and stay as they are",
            count(conflicts)
        )
    };
    format!("{head}: {what}. {rest}.")
}

/// What is thought of a picture, for screen readers: `approved, 4 stars, favourite, red label`; empty
/// for a picture as it came.
pub fn said(judgement: Judgement) -> String {
    let mut parts = Vec::new();
    if judgement.verdict != Verdict::Undecided {
        parts.push(judgement.verdict.word().to_owned());
    }
    if judgement.rating > 0 {
        parts.push(many(judgement.rating.into(), "star", "stars"));
    }
    if judgement.favourite {
        parts.push("favourite".to_owned());
    }
    if let Some(label) = judgement.label {
        parts.push(format!("{} label", label.word()));
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use domain::judgement::Label;

    use super::*;

    #[test]
    fn operations_are_told_in_sentences() {
        let approve = Edit::Verdict(Verdict::Approved);
        assert_eq!(done(approve, 1), "Approved 1 picture");
        assert_eq!(
            done(Edit::Rating(1), 1_204),
            "Gave 1 star to 1,204 pictures"
        );
        assert_eq!(
            taken_back("Approved 2 pictures", false, 0),
            "Taken back: Approved 2 pictures"
        );
        assert_eq!(
            taken_back("Hid 5 pictures", true, 1),
            "Done again: Hid 5 pictures. 1 picture was changed since and stays as it is."
        );
    }

    #[test]
    fn a_picture_as_it_came_has_nothing_said_of_it() {
        assert_eq!(said(Judgement::default()), "");
        let all = Judgement {
            verdict: Verdict::Rejected,
            rating: 4,
            favourite: true,
            label: Some(Label::Red),
            ..Judgement::default()
        };
        assert_eq!(said(all), "rejected, 4 stars, favourite, red label");
    }
}
