//! Keeping and sending. Loaded later.

use domain::{
    id::ImageId,
    judgement::{Done, Edit, Sent, Verdict},
    problem::ProblemKind,
    selection::Selection,
};
use leptos::{prelude::*, serde_json, task::spawn_local};

use super::{Entry, Queue, Refused, Told, Waiting, Wish};
use crate::{
    api::{
        ApiError,
        judge::{judge, keep, undo},
    },
    browser::{dom, storage, timers, worker},
    state::result::ResultState,
    words,
};

/// Milliseconds between tries to reach the server: the first pause, and the longest.
const PAUSES: (i32, i32) = (1_000, 15_000);

impl Waiting {
    /// Reads what an earlier page left behind and sends it; also when the browser finds the network again.
    pub fn begin(self) {
        self.read();
        self.send();
        worker::when_online(move || self.send());
        worker::when_stored(move || self.read_again());
    }

    /// Tells the server something, or keeps it until that can be done: nothing overtakes.
    pub async fn tell(self, entry: Entry) -> Result<Told, ApiError> {
        self.read();
        self.read_again();
        let operation = entry.sent.operation;
        let first = self.queue.with_untracked(|queue| queue.list.is_empty());
        self.change(|queue| queue.list.push(entry.clone()));
        self.sending
            .try_update_value(|sending| sending.own.push(operation));
        if !first || self.begin_sending().is_none() {
            self.send();
            return Ok(Told::Waiting);
        }
        // At once, so what was seen is as it is now: only what comes late is compared.
        let now = Sent {
            operation,
            seen: Vec::new(),
        };
        let answer = post(&entry.wish, now).await;
        self.end_sending();
        match answer {
            Err(problem) if waits(&problem) => {
                self.later();
                Ok(Told::Waiting)
            }
            answer => {
                self.away.try_set(false);
                self.change(|queue| queue.list.retain(|own| own.sent.operation != operation));
                self.send();
                answer.map(Told::Done)
            }
        }
    }

    /// Sends what waits; tells whether the server has all of it.
    pub async fn all_told(self) -> bool {
        self.read();
        if self.begin_sending().is_some() {
            self.send_all().await;
        }
        self.queue.with_untracked(|queue| queue.list.is_empty())
    }

    /// Sends what waits, unless that is being done.
    pub fn send(self) {
        let empty = self
            .queue
            .try_with_untracked(|queue| queue.list.is_empty())
            .unwrap_or(true);
        if empty {
            self.run_when_told();
        } else if self.begin_sending().is_some() {
            spawn_local(self.send_all());
        }
    }

    async fn send_all(self) {
        let mut reached = true;
        while let Some(entry) = self.front() {
            let answer = post(&entry.wish, entry.sent.clone()).await;
            if matches!(&answer, Err(problem) if waits(problem)) {
                reached = false;
                break;
            }
            self.change(|queue| take_in(queue, &entry, answer));
        }
        self.end_sending();
        if reached {
            self.away.try_set(false);
            self.run_when_told();
        } else {
            self.later();
        }
    }

    /// The first that waits. Taking back what was not taken in needs no server.
    fn front(self) -> Option<Entry> {
        self.read_again();
        loop {
            let entry = self
                .queue
                .try_with_untracked(|queue| queue.list.first().cloned())
                .flatten()?;
            let Wish::Undo { operation, .. } = entry.wish else {
                return Some(entry);
            };
            let refused = self.queue.with_untracked(|queue| {
                let mut refused = queue.refused.iter();
                refused.any(|own| own.entry.sent.operation == operation)
            });
            if !refused {
                return Some(entry);
            }
            self.change(|queue| {
                queue
                    .refused
                    .retain(|own| own.entry.sent.operation != operation);
                take_in(queue, &entry, Ok(NOTHING));
            });
        }
    }

    /// Shows what waits on a result that may come from before it; with `others` only what this page did
    /// not judge itself, because that is shown already.
    pub fn lay_over(self, result: ResultState, others: bool) -> Vec<(ImageId, Edit)> {
        self.read();
        let own = self.sending.with_value(|sending| {
            if others {
                sending.own.clone()
            } else {
                Vec::new()
            }
        });
        let laid: Vec<(ImageId, Edit)> = self.queue.with_untracked(|queue| {
            let list = queue.list.iter();
            let laid = list.filter(|entry| !own.contains(&entry.sent.operation));
            laid.flat_map(|entry| shown(&entry.wish)).collect()
        });
        result.judged_before(&laid);
        self.follow(result, &laid);
        laid
    }

