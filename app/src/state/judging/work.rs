//! Telling the server what was judged, and taking in what it says. Loaded later.

use domain::{
    id::{ImageId, OperationId},
    judgement::{Done, Edit, Sent},
    problem::{Problem, ProblemKind},
    selection::Selection,
};
use leptos::prelude::*;

use super::{At, Judging, KEPT, Past, Seen, Step};
use crate::{
    api::{ApiError, judge::judge},
    browser::worker,
    state::{
        result::ResultState,
        toasts::Toasts,
        waiting::{Entry, Told, Waiting, Wish},
    },
    words::{self, judged},
};

/// What was asked for, to be remembered when the server has it, or will have it.
struct Asked {
    what: Box<dyn Fn(u64) -> String>,
    count: u64,
    moves: bool,
    seen: Seen,
}

impl Judging {
    /// Does what waits, one thing after the other.
    pub(crate) async fn work(self) {
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
                    seen,
                } => self.told_set(at, selection, edit, count, seen).await,
                Step::Keep { kept, others, seen } => self.told_keep(at, kept, others, seen).await,
                Step::Other { run, moves } => self.end(at, run().await, moves),
                Step::Undo => self.back(at, false).await,
                Step::Redo => self.back(at, true).await,
            }
        }
    }

    fn kept(self) -> Option<(Toasts, Waiting)> {
        self.0.try_with_value(|inner| (inner.toasts, inner.kept))
    }

    async fn told_set(self, at: At, selection: Selection, edit: Edit, count: u64, seen: Seen) {
        let asked = Asked {
            what: Box::new(move |changed| judged::done(edit, changed)),
            count,
            moves: edit.moves(),
            seen: seen.clone(),
        };
        let pictures = match selection {
            Selection::These(pictures) => pictures,
            all @ Selection::AllBut { .. } => {
                let answer = self.all_but(all, edit).await;
                return self.settle(at, answer, asked);
            }
        };
        let what = match &pictures[..] {
            [one] => judged::one(edit, at.result.name_of(*one).as_deref()),
            _ => judged::done(edit, count),
        };
        let wish = Wish::Set { pictures, edit };
        self.tell(at, wish, what, seen, asked).await;
    }

    /// What is said of a whole result needs the server at once: which pictures that are only it knows.
    async fn all_but(self, selection: Selection, edit: Edit) -> Result<Done, ApiError> {
        let Some((_, kept)) = self.kept() else {
            return Err(ApiError(Problem::internal()));
        };
        if kept.all_told().await {
            judge(selection, edit, None).await
        } else {
            let problem = Problem::new(ProblemKind::Unreachable, words::waiting::NEEDS_SERVER);
            Err(ApiError(problem))
        }
    }

    async fn told_keep(self, at: At, kept: ImageId, others: Vec<ImageId>, seen: Seen) {
        let rejected = others.len() as u64;
        let asked = Asked {
            what: Box::new(move |_| judged::kept(rejected)),
            count: rejected + 1,
            moves: false,
            seen: seen.clone(),
        };
        let wish = Wish::Keep { kept, others };
        self.tell(at, wish, judged::kept(rejected), seen, asked)
            .await;
    }

    async fn tell(self, at: At, wish: Wish, what: String, seen: Seen, asked: Asked) {
        let Some((_, kept)) = self.kept() else { return };
        let operation = OperationId(worker::mint());
        let sent = Sent { operation, seen };
        match kept.tell(Entry { sent, wish, what }).await {
            Ok(Told::Done(done)) => self.settle(at, Ok(done), asked),
            Ok(Told::Waiting) => {
                self.settle_later(at, asked.moves);
                self.remember(at.result, operation, asked.count, asked);
            }
            Err(problem) => self.settle(at, Err(problem), asked),
        }
    }

    /// Takes in what the server says to something that is shown already.
    fn settle(self, at: At, answer: Result<Done, ApiError>, asked: Asked) {
        let Some((toasts, _)) = self.kept() else {
            return;
        };
        let At { result, serial } = at;
        match answer {
            Ok(done) => {
                result.settle(serial);
                let Some(operation) = done.operation else {
                    return;
                };
                let moves = asked.moves;
                self.remember(result, operation, done.changed, asked);
                self.taken_in(result, moves);
            }
            Err(problem) => {
                toasts.problem(&problem);
                result.renew(serial);
            }
        }
    }

    /// What is shown stays until the server has it too.
    fn settle_later(self, At { result, serial }: At, moves: bool) {
        let Some((_, kept)) = self.kept() else { return };
        kept.when_told(move |clean| {
            if clean {
                result.settle(serial);
            } else {
                result.renew(serial);
            }
            self.taken_in(result, moves);
        });
    }

    /// Keeps by what something is taken back, and says what it was where that is worth a message.
    fn remember(self, result: ResultState, operation: OperationId, changed: u64, asked: Asked) {
        let Some((toasts, _)) = self.kept() else {
            return;
        };
        let what = (asked.what)(changed);
        if asked.count > 1 || asked.moves {
            toasts.offer(what.clone(), "Undo", move || self.undo(result));
        }
        let past = Past {
            operation,
            what,
            moves: asked.moves,
            seen: asked.seen,
        };
        self.0.try_update_value(|inner| {
            inner.undone.clear();
            keep(&mut inner.done, past);
        });
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
        let asked = Asked {
            what: Box::new(move |_| what.clone()),
            count: done.changed,
            moves,
            seen: Seen::new(),
        };
        self.settle(at, Ok(done), asked);
    }

    /// Takes back what was done last, or what was taken back last.
    async fn back(self, At { result, serial }: At, again: bool) {
        let past = self.0.try_update_value(|inner| {
            let from = if again {
                &mut inner.undone
            } else {
                &mut inner.done
            };
            (inner.toasts, inner.kept, from.pop())
        });
        let Some((toasts, kept, past)) = past else {
            return;
        };
        let Some(past) = past else {
            let nothing = if again {
                "Nothing to do again"
            } else {
                "Nothing to take back"
            };
            return toasts.say(nothing);
        };
        let operation = OperationId(worker::mint());
        let seen = Vec::new();
        let entry = Entry {
            sent: Sent { operation, seen },
            wish: Wish::Undo {
                operation: past.operation,
                shown: past.seen.clone(),
            },
            what: judged::taken_back(&past.what, again, 0),
        };
        match kept.tell(entry).await {
            Ok(Told::Done(done)) => {
                result.renew(serial);
                self.taken_in(result, past.moves);
                toasts.say(judged::taken_back(&past.what, again, done.conflicts));
                self.count_marked();
                if let Some(operation) = done.operation {
                    self.turned_around(again, Past { operation, ..past });
                }
            }
            Ok(Told::Waiting) => {
                let ids: Vec<ImageId> = past.seen.iter().map(|(id, _)| *id).collect();
                let then = past.seen.first().map(|(_, edit)| *edit);
                let seen = then.map_or_else(Seen::new, |edit| result.seen(&ids, edit));
                for (id, edit) in past.seen {
                    result.judge(move |own| own == id, edit);
                }
                let serial = result.serial();
                self.settle_later(At { result, serial }, past.moves);
                toasts.say(judged::taken_back(&past.what, again, 0));
                let past = Past {
                    operation,
                    what: past.what,
                    moves: past.moves,
                    seen,
                };
                self.turned_around(again, past);
            }
            Err(problem) => {
                toasts.problem(&problem);
                result.renew(serial);
            }
        }
    }

    /// Keeps what was taken back for doing it again, or the other way around.
    fn turned_around(self, again: bool, past: Past) {
        self.0.try_update_value(|inner| {
            let to = if again {
                &mut inner.done
            } else {
                &mut inner.undone
            };
            keep(to, past);
        });
    }

    /// The server has taken something in.
    fn taken_in(self, result: ResultState, moves: bool) {
        if let Some(told) = self.0.try_with_value(|inner| inner.told) {
            told.try_update(|told| *told += 1);
        }
        if moves {
            // Another result may be shown by now: one without pictures, or the one after it.
            let shown = self
                .kept()
                .and_then(|(_, kept)| kept.shown.try_get_untracked());
            shown.flatten().unwrap_or(result).moved();
        }
    }
}

fn keep(list: &mut Vec<Past>, past: Past) {
    if list.len() >= KEPT {
        list.remove(0);
    }
    list.push(past);
}
