//! Tags: what people put on pictures.

use std::sync::Arc;

use domain::{
    judgement::Done,
    problem::ProblemKind,
    selection::Selection,
    tag::{NameError, TagColour, TagCount, clean_name, fold_name},
};
use store::StoreError;

use crate::{Gallery, Inner, Search, error::Error, keeper};

/// Most tags that are offered for one text.
const OFFERED: usize = 20;

/// Tags. Every change is an operation that can be taken back; when its method returns, every question to
/// this gallery is answered with it.
pub struct Tags<'a> {
    inner: &'a Arc<Inner>,
}

impl Gallery {
    /// Tags.
    pub fn tags(&self) -> Tags<'_> {
        Tags { inner: &self.inner }
    }
}

impl Tags<'_> {
    /// Puts a tag on every picture of a selection, or takes it off. A tag that there is none of yet is
    /// made.
    pub async fn set(
        &self,
        selection: &Selection,
        name: &str,
        on: bool,
        actor: &str,
    ) -> Result<Done, Error> {
        let name = clean(name)?;
        let keys = Search::new(self.inner).keys(selection).await?;
        let author = self.inner.author(actor);
        let done = self.inner.store.set_tag(author, keys, name, on).await?;
        keeper::catch_up(self.inner).await?;
        Ok(done)
    }

    /// Every tag, by name.
    pub async fn all(&self) -> Result<Vec<TagCount>, Error> {
        let snapshot = Search::new(self.inner).ready().await?;
        Ok(snapshot.ask(index::Index::tags))
    }

    /// Some tags whose names hold a text, most used first, the one that is called exactly so before all
    /// others.
    pub fn list(&self, text: &str) -> Vec<TagCount> {
        let snapshot = self.inner.keeper.snapshot();
        let mut tags = snapshot.ask(index::Index::tags);
        let folded = fold_name(text);
        tags.retain(|one| fold_name(&one.tag.name).contains(&folded));
        // They come by name, and so stay where they are used alike.
        tags.sort_by_key(|one| {
            let exactly = fold_name(&one.tag.name) == folded;
            std::cmp::Reverse((exactly, one.pictures + one.out_of_sight))
        });
        tags.truncate(OFFERED);
        tags
    }

    /// The tags that some pictures of a selection have, by name, each with how many of them; and how many
    /// pictures those are.
    pub async fn of(&self, selection: &Selection) -> Result<(Vec<TagCount>, u64), Error> {
        let keys = Search::new(self.inner).keys(selection).await?;
        let snapshot = self.inner.keeper.snapshot();
        let tags = snapshot.ask(|index| index.tags_of(&keys));
        Ok((tags, keys.len() as u64))
    }

    /// Gives a tag another name. One that another tag has is a conflict: those two can be merged.
    pub async fn rename(&self, name: &str, to: &str, actor: &str) -> Result<Done, Error> {
        let to = clean(to)?;
        let author = self.inner.author(actor);
        let renamed = self.inner.store.rename_tag(author, name.to_owned(), to);
        match renamed.await {
            Err(StoreError::Conflict(other)) => Err(Error::told(
                ProblemKind::Conflict,
                format!(
                    "There is a tag called “{other}” already. Nothing was changed; choose another \
                     name, or merge the two."
                ),
            )),
            outcome => self.end(outcome).await,
        }
    }

    /// Puts a tag in the place of another one, which is gone afterwards.
    pub async fn merge(&self, from: &str, into: &str, actor: &str) -> Result<Done, Error> {
        let author = self.inner.author(actor);
        let (from, into) = (from.to_owned(), into.to_owned());
        let outcome = self.inner.store.merge_tags(author, from, into).await;
        self.end(outcome).await
    }

    /// Takes a tag off every picture; it is gone afterwards.
    pub async fn delete(&self, name: &str, actor: &str) -> Result<Done, Error> {
        let author = self.inner.author(actor);
        let outcome = self.inner.store.delete_tag(author, name.to_owned()).await;
        self.end(outcome).await
    }

    /// Gives a tag a colour, or takes that off.
    pub async fn colour(
        &self,
        name: &str,
        colour: Option<TagColour>,
        actor: &str,
    ) -> Result<Done, Error> {
        let author = self.inner.author(actor);
        let coloured = self.inner.store.colour_tag(author, name.to_owned(), colour);
        let outcome = coloured.await;
        self.end(outcome).await
    }

    async fn end(&self, outcome: Result<Done, StoreError>) -> Result<Done, Error> {
        let done = outcome.map_err(|error| match error {
            StoreError::NotFound(_) => Error::told(
                ProblemKind::NotFound,
                "There is no such tag any more: somebody renamed, merged or deleted it. Nothing was \
                 changed; look at the list again.",
            ),
            error => error.into(),
        })?;
        keeper::catch_up(self.inner).await?;
        Ok(done)
    }
}

fn clean(name: &str) -> Result<String, Error> {
    clean_name(name)
        .map_err(|error: NameError| Error::told(ProblemKind::Invalid, error.to_string()))
}
