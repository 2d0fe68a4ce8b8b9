//! One file per page of the site; `crate::App` maps addresses to them.

pub mod folders;
pub mod inspect;
pub mod library;
pub mod not_found;
pub mod problems;
pub mod sign_in;
pub mod trust;
