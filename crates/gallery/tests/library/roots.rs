//! What can be done to a watched folder without losing anything that is known of its pictures.

use std::{fs, path::Path};

use domain::{
    judgement::{Edit, Verdict},
    photoset::{Photoset, SetKind},
    problem::ProblemKind,
    scan::{Root, RootState},
    selection::Selection,
};
use gallery::Error;
use testkit::{Library, picture};

async fn root(library: &Library) -> Root {
    library.gallery.roots().all().await.unwrap().remove(0)
}

fn refused<T: std::fmt::Debug>(answer: Result<T, Error>, kind: ProblemKind, words: &str) {
    let problem = answer.unwrap_err().problem();
    assert_eq!(problem.kind, kind, "{problem}");
    assert!(problem.message.contains(words), "{problem}");
    assert!(problem.message.contains("Nothing was changed"), "{problem}");
}

/// Approves the pictures of a query.
async fn approve(library: &Library, query: &str) {
    let ids = library
        .find(query)
        .await
        .into_iter()
        .map(|card| card.id)
        .collect();
    let judge = library.gallery.judge();
    let edit = Edit::Verdict(Verdict::Approved);
    judge.set(&Selection::These(ids), edit, "me").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_gets_a_name_by_which_it_is_found() {
    let library = Library::of_pictures(3).await;
    let before = root(&library).await;
    let sets = library.gallery.sets();
    let smart = Photoset {
        kind: SetKind::Smart,
        query: format!("folder={}&q=dune", before.name),
        ..Photoset::named("Dunes")
    };
    sets.create(smart, None, "me").await.unwrap();
    let roots = library.gallery.roots();
    roots
        .rename(before.id, "  Night  renders, 2026 ", "me")
        .await
        .unwrap();
    assert_eq!(root(&library).await.name, "Night renders, 2026");
    assert_eq!(
        library.find(r#"folder="night renders, 2026""#).await.len(),
        3
    );
    assert!(
        library
            .find(&format!("folder={}", before.name))
            .await
            .is_empty()
    );
    let listed = sets.list().await.unwrap().remove(0);
    assert_eq!(listed.pictures, 3, "{}", listed.set.query);
    // What is found anew lies under the new name too.
    library.write("new.png", &picture::a1111("a quiet dune", 77));
    library.scan().await;
    assert_eq!(
        library.find(r#"folder="night renders, 2026""#).await.len(),
        4
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_could_not_be_asked_for_is_refused() {
    let library = Library::of_pictures(1).await;
    let before = root(&library).await;
    let other = tempfile::tempdir().unwrap();
    let roots = library.gallery.roots();
    let other = roots.add(&other.path().to_string_lossy()).await.unwrap();
    for name in ["", "  ", "a/b", "all*"] {
        refused(
            roots.rename(before.id, name, "me").await,
            ProblemKind::Invalid,
            "name of 1 to 100",
        );
    }
    let taken = other.name.to_uppercase();
    refused(
        roots.rename(before.id, &taken, "me").await,
        ProblemKind::Conflict,
        &other.path,
    );
    assert_eq!(root(&library).await.name, before.name);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_folder_is_left_alone_and_read_again_when_resumed() {
    let library = Library::of_pictures(2).await;
    let id = root(&library).await.id;
    let roots = library.gallery.roots();
    roots.pause(id, true).await.unwrap();
    library.write("new.png", &picture::a1111("a quiet dune", 77));
    for name in ["00000.png", "00001.png"] {
        fs::remove_file(library.path(name)).unwrap();
    }
    for _ in 0..3 {
        library.scan().await;
    }
    assert_eq!(library.names("").await, ["00000.png", "00001.png"]);
    assert_eq!(library.names("is=missing").await, Vec::<String>::new());
    refused(roots.rescan(id).await, ProblemKind::Conflict, "paused");
    roots.pause(id, false).await.unwrap();
    library.scan().await;
    library.scan().await;
    assert_eq!(
        library.names("is=missing").await,
        ["00000.png", "00001.png"]
    );
    assert_eq!(library.names("").await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_folder_is_read_again_alone() {
    let library = Library::of_pictures(1).await;
    let other = tempfile::tempdir().unwrap();
    let roots = library.gallery.roots();
    roots.add(&other.path().to_string_lossy()).await.unwrap();
    library.scan().await;
    fs::write(
        other.path().join("elsewhere.png"),
        picture::a1111("a sea", 1),
    )
    .unwrap();
    library.write("new.png", &picture::a1111("a quiet dune", 77));
    let change = library.gallery.scans().progress().change;
    roots.rescan(root(&library).await.id).await.unwrap();
    let mut told = library.gallery.scans().subscribe();
    let seen = told.wait_for(|progress| progress.change > change);
    tokio::time::timeout(std::time::Duration::from_secs(30), seen)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(library.names("").await, ["00000.png", "new.png"]);
}

/// Moves everything in a folder into another one.
fn move_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::rename(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_moved_is_followed_with_all_that_is_known() {
    let library = Library::of_pictures(20).await;
    approve(&library, "name=00003.png").await;
    let (before, pictures) = (root(&library).await, library.find("").await);
    let elsewhere = tempfile::tempdir().unwrap();
    let new = elsewhere.path().join("moved/here");
    move_all(library.folder(), &new);
    library.scan().await;
    assert_eq!(root(&library).await.state, RootState::Offline);
    let roots = library.gallery.roots();
    let moved = roots
        .relocate(before.id, &new.to_string_lossy())
        .await
        .unwrap();
    assert_eq!((moved.id, moved.name), (before.id, before.name));
    library.scan().await;
    let after = root(&library).await;
    assert_eq!(
        (after.state, after.images, after.missing),
        (RootState::Online, 20, 0)
    );
    assert_eq!(library.find("").await, pictures);
    assert_eq!(library.names("state=approved").await, ["00003.png"]);
    // It goes on at the new place.
    fs::write(new.join("new.png"), picture::a1111("a quiet dune", 77)).unwrap();
    library.scan().await;
    assert_eq!(library.find("").await.len(), 21);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_on_another_disk_is_the_folder_when_its_bytes_are() {
    let library = Library::new(|options| options.finish = true).await;
    for seed in 0..16 {
        library.write(
            &format!("{seed:05}.png"),
            &picture::a1111("a quiet dune", seed),
        );
    }
    library.scan().await;
    library.gallery.scans().finished().await.unwrap();
    let before = root(&library).await;
    let copy = tempfile::tempdir().unwrap();
    // Twelve of sixteen are there with their bytes and other times; the others have other bytes of that length.
    for seed in 0..16 {
        let name = format!("{seed:05}.png");
        let mut bytes = fs::read(library.path(&name)).unwrap();
        if seed >= 12 {
            bytes.reverse();
        }
        fs::write(copy.path().join(&name), bytes).unwrap();
    }
    let roots = library.gallery.roots();
    let path = copy.path().to_string_lossy().into_owned();
    let twelfth = copy.path().join("00011.png");
    let bytes = fs::read(&twelfth).unwrap();
    fs::remove_file(&twelfth).unwrap();
    refused(
        roots.relocate(before.id, &path).await,
        ProblemKind::Conflict,
        "16 of its files 11",
    );
    assert_eq!(root(&library).await, before, "a refusal changes nothing");
    fs::write(&twelfth, bytes).unwrap();
    let moved = roots.relocate(before.id, &path).await.unwrap();
    assert_eq!(
        Path::new(&moved.path),
        fs::canonicalize(copy.path()).unwrap()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_is_not_followed_into_another_one() {
    let library = Library::of_pictures(4).await;
    let before = root(&library).await;
    let elsewhere = tempfile::tempdir().unwrap();
    let inside = elsewhere.path().join("inside");
    fs::create_dir_all(inside.join("deeper")).unwrap();
    let roots = library.gallery.roots();
    roots.add(&inside.to_string_lossy()).await.unwrap();
    for folder in [elsewhere.path(), &inside, &inside.join("deeper")] {
        let answer = roots.relocate(before.id, &folder.to_string_lossy()).await;
        refused(answer, ProblemKind::Conflict, "watched already");
    }
    let nowhere = elsewhere.path().join("nowhere");
    let answer = roots.relocate(before.id, &nowhere.to_string_lossy()).await;
    refused(answer, ProblemKind::NotFound, "There is no folder");
    assert_eq!(root(&library).await, before);
}
