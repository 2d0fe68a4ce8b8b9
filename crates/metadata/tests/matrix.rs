//! Every generator's record in every kind of file: the table of `docs/formats.md`, line by line.

#[expect(dead_code, reason = "only some of the builders are needed here")]
mod common;
mod records;

use std::{fmt::Write, fs, path::Path};

use common::read;
use metadata::{Reading, sidecar};
use records::{PLACES, Record, records};

/// The record in a file of its own, beside a picture.
fn beside(record: &Record) -> Option<Reading> {
    let name = if record.text.starts_with('{') {
        "fox.json"
    } else {
        "fox.txt"
    };
    sidecar(name, &record.text)
}

/// The table as the reader fills it.
fn table() -> String {
    let mut table = String::from("| Record |");
    for (place, _) in PLACES {
        write!(table, " {place} |").expect("room in memory");
    }
    let rule = "---|".repeat(PLACES.len() + 1);
    write!(table, " Beside |\n|---|{rule}\n").expect("room in memory");
    for record in records() {
        write!(table, "| {} |", record.name).expect("room in memory");
        let files = PLACES.iter().map(|(_, wrap)| Some(read(&wrap(&record))));
        for reading in files.chain([beside(&record)]) {
            let right = reading.is_some_and(|reading| {
                let run = reading.recipe.primary().cloned().unwrap_or_default();
                let seeded = run.seed.is_some() || record.tool == "midjourney";
                reading.recipe.tool == record.tool && seeded && !reading.unparsed
            });
            table.push_str(if right { " yes |" } else { " – |" });
        }
        table.push('\n');
    }
    table
}

#[test]
fn the_table_of_the_documentation_is_what_the_reader_does() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/formats.md");
    let page = fs::read_to_string(file).expect("docs/formats.md");
    let table = table();
    assert!(
        page.contains(&table),
        "docs/formats.md should hold this table:\n\n{table}"
    );
}

#[test]
fn every_record_is_read_from_png_text() {
    let table = table();
    let rows = table.lines().skip(2);
    for row in rows {
        let mut cells = row.split('|').map(str::trim).skip(1);
        let (name, first) = (cells.next(), cells.next());
        assert_eq!(first, Some("yes"), "{name:?}");
    }
}

#[test]
fn every_test_that_the_documentation_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("../../docs/formats.md")).expect("docs/formats.md");
    let mut sources = String::new();
    for file in fs::read_dir(root.join("tests")).expect("the tests") {
        let path = file.expect("a test").path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push_str(&fs::read_to_string(path).expect("its text"));
        }
    }
    let names = page
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|word| word.matches('_').count() >= 3);
    let mut count = 0;
    for name in names {
        assert!(
            sources.contains(&format!("fn {name}(")),
            "no test is named {name}"
        );
        count += 1;
    }
    assert!(count >= 20, "only {count} tests are named");
}
