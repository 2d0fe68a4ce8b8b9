//! Verifying a library, and the daily copies of its database.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use domain::{
    drift::{Compared, DriftKind},
    id::ImageId,
    time::DAY,
};
use futures::stream;
use gallery::{Depth, Finding, FindingKind, Options, Verification, VerifyOptions, verify};
use testkit::{Library, picture};

/// The options of a library that is open or was.
fn options(library: &Library) -> Options {
    let mut options = Options::new(library.data());
    options.clock = library.clock.clone();
    options.workers = 2;
    options
}

async fn look(library: &Library, depth: Depth) -> (Verification, Vec<Finding>) {
    let mut found = Vec::new();
    let how = VerifyOptions {
        depth,
        restart: false,
    };
    let mut tell = |finding| found.push(finding);
    let came = verify(&options(library), how, &mut tell, &|_, _| {}).await;
    (came.unwrap(), found)
}

fn named(found: &[Finding], kind: FindingKind) -> Vec<&str> {
    let of_kind = found.iter().filter(|one| one.kind == kind);
    let mut names: Vec<&str> = of_kind
        .map(|one| one.what.rsplit('/').next().unwrap())
        .collect();
    names.sort_unstable();
    names
}

async fn library_of(count: u32) -> Library {
    let library = Library::new(|options| options.finish = true).await;
    for seed in 0..count {
        let name = format!("day {}/{seed:05}.png", seed % 3);
        library.write(&name, &picture::a1111("a quiet dune", seed));
    }
    library.scan().await;
    library.gallery.scans().finished().await.unwrap();
    library
}

/// Gives a file to the gallery.
async fn send(library: &Library, name: &str, bytes: &[u8]) -> ImageId {
    let uploads = library.gallery.uploads();
    let upload = uploads.begin(name, bytes.len() as u64).await.unwrap();
    let body: Vec<Result<Bytes, std::io::Error>> = vec![Ok(Bytes::copy_from_slice(bytes))];
    let added = uploads.add(upload.id, 0, stream::iter(body), None).await;
    let gallery::Added::Kept(upload) = added.unwrap() else {
        panic!("no checksum was given");
    };
    upload.arrived.unwrap().image
}

