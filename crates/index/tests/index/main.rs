//! Every answer of the index against that of a plain loop over all rows.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests are not covered by allow-unwrap-in-tests"
)]

mod counts;
mod differential;
mod examples;
mod insight;
mod library;
mod maintained;
mod naive;
mod parameters;
mod stack;
