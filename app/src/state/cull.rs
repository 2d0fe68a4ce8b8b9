//! Deciding on one picture after the other.
//!
//! What is to be decided is one held result: verdicts change nothing about who is in it, so a place in it
//! stays the same picture, and going back is always possible.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    id::ImageId,
    image::ImageCard,
    judgement::{Edit, Judgement, Verdict},
    query::{Field, Query},
    selection::Selection,
};
use leptos::prelude::*;

use super::{
    judging::{Judging, Verb},
    result::ResultState,
};

/// Cards that are at hand ahead and behind.
const AHEAD: u64 = 40;

/// How far somebody is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Pictures of the round.
    pub total: u64,
    /// Those that were approved in it.
    pub approved: u64,
    /// Those that were rejected in it.
    pub rejected: u64,
    /// Those that were hidden or put into the trash instead.
    pub put_away: u64,
}

impl Tally {
    /// Pictures that were decided.
    pub fn decided(self) -> u64 {
        self.approved + self.rejected + self.put_away
    }
}

/// Something that was done, and where.
#[derive(Debug, Clone)]
struct Step {
    position: u64,
    /// The verdicts of the round as they were before, where it changed them.
    before: Vec<(ImageId, Option<Verdict>)>,
    /// Those that were put away before.
    away: BTreeSet<ImageId>,
}

/// A round of deciding. Copies all speak of the same one.
#[derive(Clone, Copy)]
pub struct CullState {
    /// What is to be decided.
    pub result: ResultState,
    /// The position that is looked at; the number of pictures once the end is reached.
    pub at: RwSignal<u64>,
    /// Whether a verdict goes on to the next picture.
    pub advance: RwSignal<bool>,
    /// Whether the picture before is shown in place of this one.
    pub comparing: RwSignal<bool>,
    /// Verdicts that were given in this round.
    given: RwSignal<BTreeMap<ImageId, Verdict>>,
    /// Pictures that were hidden or put into the trash in it.
    away: RwSignal<BTreeSet<ImageId>>,
    steps: StoredValue<Vec<Step>>,
    judging: Judging,
}

impl CullState {
    /// Begins with the first picture of a result.
    pub fn new(result: ResultState, judging: Judging) -> Self {
        Self {
            result: result.as_round(),
            at: RwSignal::new(0),
            advance: RwSignal::new(true),
            comparing: RwSignal::new(false),
            given: RwSignal::new(BTreeMap::new()),
            away: RwSignal::new(BTreeSet::new()),
            steps: StoredValue::new(Vec::new()),
            judging,
        }
    }

    /// What is decided when an address asks for this: the undecided, unless it asks for a verdict itself.
    pub fn query(asked: &Query) -> Query {
        let asks = asked.filters.iter().any(|one| one.field == Field::State);
        if asks {
            asked.from_the_top()
        } else {
            asked.with_toggled(Field::State, Verdict::Undecided.word())
        }
    }

    /// The picture that is looked at, once its card is here.
    pub fn card(&self) -> Option<ImageCard> {
        self.card_at(self.at.get())
    }

    /// The picture that is shown: this one, or the one before while comparing.
    pub fn shown(&self) -> Option<ImageCard> {
        let at = self.at.get();
        let before = at.checked_sub(1).filter(|_| self.comparing.get());
        self.card_at(before.unwrap_or(at))
    }

    /// The card at a position, reactively.
    pub fn card_at(&self, position: u64) -> Option<ImageCard> {
        let windows = self.result.windows;
        windows.with(|windows| windows.get(position).map(|card| (**card).clone()))
    }

    /// How far the round is.
    pub fn tally(&self) -> Tally {
        let total = self.result.total();
        self.given.with(|given| {
            let of = |verdict| given.values().filter(|own| **own == verdict).count() as u64;
            let put_away = self.away.with(|away| {
                let alone = away.iter().filter(|id| !given.contains_key(id));
                alone.count() as u64
            });
            Tally {
                total,
                approved: of(Verdict::Approved),
                rejected: of(Verdict::Rejected),
                put_away,
            }
        })
    }

    /// Whether every picture was looked at.
    pub fn is_over(&self) -> bool {
        self.at.get() >= self.result.total()
    }

    /// Goes to a position; beyond the last one the round is over.
    pub fn go(&self, position: u64) {
        self.comparing.set(false);
        self.at.set(position.min(self.result.total_now()));
        self.want();
    }

    /// Goes on by so many positions.
    pub fn step(&self, by: i64) {
        self.go(self.at.get_untracked().saturating_add_signed(by));
    }

    /// Asks for the cards around.
    pub fn want(&self) {
        let at = self.at.get_untracked();
        self.result.want(at.saturating_sub(4)..at + AHEAD);
    }

