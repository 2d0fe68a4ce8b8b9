//! The rules of the house as tests, so that the architecture stays what ARCHITECTURE.md says.
//!
//! `dependencies` holds who may import whom, `sources` what may be written where, `doors` that
//! every endpoint of the page leads to exactly one method of the gallery.
#![expect(
    clippy::unwrap_used,
    reason = "a rule that cannot be read is a failed test"
)]

mod dependencies;
mod doors;
mod sources;

use std::path::{Path, PathBuf};

/// The repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap()
        .to_owned()
}

/// Folders that hold no source of ours.
const NOT_OURS: [&str; 7] = [
    "target",
    "node_modules",
    ".git",
    "test-results",
    "playwright-report",
    "corpus",
    "fuzz",
];

/// Every file of the repository with one of these endings, relative to its root, sorted.
fn files(endings: &[&str]) -> Vec<PathBuf> {
    let root = root();
    let mut found = Vec::new();
    collect(&root, &root, endings, &mut found);
    found.sort();
    found
}

fn collect(root: &Path, folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !NOT_OURS.contains(&name.as_str()) {
                collect(root, &path, endings, found);
            }
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            found.push(path.strip_prefix(root).unwrap().to_owned());
        }
    }
}

/// The text of a file of the repository.
fn text(path: &Path) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

/// Fails with one line per finding.
fn none(rule: &str, findings: &[String]) {
    assert!(findings.is_empty(), "{rule}:\n  {}", findings.join("\n  "));
}
