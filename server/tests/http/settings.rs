//! What is set for a library, over HTTP.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
    time::Duration,
};

use serde_json::Value;

use crate::{client::Site, exchange::send};

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_changed_by_name_and_go_out_and_in_as_a_file() {
    let site = Site::new(&[]).await;
    let change = async |values: &str| {
        let body = format!("{{\"values\":{values}}}");
        let answer = site
            .post("/fn/settings/change", "application/json", &body)
            .await;
        let said: Value = serde_json::from_slice(&answer.body).unwrap();
        (answer.status, said)
    };
    let (status, told) = change(r#"[["trash-days","90"],["notice","never"]]"#).await;
    assert_eq!(
        (status, &told["settings"]["trash_days"]),
        (200, &90.into()),
        "{told}"
    );
    let (status, problem) = change(r#"[["trash-days","5"],["notice","often"]]"#).await;
    assert_eq!(status, 422, "{problem}");

    let answer = site.get("/settings.toml").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/toml"));
    assert_eq!(answer.header("cache-control"), Some("private, no-store"));
    let toml = answer.text();
    assert!(toml.contains("\ntrash-days = 90\n"), "{toml}");
    assert!(toml.contains("\nnotice = \"never\"\n"), "{toml}");

    let other = Site::new(&[]).await;
    let (status, told) = send(&other, "settings/import", "settings.toml", &answer.body).await;
    assert_eq!(status, 200, "{told}");
    let both = other.get("/settings.toml").await.text();
    assert_eq!(both.matches("[[roots]]").count(), 2, "{both}");
    for line in toml.lines() {
        assert!(both.contains(line), "{line:?} is not in {both}");
    }
    let slip = b"trash-days = 5\ntrahs-days = 7\n";
    let (status, problem) = send(&other, "settings/import", "settings.toml", slip).await;
    assert_eq!(status, 422, "{problem}");
    let message = problem["message"].as_str().unwrap();
    assert!(message.contains("trahs-days"), "{message}");
    assert_eq!(other.get("/settings.toml").await.text(), both);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_shows_what_holds_before_any_script_runs() {
    let site = Site::new(&[]).await;
    let page = site.get("/settings").await.text();
    for said in [
        "Days in the trash",
        "value=\"30\"",
        "value=\"8GiB\"",
        "Minutes between two looks through all folders",
        "New files are noticed",
        "Make thumbnails before somebody looks",
        "Sizes that are made ahead",
        "Quality of thumbnails",
        "Theme",
        "Size of the pictures in the grid",
        "Set of keys",
    ] {
        assert!(page.contains(said), "{said} is not in {page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_looks_as_the_library_says_from_its_first_byte() {
    let site = Site::new(&[]).await;
    let root = async |path: &str| {
        let page = site.get(path).await.text();
        let at = page.find("<html").unwrap();
        page[at..at + page[at..].find('>').unwrap()].to_owned()
    };
    let plain = root("/").await;
    for name in ["data-theme", "data-density", "data-keys"] {
        assert!(!plain.contains(name), "{plain}");
    }
    let values = r#"[["theme","light"],["density","compact"],["keys","immich"]]"#;
    let body = format!("{{\"values\":{values}}}");
    let answer = site
        .post("/fn/settings/change", "application/json", &body)
        .await;
    assert_eq!(answer.status, 200);
    for path in ["/", "/settings"] {
        let set = root(path).await;
        assert!(set.contains("data-theme=\"light\""), "{path}: {set}");
        assert!(set.contains("data-density=\"compact\""), "{path}: {set}");
        assert!(
            set.contains("data-keys=\"page Space Space X\n"),
            "{path}: {set}"
        );
    }
}

fn proofsheet(data: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_proofsheet"))
        .env("PROOFSHEET_DATA_DIR", data)
        .env("PROOFSHEET_CONFIG", "/dev/null")
        .arg("settings")
        .args(words)
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Waits until the running gallery writes this into its file of settings.
async fn until(site: &Site, expected: &str) {
    let waiting = async {
        while !site.get("/settings.toml").await.text().contains(expected) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let came = tokio::time::timeout(Duration::from_secs(30), waiting).await;
    assert!(came.is_ok(), "the gallery did not notice {expected}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_terminal_sets_and_a_running_gallery_follows() {
    let site = Site::new(&[]).await;
    let data = site.library.data().to_owned();
    let listed = said(&proofsheet(&data, &[]));
    for text in ["trash-days          30\n", "said by: default", "ffmpeg "] {
        assert!(listed.contains(text), "{text:?} is not in {listed}");
    }
    let set = proofsheet(&data, &["set", "trash-days", "90", "--json"]);
    assert_eq!(set.status.code(), Some(0), "{set:?}");
    let line: Value = serde_json::from_str(&said(&set)).unwrap();
    let told = ["value", "default", "said"].map(|key| line[key].as_str().unwrap().to_owned());
    assert_eq!(told, ["90", "30", "this library"]);
    until(&site, "\ntrash-days = 90\n").await;

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("settings.toml");
    let name = file.to_str().unwrap();
    assert_eq!(proofsheet(&data, &["export", name]).status.code(), Some(0));
    let toml = fs::read_to_string(&file).unwrap();
    assert!(toml.contains("\ntrash-days = 90\n"), "{toml}");
    assert_eq!(said(&proofsheet(&data, &["export"])), toml);
    fs::write(&file, toml.replace("trash-days = 90", "trash-days = 5")).unwrap();
    assert_eq!(proofsheet(&data, &["import", name]).status.code(), Some(0));
    until(&site, "\ntrash-days = 5\n").await;

    for (words, expected) in [
        (&["set", "trash-days"][..], "Set what to what?"),
        (&["set", "trash-days", "0"], "1 to 3650 days"),
        (&["set", "trash-dayz", "5"], "no setting called trash-dayz"),
        (&["set", "ffmpeg", "/bin/sh"], "--ffmpeg"),
        (&["reset"], "Reset what?"),
        (&["import"], "Import which file?"),
        (&["import", "/nowhere/settings.toml"], "not there"),
        (&["export", name], "is there already"),
        (&["list", "nothing"], "no setting called nothing"),
        (
            &["set", "prepare", "true", "--prepare=false"],
            "the flag --prepare",
        ),
    ] {
        let refused = proofsheet(&data, words);
        assert_eq!(refused.status.code(), Some(3), "{words:?}");
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(told.contains(expected), "{words:?}: {told}");
    }
    assert_eq!(
        proofsheet(&data, &["reset", "trash-days"]).status.code(),
        Some(0)
    );
    until(&site, "\ntrash-days = 30\n").await;
}