    /// Judges the picture that is looked at.
    pub fn judge(&self, verb: Verb) {
        let position = self.at.get_untracked();
        let Some(card) = self.result.card(position) else {
            return;
        };
        let edit = verb.edit(card.judgement);
        let away = self.away.get_untracked();
        let mut before = Vec::new();
        match edit {
            Edit::Verdict(verdict) => before.push((card.id, self.give(card.id, Some(verdict)))),
            Edit::Trash(true) | Edit::Hidden(true) => self.put_away([card.id]),
            Edit::Trash(false) | Edit::Hidden(false) => self.away.update(|away| {
                away.remove(&card.id);
            }),
            _ => {}
        }
        self.note(Step {
            position,
            before,
            away,
        });
        self.judging.one(self.result, card.id, edit);
        let goes_on = matches!(edit, Edit::Verdict(_)) || edit.moves();
        if goes_on && self.advance.get_untracked() {
            self.step(1);
        } else {
            self.comparing.set(false);
        }
    }

    /// Approves the picture that is looked at, rejects the others of its stack, and goes on to the next
    /// picture that is not one of them.
    pub fn keep(&self, stack: &[ImageCard]) {
        let position = self.at.get_untracked();
        let Some(card) = self.result.card(position) else {
            return;
        };
        let rest = stack.iter().map(|one| one.id).filter(|id| *id != card.id);
        let others: Vec<ImageId> = rest.collect();
        let mut before = vec![(card.id, self.give(card.id, Some(Verdict::Approved)))];
        for id in &others {
            before.push((*id, self.give(*id, Some(Verdict::Rejected))));
        }
        self.note(Step {
            position,
            before,
            away: self.away.get_untracked(),
        });
        self.judging.keep(self.result, card.id, others.clone());
        let mut next = position + 1;
        let decided = |position| {
            let card = self.result.card(position);
            card.is_some_and(|card| others.contains(&card.id))
        };
        while decided(next) {
            next += 1;
        }
        if self.advance.get_untracked() {
            self.go(next);
        }
    }

    /// Takes the last thing back and goes to where it was done.
    pub fn undo(&self) {
        let step = self.steps.try_update_value(Vec::pop).flatten();
        if let Some(step) = step {
            for (id, verdict) in step.before {
                self.give(id, verdict);
            }
            self.away.set(step.away);
            self.go(step.position);
        }
        self.judging.undo(self.result);
    }

    /// What was rejected in this round and is not in the trash yet.
    pub fn left_rejected(&self) -> Vec<ImageId> {
        self.away.with(|away| {
            self.given.with(|given| {
                let own = given.iter().filter(|(_, own)| **own == Verdict::Rejected);
                let ids = own.map(|(id, _)| *id);
                ids.filter(|id| !away.contains(id)).collect()
            })
        })
    }

    /// Puts that into the trash.
    pub fn trash_rejected(&self) {
        let rejected = untrack(|| self.left_rejected());
        let count = rejected.len() as u64;
        if count > 0 {
            self.note(Step {
                position: self.at.get_untracked(),
                before: Vec::new(),
                away: self.away.get_untracked(),
            });
            self.put_away(rejected.iter().copied());
            let selection = Selection::These(rejected);
            self.judging
                .all(self.result, selection, Edit::Trash(true), count);
        }
    }

    /// Goes on where an earlier page stopped that could not tell the server what was decided.
    pub fn resume(&self, decided: &[(ImageId, Edit)]) {
        for (id, edit) in decided {
            if let Edit::Verdict(verdict) = *edit {
                self.give(*id, Some(verdict));
            }
        }
        if decided.is_empty() || self.at.get_untracked() > 0 {
            return;
        }
        let given = self.given.get_untracked();
        let mut next = 0;
        while let Some(id) = self.result.id_at(next)
            && given.contains_key(&id)
        {
            next += 1;
        }
        self.go(next);
    }

    /// What is thought of the picture that is looked at.
    pub fn judgement(&self) -> Judgement {
        self.card().map(|card| card.judgement).unwrap_or_default()
    }

    fn give(&self, id: ImageId, verdict: Option<Verdict>) -> Option<Verdict> {
        let decided = verdict.filter(|verdict| *verdict != Verdict::Undecided);
        let change = |given: &mut BTreeMap<ImageId, Verdict>| match decided {
            Some(verdict) => given.insert(id, verdict),
            None => given.remove(&id),
        };
        self.given.try_update(change).flatten()
    }

    /// Begins a round of its own with what the result is now.
    pub fn begin_again(&self) {
        self.given.set(BTreeMap::new());
        self.away.set(BTreeSet::new());
        self.steps.update_value(Vec::clear);
        self.go(0);
    }

    fn put_away(&self, ids: impl IntoIterator<Item = ImageId>) {
        self.away.update(|away| away.extend(ids));
    }

    fn note(&self, step: Step) {
        self.steps.update_value(|steps| steps.push(step));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_undecided_are_decided_unless_somebody_asks_for_others() {
        let asked = |text: &str| CullState::query(&Query::parse(text)).to_string();
        assert_eq!(asked(""), "state=undecided");
        assert_eq!(asked("model=flux"), "model=flux&state=undecided");
        assert_eq!(asked("state=approved&rating=0"), "state=approved&rating=0");
    }
}
