//! One picture at a time: its facts, its bytes, its thumbnails, and files that are only looked at.

mod read_again;
mod references;
mod unread;

use std::path::Path;

use bytes::Bytes;
use domain::{
    id::ImageId,
    image::{Format, ImageDetail, Inspection, ThumbSize},
    overlay::{Edited, Part},
    parameter::{Origin, Parameter},
    problem::ProblemKind,
    query::Query,
    recipe::{Notice, RawChunk},
    time::Timestamp,
};
use futures::{StreamExt, stream};
use metadata::Rules;
use store::rows::FileRow;

use crate::{
    Gallery, Inner,
    error::{Error, not_found},
    files::{OpenFile, Place},
    pool::Urgency,
    reader, thumbs,
};

pub use read_again::ReadAgain;
pub(crate) use read_again::{read_some, renew_rules};

/// Most bytes of a file that is only looked at.
const MOST_INSPECTED: usize = 256 << 20;
/// Least growth of the memory for one.
const GROWTH: usize = 1 << 20;

/// One picture at a time.
pub struct Images<'a> {
    inner: &'a Inner,
}

/// The bytes of a picture as they lie on the disk.
#[derive(Debug)]
pub struct Original {
    /// The open file, at its beginning.
    pub file: std::fs::File,
    /// Its length in bytes.
    pub len: u64,
    /// Kind of file.
    pub format: Format,
    /// Its name without folders.
    pub name: String,
    /// When it was last written.
    pub modified: Timestamp,
    /// Changes whenever the bytes do; without quotes.
    pub tag: String,
    /// Whether these are the bytes that the address names, so that they may be kept for ever.
    pub fresh: bool,
}

/// A thumbnail.
#[derive(Debug, Clone)]
pub struct Thumb {
    /// The WebP file.
    pub bytes: Bytes,
    /// Changes whenever the picture does; without quotes.
    pub tag: String,
}

impl Gallery {
    /// One picture at a time.
    pub fn images(&self) -> Images<'_> {
        Images::new(&self.inner)
    }
}

impl<'a> Images<'a> {
    pub(crate) fn new(inner: &'a Inner) -> Self {
        Self { inner }
    }

    /// Everything about a picture. Text chunks that are not kept yet are read from its file.
    pub async fn detail(&self, id: ImageId) -> Result<ImageDetail, Error> {
        let row = self.inner.store.detail(id).await?.ok_or_else(not_found)?;
        let raw = if row.content_hash.is_some() {
            row.chunks.iter().map(thumbs::inflate).collect()
        } else {
            self.raw_of(id).await
        };
        // Looked for only here: it costs as much as reading the recipe.
        let mut notices = row.notices;
        notices.extend(metadata::secrets(&raw));
        let (tags, note) = self.inner.store.marks_of(id).await?;
        let (persona, edited) = self.persona(&row.root, &row.folder, row.edited);
        let (references, used_by) = self.references(id).await?;
        Ok(ImageDetail {
            card: row.card,
            recipe: row.recipe,
            raw,
            notices,
            root: row.root,
            folder: row.folder,
            bytes: row.bytes,
            added: row.added,
            modified: row.modified,
            tags,
            note,
            persona,
            edited,
            references,
            used_by,
            record: row.record,
        })
    }

    /// Whom a picture shows: by what somebody set, else by the rule for its folder, which is told beside
    /// that as what a file says.
    fn persona(&self, root: &str, folder: &str, mut edited: Vec<Edited>) -> (String, Vec<Edited>) {
        let rules = self.inner.reader.rules();
        let place = format!("{root}/{folder}");
        let by_folder = rules.persona(&place).unwrap_or_default();
        let set = edited.iter_mut().find(|one| one.part == Part::Persona);
        let persona = match set {
            Some(one) => {
                by_folder.clone_into(&mut one.parsed);
                one.value.clone()
            }
            None => by_folder.to_owned(),
        };
        (persona, edited)
    }

