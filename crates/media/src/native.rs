//! The codec with a C interface, behind a safe function that owns all it touches.

pub(crate) mod webp;
