//! Results that stay as they are while somebody scrolls through them.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use domain::{id::ResultId, time::Timestamp};
use index::Found;

/// Bytes that held results may always take together.
const BYTES: usize = 16 << 20;
/// As many results may always be held, however large they are.
const ALWAYS: usize = 16;
/// Most results that are held together: looking for one walks through them all.
const MOST_SLOTS: usize = 2000;
/// Bytes that a held result takes besides its rows and its question.
const OVERHEAD: usize = 200;
/// How long a result is held after it was last used, in milliseconds.
const HELD_FOR: i64 = 15 * 60 * 1000;

/// A held result with the question that made it.
#[derive(Clone)]
pub(crate) struct HeldResult {
    /// Rows of the index, in order.
    pub(crate) found: Found,
    /// Canonical text of the query.
    pub(crate) query: String,
    /// Number of the library's change when it was found.
    pub(crate) change: i64,
}

struct Slot {
    result: HeldResult,
    used: Timestamp,
}

impl Slot {
    /// Bytes that it takes, nearly.
    fn bytes(&self) -> usize {
        self.result.found.bytes() + self.result.query.len() + OVERHEAD
    }
}

/// The held results, the least recently used leaving first.
#[derive(Default)]
pub(crate) struct Held {
    slots: Mutex<HashMap<ResultId, Slot>>,
}

impl Held {
    fn lock(&self) -> MutexGuard<'_, HashMap<ResultId, Slot>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A held result, which counts as used now.
    pub(crate) fn get(&self, id: ResultId, now: Timestamp) -> Option<HeldResult> {
        let mut slots = self.lock();
        let slot = slots
            .get_mut(&id)
            .filter(|slot| now.0 - slot.used.0 <= HELD_FOR)?;
        slot.used = now;
        Some(slot.result.clone())
    }

    /// The result of the same question to the same state of the library, if it is held.
    pub(crate) fn same(
        &self,
        query: &str,
        change: i64,
        now: Timestamp,
    ) -> Option<(ResultId, Found)> {
        let mut slots = self.lock();
        let (id, slot) = slots.iter_mut().find(|(_, slot)| {
            slot.result.change == change
                && slot.result.query == query
                && now.0 - slot.used.0 <= HELD_FOR
        })?;
        slot.used = now;
        Some((*id, slot.result.found.clone()))
    }

    /// Holds a result from now on.
    pub(crate) fn hold(&self, id: ResultId, result: HeldResult, now: Timestamp) {
        let mut slots = self.lock();
        let most_bytes = BYTES.max(ALWAYS * result.found.bytes());
        slots.insert(id, Slot { result, used: now });
        slots.retain(|_, slot| now.0 - slot.used.0 <= HELD_FOR);
        let mut bytes: usize = slots.values().map(Slot::bytes).sum();
        while (bytes > most_bytes && slots.len() > 1) || slots.len() > MOST_SLOTS {
            let Some(oldest) = slots
                .iter()
                .min_by_key(|(_, slot)| slot.used)
                .map(|(oldest, _)| *oldest)
            else {
                break;
            };
            if let Some(slot) = slots.remove(&oldest) {
                bytes -= slot.bytes();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::query::Query;
    use index::Index;

    use super::*;

    fn result(query: String) -> HeldResult {
        HeldResult {
            found: Index::default().find(&Query::default(), Timestamp(0)),
            query,
            change: 0,
        }
    }

    #[test]
    fn results_that_found_nothing_are_not_held_without_limit() {
        let held = Held::default();
        for number in 0..=MOST_SLOTS {
            let id = ResultId(number as u128);
            held.hold(id, result(format!("q={number}")), Timestamp(number as i64));
        }
        assert_eq!(held.lock().len(), MOST_SLOTS);
        let now = Timestamp(MOST_SLOTS as i64);
        assert!(held.get(ResultId(MOST_SLOTS as u128), now).is_some());
        assert!(held.get(ResultId(0), now).is_none());
    }

    #[test]
    fn long_questions_count_too() {
        let held = Held::default();
        let long = "x".repeat(BYTES / 4);
        for number in 0..5 {
            held.hold(ResultId(number), result(long.clone()), Timestamp(0));
        }
        assert_eq!(held.lock().len(), 3);
    }
}
