//! What the server does not know yet: kept in this browser, sent in order, each done exactly once.
//!
//! Whatever somebody judges is written down before it is sent and crossed out when the server has
//! answered. It carries an id of its own, so an answer that got lost is asked for again and nothing is
//! done twice. What comes late also says what was seen when it was decided: pictures that somebody else
//! changed meanwhile are left alone and told.
//!
//! Only [`provide`] and [`use_waiting`] are part of the first module.

mod send;

use domain::{
    id::{ImageId, OperationId},
    judgement::{Done, Edit, Sent},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::result::ResultState;

/// Something to tell the server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Under which id, and what was seen.
    pub sent: Sent,
    /// What.
    pub wish: Wish,
    /// What it is in words.
    pub what: String,
}

/// What to tell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// Something of pictures.
    Set {
        /// Which.
        pictures: Vec<ImageId>,
        /// What it is.
        edit: Edit,
    },
    /// One of a stack is kept.
    Keep {
        /// Which.
        kept: ImageId,
        /// Those that are not.
        others: Vec<ImageId>,
    },
    /// Something is taken back.
    Undo {
        /// What.
        operation: OperationId,
        /// What the pictures are then.
        shown: Vec<(ImageId, Edit)>,
    },
}

/// Something that was not done, or not to all of its pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Refused {
    /// What it was.
    pub entry: Entry,
    /// Why not.
    pub why: String,
}

/// What waits, and what was not taken in, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Queue {
    /// What waits.
    pub list: Vec<Entry>,
    /// What somebody has to look at.
    pub refused: Vec<Refused>,
}

/// What came of telling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// The server has it.
    Done(Done),
    /// It will have it.
    Waiting,
}

/// Runs when nothing waits any more; told whether all of it was done.
type WhenTold = Box<dyn FnOnce(bool) + Send + Sync>;

#[derive(Default)]
struct Sending {
    /// Whether what is kept was read.
    read: bool,
    /// Whether the browser keeps nothing, so that this page has to.
    forgetful: bool,
    /// Whether something is on its way.
    busy: bool,
    /// How long to wait before the next try, in milliseconds; 0 while none is planned.
    pause: i32,
    /// Whether one is.
    planned: bool,
    /// What this page wrote down itself.
    own: Vec<OperationId>,
    when_told: Vec<WhenTold>,
}

/// What the server does not know yet. Copies all speak of the same.
#[derive(Clone, Copy)]
pub struct Waiting {
    /// What there is.
    pub queue: RwSignal<Queue>,
    /// Whether the server could not be reached the last time.
    pub away: RwSignal<bool>,
    /// The result that is on the page, on which what waits is shown.
    pub shown: RwSignal<Option<ResultState>>,
    sending: StoredValue<Sending>,
}

/// Provides it for the whole page.
pub(super) fn provide() {
    provide_context(Waiting {
        queue: RwSignal::new(Queue::default()),
        away: RwSignal::new(false),
        shown: RwSignal::new(None),
        sending: StoredValue::new(Sending::default()),
    });
}

/// What the server does not know yet.
pub fn use_waiting() -> Waiting {
    expect_context()
}
