//! Results that stay as they are while somebody scrolls through them.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use domain::{id::ResultId, time::Timestamp};
use index::Found;

/// Most bytes that held results may take together.
const MOST_BYTES: usize = 64 << 20;
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
        slots.insert(id, Slot { result, used: now });
        slots.retain(|_, slot| now.0 - slot.used.0 <= HELD_FOR);
        let mut bytes: usize = slots.values().map(|slot| slot.result.found.bytes()).sum();
        while bytes > MOST_BYTES && slots.len() > 1 {
            let Some(oldest) = slots
                .iter()
                .min_by_key(|(_, slot)| slot.used)
                .map(|(oldest, _)| *oldest)
            else {
                break;
            };
            if let Some(slot) = slots.remove(&oldest) {
                bytes -= slot.result.found.bytes();
            }
        }
    }
}
