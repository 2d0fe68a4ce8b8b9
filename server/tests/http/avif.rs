//! AVIF pictures, which a process of their own draws.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

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
