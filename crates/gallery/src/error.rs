//! What can go wrong, and the one place that turns it into a sentence for people.

use std::io;

use domain::problem::{Problem, ProblemKind};

/// A failed operation of the gallery. [`Error::problem`] says it in words for people; the variants
/// keep the cause for the log.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Already in words for people.
    #[error("{0}")]
    Told(Problem),
    /// The database refused or failed.
    #[error("the database failed")]
    Store(#[from] store::StoreError),
    /// A file could not be read or written.
    #[error("a file could not be used: {what}")]
    File {
        /// What was being done, without paths of other people's files.
        what: &'static str,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// A picture could not be decoded or re-written.
    #[error("a picture could not be used")]
    Media(#[from] media::MediaError),
    /// A background worker went away before it answered.
    #[error("a worker stopped before it answered")]
    Worker,
}

impl Error {
    /// A failure that is told in its own words.
    pub fn told(kind: ProblemKind, message: impl Into<String>) -> Self {
        Self::Told(Problem::new(kind, message))
    }

    /// A file operation that failed, with what was being done.
    pub fn file(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::File { what, source }
    }

    /// What a user may read about it; never a library's own text.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Told(problem) => problem.clone(),
            Self::Store(error) => store_problem(error),
            Self::File { source, .. } => file_problem(source),
            Self::Media(error) => Problem::new(ProblemKind::Invalid, media_sentence(error)),
            Self::Worker => Problem::internal(),
        }
    }

    /// The whole chain of causes, for the log only.
    pub fn chain(&self) -> String {
        use std::fmt::Write as _;
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            let _ = write!(text, ": {error}");
            cause = error.source();
        }
        text
    }
}

/// The sentence for a database failure.
fn store_problem(error: &store::StoreError) -> Problem {
    use store::StoreError;
    match error {
        StoreError::NewerSchema { found, known } => Problem::new(
            ProblemKind::Conflict,
            format!(
                "This library was last used by a newer Proofsheet (its database has version \
                 {found}, this program knows {known}). Nothing was changed. Update Proofsheet, \
                 or restore the snapshot pre-{found}.db that lies beside the database."
            ),
        ),
        StoreError::Full => disk_full(),
        StoreError::Corrupt(_) => Problem::new(
            ProblemKind::Internal,
            "The database is damaged. Your pictures are untouched. Stop Proofsheet and keep a copy of its \
             data folder; then put the newest file of its folder snapshots in place of proofsheet.db, or \
             use `proofsheet restore` with a backup.",
        ),
        StoreError::Busy => Problem::new(
            ProblemKind::Busy,
            "The database is busy with something long. Nothing was lost; try again in a moment.",
        ),
        StoreError::NotFound(_) => not_found().problem(),
        StoreError::Conflict(_) => Problem::new(
            ProblemKind::Conflict,
            "This was changed by somebody else a moment ago. Nothing was overwritten; look \
             again, then decide.",
        ),
        _ => Problem::internal(),
    }
}

/// What to say when the disk is full.
pub(crate) fn disk_full() -> Problem {
    Problem::new(
        ProblemKind::DiskFull,
        "The disk with Proofsheet's data is full. Nothing was lost and your pictures are untouched; \
         what is new, thumbnails and downloads wait until there is room again. Make room on that \
         disk, or move the data with --data-dir.",
    )
}

/// Whether an error says that there is no room.
pub(crate) fn is_full(error: &io::Error) -> bool {
    let kind = error.kind();
    matches!(
        kind,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}

/// The sentence for a file that could not be used.
fn file_problem(error: &io::Error) -> Problem {
    match error.kind() {
        _ if is_full(error) => disk_full(),
        io::ErrorKind::NotFound => Problem::new(
            ProblemKind::NotFound,
            "The file is not there at the moment. What the gallery knows about it is kept; check \
             that its disk is connected.",
        ),
        io::ErrorKind::TimedOut => Problem::new(
            ProblemKind::Busy,
            "The disk with this file does not answer. Nothing was changed; check that it is \
             connected, then try again.",
        ),
        io::ErrorKind::PermissionDenied => Problem::new(
            ProblemKind::Forbidden,
            "Proofsheet may not read this. Nothing was changed; allow the account that runs \
             Proofsheet to read the folder.",
        ),
        io::ErrorKind::FileTooLarge => Problem::new(
            ProblemKind::TooLarge,
            "This file is larger than 512 MiB, so it is neither drawn nor re-written here. It is \
             untouched and can be downloaded.",
        ),
        _ => Problem::internal(),
    }
}

/// The sentence for a picture that cannot be shown.
pub(crate) fn media_sentence(error: &media::MediaError) -> String {
    use media::MediaError;
    match error {
        MediaError::TooLarge { .. } => "This picture is larger than the limits allow, so it is \
             not drawn. The file is untouched; raise the limit in the settings to see it."
            .to_owned(),
        MediaError::Unsupported { .. } => "This kind of picture cannot be drawn here. The file is \
             untouched and can be downloaded."
            .to_owned(),
        _ => "This file is damaged or not a picture. It is untouched and can be downloaded."
            .to_owned(),
    }
}

/// The error for what is asked while everything ends.
pub(crate) fn closing() -> Error {
    Error::told(
        ProblemKind::Busy,
        "Proofsheet is being stopped, so this was not done. Nothing was lost; start it again, then \
         try again.",
    )
}

/// The error for a picture, folder or export that is not here (any more).
pub(crate) fn not_found() -> Error {
    Error::told(
        ProblemKind::NotFound,
        "This is not here any more, or never was. Nothing was changed; go back to the library.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_what_is_safe_and_what_to_do_are_told() {
        let newer = store::StoreError::NewerSchema {
            found: 99,
            known: 2,
        };
        let file = |kind: io::ErrorKind| Error::file("reading")(kind.into());
        let too_large = media::MediaError::TooLarge {
            excess: media::Excess::Edge,
            found: 65_535,
            limit: 32_768,
        };
        for (error, kind, words) in [
            (
                newer.into(),
                ProblemKind::Conflict,
                ["version 99", "knows 2", "Nothing was changed"],
            ),
            (
                store::StoreError::Full.into(),
                ProblemKind::DiskFull,
                ["disk", "Nothing was lost", "Make room"],
            ),
            (
                file(io::ErrorKind::StorageFull),
                ProblemKind::DiskFull,
                ["disk", "Nothing was lost", "Make room"],
            ),
            (
                file(io::ErrorKind::PermissionDenied),
                ProblemKind::Forbidden,
                ["may not read", "Nothing was changed", "allow the account"],
            ),
            (
                file(io::ErrorKind::FileTooLarge),
                ProblemKind::TooLarge,
                ["512 MiB", "untouched", "can be downloaded"],
            ),
            (
                Error::Media(too_large),
                ProblemKind::Invalid,
                ["larger than the limits", "untouched", "raise the limit"],
            ),
        ] as [(Error, ProblemKind, [&str; 3]); 6]
        {
            let problem = error.problem();
            assert_eq!(problem.kind, kind, "{problem}");
            for word in words {
                assert!(problem.message.contains(word), "{word}: {problem}");
            }
        }
    }
}
