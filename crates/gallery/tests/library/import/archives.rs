//! Archives and what is known of them.

use std::{fs, sync::Mutex};

use domain::{
    import::{Imported, Step},
    photoset::Photoset,
};
use gallery::ImportHow;
use testkit::{
    Library,
    archive::{Entry, zip},
    picture,
};

use super::{archives, dry, files, folder, how, nothing_waits, originals, pictures, sets};

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_becomes_a_photoset_once() {
    let library = Library::new(|_| {}).await;
    let fox = picture::a1111("a fox", 1);
    let entries = [
        Entry::new("b/fox.png", &fox),
        Entry::new("a.png", &picture::a1111("a dune", 2)),
        Entry::new("b/readme.txt", b"words"),
        Entry::new("more.zip", b"PK\x03\x04"),
        Entry::new("b/", b""),
    ];
    let from = folder(&[
        ("old/Summer in Oslo.zip", zip(&entries)),
        ("notes.txt", vec![1]),
    ]);
    let planned = archives(&library, from.path(), &dry()).await;
    assert_eq!((planned.archives, planned.taken, planned.made), (1, 2, 1));
    assert!(planned.dry && library.names("").await.is_empty() && sets(&library).await.is_empty());
    assert!(!originals(&library).exists());

    let imported = archives(&library, from.path(), &how()).await;
    let bytes = fox.len() as u64 + entries[1].bytes.len() as u64;
    let expected = Imported {
        archives: 1,
        taken: 2,
        bytes,
        other: 1,
        nested: 1,
        made: 1,
        placed: 2,
        ..Imported::default()
    };
    assert_eq!(imported, expected);
    nothing_waits(&library);
    let lying = files(&originals(&library));
    assert_eq!(lying, ["Summer in Oslo/a.png", "Summer in Oslo/b/fox.png"]);
    assert_eq!(fs::read(originals(&library).join(&lying[1])).unwrap(), fox);
    let (set, pictures) = sets(&library).await.remove(0);
    assert_eq!((set.name.as_str(), pictures), ("Summer in Oslo", 2));
    // They stand in the order of the archive, with the time that it gives them.
    let id = library.gallery.sets().list().await.unwrap()[0].id;
    let cards = library.find(&format!("set={id}&sort=place")).await;
    assert_eq!(
        (cards[0].name.as_str(), cards[1].name.as_str()),
        ("fox.png", "a.png")
    );
    assert_eq!(cards[0].date.day_text(), "2020-01-02");
    // A scan finds nothing new, and nothing gone.
    library.scan().await;
    library.scan().await;
    assert_eq!(library.names("").await, ["a.png", "fox.png"]);

    // The same again changes nothing, also after the photoset got another name.
    let sets_of = library.gallery.sets();
    let other = Photoset {
        name: "Oslo".to_owned(),
        ..set.clone()
    };
    sets_of.edit(id, set, other, "me").await.unwrap();
    for trusting in [false, true] {
        let again = archives(&library, from.path(), &ImportHow { trusting, ..how() }).await;
        let expected = Imported {
            archives: 1,
            there: 2,
            other: 1,
            nested: 1,
            ..Imported::default()
        };
        assert_eq!(again, expected);
    }
    assert_eq!(
        (library.names("").await.len(), sets(&library).await.len()),
        (2, 1)
    );
    let planned = archives(&library, from.path(), &dry()).await;
    assert_eq!((planned.taken, planned.there, planned.made), (0, 2, 0));
    // It stands in the history and can be taken back.
    let done = library
        .gallery
        .judge()
        .operations(None, None)
        .await
        .unwrap();
    let made = done.last().unwrap();
    library.gallery.judge().undo(made.id, "me").await.unwrap();
    assert!(sets(&library).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_beside_pictures_come_along_and_hold_their_recipes() {
    let library = Library::new(|_| {}).await;
    let text = "a lighthouse\nNegative prompt: fog\nSteps: 9, Sampler: Euler a, Seed: 4, Size: 8x6";
    let xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>";
    let entries = [
        Entry::new("in/?a.txt", text.as_bytes()),
        Entry::new("in/?a.png", &picture::png(1, &[])),
        Entry::new("in\\b.png.xmp", xmp),
        Entry::new("in/b.png", &picture::png(2, &[])),
        Entry::new("in/c.txt", b"of nobody"),
        Entry::new("b.json", b"{}"),
    ];
    let from = folder(&[("texts.zip", zip(&entries))]);
    let imported = archives(&library, from.path(), &how()).await;
    assert_eq!((imported.taken, imported.beside, imported.other), (2, 2, 2));
    let expected = [
        "texts/in/_a.png",
        "texts/in/_a.txt",
        "texts/in/b.png",
        "texts/in/b.png.xmp",
    ];
    assert_eq!(files(&originals(&library)), expected);
    assert_eq!(library.names("q=lighthouse&seed=4").await, ["_a.png"]);
    nothing_waits(&library);
    // What is written into a text since stays.
    let own = originals(&library).join("texts/in/_a.txt");
    fs::write(&own, b"mine").unwrap();
    fs::remove_file(originals(&library).join("texts/in/_a.png")).unwrap();
    let again = archives(&library, from.path(), &how()).await;
    assert_eq!((again.taken, again.there), (1, 1));
    assert_eq!(fs::read(own).unwrap(), b"mine");
    // Out of a folder as well.
    let from = folder(&[
        ("d.png", picture::png(3, &[])),
        ("d.txt", text.replace("house", "ship").into()),
    ]);
    let defaults = domain::import::Defaults::default();
    let imports = library.gallery.imports();
    let imported = imports
        .folder(from.path(), &defaults, &how(), &|_| ())
        .await
        .unwrap();
    assert_eq!((imported.taken, imported.beside, imported.other), (1, 1, 0));
    assert_eq!(library.names("q=lightship").await, ["d.png"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_is_interrupted_goes_on_and_makes_nothing_twice() {
    let mut library = Library::new(|_| {}).await;
    let entries = pictures(150);
    let from = folder(&[("many.zip", zip(&entries))]);
    let mut seen = Vec::new();
    for stop_at in [32_u64, 64, 100] {
        // The import is dropped where it stands once it says that it is so far.
        let (sender, reached) = tokio::sync::oneshot::channel();
        let sender = Mutex::new(Some(sender));
        let told = move |step: &Step| {
            if step.done >= stop_at
                && let Some(sender) = sender.lock().unwrap().take()
            {
                let _ = sender.send(());
            }
        };
        let gallery = library.gallery.clone();
        let (way, path) = (how(), from.path().to_owned());
        let running = tokio::spawn(async move {
            gallery
                .imports()
                .archives(&path, None, &way, &told)
                .await
                .map(drop)
        });
        reached.await.unwrap();
        running.abort();
        assert!(running.await.unwrap_err().is_cancelled());
        // What an earlier process may have left is swept at the start.
        library = {
            let left = library
                .data()
                .join("incoming/00000000000000000000000001.unpacked");
            fs::create_dir_all(&left).unwrap();
            fs::write(left.join("a.png"), b"half").unwrap();
            library.reopened().await
        };
        nothing_waits(&library);
        let now = library.names("").await.len();
        assert!((stop_at as usize..150).contains(&now), "{now}");
        seen.push(now);
        for path in files(&originals(&library)) {
            let whole = fs::read(originals(&library).join(&path)).unwrap();
            assert!(entries.iter().any(|entry| entry.bytes == whole), "{path}");
        }
    }
    assert!(seen.is_sorted(), "{seen:?}");
    let imported = archives(&library, from.path(), &how()).await;
    assert_eq!(imported.taken + imported.there, 150);
    assert_eq!((imported.same, imported.refused, imported.made), (0, 0, 1));
    assert_eq!(library.names("").await.len(), 150);
    assert_eq!(files(&originals(&library)).len(), 150);
    assert_eq!(sets(&library).await[0].1, 150);
    library.scan().await;
    assert_eq!(library.names("").await.len(), 150);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_library_has_is_linked_and_other_files_keep_their_places() {
    let library = Library::new(|_| {}).await;
    let from = folder(&[("a.zip", zip(&pictures(2)))]);
    archives(&library, from.path(), &how()).await;
    // Another archive has one of them under another name, and another picture under a name that is taken.
    let dune = picture::a1111("a dune", 0);
    let other = picture::a1111("another", 9);
    let entries = [
        Entry::new("x/dune.png", &dune),
        Entry::new("00001.png", &other),
    ];
    let from = folder(&[("sub/a.zip", zip(&entries))]);
    let imported = archives(&library, from.path(), &how()).await;
    assert_eq!((imported.taken, imported.same, imported.there), (1, 1, 0));
    let expected = ["a/00000.png", "a/00001 (2).png", "a/00001.png"];
    assert_eq!(files(&originals(&library)), expected);
    assert_eq!(
        fs::read(originals(&library).join("a/00001 (2).png")).unwrap(),
        other
    );
    // Nothing is copied a second time, although its own place holds something else.
    let again = archives(&library, from.path(), &how()).await;
    assert_eq!((again.taken, again.same), (0, 2));
    // A picture whose file was taken away comes back as what it was.
    let before = library.find("q=another").await[0].id;
    fs::remove_file(originals(&library).join("a/00001 (2).png")).unwrap();
    let again = archives(&library, from.path(), &how()).await;
    assert_eq!((again.taken, again.same), (1, 1));
    assert_eq!(library.find("q=another").await[0].id, before);
    // Two archives of one name in one run are two photosets.
    let from = folder(&[
        (
            "one/twin.zip",
            zip(&[Entry::new("1.png", &picture::a1111("t", 31))]),
        ),
        (
            "z.d/twin.zip",
            zip(&[Entry::new("1.png", &picture::a1111("t", 33))]),
        ),
        (
            "two/Twin.zip",
            zip(&[Entry::new("1.png", &picture::a1111("t", 32))]),
        ),
    ]);
    for _ in 0..2 {
        archives(&library, from.path(), &how()).await;
        let twins: Vec<(String, u64)> = sets(&library)
            .await
            .into_iter()
            .filter(|(set, _)| set.name.to_lowercase().starts_with("twin"))
            .map(|(set, pictures)| (set.name, pictures))
            .collect();
        assert_eq!(
            twins,
            [
                ("twin".to_owned(), 1),
                ("Twin (2)".to_owned(), 1),
                ("twin (3)".to_owned(), 1)
            ]
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_describes_photosets_and_overwrites_nothing() {
    let library = Library::new(|_| {}).await;
    let from = folder(&[
        ("set_1.zip", zip(&pictures(2))),
        (
            "plain.zip",
            zip(&[Entry::new("p.png", &picture::a1111("p", 60))]),
        ),
    ]);
    let json = r#"{"url": "https://example.com/1", "date": "2024-01-15", "original_filename": "set_1.zip",
        "actors": ["Ada"], "tags": ["sea"], "studio": "North"}"#;
    let lonely =
        r#"{"url": "https://example.com/2", "year": 2020, "original_filename": "gone.rar"}"#;
    let metadata = folder(&[
        ("Oslo.json", json.into()),
        ("Lonely.json", lonely.into()),
        ("broken.json", b"{".to_vec()),
        ("package.json", br#"{"name": "x"}"#.to_vec()),
        ("words.txt", b"x".to_vec()),
    ]);
    let imports = library.gallery.imports();
    let both = |how| {
        let imports = library.gallery.imports();
        let (from, metadata) = (from.path(), metadata.path());
        async move {
            imports
                .archives(from, Some(metadata), &how, &|_| ())
                .await
                .unwrap()
        }
    };
    let planned = both(dry()).await;
    assert_eq!(
        (planned.described, planned.garbled, planned.taken),
        (2, 2, 3)
    );
    assert_eq!(planned.made, 3);
    assert!(sets(&library).await.is_empty());
    let imported = both(how()).await;
    assert_eq!(
        (imported.described, imported.garbled, imported.made),
        (2, 2, 3)
    );
    assert_eq!(imported.troubles.len(), 2);
    let all = sets(&library).await;
    let named = |name: &str| all.iter().find(|(set, _)| set.name == name).unwrap();
    let (oslo, pictures_of) = named("Oslo");
    assert_eq!(
        (*pictures_of, oslo.source.as_str(), oslo.year),
        (2, "https://example.com/1", Some(2024))
    );
    assert_eq!(
        (&oslo.credits[..], &oslo.tags[..]),
        (&["Ada".to_owned()][..], &["sea".to_owned()][..])
    );
    assert!(
        oslo.description.contains("Archive: set_1.zip")
            && oslo.description.contains("studio: North")
    );
    let expected = ["Oslo/00000.png", "Oslo/00001.png", "plain/p.png"];
    assert_eq!(files(&originals(&library)), expected);
    assert_eq!(named("plain").1, 1);
    assert_eq!((named("Lonely").1, named("Lonely").0.year), (0, Some(2020)));
    // An archive that should have filled its photoset and did not is wrong.
    let found = imports.verify().await.unwrap();
    assert!(found.is_wrong());
    assert_eq!(found.unfilled, ["Lonely"]);

    // The same again changes nothing, and neither does another text.
    let again = both(how()).await;
    assert_eq!(
        (again.made, again.filled, again.taken, again.placed),
        (0, 0, 0, 0)
    );
    assert_eq!(sets(&library).await, all);
    let other = json
        .replace("2024-01-15", "1999-01-01")
        .replace("sea", "hills");
    fs::write(metadata.path().join("Oslo.json"), other).unwrap();
    let again = imports.metadata(metadata.path(), &how()).await.unwrap();
    assert_eq!((again.made, again.filled), (0, 0));
    assert_eq!(sets(&library).await, all);
    // What a photoset of a plain archive lacks is filled in.
    let late = folder(&[(
        "x.json",
        br#"{"original_filename": "PLAIN.zip", "year": "2001"}"#.to_vec(),
    )]);
    let filled = imports.metadata(late.path(), &how()).await.unwrap();
    assert_eq!((filled.made, filled.filled), (0, 1));
    let all = sets(&library).await;
    assert!(
        all.iter()
            .any(|(set, _)| set.name == "plain" && set.year == Some(2001))
    );
    // An archive that comes after its metadata finds its photoset, although it is a ZIP by now.
    let late = folder(&[(
        "gone.zip",
        zip(&[Entry::new("l.png", &picture::a1111("l", 77))]),
    )]);
    let late = archives(&library, late.path(), &how()).await;
    assert_eq!((late.made, late.placed), (0, 1));
    assert!(!imports.verify().await.unwrap().is_wrong());
}
