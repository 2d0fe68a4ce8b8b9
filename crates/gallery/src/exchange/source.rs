//! What was read: a file of any of the kinds that are known, told by how it begins.

use std::path::Path;

use csv::StringRecord;
use domain::problem::ProblemKind;
use store::{ForeignTable, Store, StoreError};

use super::{
    archive,
    lines::{self, Read},
    log, records, xmp,
};
use crate::{Inner, error::Error, files};

/// How every SQLite file begins.
const SQLITE: &[u8] = b"SQLite format 3\0";
/// Bytes of a file on this machine that are read, but for databases.
const MOST_BYTES: u64 = 256 << 20;

const NOT_IN_IT: &str = "This SQLite database has no table with a column of file names (file, image, path, \
                         output and the like). Nothing was changed.";

/// Reads what somebody sent, under its name.
pub(super) async fn sent(inner: &Inner, name: &str, file: Vec<u8>) -> Result<Read, Error> {
    if file.starts_with(SQLITE) {
        let name = format!("brought-{}.db", inner.options.clock.mint());
        let path = inner.data.path().join(name);
        let brought = tokio::task::spawn_blocking(move || files::Brought::new(path, &file));
        let brought = brought.await.map_err(|_| Error::Worker)?;
        let brought = brought.map_err(Error::file("keeping a database for a moment"))?;
        return database(brought.path()).await;
    }
    let name = name.to_owned();
    text(name, file).await
}

/// Reads a file on this machine.
pub(super) async fn on_disk(path: &Path) -> Result<Read, Error> {
    match bytes_of(path).await? {
        None => database(path).await,
        Some(bytes) => {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            text(name.into_owned(), bytes).await
        }
    }
}

/// Reads a log on this machine. A last line without an end may be half of one, and is left out unless the log
/// is taken to be `whole`; tells whether it was.
pub(super) async fn log_on_disk(path: &Path, whole: bool) -> Result<(Read, bool), Error> {
    let mut cut = false;
    let read = match bytes_of(path).await? {
        None => database(path).await?,
        Some(mut bytes) => {
            if !whole {
                let end = bytes.iter().rposition(|byte| *byte == b'\n');
                let end = end.map_or(0, |end| end + 1);
                cut = end < bytes.len();
                bytes.truncate(end);
            }
            text(String::new(), bytes).await?
        }
    };
    if read.log {
        return Ok((read, cut));
    }
    let path = path.display();
    Err(Error::told(
        ProblemKind::Invalid,
        format!(
            "{path} is no log of executions: it needs a column of files, and one of executions or personas, \
             and no column of decisions. Nothing was changed; it is read again when it changes."
        ),
    ))
}

/// The bytes of a file; none of a database.
pub(super) async fn bytes_of(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    let (place, shown) = (path.to_owned(), path.display().to_string());
    let opened = tokio::task::spawn_blocking(move || {
        let (file, _) = files::OpenFile::open_named(&place)?;
        let mut start = [0; SQLITE.len()];
        let read = metadata::ReadAt::read_at(&file, 0, &mut start)?;
        if start[..read] == *SQLITE {
            return Ok(None);
        }
        file.read_all(MOST_BYTES).map(Some)
    });
    let opened = opened.await.map_err(|_| Error::Worker)?;
    opened.map_err(|error| unreadable(&shown, &error))
}

fn unreadable(path: &str, error: &std::io::Error) -> Error {
    let (kind, why) = match error.kind() {
        std::io::ErrorKind::NotFound => (ProblemKind::NotFound, "is not there"),
        std::io::ErrorKind::PermissionDenied => (ProblemKind::Forbidden, "may not be read"),
        std::io::ErrorKind::InvalidInput => (ProblemKind::Invalid, "is no plain file"),
        std::io::ErrorKind::FileTooLarge => (ProblemKind::TooLarge, "is larger than 256 MB"),
        _ => (ProblemKind::Internal, "cannot be read"),
    };
    Error::told(kind, format!("{path} {why}. Nothing was changed."))
}

async fn database(path: &Path) -> Result<Read, Error> {
    let invalid = |why: &str| Error::told(ProblemKind::Invalid, why);
    let table = match Store::foreign_table(path, log::fits, lines::MOST_LINES).await {
        Ok(Some(table)) => table,
        Ok(None) => return Err(invalid(NOT_IN_IT)),
        Err(StoreError::Busy) => {
            return Err(Error::told(
                ProblemKind::Busy,
                "Another program is writing this SQLite database. Nothing was changed; try again \
                 in a moment.",
            ));
        }
        Err(error) => {
            tracing::info!(%error, "a SQLite file could not be read");
            return Err(invalid(
                "This SQLite database cannot be read: it is damaged, may not be opened, or takes \
                 longer than half a minute. Nothing was changed.",
            ));
        }
    };
    let read = tokio::task::spawn_blocking(move || {
        let ForeignTable { columns, rows } = table;
        let rows: Vec<StringRecord> = rows.into_iter().map(StringRecord::from).collect();
        records::of_rows(&columns, &rows)
            .or_else(|| log::read(&columns, &rows, true))
            .or_else(|| lines::of_rows(&columns, &rows))
    });
    let read = read.await.map_err(|_| Error::Worker)?;
    read.ok_or_else(|| invalid(NOT_IN_IT))
}

async fn text(name: String, file: Vec<u8>) -> Result<Read, Error> {
    let read = tokio::task::spawn_blocking(move || {
        if media::archive::is_archive(&file) {
            return archive::read(&file);
        }
        let start = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&file);
        let is_xml = start.trim_ascii_start().starts_with(b"<")
            || matches!(file[..], [0xfe, 0xff, ..] | [0xff, 0xfe, ..]);
        if !is_xml {
            return lines::read(&file);
        }
        let line = xmp::read(&name, &file)
            .map_err(|why| format!("This XMP file cannot be read: {why}. Nothing was changed."))?;
        Ok(Read {
            lines: vec![line],
            ..Read::default()
        })
    });
    let read = read.await.map_err(|_| Error::Worker)?;
    read.map_err(|why| Error::told(ProblemKind::Invalid, why))
}
