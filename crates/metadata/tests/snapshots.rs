//! Everything that is read from one record of every generator, as it was when somebody last looked.
//!
//! After a change on purpose: `SNAPSHOTS=write cargo test -p metadata --test snapshots`, and read the
//! difference before committing it.

#[expect(dead_code, reason = "only some of the builders are needed here")]
mod common;
#[expect(dead_code, reason = "only the records are needed here")]
mod records;

use std::{collections::BTreeSet, env, fs, path::Path};

use common::{png, text};
use metadata::{Limits, read};
use serde_json::{Value, json};

/// A record's name as the name of a file.
fn slug(name: &str) -> String {
    let words = name.split(|letter: char| !letter.is_alphanumeric());
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join("-")
}

#[test]
fn every_record_is_read_as_it_was() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    let write = env::var_os("SNAPSHOTS").is_some_and(|word| word == "write");
    let mut names = BTreeSet::new();
    for record in records::records() {
        let file = png(&[text(record.key, &record.text)]);
        let reading = read(&file.as_slice(), &Limits::default());
        let said = json!({
            "recipe": reading.recipe,
            "parameters": reading.parameters.to_vec(),
            "notices": reading.notices,
            "has_workflow": reading.has_workflow,
            "unparsed": reading.unparsed,
        });
        let name = format!("{}.json", slug(record.name));
        let path = folder.join(&name);
        assert!(names.insert(name), "{} twice", record.name);
        if write {
            let mut printed = serde_json::to_string_pretty(&said).expect("it is JSON");
            printed.push('\n');
            fs::create_dir_all(&folder).expect("a folder");
            fs::write(&path, printed).expect("a snapshot is written");
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        let kept: Value = serde_json::from_str(&kept).unwrap_or_default();
        assert_eq!(said, kept, "{}", record.name);
    }
    let kept = fs::read_dir(&folder).expect("the snapshots");
    let kept = kept.map(|entry| entry.expect("an entry").file_name().into_string());
    let kept: BTreeSet<String> = kept.map(|name| name.expect("a name")).collect();
    assert_eq!(kept, names, "a snapshot without its record");
}
