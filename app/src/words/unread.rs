//! What is said of recipes that could not be read in full.

use super::many;

/// How a reader is taught what it does not know.
pub const TEACH: &str = "Nothing is lost: what was read is shown, and the rest is kept. Say in rules.toml, in the \
                         data folder, what such a node holds; then read these pictures again. No file is touched.";

/// The name of a reason that is not about one class of nodes.
pub fn unread(code: &str) -> &'static str {
    match code {
        "no-sampler" => "No sampler found",
        "unknown-node" => "Prompt not found",
        _ => "Nothing understood",
    }
}

/// What came of reading again.
pub fn read_again(read: usize, changed: usize) -> String {
    let read = many(read as u64, "recipe", "recipes");
    match changed {
        0 => format!("{read} read again; nothing is understood differently."),
        1 => format!("{read} read again; 1 is understood differently now."),
        some => format!("{read} read again; {some} are understood differently now."),
    }
}
