//! Every method of the store, on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

mod care;
mod changes;
mod copies;
mod coverage;
mod duels;
mod edits;
mod everything;
mod exports;
mod feed;
mod finishing;
mod foreign;
mod imports;
mod inputs;
mod job_takers;
mod jobs;
mod judging;
mod migrations;
mod moves;
mod notes;
mod parameters;
mod problems;
mod purging;
mod reading;
mod records;
mod reread;
mod roots;
mod scanning;
mod sessions;
mod sets;
mod settings;
mod tags;
mod uploads;
mod writing;
