//! Files that somebody gives to the gallery.

use std::{fs, io, os::unix::fs::PermissionsExt as _, path::PathBuf};

use bytes::Bytes;
use domain::{
    id::{ImageId, JobId, UploadId},
    job::{Job, JobState},
    judgement::{Aspect, Edit},
    problem::ProblemKind,
    selection::Selection,
    time::DAY,
    upload::{Arrived, Upload},
};
use futures::stream;
use gallery::{Added, Checksum, Error};
use testkit::{
    Library,
    archive::{Entry, zip},
    picture,
};

type Piece = Result<Bytes, io::Error>;

/// Bytes as they come over a network.
fn body(bytes: &[u8]) -> impl futures::Stream<Item = Piece> + Send + Unpin + use<> {
    let pieces: Vec<Piece> = bytes
        .chunks(1_000)
        .map(|piece| Ok(Bytes::copy_from_slice(piece)))
        .collect();
    stream::iter(pieces)
}

/// The same, and then the network breaks.
fn broken(bytes: &[u8]) -> impl futures::Stream<Item = Piece> + Send + Unpin + use<> {
    let bytes = Ok(Bytes::copy_from_slice(bytes));
    stream::iter([bytes, Err(io::Error::other("the network is gone"))])
}

async fn add(library: &Library, id: UploadId, offset: u64, bytes: &[u8]) -> Result<Upload, Error> {
    let uploads = library.gallery.uploads();
    match uploads.add(id, offset, body(bytes), None).await? {
        Added::Kept(upload) => Ok(upload),
        Added::Garbled => unreachable!("no checksum was given"),
    }
}

/// Sends a whole file.
async fn send(library: &Library, name: &str, bytes: &[u8]) -> Result<Arrived, Error> {
    let upload = library
        .gallery
        .uploads()
        .begin(name, bytes.len() as u64)
        .await?;
    let upload = add(library, upload.id, 0, bytes).await?;
    Ok(upload.arrived.unwrap())
}

fn kind<T: std::fmt::Debug>(result: Result<T, Error>) -> ProblemKind {
    result.unwrap_err().problem().kind
}

/// The files below a folder of the data, without their folders.
fn files(library: &Library, folder: &str) -> Vec<String> {
    let mut left = vec![library.data().join(folder)];
    let mut found = Vec::new();
    while let Some(folder) = left.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                left.push(entry.path());
            } else {
                found.push(entry.file_name().into_string().unwrap());
            }
        }
    }
    found.sort();
    found
}

