//! Taking over another gallery with the real binary.

use std::{
    fs,
    path::Path,
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;
use testkit::{
    archive::{Entry, zip},
    picture,
};

fn proofsheet(data: &Path, words: &[&str]) -> Output {
    command(data, words).output().unwrap()
}

fn command(data: &Path, words: &[&str]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_proofsheet"));
    program
        .env("PROOFSHEET_DATA_DIR", data)
        .env("PROOFSHEET_CONFIG", "/dev/null")
        .args(words);
    program
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The one object that a command printed, and its exit code.
fn report(output: &Output) -> (Value, Option<i32>) {
    let errors = String::from_utf8_lossy(&output.stderr);
    let value = serde_json::from_str(&said(output)).unwrap_or_else(|_| panic!("{errors}"));
    (value, output.status.code())
}

fn pictures(count: u32) -> Vec<u8> {
    let one = |seed| Entry::new(&format!("{seed:05}.png"), &picture::a1111("a dune", seed));
    zip(&(0..count).map(one).collect::<Vec<_>>())
}

/// How many files lie below a folder.
fn files(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| {
            if entry.file_type().unwrap().is_dir() {
                files(&entry.path())
            } else {
                1
            }
        })
        .sum()
}

#[test]
fn a_gallery_is_taken_over_and_found_whole() {
    let data = tempfile::tempdir().unwrap();
    let old = tempfile::tempdir().unwrap();
    let (archives, metadata) = (old.path().join("archives"), old.path().join("metadata"));
    fs::create_dir_all(&archives).unwrap();
    fs::create_dir_all(&metadata).unwrap();
    fs::write(archives.join("set_1.zip"), pictures(3)).unwrap();
    let json =
        r#"{"url": "https://example.com/1", "original_filename": "set_1.zip", "actors": ["Ada"]}"#;
    fs::write(metadata.join("Oslo.json"), json).unwrap();
    let words = [
        "import",
        "all",
        "--archives",
        archives.to_str().unwrap(),
        "--metadata",
        metadata.to_str().unwrap(),
    ];
    let with = |more: &[&str]| proofsheet(data.path(), &[&words[..], more].concat());
    let planned = with(&["--dry-run"]);
    assert_eq!(planned.status.code(), Some(0));
    let text = said(&planned);
    assert!(
        text.contains("3 pictures would come in") && text.contains("dry run"),
        "{text}"
    );
    let (imported, code) = report(&with(&["--json"]));
    assert_eq!(
        (code, &imported["taken"], &imported["made"]),
        (Some(0), &3.into(), &1.into())
    );
    // The thumbnails are there as well.
    let (found, code) = report(&proofsheet(data.path(), &["import", "verify", "--json"]));
    assert_eq!(
        (code, &found["files"], &found["waiting"]),
        (Some(0), &3.into(), &0.into())
    );
    let again = with(&["--resume"]);
    assert_eq!(again.status.code(), Some(0));
    assert!(
        said(&again).contains("Nothing is changed by it"),
        "{}",
        said(&again)
    );
    let metadata_alone = with(&["--skip-extraction", "--json"]);
    assert_eq!(report(&metadata_alone).0["archives"], 0);

    // What is wrong has its exit code and its sentence.
    let trap = [Entry::new("../up.png", &picture::a1111("a trap", 9))];
    fs::write(archives.join("trap.zip"), zip(&trap)).unwrap();
    let trapped = proofsheet(
        data.path(),
        &["import", "archives", archives.to_str().unwrap()],
    );
    assert_eq!(trapped.status.code(), Some(1));
    let text = said(&trapped);
    assert!(
        text.contains("trap.zip, ../up.png: The name of this file leads out"),
        "{text}"
    );
    fs::remove_file(data.path().join("originals/Oslo/00001.png")).unwrap();
    let missing = proofsheet(data.path(), &["import", "verify"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(
        said(&missing).contains("Oslo/00001.png"),
        "{}",
        said(&missing)
    );
    let nowhere = proofsheet(data.path(), &["import", "archives", "/no/such/folder"]);
    assert_eq!(nowhere.status.code(), Some(3));
    assert_eq!(proofsheet(data.path(), &["import"]).status.code(), Some(2));
    assert_eq!(
        proofsheet(data.path(), &["import", "archives"])
            .status
            .code(),
        Some(2)
    );
}

#[test]
fn a_folder_and_its_records_come_in() {
    let data = tempfile::tempdir().unwrap();
    let old = tempfile::tempdir().unwrap();
    let images = old.path().join("images");
    fs::create_dir_all(&images).unwrap();
    fs::write(images.join("a.png"), picture::png(1, &[])).unwrap();
    let json = old.path().join("metadata.json");
    fs::write(
        &json,
        r#"[{"file_name": "a.png", "prompt_text": "a red door", "rating": 4}]"#,
    )
    .unwrap();
    let (images, json) = (images.to_str().unwrap(), json.to_str().unwrap());
    let words = [
        "import",
        "json",
        json,
        "--images",
        images,
        "--json",
        "--skip-thumbnails",
    ];
    let (imported, code) = report(&proofsheet(data.path(), &words));
    assert_eq!((code, &imported["taken"]), (Some(0), &1.into()));
    assert_eq!(
        (
            &imported["brought"]["judged"],
            &imported["brought"]["recipes"]
        ),
        (&1.into(), &1.into())
    );
    let words = [
        "import",
        "folder",
        images,
        "--photoset",
        "Old",
        "--tag",
        "old",
        "--rating",
        "2",
        "--json",
    ];
    let (imported, code) = report(&proofsheet(data.path(), &words));
    // The stars that it has stay.
    assert_eq!(
        (code, &imported["taken"], &imported["same"]),
        (Some(0), &0.into(), &1.into())
    );
    assert_eq!(
        (&imported["marked"], &imported["placed"]),
        (&1.into(), &1.into())
    );
    // A file of decisions is understood as before.
    let decisions = old.path().join("approvals.json");
    fs::write(&decisions, r#"{"a.png": true}"#).unwrap();
    let decided = proofsheet(
        data.path(),
        &["import", "--json", decisions.to_str().unwrap()],
    );
    let (brought, code) = report(&decided);
    assert_eq!((code, &brought["judged"]), (Some(0), &1.into()));
}

#[test]
fn an_import_that_is_killed_leaves_whole_files_and_goes_on() {
    const ALL: u32 = 320;
    let data = tempfile::tempdir().unwrap();
    let old = tempfile::tempdir().unwrap();
    fs::write(old.path().join("many.zip"), pictures(ALL)).unwrap();
    let originals = data.path().join("originals");
    let words = [
        "import",
        "archives",
        old.path().to_str().unwrap(),
        "--skip-thumbnails",
        "--json",
    ];
    for kill_at in [1, 90, 200] {
        let mut child = command(data.path(), &words)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let began = Instant::now();
        while files(&originals) < kill_at {
            assert!(began.elapsed() < Duration::from_mins(1), "{kill_at}");
            std::thread::sleep(Duration::from_millis(1));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        for number in 0..ALL {
            let name = format!("many/{number:05}.png");
            if let Ok(bytes) = fs::read(originals.join(&name)) {
                assert!(
                    bytes == picture::a1111("a dune", number),
                    "{name} is not whole"
                );
            }
        }
    }
    let (imported, code) = report(&proofsheet(data.path(), &words));
    assert_eq!(code, Some(0), "{imported}");
    let number = |name: &str| imported[name].as_u64().unwrap();
    assert_eq!(
        number("taken") + number("there"),
        u64::from(ALL),
        "{imported}"
    );
    assert!(number("there") >= 200 && number("same") == 0, "{imported}");
    assert_eq!(number("placed"), u64::from(ALL), "{imported}");
    assert_eq!(
        (files(&originals), files(&data.path().join("incoming"))),
        (ALL as usize, 0)
    );
    let (found, code) = report(&proofsheet(data.path(), &["import", "verify", "--json"]));
    assert_eq!((code, &found["files"]), (Some(0), &ALL.into()), "{found}");
    assert_eq!(found["counts"][0], serde_json::json!(["pictures", ALL]));
}

#[test]
fn records_come_in_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (
        folder.path().join("data"),
        folder.path().join("gallery.json"),
    );
    let name = file.to_str().unwrap();
    fs::write(
        &file,
        r#"[{"image_url":"https://a.test/1.png"},{"image_url":"data:,"},{"image_url":"https://a.test/2.png"}]"#,
    )
    .unwrap();
    let output = proofsheet(&data, &["import", "records", name]);
    let told = said(&output);
    assert!(told.contains("2 records are new."), "{told}");
    assert!(
        told.contains("number 2: Nothing of this record was kept"),
        "{told}"
    );
    assert_eq!(output.status.code(), Some(1));
    let (answers, code) = report(&proofsheet(&data, &["import", "records", "--json", name]));
    assert_eq!(
        (&answers[0]["outcome"], code),
        (&"unchanged".into(), Some(1))
    );
}
