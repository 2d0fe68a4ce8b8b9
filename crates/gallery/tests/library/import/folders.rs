//! Folders, records of single pictures, and whether all is there afterwards.

use std::{fs, os::unix::fs::symlink};

use domain::{import::Defaults, photoset::Photoset, problem::ProblemKind};
use testkit::{
    Library,
    archive::{Entry, zip},
    picture,
};

use super::{archives, dry, files, folder, how, originals};

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_comes_in_as_copies_with_what_is_put_on_all() {
    let library = Library::new(|_| {}).await;
    let from = folder(&[
        ("in/a.png", picture::a1111("a", 1)),
        ("in/deep/b.png", picture::a1111("b", 2)),
        ("in/.hidden.png", picture::a1111("c", 3)),
        ("in/words.txt", b"words".to_vec()),
    ]);
    let path = from.path().join("in");
    symlink("/etc", path.join("link")).unwrap();
    let defaults = Defaults {
        photoset: Some("Old ones".to_owned()),
        tags: vec!["Old".to_owned()],
        rating: Some(3),
    };
    let imports = library.gallery.imports();
    let planned = imports
        .folder(&path, &defaults, &dry(), &|_| ())
        .await
        .unwrap();
    assert_eq!((planned.taken, planned.marked, planned.made), (2, 2, 1));
    assert!(library.names("").await.is_empty());
    let before = files(from.path());
    let imported = imports
        .folder(&path, &defaults, &how(), &|_| ())
        .await
        .unwrap();
    assert_eq!(
        (imported.taken, imported.other, imported.refused),
        (2, 1, 1)
    );
    assert_eq!((imported.marked, imported.placed), (2, 2));
    assert_eq!(files(from.path()), before);
    assert_eq!(
        files(&originals(&library)),
        ["Old ones/a.png", "Old ones/deep/b.png"]
    );
    assert_eq!(library.names("tag=Old&rating=3").await, ["a.png", "b.png"]);
    // Stars that somebody gave since stay.
    let id = library.find("q=a.png").await[0].id;
    let one = domain::selection::Selection::These(vec![id]);
    let five = domain::judgement::Edit::Rating(5);
    library.gallery.judge().set(&one, five, "me").await.unwrap();
    let again = imports
        .folder(&path, &defaults, &how(), &|_| ())
        .await
        .unwrap();
    assert_eq!(
        (again.taken, again.there, again.marked, again.placed),
        (0, 2, 0, 0)
    );
    assert_eq!(library.names("rating=5").await, ["a.png"]);
    let wrong = Defaults {
        rating: Some(9),
        ..Defaults::default()
    };
    assert!(
        imports
            .folder(&path, &wrong, &how(), &|_| ())
            .await
            .is_err()
    );
    let own = imports
        .folder(library.data(), &Defaults::default(), &how(), &|_| ())
        .await;
    assert_eq!(own.unwrap_err().problem().kind, ProblemKind::Invalid);
}

#[tokio::test(flavor = "multi_thread")]
async fn records_of_single_pictures_fill_in_what_nobody_said() {
    let library = Library::new(|_| {}).await;
    let images = folder(&[
        ("made.png", picture::a1111("its own prompt", 1)),
        ("bare.png", picture::png(2, &[])),
        ("unsaid.png", picture::png(3, &[])),
    ]);
    let json = r#"[{"file_name": "bare.png", "prompt_text": "a red door", "ai_model": "doors", "rating": 4,
        "captured_at": "2021-02-03T04:05:06Z", "tags": ["door", "red"], "notes": "keep"},
        {"file_name": "made.png", "prompt_text": "another prompt", "rating": 2},
        {"file_name": "nowhere.png", "rating": 1}]"#;
    let file = folder(&[("metadata.json", json.into())]);
    let file = file.path().join("metadata.json");
    let imports = library.gallery.imports();
    let take = |how| {
        let imports = library.gallery.imports();
        let (file, images) = (&file, images.path());
        async move {
            let imported = imports
                .records(file, Some(images), &how, &|_| ())
                .await
                .unwrap();
            let brought = imported.brought.clone().unwrap();
            (imported, brought)
        }
    };
    let (planned, brought) = take(dry()).await;
    assert_eq!(
        (planned.taken, brought.matched, brought.unmatched),
        (3, 2, 1)
    );
    assert_eq!((brought.judged, brought.tagged), (2, 2));
    let (imported, brought) = take(how()).await;
    assert_eq!(
        (imported.taken, brought.matched, brought.unmatched),
        (3, 2, 1)
    );
    assert_eq!((brought.judged, brought.tagged, brought.notes), (2, 2, 1));
    // Prompt, model and date of the picture that had none; the other one's own prompt stays.
    assert_eq!((brought.recipes, brought.kept), (3, 1));
    assert_eq!(brought.examples, ["nowhere.png"]);
    assert!(imported.has_troubles());
    let cards = library.find("q=\"a red door\"").await;
    assert_eq!((cards.len(), cards[0].name.as_str()), (1, "bare.png"));
    assert_eq!(cards[0].date.minute_text(), "2021-02-03 04:05");
    assert_eq!(
        library.names("model=doors&rating=4&tag=red").await,
        ["bare.png"]
    );
    assert_eq!(library.names("q=\"its own prompt\"").await, ["made.png"]);
    // The same again changes nothing; each kind of change can be taken back.
    let (again, brought) = take(how()).await;
    assert_eq!((again.taken, again.there, brought.changes()), (0, 3, 0));
    let done = library
        .gallery
        .judge()
        .operations(None, None)
        .await
        .unwrap();
    for operation in done {
        library
            .gallery
            .judge()
            .undo(operation.id, "me")
            .await
            .unwrap();
    }
    assert!(library.names("rating=4").await.is_empty());
    assert!(library.names("tag=red").await.is_empty());
    // Without a folder the pictures of the library are meant.
    let anywhere = imports.records(&file, None, &how(), &|_| ()).await.unwrap();
    assert_eq!(anywhere.brought.unwrap().matched, 2);
    let bad = folder(&[("x.json", b"{}".to_vec())]);
    let bad = imports
        .records(&bad.path().join("x.json"), None, &how(), &|_| ())
        .await;
    assert_eq!(bad.unwrap_err().problem().kind, ProblemKind::Invalid);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_gone_after_an_import_is_found() {
    let library = Library::of_pictures(2).await;
    let from = folder(&[(
        "a.zip",
        zip(&[Entry::new("z.png", &picture::a1111("z", 50))]),
    )]);
    archives(&library, from.path(), &how()).await;
    let imports = library.gallery.imports();
    let found = imports.verify().await.unwrap();
    assert!(!found.is_wrong(), "{found:?}");
    assert_eq!((found.files, found.missing, found.waiting), (3, 0, 3));
    let count = |words: &str| {
        let counts = found.counts.iter();
        let own = counts.filter(|(own, _)| own == words);
        own.map(|(_, count)| *count).collect::<Vec<_>>()
    };
    assert_eq!((count("pictures"), count("photosets")), (vec![3], vec![1]));
    let empty = Photoset::named("Later");
    library
        .gallery
        .sets()
        .create(empty, None, "me")
        .await
        .unwrap();
    fs::remove_file(originals(&library).join("a/z.png")).unwrap();
    let found = imports.verify().await.unwrap();
    assert!(found.is_wrong());
    assert_eq!(
        (found.missing, found.empty.len(), found.unfilled.len()),
        (1, 1, 0)
    );
    assert!(
        found.examples[0].ends_with("a/z.png"),
        "{:?}",
        found.examples
    );
}
