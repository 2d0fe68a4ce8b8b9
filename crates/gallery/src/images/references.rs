//! What pictures were made from, and what was made from them.

use std::collections::HashMap;

use domain::{
    id::ImageId,
    image::{ImageCard, Reference, ReferenceImage},
    query::{Field, Query},
};
use store::rows::References;

use super::Images;
use crate::error::Error;

/// So many pictures with the same bytes are shown for one input.
const COPIES: usize = 4;

impl Images<'_> {
    /// The pictures that a recipe loads, and how many pictures were made from this one.
    pub(super) async fn references(&self, id: ImageId) -> Result<(Vec<Reference>, u64), Error> {
        let References { loaded, used } = self.inner.store.references(id).await?;
        let keys = loaded
            .iter()
            .flat_map(|row| row.pictures.iter().take(COPIES).map(|one| one.key));
        let keys: Vec<i64> = keys.collect();
        let cards: HashMap<i64, ImageCard> =
            self.inner.store.cards(&keys).await?.into_iter().collect();
        let references = loaded.into_iter().map(|row| Reference {
            name: if row.folder.is_empty() {
                row.name
            } else {
                format!("{}/{}", row.folder, row.name)
            },
            pictures: row
                .pictures
                .iter()
                .take(COPIES)
                .filter_map(|one| {
                    Some(ReferenceImage {
                        card: cards.get(&one.key)?.clone(),
                        input: one.input,
                    })
                })
                .collect(),
        });
        // To count those that are shown the index is asked, which looks at every picture.
        let used_by = if used { self.used_by(id) } else { 0 };
        Ok((references.collect(), used_by))
    }

    /// How many pictures a result shows that were made from this one; none while the index loads.
    fn used_by(&self, id: ImageId) -> u64 {
        let snapshot = self.inner.keeper.snapshot();
        let query = Query::default().with_toggled(Field::Reference, &id.to_string());
        let now = self.inner.options.clock.now();
        snapshot.ask(|index| index.count(&query, now))
    }
}
