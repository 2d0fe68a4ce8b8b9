//! Logs of executions that are followed.

use std::{fs, path::PathBuf, time::Duration};

use domain::exchange::FollowedLog;
use tempfile::TempDir;
use testkit::{Library, picture};

const HEAD: &str = "file,execution_id,persona,mood\n";

/// A gallery that follows a log, which is not there yet.
async fn following() -> (Library, TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let log = folder.path().join("log.csv");
    let library = Library::new(|options| options.logs.push(log.clone())).await;
    add(&library, 0..3).await;
    (library, folder, log)
}

async fn add(library: &Library, seeds: std::ops::Range<u32>) {
    for seed in seeds {
        let picture = picture::a1111("a quiet dune", seed);
        library.write(&format!("{seed:05}.png"), &picture);
    }
    library.scan().await;
}

/// Waits until what is known of the log is so.
async fn until(library: &Library, what: &str, so: impl Fn(&FollowedLog) -> bool) -> FollowedLog {
    let mut logs = Vec::new();
    for _ in 0..300 {
        logs = library.gallery.exchange().logs();
        if let Some(log) = logs.iter().find(|log| so(log)) {
            return log.clone();
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("never {what}: {logs:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn new_lines_attach_and_wait_for_their_pictures() {
    let (library, _folder, log) = following().await;
    until(&library, "missed", |log| log.trouble.is_some()).await;
    // The last line is half of one.
    let mut text = format!("{HEAD}00000.png,e-0,Ada,blue\n00005.png,e-5,Bo,red\n00001.png,e-1,Ad");
    fs::write(&log, &text).unwrap();
    let told = until(&library, "read", |log| log.attached == 1).await;
    assert_eq!((told.lines, told.waiting, told.trouble), (2, 1, None));
    assert_eq!(library.names("persona=Ada").await, ["00000.png"]);
    text.push_str("a,green\n00002.png,e-2,Cy,");
    fs::write(&log, &text).unwrap();
    let told = until(&library, "read again", |log| log.attached == 2).await;
    assert_eq!((told.waiting, told.kept), (1, 0));
    assert_eq!(library.names("persona=Ada").await.len(), 2);
    // When nothing comes for a while, a line without an end is a whole one.
    until(&library, "taken for whole", |log| log.attached == 3).await;
    assert_eq!(library.names("persona=Cy").await, ["00002.png"]);
    add(&library, 3..7).await;
    until(&library, "matched late", |log| log.waiting == 0).await;
    assert_eq!(library.names("persona=Bo").await, ["00005.png"]);
    // What a person says stays, whatever the log says, and what was attached is not attached again.
    let judge = library.gallery.judge();
    let before = judge.operations(None, None).await.unwrap().len();
    fs::write(&log, text.replace("Cy,", "Di,")).unwrap();
    until(&library, "kept", |log| log.kept == 1).await;
    assert_eq!(library.names("persona=Cy").await, ["00002.png"]);
    let after = judge.operations(None, None).await.unwrap().len();
    assert_eq!(before, after);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_broken_gone_or_another_one_is_told_and_followed_again() {
    let (library, _folder, log) = following().await;
    fs::write(&log, "a,b\n1,2\n").unwrap();
    let trouble = |log: &FollowedLog, part: &str| {
        let trouble = log.trouble.as_deref();
        trouble.is_some_and(|sentence| sentence.contains(part))
    };
    until(&library, "refused", |log| {
        trouble(log, "Nothing was changed")
    })
    .await;
    fs::write(&log, format!("{HEAD}00000.png,e-0,Ada,\n")).unwrap();
    until(&library, "read", |log| {
        log.attached == 1 && log.trouble.is_none()
    })
    .await;
    fs::remove_file(&log).unwrap();
    until(&library, "missed", |log| trouble(log, "is not there")).await;
    // Rotated: another file with other lines, and one that was there.
    let rotated = format!("{HEAD}00001.png,e-1,Bo,\n00000.png,e-0,Ada,\n");
    fs::write(&log, rotated).unwrap();
    until(&library, "read again", |log| log.attached == 2).await;
    assert_eq!(library.names("persona=Bo").await, ["00001.png"]);
    fs::write(&log, b"SQLite format 3\0 nonsense").unwrap();
    until(&library, "refused again", |log| trouble(log, "SQLite")).await;
    library.gallery.close().await;
}
