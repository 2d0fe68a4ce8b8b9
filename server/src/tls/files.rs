//! The files of certificates and keys: the only place of `tls` that touches any.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use super::TlsError;

/// How the files of a certificate and its key look from outside. Whatever changes them changes this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamp([(u64, u64, i64, i64); 2]);

impl Stamp {
    /// `None` while one of them cannot be looked at.
    pub(super) fn of(certificate: &Path, key: &Path) -> Option<Self> {
        let look = |path: &Path| {
            let facts = fs::metadata(path).ok()?;
            Some((facts.ino(), facts.size(), facts.mtime(), facts.mtime_nsec()))
        };
        Some(Self([look(certificate)?, look(key)?]))
    }
}

/// The bytes of a file.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    fs::read(path).map_err(|error| TlsError::File(path.to_owned(), error))
}

/// The same as text; nothing when there is no such file.
pub(super) fn read_if_there(path: &Path) -> Result<Option<String>, TlsError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(TlsError::File(path.to_owned(), error)),
    }
}

/// Writes a whole file that only this account may read, so that nobody ever sees half of it.
pub(super) fn write_private(path: &Path, text: &str) -> Result<(), TlsError> {
    write(path, text, 0o600)
}

/// The same for a file that everybody may read.
pub(super) fn write_public(path: &Path, text: &str) -> Result<(), TlsError> {
    write(path, text, 0o644)
}

fn write(path: &Path, text: &str, mode: u32) -> Result<(), TlsError> {
    let part = path.with_extension("part");
    let write = || {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        // One that an interrupted run left behind may have other permissions.
        let _ = fs::remove_file(&part);
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(mode)
            .open(&part)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&part, path)
    };
    write().map_err(|error| TlsError::File(path.to_owned(), error))
}
