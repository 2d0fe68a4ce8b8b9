//! What is set for a library: in force at once, kept, refused in words.

mod elsewhere;

use std::{fs, path::Path, time::Duration};

use domain::{
    bytes::Bytes,
    image::ThumbSize,
    judgement::Edit,
    problem::ProblemKind,
    scan::Root,
    selection::Selection,
    settings::{
        Density, Fixed, Keys, LibrarySettings, Notice, SaidBy, SettingName, SettingsNow, Theme,
    },
    time::DAY,
};
use gallery::Error;
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

async fn roots(library: &Library) -> Vec<Root> {
    library.gallery.roots().all().await.unwrap()
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
            ("thumbnail-sizes", "512, 1024"),
            ("theme", "system"),
            ("density", "large"),
            ("keys", "immich"),
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
        thumbnail_sizes: vec![ThumbSize::Medium, ThumbSize::Large],
        theme: Theme::System,
        density: Density::Large,
        keys: Keys::Immich,
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
    change(
        &one,
        &[
            ("trash-days", "90"),
            ("thumbnail-cache", "1GiB"),
            ("thumbnail-sizes", "1024"),
            ("theme", "light"),
        ],
    )
    .await
    .unwrap();
    let toml = one.gallery.settings().export().await.unwrap();
    for line in [
        "\ntrash-days = 90\n",
        "\nthumbnail-cache = \"1GiB\"\n",
        "\nthumbnail-sizes = [1024]\n",
        "\ntheme = \"light\"\n",
    ] {
        assert!(toml.contains(line), "{line:?} is not in {toml}");
    }
    let other = Library::of_pictures(0).await;
    let brought = other.gallery.settings().import(toml.as_bytes(), "me").await;
    assert_eq!(brought.unwrap().settings, now(&one).await.settings);
    // It watches the folder of the first as well now.
    assert_eq!(roots(&other).await.len(), 2);
    let again = other.gallery.settings().export().await.unwrap();
    for line in toml.lines() {
        assert!(again.contains(line), "{line:?} is not in {again}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_a_slip_is_refused_whole() {
    let library = Library::of_pictures(0).await;
    let before = now(&library).await;
    let files: [(&[u8], &str); 8] = [
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
        (
            b"trash-days = 5\nthumbnail-sizes = [256, 300]\n",
            "256, 512 and 1024",
        ),
        (b"trash-days = 5\nthumbnail-sizes = {}\n", "[256, 512]"),
    ];
    for (file, said) in files {
        let (kind, message) = refused(library.gallery.settings().import(file, "me").await);
        assert_eq!(kind, ProblemKind::Invalid);
        assert!(message.contains(said), "{message}");
        assert_eq!(now(&library).await, before);
    }
    let large = vec![b'#'; 70_000];
    let (kind, _) = refused(library.gallery.settings().import(&large, "me").await);
    assert_eq!(kind, ProblemKind::TooLarge);
    // A file may leave something out.
    let some = library
        .gallery
        .settings()
        .import(b"trash-days = 5\n", "me")
        .await;
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

#[tokio::test(flavor = "multi_thread")]
async fn thumbnails_are_made_ahead_in_the_sizes_that_are_set() {
    let library = Library::new(|options| options.finish = true).await;
    change(&library, &[("thumbnail-sizes", "1024, 256")])
        .await
        .unwrap();
    library.write("00000.png", &picture::a1111("a quiet dune", 0));
    library.scan().await;
    library.gallery.scans().finished().await.unwrap();
    let folders = fs::read_dir(library.data().join("thumbs")).unwrap();
    let files = folders.flat_map(|folder| fs::read_dir(folder.unwrap().path()).unwrap());
    let mut names: Vec<String> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let ends = |names: &[String]| -> Vec<bool> {
        ["256", "512", "1024"]
            .map(|size| {
                let end = format!("-{size}-v1.webp");
                names.iter().any(|name| name.ends_with(&end))
            })
            .into()
    };
    assert_eq!(ends(&names), [true, false, true], "{names:?}");
}
