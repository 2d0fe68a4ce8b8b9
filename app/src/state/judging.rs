//! Judging pictures: shown at once, told to the server one thing after the other, and taken back.

use std::collections::VecDeque;

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
    Undo,
    Redo,
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
    waiting: VecDeque<(ResultState, Step)>,
    done: Vec<Past>,
    undone: Vec<Past>,
    /// Counts what the server has taken in.
    told: RwSignal<i64>,
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
        }))
    }

    /// Grows with everything that the server has taken in: what is counted has changed then.
    pub fn told(self) -> RwSignal<i64> {
        self.0.with_value(|inner| inner.told)
    }

    /// Judges one picture.
    pub fn one(self, result: ResultState, id: ImageId, edit: Edit) {
        result.judge(|own| own == id, edit);
        self.all(result, Selection::These(vec![id]), edit, 1);
    }

    /// Judges everything that is selected.
    pub fn selected(self, grid: GridState, edit: Edit) {
        let chosen = grid.selection().chosen.get_untracked();
        let Some(selection) = chosen.to_wire() else {
            return;
        };
        let shown = grid.result.shown.get_untracked();
        grid.result.judge(|own| chosen.contains(own, &shown), edit);
        let count = chosen.count();
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
        result.judge(|own| others.contains(&own), rejected);
        result.judge(|own| own == kept, Edit::Verdict(Verdict::Approved));
        self.step(result, Step::Keep { kept, others });
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
            inner.waiting.push_back((result, step));
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
            let Some(Some((result, step))) = next else {
                return;
            };
            match step {
                Step::Set {
                    selection,
                    edit,
                    count,
                } => self.set(result, selection, edit, count).await,
                Step::Keep { kept, others } => {
                    let count = others.len() as u64 + 1;
                    let answer = later::keep(kept, others).await;
                    let what = |_: u64| judged::kept(count - 1);
                    self.settle(result, answer, what, count, false);
                }
                Step::Undo => self.back(result, false).await,
                Step::Redo => self.back(result, true).await,
            }
        }
    }

    async fn set(self, result: ResultState, selection: Selection, edit: Edit, count: u64) {
        let answer = later::judge(selection, edit).await;
        let what = |changed: u64| judged::done(edit, changed);
        self.settle(result, answer, what, count, edit.moves());
    }

    /// Takes in what the server says to something that is shown already.
    fn settle(
        self,
        result: ResultState,
        answer: Result<Done, ApiError>,
        what: impl Fn(u64) -> String,
        count: u64,
        moves: bool,
    ) {
        let Some(toasts) = self.0.try_with_value(|inner| inner.toasts) else {
            return;
        };
        match answer {
            Ok(done) => {
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
                result.renew();
            }
        }
    }

    /// Takes back what was done last, or what was taken back last.
    async fn back(self, result: ResultState, again: bool) {
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
                result.renew();
                self.taken_in(result, moves);
                toasts.say(judged::taken_back(&what, again, done.conflicts));
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
                result.renew();
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
