//! What a full disk does not do: lose anything, stop anything, stay silent.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails should fail its test"
)]

use std::{fs, path::PathBuf, time::Duration};

use domain::{
    image::{ImageCard, ThumbSize},
    judgement::Edit,
    problem::ProblemKind,
    selection::Selection,
};
use testkit::{
    Library,
    disk::{SmallDisk, with_own_mounts},
    picture,
};

fn fill(library: &Library, names: std::ops::Range<u32>) {
    for seed in names {
        let name = format!("{seed:03}.png");
        library.write(&name, &picture::a1111("a dune", seed));
    }
}

/// All files of the thumbnail cache.
fn kept(library: &Library) -> Vec<PathBuf> {
    let folders = fs::read_dir(library.data().join("thumbs")).unwrap();
    folders
        .flat_map(|folder| fs::read_dir(folder.unwrap().path()).unwrap())
        .map(|file| file.unwrap().path())
        .collect()
}

fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(test);
}

#[test]
fn thumbnails_wait_for_room_while_the_grid_goes_on() {
    if !with_own_mounts("thumbnails_wait_for_room_while_the_grid_goes_on") {
        return;
    }
    run(async {
        let mut disk = None;
        let library = Library::new(|options| {
            // Each thumbnail takes a page of 4096 bytes.
            disk = Some(SmallDisk::over(&options.data_dir.join("thumbs"), 16 << 12));
            options.finish = true;
        })
        .await;
        fill(&library, 0..30);
        library.scan().await;
        let full = library.gallery.scans().finished().await.unwrap_err();
        let full = full.problem();
        assert_eq!(full.kind, ProblemKind::DiskFull);
        assert!(
            full.message.contains("full") && full.message.contains("Make room"),
            "{full}"
        );
        let (_, problems) = library.gallery.scans().problems(0).await.unwrap();
        let told: Vec<(&str, &str)> = problems
            .iter()
            .map(|problem| (problem.code.as_str(), problem.message.as_str()))
            .collect();
        assert_eq!(told, [("disk-full", full.message.as_str())]);

        let cards = library.find("").await;
        assert_eq!(cards.len(), 30);
        let images = library.gallery.images();
        for card in &cards {
            let thumb = images.thumb(card.id, &card.stamp, ThumbSize::Small).await;
            assert_eq!(&thumb.unwrap().bytes[..4], b"RIFF");
        }
        for path in kept(&library) {
            assert_eq!(
                path.extension(),
                Some("webp".as_ref()),
                "half-written: {path:?}"
            );
            let bytes = fs::read(&path).unwrap();
            let length = u32::from_le_bytes(bytes[4..8].try_into().unwrap()) as usize;
            assert_eq!(bytes.len(), length + 8, "half-written: {path:?}");
        }

        disk.as_ref().unwrap().resize(4 << 20);
        library.gallery.scans().finished().await.unwrap();
        assert_eq!(kept(&library).len(), 60);
        assert_eq!(library.gallery.scans().problems(0).await.unwrap().0, 0);
        library.gallery.close().await;
        drop(disk);
    });
}

#[test]
fn a_database_without_room_keeps_what_it_has_and_goes_on_when_there_is_some() {
    if !with_own_mounts("a_database_without_room_keeps_what_it_has_and_goes_on_when_there_is_some")
    {
        return;
    }
    run(async {
        let mut disk = None;
        let library =
            Library::new(|options| disk = Some(SmallDisk::over(&options.data_dir, 8 << 20))).await;
        fill(&library, 0..20);
        library.scan().await;
        let filler = disk.as_ref().unwrap().fill();
        fill(&library, 20..200);
        let refused = [
            library.gallery.scans().run().await,
            library.gallery.roots().add("/usr").await.map(drop),
        ];
        for refused in refused {
            let problem = refused.unwrap_err().problem();
            assert_eq!(problem.kind, ProblemKind::DiskFull, "{problem}");
        }
        assert_eq!(library.find("").await.len(), 20);
        assert_eq!(library.find("name=007.png").await.len(), 1);

        fs::remove_file(filler).unwrap();
        library.scan().await;
        assert_eq!(library.find("").await.len(), 200);
        let health = library.gallery.health().report(true, &[]).await.unwrap();
        assert!(
            health
                .troubles
                .iter()
                .all(|trouble| !trouble.contains("damaged") && !trouble.contains("differs")),
            "{health:?}"
        );
        library.gallery.close().await;
        drop(disk);
    });
}

