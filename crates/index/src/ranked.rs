//! Duels, and the order that they make.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use domain::duel::{self, Duel};

use crate::rows::Rows;

/// The duels of one snapshot.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ranked {
    duels: Arc<Vec<Duel>>,
    /// Every picture that was in one by its key, the best first; found when somebody first asks, because after
    /// most answers nobody does.
    order: Arc<OnceLock<Vec<i64>>>,
}

impl Ranked {
    /// Says which duels there are.
    pub(crate) fn tell(&mut self, duels: &[Duel]) {
        self.duels = Arc::new(duels.to_vec());
        self.order = Arc::default();
    }

    /// Every duel.
    pub(crate) fn duels(&self) -> &[Duel] {
        &self.duels
    }

    fn order(&self) -> &[i64] {
        self.order.get_or_init(|| duel::order(&self.duels))
    }

    pub(crate) fn bytes(&self) -> usize {
        let order = self.order.get().map_or(0, Vec::len);
        self.duels.len() * size_of::<Duel>() + order * size_of::<i64>()
    }
}

impl Rows {
    /// The rank of each living row that has one; the best is 0.
    pub(crate) fn ranks(&self) -> HashMap<u32, u64> {
        let ranks = (0..).zip(self.ranked.order());
        let row = |(rank, key): (u64, &i64)| Some((self.row_of_key(*key)?, rank));
        ranks.filter_map(row).collect()
    }
}
