//! Judging pictures: shown at once, told to the server one thing after the other, and taken back.

use std::{collections::VecDeque, pin::Pin};

use domain::{
    id::{ImageId, OperationId},
    judgement::{Done, Edit, Judgement, Label, Verdict},
    selection::Selection,
};
use leptos::{prelude::*, task::spawn_local};

use super::{grid::GridState, result::ResultState, toasts::Toasts};
use crate::{api::ApiError, later, words::judged};

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
    },
    Keep {
        kept: ImageId,
        others: Vec<ImageId>,
    },
    /// Something else, in its turn.
    Other {
        run: Box<dyn FnOnce() -> Turn + Send + Sync>,
        moves: bool,
    },
    Undo,
    Redo,
}

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
}

struct Inner {
    toasts: Toasts,
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
        result.judge(move |own| own == id, edit);
        self.all(result, Selection::These(vec![id]), edit, 1);
    }

    /// Judges everything that is selected.
    pub fn selected(self, grid: GridState, edit: Edit) {
        let chosen = grid.selection().chosen.get_untracked();
        let Some(selection) = chosen.to_wire() else {
            return;
        };
        let shown = grid.result.shown.get_untracked();
        let count = chosen.count();
        grid.result
            .judge(move |own| chosen.contains(own, &shown), edit);
        if edit.moves() {
            // What is selected leaves the view.
            grid.selection().clear();
        }
        self.all(grid.result, selection, edit, count);
    }

    /// Judges pictures that are named some other way; so many of them.
    pub fn all(self, result: ResultState, selection: Selection, edit: Edit, count: u64) {
        self.step(
            result,
            Step::Set {
                selection,
                edit,
                count,
            },
        );
    }

    /// Approves one picture and rejects others, as one thing.
    pub fn keep(self, result: ResultState, kept: ImageId, others: Vec<ImageId>) {
        let rejected = Edit::Verdict(Verdict::Rejected);
        let below = others.clone();
        result.judge(move |own| below.contains(&own), rejected);
        result.judge(move |own| own == kept, Edit::Verdict(Verdict::Approved));
        self.step(result, Step::Keep { kept, others });
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
            spawn_local(self.work());
        }
    }

    async fn work(self) {
        loop {
            let next = self.0.try_update_value(|inner| {
                let next = inner.waiting.pop_front();
                inner.busy = next.is_some();
                next
            });
            let Some(Some((at, step))) = next else {
                return;
            };
            match step {
                Step::Set {
                    selection,
                    edit,
                    count,
                } => self.set(at, selection, edit, count).await,
                Step::Keep { kept, others } => {
                    let count = others.len() as u64 + 1;
                    let answer = later::keep(kept, others).await;
                    let what = |_: u64| judged::kept(count - 1);
                    self.settle(at, answer, what, count, false);
                }
                Step::Other { run, moves } => self.end(at, run().await, moves),
                Step::Undo => self.back(at, false).await,
                Step::Redo => self.back(at, true).await,
            }
        }
    }

    async fn set(self, at: At, selection: Selection, edit: Edit, count: u64) {
        let answer = later::judge(selection, edit).await;
        let what = |changed: u64| judged::done(edit, changed);
        self.settle(at, answer, what, count, edit.moves());
    }

    /// Takes in what the server says to something that is shown already.
    fn settle(
        self,
        at: At,
        answer: Result<Done, ApiError>,
        what: impl Fn(u64) -> String,
        count: u64,
        moves: bool,
    ) {
        let Some(toasts) = self.0.try_with_value(|inner| inner.toasts) else {
            return;
        };
        let At { result, serial } = at;
        match answer {
            Ok(done) => {
                result.settle(serial);
                let Some(operation) = done.operation else {
                    return;
                };
                let what = what(done.changed);
                if count > 1 || moves {
                    toasts.offer(what.clone(), "Undo", move || self.undo(result));
                }
                let past = Past {
                    operation,
                    what,
                    moves,
                };
                self.0.try_update_value(|inner| {
                    inner.undone.clear();
                    keep(&mut inner.done, past);
                });
                self.taken_in(result, moves);
            }
            Err(problem) => {
                toasts.problem(&problem);
                result.renew(serial);
            }
        }
    }

    fn count_marked(self) {
        if let Some(marked) = self.0.try_with_value(|inner| inner.marked) {
            marked.try_update(|marked| *marked += 1);
        }
    }

    /// Keeps what was done in its turn.
    fn end(self, at: At, came: Option<(Done, String)>, moves: bool) {
        let Some((done, what)) = came else {
            return;
        };
        self.count_marked();
        let count = done.changed;
        self.settle(at, Ok(done), |_| what.clone(), count, moves);
    }

    /// Takes back what was done last, or what was taken back last.
    async fn back(self, At { result, serial }: At, again: bool) {
        let past = self.0.try_update_value(|inner| {
            let from = if again {
                &mut inner.undone
            } else {
                &mut inner.done
            };
            (inner.toasts, from.pop())
        });
        let Some((toasts, past)) = past else {
            return;
        };
        let Some(Past {
            operation,
            what,
            moves,
        }) = past
        else {
            let nothing = if again {
                "Nothing to do again"
            } else {
                "Nothing to take back"
            };
            return toasts.say(nothing);
        };
        match later::undo(operation).await {
            Ok(done) => {
                result.renew(serial);
                self.taken_in(result, moves);
                toasts.say(judged::taken_back(&what, again, done.conflicts));
                self.count_marked();
                let Some(operation) = done.operation else {
                    return;
                };
                self.0.try_update_value(|inner| {
                    let to = if again {
                        &mut inner.done
                    } else {
                        &mut inner.undone
                    };
                    let past = Past {
                        operation,
                        what,
                        moves,
                    };
                    keep(to, past);
                });
            }
            Err(problem) => {
                toasts.problem(&problem);
                result.renew(serial);
            }
        }
    }

    /// The server has taken something in.
    fn taken_in(self, result: ResultState, moves: bool) {
        if let Some(told) = self.0.try_with_value(|inner| inner.told) {
            told.try_update(|told| *told += 1);
        }
        if moves {
            result.refresh();
        }
    }
}

fn keep(list: &mut Vec<Past>, past: Past) {
    if list.len() >= KEPT {
        list.remove(0);
    }
    list.push(past);
}
