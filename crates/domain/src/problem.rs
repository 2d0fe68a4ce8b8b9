//! The sentences that a user may read when something did not work.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What went wrong, in words for people: what happened, what is safe, what to do.
///
/// The only error that crosses the wire. It never carries a library's own text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What sort of problem, for the status code and for scripts.
    pub kind: ProblemKind,
    /// The whole message in one or more sentences.
    pub message: String,
}

/// The sorts of problem, each with one HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// What was asked for is not here (404).
    NotFound,
    /// The request cannot be understood or is not allowed in this form (422).
    Invalid,
    /// Somebody changed the same thing meanwhile (409).
    Conflict,
    /// The held result has expired; ask again (410).
    Stale,
    /// The request or the file is over a limit (413).
    TooLarge,
    /// Not allowed from here (403).
    Forbidden,
    /// Nobody is signed in here (401).
    SignedOut,
    /// Tried too often; wait (429).
    TooOften,
    /// The disk is full (507).
    DiskFull,
    /// Not ready yet, or too busy; try again (503).
    Busy,
    /// The server cannot be reached; only browsers say this (503).
    Unreachable,
    /// A fault of ours; the details are in the server's log (500).
    Internal,
}

impl ProblemKind {
    /// The HTTP status that goes with this kind.
    pub fn status(self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::Invalid => 422,
            Self::Conflict => 409,
            Self::Stale => 410,
            Self::TooLarge => 413,
            Self::Forbidden => 403,
            Self::SignedOut => 401,
            Self::TooOften => 429,
            Self::DiskFull => 507,
            Self::Busy | Self::Unreachable => 503,
            Self::Internal => 500,
        }
    }
}

impl Problem {
    /// A problem with its message.
    pub fn new(kind: ProblemKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }

    /// The one sentence for faults of ours; the cause goes to the log, not to the page.
    pub fn internal() -> Self {
        Self::new(
            ProblemKind::Internal,
            "Something went wrong on our side. Nothing of yours was changed. \
             Try again; the server's log has the details.",
        )
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}
