//! Judging pictures: shown at once, told to the server one thing after the other, and taken back.
//!
//! Here is what keys and buttons reach; telling the server is in [`work`], which is loaded later.

mod work;

use std::{collections::VecDeque, pin::Pin};

use domain::{
    id::{ImageId, OperationId},
    judgement::{Done, Edit, Judgement, Label, Verdict},
    selection::Selection,
};
use leptos::{prelude::*, task::spawn_local};

use super::{
    grid::GridState,
    result::ResultState,
    toasts::Toasts,
    waiting::{Waiting, use_waiting},
};
use crate::later::{NotLoaded, SOON};

/// Steps that can be taken back from the page; the server keeps more.
const KEPT: usize = 200;

/// What a key asks for. Where it turns something around, the picture in front decides which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Gives a verdict.
    Verdict(Verdict),
    /// Gives so many stars; 0 takes them off.
    Stars(u8),
    /// Makes it a favourite, or no longer.
    Favourite,
    /// Gives a label, or takes the same one off.
    Label(Label),
    /// Puts it into the trash.
    Trash,
    /// Takes it out of the trash.
    Restore,
    /// Hides it, or shows it again.
    Hide,
}

impl Verb {
    /// What it sets, for a picture of which this is thought.
    pub fn edit(self, now: Judgement) -> Edit {
        match self {
            Self::Verdict(verdict) => Edit::Verdict(verdict),
            Self::Stars(stars) => Edit::Rating(stars),
            Self::Favourite => Edit::Favourite(!now.favourite),
            Self::Label(label) => Edit::Label((now.label != Some(label)).then_some(label)),
            Self::Trash => Edit::Trash(true),
            Self::Restore => Edit::Trash(false),
            Self::Hide => Edit::Hidden(!now.hidden),
        }
    }
}

/// Something to tell the server.
enum Step {
    Set {
        selection: Selection,
        edit: Edit,
        /// So many pictures; more than one are worth a message.
        count: u64,
        seen: Seen,
    },
    Keep {
        kept: ImageId,
        others: Vec<ImageId>,
        seen: Seen,
    },
    /// Something else, in its turn.
    Other {
        run: Box<dyn FnOnce() -> Turn + Send + Sync>,
        moves: bool,
    },
    Undo,
    Redo,
}

/// What of pictures was seen before something was set, in the same respect.
pub type Seen = Vec<(ImageId, Edit)>;

/// Something that is being done: what came of it, and what it is called, when it can be taken back.
pub type Turn = Pin<Box<dyn Future<Output = Option<(Done, String)>>>>;

/// Where something was judged.
#[derive(Clone, Copy)]
struct At {
    result: ResultState,
    /// What was judged there up to then.
    serial: u64,
}

/// Something that was done, and by what it is taken back.
struct Past {
    operation: OperationId,
    what: String,
    /// Whether pictures left or joined results by it.
    moves: bool,
    /// What taking it back shows, as far as that is known here.
    seen: Seen,
}

struct Inner {
    toasts: Toasts,
    /// What the server does not know yet, of every page of this browser.
    kept: Waiting,
    /// Whether one is with the server: two at once could arrive in the wrong order.
    busy: bool,
    waiting: VecDeque<(At, Step)>,
    done: Vec<Past>,
    undone: Vec<Past>,
    /// Counts what the server has taken in.
    told: RwSignal<i64>,
    /// Counts what of that changed tags and notes, and what was taken back.
    marked: RwSignal<u32>,
}

/// What is judged on the page. Copies all speak of the same.
#[derive(Clone, Copy)]
pub struct Judging(StoredValue<Inner>);

impl Judging {
    /// Nothing was judged yet.
    pub fn new(toasts: Toasts) -> Self {
        Self(StoredValue::new(Inner {
            toasts,
            kept: use_waiting(),
            busy: false,
            waiting: VecDeque::new(),
            done: Vec::new(),
            undone: Vec::new(),
            told: RwSignal::new(0),
            marked: RwSignal::new(0),
        }))
    }

