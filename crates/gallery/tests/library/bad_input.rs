//! Files and folders that are not as they should be: told about in words, never lost, never fatal.

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    os::unix::fs::FileExt,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, SystemTime},
};

use domain::{
    image::{Format, ThumbSize},
    problem::ProblemKind,
    scan::RootState,
};
use flate2::{Compression, write::ZlibEncoder};
use testkit::{Library, picture};

/// The time of a library's clock, as files have it, and so many milliseconds later.
fn clock(later: i64) -> SystemTime {
    let millis = 4_000_000_000_000_u64.saturating_add_signed(later);
    SystemTime::UNIX_EPOCH + Duration::from_millis(millis)
}

fn set_modified(path: &Path, at: SystemTime) {
    let file = fs::File::options().write(true).open(path).unwrap();
    file.set_modified(at).unwrap();
}

/// What was told about each path: code and sentence.
async fn problems(library: &Library) -> BTreeMap<String, (String, String)> {
    let (_, problems) = library.gallery.scans().problems(0).await.unwrap();
    problems
        .into_iter()
        .map(|problem| (problem.path, (problem.code, problem.message)))
        .collect()
}

/// A compressed text of 64 MiB in a few kilobytes.
fn bomb(before: &[u8]) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(before.to_vec(), Compression::best());
    packed.write_all(&vec![b'x'; 64 << 20]).unwrap();
    packed.finish().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_lie_are_shown_as_far_as_they_can_be_and_stop_nothing() {
    let library = Library::new(|options| options.finish = true).await;
    let good = picture::a1111("a fox", 1);
    let deep = [b"prompt\0".to_vec(), b"{\"a\":[".repeat(50_000)].concat();
    let odd = br#"{"3": {"class_type": "KSampler", "inputs": {"seed": 7, "cfg": NaN, "denoise": -Infinity,
        "positive": ["6", 0]}}, "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a bee"}},
        "9": {"class_type": "SaveImage", "inputs": {"images": ["3", 0]}}}"#;
    let odd = [b"prompt\0", &odd[..]].concat();
    let mut beyond = good[..good.len() - 12].to_vec();
    beyond.extend(b"\xff\xff\xff\xf0tEXt");
    // Name, bytes, and the code of what is told about it, if anything is.
    let files: [(&str, Vec<u8>, Option<&str>); 10] = [
        ("0 bytes.png", Vec::new(), Some("empty")),
        (
            "cut.png",
            good[..good.len() - 20].to_vec(),
            Some("truncated"),
        ),
        ("length beyond the end.png", beyond, Some("truncated")),
        (
            "no picture.png",
            b"<html></html>".to_vec(),
            Some("not-an-image"),
        ),
        (
            "pixel bomb.png",
            picture::claiming(&good, 65_535, 65_535),
            Some("not-drawn"),
        ),
        ("wrong size.png", picture::claiming(&good, 16, 12), None),
        (
            "zTXt bomb.png",
            picture::with_chunk(&good, *b"zTXt", &bomb(b"workflow\0\0")),
            None,
        ),
        (
            "iTXt bomb.png",
            picture::with_chunk(&good, *b"iTXt", &bomb(b"workflow\0\x01\0\0\0")),
            None,
        ),
        (
            "deep.png",
            picture::with_chunk(&good, *b"tEXt", &deep),
            None,
        ),
        (
            "not a number.png",
            picture::with_chunk(&picture::png(2, &[]), *b"tEXt", &odd),
            None,
        ),
    ];
    for (name, bytes, _) in &files {
        library.write(name, bytes);
    }
    library.write("good.png", &good);
    library.scan().await;
    library.gallery.scans().finished().await.unwrap();
    let told = problems(&library).await;
    for (name, _, code) in &files {
        assert_eq!(
            told.get(*name).map(|(code, _)| code.as_str()),
            *code,
            "{name}"
        );
        if let Some((_, sentence)) = told.get(*name) {
            assert!(sentence.contains("untouched"), "{name}: {sentence}");
        }
    }
    let listed = library.names("").await;
    let hidden = ["0 bytes.png", "no picture.png"];
    assert_eq!(listed.len(), files.len() + 1 - hidden.len(), "{listed:?}");
    assert_eq!(library.names("seed=7").await, ["not a number.png"]);
    for card in library.find("").await {
        let thumb = library
            .gallery
            .images()
            .thumb(card.id, &card.stamp, ThumbSize::Small)
            .await;
        assert_eq!(
            thumb.is_err(),
            card.name == "pixel bomb.png",
            "{}",
            card.name
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_extension_does_not_matter() {
    let library = Library::new(|options| options.finish = true).await;
    library.write("really a jpeg.png", &picture::jpeg());
    library.write("really a png.jpg", &picture::a1111("a fox", 1));
    library.scan().await;
    library.gallery.scans().finished().await.unwrap();
    assert_eq!(problems(&library).await, BTreeMap::new());
    let formats: Vec<(String, Format)> = library
        .find("sort=name")
        .await
        .into_iter()
        .map(|card| (card.name, card.format))
        .collect();
    let expected = [
        ("really a jpeg.png", Format::Jpeg),
        ("really a png.jpg", Format::Png),
    ];
    assert_eq!(
        formats,
        expected.map(|(name, format)| (name.to_owned(), format))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_finished_keeps_nobody_waiting() {
    let library = Library::new(|options| options.finish = true).await;
    library.write("huge.png", &picture::a1111("a fox", 1));
    let file = fs::File::options()
        .write(true)
        .open(library.path("huge.png"))
        .unwrap();
    // Nothing but a length: the disk keeps no bytes for it.
    file.set_len(513 << 20).unwrap();
    library.scan().await;
    library.gallery.scans().finished().await.unwrap();
    let told = problems(&library).await;
    let (code, sentence) = &told["huge.png"];
    assert_eq!(code, "too-large");
    assert!(
        sentence.contains("512 MiB") && sentence.contains("untouched"),
        "{sentence}"
    );
    let card = library.find("q=fox").await.remove(0);
    let thumb = library
        .gallery
        .images()
        .thumb(card.id, &card.stamp, ThumbSize::Small)
        .await;
    assert_eq!(thumb.unwrap_err().problem().kind, ProblemKind::TooLarge);
    library.write("huge.png", &picture::a1111("a fox", 2));
    library.scan().await;
    library.gallery.scans().finished().await.unwrap();
    assert_eq!(problems(&library).await, BTreeMap::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_still_written_is_read_when_it_is_whole() {
    let library = Library::new(|_| {}).await;
    let whole = picture::a1111("a fox", 1);
    library.write("slow.png", &whole[..whole.len() / 2]);
    set_modified(&library.path("slow.png"), clock(-1_000));
    library.scan().await;
    assert_eq!(
        library.names("").await,
        Vec::<String>::new(),
        "no half recipe"
    );
    assert_eq!(problems(&library).await, BTreeMap::new(), "no false alarm");
    library.write("slow.png", &whole);
    let mut progress = library.gallery.scans().subscribe();
    let read = progress.wait_for(|progress| progress.total == 1);
    tokio::time::timeout(Duration::from_secs(30), read)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(library.names("q=fox").await, ["slow.png"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_file_from_the_future_is_told_about_and_not_waited_for() {
    let library = Library::new(|_| {}).await;
    let whole = picture::a1111("a fox", 1);
    library.write("future.png", &whole[..whole.len() - 20]);
    set_modified(&library.path("future.png"), clock(86_400_000));
    library.scan().await;
    assert_eq!(problems(&library).await["future.png"].0, "truncated");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_too_soon_to_have_another_time_is_not_missed() {
    let library = Library::new(|_| {}).await;
    let path = library.path("fast.png");
    // On a disk that counts whole seconds, and on one that counts in small steps.
    for (at, prompts) in [(0, ["a fox", "a cow"]), (-5, ["an ant", "an emu"])] {
        for prompt in prompts {
            library.write("fast.png", &picture::a1111(prompt, 1));
            set_modified(&path, clock(at));
            library.scan().await;
            let query = format!("q=\"{prompt}\"");
            assert_eq!(library.names(&query).await, ["fast.png"], "{prompt}");
        }
    }
    library.clock.advance(60_000);
    library.scan().await;
    library.scan().await;
    assert_eq!(library.gallery.scans().progress().unchanged, 1);
}

/// Does something again and again beside a test, until it is dropped.
struct Meanwhile {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Meanwhile {
    fn new(mut work: impl FnMut() + Send + 'static) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                work();
            }
        });
        Self {
            stop,
            thread: Some(thread),
        }
    }
}

impl Drop for Meanwhile {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let ended = self.thread.take().map(JoinHandle::join);
        assert!(ended.is_none_or(|ended| ended.is_ok()) || std::thread::panicking());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_rewritten_while_it_is_read_ends_up_as_it_was_written_last() {
    let library = Library::new(|options| options.clock = gallery::Clock::system()).await;
    let path = library.path("torn.png");
    let (fox, cow) = (picture::a1111("a fox", 1), picture::a1111("a cow", 2));
    fs::write(&path, &fox).unwrap();
    let file = fs::File::options().write(true).open(&path).unwrap();
    let rewriting = Meanwhile::new(move || {
        for bytes in [&cow, &fox] {
            let half = bytes.len() / 2;
            file.write_all_at(&bytes[..half], 0).unwrap();
            file.write_all_at(&bytes[half..], half as u64).unwrap();
        }
    });
    for _ in 0..12 {
        library.scan().await;
    }
    drop(rewriting);
    library.scan().await;
    assert_eq!(library.find("").await.len(), 1);
    assert_eq!(library.names("q=fox&seed=1").await, ["torn.png"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_root_that_comes_and_goes_while_it_is_scanned_loses_nothing() {
    let library = Library::new(|_| {}).await;
    for seed in 0..40 {
        let name = format!("day {}/{seed:05}.png", seed / 4);
        library.write(&name, &picture::a1111("a dune", seed));
    }
    library.scan().await;
    let (there, away) = (library.folder().to_owned(), library.data().join("away"));
    let moving = Meanwhile::new(move || {
        fs::rename(&there, &away).unwrap();
        fs::rename(&away, &there).unwrap();
    });
    for _ in 0..24 {
        library.scan().await;
        assert_eq!(library.names("is=missing").await, Vec::<String>::new());
    }
    drop(moving);
    library.scan().await;
    let root = library.gallery.roots().all().await.unwrap().remove(0);
    assert_eq!(
        (root.state, root.images, root.missing),
        (RootState::Online, 40, 0)
    );
}
