//! What is said of a picture of which only the address is known.

use domain::record::server_of;

/// Under the drawing that stands for it.
pub const ELSEWHERE: &str = "Only the address of this picture is known. Proofsheet does not load it; the picture \
                             opens where it lies, in a window of its own.";
/// Above the two prompts, of which one is shown as the picture's own.
pub const ABOVE_REFINED: &str = "The prompt above is the refined one.";
/// The same where nothing was refined.
pub const ABOVE_ORIGINAL: &str = "The prompt above is the original one.";

/// The link to it on a cell, where there is no room for more.
pub const OPEN: &str = "Open where it lies";

/// The link to it.
pub fn open_at(address: &str) -> String {
    format!("Open at {}", server_of(address))
}
