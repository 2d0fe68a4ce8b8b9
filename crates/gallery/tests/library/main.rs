//! What a library promises, tried from outside on real files and real databases.
//!
//! One program, because each would be a hundred megabytes and take seconds to link. What fails, fills or takes
//! away a disk under the whole program has one of its own beside this.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod backups;
mod bad_input;
mod care;
mod duels;
mod dumps;
mod exchange;
mod exports;
mod fields;
mod follow;
mod import;
mod insights;
mod jobs;
mod judge;
mod live;
mod organise;
mod owner;
mod reader;
mod records;
mod references;
mod roots;
mod scan;
mod scan_jobs;
mod search;
mod sets;
mod settings;
mod tags;
mod trash;
mod uploads;
mod writers;
