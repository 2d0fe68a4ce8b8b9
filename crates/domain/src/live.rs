//! What programs that make pictures are doing, as they tell it.

use serde::{Deserialize, Serialize};

/// A program that makes pictures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generator {
    /// Its host and port, as the settings name it.
    pub name: String,
    /// What it is doing; `None` while it cannot be reached.
    pub work: Option<Work>,
}

/// What such a program is doing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// Whether a picture is being made.
    pub running: bool,
    /// How many wait for their turn.
    pub waiting: u64,
    /// The step of the picture that is being made, and how many there are, where it is told.
    pub step: Option<(u32, u32)>,
}

impl Work {
    /// Whether there is nothing to do.
    pub fn is_idle(self) -> bool {
        !self.running && self.waiting == 0
    }
}
