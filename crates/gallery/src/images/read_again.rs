//! Reading recipes again from what is kept.

use domain::query::Query;

use super::Images;
use crate::{Inner, error::Error, keeper, pool::Urgency, reader, thumbs};

/// Pictures that are read at a time.
const BATCH: usize = 500;

/// What came of reading again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReadAgain {
    /// Pictures with text that is kept.
    pub read: usize,
    /// Those of which anything is understood in another way now.
    pub changed: usize,
}

impl Images<'_> {
    /// Understands the kept texts of every picture of a query again, by the rules as they are now,
    /// without touching a file. `done` is told how many of how many pictures are done.
    pub async fn read_again(
        &self,
        query: &Query,
        mut done: impl FnMut(usize, usize),
    ) -> Result<ReadAgain, Error> {
        let inner = self.inner;
        let _alone = inner.rereading.lock().await;
        renew_rules(inner).await?;
        let keys = crate::Search::new(inner).keys_of(query).await?;
        let mut came = ReadAgain::default();
        for (number, some) in keys.chunks(BATCH).enumerate() {
            let (read, changed) = read_some(inner, some).await?;
            came.read += read;
            came.changed += changed;
            done((number * BATCH + some.len()).min(keys.len()), keys.len());
        }
        keeper::catch_up(inner).await?;
        Ok(came)
    }
}

/// Takes the user's own rules as they are now.
pub(crate) async fn renew_rules(inner: &Inner) -> Result<(), Error> {
    if inner.reader.renew(&inner.data)? {
        keeper::reload(inner).await?;
    }
    Ok(())
}

/// Understands the kept texts of some pictures again. Answers of how many texts are kept, and of how many of these
/// anything is understood in another way now.
pub(crate) async fn read_some(inner: &Inner, keys: &[i64]) -> Result<(usize, usize), Error> {
    let chunks = inner.store.chunks_of(keys).await?;
    let count = chunks.len();
    let rules = inner.reader.rules();
    let read = move || {
        let each = chunks.into_iter().filter_map(|(image, chunks)| {
            let raw: Vec<_> = chunks.iter().map(thumbs::inflate).collect();
            // What came from elsewhere than the kept texts stays.
            reader::reread(image, &raw, &rules)
        });
        each.collect::<Vec<_>>()
    };
    let read = inner.pool.run(Urgency::Later, read).await?;
    let changed = inner
        .store
        .replace_recipes(read, &metadata::RENEWED)
        .await?;
    Ok((count, changed.len()))
}
