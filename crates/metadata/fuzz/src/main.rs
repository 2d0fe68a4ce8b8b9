//! The program that `cargo xtask fuzz` runs: libFuzzer around one of the targets of `lib.rs`.
//!
//! Which one stands in the environment, because the command line belongs to libFuzzer:
//! - `FUZZ_TARGET=name`: fuzz this target, or replay the files that are named;
//! - `FUZZ_PREPARE=folder`: write the first inputs and the dictionary there, print the names of all
//!   targets, and end;
//! - `FUZZ_STRETCH=folder` with `FUZZ_TARGET`: bring parts of the inputs there to the size of the
//!   largest text that is ever read, for `FUZZ_SECONDS`, and end; what takes too long is kept in
//!   `FUZZ_FOUND`.
#![no_main]

#[expect(dead_code, reason = "only the builders are needed here")]
#[path = "../../tests/common/mod.rs"]
mod common;
mod memory;
#[expect(dead_code, reason = "its names are for the table of the documentation")]
#[path = "../../tests/records/mod.rs"]
mod records;
mod seeds;
mod stretch;

use std::{env, path::Path, process::exit, sync::OnceLock};

use fuzz_metadata::{ALL, Entry};

/// The one target of this run.
static TARGET: OnceLock<Entry> = OnceLock::new();

libfuzzer_sys::fuzz_target!(init: begin(), |data: &[u8]| {
    if let Some((_, target)) = TARGET.get() {
        memory::bounded(|| target(data));
    }
});

fn begin() {
    if let Some(folder) = env::var_os("FUZZ_PREPARE") {
        seeds::write(Path::new(&folder)).expect("the first inputs can be written");
        for (name, _) in ALL {
            println!("{name}");
        }
        exit(0);
    }
    let name = env::var("FUZZ_TARGET").unwrap_or_default();
    let Some(found) = ALL.iter().find(|(known, _)| *known == name) else {
        eprintln!("FUZZ_TARGET={name} is no target; `cargo xtask fuzz` sets it");
        exit(2);
    };
    let target = *TARGET.get_or_init(|| *found);
    if let Some(folder) = env::var_os("FUZZ_STRETCH") {
        stretch::run(target, Path::new(&folder));
        exit(0);
    }
}
