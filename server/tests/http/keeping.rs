//! The commands that look after a library, beside a running gallery.

use std::path::Path;
use std::process::{Command, Output};

use testkit::Library;

fn proofsheet(data: &Path, words: &[&str]) -> (Option<i32>, String, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_proofsheet"));
    program
        .env("PROOFSHEET_DATA_DIR", data)
        .env("PROOFSHEET_CONFIG", "/dev/null");
    let Output {
        status,
        stdout,
        stderr,
    } = program.args(words).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text.lines().last().unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_library_that_is_in_use_is_verified_saved_proven_and_restored() {
    let library = Library::of_pictures(5).await;
    let place = tempfile::tempdir().unwrap();
    let path = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    let data = library.data();

    let (code, said, wrong) = proofsheet(data, &["verify", "--json"]);
    assert_eq!(code, Some(0), "{said}{wrong}");
    let verified = &json(&said)["verified"];
    assert_eq!(
        (&verified["files"], &verified["read"]),
        (&5.into(), &5.into())
    );

    std::fs::remove_file(library.path("00003.png")).unwrap();
    let (code, said, _) = proofsheet(data, &["verify", "--fast"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("missing") && said.contains("00003.png"),
        "{said}"
    );
    let (code, said, _) = proofsheet(data, &["verify", "--read-data-subset", "50%", "--json"]);
    assert_eq!(code, Some(1));
    assert!(
        json(&said)["verified"]["read"].as_u64().unwrap() < 5,
        "{said}"
    );

    let folder = path("backup");
    let (code, said, wrong) = proofsheet(data, &["backup", &folder, "--linked"]);
    assert_eq!(code, Some(1), "one file is gone: {said}{wrong}");
    assert!(
        said.contains("4 files copied now") && said.contains("1 files are gone"),
        "{said}"
    );
    let (_, said, _) = proofsheet(data, &["backup", &folder, "--linked", "--json"]);
    assert_eq!(json(&said)["copied"], 0, "{said}");
    let (code, said, _) = proofsheet(data, &["restore", "--check", &folder]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("Every byte is what it should be."), "{said}");

    let new = path("new");
    let (code, said, wrong) = proofsheet(data, &["restore", "--to", &new, "--linked", &folder]);
    assert_eq!(code, Some(0), "{said}{wrong}");
    assert!(said.contains("5 pictures, 4 files put back"), "{said}");
    let (code, said, wrong) = proofsheet(Path::new(&new), &["scan", "--json"]);
    assert_eq!(code, Some(0), "{wrong}");
    let report = json(&said);
    assert_eq!(
        (&report["pictures"], &report["read"]),
        (&5.into(), &0.into()),
        "{report}"
    );
    let (code, _, wrong) = proofsheet(data, &["restore", "--to", &new, &folder]);
    assert_eq!(code, Some(3));
    assert!(wrong.contains("is not empty"), "{wrong}");
}

#[test]
fn what_is_not_there_is_told_with_the_next_step() {
    let place = tempfile::tempdir().unwrap();
    let path = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    let data = place.path().join("data");
    for words in [&["verify"][..], &["backup", &path("backup")]] {
        let (code, _, wrong) = proofsheet(&data, words);
        assert_eq!(code, Some(3), "{words:?}");
        assert!(
            wrong.contains("There is no library in"),
            "{words:?}: {wrong}"
        );
    }
    let (code, _, wrong) = proofsheet(&data, &["restore", "--check", &path("none")]);
    assert_eq!(code, Some(3));
    assert!(wrong.contains("There is no whole backup in"), "{wrong}");
    for words in [
        &["restore", "x"][..],
        &["restore", "--check", "--to", "y", "x"],
        &["verify", "--read-data-subset", "0%"],
        &["verify", "--fast", "--read-data-subset", "5%"],
    ] {
        assert_eq!(proofsheet(&data, words).0, Some(2), "{words:?}");
    }
    assert!(!data.exists());
}
