//! What may be written where.

use std::collections::BTreeSet;
use std::path::Path;

use crate::{files, none, text};

/// More lines than this are two files.
const MOST_LINES: usize = 600;

/// A word that may be written only in some files, and why it would be wrong elsewhere.
struct Rule {
    name: &'static str,
    words: &'static [&'static str],
    /// Beginnings of the paths that may.
    allowed: &'static [&'static str],
}

const RULES: [Rule; 8] = [
    Rule {
        name: "`ssr` is known to the door to the server alone; everything below it needs no feature",
        words: &["feature = \"ssr\"", "feature = \"hydrate\""],
        allowed: &["app/src/api.rs"],
    },
    Rule {
        name: "files are touched in gallery/src/files.rs, the settings file in server/src/config.rs, \
               the page's own files in server/src/assets.rs, certificates in server/src/tls/files.rs; \
               media.rs streams a file that it is handed",
        words: &["std::fs", "tokio::fs", "fs::File"],
        allowed: &[
            "crates/gallery/src/files",
            "crates/gallery/src/images.rs", // names the type of an open file
            "crates/store/src/", // the database's own files: snapshots before a migration
            "crates/testkit/",
            "server/build.rs",
            "server/src/assets.rs",
            "server/src/config",
            "server/src/routes/media.rs",
            "server/src/tls/files.rs",
            "xtask/",
        ],
    },
    Rule {
        name: "the environment is read in server/src/config alone",
        words: &["env::var", "env::vars", "option_env!"],
        allowed: &[
            "crates/testkit/",
            "server/build.rs",
            "server/src/config",
            "server/tests/killed/main.rs", // how often it kills
            "xtask/",
        ],
    },
    Rule {
        name: "time enters through gallery/src/clock.rs",
        words: &["SystemTime::now"],
        allowed: &["crates/gallery/src/clock.rs"],
    },
    Rule {
        name: "pictures are paged by keys of the index; counting rows off costs more on every page. The \
               list of problems is short and has numbered pages",
        words: &["OFFSET "],
        allowed: &["crates/store/src/problems.rs"],
    },
    Rule {
        name: "SQL is written in crates/store alone",
        words: &["SELECT ", "INSERT INTO ", "DELETE FROM ", "ORDER BY "],
        allowed: &["crates/store/"],
    },
    Rule {
        name: "built SQL is run in one place, and migrations in theirs",
        words: &["AssertSqlSafe("],
        allowed: &["crates/store/src/sql.rs", "crates/store/src/migrate.rs"],
    },
    Rule {
        name: "markup is never made of text that somebody else wrote",
        words: &["inner_html", "set_inner_html", "insert_adjacent_html"],
        allowed: &[],
    },
];

#[test]
fn words_stay_in_the_files_that_may_write_them() {
    let mut findings = Vec::new();
    for path in ours() {
        let name = path.to_string_lossy().replace('\\', "/");
        let text = text(&path);
        for rule in &RULES {
            if rule.allowed.iter().any(|allowed| name.starts_with(allowed)) {
                continue;
            }
            for (line, words) in code(&text) {
                if let Some(word) = rule.words.iter().find(|word| words.contains(**word)) {
                    findings.push(format!("{name}:{line}: `{word}`: {}", rule.name));
                }
            }
        }
    }
    none("words in the wrong place", &findings);
}

#[test]
fn unsafe_code_is_the_wrapper_of_native_libraries_alone() {
    // The second asks both allocators to give back what they keep: two calls, see docs/decisions.md.
    let allowed = ["crates/media/src/native", "server/src/memory.rs"];
    let mut findings = Vec::new();
    for path in ours() {
        let name = path.to_string_lossy().replace('\\', "/");
        let text = text(&path);
        let used = code(&text).any(|(_, words)| {
            words.contains("unsafe {")
                || words.contains("unsafe fn")
                || words.contains("unsafe impl")
        });
        if used && !allowed.iter().any(|place| name.starts_with(place)) {
            findings.push(name);
        }
    }
    none("unsafe code", &findings);
}

