//! Duels, and the order that they make.

use std::{collections::HashMap, sync::Arc};

use domain::duel::{self, Duel};

use crate::rows::Rows;

/// The duels of one snapshot.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ranked {
    duels: Arc<Vec<Duel>>,
    /// Every picture that was in one by its key, the best first.
    order: Arc<Vec<i64>>,
}

impl Ranked {
    /// Says which duels there are.
    pub(crate) fn tell(&mut self, duels: &[Duel]) {
        self.order = Arc::new(duel::order(duels));
        self.duels = Arc::new(duels.to_vec());
    }

    /// Every duel.
    pub(crate) fn duels(&self) -> &[Duel] {
        &self.duels
    }

    pub(crate) fn bytes(&self) -> usize {
        self.duels.len() * size_of::<Duel>() + self.order.len() * size_of::<i64>()
    }
}

impl Rows {
    /// The rank of each living row that has one; the best is 0.
    pub(crate) fn ranks(&self) -> HashMap<u32, u64> {
        let ranks = (0..).zip(self.ranked.order.iter());
        let row = |(rank, key): (u64, &i64)| Some((self.row_of_key(*key)?, rank));
        ranks.filter_map(row).collect()
    }
}
