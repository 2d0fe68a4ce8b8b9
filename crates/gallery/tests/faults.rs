//! Every call by which the gallery changes something on the disk fails once, is cut short, meets a full disk, or is the last
//! before the program ends. Whatever happens then: what was acknowledged is there, what was not is there whole or not
//! at all, no file lies about that no picture has, and the same once more does what was wanted.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Mutex, PoisonError},
};

use bytes::Bytes;
use domain::{
    id::{ImageId, UploadId},
    import::Defaults,
    judgement::Edit,
    organise::{Moved, Target},
    selection::Selection,
};
use futures::stream;
use gallery::{
    Added, Error, ImportHow,
    faults::{self, Fault},
};
use testkit::{Library, picture};

/// What the program that is to end is told: the deed, the number of the call, and the two folders.
const TOLD: &str = "PROOFSHEET_TEST_FAULT";

/// What is done while the disk fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Upload,
    Replace,
    Rename,
    Gather,
    Import,
    Purge,
}

const DEEDS: [Deed; 6] = [
    Deed::Upload,
    Deed::Replace,
    Deed::Rename,
    Deed::Gather,
    Deed::Import,
    Deed::Purge,
];

/// A picture by its bytes: where it lies, its stars, and whether it is in the trash.
type State = BTreeMap<u32, (String, u8, bool)>;

/// Stars by which the picture is found whatever it is called.
const STARS: u8 = 4;

/// Pictures 1 and 2 are there from the start, 3 is new, 4 to 6 wait in a folder to be imported.
fn bytes(number: u32) -> Vec<u8> {
    picture::a1111("a quiet dune", number)
}

/// Bytes in two pieces, each of which is written by itself.
async fn add(library: &Library, id: UploadId, bytes: &[u8]) -> Result<(), Error> {
    let (first, rest) = bytes.split_at(bytes.len() / 2);
    let pieces = [first, rest].map(|piece| Ok(Bytes::copy_from_slice(piece)));
    let uploads = library.gallery.uploads();
    match uploads.add(id, 0, stream::iter(pieces), None).await? {
        Added::Kept(upload) => assert!(upload.arrived.is_some()),
        Added::Garbled => unreachable!("no checksum was given"),
    }
    Ok(())
}

async fn send(library: &Library, name: &str, number: u32) -> Result<(), Error> {
    let bytes = bytes(number);
    let uploads = library.gallery.uploads();
    let begun = uploads.begin(name, bytes.len() as u64).await?;
    add(library, begun.id, &bytes).await
}

async fn only(library: &Library, query: &str) -> ImageId {
    let found = library.find(query).await;
    assert_eq!(found.len(), 1, "{query}: {found:?}");
    found[0].id
}

/// What is there before.
async fn prepare(library: &Library) {
    send(library, "one.png", 1).await.unwrap();
    send(library, "two.png", 2).await.unwrap();
    let one = Selection::These(vec![only(library, "name=one.png").await]);
    let judge = library.gallery.judge();
    judge.set(&one, Edit::Rating(STARS), "me").await.unwrap();
    for number in 4..7 {
        library.write(&format!("{number}.png"), &bytes(number));
    }
}

impl Deed {
    /// Does it; what of it was done before is not in its way. Answers what people are told when it was not done.
    async fn act(self, library: &Library) -> Result<(), String> {
        match self.attempt(library).await {
            Ok(told) if told.is_empty() => Ok(()),
            Ok(told) => Err(told),
            Err(error) => Err(error.problem().message),
        }
    }