fn original(library: &Library, name: &str) -> PathBuf {
    let day = library.clock.now().day_text();
    library.data().join("originals").join(day).join(name)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_sent_is_a_picture_at_once() {
    let library = Library::new(|_| {}).await;
    let dune = picture::a1111("a quiet dune", 1);
    let arrived = send(&library, "my dune.png", &dune).await.unwrap();
    assert!(!arrived.duplicate);
    let cards = library.find("q=dune").await;
    assert_eq!(
        (cards[0].id, cards[0].name.as_str()),
        (arrived.image, "my dune.png")
    );
    assert_eq!(fs::read(original(&library, "my dune.png")).unwrap(), dune);
    assert_eq!(files(&library, "incoming"), [] as [&str; 0]);
    // Other accounts read it as they read any file, but not what is on its way.
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(original(&library, "my dune.png")) & 0o600, 0o600);
    assert_eq!(mode(library.data().join("incoming")), 0o700);
    // A scan of its folder finds nothing new.
    library.scan().await;
    assert_eq!(library.names("").await, ["my dune.png"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_connection_goes_on_where_it_broke() {
    let library = Library::new(|_| {}).await;
    let dune = picture::a1111("a quiet dune", 1);
    let uploads = library.gallery.uploads();
    let upload = uploads.begin("dune.png", dune.len() as u64).await.unwrap();
    let lost = uploads.add(upload.id, 0, broken(&dune[..200]), None).await;
    assert_eq!(kind(lost), ProblemKind::Unreachable);
    assert_eq!(uploads.find(upload.id).await.unwrap().offset, 200);
    assert_eq!(
        kind(add(&library, upload.id, 199, &dune[199..]).await),
        ProblemKind::Conflict
    );
    assert_eq!(
        add(&library, upload.id, 200, &dune[200..300])
            .await
            .unwrap()
            .offset,
        300
    );
    // Also after the program has ended.
    let library = library.reopened().await;
    assert_eq!(
        library
            .gallery
            .uploads()
            .find(upload.id)
            .await
            .unwrap()
            .offset,
        300
    );
    let whole = add(&library, upload.id, 300, &dune[300..]).await.unwrap();
    assert_eq!(
        (whole.offset, whole.arrived.is_some()),
        (dune.len() as u64, true)
    );
    assert_eq!(fs::read(original(&library, "dune.png")).unwrap(), dune);
    // Whoever did not hear the answer asks again, and hears the same.
    let again = library.gallery.uploads().find(upload.id).await.unwrap();
    assert_eq!(again.arrived, whole.arrived);
    let again = add(&library, upload.id, dune.len() as u64, &[])
        .await
        .unwrap();
    assert_eq!(again.arrived, whole.arrived);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_bytes_are_one_picture_under_whatever_name() {
    let library = Library::new(|options| options.finish = true).await;
    let bytes = picture::a1111("a quiet dune", 1);
    library.write("known.png", &bytes);
    library.scan().await;
    let known = library.find("").await[0].id;
    let first = send(&library, "a.png", &picture::a1111("rain", 3))
        .await
        .unwrap();
    let second = send(&library, "b.png", &picture::a1111("rain", 3))
        .await
        .unwrap();
    assert_eq!((second.image, second.duplicate), (first.image, true));
    assert_eq!(files(&library, "originals"), ["a.png"]);
    // What lies in another folder counts once its bytes are known, and as long as it is there.
    library.gallery.scans().finished().await.unwrap();
    let third = send(&library, "c.png", &bytes).await.unwrap();
    assert_eq!((third.image, third.duplicate), (known, true));
    fs::remove_file(library.path("known.png")).unwrap();
    let fourth = send(&library, "d.png", &bytes).await.unwrap();
    assert!(!fourth.duplicate);
    assert_eq!(files(&library, "originals"), ["a.png", "d.png"]);
    assert_eq!(files(&library, "incoming"), [] as [&str; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_of_one_name_and_two_at_once_all_arrive() {
    let library = Library::new(|_| {}).await;
    let sent = (0..12).map(|seed| {
        let library = &library;
        async move {
            send(library, "ComfyUI.png", &picture::a1111("dune", seed % 10))
                .await
                .unwrap()
        }
    });
    let arrived = futures::future::join_all(sent).await;
    assert_eq!(arrived.iter().filter(|one| one.duplicate).count(), 2);
    assert_eq!(library.find("").await.len(), 10);
    assert_eq!(files(&library, "originals").len(), 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_picture_or_not_whole_is_refused_in_words_and_leaves_nothing() {
    let library = Library::new(|_| {}).await;
    let dune = picture::a1111("a quiet dune", 1);
    for bytes in [
        b"#!/bin/sh\n".as_slice(),
        &dune[..dune.len() - 4],
        b"<svg/>",
    ] {
        let refused = send(&library, "dune.png", bytes).await;
        assert_eq!(kind(refused), ProblemKind::Invalid);
    }
    assert_eq!(
        kind(library.gallery.uploads().begin("a.png", 0).await),
        ProblemKind::Invalid
    );
    let huge = library.gallery.uploads().begin("a.png", u64::MAX).await;
    assert_eq!(kind(huge), ProblemKind::TooLarge);
    assert_eq!(files(&library, "incoming"), [] as [&str; 0]);
    assert_eq!(files(&library, "originals"), [] as [&str; 0]);
    assert_eq!(library.find("").await, []);
    // A name cannot lead anywhere, and says what the file is.
    let jpeg = send(&library, "../../escape.jpg", &dune).await.unwrap();
    assert!(!jpeg.duplicate);
    assert_eq!(files(&library, "originals"), ["escape.png"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_was_announced_and_other_bytes_are_taken_off_again() {
    let library = Library::new(|_| {}).await;
    let dune = picture::a1111("a quiet dune", 1);
    let uploads = library.gallery.uploads();
    let upload = uploads.begin("dune.png", dune.len() as u64).await.unwrap();
    add(&library, upload.id, 0, &dune[..100]).await.unwrap();
    let mut longer = dune[100..].to_vec();
    longer.push(7);
    assert_eq!(
        kind(add(&library, upload.id, 100, &longer).await),
        ProblemKind::TooLarge
    );
    assert_eq!(uploads.find(upload.id).await.unwrap().offset, 100);
    let wrong = Some(Checksum::Sha1(vec![0; 20]));
    let garbled = uploads.add(upload.id, 100, body(&dune[100..]), wrong).await;
    assert_eq!(garbled.unwrap(), Added::Garbled);
    assert_eq!(uploads.find(upload.id).await.unwrap().offset, 100);
    let sum = {
        use sha2::Digest as _;
        sha2::Sha256::digest(&dune[100..]).to_vec()
    };
    let right = Some(Checksum::Sha256(sum));
    let kept = uploads.add(upload.id, 100, body(&dune[100..]), right).await;
    assert!(matches!(kept.unwrap(), Added::Kept(upload) if upload.arrived.is_some()));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_at_a_time_sends_a_file_and_whoever_gives_it_up_leaves_nothing() {
    let library = Library::new(|_| {}).await;
    let uploads = library.gallery.uploads();
    let upload = uploads.begin("dune.png", 5_000).await.unwrap();
    let (sender, slow) = futures::channel::mpsc::unbounded::<Piece>();
    let sending = uploads.add(upload.id, 0, slow, None);
    let meanwhile = async {
        let second = loop {
            // Until the first one has its turn, the second would have it.
            let answer = uploads.add(upload.id, 1, body(b"x"), None).await;
            let problem = answer.unwrap_err().problem();
            if problem.message.contains("somebody else") {
                break problem;
            }
            tokio::task::yield_now().await;
        };
        assert_eq!(second.kind, ProblemKind::Conflict);
        assert_eq!(
            kind(uploads.give_up(upload.id).await),
            ProblemKind::Conflict
        );
        sender
            .unbounded_send(Ok(Bytes::from_static(b"abc")))
            .unwrap();
        drop(sender);
    };
    let (sent, ()) = futures::join!(sending, meanwhile);
    assert!(matches!(sent.unwrap(), Added::Kept(upload) if upload.offset == 3));
    uploads.give_up(upload.id).await.unwrap();
    assert_eq!(kind(uploads.find(upload.id).await), ProblemKind::NotFound);
    assert_eq!(files(&library, "incoming"), [] as [&str; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_crash_left_is_brought_to_its_end() {
    let library = Library::new(|_| {}).await;
    let dune = picture::a1111("a quiet dune", 1);
    let rain = picture::a1111("rain", 2);
    let uploads = library.gallery.uploads();
    let placed = uploads
        .begin("placed.png", dune.len() as u64)
        .await
        .unwrap();
    let whole = uploads.begin("whole.png", rain.len() as u64).await.unwrap();
    let part = uploads.begin("part.png", 9_000).await.unwrap();
    let lost = uploads.begin("lost.png", 9_000).await.unwrap();
    let incoming = library.data().join("incoming");
    let file = |id: UploadId| incoming.join(format!("{id}.part"));
    // As if the program had ended right after the file was moved, before it was recorded;
    let folder = original(&library, "");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("placed.png"), &dune).unwrap();
    fs::remove_file(file(placed.id)).unwrap();
    // right after the last byte came;
    fs::write(file(whole.id), &rain).unwrap();
    // in the middle;
    fs::write(file(part.id), [1; 100]).unwrap();
    // and as if a file had gone, and another one belonged to nobody.
    fs::remove_file(file(lost.id)).unwrap();
    fs::write(file(UploadId(77)), [1; 100]).unwrap();
    let library = library.reopened().await;
    let uploads = library.gallery.uploads();
    assert_eq!(library.names("").await, ["placed.png", "whole.png"]);
    for id in [placed.id, whole.id] {
        let upload = uploads.find(id).await.unwrap();
        assert!(
            upload.arrived.is_some_and(|arrived| !arrived.duplicate),
            "{upload:?}"
        );
    }
    assert_eq!(uploads.find(part.id).await.unwrap().offset, 100);
    assert_eq!(kind(uploads.find(lost.id).await), ProblemKind::NotFound);
    assert_eq!(files(&library, "incoming"), [format!("{}.part", part.id)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_goes_on_with_is_given_up_after_a_week() {
    let library = Library::new(|_| {}).await;
    let uploads = library.gallery.uploads();
    let old = uploads.begin("old.png", 9_000).await.unwrap();
    library.clock.advance(6 * DAY);
    let seen = uploads.begin("seen.png", 9_000).await.unwrap();
    assert_eq!(
        uploads.find(old.id).await.unwrap().expires.0,
        library.clock.now().0 + DAY
    );
    library.clock.advance(2 * DAY);
    uploads.begin("new.png", 9_000).await.unwrap();
    assert_eq!(kind(uploads.find(old.id).await), ProblemKind::NotFound);
    assert!(uploads.find(seen.id).await.is_ok());
    assert_eq!(files(&library, "incoming").len(), 2);
}

/// Sends a file that becomes the file of a picture.
async fn replace(library: &Library, image: ImageId, bytes: &[u8]) -> Result<Arrived, Error> {
    let uploads = library.gallery.uploads();
    let length = bytes.len() as u64;
    let upload = uploads.replace(image, "better.png", length).await?;
    let upload = add(library, upload.id, 0, bytes).await?;
    Ok(upload.arrived.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_gets_another_file_and_keeps_what_people_made_of_it() {
    let library = Library::new(|options| options.finish = true).await;
    library.write("0.png", &picture::a1111("a quiet dune", 0));
    library.write("1.png", &picture::a1111("another dune", 1));
    library.scan().await;
    library.gallery.scans().finished().await.unwrap();
    let image = library.find("name=0.png").await[0].id;
    let these = Selection::These(vec![image]);
    let judge = library.gallery.judge();
    judge.set(&these, Edit::Rating(4), "me").await.unwrap();
    library
        .gallery
        .tags()
        .set(&these, "kept", true, "me")
        .await
        .unwrap();
    let before = fs::read(library.path("0.png")).unwrap();

    let better = picture::a1111("a quiet dune, detailed", 7);
    let arrived = replace(&library, image, &better).await.unwrap();
    assert_eq!((arrived.image, arrived.duplicate), (image, false));
    let found = library.find("tag=kept&rating=4").await;
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].id, found[0].name.as_str()), (image, "better.png"));
    assert_eq!(library.find("q=detailed").await[0].id, image);
    assert_eq!(library.find("").await.len(), 2);
    // What it was is in the trash, its file where it always was, and comes back beside it.
    let old = library.find("is=trashed").await;
    assert_eq!((old.len(), old[0].name.as_str()), (1, "0.png"));
    assert_eq!(fs::read(library.path("0.png")).unwrap(), before);
    library.scan().await;
    assert_eq!(library.find("").await.len(), 2);
    let told = judge.operations(None, Some(Aspect::Trash)).await.unwrap();
    assert_eq!(judge.undo(told[0].id, "me").await.unwrap().changed, 1);
    assert_eq!(library.find("").await.len(), 3);
    assert_eq!(library.find("tag=kept").await[0].id, image);

    // The same bytes again change nothing; another picture's are refused.
    let again = replace(&library, image, &better).await.unwrap();
    assert_eq!((again.image, again.duplicate), (image, true));
    let other = fs::read(library.path("1.png")).unwrap();
    let refused = replace(&library, image, &other).await;
    assert_eq!(kind(refused), ProblemKind::Invalid);
    let nobody = replace(&library, ImageId(5), &better).await;
    assert_eq!(kind(nobody), ProblemKind::NotFound);
    assert_eq!(library.find("").await.len(), 3);
    // After a restart everything is as it was.
    let library = library.reopened().await;
    library.scan().await;
    assert_eq!(library.find("tag=kept&rating=4").await[0].id, image);
    assert_eq!(library.find("").await.len(), 3);
}

const TOLD: &str = r#"{"prompt": "a dune at dawn", "model": "dunes", "rating": 4, "tags": "sea, sky", "notes": "for the cover",
    "date": "2026-05-31", "photoset": "Spring walk", "persona": "Ada", "metadata": {"client": "north"}}"#;

/// Sends a file of which something is told.
async fn send_telling(library: &Library, name: &str, bytes: &[u8], told: &str) -> Arrived {
    let uploads = library.gallery.uploads().telling(told).unwrap();
    let begun = uploads.begin(name, bytes.len() as u64).await.unwrap();
    let whole = add(library, begun.id, 0, bytes).await.unwrap();
    whole.arrived.unwrap()
}

/// The first photoset, by its name and with the number of its pictures.
async fn set(library: &Library) -> Option<(String, u64)> {
    let sets = library.gallery.sets().list().await.unwrap();
    sets.into_iter()
        .next()
        .map(|set| (set.set.name, set.pictures))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_of_a_file_is_set_on_its_picture() {
    let library = Library::new(|_| {}).await;
    send(&library, "other.png", &picture::png(1, &[]))
        .await
        .unwrap();
    let bytes = picture::a1111("what its file says", 7);
    let arrived = send_telling(&library, "dune.png", &bytes, TOLD).await;
    for query in [
        "q=dawn",
        "rating=4",
        "tag=sea&tag=sky",
        "persona=ada",
        "param.log.client=north",
        "has=note",
        "date=2026-05-31",
        "model=dunes",
    ] {
        assert_eq!(library.names(query).await, ["dune.png"], "{query}");
    }
    assert_eq!(set(&library).await, Some(("Spring walk".to_owned(), 1)));
    let detail = library
        .gallery
        .images()
        .detail(arrived.image)
        .await
        .unwrap();
    assert_eq!(detail.recipe.positive, "a dune at dawn");
    // Of a picture that is here already only what nobody set is filled in.
    let other = r#"{"rating": 2, "notes": "another", "tags": ["fog"], "prompt": "other words", "persona": "Kim"}"#;
    let again = send_telling(&library, "again.png", &bytes, other).await;
    assert_eq!((again.image, again.duplicate), (arrived.image, true));
    assert_eq!(
        library.names("rating=4&tag=fog&persona=ada&q=dawn").await,
        ["dune.png"]
    );
    let (_, note) = library.gallery.notes().marks(arrived.image).await.unwrap();
    assert_eq!(note.text, "for the cover");
    let refused = library.gallery.uploads().telling(r#"{"rating": 9}"#);
    assert_eq!(refused.err().unwrap().problem().kind, ProblemKind::Invalid);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_crash_left_untold_is_told_at_the_next_start() {
    let library = Library::new(|_| {}).await;
    let bytes = picture::a1111("a quiet dune", 7);
    let uploads = library.gallery.uploads().telling(TOLD).unwrap();
    let begun = uploads.begin("dune.png", bytes.len() as u64).await.unwrap();
    // All bytes are there, and the program ends before it looks at them.
    let part = library.data().join(format!("incoming/{}.part", begun.id));
    fs::write(part, &bytes).unwrap();
    let library = library.reopened().await;
    // It is set in the background, one thing after the other; the photoset is the last.
    for _ in 0..200 {
        if set(&library)
            .await
            .is_some_and(|(_, pictures)| pictures == 1)
        {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(set(&library).await, Some(("Spring walk".to_owned(), 1)));
    for query in ["rating=4", "tag=sea", "q=dawn", "persona=ada"] {
        assert_eq!(library.names(query).await, ["dune.png"], "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_in_one_piece_needs_no_length() {
    let library = Library::new(|_| {}).await;
    let bytes = picture::a1111("a quiet dune", 7);
    let uploads = library.gallery.uploads();
    let whole = uploads.take("dune.png", body(&bytes)).await.unwrap();
    assert_eq!(
        (whole.length, whole.offset),
        (bytes.len() as u64, bytes.len() as u64)
    );
    assert_eq!(library.names("q=dune").await, ["dune.png"]);
    let again = uploads.take("other.png", body(&bytes)).await.unwrap();
    assert!(again.arrived.unwrap().duplicate);
    for (bytes, says) in [
        (&b""[..], "0 bytes"),
        (b"no picture", "none of PNG"),
        (&bytes[..bytes.len() - 20], "ends too early"),
    ] {
        let refused = uploads.take("no.png", body(bytes)).await.unwrap_err();
        assert!(refused.problem().message.contains(says), "{refused:?}");
    }
    let cut = uploads.take("cut.png", broken(&bytes[..100])).await;
    assert_eq!(kind(cut), ProblemKind::Unreachable);
    assert_eq!(files(&library, "incoming"), [""; 0]);
    assert_eq!(library.names("").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pictures_of_an_archive_that_is_sent_come_in() {
    let library = Library::new(|options| options.finish = true).await;
    let entries = [
        Entry::new("day/one.png", &picture::a1111("a quiet dune", 1)),
        Entry::new("day/two.png", &picture::a1111("a quiet dune", 2)),
        Entry::new("readme.md", b"words"),
    ];
    let bytes = zip(&entries);
    let uploads = library.gallery.uploads();
    let begun = uploads
        .begin("Spring walk.zip", bytes.len() as u64)
        .await
        .unwrap();
    let whole = add(&library, begun.id, 0, &bytes).await.unwrap();
    assert_eq!(whole.arrived, None);
    let job = whole.unpacks.unwrap();
    let ended = ended(&library, job).await;
    assert_eq!(
        (ended.state, ended.failed, ended.about.as_str()),
        (JobState::Done, 0, "Spring walk.zip")
    );
    assert_eq!(library.names("q=dune").await, ["one.png", "two.png"]);
    assert_eq!(set(&library).await, Some(("Spring walk".to_owned(), 2)));
    for folder in ["archives", "incoming"] {
        assert_eq!(files(&library, folder), [""; 0], "{folder}");
    }
    assert_eq!(kind(uploads.find(begun.id).await), ProblemKind::NotFound);
}

/// A job when nothing more comes of it.
async fn ended(library: &Library, job: JobId) -> Job {
    for _ in 0..600 {
        let job = library.gallery.jobs().detail(job).await.unwrap().job;
        if job.state.is_over() {
            return job;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the job does not end");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_that_a_crash_left_is_handed_over_at_the_next_start() {
    let library = Library::new(|_| {}).await;
    let bytes = zip(&[Entry::new("one.png", &picture::a1111("a quiet dune", 1))]);
    let uploads = library.gallery.uploads();
    let whole = uploads
        .begin("whole.zip", bytes.len() as u64)
        .await
        .unwrap();
    let moved = uploads
        .begin("moved.zip", bytes.len() as u64)
        .await
        .unwrap();
    let part = |id: UploadId| library.data().join(format!("incoming/{id}.part"));
    // One has come whole, the other has been moved already.
    fs::write(part(whole.id), &bytes).unwrap();
    fs::remove_file(part(moved.id)).unwrap();
    let folder = library.data().join(format!("archives/{}", moved.id));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("moved.zip"), &bytes).unwrap();
    let library = library.reopened_with(|options| options.finish = true).await;
    let jobs = library.gallery.jobs().list().await.unwrap();
    assert_eq!(jobs.len(), 2, "{jobs:?}");
    for job in jobs {
        assert_eq!(ended(&library, job.id).await.state, JobState::Done);
    }
    assert_eq!(library.names("").await, ["one.png"]);
    assert_eq!(files(&library, "archives"), [""; 0]);
}
