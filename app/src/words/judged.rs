//! Judgements in words.

use domain::judgement::{Aspect, Edit, Judgement, Operation, Revision, Verdict};

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

/// What was done to one picture, by its name where that is known: `Approved 00012.png`.
pub fn one(edit: Edit, name: Option<&str>) -> String {
    let said = done(edit, 1);
    match name {
        Some(name) => said.replacen("1 picture", name, 1),
        None => said,
    }
}

/// What was done to a stack of pictures of which one was kept: `Kept 1 of a stack, rejected 3 pictures`.
pub fn kept(rejected: u64) -> String {
    let rejected = many(rejected, "picture", "pictures");
    format!("Kept 1 of a stack, rejected {rejected}")
}

/// An operation as a line of the history.
pub fn operation(operation: &Operation) -> String {
    let pictures = many(operation.pictures, "picture", "pictures");
    let what = match operation.edit {
        Some(edit) => done(edit, operation.pictures),
        None => match (&operation.tag, operation.aspect) {
            (Some(step), _) => super::tags::step(step, operation.pictures),
            (None, Aspect::Set) => operation.set.as_ref().map_or_else(
                || format!("Changed a photoset with {pictures}"),
                |step| super::sets::step(step, operation.pictures),
            ),
            (None, Aspect::Field) => operation.field.as_ref().map_or_else(
                || format!("Edited {pictures}"),
                |step| super::edits::step(step, operation.pictures),
            ),
            (None, Aspect::Duel) => {
                let back = operation.undoes.is_some();
                let counts = operation.counts.unwrap_or(true);
                return super::duel::operation(counts, back, operation.pictures);
            }
            (None, Aspect::Place) => operation.place.as_ref().map_or_else(
                || format!("Moved {pictures}"),
                |step| super::places::step(step, operation.pictures),
            ),
            (None, Aspect::Note) => format!("Wrote about {pictures}"),
            // Of those only verdicts differ from picture to picture.
            _ => format!("Gave verdicts to {pictures}"),
        },
    };
    if operation.undoes.is_some() {
        format!("Took back on {pictures}: {what}")
    } else {
        what
    }
}

/// What one step changed of a picture: `Rating: 2 stars, before: none`.
pub fn revision(revision: &Revision) -> String {
    let name = aspect(revision.operation.aspect);
    let (after, before) = (value(revision.after), value(revision.before));
    format!("{name}: {after}, before: {before}")
}

/// What can be set, by its name.
pub fn aspect(aspect: Aspect) -> &'static str {
    match aspect {
        Aspect::Verdict => "Verdict",
        Aspect::Rating => "Rating",
        Aspect::Favourite => "Favourite",
        Aspect::Label => "Label",
        Aspect::Hidden => "Hidden",
        Aspect::Trash => "Trash",
        Aspect::Tag => "Tags",
        Aspect::Note => "Note",
        Aspect::Set => "Photosets",
        Aspect::Field => "Edits",
        Aspect::Duel => "Duels",
        Aspect::Place => "Files",
    }
}

fn value(edit: Edit) -> String {
    match edit {
        Edit::Verdict(verdict) => verdict.word().to_owned(),
        Edit::Rating(0) => "none".to_owned(),
        Edit::Rating(stars) => many(stars.into(), "star", "stars"),
        Edit::Label(label) => label.map_or("none", |label| label.word()).to_owned(),
        Edit::Favourite(on) | Edit::Hidden(on) => if on { "yes" } else { "no" }.to_owned(),
        Edit::Trash(on) => if on { "in it" } else { "not in it" }.to_owned(),
    }
}

/// Pictures that taking something back left as they are.
pub fn left_as_they_are(names: &[String], conflicts: u64) -> String {
    let list = names.join(", ");
    let more = conflicts.saturating_sub(names.len() as u64);
    let rest = if more > 0 {
        format!(" and {} more", count(more))
    } else {
        String::new()
    };
    format!("Changed since, so left as they are: {list}{rest}.")
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
    use domain::{id::OperationId, judgement::Label, time::Timestamp};

    use super::*;

    #[test]
    fn operations_are_told_in_sentences() {
        let approve = Edit::Verdict(Verdict::Approved);
        assert_eq!(done(approve, 1), "Approved 1 picture");
        assert_eq!(one(approve, Some("a.png")), "Approved a.png");
        assert_eq!(one(Edit::Rating(1), None), "Gave 1 star to 1 picture");
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
    fn the_history_is_told_in_sentences() {
        let approved = Operation {
            id: OperationId(2),
            at: Timestamp(0),
            actor: "me".to_owned(),
            aspect: Aspect::Verdict,
            edit: Some(Edit::Verdict(Verdict::Approved)),
            tag: None,
            set: None,
            field: None,
            counts: None,
            place: None,
            pictures: 3,
            undoes: None,
            undone_by: None,
        };
        assert_eq!(operation(&approved), "Approved 3 pictures");
        let back = Operation {
            pictures: 1,
            undoes: Some(OperationId(2)),
            ..approved.clone()
        };
        assert_eq!(
            operation(&back),
            "Took back on 1 picture: Approved 1 picture"
        );
        let various = Operation {
            edit: None,
            ..approved.clone()
        };
        assert_eq!(operation(&various), "Gave verdicts to 3 pictures");
        let step = Revision {
            operation: approved,
            before: Edit::Verdict(Verdict::Undecided),
            after: Edit::Verdict(Verdict::Approved),
        };
        assert_eq!(revision(&step), "Verdict: approved, before: undecided");
        let names = ["a.png".to_owned(), "b.png".to_owned()];
        assert_eq!(
            left_as_they_are(&names, 5),
            "Changed since, so left as they are: a.png, b.png and 3 more."
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