    /// Every value that was set on any node, in the order of the file.
    pub async fn parameters(&self, id: ImageId) -> Result<Vec<Parameter>, Error> {
        Ok(self.inner.store.parameters(id).await?)
    }

    /// Where each value of a picture's recipe was read, and which rule decided.
    pub async fn origins(&self, id: ImageId) -> Result<Vec<Origin>, Error> {
        let raw = self.detail(id).await?.raw;
        let rules = self.inner.reader.rules();
        let explain = move || metadata::explain(&raw, &rules).origins;
        self.inner.pool.run(Urgency::Now, explain).await
    }

    /// The text chunks straight from the file; none when it cannot be read.
    async fn raw_of(&self, id: ImageId) -> Vec<RawChunk> {
        let Ok(file) = self.file(id).await else {
            return Vec::new();
        };
        let Ok(place) = place_of(&file) else {
            return Vec::new();
        };
        let read = move || match OpenFile::open(&place) {
            Ok((file, _)) => reader::read(&file, &place, metadata::Rules::builtin()).raw,
            Err(_) => Vec::new(),
        };
        self.inner
            .pool
            .run(Urgency::Now, read)
            .await
            .unwrap_or_default()
    }

    /// A thumbnail; the stamp must be the picture's own.
    pub async fn thumb(&self, id: ImageId, stamp: &str, size: ThumbSize) -> Result<Thumb, Error> {
        let file = self.file(id).await?;
        if file.stamp != stamp {
            return Err(not_found());
        }
        let bytes = thumbs::thumb(self.inner, &file, size).await?;
        Ok(Thumb {
            bytes,
            tag: format!("{stamp}-{}", size.pixels()),
        })
    }

    /// The original bytes, opened for reading.
    pub async fn original(&self, id: ImageId, stamp: &str) -> Result<Original, Error> {
        let row = self.file(id).await?;
        let place = place_of(&row)?;
        let opened = tokio::task::spawn_blocking(move || OpenFile::open(&place)).await;
        let (file, stat) = opened
            .map_err(|_| Error::Worker)?
            .map_err(Error::file("opening a picture"))?;
        let tag = stat.stamp();
        Ok(Original {
            len: stat.size,
            file: file.into_file(),
            format: row.format,
            name: row.name,
            modified: Timestamp(stat.mtime_ns / 1_000_000),
            fresh: tag == stamp,
            tag,
        })
    }

    /// Makes the thumbnails of every picture of a query: all of them again with `force`, else those
    /// that are not kept. `done` is told how many of how many pictures are done. Answers how many
    /// were drawn, and for those that could not be, their names and why.
    pub async fn refresh_thumbs(
        &self,
        query: &Query,
        force: bool,
        mut done: impl FnMut(usize, usize),
    ) -> Result<(usize, Vec<(String, String)>), Error> {
        let keys = crate::Search::new(self.inner).keys_of(query).await?;
        let (mut drawn, mut failed, mut count) = (0, Vec::new(), 0);
        for some in keys.chunks(500) {
            let files = self.inner.store.files_of(some).await?;
            let mut results = stream::iter(files)
                .map(|file| async move {
                    let made = thumbs::refresh(self.inner, &file, force).await;
                    (file.name, made)
                })
                .buffer_unordered(self.inner.options.workers.max(1));
            while let Some((name, made)) = results.next().await {
                count += 1;
                done(count, keys.len());
                match made {
                    Ok(made) => drawn += usize::from(made),
                    Err(error) => failed.push((name, error.problem().message)),
                }
            }
        }
        Ok((drawn, failed))
    }

    async fn file(&self, id: ImageId) -> Result<FileRow, Error> {
        self.inner.store.file_of(id).await?.ok_or_else(not_found)
    }

