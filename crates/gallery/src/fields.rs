//! Values over what files say: recipes, dates, personas.

use std::sync::Arc;

use domain::{
    id::ImageId,
    judgement::Done,
    overlay::{self, FieldSaved, Part},
    problem::ProblemKind,
    selection::Selection,
};

use crate::{
    Gallery, Inner, Search,
    error::{Error, not_found},
    keeper,
};

/// Values over what files say. Every change is an operation that can be taken back; when its method
/// returns, every question to this gallery is answered with it. Files are never changed.
pub struct Fields<'a> {
    inner: &'a Arc<Inner>,
}

impl Gallery {
    /// Values over what files say.
    pub fn fields(&self) -> Fields<'_> {
        Fields { inner: &self.inner }
    }
}

impl Fields<'_> {
    /// Sets a value of every picture of a selection; an empty one gives them back what their files say.
    pub async fn set(
        &self,
        selection: &Selection,
        part: Part,
        value: &str,
        actor: &str,
    ) -> Result<Done, Error> {
        let value = clean(&part, value)?;
        let keys = Search::new(self.inner).keys(selection).await?;
        let author = self.inner.author(actor);
        let done = self.inner.store.set_field(author, keys, part, value);
        let done = done.await?;
        keeper::catch_up(self.inner).await?;
        Ok(done)
    }

    /// The same of one picture. `version` is the one that its writer has seen: when somebody set another
    /// value since, nothing is written, and the answer says what it is now.
    pub async fn set_one(
        &self,
        image: ImageId,
        part: Part,
        value: &str,
        version: i64,
        actor: &str,
    ) -> Result<FieldSaved, Error> {
        let value = clean(&part, value)?;
        let key = self.inner.keeper.snapshot().index.key_of(image);
        let key = key.ok_or_else(not_found)?;
        let author = self.inner.author(actor);
        let store = &self.inner.store;
        let saved = store.set_field_of(author, key, part, value, version);
        let saved = saved.await?;
        keeper::catch_up(self.inner).await?;
        Ok(saved)
    }
}

fn clean(part: &Part, value: &str) -> Result<String, Error> {
    overlay::clean(part, value)
        .map_err(|error| Error::told(ProblemKind::Invalid, error.to_string()))
}
