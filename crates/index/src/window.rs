//! Results that are held while somebody scrolls through them.

use std::{collections::HashSet, sync::Arc};

use domain::{
    facet::TimelineMark,
    id::ImageId,
    query::{Sort, SortKey},
    time::Timestamp,
    window::Window,
};

use crate::{Index, mask::Mask, ordered::Ordered};

/// An ordered result. It stays the same while the library changes; its methods take any later
/// snapshot of the same index and give `None` once that belongs to another generation: ask again.
#[derive(Debug, Clone)]
pub struct Found {
    generation: u64,
    rows: Arc<Ordered>,
    sort: Sort,
}

impl Found {
    pub(crate) fn new(generation: u64, rows: Ordered, sort: Sort) -> Self {
        Self {
            generation,
            rows: Arc::new(rows),
            sort,
        }
    }

    /// Exact number of pictures.
    pub fn total(&self) -> u64 {
        self.rows.len() as u64
    }

    /// The order of the result.
    pub fn sort(&self) -> &Sort {
        &self.sort
    }

    /// Whether it can no longer be read with this snapshot.
    pub fn is_stale(&self, index: &Index) -> bool {
        self.generation != index.generation()
    }

    /// Bytes of memory that it holds once somebody has scrolled through it.
    pub fn bytes(&self) -> usize {
        self.rows.len() * size_of::<u32>() + size_of::<Self>()
    }

    /// Database keys of a window, in order; fewer at the end. Pictures that were removed since keep
    /// their place. Windows longer than [`Window::LIMIT`] are cut.
    pub fn keys(&self, index: &Index, window: Window) -> Option<Vec<i64>> {
        let start = usize::try_from(window.offset).unwrap_or(usize::MAX);
        let length = window.len.min(Window::LIMIT) as usize;
        self.keys_of(index, &self.rows.part(start..start.saturating_add(length)))
    }

    /// All database keys, in order.
    pub fn all_keys(&self, index: &Index) -> Option<Vec<i64>> {
        self.keys_of(index, self.rows.all())
    }

    fn keys_of(&self, index: &Index, rows: &[u32]) -> Option<Vec<i64>> {
        let keys = &self.fresh(index)?.keys;
        rows.iter().map(|row| keys.get(*row).copied()).collect()
    }

    /// The database key at a position.
    pub fn key_at(&self, index: &Index, position: u64) -> Option<i64> {
        self.fresh(index)?.keys.get(self.row(position)?).copied()
    }

    /// The picture at a position.
    pub fn id_at(&self, index: &Index, position: u64) -> Option<ImageId> {
        let id = self.fresh(index)?.ids.get(self.row(position)?);
        id.copied().map(ImageId)
    }

    fn row(&self, position: u64) -> Option<u32> {
        let at = usize::try_from(position).ok()?;
        self.rows.part(at..at.checked_add(1)?).first().copied()
    }

    /// The position of a picture; `None` when it is not in the result.
    pub fn position(&self, index: &Index, id: ImageId) -> Option<u64> {
        // A picture that changed or went since stands under its former row.
        let own: Vec<u32> = self.fresh(index)?.rows_of_id(id).collect();
        let at = self.rows.all().iter().position(|row| own.contains(row));
        at.map(|at| at as u64)
    }

    /// How many of some pictures are not in the result; one that is named twice counts once.
    pub fn outside(&self, index: &Index, ids: &[ImageId]) -> Option<u64> {
        let rows = self.fresh(index)?;
        let ids: HashSet<ImageId> = ids.iter().copied().collect();
        let mut own = Mask::empty(rows.all());
        for row in ids.iter().flat_map(|id| rows.rows_of_id(*id)) {
            own.set(row, true);
        }
        let inside = self.rows.all().iter().filter(|row| own.has(**row)).count();
        Some((ids.len() - inside) as u64)
    }

    fn fresh<'a>(&self, index: &'a Index) -> Option<&'a crate::rows::Rows> {
        (!self.is_stale(index)).then_some(&*index.rows)
    }

    /// Where the months of a result that is ordered by date first begin; empty for other orders.
    pub(crate) fn timeline(&self, index: &Index) -> Vec<TimelineMark> {
        let mut marks = Vec::new();
        let Some(columns) = self.fresh(index) else {
            return marks;
        };
        if self.sort.first.key != SortKey::Date {
            return marks;
        }
        let rows = self.rows.all();
        let month = |at: usize| {
            let row = rows.get(at)?;
            columns
                .dates
                .get(*row)
                .map(|date| Timestamp(*date).month_text())
        };
        let mut at = 0;
        while let Some(this) = month(at) {
            let first = Timestamp(columns.dates.at(rows[at]).to_owned());
            marks.push(TimelineMark {
                position: at as u64,
                month: first,
            });
            // Months stand together, so the next one's start is found by halving.
            let rest = &rows[at..];
            at += rest.partition_point(|row| {
                columns
                    .dates
                    .get(*row)
                    .is_some_and(|date| Timestamp(*date).month_text() == this)
            });
        }
        marks
    }
}
