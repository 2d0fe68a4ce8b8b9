//! The gallery's database, on SQLite or PostgreSQL.
#![warn(missing_docs)]
mod dialect;
pub mod error;
pub mod rows;
mod signatures;

pub use error::{Result, StoreError};

/// An open database. Cloning is cheap; all clones share connections.
#[derive(Debug, Clone)]
pub struct Store {}

/// Which database engine is behind a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// SQLite, in a file of our own.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

/// How to open a database.
#[derive(Debug, Clone, Default)]
pub struct OpenOptions {
    /// Most connections for reading; by default twice the number of cores, at most 8.
    pub connections: Option<u32>,
    /// Stop at this schema version instead of the newest one. For tests of migrations.
    pub schema_version: Option<i64>,
}
