//! Everything in which SQLite and PostgreSQL differ, but for what looks after a database, which is in `care`. All
//! other SQL is one text for both.

use crate::{Engine, StoreError};

/// The oldest SQLite that is trusted with the write-ahead log.
pub(crate) const OLDEST_SQLITE: [u32; 3] = [3, 51, 3];

impl Engine {
    /// Puts the engine's words into a statement.
    ///
    /// `EACH($1)` stands for the elements of a JSON list as rows of one column, `item.value`;
    /// `IN KEYS($1)` for being in a JSON list of whole numbers, so that an index is used;
    /// `ROWS[a, b]` for all rows of the statement as one JSON list of lists.
    pub(crate) fn translate(self, text: &str) -> String {
        let words = match self {
            Self::Sqlite => [
                ("jsonb_each(", ") AS item"),
                ("IN (SELECT value FROM jsonb_each(", "))"),
                ("json_group_array(json_array(", "))"),
            ],
            Self::Postgres => [
                ("jsonb_array_elements(CAST(", " AS jsonb)) AS item"),
                (
                    "IN (SELECT unnest(CAST(translate(",
                    ", '[]', '{}') AS BIGINT[])))",
                ),
                (
                    "CAST(COALESCE(json_agg(json_build_array(",
                    ")), '[]') AS TEXT)",
                ),
            ],
        };
        let pairs = [("EACH(", ')'), ("IN KEYS(", ')'), ("ROWS[", ']')];
        let replace = |text: String, (pair, words)| replace_pair(&text, pair, words);
        pairs.into_iter().zip(words).fold(text.to_owned(), replace)
    }

    /// Makes changes of the library wait for each other, so that the numbers of changes follow the
    /// order of commits. SQLite has one writer anyway.
    pub(crate) fn lock_library(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("SELECT n FROM change_clock WHERE id = 1 FOR UPDATE"),
        }
    }

    /// Asks whether the table of applied migrations is there: 0 or 1.
    pub(crate) fn has_migrations(self) -> &'static str {
        match self {
            Self::Sqlite => "SELECT COUNT(*) FROM sqlite_master WHERE name = '_sqlx_migrations'",
            Self::Postgres => {
                "SELECT CASE WHEN to_regclass('_sqlx_migrations') IS NULL THEN 0 ELSE 1 END::BIGINT"
            }
        }
    }

    /// Takes a row of a queue that no other worker is about to take. SQLite has one writer anyway.
    pub(crate) fn skip_locked(self) -> Option<&'static str> {
        (self == Self::Postgres).then_some("FOR UPDATE SKIP LOCKED")
    }

    /// Counts what tables hold. SQLite's plans follow from the statements alone.
    pub(crate) fn gather_statistics(self) -> Option<&'static str> {
        (self == Self::Postgres).then_some("ANALYZE")
    }
}

/// Replaces `open ... close` by other words around the same inner text.
fn replace_pair(text: &str, (open, close): (&str, char), (before, after): (&str, &str)) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some((head, tail)) = rest.split_once(open) {
        let (inner, tail) = tail.split_once(close).unwrap_or((tail, ""));
        out.extend([head, before, inner, after]);
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// The kind of an error by its code: PostgreSQL's SQLSTATE, which has five characters, or SQLite's
/// extended result code, a number of at most four digits.
pub(crate) fn error_kind(code: &str, message: &str) -> Option<StoreError> {
    let primary = code.parse::<u32>().unwrap_or_default() & 0xff;
    match (code.len(), code, primary) {
        (5, "53100", _) | (..=4, _, 13) => Some(StoreError::Full),
        (5, "40001" | "40P01" | "53300" | "55P03" | "57P03", _) | (..=4, _, 5 | 6) => {
            Some(StoreError::Busy)
        }
        (5, "XX001" | "XX002", _) | (..=4, _, 11 | 26) => {
            Some(StoreError::Corrupt(message.to_owned()))
        }
        _ => None,
    }
}
