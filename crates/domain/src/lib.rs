//! The words of the gallery, shared by the browser and the server.
//!
//! Rules of this crate: plain data with public fields or an invariant, never setters; no IO, no
//! async, no clock, no randomness; nothing here knows a database, a web framework or a browser.
//! Everything that crosses the wire is a type of this crate.
#![warn(missing_docs)]

pub mod aside;
pub mod bytes;
pub mod crop;
pub mod drift;
pub mod duel;
pub mod exchange;
pub mod export;
pub mod facet;
pub mod facts;
pub mod id;
pub mod image;
pub mod import;
pub mod inputs;
pub mod insight;
pub mod job;
pub mod judgement;
pub mod layout;
pub mod live;
pub mod number;
pub mod organise;
pub mod overlay;
pub mod parameter;
pub mod photoset;
pub mod problem;
pub mod prompt;
pub mod query;
pub mod recipe;
pub mod record;
pub mod scan;
pub mod selection;
pub mod settings;
pub mod tag;
pub mod text;
pub mod time;
pub mod trash;
pub mod upload;
pub mod window;
