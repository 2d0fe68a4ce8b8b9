//! Judging pictures: verdict, stars, favourite, label, hiding, the trash; and taking that back.

use std::sync::Arc;

use domain::{
    id::{ImageId, OperationId},
    judgement::{Done, Edit, Operation, Revision},
    selection::Selection,
    time::{DAY, Timestamp},
};
use store::rows::Author;

use crate::{
    Inner, Search,
    error::{Error, not_found},
    keeper,
};

/// Most operations that are told at once.
const TOLD: u32 = 200;

/// Milliseconds for which what was done can be taken back: 30 days.
const KEPT: i64 = 30 * DAY;

/// Judging pictures.
pub struct Judge<'a> {
    inner: &'a Arc<Inner>,
}

impl<'a> Judge<'a> {
    pub(crate) fn new(inner: &'a Arc<Inner>) -> Self {
        Self { inner }
    }

    /// Sets one thing of every picture of a selection, as one operation that can be taken back. When it
    /// returns, every question to this gallery is answered with it.
    pub async fn set(&self, selection: &Selection, edit: Edit, actor: &str) -> Result<Done, Error> {
        let keys = Search::new(self.inner).keys(selection).await?;
        let done = self
            .inner
            .store
            .judge(author(self.inner, actor), keys, edit)
            .await?;
        keeper::catch_up(self.inner).await?;
        Ok(done)
    }

    /// Takes an operation back, as an operation of its own: taking that back does it again. Pictures that
    /// somebody changed since in the same respect stay as they are, and are counted.
    pub async fn undo(&self, operation: OperationId, actor: &str) -> Result<Done, Error> {
        let done = self
            .inner
            .store
            .undo(author(self.inner, actor), operation)
            .await?;
        keeper::catch_up(self.inner).await?;
        Ok(done)
    }

    /// What was done, the newest first; before another operation, when it is named.
    pub async fn operations(&self, before: Option<OperationId>) -> Result<Vec<Operation>, Error> {
        Ok(self.inner.store.operations(before, TOLD).await?)
    }

    /// What was done to a picture, the newest first.
    pub async fn revisions(&self, image: ImageId) -> Result<Vec<Revision>, Error> {
        let key = self.inner.keeper.snapshot().index.key_of(image);
        let key = key.ok_or_else(not_found)?;
        Ok(self.inner.store.revisions_of(key).await?)
    }
}

/// Who does something now.
pub(crate) fn author(inner: &Inner, actor: &str) -> Author {
    let clock = &inner.options.clock;
    Author {
        operation: OperationId(clock.mint()),
        at: clock.now(),
        actor: actor.to_owned(),
    }
}

/// Forgets in the background what can no longer be taken back.
pub(crate) fn start(inner: &Arc<Inner>) {
    let inner = Arc::clone(inner);
    tokio::spawn(async move {
        let before = Timestamp(inner.options.clock.now().0 - KEPT);
        if let Err(error) = inner.store.forget_operations(before).await {
            tracing::error!(%error, "old operations could not be forgotten");
        }
    });
}