    /// Answers what was not done of it, although it came to its end; empty when all was.
    async fn attempt(self, library: &Library) -> Result<String, Error> {
        let starred = only(library, &format!("rating={STARS}")).await;
        let organise = library.gallery.organise();
        match self {
            Self::Upload => send(library, "three.png", 3).await?,
            Self::Replace => {
                let bytes = bytes(3);
                let uploads = library.gallery.uploads();
                let length = bytes.len() as u64;
                let begun = uploads.replace(starred, "three.png", length).await?;
                add(library, begun.id, &bytes).await?;
            }
            Self::Rename => {
                let moved = organise.rename(starred, "renamed.png", "me").await?;
                return Ok(stayed(&moved));
            }
            Self::Gather => {
                let roots = library.gallery.roots().all().await?;
                let to = Target {
                    root: roots[0].id,
                    folder: "sorted".to_owned(),
                };
                let all = library.find("").await.iter().map(|card| card.id).collect();
                let all = Selection::These(all);
                let moved = organise.gather(&all, &to, "me").await?;
                return Ok(stayed(&moved));
            }
            Self::Import => {
                let how = ImportHow {
                    actor: "me".to_owned(),
                    ..ImportHow::default()
                };
                let imports = library.gallery.imports();
                let defaults = Defaults::default();
                let imported = imports
                    .folder(library.folder(), &defaults, &how, &|_| ())
                    .await?;
                let trouble = imported.troubles.into_iter().next();
                return Ok(trouble.map(|trouble| trouble.message).unwrap_or_default());
            }
            Self::Purge => {
                let two: Vec<ImageId> = library
                    .find("name=two.png")
                    .await
                    .iter()
                    .map(|card| card.id)
                    .collect();
                let judge = library.gallery.judge();
                judge
                    .set(&Selection::These(two), Edit::Trash(true), "me")
                    .await?;
                let emptied = library.gallery.trash().empty("me").await?;
                // The page has a sentence for each reason.
                let kept = emptied.kept.first();
                return Ok(kept
                    .map(|kept| format!("Kept. {:?}", kept.reason))
                    .unwrap_or_default());
            }
        }
        Ok(String::new())
    }
}

/// What was not moved; the page has a sentence for each reason.
fn stayed(moved: &Moved) -> String {
    let first = moved.stayed.first();
    first
        .map(|stayed| format!("Stayed. {:?}", stayed.reason))
        .unwrap_or_default()
}

