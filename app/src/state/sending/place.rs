//! Where on the server each upload lies that has begun: kept by the browser, so that a file that is chosen again after a
//! reload goes on where it was.

use crate::browser::storage;

/// Begins the name under which the browser keeps one.
const BEGUN: &str = "proofsheet.upload ";

/// The place of the upload of a file.
pub(super) fn of(fingerprint: &str) -> Option<String> {
    storage::get(&key(fingerprint))
}

/// Keeps it, or forgets it.
pub(super) fn keep(fingerprint: &str, place: Option<&str>) {
    match place {
        Some(place) => storage::set(&key(fingerprint), place),
        None => storage::remove(&key(fingerprint)),
    }
}

fn key(fingerprint: &str) -> String {
    format!("{BEGUN}{fingerprint}")
}
