//! What reading the watched folders promises: nothing is lost, nothing is deleted.

use std::{fs, time::Duration};

use domain::{image::ThumbSize, problem::ProblemKind, scan::RootState};
use testkit::{Library, picture};

async fn library_of(count: u32) -> Library {
    let library = Library::new(|_| {}).await;
    for seed in 0..count {
        let name = format!("day {}/{seed:05}.png", seed / 10);
        library.write(
            &name,
            &picture::a1111(&format!("a dune number {seed}"), seed),
        );
    }
    library.scan().await;
    library
}

#[tokio::test(flavor = "multi_thread")]
async fn scanning_twice_changes_nothing() {
    let library = library_of(25).await;
    let before = library.find("").await;
    assert_eq!(before.len(), 25);
    let change = library.gallery.scans().progress().change;
    library.scan().await;
    assert_eq!(library.find("").await, before);
    let progress = library.gallery.scans().progress();
    assert_eq!(
        (progress.change, progress.unchanged, progress.read),
        (change, 25, 0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renamed_file_keeps_its_identity() {
    let library = library_of(3).await;
    let before = library.find("name=00001.png").await.remove(0);
    fs::create_dir(library.path("best")).unwrap();
    fs::rename(
        library.path("day 0/00001.png"),
        library.path("best/dune.png"),
    )
    .unwrap();
    library.scan().await;
    let after = library.find("name=dune.png").await.remove(0);
    assert_eq!(after.id, before.id);
    assert_eq!(library.find("").await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_copied_and_removed_keeps_its_identity() {
    let library = Library::new(|options| options.finish = true).await;
    library.write("a.png", &picture::a1111("a dune", 1));
    library.write("b.png", &picture::a1111("a sea", 2));
    library.scan().await;
    library.gallery.scans().finished().await.unwrap();
    let before = library.find("name=a.png").await.remove(0);
    fs::copy(library.path("a.png"), library.path("moved.png")).unwrap();
    fs::remove_file(library.path("a.png")).unwrap();
    library.scan().await;
    library.gallery.scans().finished().await.unwrap();
    library.scan().await;
    let after = library.find("name=moved.png").await.remove(0);
    assert_eq!(after.id, before.id);
    assert_eq!(library.names("").await, ["b.png", "moved.png"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_was_looked_at_is_not_drawn_again() {
    let library = library_of(1).await;
    let card = library.find("").await.remove(0);
    assert_eq!(card.placeholder, "", "nothing was finished");
    let thumb = || async {
        let images = library.gallery.images();
        images.thumb(card.id, &card.stamp, ThumbSize::Small).await
    };
    let drawn = thumb().await.unwrap();
    let kept = async {
        while library.find("").await[0].placeholder.is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), kept)
        .await
        .unwrap();
    fs::remove_file(library.path("day 0/00000.png")).unwrap();
    assert_eq!(thumb().await.unwrap().bytes, drawn.bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overwritten_file_is_read_again_and_stays_the_same_picture() {
    let library = library_of(2).await;
    let before = library.find("name=00001.png").await.remove(0);
    library.write(
        "day 0/00001.png",
        &picture::a1111("something else entirely", 77),
    );
    library.scan().await;
    let after = library.find("q=entirely").await.remove(0);
    assert_eq!(after.id, before.id);
    assert_ne!(after.stamp, before.stamp);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vanished_file_is_missing_after_two_scans_and_comes_back_whole() {
    let library = library_of(3).await;
    let path = library.path("day 0/00001.png");
    let kept = library.path("kept");
    fs::rename(&path, &kept).unwrap();
    library.scan().await;
    assert_eq!(library.names("is=missing").await, Vec::<String>::new());
    library.scan().await;
    assert_eq!(library.names("is=missing").await, ["00001.png"]);
    assert_eq!(library.find("").await.len(), 3, "missing is not deleted");
    fs::rename(&kept, &path).unwrap();
    library.scan().await;
    assert_eq!(library.names("is=missing").await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn many_vanished_files_change_nothing_until_somebody_decides() {
    let library = library_of(200).await;
    for day in 0..10 {
        fs::remove_dir_all(library.path(&format!("day {day}"))).unwrap();
    }
    for _ in 0..3 {
        library.scan().await;
        let root = library.gallery.roots().all().await.unwrap().remove(0);
        assert_eq!(
            (root.state, root.vanished, root.missing),
            (RootState::Suspicious, 100, 0)
        );
    }
    let id = library.gallery.roots().all().await.unwrap()[0].id;
    library.gallery.roots().decide(id, true).await.unwrap();
    library.scan().await;
    let root = library.gallery.roots().all().await.unwrap().remove(0);
    assert_eq!(
        (root.state, root.missing, root.images),
        (RootState::Online, 100, 200)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_or_absent_root_is_offline_and_nothing_changes() {
    let library = library_of(5).await;
    let aside = tempfile::tempdir_in(library.data()).unwrap();
    let content = aside.path().join("content");
    fs::rename(library.folder(), &content).unwrap();
    for empty in [false, true] {
        if empty {
            fs::create_dir(library.folder()).unwrap();
        }
        library.scan().await;
        library.scan().await;
        let root = library.gallery.roots().all().await.unwrap().remove(0);
        assert_eq!((root.state, root.missing), (RootState::Offline, 0));
        assert_eq!(library.find("").await.len(), 5);
    }
    fs::remove_dir(library.folder()).unwrap();
    fs::rename(&content, library.folder()).unwrap();
    library.scan().await;
    assert_eq!(
        library.gallery.roots().all().await.unwrap()[0].state,
        RootState::Online
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_files_are_told_about_and_forgotten_when_mended() {
    let library = library_of(1).await;
    let whole = picture::a1111("a dune", 9);
    library.write("empty.png", &[]);
    library.write("page.png", b"<html>not a picture</html>");
    library.write("cut.png", &whole[..whole.len() - 20]);
    library.write("half.tmp.png", &whole[..40]);
    library.scan().await;
    let (count, problems) = library.gallery.scans().problems(0).await.unwrap();
    let mut codes: Vec<&str> = problems
        .iter()
        .map(|problem| problem.code.as_str())
        .collect();
    codes.sort_unstable();
    assert_eq!(
        (count, codes),
        (3, vec!["empty", "not-an-image", "truncated"])
    );
    // What was read is not read again, and its problem is still one.
    library.scan().await;
    assert_eq!(library.gallery.scans().progress().problems, 3);
    for name in ["empty.png", "page.png", "cut.png"] {
        library.write(name, &whole);
    }
    library.scan().await;
    assert_eq!(library.gallery.scans().problems(0).await.unwrap().0, 0);
    assert_eq!(library.gallery.scans().progress().problems, 0);
    assert_eq!(library.find("").await.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_and_links_that_lead_elsewhere_are_left_alone() {
    use std::os::unix::{ffi::OsStrExt, fs::symlink};
    let library = library_of(1).await;
    let outside = tempfile::tempdir().unwrap();
    fs::write(
        outside.path().join("secret.png"),
        picture::a1111("secret", 5),
    )
    .unwrap();
    symlink(outside.path(), library.path("link")).unwrap();
    symlink(outside.path().join("secret.png"), library.path("link.png")).unwrap();
    let bad = std::ffi::OsStr::from_bytes(b"bad\xff.png");
    fs::write(library.folder().join(bad), picture::a1111("bad", 6)).unwrap();
    library.scan().await;
    assert_eq!(library.find("q=secret").await, Vec::new());
    assert_eq!(library.find("").await.len(), 1);
    let (_, problems) = library.gallery.scans().problems(0).await.unwrap();
    assert_eq!(problems[0].code, "bad-name");
}

#[tokio::test(flavor = "multi_thread")]
async fn originals_are_never_touched() {
    let library = Library::new(|options| options.finish = true).await;
    for seed in 0..5 {
        library.write(&format!("{seed}.png"), &picture::a1111("a dune", seed));
    }
    let facts = || {
        let mut facts: Vec<_> = fs::read_dir(library.folder())
            .unwrap()
            .map(|entry| {
                let path = entry.unwrap().path();
                let bytes = fs::read(&path).unwrap();
                let modified = fs::metadata(&path).unwrap().modified().unwrap();
                (path, bytes, modified)
            })
            .collect();
        facts.sort();
        facts
    };
    let before = facts();
    library.scan().await;
    library.gallery.scans().finished().await.unwrap();
    assert_eq!(facts(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_file_is_noticed_without_asking_also_in_a_folder_put_in_the_place_of_the_first() {
    let library = Library::new(|options| {
        options.watch = true;
        options.clock = gallery::Clock::system();
    })
    .await;
    library.write("first.png", &picture::a1111("a dune", 1));
    library.scan().await;
    let noticed = async |total| {
        let mut progress = library.gallery.scans().subscribe();
        let noticed = progress.wait_for(|progress| progress.total == total);
        let patience = std::time::Duration::from_secs(30);
        tokio::time::timeout(patience, noticed)
            .await
            .unwrap()
            .unwrap();
    };
    noticed(1).await;
    // The first scan began to watch, the second left it at that.
    library.scan().await;
    library.write("later.png", &picture::a1111("a sea", 2));
    noticed(2).await;
    assert_eq!(library.names("q=sea").await, ["later.png"]);

    fs::rename(library.folder(), library.data().join("aside")).unwrap();
    library.write("other.png", &picture::a1111("a lake", 3));
    library.scan().await;
    noticed(3).await;
    library.write("deeper/last.png", &picture::a1111("a river", 4));
    noticed(4).await;
    assert_eq!(library.names("q=river").await, ["last.png"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_root_inside_another_and_a_second_process_are_refused() {
    let library = library_of(11).await;
    let inner = library.path("day 1").to_string_lossy().into_owned();
    let refused = library
        .gallery
        .roots()
        .add(&inner)
        .await
        .unwrap_err()
        .problem();
    assert_eq!(refused.kind, ProblemKind::Conflict);
    let gone = library
        .gallery
        .roots()
        .add("/no/such/folder")
        .await
        .unwrap_err()
        .problem();
    assert_eq!(gone.kind, ProblemKind::NotFound);
    let second = gallery::Gallery::open(gallery::Options::new(library.data())).await;
    let refused = second.err().unwrap().problem();
    assert_eq!(refused.kind, ProblemKind::Conflict);
    assert!(refused.message.contains("--data-dir"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn removing_a_root_forgets_its_pictures_and_leaves_its_files() {
    let library = library_of(4).await;
    let id = library.gallery.roots().all().await.unwrap()[0].id;
    library.gallery.roots().remove(id).await.unwrap();
    assert_eq!(library.find("").await, Vec::new());
    assert!(library.path("day 0/00003.png").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_links_and_hidden_folders_hold_is_not_noticed_either() {
    let library = Library::new(|options| {
        options.watch = true;
        options.clock = gallery::Clock::system();
    })
    .await;
    library.scan().await;
    let outside = tempfile::tempdir().unwrap();
    let secret = picture::a1111("secret", 5);
    fs::write(outside.path().join("secret.png"), &secret).unwrap();
    std::os::unix::fs::symlink(outside.path(), library.path("link")).unwrap();
    library.write(".hidden/secret.png", &secret);
    let mut progress = library.gallery.scans().subscribe();
    library.write("seen.png", &picture::a1111("a fox", 1));
    let seen = progress.wait_for(|progress| progress.total == 1);
    let patience = std::time::Duration::from_secs(30);
    tokio::time::timeout(patience, seen).await.unwrap().unwrap();
    assert_eq!(library.names("").await, ["seen.png"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn thumbnails_inside_a_watched_folder_are_no_pictures() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.png"), picture::a1111("a fox", 1)).unwrap();
    let gallery = gallery::Gallery::open(gallery::Options::new(folder.path().join("data")))
        .await
        .unwrap();
    gallery
        .roots()
        .add(folder.path().to_str().unwrap())
        .await
        .unwrap();
    let scans = gallery.scans();
    for _ in 0..2 {
        scans.run().await.unwrap();
        scans.finished().await.unwrap();
    }
    assert!(
        folder
            .path()
            .join("data/thumbs")
            .read_dir()
            .unwrap()
            .count()
            > 0
    );
    assert_eq!(scans.progress().total, 1);
    gallery.close().await;
}
