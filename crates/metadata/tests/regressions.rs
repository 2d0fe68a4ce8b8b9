//! Every small hostile file in `regressions/`, through everything that reads bytes or texts. What
//! fuzzing finds is added there.
//!
//! All of them are made by hand; the name of each says what is wrong with it.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use metadata::{Limits, read, reread, secrets};

#[path = "../fuzz/src/lib.rs"]
#[expect(unreachable_pub, reason = "the fuzz targets are crates of their own")]
mod fuzz;

/// Far above what the slowest machine needs: a reader that runs away needs minutes.
const PATIENCE: Duration = Duration::from_mins(1);

fn inputs() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/regressions");
    let files = fs::read_dir(folder).expect("the folder of inputs");
    let input = |file: std::io::Result<fs::DirEntry>| {
        let file = file.expect("an input");
        let bytes = fs::read(file.path()).expect("its bytes");
        (file.file_name().to_string_lossy().into_owned(), bytes)
    };
    files.map(input).collect()
}

#[test]
fn every_collected_file_is_survived_within_its_limits() {
    let inputs = inputs();
    assert!(inputs.len() >= 30, "only {} inputs", inputs.len());
    let limits = Limits::default();
    for (name, bytes) in inputs {
        let start = Instant::now();
        let reading = read(&bytes, &limits);
        let kept: usize = reading.raw.iter().map(|chunk| chunk.text.len()).sum();
        assert!(kept <= limits.total, "{name}: {kept} bytes of text");
        assert!(reading.notices.len() < 64, "{name}");
        reread(&reading.raw);
        secrets(&reading.raw);
        assert!(start.elapsed() < PATIENCE, "{name}: {:?}", start.elapsed());
    }
}

#[test]
fn every_collected_file_is_survived_by_every_fuzz_target() {
    for (name, bytes) in inputs() {
        for (target, run) in fuzz::ALL {
            let start = Instant::now();
            run(&bytes);
            assert!(
                start.elapsed() < PATIENCE,
                "{name} in {target}: {:?}",
                start.elapsed()
            );
        }
    }
}

#[test]
fn small_limits_are_kept_too() {
    let limits = Limits {
        text: 64,
        total: 128,
        headers: 8,
    };
    for (name, bytes) in inputs() {
        let reading = read(&bytes, &limits);
        let kept: usize = reading.raw.iter().map(|chunk| chunk.text.len()).sum();
        assert!(kept <= limits.total, "{name}: {kept} bytes of text");
    }
}
