//! What is said when a key takes something from a picture.

use crate::state::take::Take;

/// Said when the browser keeps its clipboard to itself.
pub const NO_CLIPBOARD: &str = "The browser did not allow copying. Select the text and copy it by hand, or download the \
                                picture.";
/// Said when a key that takes something is pressed and no picture has the focus.
pub const NO_FOCUS: &str = "Go to a picture with the arrow keys first.";

/// What was taken, in a sentence.
pub fn taken(what: Take) -> &'static str {
    match what {
        Take::Prompt => "Prompt copied.",
        Take::Parameters => "Prompt and parameters copied.",
        Take::Picture => "Picture copied.",
        Take::Workflow => "Workflow saved to your downloads.",
    }
}

/// Why there is nothing to take.
pub fn nothing_to_take(what: Take) -> &'static str {
    match what {
        Take::Prompt => "This file carries no prompt to copy.",
        Take::Parameters => "This file carries no parameters to copy.",
        Take::Picture => "A video cannot be copied as a picture. Download it instead.",
        Take::Workflow => "This file carries no workflow to save.",
    }
}
