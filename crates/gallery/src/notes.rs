//! Notes: what people write about a picture.

use std::sync::Arc;

use domain::{
    id::ImageId,
    problem::ProblemKind,
    tag::{LONGEST_NOTE, MarkRevision, Note, NoteSaved, Tag, clean_note},
};

use crate::{
    Gallery, Inner,
    error::{Error, not_found},
    keeper,
};

/// Notes.
pub struct Notes<'a> {
    inner: &'a Arc<Inner>,
}

impl Gallery {
    /// Notes.
    pub fn notes(&self) -> Notes<'_> {
        Notes { inner: &self.inner }
    }
}

impl Notes<'_> {
    /// Writes a note, as an operation that can be taken back; an empty text takes it away. `version` is
    /// the one that its writer has seen: when somebody changed it since, nothing is written, and the
    /// answer says what it is now.
    pub async fn set(
        &self,
        image: ImageId,
        text: &str,
        version: i64,
        actor: &str,
    ) -> Result<NoteSaved, Error> {
        let text = clean_note(text).ok_or_else(|| {
            Error::told(
                ProblemKind::TooLarge,
                format!(
                    "A note has {LONGEST_NOTE} letters at most, and this one is longer. What you \
                     typed is still there and was not saved; make it shorter."
                ),
            )
        })?;
        let author = self.inner.author(actor);
        let saved = self
            .inner
            .store
            .set_note(author, self.key(image)?, text, version);
        let saved = saved.await?;
        keeper::catch_up(self.inner).await?;
        Ok(saved)
    }

    /// The tags of a picture, by name, and its note.
    pub async fn marks(&self, image: ImageId) -> Result<(Vec<Tag>, Note), Error> {
        self.key(image)?;
        Ok(self.inner.store.marks_of(image).await?)
    }

    /// What was done to a picture's tags, its note and its edited values, the newest first.
    pub async fn revisions(&self, image: ImageId) -> Result<Vec<MarkRevision>, Error> {
        let key = self.key(image)?;
        Ok(self.inner.store.mark_revisions_of(key).await?)
    }

    fn key(&self, image: ImageId) -> Result<i64, Error> {
        let key = self.inner.keeper.snapshot().index.key_of(image);
        key.ok_or_else(not_found)
    }
}
