//! What is set for a library: in force at once, kept, refused in words.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests are not covered by allow-unwrap-in-tests"
)]

use std::{fs, path::Path, time::Duration};

use domain::{
    bytes::Bytes,
    judgement::Edit,
    problem::ProblemKind,
    selection::Selection,
    settings::{Fixed, LibrarySettings, Notice, SaidBy, SettingName, SettingsNow},
    time::DAY,
};
use gallery::{Error, Options, SettingLine, SettingsBeside};
use testkit::{Library, picture};

async fn change(library: &Library, values: &[(&str, &str)]) -> Result<SettingsNow, Error> {
    let values: Vec<(String, String)> = values
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    library.gallery.settings().change(&values).await
}

async fn now(library: &Library) -> SettingsNow {
    library.gallery.settings().now().await.unwrap()
}

fn refused(answer: Result<SettingsNow, Error>) -> (ProblemKind, String) {
    let problem = answer.unwrap_err().problem();
    (problem.kind, problem.message)
}

/// A library whose background work runs, with a picture.
async fn working() -> Library {
    let library = Library::new(|options| options.finish = true).await;
    library.write("00000.png", &picture::a1111("a quiet dune", 0));
    library.scan().await;
    library.gallery.scans().finished().await.unwrap();
    library
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_set_is_in_force_and_survives_reopening() {
    let library = working().await;
    let told = change(
        &library,
        &[
            ("trash-days", "7"),
            ("thumbnail-cache", "500MB"),
            ("thumbnail-quality", "90"),
            ("notice", "never"),
            ("look-minutes", "60"),
            ("prepare", "false"),
        ],
    )
    .await
    .unwrap();
    let expected = LibrarySettings {
        trash_days: 7,
        thumbnail_cache: Bytes(500_000_000),
        thumbnail_quality: 90,
        notice: Notice::Never,
        look_minutes: 60,
        prepare: false,
    };
    assert_eq!(told.settings, expected);
    let library = library.reopened_with(|options| options.finish = true).await;
    assert_eq!(now(&library).await.settings, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_value_or_name_changes_nothing_and_says_what_may_be() {
    let library = Library::of_pictures(0).await;
    let before = now(&library).await;
    let bad = [
        (("trash-days", "0"), "1 to 3650 days"),
        (("thumbnail-cache", "1MB"), "at least 64MB"),
        (("trash-dayz", "5"), "no setting called trash-dayz"),
    ];
    for (bad, said) in bad {
        let answer = change(&library, &[("thumbnail-quality", "60"), bad]).await;
        let (kind, message) = refused(answer);
        assert_eq!(kind, ProblemKind::Invalid);
        assert!(message.contains(said), "{message}");
        assert!(message.ends_with("Nothing was changed."), "{message}");
        assert_eq!(now(&library).await, before);
    }
    let library = library.reopened().await;
    assert_eq!(now(&library).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_as_toml_can_be_read_by_another_library() {
    let one = Library::of_pictures(0).await;
    change(&one, &[("trash-days", "90"), ("thumbnail-cache", "1GiB")])
        .await
        .unwrap();
    let toml = one.gallery.settings().export();
    assert!(toml.contains("\ntrash-days = 90\n"), "{toml}");
    assert!(toml.contains("\nthumbnail-cache = \"1GiB\"\n"), "{toml}");
    let other = Library::of_pictures(0).await;
    let brought = other.gallery.settings().import(toml.as_bytes()).await;
    assert_eq!(brought.unwrap().settings, now(&one).await.settings);
    assert_eq!(other.gallery.settings().export(), toml);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_a_slip_is_refused_whole() {
    let library = Library::of_pictures(0).await;
    let before = now(&library).await;
    let files: [(&[u8], &str); 6] = [
        (
            b"trash-days = 5\ntrahs-days = 7\n",
            "no setting called trahs-days",
        ),
        (b"trash-days = 5\nprepare = maybe\n", "line 2"),
        (
            b"trash-days = 5\nlook-minutes = [1]\n",
            "look-minutes is one text",
        ),
        (b"[library]\ntrash-days = 5\n", "no setting called library"),
        (b"trash-days = 5\nthumbnail-quality = 200\n", "50 to 95"),
        (b"trash-days = \"\xff\"\n", "UTF-8"),
    ];
    for (file, said) in files {
        let (kind, message) = refused(library.gallery.settings().import(file).await);
        assert_eq!(kind, ProblemKind::Invalid);
        assert!(message.contains(said), "{message}");
        assert_eq!(now(&library).await, before);
    }
    let large = vec![b'#'; 70_000];
    let (kind, _) = refused(library.gallery.settings().import(&large).await);
    assert_eq!(kind, ProblemKind::TooLarge);
    // A file may leave something out.
    let some = library.gallery.settings().import(b"trash-days = 5\n").await;
    assert_eq!(some.unwrap().settings.trash_days, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_start_fixed_wins_and_is_changed_only_there() {
    let library = working().await;
    change(&library, &[("thumbnail-cache", "500MB")])
        .await
        .unwrap();
    let fixed = Fixed {
        name: SettingName::ThumbnailCache,
        by: SaidBy::Flag,
    };
    let library = library
        .reopened_with(|options| {
            options.thumb_cache_bytes = 1 << 30;
            options.fixed = vec![fixed];
        })
        .await;
    library.scan().await;
    let told = now(&library).await;
    assert_eq!(told.settings.thumbnail_cache, Bytes(1 << 30));
    assert_eq!(told.fixed(SettingName::ThumbnailCache), Some(fixed));
    let (kind, message) = refused(change(&library, &[("thumbnail-cache", "2GiB")]).await);
    assert_eq!(kind, ProblemKind::Conflict);
    assert!(message.contains("the flag --thumbnail-cache"), "{message}");
    // Saying the same is none; the others can be set, and what was set before comes back without the flag.
    change(
        &library,
        &[("thumbnail-cache", "1GiB"), ("trash-days", "9")],
    )
    .await
    .unwrap();
    let library = library.reopened().await;
    let told = now(&library).await.settings;
    assert_eq!(told.thumbnail_cache, Bytes(500_000_000));
    assert_eq!(told.trash_days, 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_smaller_cache_is_that_small_at_once_and_its_size_is_told() {
    let library = working().await;
    let told = change(&library, &[("thumbnail-cache", "1GiB")]).await;
    let used = told.unwrap().cache_used;
    let folder = library.data().join("thumbs");
    assert_eq!(used, bytes_below(&folder));
    assert!(used > 0);
    // What nobody looked at for longest, and too much of it.
    let old = folder.join("00");
    std::fs::create_dir_all(&old).unwrap();
    for number in 0..10 {
        let file = std::fs::File::create(old.join(format!("{number}.webp"))).unwrap();
        file.set_len(10_000_000).unwrap();
        file.set_modified(std::time::UNIX_EPOCH + Duration::from_secs(number))
            .unwrap();
    }
    let told = change(&library, &[("thumbnail-cache", "64MB")])
        .await
        .unwrap();
    assert!(told.cache_used <= 57_600_000, "{}", told.cache_used);
    assert!(told.cache_used > 40_000_000, "{}", told.cache_used);
    assert_eq!(told.cache_used, bytes_below(&folder));
    assert!(!old.join("0.webp").exists() && old.join("9.webp").exists());
}

fn bytes_below(folder: &Path) -> u64 {
    let inside = |folder: &Path| {
        let entries = std::fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap()).collect::<Vec<_>>()
    };
    let files = inside(folder)
        .into_iter()
        .flat_map(|entry| inside(&entry.path()));
    files.map(|file| file.metadata().unwrap().len()).sum()
}

/// The program ends, and begins again so many days later.
async fn days_later(library: Library, days: i64) -> Library {
    library.clock.advance(days * DAY);
    let library = library.reopened().await;
    library.scan().await;
    library
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_leave_the_trash_after_the_days_that_are_set() {
    for (days, goes) in [("3", true), ("60", false)] {
        let mut library = working().await;
        let root = library.gallery.roots().all().await.unwrap().remove(0);
        let roots = library.gallery.roots();
        roots.allow_delete(root.id, true).await.unwrap();
        change(&library, &[("trash-days", days)]).await.unwrap();
        // Somebody runs the program on many days.
        for _ in 0..8 {
            library = days_later(library, 1).await;
            assert_eq!(now(&library).await.settings.trash_days.to_string(), days);
        }
        let ids = library.find("").await.iter().map(|card| card.id).collect();
        let chosen = Selection::These(ids);
        let judge = library.gallery.judge();
        judge.set(&chosen, Edit::Trash(true), "me").await.unwrap();
        library = days_later(library, 2).await;
        assert_eq!(library.gallery.judge().aside().await.unwrap().trash, 1);
        library = days_later(library, 2).await;
        if !goes {
            // Longer than the days that hold where nobody sets any.
            library.clock.advance(32 * DAY);
            for _ in 0..9 {
                library = days_later(library, 1).await;
            }
        }
        let gone = async || library.gallery.judge().aside().await.unwrap().trash == 0;
        if goes {
            let went = async {
                while !gone().await {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            };
            let went = tokio::time::timeout(Duration::from_secs(30), went).await;
            assert!(went.is_ok(), "still there after {days} days");
        }
        assert_eq!(library.path("00000.png").exists(), !goes);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_are_prepared_only_while_that_is_set() {
    let library = working().await;
    change(&library, &[("prepare", "false")]).await.unwrap();
    library.write("00001.png", &picture::a1111("a quiet dune", 1));
    library.scan().await;
    let used = now(&library).await.cache_used;
    library.gallery.scans().finished().await.unwrap();
    assert_eq!(now(&library).await.cache_used, used);
    change(&library, &[("prepare", "true")]).await.unwrap();
    library.gallery.scans().finished().await.unwrap();
    assert!(now(&library).await.cache_used > used);
}

#[tokio::test(flavor = "multi_thread")]
async fn thumbnails_are_made_in_the_quality_that_is_set() {
    let mut sizes = Vec::new();
    for quality in ["50", "95"] {
        let library = Library::new(|options| options.finish = true).await;
        change(&library, &[("thumbnail-quality", quality)])
            .await
            .unwrap();
        library.write("00000.png", &picture::a1111("a quiet dune", 0));
        library.scan().await;
        library.gallery.scans().finished().await.unwrap();
        sizes.push(now(&library).await.cache_used);
    }
    assert!(sizes[0] < sizes[1], "{sizes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_are_watched_from_the_moment_that_it_is_set() {
    let library = Library::new(|options| options.watch = true).await;
    change(&library, &[("notice", "never")]).await.unwrap();
    library.scan().await;
    change(&library, &[("notice", "events")]).await.unwrap();
    // Watching has begun when everything was looked at once.
    library.scan().await;
    library.write("new.png", &picture::a1111("a quiet dune", 1));
    let came = async {
        while library.find("").await.is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let came = tokio::time::timeout(Duration::from_secs(30), came).await;
    assert!(came.is_ok(), "nobody noticed the new file");
}

/// What another process says of the library.
fn elsewhere(library: &Library) -> Options {
    Options::new(library.data())
}

async fn until(library: &Library, condition: impl Fn(&LibrarySettings) -> bool) -> LibrarySettings {
    let waiting = async {
        loop {
            let settings = now(library).await.settings;
            if condition(&settings) {
                return settings;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let came = tokio::time::timeout(Duration::from_secs(30), waiting).await;
    came.expect("the gallery notices what another process set")
}

fn line(lines: &[SettingLine], name: &str) -> (String, String, String) {
    let line = lines.iter().find(|line| line.name == name).unwrap();
    (line.value.clone(), line.default.clone(), line.said.clone())
}

fn told(value: &str, default: &str, said: &str) -> (String, String, String) {
    (value.to_owned(), default.to_owned(), said.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_process_sets_is_noticed_and_nothing_that_was_set_is_lost() {
    let library = working().await;
    change(&library, &[("thumbnail-quality", "60")])
        .await
        .unwrap();
    let beside = SettingsBeside::open(&elsewhere(&library)).await.unwrap();
    let value = |name: &str, text: &str| [(name.to_owned(), text.to_owned())];
    beside.change(&value("trash-days", "90")).await.unwrap();
    // At once, before the gallery can have looked: both are set then.
    change(&library, &[("look-minutes", "20")]).await.unwrap();
    let settings = until(&library, |now| now.trash_days == 90).await;
    assert_eq!(settings.look_minutes, 20);
    let lines = beside.all().await.unwrap();
    assert_eq!(line(&lines, "trash-days"), told("90", "30", "this library"));
    assert_eq!(
        line(&lines, "thumbnail-quality"),
        told("60", "78", "this library")
    );
    assert_eq!(line(&lines, "look-minutes").0, "20");
    assert_eq!(line(&lines, "prepare"), told("true", "true", "default"));
    assert_eq!(lines.last().unwrap().name, "ffmpeg");

    // A smaller cache is that small soon.
    let old = library.data().join("thumbs").join("00");
    fs::create_dir_all(&old).unwrap();
    let file = fs::File::create(old.join("0.webp")).unwrap();
    file.set_len(100_000_000).unwrap();
    file.set_modified(std::time::UNIX_EPOCH).unwrap();
    change(&library, &[("thumbnail-cache", "1GiB")])
        .await
        .unwrap();
    beside
        .change(&value("thumbnail-cache", "64MB"))
        .await
        .unwrap();
    let went = async {
        while old.join("0.webp").exists() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let went = tokio::time::timeout(Duration::from_secs(30), went).await;
    assert!(went.is_ok(), "the cache stayed as large as it was");

    beside.reset("trash-days").await.unwrap();
    until(&library, |now| now.trash_days == 30).await;
    let refused = beside.reset("ffmpeg").await.unwrap_err().problem();
    assert!(refused.message.contains("--ffmpeg"), "{refused:?}");
    beside.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_goes_out_and_in_beside_the_gallery_and_one_with_a_slip_changes_nothing() {
    let library = Library::of_pictures(0).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("settings.toml");
    let beside = SettingsBeside::open(&elsewhere(&library)).await.unwrap();
    beside.export_to(&file).await.unwrap();
    let toml = fs::read_to_string(&file).unwrap();
    assert_eq!(toml, beside.export().await.unwrap());
    let again = beside.export_to(&file).await.unwrap_err().problem();
    assert_eq!(again.kind, ProblemKind::Conflict);
    assert_eq!(fs::read_to_string(&file).unwrap(), toml);

    let slip = toml.replace("trash-days = 30", "trash-days = 7") + "\ntrahs-days = 1\n";
    fs::write(&file, slip).unwrap();
    let refused = beside.import(&file).await.unwrap_err().problem();
    assert!(refused.message.contains("trahs-days"), "{refused:?}");
    assert_eq!(beside.export().await.unwrap(), toml);
    fs::write(&file, vec![b'#'; 70_000]).unwrap();
    let refused = beside.import(&file).await.unwrap_err().problem();
    assert_eq!(refused.kind, ProblemKind::TooLarge);
    fs::write(&file, "trash-days = 7\n").unwrap();
    beside.import(&file).await.unwrap();
    until(&library, |now| now.trash_days == 7).await;

    let mut fixing = elsewhere(&library);
    fixing.fixed = vec![Fixed {
        name: SettingName::TrashDays,
        by: SaidBy::Variable,
    }];
    let fixing = SettingsBeside::open(&fixing).await.unwrap();
    let said = line(&fixing.all().await.unwrap(), "trash-days").2;
    assert_eq!(said, "the variable PROOFSHEET_TRASH_DAYS");
    let refused = fixing.reset("trash-days").await.unwrap_err().problem();
    assert_eq!(refused.kind, ProblemKind::Conflict);
    fixing.close().await;
    beside.close().await;
}
