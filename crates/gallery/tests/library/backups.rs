//! Backups: whole, provable, and a library again.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use bytes::Bytes;
use domain::{
    judgement::Edit, photoset::Photoset, problem::ProblemKind, query::Query, selection::Selection,
};
use futures::stream;
use gallery::{
    Backup, BackupOptions, Checked, Depth, Gallery, Options, Pruned, RestoreOptions, VerifyOptions,
    backup, check, restore, verify,
};
use testkit::{Library, picture};

/// The options of a library that is open or was.
fn options(library: &Library) -> Options {
    let mut options = Options::new(library.data());
    options.clock = library.clock.clone();
    options.workers = 2;
    options
}

/// Gives files to the gallery.
async fn send(library: &Library, seeds: std::ops::Range<u32>) {
    for seed in seeds {
        let bytes = picture::a1111("a red fox", seed);
        let uploads = library.gallery.uploads();
        let name = format!("fox {seed}.png");
        let upload = uploads.begin(&name, bytes.len() as u64).await.unwrap();
        let body: Vec<Result<Bytes, std::io::Error>> = vec![Ok(Bytes::from(bytes))];
        uploads
            .add(upload.id, 0, stream::iter(body), None)
            .await
            .unwrap();
    }
}

async fn save(library: &Library, folder: &Path, linked: bool) -> Backup {
    let what = BackupOptions {
        folder: folder.to_owned(),
        linked,
        prune: false,
    };
    backup(&options(library), &what, &|_, _| {}).await.unwrap()
}

async fn prove(folder: &Path) -> Checked {
    check(folder, &|_, _| {}).await.unwrap()
}

fn back(from: &Path, to: &Path) -> RestoreOptions {
    RestoreOptions {
        from: from.to_owned(),
        to: to.to_owned(),
        database: None,
        linked: false,
    }
}

/// All files below a folder, with their bytes.
fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut left = vec![folder.to_owned()];
    let mut found = BTreeMap::new();
    while let Some(inner) = left.pop() {
        for entry in fs::read_dir(&inner).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                left.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_owned();
                found.insert(name, fs::read(path).unwrap());
            }
        }
    }
    found
}

fn objects(folder: &Path) -> usize {
    tree(&folder.join("objects")).len()
}

/// What people decided, as every question tells it.
async fn decided(gallery: &Gallery) -> Vec<(String, u8, usize)> {
    let search = gallery.search();
    let page = search
        .first_page(&Query::parse("sort=name"), 500)
        .await
        .unwrap();
    let mut told = Vec::new();
    for card in page.page.cards {
        let detail = gallery.images().detail(card.id).await.unwrap();
        told.push((card.name, card.judgement.rating, detail.tags.len()));
    }
    told
}

