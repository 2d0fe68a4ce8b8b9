//! The commands of the real binary: exit codes, JSON, sentences.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use testkit::picture;

fn proofsheet(data: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_proofsheet"));
    command
        .env("PROOFSHEET_DATA_DIR", data)
        .env("PROOFSHEET_CONFIG", "/dev/null");
    command.args(words).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn inspect_prints_one_object_per_file_and_never_fails_on_a_bad_one() {
    let folder = tempfile::tempdir().unwrap();
    let good = folder.path().join("good.png");
    let bad = folder.path().join("bad.png");
    std::fs::write(&good, picture::a1111("a fox", 42)).unwrap();
    std::fs::write(&bad, b"no picture").unwrap();
    let words = [
        "inspect",
        "--json",
        good.to_str().unwrap(),
        bad.to_str().unwrap(),
        "/no/such/file",
    ];
    let output = proofsheet(folder.path(), &words);
    assert_eq!(output.status.code(), Some(1));
    let text = said(&output);
    let lines: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["positive"], "a fox");
    assert_eq!(lines[0]["seed"], 42);
    assert_eq!(lines[0]["path"], good.to_str().unwrap());
    assert!(!lines[1]["notices"].as_array().unwrap().is_empty());
    assert!(!lines[2]["notices"].as_array().unwrap().is_empty());
}

#[test]
fn a_folder_is_painted_scanned_drawn_and_found_healthy() {
    let data = tempfile::tempdir().unwrap();
    let pictures = tempfile::tempdir().unwrap();
    let folder = pictures.path().to_str().unwrap();
    let painted = proofsheet(data.path(), &["demo", folder, "--count", "12", "--small"]);
    assert_eq!(
        painted.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&painted.stderr)
    );
    let scanned = proofsheet(data.path(), &["scan", "--json", "--library", folder]);
    let report: serde_json::Value = serde_json::from_str(&said(&scanned)).unwrap();
    assert!(matches!(scanned.status.code(), Some(0 | 1)), "{report}");
    assert!(report["pictures"].as_u64().unwrap() > 0, "{report}");
    let drawn = proofsheet(
        data.path(),
        &["thumbs", "--force", "--filter", "tool=comfyui"],
    );
    assert!(
        matches!(drawn.status.code(), Some(0 | 1)),
        "{}",
        String::from_utf8_lossy(&drawn.stderr)
    );
    let doctor = proofsheet(data.path(), &["doctor", "--index", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&said(&doctor)).unwrap();
    assert!(report["facts"]["index"].is_string(), "{report}");
}

#[test]
fn settings_say_where_they_come_from() {
    let data = tempfile::tempdir().unwrap();
    let output = proofsheet(data.path(), &["config", "--json", "--workers", "3"]);
    let config: serde_json::Value = serde_json::from_str(&said(&output)).unwrap();
    assert_eq!(
        config["workers"],
        serde_json::json!({ "value": 3, "source": "flag" })
    );
    assert_eq!(config["data-dir"]["source"], "environment");
    assert_eq!(config["listen"]["source"], "default");
}

#[test]
fn words_that_are_not_understood_and_things_that_cannot_be_have_their_codes() {
    let data = tempfile::tempdir().unwrap();
    assert_eq!(
        proofsheet(data.path(), &["frobnicate"]).status.code(),
        Some(2)
    );
    assert_eq!(proofsheet(data.path(), &["inspect"]).status.code(), Some(2));
    let exposed = proofsheet(data.path(), &["serve", "--listen", "0.0.0.0:0"]);
    assert_eq!(exposed.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&exposed.stderr).contains("--insecure-no-auth"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_on_the_same_data_is_refused_in_words() {
    let library = testkit::Library::new(|_| {}).await;
    let second = proofsheet(library.data(), &["scan"]);
    assert_eq!(second.status.code(), Some(3));
    let text = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(
        text.contains("data folder") || text.contains("already"),
        "{text}"
    );
}

/// Four flat quarters in AVIF, 96 by 64 pixels.
const AVIF: &[u8] = include_bytes!("../../../crates/media/tests/fixtures/quarters-420.avif");

fn avif_frame(input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_proofsheet"))
        .env("PROOFSHEET_CONFIG", "/dev/null")
        .arg("avif-frame")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    pipe.write_all(input).unwrap();
    drop(pipe);
    child.wait_with_output().unwrap()
}

#[test]
fn an_avif_becomes_a_png_and_a_broken_one_becomes_a_sentence() {
    let drawn = avif_frame(AVIF);
    assert_eq!(drawn.status.code(), Some(0));
    assert!(drawn.stdout.starts_with(b"\x89PNG"));
    let broken = avif_frame(&AVIF[..AVIF.len() / 2]);
    assert!(!broken.status.success() && broken.stdout.is_empty());
}

#[test]
fn an_avif_in_a_library_has_a_thumbnail_without_ffmpeg() {
    let data = tempfile::tempdir().unwrap();
    let pictures = tempfile::tempdir().unwrap();
    std::fs::write(pictures.path().join("quarters.avif"), AVIF).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_proofsheet"));
    command
        .env("PROOFSHEET_DATA_DIR", data.path())
        .env("PROOFSHEET_CONFIG", "/dev/null")
        .env("PATH", "");
    let words = [
        "scan",
        "--finish",
        "--library",
        pictures.path().to_str().unwrap(),
    ];
    assert_eq!(command.args(words).output().unwrap().status.code(), Some(0));
    let drawn = files(&data.path().join("thumbs"));
    assert!(!drawn.is_empty(), "no thumbnail was kept");
    for thumbnail in drawn {
        assert!(std::fs::read(thumbnail).unwrap().starts_with(b"RIFF"));
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let (folders, mut found): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    found.extend(folders.iter().flat_map(|folder| files(folder)));
    found
}
