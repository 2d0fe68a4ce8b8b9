//! Judging pictures: shown at once, told to the server one thing after the other, and taken back.

use std::{collections::VecDeque, pin::Pin};

use domain::{
    id::{ImageId, OperationId},
    judgement::{Done, Edit, Judgement, Label, Verdict},
    selection::Selection,
};
use leptos::{prelude::*, task::spawn_local};

use super::{grid::GridState, toasts::Toasts};
use crate::{later, words::judged};

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
}

impl Verb {
    /// What it sets, for a picture of which this is thought.
    pub fn edit(self, now: Judgement) -> Edit {
        match self {
            Self::Verdict(verdict) => Edit::Verdict(verdict),
            Self::Stars(stars) => Edit::Rating(stars),
            Self::Favourite => Edit::Favourite(!now.favourite),
            Self::Label(label) => Edit::Label((now.label != Some(label)).then_some(label)),
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
    Other(Box<dyn FnOnce() -> Turn + Send + Sync>),
    Undo,
    Redo,
}

/// Something that is being done: what came of it, and what it is called, when it can be taken back.
pub type Turn = Pin<Box<dyn Future<Output = Option<(Done, String)>>>>;

/// Something that was done, and by what it is taken back.
struct Past {
    operation: OperationId,
    what: String,
}

struct Inner {
    toasts: Toasts,
    /// Whether one is with the server: two at once could arrive in the wrong order.
    busy: bool,
    waiting: VecDeque<(GridState, Step)>,
    done: Vec<Past>,
    undone: Vec<Past>,
    changed: RwSignal<u32>,
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
            changed: RwSignal::new(0),
        }))
    }

    /// Judges one picture.
    pub fn one(self, grid: GridState, id: ImageId, edit: Edit) {
        grid.result.judge(|own| own == id, edit);
        let selection = Selection::These(vec![id]);
        self.step(
            grid,
            Step::Set {
                selection,
                edit,
                count: 1,
            },
        );
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
        self.step(
            grid,
            Step::Set {
                selection,
                edit,
                count,
            },
        );
    }

    /// Does something else in its turn, which says by itself what goes wrong.
    pub fn other(self, grid: GridState, run: impl FnOnce() -> Turn + Send + Sync + 'static) {
        self.step(grid, Step::Other(Box::new(run)));
    }

    /// Counts what changed beside the pictures' own judgements, and what was taken back.
    pub fn changed(self) -> RwSignal<u32> {
        self.0.with_value(|inner| inner.changed)
    }

    /// Takes the last thing back.
    pub fn undo(self, grid: GridState) {
        self.step(grid, Step::Undo);
    }

    /// Does again what was taken back last.
    pub fn redo(self, grid: GridState) {
        self.step(grid, Step::Redo);
    }

    fn step(self, grid: GridState, step: Step) {
        let idle = self.0.try_update_value(|inner| {
            inner.waiting.push_back((grid, step));
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
            let Some(Some((grid, step))) = next else {
                return;
            };
            match step {
                Step::Set {
                    selection,
                    edit,
                    count,
                } => self.set(grid, selection, edit, count).await,
                Step::Other(run) => self.end(grid, run().await),
                Step::Undo => self.back(grid, false).await,
                Step::Redo => self.back(grid, true).await,
            }
        }
    }

    async fn set(self, grid: GridState, selection: Selection, edit: Edit, count: u64) {
        let answer = later::judge(selection, edit).await;
        let Some(toasts) = self.0.try_with_value(|inner| inner.toasts) else {
            return;
        };
        match answer {
            Ok(done) => {
                let Some(operation) = done.operation else {
                    return;
                };
                let what = judged::done(edit, done.changed);
                if count > 1 {
                    toasts.offer(what.clone(), "Undo", move || self.undo(grid));
                }
                self.0.update_value(|inner| {
                    inner.undone.clear();
                    keep(&mut inner.done, Past { operation, what });
                });
            }
            Err(problem) => {
                toasts.problem(&problem);
                grid.result.renew();
            }
        }
    }

    fn count_change(self) {
        if let Some(changed) = self.0.try_with_value(|inner| inner.changed) {
            changed.try_update(|changed| *changed += 1);
        }
    }

    /// Keeps what was done in its turn.
    fn end(self, grid: GridState, came: Option<(Done, String)>) {
        let Some((done, what)) = came else {
            return;
        };
        let Some(toasts) = self.0.try_with_value(|inner| inner.toasts) else {
            return;
        };
        self.count_change();
        let Some(operation) = done.operation else {
            return;
        };
        if done.changed > 1 {
            toasts.offer(what.clone(), "Undo", move || self.undo(grid));
        }
        self.0.update_value(|inner| {
            inner.undone.clear();
            keep(&mut inner.done, Past { operation, what });
        });
    }

    /// Takes back what was done last, or what was taken back last.
    async fn back(self, grid: GridState, again: bool) {
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
        let Some(Past { operation, what }) = past else {
            let nothing = if again {
                "Nothing to do again"
            } else {
                "Nothing to take back"
            };
            return toasts.say(nothing);
        };
        match later::undo(operation).await {
            Ok(done) => {
                grid.result.renew();
                toasts.say(judged::taken_back(&what, again, done.conflicts));
                self.count_change();
                let Some(operation) = done.operation else {
                    return;
                };
                self.0.try_update_value(|inner| {
                    let to = if again {
                        &mut inner.done
                    } else {
                        &mut inner.undone
                    };
                    keep(to, Past { operation, what });
                });
            }
            Err(problem) => {
                toasts.problem(&problem);
                grid.result.renew();
            }
        }
    }
}

fn keep(list: &mut Vec<Past>, past: Past) {
    if list.len() >= KEPT {
        list.remove(0);
    }
    list.push(past);
}