async fn open(data: &Path) -> Gallery {
    let mut options = Options::new(data);
    options.watch = false;
    options.finish = false;
    let gallery = Gallery::open(options).await.unwrap();
    gallery.scans().run().await.unwrap();
    gallery
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_library_at_a_new_path_has_ratings_tags_photosets_and_originals() {
    let library = Library::new(|_| {}).await;
    for seed in 0..5 {
        library.write(&format!("{seed}.png"), &picture::a1111("a dune", seed));
    }
    library.scan().await;
    send(&library, 10..14).await;
    fs::write(library.data().join("rules.toml"), "# mine\n").unwrap();
    let cards = library.find("sort=name").await;
    let these = |at: &[usize]| Selection::These(at.iter().map(|at| cards[*at].id).collect());
    let gallery = &library.gallery;
    gallery
        .judge()
        .set(&these(&[0, 6]), Edit::Rating(5), "me")
        .await
        .unwrap();
    gallery
        .tags()
        .set(&these(&[1, 7]), "harbour", true, "me")
        .await
        .unwrap();
    let set = Photoset::named("Oslo");
    gallery
        .sets()
        .create(set, Some(&these(&[6, 8])), "me")
        .await
        .unwrap();
    let before = decided(gallery).await;
    let originals = tree(&library.data().join("originals"));
    assert_eq!(originals.len(), 4);

    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("backup");
    let made = save(&library, &folder, false).await;
    assert_eq!((made.pictures, made.copied), (9, 4));
    assert_eq!((made.totals.kept, made.totals.listed), (4, 5));
    let checked = prove(&folder).await;
    assert_eq!(checked.troubles, Vec::<String>::new());
    assert_eq!((checked.read, checked.pictures), (5, 9));
    assert_eq!((checked.comes_back.len(), checked.stays.len()), (1, 1));

    library.gallery.close().await;
    let old = library.data().to_owned();
    for entry in fs::read_dir(&old).unwrap() {
        let path = entry.unwrap().path();
        let _ = fs::remove_dir_all(&path).or_else(|_| fs::remove_file(&path));
    }
    let data = place.path().join("new data");
    let restored = restore(&back(&folder, &data), &|_, _| {}).await.unwrap();
    assert_eq!((restored.pictures, restored.files), (9, 4));
    assert_eq!(tree(&data.join("originals")), originals);
    assert_eq!(
        fs::read_to_string(data.join("rules.toml")).unwrap(),
        "# mine\n"
    );
    let gallery = open(&data).await;
    assert_eq!(decided(&gallery).await, before);
    let sets = gallery.sets().list().await.unwrap();
    assert_eq!((sets[0].set.name.as_str(), sets[0].pictures), ("Oslo", 2));
    let roots = gallery.roots().all().await.unwrap();
    let uploads = roots.iter().find(|root| root.name == "Uploads").unwrap();
    assert!(
        uploads.path.starts_with(data.to_str().unwrap()),
        "{}",
        uploads.path
    );
    assert_eq!(uploads.missing, 0);
    let fox = gallery
        .search()
        .first_page(&Query::parse("q=fox"), 9)
        .await
        .unwrap();
    let card = &fox.page.cards[0];
    let original = gallery
        .images()
        .original(card.id, &card.stamp)
        .await
        .unwrap();
    assert!(
        original.fresh,
        "nothing looks changed, so nothing is read again"
    );
    gallery.close().await;
    let how = VerifyOptions {
        depth: Depth::Whole,
        restart: false,
    };
    let came = verify(&Options::new(&data), how, &mut |_| {}, &|_, _| {})
        .await
        .unwrap();
    assert!(came.is_fine(), "{came:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_there_is_not_copied_again_and_the_last_whole_backup_holds() {
    let library = Library::new(|_| {}).await;
    send(&library, 0..40).await;
    let place = tempfile::tempdir().unwrap();
    let first = save(&library, place.path(), false).await;
    assert_eq!((first.copied, objects(place.path())), (40, 40));
    // As an interrupted one leaves it: bytes without a manifest, and half a file.
    fs::remove_file(place.path().join("manifest.json")).unwrap();
    fs::create_dir_all(place.path().join("objects/coming")).unwrap();
    fs::write(place.path().join("objects/coming/7"), b"half").unwrap();
    let missing = check(place.path(), &|_, _| {}).await.unwrap_err().problem();
    assert_eq!(missing.kind, ProblemKind::NotFound, "{missing}");
    send(&library, 40..43).await;
    let second = save(&library, place.path(), false).await;
    assert_eq!((second.copied, second.totals.kept), (3, 43));
    assert_eq!(objects(place.path()), 43);
    let third = save(&library, place.path(), false).await;
    assert_eq!((third.copied, third.copied_bytes), (0, 0));
    assert_eq!(prove(place.path()).await.troubles, Vec::<String>::new());
    let of_library = tree(place.path()).into_keys().filter(|path| {
        let name = path.to_string_lossy();
        name.starts_with("library-") || name.starts_with("files-")
    });
    assert_eq!(of_library.count(), 2, "what no manifest names is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_byte_that_rots_is_found_and_nothing_of_it_is_restored() {
    let library = Library::new(|_| {}).await;
    send(&library, 0..6).await;
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("backup");
    save(&library, &folder, false).await;
    let data = place.path().join("data");
    let files: Vec<PathBuf> = tree(&folder).into_keys().collect();
    let mut proven = 0;
    for name in files.iter().filter(|name| name.as_os_str() != "LOCK") {
        let path = folder.join(name);
        let good = fs::read(&path).unwrap();
        let mut bad = good.clone();
        let middle = bad.len() / 2;
        bad[middle] ^= 0xff;
        fs::write(&path, &bad).unwrap();
        let told = check(&folder, &|_, _| {}).await;
        let seen = told
            .as_ref()
            .map_or(true, |checked| !checked.troubles.is_empty());
        let manifest = name.as_os_str() == "manifest.json";
        // A flipped bit in a sentence for people changes nothing that is restored.
        assert!(seen || manifest, "{name:?}");
        if !manifest {
            let refused = restore(&back(&folder, &data), &|_, _| {})
                .await
                .unwrap_err();
            let words = refused.problem().message;
            assert!(
                words.contains("nothing was left behind"),
                "{name:?}: {words}"
            );
            assert!(!data.exists(), "{name:?} left something behind");
            proven += 1;
        }
        fs::write(&path, &good).unwrap();
    }
    assert_eq!(proven, 8, "six originals, the database and the list");
    restore(&back(&folder, &data), &|_, _| {}).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_with_something_in_it_is_left_alone() {
    let library = Library::new(|_| {}).await;
    send(&library, 0..1).await;
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("backup");
    save(&library, &folder, false).await;
    let data = place.path().join("data");
    fs::create_dir(&data).unwrap();
    fs::write(data.join("mine.txt"), b"mine").unwrap();
    let refused = restore(&back(&folder, &data), &|_, _| {}).await;
    assert_eq!(refused.unwrap_err().problem().kind, ProblemKind::Conflict);
    assert_eq!(tree(&data).len(), 1);
    fs::remove_file(data.join("mine.txt")).unwrap();
    // A failure in an empty folder that was there before leaves it, and leaves it empty.
    let object = tree(&folder.join("objects")).into_keys().next().unwrap();
    fs::write(folder.join("objects").join(object), b"x").unwrap();
    assert!(restore(&back(&folder, &data), &|_, _| {}).await.is_err());
    assert!(data.is_dir() && tree(&data).is_empty());
    let inside = BackupOptions {
        folder: library.data().join("backup"),
        linked: false,
        prune: false,
    };
    let refused = backup(&options(&library), &inside, &|_, _| {}).await;
    assert_eq!(refused.unwrap_err().problem().kind, ProblemKind::Invalid);
    assert!(!library.data().join("backup").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_of_people_are_listed_and_copied_only_when_that_is_asked_for() {
    let library = Library::of_pictures(4).await;
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("backup");
    let listed = save(&library, &folder, false).await;
    assert_eq!(
        (listed.totals.listed, listed.totals.kept, objects(&folder)),
        (4, 0, 0)
    );
    let copied = save(&library, &folder, true).await;
    assert_eq!(
        (copied.totals.listed, copied.totals.kept, copied.copied),
        (0, 4, 4)
    );
    // What is gone by the next time is still there in the backup.
    fs::remove_file(library.path("00002.png")).unwrap();
    let data = place.path().join("data");
    let what = RestoreOptions {
        linked: true,
        ..back(&folder, &data)
    };
    let restored = restore(&what, &|_, _| {}).await.unwrap();
    assert_eq!(restored.files, 4);
    let gallery = open(&data).await;
    assert_eq!(decided(&gallery).await.len(), 4);
    let root = gallery.roots().all().await.unwrap().remove(0);
    assert_eq!((root.images, root.missing), (4, 0));
    assert!(
        root.path.starts_with(data.to_str().unwrap()),
        "{}",
        root.path
    );
    gallery.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_under_load_holds_all_that_was_acknowledged_before_it_began() {
    let library = Library::new(|_| {}).await;
    send(&library, 0..20).await;
    let cards = library.find("sort=name").await;
    let rated = AtomicU32::new(0);
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("backup");
    let judge = library.gallery.judge();
    let writing = async {
        for round in 0_u32.. {
            let one = Selection::These(vec![cards[round as usize % 20].id]);
            let tag = format!("t{round:05}");
            library
                .gallery
                .tags()
                .set(&one, &tag, true, "me")
                .await
                .unwrap();
            judge
                .set(&one, Edit::Rating((round % 5) as u8), "me")
                .await
                .unwrap();
            rated.store(round + 1, Ordering::SeqCst);
        }
    };
    let saving = async {
        while rated.load(Ordering::SeqCst) < 30 {
            tokio::task::yield_now().await;
        }
        let before = rated.load(Ordering::SeqCst);
        let made = save(&library, &folder, false).await;
        (before, made, rated.load(Ordering::SeqCst))
    };
    let (before, made, after) = tokio::select! {
        () = writing => unreachable!("it never ends"),
        saved = saving => saved,
    };
    assert!(after > before, "nothing was written meanwhile");
    assert_eq!(made.totals.kept, 20);
    library.gallery.close().await;
    fs::remove_dir_all(library.data().join("originals")).unwrap();
    fs::remove_file(library.data().join("proofsheet.db")).unwrap();
    assert_eq!(prove(&folder).await.troubles, Vec::<String>::new());
    let data = place.path().join("data");
    restore(&back(&folder, &data), &|_, _| {}).await.unwrap();
    let gallery = open(&data).await;
    for round in 0..before {
        let tag = format!("tag=t{round:05}");
        let found = gallery
            .search()
            .first_page(&Query::parse(&tag), 9)
            .await
            .unwrap();
        let names: Vec<_> = found.page.cards.iter().map(|card| card.id).collect();
        assert_eq!(names, [cards[round as usize % 20].id], "{tag}");
    }
    gallery.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postgresql_library_is_saved_and_comes_back() {
    let (first, second) = (testkit::db::postgres(), testkit::db::postgres());
    let library = Library::new(|options| options.database = Some(first.url().to_owned())).await;
    send(&library, 0..3).await;
    let cards = library.find("").await;
    let one = Selection::These(vec![cards[0].id]);
    library
        .gallery
        .judge()
        .set(&one, Edit::Rating(4), "me")
        .await
        .unwrap();
    let before = decided(&library.gallery).await;
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("backup");
    let what = BackupOptions {
        folder: folder.clone(),
        linked: false,
        prune: false,
    };
    let options = Options {
        database: Some(first.url().to_owned()),
        ..options(&library)
    };
    let made = backup(&options, &what, &|_, _| {}).await.unwrap();
    assert_eq!((made.pictures, made.totals.kept), (3, 3));
    assert_eq!(prove(&folder).await.troubles, Vec::<String>::new());
    library.gallery.close().await;
    let data = place.path().join("data");
    let refused = restore(&back(&folder, &data), &|_, _| {})
        .await
        .unwrap_err();
    assert!(refused.problem().message.contains("--database"));
    let what = RestoreOptions {
        database: Some(second.url().to_owned()),
        ..back(&folder, &data)
    };
    restore(&what, &|_, _| {}).await.unwrap();
    let mut options = Options::new(&data);
    options.database = Some(second.url().to_owned());
    (options.watch, options.finish) = (false, false);
    let gallery = Gallery::open(options).await.unwrap();
    gallery.scans().run().await.unwrap();
    assert_eq!(decided(&gallery).await, before);
    gallery.close().await;
}

/// Deletes the first so many pictures of those that were given, for good.
async fn delete(library: &Library, count: usize) {
    let cards = library.find("name=fox*&sort=name").await;
    let these = Selection::These(cards[..count].iter().map(|card| card.id).collect());
    let gallery = &library.gallery;
    let thrown = gallery.judge().set(&these, Edit::Trash(true), "me").await;
    thrown.unwrap();
    gallery.trash().empty("me").await.unwrap();
    assert_eq!(library.find("name=fox*").await.len(), cards.len() - count);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_forgets_what_was_deleted_when_it_is_asked_to() {
    let library = Library::new(|_| {}).await;
    let place = tempfile::tempdir().unwrap();
    library.write("own.png", &picture::a1111("a dune", 1));
    library.scan().await;
    send(&library, 0..6).await;
    save(&library, place.path(), true).await;
    assert_eq!(objects(place.path()), 7);
    delete(&library, 2).await;
    // Without being asked to it keeps everything. What is only listed this time was copied once, and stays.
    assert_eq!(save(&library, place.path(), false).await.pruned, None);
    assert_eq!(objects(place.path()), 7);
    let strange = place.path().join("objects/ab/mine.txt");
    fs::create_dir_all(strange.parent().unwrap()).unwrap();
    fs::write(&strange, "mine").unwrap();
    let prune = || async {
        let what = BackupOptions {
            folder: place.path().to_owned(),
            linked: false,
            prune: true,
        };
        let made = backup(&options(&library), &what, &|_, _| {}).await.unwrap();
        made.pruned.unwrap()
    };
    let pruned = prune().await;
    assert_eq!((pruned.objects, pruned.left), (2, false));
    assert!(pruned.bytes > 0);
    // Five, and what is none of ours.
    assert_eq!(objects(place.path()), 6);
    assert!(strange.exists());
    let nothing = Pruned {
        objects: 0,
        bytes: 0,
        left: false,
    };
    assert_eq!(prune().await, nothing);
    assert_eq!(prove(place.path()).await.troubles, Vec::<String>::new());
    // So many at once are gone by mistake.
    delete(&library, 4).await;
    let pruned = prune().await;
    assert_eq!((pruned.objects, pruned.left), (4, true));
    assert_eq!(objects(place.path()), 6);
    assert_eq!(prove(place.path()).await.troubles, Vec::<String>::new());
}
