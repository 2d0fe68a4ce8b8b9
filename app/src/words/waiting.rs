//! What the server does not know yet, and what came of it, in words.

use super::{count, many};

/// Said of a whole result, while other things wait.
pub const NEEDS_SERVER: &str = "What is done to a whole result needs the server, which cannot be reached. Nothing was \
                                changed; choose single pictures, or try again later.";
/// The name of the list of what was not taken in.
pub const NOT_TAKEN_IN: &str = "Not taken in";
/// Does it all the same.
pub const MINE: &str = "Keep mine";
/// Leaves it.
pub const THEIRS: &str = "Leave it";
/// Said of what waits, to whoever points at it.
pub const WHY: &str = "The server cannot be reached. What you decide is kept in this browser and sent when it can be.";
/// Offers the new program.
pub const NEW_VERSION: &str = "New version, reload";

/// How many judgements the server does not know yet.
pub fn waiting(entries: usize) -> String {
    format!("{} waiting", count(entries as u64))
}

/// Why something was not done to some pictures.
pub fn changed(pictures: u64) -> String {
    if pictures == 1 {
        return "changed by somebody else meanwhile, or gone, and left as it is".to_owned();
    }
    let pictures = many(pictures, "picture", "pictures");
    format!(
        "{pictures} were changed by somebody else meanwhile, or are gone, and were left as they are"
    )
}

/// Something that was not taken in, and why.
pub fn refused(what: &str, why: &str) -> String {
    format!("{what}: {why}")
}

/// Asked before the session ends that could have sent what waits.
pub fn signing_out(entries: usize) -> String {
    let waiting = many(entries as u64, "judgement is", "judgements are");
    format!(
        "{waiting} still waiting for the server and would be lost. Sign out once more to do so all the same."
    )
}