    /// Asks what pictures are once the server has been told.
    fn follow(self, result: ResultState, laid: &[(ImageId, Edit)]) {
        if !laid.is_empty() {
            let serial = result.serial();
            self.when_told(move |clean| {
                if clean {
                    result.settle(serial);
                } else {
                    result.renew(serial);
                }
            });
        }
    }

    /// Runs something once nothing waits any more.
    pub fn when_told(self, run: impl FnOnce(bool) + Send + Sync + 'static) {
        self.sending
            .update_value(|sending| sending.when_told.push(Box::new(run)));
    }

    /// Does all the same what was not taken in.
    pub fn insist(self, refused: &Refused) {
        let mut entry = refused.entry.clone();
        entry.sent = Sent {
            operation: domain::id::OperationId(worker::mint()),
            seen: Vec::new(),
        };
        let laid = shown(&entry.wish);
        self.change(|queue| {
            queue.refused.retain(|own| own != refused);
            queue.list.push(entry);
        });
        if let Some(result) = self.shown.get_untracked() {
            for (id, edit) in laid.iter().copied() {
                result.judge(move |own| own == id, edit);
            }
            self.follow(result, &laid);
        }
        self.send();
    }

    /// Puts away what was not taken in.
    pub fn let_go(self, refused: &Refused) {
        self.change(|queue| queue.refused.retain(|own| own != refused));
    }

    fn run_when_told(self) {
        let clean = self
            .queue
            .try_with_untracked(|queue| queue.refused.is_empty());
        let waiting = self
            .sending
            .try_update_value(|sending| std::mem::take(&mut sending.when_told));
        for run in waiting.unwrap_or_default() {
            run(clean == Some(true));
        }
    }

    /// Tries again after a while, each time a longer one.
    fn later(self) {
        self.away.try_set(true);
        let pause = self.sending.try_update_value(|sending| {
            let (first, most) = PAUSES;
            sending.pause = (sending.pause * 2).clamp(first, most);
            (!std::mem::replace(&mut sending.planned, true)).then_some(sending.pause)
        });
        if let Some(Some(pause)) = pause {
            timers::after(pause, move || {
                self.sending
                    .try_update_value(|sending| sending.planned = false);
                self.send();
            });
        }
    }

    /// `None` while something is on its way already.
    fn begin_sending(self) -> Option<()> {
        let was = self
            .sending
            .try_update_value(|sending| std::mem::replace(&mut sending.busy, true));
        (was == Some(false)).then_some(())
    }

    fn end_sending(self) {
        self.sending
            .try_update_value(|sending| sending.busy = false);
    }

    /// Reads what is kept, once.
    fn read(self) {
        let was = self
            .sending
            .try_update_value(|sending| std::mem::replace(&mut sending.read, true));
        if was == Some(false) {
            self.read_again();
            if self.queue.with_untracked(|queue| !queue.list.is_empty()) {
                self.away.set(true);
            }
        }
    }

    /// Another page of this browser may have changed it.
    fn read_again(self) {
        if self.sending.try_with_value(|sending| sending.forgetful) != Some(false) {
            return;
        }
        let kept = storage::get(&key()).unwrap_or_default();
        let kept: Queue = serde_json::from_slice(kept.as_bytes()).unwrap_or_default();
        if self.queue.try_with_untracked(|queue| *queue != kept) == Some(true) {
            self.queue.set(kept);
        }
    }

    fn change(self, change: impl FnOnce(&mut Queue)) {
        self.read_again();
        self.queue.try_update(change);
        let text = self
            .queue
            .try_with_untracked(|queue| serde_json::to_string(queue).unwrap_or_default());
        if let Some(text) = text
            && !storage::keep(&key(), &text)
        {
            self.sending
                .try_update_value(|sending| sending.forgetful = true);
        }
        if self.queue.try_with_untracked(|queue| queue.list.is_empty()) == Some(true) {
            self.sending.try_update_value(|sending| sending.pause = 0);
        }
    }
}

const NOTHING: Done = Done {
    operation: None,
    changed: 0,
    conflicts: 0,
};

/// Where it is kept: nothing that was said of one library may reach another.
fn key() -> String {
    let library = dom::root_attribute("data-library").unwrap_or_default();
    format!("proofsheet.waiting.{library}")
}

/// Whether something may be different the next time, without anybody doing anything about it here.
fn waits(problem: &ApiError) -> bool {
    use ProblemKind::{Busy, SignedOut, TooOften, Unreachable};
    matches!(problem.0.kind, Busy | SignedOut | TooOften | Unreachable)
}

