//! The `proofsheet` command.

fn main() {}
