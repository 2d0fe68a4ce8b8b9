//! One file per page of the site; `crate::App` maps addresses to them.

pub mod add;
pub mod clean;
pub mod cull;
pub mod duel;
pub mod exchange;
pub mod folders;
pub mod history;
pub mod inspect;
pub mod jobs;
pub mod keep_rate;
pub mod library;
pub mod not_found;
pub mod overview;
pub mod problems;
pub mod session;
pub mod sets;
pub mod settings;
pub mod sign_in;
pub mod tags;
pub mod trust;
