//! The two codecs with a C interface, each behind a safe function that owns all it touches.

pub(crate) mod webp;
