//! Judging pictures: verdict, stars, favourite, label, hiding, the trash; and taking that back.

use std::sync::Arc;

use ::store::rows::Author;
use domain::{
    aside::{Aside, AsideCounts},
    id::{ImageId, OperationId},
    image::ImageCard,
    judgement::{Aspect, Done, Edit, Operation, Revision, Sent, Verdict},
    selection::Selection,
    time::{DAY, Timestamp},
};

use crate::{
    Gallery, Inner, Search,
    error::{Error, not_found},
    keeper, organise,
};

/// Most operations that are told at once.
const TOLD: u32 = 100;
/// Most pictures of an operation that are told at once.
const SHOWN: u32 = 24;

/// Most pictures of a stack that are told at once.
const STACK: usize = 60;

/// Milliseconds for which what was done can be taken back: 30 days.
const KEPT: i64 = 30 * DAY;

/// Who does something, and under which id when the sender gave it one.
pub struct By {
    actor: String,
    sent: Option<Sent>,
}

impl By {
    /// Somebody whose browser may send it more than once, or late.
    pub fn browser(actor: &str, sent: Option<Sent>) -> Self {
        let actor = actor.to_owned();
        Self { actor, sent }
    }
}

impl From<&str> for By {
    fn from(actor: &str) -> Self {
        Self::browser(actor, None)
    }
}

/// Judging pictures.
pub struct Judge<'a> {
    inner: &'a Arc<Inner>,
}

impl Gallery {
    /// Judging pictures, and taking that back.
    pub fn judge(&self) -> Judge<'_> {
        Judge::new(&self.inner)
    }
}

impl<'a> Judge<'a> {
    pub(crate) fn new(inner: &'a Arc<Inner>) -> Self {
        Self { inner }
    }

    /// Sets one thing of every picture of a selection, as one operation that can be taken back. When it
    /// returns, every question to this gallery is answered with it.
    pub async fn set(
        &self,
        selection: &Selection,
        edit: Edit,
        by: impl Into<By>,
    ) -> Result<Done, Error> {
        let keys = Search::new(self.inner).keys(selection).await?;
        self.parts(vec![(keys, edit)], by.into()).await
    }

    /// Several parts of one operation. Pictures that were seen and are no more count as changed since.
    async fn parts(&self, parts: Vec<(Vec<i64>, Edit)>, by: By) -> Result<Done, Error> {
        let index = self.inner.keeper.snapshot().index;
        let sent = by.sent.as_ref().map_or(&[][..], |sent| &sent.seen);
        let known = sent
            .iter()
            .filter_map(|(id, then)| Some((index.key_of(*id)?, *then)));
        let seen: Vec<(i64, Edit)> = known.collect();
        let gone = (sent.len() - seen.len()) as u64;
        let author = self.inner.by(by);
        let mut done = self.inner.store.judge_late(author, parts, seen).await?;
        done.conflicts += gone;
        keeper::catch_up(self.inner).await?;
        Ok(done)
    }

    /// The pictures that share a picture's recipe except for the seed, itself among them, oldest first;
    /// [`STACK`] at most, those nearest to it.
    pub async fn stack(&self, image: ImageId) -> Result<Vec<ImageCard>, Error> {
        let snapshot = Search::new(self.inner).ready().await?;
        let own = snapshot.index.key_of(image).ok_or_else(not_found)?;
        let mut keys = snapshot.ask(|index| index.stack(image));
        let at = keys.iter().position(|key| *key == own).unwrap_or(0);
        let from = at.saturating_sub(STACK / 2);
        keys.drain(..from.min(keys.len().saturating_sub(STACK)));
        keys.truncate(STACK);
        let cards = self.inner.store.cards(&keys).await?;
        Ok(cards.into_iter().map(|(_, card)| card).collect())
    }

    /// Approves one picture and rejects others, as one operation that can be taken back.
    pub async fn keep(
        &self,
        image: ImageId,
        others: &[ImageId],
        by: impl Into<By>,
    ) -> Result<Done, Error> {
        let index = self.inner.keeper.snapshot().index;
        let kept = index.key_of(image).ok_or_else(not_found)?;
        let others = others.iter().filter_map(|id| index.key_of(*id));
        let others = others.filter(|key| *key != kept).collect();
        let parts = vec![
            (vec![kept], Edit::Verdict(Verdict::Approved)),
            (others, Edit::Verdict(Verdict::Rejected)),
        ];
        self.parts(parts, by.into()).await
    }

    /// Takes an operation back, as an operation of its own: taking that back does it again. Pictures that
    /// somebody changed since in the same respect stay as they are, and are counted.
    pub async fn undo(&self, operation: OperationId, by: impl Into<By>) -> Result<Done, Error> {
        let author = self.inner.by(by.into());
        if let Some(past) = self.inner.store.past_move(operation).await? {
            return organise::back(self.inner, author, operation, past).await;
        }
        let done = self.inner.store.undo(author, operation).await?;
        keeper::catch_up(self.inner).await?;
        Ok(done)
    }

    /// How many pictures are in the trash, hidden, missing.
    pub async fn aside(&self) -> Result<AsideCounts, Error> {
        let snapshot = Search::new(self.inner).ready().await?;
        let now = self.inner.options.clock.now();
        let of = |place: Aside| snapshot.ask(|index| index.count(&place.query(), now));
        Ok(AsideCounts {
            trash: of(Aside::Trash),
            hidden: of(Aside::Hidden),
            missing: of(Aside::Missing),
        })
    }

    /// What was done, the newest first, [`TOLD`] at most: before another operation, when it is named, and
    /// what set one thing, when that is.
    pub async fn operations(
        &self,
        before: Option<OperationId>,
        of: Option<Aspect>,
    ) -> Result<Vec<Operation>, Error> {
        Ok(self.inner.store.operations(before, of, TOLD).await?)
    }

    /// Some of the pictures that an operation changed; with `changed_since` only those that taking it back
    /// would leave as they are, because somebody changed them again.
    pub async fn pictures(
        &self,
        operation: OperationId,
        changed_since: bool,
    ) -> Result<Vec<ImageCard>, Error> {
        let store = &self.inner.store;
        let keys = store.pictures_of(operation, changed_since, SHOWN).await?;
        let cards = store.cards(&keys).await?;
        Ok(cards.into_iter().map(|(_, card)| card).collect())
    }

    /// What was done to a picture, the newest first.
    pub async fn revisions(&self, image: ImageId) -> Result<Vec<Revision>, Error> {
        let key = self.inner.keeper.snapshot().index.key_of(image);
        let key = key.ok_or_else(not_found)?;
        Ok(self.inner.store.revisions_of(key).await?)
    }
}

impl Inner {
    /// The same, under the id that the sender gave it.
    fn by(&self, by: By) -> Author {
        let author = self.author(&by.actor);
        let operation = by.sent.map_or(author.operation, |sent| sent.operation);
        Author {
            operation,
            ..author
        }
    }

    /// Somebody who does something now, under an id by which it can be taken back.
    pub(crate) fn author(&self, actor: &str) -> Author {
        let clock = &self.options.clock;
        Author {
            operation: OperationId(clock.mint()),
            at: clock.now(),
            actor: actor.to_owned(),
        }
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
