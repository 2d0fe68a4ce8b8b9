//! The real server on a free port of this machine, over a real gallery in temporary folders.
//!
//! `client` asks like a browser or like an attacker; each other file holds one promise.
#![expect(clippy::unwrap_used, reason = "a test that cannot ask has failed")]

mod avif;
mod care;
mod client;
mod comfyui;
mod commands;
mod exchange;
mod exports;
mod forms;
mod functions;
mod guard;
mod import;
mod jobs;
mod keeping;
mod limits;
mod media;
mod pages;
mod records;
mod secure;
mod settings;
mod sign_in;
mod uploads;
