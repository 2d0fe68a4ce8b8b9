//! The daily copies of a PostgreSQL database.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use domain::time::DAY;
use gallery::Options;
use testkit::{Library, db::TestDatabase, picture};

/// A library of three pictures, and whatever else its options are.
async fn library(database: &TestDatabase, change: impl FnOnce(&mut Options)) -> Library {
    let library = Library::new(|options| {
        options.database = Some(database.url().to_owned());
        change(options);
    });
    let library = library.await;
    for seed in 0..3 {
        library.write(&format!("{seed}.png"), &picture::a1111("a dune", seed));
    }
    library.scan().await;
    library
}

fn folder(library: &Library) -> PathBuf {
    library.data().join("snapshots")
}

/// The names of what lies beside the library.
fn names(library: &Library) -> Vec<String> {
    let entries = fs::read_dir(folder(library)).into_iter().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Whether it is named as a copy of PostgreSQL's database.
fn is_dump(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|end| end == "dump")
}

/// What the doctor says of the last one, and what is wrong.
async fn told(library: &Library) -> (String, Vec<String>) {
    let report = library.gallery.health().report(false, &[]).await.unwrap();
    let mut facts = report.facts.into_iter();
    let fact = facts.find(|(name, _)| name == "last snapshot").unwrap().1;
    (fact, report.troubles)
}

/// A program that is a few lines of shell.
fn script(folder: &Path, name: &str, lines: &str) {
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/sh\n{lines}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_of_postgresql_is_made_once_a_day_and_becomes_a_library_again() {
    let (first, second) = (testkit::db::postgres(), testkit::db::postgres());
    let library = library(&first, |_| {}).await;
    let (fact, troubles) = told(&library).await;
    assert!(fact.contains("none yet"), "{fact}");
    assert_eq!(troubles, Vec::<String>::new());
    let health = library.gallery.health();
    health.snapshot().await.unwrap();
    let today = library.clock.now().day_text();
    assert_eq!(names(&library), [format!("proofsheet-{today}.dump")]);
    assert_eq!(told(&library).await, (today, Vec::new()));
    let numbers = health.numbers().await.unwrap();
    assert!(numbers.snapshot_age.is_some_and(|age| age < 86_400));

    let made = folder(&library).join(&names(&library)[0]);
    let before = fs::metadata(&made).unwrap().modified().unwrap();
    health.snapshot().await.unwrap();
    assert_eq!(fs::metadata(&made).unwrap().modified().unwrap(), before);

    // As the page about backups says.
    let put_back = Command::new(testkit::db::binaries().join("pg_restore"))
        .args(["--no-owner", "--dbname", second.url()])
        .arg(&made)
        .output()
        .unwrap();
    let wrong = String::from_utf8_lossy(&put_back.stderr);
    assert!(put_back.status.success(), "{wrong}");
    let other = Some(second.url().to_owned());
    let library = library.reopened_with(|options| options.database = other);
    assert_eq!(library.await.find("").await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn seven_days_and_four_weeks_of_postgresql_are_kept() {
    let database = testkit::db::postgres();
    let library = library(&database, |_| {}).await;
    fs::create_dir_all(folder(&library)).unwrap();
    for _ in 0..40 {
        let day = library.clock.now().day_text();
        fs::write(
            folder(&library).join(format!("proofsheet-{day}.dump")),
            b"x",
        )
        .unwrap();
        library.clock.advance(DAY);
    }
    // What another engine left, and what is nobody's, stays.
    for name in ["proofsheet-2020-01-01.db", "mine.dump"] {
        fs::write(folder(&library).join(name), b"x").unwrap();
    }
    library.gallery.health().snapshot().await.unwrap();
    let left = names(&library);
    let of_days = left
        .iter()
        .filter(|name| is_dump(name) && name.starts_with("proofsheet-"));
    assert_eq!(of_days.count(), 11, "{left:?}");
    assert_eq!(left.len(), 13, "{left:?}");
    library.clock.advance(5 * DAY);
    let (_, troubles) = told(&library).await;
    assert!(troubles[0].contains("5 days old"), "{troubles:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_that_are_missing_too_old_or_failing_are_told_and_take_no_snapshot_away() {
    let database = testkit::db::postgres();
    let programs = tempfile::tempdir().unwrap();
    let named = Some(programs.path().to_owned());
    let library = library(&database, |options| options.postgres_programs = named).await;
    fs::create_dir_all(folder(&library)).unwrap();
    let good = format!("proofsheet-{}.dump", library.clock.now().day_text());
    fs::write(folder(&library).join(&good), b"good").unwrap();
    library.clock.advance(DAY);
    let health = library.gallery.health();

    let refused = async |part: &str| {
        let words = health.snapshot().await.unwrap_err().problem().message;
        assert!(words.contains(part), "{words}");
        assert_eq!(names(&library), std::slice::from_ref(&good), "{part}");
        words
    };
    let missing = refused("pg_dump, which was not found").await;
    assert!(missing.contains("postgresql-client"), "{missing}");
    assert_eq!(told(&library).await.1, [missing]);

    script(
        programs.path(),
        "pg_dump",
        "echo 'pg_dump: error: aborting because of server version mismatch' >&2; exit 1",
    );
    let old = refused("of an older version than the PostgreSQL server").await;
    assert_eq!(told(&library).await.1, [old]);

    // It says that all went well and wrote something that cannot be read back.
    let real = testkit::db::binaries().join("pg_restore");
    std::os::unix::fs::symlink(real, programs.path().join("pg_restore")).unwrap();
    script(
        programs.path(),
        "pg_dump",
        "while [ $# -gt 0 ]; do [ \"$1\" = --file ] && echo junk > \"$2\"; shift; done",
    );
    refused("pg_restore could not do this").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_for_snapshots_of_postgresql_gets_the_first_one_by_itself() {
    let database = testkit::db::postgres();
    let library = library(&database, |options| options.snapshots = true).await;
    let waiting = async {
        while !names(&library).iter().any(|name| is_dump(name)) {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    let made = tokio::time::timeout(std::time::Duration::from_secs(30), waiting).await;
    assert!(made.is_ok(), "none was made");
}
