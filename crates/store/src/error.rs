//! What can go wrong in the database, in few kinds that a caller can act on.

use std::sync::Arc;

/// The result of every method of the store.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Why the store could not do what it was asked for. Nothing was changed when it is returned.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The thing to change is not there.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// Something with the same name or path is there already.
    #[error("it exists already: {0}")]
    Conflict(String),
    /// The database was written by a newer version of the program.
    #[error("the database has schema version {found}, this program knows {known}")]
    NewerSchema {
        /// Schema version of the database.
        found: i64,
        /// Newest schema version that this program knows.
        known: i64,
    },
    /// The address of the database cannot be understood; the text says why.
    #[error("not a database address: {0}")]
    Address(String),
    /// The disk or the quota is full.
    #[error("no space left for the database")]
    Full,
    /// Somebody else holds the database; trying again later may help.
    #[error("the database is busy")]
    Busy,
    /// The file is damaged or is no database.
    #[error("the database is damaged: {0}")]
    Corrupt(String),
    /// The store was closed.
    #[error("the store was closed")]
    Closed,
    /// The store was opened to look at it alone.
    #[error("the database was opened for reading alone")]
    ReadOnly,
    /// Anything else that the database or its driver reports.
    #[error("database: {0}")]
    Driver(#[source] Arc<sqlx::Error>),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => Self::Closed,
            sqlx::Error::PoolTimedOut => Self::Busy,
            sqlx::Error::Database(database) => {
                let code = database.code().unwrap_or_default();
                if database.is_unique_violation() {
                    return Self::Conflict(database.message().to_owned());
                }
                if database.is_foreign_key_violation() {
                    return Self::NotFound("watched folder or picture");
                }
                crate::dialect::error_kind(&code, database.message())
                    .unwrap_or_else(|| Self::Driver(Arc::new(error)))
            }
            _ => Self::Driver(Arc::new(error)),
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Driver(Arc::new(sqlx::Error::Decode(Box::new(error))))
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            sqlx::migrate::MigrateError::Execute(error)
            | sqlx::migrate::MigrateError::ExecuteMigration(error, _) => error.into(),
            other => Self::Driver(Arc::new(sqlx::Error::Migrate(Box::new(other)))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::error_kind;

    #[test]
    fn codes_of_both_engines_have_the_same_kinds() {
        for code in ["13", "53100"] {
            assert!(
                matches!(error_kind(code, ""), Some(StoreError::Full)),
                "{code}"
            );
        }
        // 261 and 517 are extended forms of "busy".
        for code in ["5", "6", "261", "517", "40P01", "53300"] {
            assert!(
                matches!(error_kind(code, ""), Some(StoreError::Busy)),
                "{code}"
            );
        }
        for code in ["11", "26", "267", "XX001"] {
            assert!(
                matches!(error_kind(code, ""), Some(StoreError::Corrupt(_))),
                "{code}"
            );
        }
        for code in ["", "1", "10", "42P01", "22013", "XX000"] {
            assert!(error_kind(code, "").is_none(), "{code}");
        }
    }
}
