//! The `proofsheet` command.

use std::process::ExitCode;

/// Many threads read and parse small files for a short time; the system's allocator keeps what they
/// gave back (measured: 1,949 MB after 100,000 files, of which 240 MB were in use).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    server::cli::run(std::env::args_os())
}
