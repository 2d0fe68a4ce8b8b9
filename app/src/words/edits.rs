//! Edited values in words.

use domain::{
    overlay::{FieldStep, Part, SEVERAL},
    tag::Mark,
};

use super::{cut, many};

/// Longest value that is told in a sentence, in characters.
const SHOWN: usize = 80;

/// Stands beside a value that somebody edited.
pub const EDITED: &str = "Edited";
/// Gives back what a file says.
pub const RESTORE: &str = "Restore what the file says";
/// Said where nobody set a value.
pub const AS_THE_FILE: &str = "as the file says";
/// Said where a file says nothing.
pub const NOTHING: &str = "nothing";
/// Stands where a picture has no value.
pub const NONE: &str = "Not known";
/// How a value of one line is saved.
pub const HOW: &str = "Enter saves, Esc leaves it as it was";
/// How a prompt is saved.
pub const HOW_PROSE: &str = "Ctrl+Enter saves, Esc leaves it as it was";
/// Said when somebody else set a value while another was being typed.
pub const CHANGED: &str = "Somebody set this while you were typing. Nothing was overwritten, and what you \
                           typed is still here. Now it is:";
/// What editing means.
pub const OVER: &str =
    "What you set lies over what the files say. The files themselves stay as they are.";
/// Asks for the name of a parameter.
pub const WHICH: &str = "Parameter, such as KSampler.denoise";

/// Offers any parameter.
pub const ANOTHER: &str = "Another parameter…";
/// Gives many pictures back what their files say.
pub const RESTORE_ALL: &str = "Restore what the files say";
/// Said when nothing was typed.
pub const EMPTY: &str = "Type a value first, or restore what the files say. Nothing was changed.";
/// Said when all of the pictures had that value already.
pub const NO_CHANGE: &str = "Nothing to change: all of them are so already.";

/// How a value is written, and what ends typing it.
pub fn how(part: &Part) -> &'static str {
    match part {
        Part::Prompt | Part::Negative => "Ctrl+Enter sets it",
        Part::Lora => {
            "Names with commas between them, each with its strength behind a colon: detail:0.8"
        }
        Part::Date => "2026-05-31, or with its time 2026-05-31 14:03, in UTC",
        Part::Param(_) => {
            "Set wherever a picture has this parameter; pictures without it stay as they are"
        }
        _ => "Enter sets it",
    }
}

/// A part as the name of a choice: `Negative prompt`.
pub fn name(part: &Part) -> String {
    let name = match part {
        Part::Prompt => "Prompt",
        Part::Negative => "Negative prompt",
        Part::Model => "Checkpoint",
        Part::Sampler => "Sampler",
        Part::Scheduler => "Scheduler",
        Part::Seed => "Seed",
        Part::Steps => "Steps",
        Part::Date => "Date",
        Part::Persona => "Persona",
        Part::Execution => "Execution",
        Part::Lora | Part::Vae | Part::Cfg | Part::Param(_) => part.label(),
    };
    name.to_owned()
}

/// What a button beside a value does.
pub fn edit(part: &Part) -> String {
    format!("Edit the {}", part.label())
}

/// `The file says: euler`
pub fn file_says(parsed: &str) -> String {
    if parsed.is_empty() {
        format!("The file says {NOTHING}")
    } else {
        format!("The file says: {parsed}")
    }
}

/// What was done to so many pictures: `Set the checkpoint of 12 pictures to “dunes”`.
pub fn done(part: &Part, value: &str, pictures: u64) -> String {
    let pictures = many(pictures, "picture", "pictures");
    let part = part.label();
    if value.is_empty() {
        format!("Gave {pictures} back the {part} of the file")
    } else if value == SEVERAL {
        format!("Set the {part} of {pictures}, each to its own")
    } else {
        format!("Set the {part} of {pictures} to “{}”", cut(value, SHOWN))
    }
}

/// An operation as a line of the history.
pub fn step(step: &FieldStep, pictures: u64) -> String {
    done(&step.part, &step.value, pictures)
}

/// What the dialog is about.
pub fn title(pictures: u64) -> String {
    if pictures == 1 {
        "Edit this picture".to_owned()
    } else {
        format!("Edit {}", super::pictures(pictures))
    }
}

/// What the dialog's button does.
pub fn apply(pictures: u64) -> String {
    format!("Set for {}", many(pictures, "picture", "pictures"))
}

/// What one step did to a picture's tags, note or values.
pub fn mark(mark: &Mark) -> String {
    let shown = |text: &str| {
        if text.is_empty() {
            "none".to_owned()
        } else {
            format!("“{}”", cut(text, SHOWN))
        }
    };
    match mark {
        Mark::Tag { name, on: true } => format!("Tagged “{name}”"),
        Mark::Tag { name, on: false } => format!("Took “{name}” off"),
        Mark::Note { before, after } => {
            format!("Note: {}, before: {}", shown(after), shown(before))
        }
        Mark::Duel { before, after } => super::duel::revision(*before, *after),
        Mark::Field {
            part,
            before,
            after,
        } => {
            let shown = |text: &str| {
                if text.is_empty() {
                    AS_THE_FILE.to_owned()
                } else {
                    shown(text)
                }
            };
            let (after, before) = (shown(after), shown(before));
            format!("{}: {after}, before: {before}", name(part))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_told_in_sentences() {
        assert_eq!(
            done(&Part::Model, "dunes", 1_204),
            "Set the checkpoint of 1,204 pictures to “dunes”"
        );
        assert_eq!(
            done(&Part::Negative, "", 1),
            "Gave 1 picture back the negative prompt of the file"
        );
        assert_eq!(
            done(&Part::Execution, SEVERAL, 3),
            "Set the execution of 3 pictures, each to its own"
        );
        let field = Mark::Field {
            part: Part::Cfg,
            before: String::new(),
            after: "4.5".to_owned(),
        };
        assert_eq!(mark(&field), "CFG: “4.5”, before: as the file says");
    }
}
