//! What was acknowledged survives a program that is killed, and nothing is half done.

#![expect(clippy::unwrap_used, reason = "a test that cannot ask has failed")]

mod files;
mod judging;
mod order;
mod program;

/// More when somebody asks for it: `cargo xtask torture`.
pub(crate) fn rounds(few: u32) -> u32 {
    let asked = std::env::var("PROOFSHEET_KILLS").ok();
    asked.and_then(|asked| asked.parse().ok()).unwrap_or(few)
}
