//! Into and out of other tools: pictures as a table or as XMP files, and decisions and executions out of
//! files.

mod about;
mod archive;
mod beside;
mod follow;
mod lines;
mod log;
mod plan;
mod records;
mod source;
mod table;
mod xmp;

use std::{collections::HashMap, path::Path, sync::Arc};

use bytes::Bytes;
use domain::{
    exchange::{Brought, FollowedLog, Sidecars, TableFormat},
    query::Query,
};
use futures::Stream;

pub(crate) use self::{
    about::About,
    follow::{Followed, start},
    records::{records_on_disk, take_records},
    table::plain_cell,
};
use crate::{Gallery, Inner, Search, error::Error};

/// Into and out of other tools.
pub struct Exchange<'a> {
    inner: &'a Arc<Inner>,
}

impl Gallery {
    /// Into and out of other tools.
    pub fn exchange(&self) -> Exchange<'_> {
        Exchange { inner: &self.inner }
    }
}

impl Exchange<'_> {
    /// The pictures of a query as a table, piece by piece.
    pub async fn table(
        &self,
        query: &Query,
        format: TableFormat,
    ) -> Result<impl Stream<Item = Result<Bytes, Error>> + use<>, Error> {
        let keys = Search::new(self.inner).keys_of(query).await?;
        let names = self.tag_names().await?;
        Ok(table::pieces(Arc::clone(self.inner), keys, names, format))
    }

    /// What is thought of the pictures of a query as an archive of XMP files, piece by piece.
    pub async fn sidecars(
        &self,
        query: &Query,
    ) -> Result<impl Stream<Item = Result<Bytes, Error>> + use<>, Error> {
        let keys = Search::new(self.inner).keys_of(query).await?;
        let names = self.tag_names().await?;
        Ok(archive::pieces(Arc::clone(self.inner), keys, names))
    }

    /// What a file of this name would do. Nothing is changed.
    pub async fn plan(&self, name: &str, file: Vec<u8>) -> Result<Brought, Error> {
        let read = source::sent(self.inner, name, file).await?;
        Ok(plan::compare(self.inner, read, false).await?.told)
    }

    /// Takes what a file says over. What is so already is left alone, so the same file a second time
    /// changes nothing; each kind of change is an operation that can be taken back.
    pub async fn apply(&self, name: &str, file: Vec<u8>, actor: &str) -> Result<Brought, Error> {
        let read = source::sent(self.inner, name, file).await?;
        let plan = plan::compare(self.inner, read, false).await?;
        plan.carry_out(self.inner, actor).await
    }

    /// The same for a file on this machine; a dry run changes nothing.
    pub async fn import(&self, path: &Path, actor: &str, dry: bool) -> Result<Brought, Error> {
        let read = source::on_disk(path).await?;
        let plan = plan::compare(self.inner, read, false).await?;
        if dry {
            return Ok(plan.told);
        }
        plan.carry_out(self.inner, actor).await
    }

    /// What the XMP files beside the pictures of a query would do.
    pub async fn plan_beside(&self, query: &Query) -> Result<Brought, Error> {
        let read = beside::read(self.inner, query).await?;
        Ok(plan::compare(self.inner, read, false).await?.told)
    }

    /// Takes over what they say.
    pub async fn apply_beside(&self, query: &Query, actor: &str) -> Result<Brought, Error> {
        let read = beside::read(self.inner, query).await?;
        let plan = plan::compare(self.inner, read, false).await?;
        plan.carry_out(self.inner, actor).await
    }

    /// Writes XMP files beside the pictures of a query, in folders that allow it; a dry run only counts.
    pub async fn write_beside(&self, query: &Query, dry: bool) -> Result<Sidecars, Error> {
        beside::write(self.inner, query, dry).await
    }

    /// The logs that are followed, and how far that is.
    pub fn logs(&self) -> Vec<FollowedLog> {
        self.inner.followed.all()
    }

    async fn tag_names(&self) -> Result<HashMap<i64, String>, Error> {
        let tags = self.inner.store.tags().await?;
        Ok(tags.into_iter().map(|(key, tag)| (key, tag.name)).collect())
    }
}

/// How many lines a log of executions has.
pub(crate) async fn weigh(log: &Path) -> Result<usize, Error> {
    let (read, _) = source::log_on_disk(log, true).await?;
    Ok(read.lines.len())
}
