//! The rows of a result in their order, put together only as far as somebody looks.

use std::{
    borrow::Cow,
    ops::Range,
    sync::{Arc, OnceLock},
};

use crate::{mask::Mask, order::Order};

/// Who types looks at the start of each result and at no more. To put a million rows together takes
/// longer than everything else that the first page of a filter needs.
const START: usize = 512;

/// The rows of a result.
#[derive(Debug)]
pub(crate) struct Ordered {
    len: usize,
    all: OnceLock<Arc<Vec<u32>>>,
    /// What they are taken from when somebody looks.
    taken: Option<Taken>,
}

/// Rows of a mask, in the order of others among which all of them are.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) mask: Mask,
    pub(crate) order: Order,
    pub(crate) descending: bool,
}

impl Ordered {
    /// Rows that were put together already.
    pub(crate) fn ready(rows: Arc<Vec<u32>>) -> Self {
        Self {
            len: rows.len(),
            all: OnceLock::from(rows),
            taken: None,
        }
    }

    /// Rows that are put together when somebody looks; there are `len`.
    pub(crate) fn taken(len: usize, taken: Taken) -> Self {
        Self {
            len,
            all: OnceLock::new(),
            taken: Some(taken),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn all(&self) -> &[u32] {
        self.all.get_or_init(|| {
            let taken = self.taken.as_ref();
            let rows = taken.map(
                |Taken {
                     mask,
                     order,
                     descending,
                 }| order.pick(mask, self.len, *descending),
            );
            Arc::new(rows.unwrap_or_default())
        })
    }

    /// Some of them; fewer at the end.
    pub(crate) fn part(&self, places: Range<usize>) -> Cow<'_, [u32]> {
        let end = places.end.min(self.len);
        let start = places.start.min(end);
        match &self.taken {
            Some(taken) if self.all.get().is_none() && end <= START => {
                let part = taken.order.part(&taken.mask, start..end, taken.descending);
                part.into()
            }
            _ => self.all()[start..end].into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_the_same_before_and_after_all_rows_were_put_together() {
        let rows: Vec<u32> = (0..5_000).map(|at| at * 7 % 5_000).collect();
        let mask = Mask::from_answers((0..5_000).map(|row| row % 3 == 0));
        let own: Vec<u32> = rows.iter().copied().filter(|row| row % 3 == 0).collect();
        let result = || {
            let taken = Taken {
                mask: mask.clone(),
                order: Order::of(Arc::new(rows.clone())),
                descending: false,
            };
            Ordered::taken(own.len(), taken)
        };
        for places in [
            0..0,
            0..100,
            99..START,
            500..600,
            1_600..9_000,
            8_000..9_000,
        ] {
            let expected = &own[places.start.min(own.len())..places.end.min(own.len())];
            let fresh = result();
            assert_eq!(&*fresh.part(places.clone()), expected);
            assert_eq!(fresh.all(), own);
            assert_eq!(&*fresh.part(places), expected);
        }
    }
}
