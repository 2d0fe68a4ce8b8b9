//! The browser, in plain functions. Nothing outside this module names `web_sys` or `js_sys`, so
//! that what a view does to the page is found in one place.
//!
//! All of it may be called only where a browser is: in effects, event handlers and tasks that they
//! start, never while a view is rendered.

pub mod dom;
pub mod events;
pub mod files;
pub mod handed;
pub mod history;
pub mod parts;
pub mod picture;
pub mod send;
pub mod storage;
pub mod timers;
pub mod worker;