#[test]
fn on_a_full_disk_one_can_still_judge_throw_away_and_empty_the_trash() {
    if !with_own_mounts("on_a_full_disk_one_can_still_judge_throw_away_and_empty_the_trash") {
        return;
    }
    run(async {
        let mut disk = None;
        let library = Library::new(|options| {
            disk = Some(SmallDisk::over(&options.data_dir, 48 << 20));
            options.ballast = 4 << 20;
        })
        .await;
        let ballast = library.data().join("ballast");
        until("the ballast is made", || {
            fs::metadata(&ballast).is_ok_and(|facts| facts.len() == 4 << 20)
        })
        .await;
        fill(&library, 0..30);
        library.scan().await;
        let root = library.gallery.roots().all().await.unwrap().remove(0);
        library
            .gallery
            .roots()
            .allow_delete(root.id, true)
            .await
            .unwrap();
        let filler = disk.as_ref().unwrap().fill();
        until("the ballast is released", || !ballast.exists()).await;

        // What fills disks by itself waits.
        fill(&library, 30..40);
        let refused = library.gallery.scans().run().await.unwrap_err().problem();
        assert_eq!(refused.kind, ProblemKind::DiskFull, "{refused}");
        assert_eq!(library.find("").await.len(), 30);
        // Pictures are shown, but no thumbnail of them is kept.
        let card = library.find("name=007.png").await.remove(0);
        let images = library.gallery.images();
        let thumb = images.thumb(card.id, &card.stamp, ThumbSize::Small).await;
        assert_eq!(&thumb.unwrap().bytes[..4], b"RIFF");
        assert_eq!(kept(&library), Vec::<PathBuf>::new());
        library.gallery.health().snapshot().await.unwrap();
        assert!(
            !library.data().join("snapshots").exists(),
            "there is no room for a copy"
        );
        // What people do goes on.
        let cards = library.find("sort=name").await;
        let these =
            |some: &[ImageCard]| Selection::These(some.iter().map(|card| card.id).collect());
        let judge = library.gallery.judge();
        for stars in 1..=5 {
            judge
                .set(&these(&cards), Edit::Rating(stars), "me")
                .await
                .unwrap();
        }
        judge
            .set(&these(&cards[..10]), Edit::Trash(true), "me")
            .await
            .unwrap();
        let undone = judge
            .set(&these(&cards[..5]), Edit::Trash(false), "me")
            .await;
        assert_eq!(undone.unwrap().changed, 5);
        let emptied = library.gallery.trash().empty("me").await.unwrap();
        assert_eq!((emptied.pictures, emptied.kept), (5, Vec::new()));
        assert!(!library.path("005.png").exists() && library.path("004.png").exists());

        // A new start on the full disk has the same room.
        let library = library.reopened().await;
        assert_eq!(library.find("rating=5").await.len(), 25);
        library.gallery.close().await;
        fs::remove_file(filler).unwrap();
        drop(disk);
    });
}

/// A library must open on a disk that filled up while nothing ran.
#[test]
fn a_library_opens_on_a_disk_that_filled_up_while_nothing_ran() {
    if !with_own_mounts("a_library_opens_on_a_disk_that_filled_up_while_nothing_ran") {
        return;
    }
    run(async {
        let data = tempfile::tempdir().unwrap();
        let disk = SmallDisk::over(data.path(), 48 << 20);
        let options = || {
            let mut options = gallery::Options::new(data.path());
            (options.watch, options.finish, options.ballast) = (false, false, 4 << 20);
            options
        };
        let first = gallery::Gallery::open(options()).await.unwrap();
        let ballast = data.path().join("ballast");
        until("the ballast is made", || {
            fs::metadata(&ballast).is_ok_and(|facts| facts.len() == 4 << 20)
        })
        .await;
        let name = first.library().to_owned();
        first.close().await;
        drop(first);
        let filler = disk.fill();
        let second = gallery::Gallery::open(options()).await.unwrap();
        assert_eq!(second.library(), name);
        assert!(!ballast.exists());
        fs::remove_file(filler).unwrap();
        until("the ballast is made again", || {
            fs::metadata(&ballast).is_ok_and(|facts| facts.len() == 4 << 20)
        })
        .await;
        second.close().await;
        drop(disk);
    });
}

/// Waits for something that the background work does.
async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let waiting = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let done = tokio::time::timeout(Duration::from_secs(30), waiting).await;
    assert!(done.is_ok(), "{what}: not in half a minute");
}

#[test]
fn an_import_without_room_leaves_nothing_half_and_goes_on_when_there_is_some() {
    if !with_own_mounts("an_import_without_room_leaves_nothing_half_and_goes_on_when_there_is_some")
    {
        return;
    }
    run(async {
        let mut disk = None;
        let library =
            Library::new(|options| disk = Some(SmallDisk::over(&options.data_dir, 16 << 20))).await;
        let from = tempfile::tempdir().unwrap();
        let texts = "words ".repeat(3_000);
        for seed in 0..100 {
            let picture = picture::png(seed, &[("parameters", &texts)]);
            fs::write(from.path().join(format!("{seed:03}.png")), picture).unwrap();
        }
        let how = gallery::ImportHow::default();
        let defaults = domain::import::Defaults::default();
        let imports = library.gallery.imports();
        let import = || imports.folder(from.path(), &defaults, &how, &|_| ());
        // Room for some of them, not for all.
        let disk = disk.unwrap();
        let filler = disk.fill();
        let length = fs::metadata(&filler).unwrap().len();
        let file = fs::File::options().write(true).open(&filler).unwrap();
        file.set_len(length - (1 << 20)).unwrap();
        drop(file);
        let problem = import().await.unwrap_err().problem();
        assert_eq!(problem.kind, ProblemKind::DiskFull, "{problem}");
        let waiting = fs::read_dir(library.data().join("incoming")).unwrap();
        assert_eq!(waiting.count(), 0);
        let placed = fs::read_dir(library.data().join("originals"))
            .into_iter()
            .flatten()
            .flat_map(|folder| fs::read_dir(folder.unwrap().path()).unwrap());
        for placed in placed {
            let placed = placed.unwrap().path();
            let own = from.path().join(placed.file_name().unwrap());
            assert!(fs::read(placed).unwrap() == fs::read(own).unwrap());
        }
        fs::remove_file(filler).unwrap();
        let imported = import().await.unwrap();
        assert_eq!(
            (imported.taken + imported.there, imported.refused),
            (100, 0)
        );
        assert_eq!(library.find("").await.len(), 100);
        library.gallery.close().await;
        drop(disk);
    });
}
