//! Taking over what another gallery left: archives of pictures, folders, and what was known of them.
//!
//! What comes in lies in the gallery's own folder, under names that people can read. Nothing that is there is
//! replaced: a file in its place stays, a photoset only gets what it lacks. So the same command a second time
//! goes on where the first one was interrupted, and changes nothing when it was not.

mod archives;
mod details;
mod folder;
mod said;
mod sets;
mod take;
mod unpack;
mod verify;

use std::{path::Path, sync::Arc};

pub(crate) use self::unpack::programs;

use domain::{
    import::{Defaults, Imported, Step, Verified},
    problem::ProblemKind,
};

use crate::{
    Gallery, Inner, Search,
    error::Error,
    exchange,
    files::{self, blocking},
    keeper, roots,
};

/// Told how far an import is, after every few files.
pub type Told<'a> = &'a (dyn Fn(&Step) + Send + Sync);

/// How an import is done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct How {
    /// Who does it, in the history.
    pub actor: String,
    /// Only say what would be done.
    pub dry: bool,
    /// A file of the right size in its place is the right one; without this it is read and compared.
    pub trusting: bool,
}

/// Taking over what another gallery left.
pub struct Imports<'a> {
    inner: &'a Arc<Inner>,
}

impl Gallery {
    /// Taking over what another gallery left.
    pub fn imports(&self) -> Imports<'_> {
        Imports::new(&self.inner)
    }
}

impl<'a> Imports<'a> {
    pub(crate) fn new(inner: &'a Arc<Inner>) -> Self {
        Self { inner }
    }
}

impl Imports<'_> {
    /// The pictures of all archives below a folder, each archive as a photoset. A folder of metadata says what
    /// those are called and where they come from.
    pub async fn archives(
        &self,
        archives: &Path,
        metadata: Option<&Path>,
        how: &How,
        told: Told<'_>,
    ) -> Result<Imported, Error> {
        self.begin().await?;
        let mut imported = started(how);
        let details = match metadata {
            Some(folder) => details::read(folder, &mut imported).await?,
            None => Vec::new(),
        };
        let used = archives::all(self.inner, archives, &details, how, told, &mut imported).await?;
        if metadata.is_some() {
            let mut details = details;
            // The photosets that were only looked at are not there to be found.
            details.retain(|one| !how.dry || !used.contains(&one.name));
            sets::describe(self.inner, details, how, &mut imported).await?;
        }
        self.end().await?;
        Ok(imported)
    }

    /// What a folder of metadata says of photosets: what they lack is filled in, those that are not there are
    /// made.
    pub async fn metadata(&self, metadata: &Path, how: &How) -> Result<Imported, Error> {
        self.begin().await?;
        let mut imported = started(how);
        let details = details::read(metadata, &mut imported).await?;
        sets::describe(self.inner, details, how, &mut imported).await?;
        self.end().await?;
        Ok(imported)
    }

    /// The pictures of a folder and those inside it, as copies.
    pub async fn folder(
        &self,
        folder: &Path,
        defaults: &Defaults,
        how: &How,
        told: Told<'_>,
    ) -> Result<Imported, Error> {
        let defaults = &folder::checked(defaults)?;
        self.begin().await?;
        let mut imported = started(how);
        let taken = folder::take(
            self.inner,
            folder,
            defaults.photoset.as_deref(),
            how,
            told,
            &mut imported,
        );
        let taken = taken.await?;
        keeper::catch_up(self.inner).await?;
        folder::mark(self.inner, &taken, defaults, how, &mut imported).await?;
        self.end().await?;
        Ok(imported)
    }

    /// What a file of JSON says of single pictures: rating, tags, notes, and of those without a recipe prompt,
    /// model and date. With a folder its pictures come in first, and the file speaks of them alone.
    pub async fn records(
        &self,
        file: &Path,
        images: Option<&Path>,
        how: &How,
        told: Told<'_>,
    ) -> Result<Imported, Error> {
        self.begin().await?;
        let mut imported = started(how);
        let read = exchange::records_on_disk(file).await?;
        let taken = match images {
            Some(folder) => {
                let taken =
                    folder::take(self.inner, folder, None, how, told, &mut imported).await?;
                keeper::catch_up(self.inner).await?;
                Some(taken.named)
            }
            None => None,
        };
        // Pictures that did not come in cannot be found.
        let brought = exchange::take_records(self.inner, read, taken, &how.actor, how.dry).await?;
        imported.brought = Some(brought);
        self.end().await?;
        Ok(imported)
    }

    /// Looks whether everything is there: files, photosets, thumbnails, the database itself.
    pub async fn verify(&self) -> Result<Verified, Error> {
        verify::look(self.inner).await
    }

    /// Waits until the index can be asked.
    async fn begin(&self) -> Result<(), Error> {
        Search::new(self.inner).ready().await.map(drop)
    }

    async fn end(&self) -> Result<(), Error> {
        keeper::catch_up(self.inner).await
    }
}

/// Puts pictures into the photoset of a name, which is made where it is not there.
pub(crate) async fn put_into(
    inner: &Inner,
    photoset: &str,
    keys: Vec<i64>,
    actor: &str,
) -> Result<(), Error> {
    let how = How {
        actor: actor.to_owned(),
        ..How::default()
    };
    sets::put_named(inner, photoset, keys, &how, &mut Imported::default()).await?;
    keeper::catch_up(inner).await
}

fn started(how: &How) -> Imported {
    Imported {
        dry: how.dry,
        ..Imported::default()
    }
}

/// Removes what an interrupted import left. The files that it was writing are swept with those of uploads.
pub(crate) async fn recover(inner: &Inner) -> Result<(), Error> {
    let incoming = inner.data.incoming();
    let swept = blocking(move || incoming.sweep_unpacked()).await?;
    swept.map_err(Error::file("sweeping the folder of imports"))
}

/// The files below a folder that somebody named, and what is passed over there.
async fn below(folder: &Path) -> Result<files::Found, Error> {
    let path = folder.to_owned();
    let found = blocking(move || {
        let real = files::real_folder(&path)?;
        files::below(&real, false)
    });
    found
        .await?
        .map_err(|error| Error::told(ProblemKind::NotFound, said::no_folder(folder, &error)))
}

/// The folder of what was given to the gallery; where nothing may be changed it may not be there yet.
async fn own_root(inner: &Inner, dry: bool) -> Result<Option<store::rows::RootRow>, Error> {
    if !dry {
        return roots::managed(inner).await.map(Some);
    }
    let path = inner.data.originals();
    let real = blocking(move || files::real_folder(&path)).await?;
    let Ok(real) = real else { return Ok(None) };
    let roots = inner.store.roots().await?;
    let own = roots.into_iter().find(|root| Path::new(&root.path) == real);
    Ok(own)
}
