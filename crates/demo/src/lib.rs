//! A library of pictures that never existed: procedural art with believable recipes.
//!
//! It is what a new user looks at first, what the browser tests look at, and (with
//! [`Plan::small`]) the load for a library of a million.
//!
//! Rules of this crate: pure and without a clock or a path; every file follows from the plan and
//! its number alone, so callers may make them in any order and in parallel; all words, models and
//! pictures are invented here. A generator is one file under `recipe/` (add it to
//! [`recipe::Tool`], and where chance is not to decide whether it occurs, to [`Rare`]), a way to
//! paint one file under `art/`, a palette one line of `palette.rs`.
#![warn(missing_docs)]
#![expect(
    clippy::many_single_char_names,
    clippy::similar_names,
    reason = "geometry and colour science name their things by letters: x, y, u, v, dx, dy"
)]

use domain::time::Timestamp;

mod art;
mod broken;
mod calendar;
mod canvas;
mod encode;
mod hidden;
mod json;
mod noise;
mod palette;
mod random;
mod rare;
mod recipe;
mod session;
mod words;

pub use broken::Broken;
pub use rare::{Place, Rare};
pub use recipe::{Tool, Truth};

/// A library to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// How many pictures it has; their numbers are `0..count`, oldest first. From 160 on, every
    /// [`Rare`] one is among them.
    pub count: u64,
    /// Another seed is another library.
    pub seed: u64,
    /// Pictures of 64 pixels with metadata of full size, for load tests.
    pub small: bool,
    /// The newest possible date; the others go back from here over eighteen months.
    pub newest: Timestamp,
}

/// One file of the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoFile {
    /// Where it belongs, relative to the library's folder, with `/`; unique within the plan.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// When it was written, as its modification time should say.
    pub modified: Timestamp,
    /// What lies beside it, if its recipe is kept there.
    pub beside: Vec<Beside>,
}

/// A file that is no picture and belongs to one: its recipe as a text, or the log of its folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    /// Where it belongs, as for the picture.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl Plan {
    /// The file of a number below `count`.
    pub fn file(&self, number: u64) -> DemoFile {
        let shot = session::Shot::of(self, number);
        let picture = encode::Picture {
            style: shot.style,
            palette: shot.palette,
            size: if self.small {
                shot.small_size()
            } else {
                shot.size()
            },
            session: shot.session_seed,
            shot: shot.art_seed,
        };
        let bytes = broken::spoil(shot.broken, || {
            encode::encode(&picture, shot.format(), &recipe::embed(&shot))
        });
        DemoFile {
            path: shot.path(),
            bytes,
            modified: shot.when,
            beside: recipe::beside(self, &shot),
        }
    }

    /// What the file of this number says about its making, for tests of readers.
    pub fn truth(&self, number: u64) -> Truth {
        recipe::truth(&session::Shot::of(self, number))
    }
}
