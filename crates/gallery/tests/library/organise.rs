//! Renaming and moving: what goes, what stays, that nothing is ever replaced, and taking it back.

use std::fs;

use domain::{
    id::{ImageId, OperationId},
    judgement::{Aspect, Edit, Verdict},
    organise::{Moved, StayReason, Target},
    problem::ProblemKind,
    query::Query,
    selection::Selection,
    time::Timestamp,
};
use store::rows::{Author, MovedFile, NewMove, Spot};
use testkit::{Library, picture};

/// Pictures in `a` (0 and 1) and `b` (2), in a folder that allows to move them.
async fn three() -> Library {
    let library = Library::new(|options| options.finish = false).await;
    for (name, seed) in [("a/0.png", 0), ("a/1.png", 1), ("b/2.png", 2)] {
        library.write(name, &picture::a1111("a quiet dune", seed));
    }
    library.scan().await;
    allow(&library, true).await;
    library
}

async fn allow(library: &Library, allowed: bool) {
    let roots = library.gallery.roots();
    let root = roots.all().await.unwrap().remove(0);
    roots.allow_organise(root.id, allowed).await.unwrap();
}

async fn image(library: &Library, name: &str) -> ImageId {
    library.find(&format!("name={name}")).await[0].id
}

async fn target(library: &Library, folder: &str) -> Target {
    let root = library.gallery.roots().all().await.unwrap().remove(0);
    Target {
        root: root.id,
        folder: folder.to_owned(),
    }
}

async fn gather(library: &Library, query: &str, folder: &str) -> Moved {
    let ids = library
        .find(query)
        .await
        .iter()
        .map(|card| card.id)
        .collect();
    let to = target(library, folder).await;
    let organise = library.gallery.organise();
    organise
        .gather(&Selection::These(ids), &to, "me")
        .await
        .unwrap()
}

fn stayed(moved: &Moved) -> Vec<(StayReason, u64)> {
    let counts = moved
        .stayed
        .iter()
        .map(|stayed| (stayed.reason, stayed.files));
    counts.collect()
}

