//! XMP files in a ZIP archive, out and in.

use std::{collections::HashMap, sync::Arc};

use bytes::Bytes;
use domain::facts::Facts;
use futures::{Stream, stream};
use media::{
    archive::{Packer, UnpackError, unpack},
    names::{Unique, safe_path},
};

use super::{
    lines::{Line, Read},
    plan::EXAMPLES,
    xmp,
};
use crate::{Inner, error::Error};

/// Pictures of a piece.
const PIECE: usize = 500;

/// Where the writing stands.
struct State {
    inner: Arc<Inner>,
    keys: Vec<i64>,
    names: HashMap<i64, String>,
    taken: Unique,
    at: usize,
    /// `None` when the end was written.
    packer: Option<Box<Packer>>,
}

/// The XMP files of some pictures, in their order, as an archive. Pictures of which there is nothing to say
/// have none.
pub(super) fn pieces(
    inner: Arc<Inner>,
    keys: Vec<i64>,
    names: HashMap<i64, String>,
) -> impl Stream<Item = Result<Bytes, Error>> {
    let state = State {
        inner,
        keys,
        names,
        taken: Unique::default(),
        at: 0,
        packer: Some(Box::default()),
    };
    stream::try_unfold(state, |mut state| async move {
        let piece = state.next().await?;
        Ok(piece.map(|piece| (Bytes::from(piece), state)))
    })
}

impl State {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, Error> {
        while let Some(mut packer) = self.packer.take() {
            if self.at == self.keys.len() {
                let end = packer.finish();
                return Ok(Some(end.map_err(Error::file("packing XMP files"))?));
            }
            let end = (self.at + PIECE).min(self.keys.len());
            let keys = &self.keys[self.at..end];
            self.at = end;
            let rows = self.inner.store.index_rows_of(keys).await?;
            let rows: HashMap<i64, Facts> = rows.into_iter().map(|row| (row.key, row)).collect();
            for row in keys.iter().filter_map(|key| rows.get(key)) {
                let tags = tags(row, &self.names);
                if xmp::says(row, &tags) {
                    let path = format!("{}.xmp", safe_path(&xmp::place(row)));
                    let text = xmp::written(row, &tags);
                    let added = packer.add(&self.taken.take(&path), text.as_bytes());
                    added.map_err(Error::file("packing XMP files"))?;
                }
            }
            let piece = packer.take();
            self.packer = Some(packer);
            if !piece.is_empty() {
                return Ok(Some(piece));
            }
        }
        Ok(None)
    }
}

/// The names of a picture's tags.
pub(super) fn tags<'a>(row: &Facts, names: &'a HashMap<i64, String>) -> Vec<&'a str> {
    let tags = row.tags.iter().filter_map(|key| names.get(key));
    let mut tags: Vec<&str> = tags.map(String::as_str).collect();
    tags.sort_unstable();
    tags
}

/// Reads an archive of XMP files; the error is a sentence for people.
pub(super) fn read(archive: &[u8]) -> Result<Read, String> {
    let mut read = Read::default();
    let is_xmp = |name: &str| {
        // What macOS adds to archives of its own accord.
        let hidden = name.starts_with("__MACOSX/")
            || name
                .rsplit('/')
                .next()
                .is_some_and(|own| own.starts_with("._"));
        let name = name.as_bytes();
        let ending = name.len().checked_sub(4).and_then(|at| name.get(at..));
        !hidden && ending.is_some_and(|ending| ending.eq_ignore_ascii_case(b".xmp"))
    };
    let taken = unpack(archive, xmp::MOST_BYTES, is_xmp, |name, bytes| {
        let line = match bytes {
            Some(bytes) => xmp::read(name, bytes),
            None => Err("it is damaged or larger than 1 MB"),
        };
        read.take(name, line);
    });
    match taken {
        Err(UnpackError::Damaged) => {
            return Err(
                "This ZIP archive is damaged. Nothing was changed; make or download it \
                        again."
                    .to_owned(),
            );
        }
        Err(UnpackError::TooMuch) => {
            return Err(
                "This ZIP archive holds more than 250,000 files or 512 MB. Nothing was \
                        changed; bring its XMP files in several archives."
                    .to_owned(),
            );
        }
        Ok(()) => {}
    }
    if read.lines.is_empty() && read.unread == 0 {
        return Err("This ZIP archive holds no XMP files. Nothing was changed.".to_owned());
    }
    Ok(read)
}

impl Read {
    /// Takes one file in, or notes why it was not read.
    pub(super) fn take(&mut self, name: &str, line: Result<Line, &'static str>) {
        match line {
            Ok(line) => self.lines.push(line),
            Err(why) => {
                self.unread += 1;
                if self.troubles.len() < EXAMPLES {
                    self.troubles.push(format!("{name}: {why}."));
                }
            }
        }
    }
}
