//! What a full disk does not do: lose anything, stop anything, stay silent.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails should fail its test"
)]

use std::{fs, path::PathBuf};

use domain::{image::ThumbSize, problem::ProblemKind};
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