async fn post(wish: &Wish, sent: Sent) -> Result<Done, ApiError> {
    match wish.clone() {
        Wish::Set { pictures, edit } => judge(Selection::These(pictures), edit, Some(sent)).await,
        Wish::Keep { kept, others } => keep(kept, others, Some(sent)).await,
        Wish::Undo { operation, .. } => undo(operation, Some(sent)).await,
    }
}

/// What the server said to the first that waits.
fn take_in(queue: &mut Queue, entry: &Entry, answer: Result<Done, ApiError>) {
    queue
        .list
        .retain(|own| own.sent.operation != entry.sent.operation);
    let undo = matches!(entry.wish, Wish::Undo { .. });
    let why = match answer {
        Ok(done) if done.conflicts > 0 => words::waiting::changed(done.conflicts),
        Ok(_) => return,
        // What it takes back changed nothing, so there is nothing to take back.
        Err(problem) if undo && problem.0.kind == ProblemKind::NotFound => return,
        Err(problem) => problem.to_string(),
    };
    let known = |own: &Refused| own.entry.sent.operation == entry.sent.operation;
    if !queue.refused.iter().any(known) {
        queue.refused.push(Refused {
            entry: entry.clone(),
            why,
        });
    }
}

/// What pictures are after it.
fn shown(wish: &Wish) -> Vec<(ImageId, Edit)> {
    match wish {
        Wish::Set { pictures, edit } => pictures.iter().map(|id| (*id, *edit)).collect(),
        Wish::Keep { kept, others } => {
            let rejected = Edit::Verdict(Verdict::Rejected);
            let mut shown: Vec<_> = others.iter().map(|id| (*id, rejected)).collect();
            shown.push((*kept, Edit::Verdict(Verdict::Approved)));
            shown
        }
        Wish::Undo { shown, .. } => shown.clone(),
    }
}

#[cfg(test)]
mod tests {
    use domain::{id::OperationId, problem::Problem};

    use super::*;

    fn entry(number: u128, wish: Wish) -> Entry {
        Entry {
            sent: Sent {
                operation: OperationId(number),
                seen: Vec::new(),
            },
            wish,
            what: "Approved a.png".to_owned(),
        }
    }

    fn approve(number: u128) -> Entry {
        let wish = Wish::Set {
            pictures: vec![ImageId(1)],
            edit: Edit::Verdict(Verdict::Approved),
        };
        entry(number, wish)
    }

    fn failed(kind: ProblemKind) -> Result<Done, ApiError> {
        Err(ApiError(Problem::new(kind, "Because.")))
    }

    #[test]
    fn what_was_not_done_is_kept_to_be_looked_at_once() {
        let mut queue = Queue {
            list: vec![approve(1), approve(2), approve(3)],
            refused: Vec::new(),
        };
        take_in(&mut queue, &approve(1), Ok(NOTHING));
        assert!(queue.refused.is_empty());
        let left = Done {
            conflicts: 1,
            ..NOTHING
        };
        take_in(&mut queue, &approve(2), Ok(left));
        take_in(&mut queue, &approve(2), Ok(left));
        take_in(&mut queue, &approve(3), failed(ProblemKind::Invalid));
        assert!(queue.list.is_empty());
        let whys: Vec<&str> = queue.refused.iter().map(|own| own.why.as_str()).collect();
        assert_eq!(whys, [&words::waiting::changed(1), "Because."]);
    }

    #[test]
    fn taking_back_what_changed_nothing_is_nothing() {
        let wish = Wish::Undo {
            operation: OperationId(1),
            shown: Vec::new(),
        };
        let back = entry(2, wish);
        let mut queue = Queue {
            list: vec![back.clone()],
            refused: Vec::new(),
        };
        take_in(&mut queue, &back, failed(ProblemKind::NotFound));
        assert_eq!(queue, Queue::default());
    }

    #[test]
    fn what_waits_outlives_the_page_and_an_older_one_is_read() {
        let queue = Queue {
            list: vec![approve(1)],
            refused: Vec::new(),
        };
        let text = serde_json::to_string(&queue).unwrap();
        assert_eq!(serde_json::from_str::<Queue>(&text).unwrap(), queue);
        assert_eq!(
            serde_json::from_str::<Queue>("{}").unwrap(),
            Queue::default()
        );
    }

    #[test]
    fn only_what_may_pass_by_itself_waits() {
        let waits = |kind| waits(&ApiError(Problem::new(kind, "")));
        assert!(waits(ProblemKind::Unreachable) && waits(ProblemKind::SignedOut));
        assert!(!waits(ProblemKind::Conflict) && !waits(ProblemKind::Internal));
    }
}