    /// Begins to take in a file that is only looked at. Nothing of it is kept.
    pub fn begin_inspection(&self) -> InspectionUpload<'a> {
        InspectionUpload {
            inner: self.inner,
            bytes: Vec::new(),
        }
    }
}

/// Where the file of a row lies.
pub(crate) fn place_of(file: &FileRow) -> Result<Place, Error> {
    Place::new(file.root_path.as_ref(), &file.folder, &file.name).ok_or_else(not_found)
}

/// A file on its way in that is only looked at.
pub struct InspectionUpload<'a> {
    inner: &'a Inner,
    bytes: Vec<u8>,
}

impl InspectionUpload<'_> {
    /// Takes in more of the file; refuses more than 256 MiB in all.
    pub fn push(&mut self, part: &[u8]) -> Result<(), Error> {
        if self.bytes.len() + part.len() > MOST_INSPECTED {
            return Err(Error::told(
                ProblemKind::TooLarge,
                "This file is larger than 256 MiB, too large to look at here. Nothing was kept; \
                 put it into a watched folder to read it.",
            ));
        }
        if self.bytes.capacity() - self.bytes.len() < part.len() {
            // By a quarter: doubling would take twice the memory that the largest file needs.
            let more = part.len().max(self.bytes.len() / 4).max(GROWTH);
            self.bytes
                .reserve_exact(more.min(MOST_INSPECTED - self.bytes.len()));
        }
        self.bytes.extend_from_slice(part);
        Ok(())
    }

    /// Reads the whole file's recipe.
    pub async fn finish(self, name: String) -> Result<Inspection, Error> {
        let bytes = self.bytes;
        let rules = self.inner.reader.rules();
        let read = move || inspection(name, &bytes.as_slice(), &rules);
        self.inner.pool.run(Urgency::Now, read).await
    }
}

/// Reads the recipe of a file on the disk without a gallery, and says where each value stood. What
/// cannot be read is a notice.
pub fn inspect_path(path: &Path, rules: &Rules) -> Inspection {
    let name = path.to_string_lossy().into_owned();
    match OpenFile::open_named(path) {
        Ok((file, _)) => inspection(name, &file, rules),
        Err(error) => Inspection {
            name,
            format: None,
            width: 0,
            height: 0,
            bytes: 0,
            recipe: domain::recipe::Recipe::default(),
            parameters: Vec::new(),
            origins: Vec::new(),
            unknown: Vec::new(),
            raw: Vec::new(),
            notices: vec![Notice::new(
                "unreadable",
                crate::scan::unreadable_sentence(&error),
            )],
        },
    }
}

fn inspection(name: String, source: &dyn metadata::ReadAt, rules: &Rules) -> Inspection {
    let mut reading = metadata::read_with(source, &metadata::Limits::default(), rules);
    // A text that usually lies beside a picture is looked at like one.
    if reading.format.is_none()
        && reading.recipe.is_empty()
        && let Some(beside) = reader::text(&name, source)
    {
        reading = beside;
    }
    let mut notices = reading.notices;
    notices.extend(metadata::secrets(&reading.raw));
    let told = metadata::explain(&reading.raw, rules);
    Inspection {
        name,
        format: reading.format,
        width: reading.width,
        height: reading.height,
        bytes: source.len(),
        recipe: reading.recipe,
        parameters: reading.parameters.to_vec(),
        origins: told.origins,
        unknown: told.unknown,
        raw: reading.raw,
        notices,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_that_is_looked_at_takes_little_more_memory_than_it_has_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let gallery = crate::Gallery::open(crate::Options::new(folder.path())).await;
        let gallery = gallery.unwrap();
        let mut upload = gallery.images().begin_inspection();
        let part = vec![0; 300 << 10];
        for _ in 0..200 {
            upload.push(&part).unwrap();
            let (used, taken) = (upload.bytes.len(), upload.bytes.capacity());
            assert!(taken <= used + used / 4 + GROWTH, "{used} takes {taken}");
        }
        gallery.close().await;
    }
}
