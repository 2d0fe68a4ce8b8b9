//! How much room a run left on the disks that it fills.
//!
//! A run builds and tests gigabytes. Where the disk ends, tests of everything fail for reasons that none of them
//! tells, so each run says at its end how near it came.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// Between two looks; what fills a disk takes longer.
const EVERY: Duration = Duration::from_secs(2);

/// Below so much, what failed may have failed for want of room.
const NARROW: u64 = 1_000_000_000;

/// Looks at the disks until it is asked.
pub(crate) struct Watch {
    halt: mpsc::Sender<()>,
    looking: thread::JoinHandle<Option<u64>>,
}

impl Watch {
    /// Begins to look at the disks of these folders.
    pub(crate) fn start(folders: Vec<PathBuf>) -> Self {
        let (halt, halted) = mpsc::channel();
        let looking = thread::spawn(move || {
            let mut least = room(&folders);
            while let Err(RecvTimeoutError::Timeout) = halted.recv_timeout(EVERY) {
                least = least.into_iter().chain(room(&folders)).min();
            }
            least
        });
        Self { halt, looking }
    }

    /// What was left when least was, in a sentence.
    pub(crate) fn told(self) -> String {
        drop(self.halt);
        let least = self.looking.join().ok().flatten();
        least.map_or_else(|| "The room on the disk is not known.".to_owned(), sentence)
    }
}

/// The room on the fullest of these disks, in bytes; `None` where the system tells nothing.
fn room(folders: &[PathBuf]) -> Option<u64> {
    let of = |folder: &PathBuf| {
        let told = rustix::fs::statvfs(existing(folder)).ok()?;
        Some(told.f_bavail.saturating_mul(told.f_frsize))
    };
    folders.iter().filter_map(of).min()
}

/// The folder, or the nearest one above it that there is.
fn existing(folder: &Path) -> &Path {
    folder
        .ancestors()
        .find(|folder| folder.exists())
        .unwrap_or(folder)
}

fn sentence(least: u64) -> String {
    let tenths = least / 100_000_000;
    let told = format!(
        "At the narrowest {}.{} GB were left on the disk.",
        tenths / 10,
        tenths % 10
    );
    if least < NARROW {
        format!("{told} That is so little that what failed may have failed for want of room.")
    } else {
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_narrowest_moment_is_told() {
        let here = std::env::temp_dir();
        let told = Watch::start(vec![here.join("not there yet"), here]).told();
        assert!(told.starts_with("At the narrowest "), "{told}");
        assert!(sentence(5_350_000_000).ends_with("5.3 GB were left on the disk."));
        assert!(sentence(0).contains("0.0 GB"));
        assert!(sentence(NARROW - 1).ends_with("want of room."));
    }
}
