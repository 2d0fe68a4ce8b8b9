//! Orders that were asked for, kept as long as nothing changes.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::query::Sort;

/// Most orders of one snapshot; each takes four bytes a row.
const ORDERS: usize = 4;

/// All living rows of one snapshot in some orders. Sorting a million rows takes fifty milliseconds,
/// leaving out those that a filter does not want takes two.
#[derive(Debug, Default)]
pub(crate) struct KeptOrders(Mutex<VecDeque<(Sort, Arc<Vec<u32>>)>>);

impl KeptOrders {
    fn lock(&self) -> MutexGuard<'_, VecDeque<(Sort, Arc<Vec<u32>>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The order that was kept, else the one that `make` gives; that one is kept instead of the one
    /// that was asked for longest ago.
    pub(crate) fn get(&self, sort: &Sort, make: impl FnOnce() -> Vec<u32>) -> Arc<Vec<u32>> {
        if let Some(order) = self.known(sort) {
            return order;
        }
        // Nobody waits while it is made; two who ask at once may both make it.
        let order = Arc::new(make());
        let mut kept = self.lock();
        kept.retain(|(own, _)| own != sort);
        kept.push_back((sort.clone(), Arc::clone(&order)));
        if kept.len() > ORDERS {
            kept.pop_front();
        }
        order
    }

    /// An order that was kept, which counts as the one that was asked for last.
    fn known(&self, sort: &Sort) -> Option<Arc<Vec<u32>>> {
        let mut kept = self.lock();
        let at = kept.iter().position(|(own, _)| own == sort)?;
        let found = kept.remove(at)?;
        let order = Arc::clone(&found.1);
        kept.push_back(found);
        Some(order)
    }

    /// Bytes that they take.
    pub(crate) fn memory(&self) -> usize {
        self.lock().iter().map(|(_, order)| order.len() * 4).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_made_once_and_the_oldest_is_forgotten() {
        let kept = KeptOrders::default();
        let sorts = ["seed", "steps", "cfg", "name", "-seed"]
            .map(|text| domain::query::Query::parse(&format!("sort={text}")).sort);
        let mut made = 0;
        let mut ask = |sort: &Sort| {
            kept.get(sort, || {
                made += 1;
                vec![made]
            })[0]
        };
        assert_eq!([0, 0, 1].map(|at: usize| ask(&sorts[at])), [1, 1, 2]);
        // The first is asked for again before the fifth takes a place, so the second leaves.
        assert_eq!([2, 3, 0, 4].map(|at: usize| ask(&sorts[at])), [3, 4, 1, 5]);
        assert_eq!([0, 1].map(|at: usize| ask(&sorts[at])), [1, 6]);
        assert_eq!(kept.memory(), 16);
    }
}