/// Which folder each picture is known to lie in, by its name.
async fn places(library: &Library) -> Vec<String> {
    let mut found = Vec::new();
    for card in library.find("").await {
        let detail = library.gallery.images().detail(card.id).await.unwrap();
        found.push(domain::organise::inside(&detail.folder, &detail.card.name));
    }
    found.sort();
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_gets_another_name_and_keeps_what_is_thought_of_it() {
    let library = three().await;
    let id = image(&library, "0.png").await;
    let approve = Edit::Verdict(Verdict::Approved);
    let these = Selection::These(vec![id]);
    library
        .gallery
        .judge()
        .set(&these, approve, "me")
        .await
        .unwrap();
    library.write("a/0.txt", b"a quiet dune\nSteps: 20");
    library.write("a/0.png.json", b"{}");
    library.write("a/1.txt", b"another one's");
    let organise = library.gallery.organise();
    let moved = organise.rename(id, " best dune ", "me").await.unwrap();
    assert_eq!((moved.pictures, stayed(&moved)), (1, vec![]));
    for (name, there) in [
        ("a/0.png", false),
        ("a/best dune.png", true),
        ("a/best dune.txt", true),
        ("a/best dune.png.json", true),
        ("a/1.txt", true),
    ] {
        assert_eq!(library.path(name).exists(), there, "{name}");
    }
    let found = library.find("state=approved").await;
    assert_eq!((found[0].id, found[0].name.as_str()), (id, "best dune.png"));
    // A scan finds everything as it is noted.
    library.scan().await;
    library.scan().await;
    assert_eq!(
        places(&library).await,
        ["a/1.png", "a/best dune.png", "b/2.png"]
    );
    assert_eq!(image(&library, "\"best dune.png\"").await, id);

    let told = library
        .gallery
        .judge()
        .operations(None, Some(Aspect::Place))
        .await
        .unwrap();
    let place = told[0].place.clone().unwrap();
    assert!(place.from.unwrap().ends_with("/a/0.png"));
    assert!(place.to.unwrap().ends_with("/a/best dune.png"));
    let undone = library
        .gallery
        .judge()
        .undo(told[0].id, "me")
        .await
        .unwrap();
    assert_eq!((undone.changed, undone.conflicts), (1, 0));
    assert!(library.path("a/0.png").exists() && library.path("a/0.txt").exists());
    // And again.
    let redone = library
        .gallery
        .judge()
        .undo(undone.operation.unwrap(), "me")
        .await
        .unwrap();
    assert_eq!((redone.changed, redone.conflicts), (1, 0));
    assert!(library.path("a/best dune.png").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_ever_replaced() {
    let library = three().await;
    let id = image(&library, "0.png").await;
    let organise = library.gallery.organise();
    // By what the library knows.
    let bytes = fs::read(library.path("a/1.png")).unwrap();
    let moved = organise.rename(id, "1.png", "me").await.unwrap();
    assert_eq!(
        (moved.operation, stayed(&moved)),
        (None, vec![(StayReason::Taken, 1)])
    );
    // By what only the disk knows.
    fs::write(library.path("a/new.png"), "whatever").unwrap();
    let moved = organise.rename(id, "new.png", "me").await.unwrap();
    assert_eq!(
        (moved.operation, stayed(&moved)),
        (None, vec![(StayReason::Taken, 1)])
    );
    assert_eq!(moved.stayed[0].example, "0.png");
    assert_eq!(fs::read(library.path("a/1.png")).unwrap(), bytes);
    assert_eq!(fs::read(library.path("a/new.png")).unwrap(), b"whatever");
    assert!(library.path("a/0.png").exists());
    // Into a folder where the name is taken it gets another one.
    library.write("b/0.png", &picture::a1111("another dune", 9));
    library.scan().await;
    let moved = gather(&library, "folder=*a", "b").await;
    assert_eq!((moved.pictures, stayed(&moved)), (2, vec![]));
    assert_eq!(
        places(&library).await,
        ["b/0 2.png", "b/0.png", "b/1.png", "b/2.png"]
    );
    assert_eq!(library.find("").await.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_allowed_and_there_is_moved() {
    let library = three().await;
    let id = image(&library, "0.png").await;
    let organise = library.gallery.organise();
    allow(&library, false).await;
    let moved = organise.rename(id, "x.png", "me").await.unwrap();
    assert_eq!(stayed(&moved), [(StayReason::NotAllowed, 1)]);
    allow(&library, true).await;
    for name in ["", "../x.png", "a/b.png", ".x.png", "x\0.png", "con.png"] {
        let refused = organise.rename(id, name, "me").await.unwrap_err().problem();
        assert_eq!(refused.kind, ProblemKind::Invalid, "{name:?}");
    }
    // Gone since it was read.
    fs::remove_file(library.path("a/0.png")).unwrap();
    let moved = organise.rename(id, "x.png", "me").await.unwrap();
    assert_eq!(
        (moved.operation, stayed(&moved)),
        (None, vec![(StayReason::Gone, 1)])
    );
    // A folder that leads out of the watched one.
    let outside = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(outside.path(), library.path("link")).unwrap();
    for folder in ["link", "link/deeper"] {
        let moved = gather(&library, "name=1.png", folder).await;
        assert_eq!(
            (moved.pictures, stayed(&moved)),
            (0, vec![(StayReason::Refused, 1)])
        );
    }
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
    assert!(library.path("a/1.png").exists());
    // A folder whose disk is gone.
    let away = library.folder().with_extension("away");
    fs::rename(library.folder(), &away).unwrap();
    let moved = gather(&library, "name=1.png", "b").await;
    assert_eq!(
        (moved.pictures, stayed(&moved)),
        (0, vec![(StayReason::Offline, 1)])
    );
    fs::rename(&away, library.folder()).unwrap();
    assert_eq!(
        library
            .gallery
            .judge()
            .operations(None, None)
            .await
            .unwrap(),
        []
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_goes_with_everything_in_it_and_comes_back() {
    let library = three().await;
    library.write("a/notes.md", b"kept");
    library.write("a/deep/3.png", &picture::a1111("a deep dune", 3));
    library.scan().await;
    let ids: Vec<ImageId> = library
        .find("sort=name")
        .await
        .iter()
        .map(|card| card.id)
        .collect();
    let organise = library.gallery.organise();
    let (a, into) = (
        target(&library, "a").await,
        target(&library, "kept/best").await,
    );
    let moved = organise.folder(&a, &into, "me").await.unwrap();
    assert_eq!((moved.pictures, stayed(&moved)), (3, vec![]));
    assert!(library.path("kept/best/notes.md").exists() && !library.path("a").exists());
    let there = [
        "b/2.png",
        "kept/best/0.png",
        "kept/best/1.png",
        "kept/best/deep/3.png",
    ];
    assert_eq!(places(&library).await, there);
    library.scan().await;
    library.scan().await;
    assert_eq!(places(&library).await, there);
    let now: Vec<ImageId> = library
        .find("sort=name")
        .await
        .iter()
        .map(|card| card.id)
        .collect();
    assert_eq!(now, ids);

    for (from, to) in [
        ("kept", "kept/best/x"),
        ("kept", "kept"),
        ("", "x"),
        ("b", ""),
    ] {
        let (from, to) = (target(&library, from).await, target(&library, to).await);
        let refused = organise
            .folder(&from, &to, "me")
            .await
            .unwrap_err()
            .problem();
        assert_eq!(refused.kind, ProblemKind::Invalid);
    }
    let onto = target(&library, "b").await;
    let moved = organise.folder(&into, &onto, "me").await.unwrap();
    assert_eq!(
        (moved.operation, stayed(&moved)),
        (None, vec![(StayReason::Taken, 1)])
    );

    let told = library
        .gallery
        .judge()
        .operations(None, None)
        .await
        .unwrap();
    let undone = library
        .gallery
        .judge()
        .undo(told[0].id, "me")
        .await
        .unwrap();
    assert_eq!((undone.changed, undone.conflicts), (3, 0));
    assert_eq!(
        places(&library).await,
        ["a/0.png", "a/1.png", "a/deep/3.png", "b/2.png"]
    );
    assert!(library.path("a/notes.md").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_in_between_leads_nothing_astray() {
    let library = three().await;
    for round in 0..6 {
        let (from, to) = if round % 2 == 0 {
            ("*a", "z")
        } else {
            ("*z", "a")
        };
        let query = format!("folder={from}");
        let (moved, ()) = tokio::join!(gather(&library, &query, to), library.scan());
        assert_eq!((moved.pictures, stayed(&moved)), (2, vec![]), "{round}");
    }
    library.scan().await;
    assert_eq!(places(&library).await, ["a/0.png", "a/1.png", "b/2.png"]);
    assert_eq!(library.find("").await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_are_named_as_people_see_them() {
    let library = three().await;
    let root = library.gallery.roots().all().await.unwrap().remove(0);
    let organise = library.gallery.organise();
    let found = organise
        .target(&format!("{}/a/b/", root.name))
        .await
        .unwrap();
    assert_eq!((found.root, found.folder.as_str()), (root.id, "a/b"));
    let found = organise
        .target(&format!("{} / a / b", root.name))
        .await
        .unwrap();
    assert_eq!(found.folder, "a/b");
    let found = organise.target(&root.name).await.unwrap();
    assert_eq!(found.folder, "");
    let refused = organise.target("nowhere/a").await.unwrap_err().problem();
    assert_eq!(refused.kind, ProblemKind::NotFound);
}

/// What a crash leaves: the move is written down, and so many of its files have gone.
async fn crashed(gone: usize, both_names: bool) -> Library {
    let library = three().await;
    let database = format!("sqlite:{}", library.data().join("proofsheet.db").display());
    let keys = [("0.png", 0), ("1.png", 1)];
    library.gallery.close().await;
    let store = store::Store::open(&database, store::OpenOptions::default())
        .await
        .unwrap();
    let held = store.held_files(0, 9).await.unwrap();
    let files = keys.map(|(name, _)| {
        let file = held.iter().find(|file| file.name == name).unwrap();
        MovedFile {
            location: Some(file.location),
            from: Spot::of(file),
            to: Spot {
                root: file.root,
                folder: "kept".to_owned(),
                name: name.to_owned(),
            },
        }
    });
    let author = Author {
        operation: OperationId(1),
        at: Timestamp(4_000_000_000_000),
        actor: "me".to_owned(),
    };
    let new = NewMove {
        author,
        undoes: None,
        files: files.into(),
    };
    store.begin_move(new).await.unwrap();
    store.close().await;
    fs::create_dir(library.path("kept")).unwrap();
    for (name, number) in keys {
        if number < gone {
            let (from, to) = (
                library.path(&format!("a/{name}")),
                library.path(&format!("kept/{name}")),
            );
            fs::hard_link(&from, to).unwrap();
            if !both_names {
                fs::remove_file(from).unwrap();
            }
        }
    }
    library.reopened().await
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_crash_is_noted_what_went() {
    for (gone, both_names) in [(0, false), (1, false), (1, true), (2, false), (2, true)] {
        let library = crashed(gone, both_names).await;
        let query = Query::default();
        library
            .gallery
            .search()
            .first_page(&query, 9)
            .await
            .unwrap();
        let mut expected = vec!["b/2.png"];
        expected.extend(["kept/0.png", "kept/1.png"].iter().take(gone));
        expected.extend(["a/0.png", "a/1.png"].iter().skip(gone));
        expected.sort_unstable();
        assert_eq!(places(&library).await, expected);
        for name in &expected {
            assert!(library.path(name).exists(), "{name}");
        }
        let told = library
            .gallery
            .judge()
            .operations(None, None)
            .await
            .unwrap();
        assert_eq!(told.len(), usize::from(gone > 0));
        library.scan().await;
        library.scan().await;
        assert_eq!(places(&library).await, expected, "{gone} {both_names}");
        assert_eq!(library.find("").await.len(), 3);
    }
}
