//! Everything that is not a server function: pages, bytes, streams.

pub(crate) mod assets;
pub(crate) mod events;
pub(crate) mod exchange;
pub(crate) mod export;
pub(crate) mod forms;
pub(crate) mod health;
pub(crate) mod jobs;
pub(crate) mod media;
pub(crate) mod pages;
pub(crate) mod records;
pub(crate) mod sign_in;
pub(crate) mod trust;
pub(crate) mod uploads;