/// Flips all bits of one byte, and leaves size and time as they were.
fn rot(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    let time = fs::metadata(path).unwrap().modified().unwrap();
    fs::write(path, bytes).unwrap();
    let file = fs::File::options().write(true).open(path).unwrap();
    file.set_modified(time).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_library_is_told_to_be_sound_while_it_is_in_use() {
    let library = library_of(9).await;
    send(&library, "sent.png", &picture::a1111("a fox", 100)).await;
    library.gallery.scans().finished().await.unwrap();
    let (came, found) = look(&library, Depth::Whole).await;
    assert_eq!(found, []);
    assert!(came.is_fine());
    assert_eq!((came.files, came.read, came.without_hash), (10, 10, 0));
    let (came, _) = look(&library, Depth::Fast).await;
    assert_eq!((came.files, came.read, came.bytes), (10, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_changed_rotten_or_unknown_is_named_and_nothing_is_repaired() {
    let library = library_of(9).await;
    let sent = picture::a1111("a fox", 100);
    send(&library, "sent.png", &sent).await;
    library.gallery.scans().finished().await.unwrap();
    fs::remove_file(library.path("day 0/00000.png")).unwrap();
    library.write("day 1/00001.png", b"another picture");
    rot(&library.path("day 2/00002.png"));
    let originals = library.data().join("originals");
    let day = fs::read_dir(&originals)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    fs::write(day.join("strange.png"), b"whose?").unwrap();
    fs::write(day.join("sent.png.xmp"), b"<x/>").unwrap();
    let thumbs = library.data().join("thumbs");
    let nobody = format!("{}-256-v1.webp", "ab".repeat(32));
    fs::create_dir_all(thumbs.join("ab")).unwrap();
    fs::write(thumbs.join("ab").join(&nobody), b"RIFF").unwrap();
    fs::write(library.data().join("incoming/left.part"), b"half").unwrap();

    let (came, found) = look(&library, Depth::Whole).await;
    assert_eq!(named(&found, FindingKind::Missing), ["00000.png"]);
    assert_eq!(named(&found, FindingKind::Changed), ["00001.png"]);
    assert_eq!(named(&found, FindingKind::Damaged), ["00002.png"]);
    assert_eq!(named(&found, FindingKind::Orphan), ["strange.png"]);
    assert_eq!(
        named(&found, FindingKind::StrayThumbnail),
        [nobody.as_str()]
    );
    assert_eq!(named(&found, FindingKind::Leftover), ["left.part"]);
    assert_eq!(found.len(), 6);
    assert_eq!(came.found.values().sum::<u64>(), 6);
    assert!(!came.is_fine());
    // Looking at sizes and times cannot see that bytes are others.
    let (_, fast) = look(&library, Depth::Fast).await;
    assert_eq!(named(&fast, FindingKind::Damaged), [""; 0]);
    assert_eq!(fast.len(), 5);
    assert_eq!(
        look(&library, Depth::Whole).await.1,
        found,
        "nothing was repaired"
    );
}

/// The page asks the gallery that is open.
#[tokio::test(flavor = "multi_thread")]
async fn an_open_gallery_compares_the_disk_once_at_a_time_and_changes_nothing() {
    let library = library_of(12).await;
    let gallery = &library.gallery;
    let health = gallery.health();
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().canonicalize().unwrap().join("other");
    fs::create_dir(&other).unwrap();
    gallery.roots().add(other.to_str().unwrap()).await.unwrap();
    library.scan().await;
    assert_eq!(health.compared(), Compared::Never);
    let ended = async || {
        let waiting = async {
            loop {
                match health.compared() {
                    Compared::Looking(_) => tokio::time::sleep(Duration::from_millis(5)).await,
                    Compared::Done(drift) => return drift,
                    other => panic!("{other:?}"),
                }
            }
        };
        let ended = tokio::time::timeout(Duration::from_secs(30), waiting).await;
        ended.expect("it ends")
    };
    assert_eq!(health.compare(), Compared::Looking(0));
    let drift = ended().await;
    assert_eq!((drift.files, drift.lines, drift.away), (12, vec![], vec![]));
    assert_eq!(drift.at, library.clock.now());

    for seed in (0..12).step_by(2) {
        let day = seed % 3;
        fs::remove_file(library.path(&format!("day {day}/{seed:05}.png"))).unwrap();
    }
    library.write("day 1/00001.png", b"another picture");
    let thumbs = library.data().join("thumbs/ab");
    fs::create_dir_all(&thumbs).unwrap();
    let nobody = thumbs.join(format!("{}-256-v1.webp", "ab".repeat(32)));
    fs::write(&nobody, b"RIFF").unwrap();
    fs::remove_dir(&other).unwrap();
    // Whoever asks while it goes on is told so, and nothing begins anew.
    health.compare();
    assert!(matches!(
        health.compare(),
        Compared::Looking(_) | Compared::Done(_)
    ));
    let drift = ended().await;
    assert_eq!(drift.files, 12);
    assert_eq!(drift.away, [other.to_str().unwrap()]);
    let lines: Vec<_> = drift
        .lines
        .iter()
        .map(|line| (line.kind, line.count, line.examples.len()))
        .collect();
    assert_eq!(
        lines,
        [
            (DriftKind::Missing, 6, 5),
            (DriftKind::Changed, 1, 1),
            (DriftKind::StrayThumbnail, 1, 1),
        ]
    );
    assert!(drift.lines[1].examples[0].ends_with("day 1/00001.png"));
    assert!(nobody.exists());
    assert_eq!(library.find("").await.len(), 12);
    assert!(library.find("is=missing").await.is_empty());
}

/// The same is told without reading a file, with examples and with what to do.
#[tokio::test(flavor = "multi_thread")]
async fn what_drifted_is_counted_with_examples_and_nothing_is_changed() {
    let library = library_of(30).await;
    send(&library, "sent.png", &picture::a1111("a fox", 100)).await;
    library.gallery.scans().finished().await.unwrap();
    let told = async || {
        let drift = gallery::drift(&options(&library)).await.unwrap();
        let facts: Vec<String> = drift.facts.into_iter().map(|(_, count)| count).collect();
        (facts, drift.troubles)
    };
    let (facts, troubles) = told().await;
    assert_eq!(facts, ["31", "0", "0", "0", "0", "0", "0"]);
    assert_eq!(troubles, [""; 0]);
    for seed in (0..15).step_by(3) {
        fs::remove_file(library.path(&format!("day 0/{seed:05}.png"))).unwrap();
    }
    library.write("day 1/00001.png", b"another picture");
    let originals = fs::read_dir(library.data().join("originals")).unwrap();
    let day = originals.map(|day| day.unwrap().path()).next().unwrap();
    fs::write(day.join("strange.png"), b"whose?").unwrap();
    let thumbs = library.data().join("thumbs/ab");
    fs::create_dir_all(&thumbs).unwrap();
    let nobody = format!("{}-256-v1.webp", "ab".repeat(32));
    fs::write(thumbs.join(&nobody), b"RIFF").unwrap();
    fs::write(library.data().join("incoming/left.part"), b"half").unwrap();
    let (facts, troubles) = told().await;
    assert_eq!(facts, ["31", "5", "1", "0", "1", "1", "1"]);
    assert_eq!(troubles.len(), 5);
    let starts = troubles.iter().map(|trouble| trouble.split(',').next());
    let starts: Vec<&str> = starts.flatten().collect();
    assert_eq!(starts[0], "5 files are not where they were");
    assert_eq!(troubles[0].matches(".png").count(), 3, "{}", troubles[0]);
    assert!(troubles[1].contains("00001.png") && troubles[1].contains("`proofsheet scan`"));
    assert!(troubles[2].contains("strange.png") && troubles[3].contains(&nobody));
    assert!(troubles[4].contains("left.part"));
    assert_eq!(told().await, (facts, troubles), "nothing was repaired");
    // A folder that is not there says nothing of its files.
    let away = library.folder().with_extension("away");
    fs::rename(library.folder(), &away).unwrap();
    let (facts, _) = told().await;
    fs::rename(&away, library.folder()).unwrap();
    assert_eq!(facts, ["1", "0", "0", "0", "1", "1", "1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_not_there_is_said_and_none_of_its_files_is_missing() {
    let library = library_of(6).await;
    let away = library.folder().with_extension("away");
    fs::rename(library.folder(), &away).unwrap();
    let (came, found) = look(&library, Depth::Whole).await;
    fs::rename(&away, library.folder()).unwrap();
    let kinds: Vec<FindingKind> = found.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [FindingKind::Offline]);
    assert_eq!((came.files, came.not_reached), (0, 6));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_reads_other_files_each_time_until_all_were_read() {
    let library = library_of(60).await;
    for name in (0..60).map(|seed| format!("day {}/{seed:05}.png", seed % 3)) {
        rot(&library.path(&name));
    }
    let mut seen = BTreeSet::new();
    for _ in 0..4 {
        let (came, found) = look(&library, Depth::percent(25.0)).await;
        assert_eq!(came.files, 60);
        let damaged = named(&found, FindingKind::Damaged);
        assert_eq!(damaged.len() as u64, 60 - came_fine(&came));
        for name in damaged {
            assert!(seen.insert(name.to_owned()), "{name} was read twice");
        }
    }
    assert_eq!(seen.len(), 60);
}

/// Files at which nothing was found.
fn came_fine(came: &Verification) -> u64 {
    came.files - came.found.values().sum::<u64>()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_interrupted_goes_on_where_that_was() {
    let library = library_of(3).await;
    let (whole, _) = look(&library, Depth::Fast).await;
    assert!(!whole.resumed);
    let many = Library::of_pictures(1_500).await;
    for seed in (0..1_500).step_by(5) {
        fs::remove_file(many.path(&format!("{seed:05}.png"))).unwrap();
    }
    let how = |restart| VerifyOptions {
        depth: Depth::Fast,
        restart,
    };
    let options = options(&many);
    // The first thousand are noted; then the program ends.
    let before = Arc::new(AtomicUsize::new(0));
    let first = tokio::spawn({
        let (options, before) = (options.clone(), Arc::clone(&before));
        async move {
            let mut count = |_| _ = before.fetch_add(1, Ordering::SeqCst);
            let stop = |done: u64, _| assert!(done < 1_000, "ended here");
            verify(&options, how(false), &mut count, &stop).await
        }
    });
    assert!(first.await.unwrap_err().is_panic());
    let (came, found) = look(&many, Depth::Fast).await;
    assert!(came.resumed);
    assert_eq!(came.files, 1_500, "those before count too");
    let before = before.load(Ordering::SeqCst);
    assert!(before > 0 && !found.is_empty());
    assert_eq!(before + found.len(), 300, "none is told twice");
    assert_eq!(came.found[&FindingKind::Missing], 300);
    let (again, found) = look(&many, Depth::Fast).await;
    assert!(!again.resumed && found.len() == 300);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_library_nothing_is_made() {
    let data = tempfile::tempdir().unwrap();
    let nowhere = data.path().join("nowhere");
    let how = VerifyOptions {
        depth: Depth::Fast,
        restart: false,
    };
    let refused = verify(&Options::new(&nowhere), how, &mut |_| {}, &|_, _| {}).await;
    assert!(
        refused
            .unwrap_err()
            .problem()
            .message
            .contains("--data-dir")
    );
    assert!(!nowhere.exists());
}

/// The names of the copies of a database.
fn snapshots(library: &Library) -> Vec<String> {
    let folder = fs::read_dir(library.data().join("snapshots"));
    let entries = folder.into_iter().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_is_made_once_a_day_and_old_ones_are_thinned_out() {
    let library = library_of(5).await;
    let health = library.gallery.health();
    let fact = async || {
        let report = health.report(false, &[]).await.unwrap();
        let mut facts = report.facts.into_iter();
        let fact = facts.find(|(name, _)| name == "last snapshot").unwrap().1;
        (fact, report.troubles)
    };
    assert!(fact().await.0.contains("none yet"));
    health.snapshot().await.unwrap();
    let first = snapshots(&library);
    assert_eq!(first.len(), 1);
    let path = library.data().join("snapshots").join(&first[0]);
    let made = fs::metadata(&path).unwrap().modified().unwrap();
    health.snapshot().await.unwrap();
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), made);
    assert_eq!(fact().await, (library.clock.now().day_text(), Vec::new()));
    for _ in 0..40 {
        library.clock.advance(DAY);
        health.snapshot().await.unwrap();
    }
    assert_eq!(snapshots(&library).len(), 11);
    library.clock.advance(5 * DAY);
    let (_, troubles) = fact().await;
    assert!(troubles[0].contains("5 days old"), "{troubles:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_for_snapshots_gets_the_first_one_by_itself() {
    let library = Library::new(|options| options.snapshots = true).await;
    let waiting = async {
        while !snapshots(&library)
            .iter()
            .any(|name| name.starts_with("proofsheet-"))
        {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    let made = tokio::time::timeout(std::time::Duration::from_secs(20), waiting).await;
    assert!(made.is_ok(), "none was made");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_database_gives_no_snapshot_and_takes_none_away() {
    let library = library_of(200).await;
    let health = library.gallery.health();
    health.snapshot().await.unwrap();
    let good = snapshots(&library);
    library.gallery.close().await;
    // The pages on which one file stands: of a table, and of its index, which a copy would make anew. Begun with
    // the good copy: in the database itself the name may also be left over on a page that is something else by now.
    let path = library.data().join("proofsheet.db");
    let copy = fs::read_dir(library.data().join("snapshots"))
        .unwrap()
        .next();
    let mut bytes = fs::read(copy.unwrap().unwrap().path()).unwrap();
    let mut hit = 0;
    for page in bytes.chunks_mut(4096).skip(1) {
        if page.windows(9).any(|some| some == b"00100.png") {
            page[..2_000].fill(0xa5);
            hit += 1;
        }
    }
    assert!(hit >= 2, "the file stands on {hit} pages");
    fs::write(&path, &bytes).unwrap();
    let library = library.reopened().await;
    library.clock.advance(DAY);
    assert!(library.gallery.health().snapshot().await.is_err());
    assert_eq!(
        snapshots(&library),
        good,
        "the good one is there, nothing else"
    );
    let (_, found) = look(&library, Depth::Fast).await;
    assert!(
        found.iter().any(|one| one.kind == FindingKind::Database),
        "{found:?}"
    );
}
