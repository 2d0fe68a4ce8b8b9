//! Which of two pictures is better, one pair after the other.
//!
//! Pairs are asked for ahead, so the next one is shown at once. What was said is told to the server in order,
//! each under an id of its own; until it knows, its pictures are in no other pair.

use std::collections::VecDeque;

use domain::{
    duel::{Answer, DuelRound, Standing},
    id::{ImageId, OperationId},
    image::ImageCard,
    problem::ProblemKind,
    query::Query,
};
use leptos::{prelude::*, task::spawn_local};

use super::toasts::Toasts;
use crate::{
    api::{
        duel::{decide, round, start_over},
        judge::undo,
    },
    browser::worker,
};

/// Two pictures.
pub type Pair = (ImageCard, ImageCard);

/// With fewer pairs than these at hand more are asked for.
const FEW: usize = 3;

/// Which one is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// The one on the left, or above.
    First,
    /// The other one.
    Second,
    /// Neither.
    Neither,
}

/// Something to tell the server.
enum Job {
    Answer(Answer, Pair),
    Back(OperationId, Pair),
}

/// A contest. Copies all speak of the same one.
#[derive(Clone, Copy)]
pub struct DuelState {
    /// The pairs at hand; the first one is shown.
    pub pairs: RwSignal<VecDeque<Pair>>,
    /// How far the answers go.
    pub standing: RwSignal<Standing>,
    query: Memo<Query>,
    toasts: Toasts,
    inner: StoredValue<Inner>,
}

#[derive(Default)]
struct Inner {
    jobs: VecDeque<Job>,
    busy: bool,
    /// What was answered here, the last one at the end.
    done: Vec<(OperationId, Pair)>,
}

impl DuelState {
    /// Begins with what the server told first.
    pub fn new(first: DuelRound, query: Memo<Query>, toasts: Toasts) -> Self {
        Self {
            pairs: RwSignal::new(first.pairs.into()),
            standing: RwSignal::new(first.standing),
            query,
            toasts,
            inner: StoredValue::new(Inner::default()),
        }
    }

    /// Says which of the two that are shown is better.
    pub fn answer(self, better: Better) {
        let pair = self.pairs.try_update(VecDeque::pop_front).flatten();
        let Some(pair) = pair else { return };
        let (first, second) = (pair.0.id, pair.1.id);
        let operation = OperationId(worker::mint());
        let (better, worse, even) = match better {
            Better::First => (first, second, false),
            Better::Second => (second, first, false),
            Better::Neither => (first, second, true),
        };
        let answer = Answer {
            better,
            worse,
            even,
            operation,
        };
        self.inner.update_value(|inner| {
            inner.done.push((operation, pair.clone()));
            inner.jobs.push_back(Job::Answer(answer, pair));
        });
        self.standing.update(|standing| {
            standing.duels += 1;
            // At least one answer is left while pairs are at hand.
            standing.left = standing.left.saturating_sub(1).max(1);
        });
        self.work();
    }

    /// Takes the last answer back and asks again.
    pub fn undo(self) {
        let last = self.inner.try_update_value(|inner| inner.done.pop());
        let Some((operation, pair)) = last.flatten() else {
            return self.toasts.say("Nothing to take back");
        };
        self.show_first(pair.clone());
        self.standing.update(|standing| {
            standing.duels = standing.duels.saturating_sub(1);
            standing.left += 1;
        });
        self.inner
            .update_value(|inner| inner.jobs.push_back(Job::Back(operation, pair)));
        self.work();
    }

    /// Takes all answers away.
    pub fn start_over(self) {
        let query = self.query.get_untracked();
        spawn_local(async move {
            match start_over(query).await {
                Ok(_) => {
                    self.inner.try_update_value(|inner| inner.done.clear());
                    self.pairs.try_update(VecDeque::clear);
                    self.ask().await;
                }
                Err(problem) => self.toasts.problem(&problem),
            }
        });
    }

    /// Shows a pair before all others, and drops those that it makes meaningless.
    fn show_first(self, pair: Pair) {
        self.pairs.try_update(|pairs| {
            pairs.retain(|other| !meet(other, &pair));
            pairs.push_front(pair);
        });
    }

    /// Tells the server what waits, one thing after the other, and asks for more pairs when few are left.
    fn work(self) {
        let idle = self
            .inner
            .try_update_value(|inner| !std::mem::replace(&mut inner.busy, true));
        if idle != Some(true) {
            return;
        }
        spawn_local(async move {
            while let Some(job) = self.next_job() {
                self.tell(job).await;
                if self.pairs.try_with_untracked(VecDeque::len).unwrap_or(FEW) < FEW {
                    self.ask().await;
                }
            }
        });
    }

    fn next_job(self) -> Option<Job> {
        let job = self.inner.try_update_value(|inner| {
            let job = inner.jobs.pop_front();
            inner.busy = job.is_some();
            job
        });
        job.flatten()
    }

    async fn tell(self, job: Job) {
        let came = match &job {
            Job::Answer(answer, _) => decide(*answer).await,
            Job::Back(operation, _) => undo(*operation, None).await,
        };
        let Err(problem) = came else { return };
        self.toasts.problem(&problem);
        if let Job::Answer(answer, pair) = job {
            self.inner.try_update_value(|inner| {
                inner.done.retain(|(own, _)| *own != answer.operation);
            });
            // What is no longer there cannot be asked about again.
            if problem.0.kind != ProblemKind::NotFound {
                self.show_first(pair);
            }
        }
    }

    /// Asks for more pairs and for how far it is.
    async fn ask(self) {
        let asking = self.asking();
        let Some(query) = self.query.try_get_untracked() else {
            return;
        };
        match round(query, asking).await {
            Ok(came) => self.take_in(came),
            Err(problem) => self.toasts.problem(&problem),
        }
    }

    fn take_in(self, came: DuelRound) {
        // More may have been answered since it was asked for.
        let waiting = self.waiting();
        self.pairs.try_update(|pairs| {
            for pair in came.pairs {
                let known = pairs.iter().chain(&waiting).any(|own| meet(own, &pair));
                if !known {
                    pairs.push_back(pair);
                }
            }
        });
        if waiting.is_empty() {
            self.standing.try_set(came.standing);
        }
    }

    /// The pairs that the server was not told of yet.
    fn waiting(self) -> Vec<Pair> {
        let waiting = self.inner.try_with_value(|inner| {
            let jobs = inner.jobs.iter();
            let pair = |job: &Job| match job {
                Job::Answer(_, pair) | Job::Back(_, pair) => pair.clone(),
            };
            jobs.map(pair).collect()
        });
        waiting.unwrap_or_default()
    }

    /// The pictures that are in a pair already.
    fn asking(self) -> Vec<ImageId> {
        let mut pairs = self.waiting();
        let own = self
            .pairs
            .try_with_untracked(|own| own.iter().cloned().collect::<Vec<Pair>>());
        pairs.extend(own.unwrap_or_default());
        pairs
            .iter()
            .flat_map(|(one, other)| [one.id, other.id])
            .collect()
    }
}

/// Whether two pairs have a picture in common.
fn meet(one: &Pair, other: &Pair) -> bool {
    let ids = [one.0.id, one.1.id];
    ids.contains(&other.0.id) || ids.contains(&other.1.id)
}