#[test]
fn no_file_is_longer_than_a_reader_can_hold() {
    let long: Vec<String> = files(&[".rs", ".css", ".ts"])
        .iter()
        .map(|path| (path, text(path).lines().count()))
        .filter(|(_, lines)| *lines > MOST_LINES)
        .map(|(path, lines)| format!("{}: {lines} lines", path.display()))
        .collect();
    none(&format!("files over {MOST_LINES} lines"), &long);
}

#[test]
fn modules_lie_beside_their_folders() {
    let found: Vec<String> = files(&["mod.rs"])
        .iter()
        .filter(|path| !path.components().any(|part| part.as_os_str() == "tests"))
        .map(|path| path.display().to_string())
        .collect();
    none("`foo.rs` beside `foo/`, not `foo/mod.rs`", &found);
}

#[test]
fn the_engines_differ_in_less_than_a_hundred_lines() {
    let lines = text(Path::new("crates/store/src/dialect.rs"))
        .lines()
        .count();
    assert!(
        lines < 100,
        "dialect.rs has {lines} lines: is there a text that both engines read?"
    );
}

#[test]
fn both_engines_have_the_same_migrations() {
    let names = |engine: &str| -> BTreeSet<String> {
        let folder = crate::root().join("migrations").join(engine);
        let entries = std::fs::read_dir(folder).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
}

#[test]
fn a_component_and_its_style_have_one_name_and_the_bundle_holds_every_style() {
    let bundle = text(Path::new("style/main.css")) + &text(Path::new("style/later.css"));
    let mut findings = Vec::new();
    for path in files(&[".css"]) {
        let Ok(name) = path.strip_prefix("style") else {
            continue;
        };
        let name = name.to_string_lossy().replace('\\', "/");
        if name == "main.css" || name == "later.css" {
            continue;
        }
        if !bundle.contains(&name) {
            findings.push(format!("style/{name} is imported by no bundle"));
        }
        let source = format!("app/src/{}", name.replace(".css", ".rs"));
        if name.contains('/') && !crate::root().join(&source).exists() {
            findings.push(format!("style/{name} has no {source}"));
        }
    }
    none("style", &findings);
}

#[test]
fn no_style_asks_what_a_whole_page_has_in_it() {
    let mut findings = Vec::new();
    for path in files(&[".css"]) {
        for selector in text(&path).split([',', '{', '}']) {
            let wide = ["html", "body", ":root", ".library", ".page", "main"];
            let asks = |wide: &&str| selector.trim().starts_with(&format!("{wide}:has("));
            if wide.iter().any(asks) {
                let selector = selector.trim();
                findings.push(format!("{}: `{selector}` restyles all", path.display()));
            }
        }
    }
    none("style", &findings);
}

#[test]
fn every_snapshot_belongs_to_a_test() {
    let mut findings = Vec::new();
    for path in files(&[".snap", ".snap.new"]) {
        let name = path.display().to_string();
        if path.extension().is_some_and(|extension| extension == "new") {
            findings.push(format!("{name} was never reviewed"));
            continue;
        }
        // insta writes `source: crates/x/tests/y.rs`; the file is named `y__test.snap`.
        let snapshot = text(&path);
        let source = snapshot
            .lines()
            .find_map(|line| line.strip_prefix("source: "));
        let source = source.unwrap_or_default().trim_matches('"');
        if !crate::root().join(source).is_file() {
            findings.push(format!("{name} comes from {source:?}, which is gone"));
        }
    }
    none("snapshots", &findings);
}

/// Rust sources that end up in a program or build one: no tests, and not this file.
fn ours() -> Vec<std::path::PathBuf> {
    let mut ours = files(&[".rs"]);
    let aside = ["tests", "benches", "examples"];
    ours.retain(|path| {
        let mut parts = path.iter();
        !parts.any(|part| aside.iter().any(|aside| part == *aside))
    });
    ours
}

/// The lines of a source that are not comments, up to its tests, numbered from 1.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .take_while(|(_, line)| line.trim() != "#[cfg(test)]")
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(number, line)| (number + 1, line))
}