    /// Grows with everything that the server has taken in: what is counted has changed then.
    pub fn told(self) -> RwSignal<i64> {
        self.0.with_value(|inner| inner.told)
    }

    /// Judges one picture.
    pub fn one(self, result: ResultState, id: ImageId, edit: Edit) {
        let selection = Selection::These(vec![id]);
        let seen = seen(result, &selection, edit);
        result.judge(move |own| own == id, edit);
        self.set(result, selection, edit, 1, seen);
    }

    /// Judges everything that is selected.
    pub fn selected(self, grid: GridState, edit: Edit) {
        let chosen = grid.selection().chosen.get_untracked();
        let Some(selection) = chosen.to_wire() else {
            return;
        };
        let shown = grid.result.shown.get_untracked();
        let count = chosen.count();
        let seen = seen(grid.result, &selection, edit);
        grid.result
            .judge(move |own| chosen.contains(own, &shown), edit);
        if edit.moves() {
            // What is selected leaves the view.
            grid.selection().clear();
        }
        self.set(grid.result, selection, edit, count, seen);
    }

    /// Judges pictures that are named some other way; so many of them.
    pub fn all(self, result: ResultState, selection: Selection, edit: Edit, count: u64) {
        let seen = seen(result, &selection, edit);
        self.set(result, selection, edit, count, seen);
    }

    fn set(self, result: ResultState, selection: Selection, edit: Edit, count: u64, seen: Seen) {
        self.step(
            result,
            Step::Set {
                selection,
                edit,
                count,
                seen,
            },
        );
    }

    /// Approves one picture and rejects others, as one thing.
    pub fn keep(self, result: ResultState, kept: ImageId, others: Vec<ImageId>) {
        let rejected = Edit::Verdict(Verdict::Rejected);
        let mut all = others.clone();
        all.push(kept);
        let seen = seen(result, &Selection::These(all), rejected);
        let below = others.clone();
        result.judge(move |own| below.contains(&own), rejected);
        result.judge(move |own| own == kept, Edit::Verdict(Verdict::Approved));
        self.step(result, Step::Keep { kept, others, seen });
    }

    /// Does something else in its turn, which says by itself what goes wrong. `moves`: whether pictures leave
    /// or join the result by it, or change places.
    pub fn other(
        self,
        result: ResultState,
        moves: bool,
        run: impl FnOnce() -> Turn + Send + Sync + 'static,
    ) {
        let run = Box::new(run);
        self.step(result, Step::Other { run, moves });
    }

    /// Grows with what changed tags and notes, and with what was taken back.
    pub fn marked(self) -> RwSignal<u32> {
        self.0.with_value(|inner| inner.marked)
    }

    /// Takes the last thing back.
    pub fn undo(self, result: ResultState) {
        self.step(result, Step::Undo);
    }

    /// Does again what was taken back last.
    pub fn redo(self, result: ResultState) {
        self.step(result, Step::Redo);
    }

    fn step(self, result: ResultState, step: Step) {
        let idle = self.0.try_update_value(|inner| {
            let serial = result.serial();
            inner.waiting.push_back((At { result, serial }, step));
            !std::mem::replace(&mut inner.busy, true)
        });
        if idle == Some(true) {
            spawn_local(async move {
                match SOON.load().await {
                    Ok(soon) => (soon.judge)(self),
                    Err(problem) => self.give_up(problem),
                }
            });
        }
    }

    /// What tells the server did not arrive, so nothing of it was done.
    fn give_up(self, problem: NotLoaded) {
        let given_up = self.0.try_update_value(|inner| {
            inner.busy = false;
            (inner.toasts, std::mem::take(&mut inner.waiting))
        });
        if let Some((toasts, steps)) = given_up {
            toasts.problem(&problem.into());
            for (At { result, serial }, _) in steps {
                result.renew(serial);
            }
        }
    }
}

/// What is seen of the pictures that a selection names, in the respect in which an edit sets them.
fn seen(result: ResultState, selection: &Selection, edit: Edit) -> Seen {
    match selection {
        Selection::These(ids) => result.seen(ids, edit),
        Selection::AllBut { .. } => Seen::new(),
    }
}