/// Everything that is there.
async fn state(library: &Library) -> State {
    let mut state = State::new();
    for query in ["", "is=trashed"] {
        for card in library.find(query).await {
            let images = library.gallery.images();
            let detail = images.detail(card.id).await.unwrap();
            let original = images.original(card.id, &card.stamp).await.unwrap();
            let mut all = Vec::new();
            std::io::Read::read_to_end(&mut { original.file }, &mut all).unwrap();
            let number = (1..7).find(|number| bytes(*number) == all);
            // A name that an upload has is given again only with letters of an id behind it.
            let name = card
                .name
                .split('-')
                .next()
                .unwrap()
                .trim_end_matches(".png");
            let place = format!("{}/{name}", detail.folder);
            let is = (place, card.judgement.rating, !query.is_empty());
            let before = state.insert(number.expect("the bytes of a picture"), is);
            assert_eq!(before, None, "a picture is there twice");
        }
    }
    state
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

/// The folders of a library, and how they were before.
struct Stage {
    deed: Deed,
    folder: PathBuf,
    data: PathBuf,
    before: PathBuf,
    _held: tempfile::TempDir,
}

fn copy(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-a").arg(from).arg(to).status();
    assert!(copied.unwrap().success());
}

impl Stage {
    async fn new(deed: Deed) -> Self {
        let held = tempfile::tempdir().unwrap();
        let path = |name: &str| held.path().join(name);
        let stage = Self {
            deed,
            folder: path("pictures"),
            data: path("data"),
            before: path("before"),
            _held: held,
        };
        fs::create_dir(&stage.folder).unwrap();
        let library = stage.open().await;
        prepare(&library).await;
        library.gallery.close().await;
        drop(library);
        copy(&stage.data, &stage.before);
        stage
    }

    async fn open(&self) -> Library {
        Library::of_folders(&self.folder, &self.data).await
    }

    /// Everything as it was before.
    fn reset(&self) {
        fs::remove_dir_all(&self.data).unwrap();
        copy(&self.before, &self.data);
    }

    /// The library after a new start, once it was looked at whether all files are those of pictures.
    async fn reopened(&self, library: Option<Library>) -> Library {
        if let Some(library) = library {
            library.gallery.close().await;
        }
        let library = self.open().await;
        if self.deed == Deed::Import {
            // What an import was cut off with lies in a watched folder: the scan at each start finds it.
            library.scan().await;
        }
        let known = state(&library).await;
        let originals = files(&self.data.join("originals"));
        assert_eq!(originals.len(), known.len(), "{originals:?} and {known:?}");
        for part in files(&self.data.join("incoming")) {
            let id = part.file_stem().unwrap().to_str().unwrap().parse().unwrap();
            let waits = library.gallery.uploads().find(id).await;
            assert!(waits.is_ok(), "{} belongs to no upload", part.display());
        }
        library
    }
}

/// Whether each picture is as it was before or as it is to be, or in the trash on its way out of it.
fn assert_between(is: &State, before: &State, after: &State, what: &str) {
    for number in 1..7 {
        let is = is.get(&number).cloned();
        let (before, after) = (before.get(&number).cloned(), after.get(&number).cloned());
        let put_away = before.clone().map(|(place, stars, _)| (place, stars, true));
        let goes = before.is_some() && after.is_none();
        let may = [before, after, put_away.filter(|_| goes)];
        assert!(
            may.contains(&is),
            "{what}: picture {number} is {is:?} and none of {may:?}"
        );
    }
    let starred = is.values().filter(|(_, stars, _)| *stars == STARS).count();
    assert_eq!(starred, 1, "{what}: {is:?}");
}

/// Does a deed once for each way in which each of its calls may fail.
async fn every_fault(deed: Deed) {
    let stage = Stage::new(deed).await;
    let library = stage.open().await;
    let before = state(&library).await;
    faults::plan(None);
    deed.act(&library).await.unwrap();
    let calls = faults::calls();
    let library = stage.reopened(Some(library)).await;
    let after = state(&library).await;
    library.gallery.close().await;
    assert!(calls > 1 && before != after, "{deed:?}: {calls} calls");
    for at in 1..=calls {
        for fault in [Fault::Broken, Fault::Full, Fault::Short, Fault::Killed] {
            let what = format!("{deed:?}, {fault:?} at call {at} of {calls}");
            stage.reset();
            let library = if fault == Fault::Killed {
                end_at(deed, at, &stage);
                stage.reopened(None).await
            } else {
                let library = stage.open().await;
                faults::plan(Some((at, fault)));
                let came = deed.act(&library).await;
                faults::plan(None);
                let library = stage.reopened(Some(library)).await;
                match came {
                    Ok(()) => assert_eq!(state(&library).await, after, "{what}"),
                    Err(message) => {
                        let plain = !message.contains("os error") && message.contains(". ");
                        assert!(plain, "{what}: {message}");
                    }
                }
                library
            };
            assert_between(&state(&library).await, &before, &after, &what);
            let again = deed.act(&library).await;
            assert!(again.is_ok(), "{what}: {again:?}");
            let library = stage.reopened(Some(library)).await;
            assert_between(&state(&library).await, &after, &after, &what);
            library.gallery.close().await;
        }
    }
}

/// Runs a deed in a program of its own, which ends before its call of this number.
fn end_at(deed: Deed, at: u64, stage: &Stage) {
    let told = format!(
        "{deed:?}\n{at}\n{}\n{}",
        stage.folder.display(),
        stage.data.display()
    );
    let program = std::env::current_exe().unwrap();
    let mut command = Command::new(program);
    command.args(["--exact", "one_that_ends", "--ignored", "--test-threads=1"]);
    let ended = command
        .env(TOLD, told)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    assert!(!ended.unwrap().success(), "it ended before call {at}");
}

#[test]
#[ignore = "it ends itself; the other tests run it"]
fn one_that_ends() {
    let told = std::env::var(TOLD).expect("another test runs this one");
    let mut lines = told.lines();
    let mut next = || lines.next().unwrap().to_owned();
    let (deed, at) = (next(), next().parse().unwrap());
    let (folder, data) = (PathBuf::from(next()), PathBuf::from(next()));
    let deed = DEEDS
        .into_iter()
        .find(|one| format!("{one:?}") == deed)
        .unwrap();
    run(async {
        let library = Library::of_folders(&folder, &data).await;
        faults::plan(Some((at, Fault::Killed)));
        // What it says is of no interest: it does not come to it.
        let _ = deed.act(&library).await;
    });
}

fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(test);
}

/// One after the other: what is planned holds for the whole program.
fn alone(deed: Deed) {
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    run(every_fault(deed));
}

#[test]
fn a_file_that_is_sent_survives_every_fault() {
    alone(Deed::Upload);
}

#[test]
fn a_file_that_is_replaced_survives_every_fault() {
    alone(Deed::Replace);
}

#[test]
fn a_file_that_is_renamed_survives_every_fault() {
    alone(Deed::Rename);
}

#[test]
fn files_that_are_moved_survive_every_fault() {
    alone(Deed::Gather);
}

#[test]
fn files_that_are_imported_survive_every_fault() {
    alone(Deed::Import);
}

#[test]
fn files_that_are_deleted_survive_every_fault() {
    alone(Deed::Purge);
}
