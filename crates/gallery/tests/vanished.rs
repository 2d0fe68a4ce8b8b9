//! A disk that goes away changes nothing: not in the tables, not on the disk, whatever is being done meanwhile; and when it
//! is back, everything is there as it was.
//!
//! Each of the tests takes one kind of accident through everything that may be going on at the time.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

use domain::{
    judgement::{Edit, Verdict},
    scan::RootState,
    selection::Selection,
};
use gallery::{Depth, FindingKind, Options, VerifyOptions, faults, verify};
use sqlx::{Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;
use testkit::{
    Library,
    disk::{Mounted, SmallDisk, with_own_mounts},
    picture,
};

/// Pictures on the disk, ten in each folder.
const PICTURES: u32 = 240;
/// Of these are in the trash, in the folders that are taken when half of the files go.
const TRASHED: u32 = 20;
/// Looks at a slow disk after which it goes away: in the middle of whatever is being done.
const MIDDLE: u64 = 20;
/// How long each look at a slow disk takes.
const SLOW: Duration = Duration::from_millis(25);

/// What happens to the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Accident {
    /// It is unmounted; the folder under it is empty.
    Unmounted,
    /// Another one is in its place, also with files of the same names.
    Another,
    /// Half of its files are somewhere else.
    Half,
    /// The folder itself is gone.
    Gone,
    /// The folder cannot be read.
    Unreadable,
    /// It is slow, and goes away while somebody is at it.
    Slow,
}

/// What is done while the disk is not as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    /// Everything is scanned because somebody asks for it, more often than it takes to turn a file missing.
    Asked,
    /// The program starts.
    Start,
    /// The disk tells of a change.
    Watched,
    /// Every byte is verified.
    Verify,
    /// The trash is emptied.
    Purge,
}

const DEEDS: [Deed; 5] = [
    Deed::Verify,
    Deed::Purge,
    Deed::Asked,
    Deed::Start,
    Deed::Watched,
];

/// Tables that say how a folder and the work on it are, not what is known of pictures.
const OF_THE_WORK: [&str; 6] = [
    "roots",
    "scan_problems",
    "settings",
    "change_log",
    "change_clock",
    "_sqlx_migrations",
];

/// What there is: the rows of each table, and the bytes of each file.
#[derive(PartialEq, Eq)]
struct Everything {
    rows: BTreeMap<String, Vec<String>>,
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Everything {
    /// Fails with what differs.
    fn must_be(&self, before: &Self, when: &str) {
        for (table, rows) in &self.rows {
            let now: BTreeSet<&String> = rows.iter().collect();
            let then: BTreeSet<&String> = before.rows[table].iter().collect();
            let came: Vec<_> = now.difference(&then).take(3).collect();
            let gone: Vec<_> = then.difference(&now).take(3).collect();
            let same = came.is_empty() && gone.is_empty();
            assert!(same, "{when}: {table}: came {came:?}, went {gone:?}");
        }
        assert!(self.files == before.files, "{when}: files are others");
    }
}

/// A library on a disk of its own.
struct World {
    library: Library,
    pictures: usize,
    /// The disk, which is there whatever is shown in the watched folder.
    disk: PathBuf,
    /// The disk in the watched folder.
    shown: Option<Mounted>,
    /// Another one in its place.
    other: Option<SmallDisk>,
    /// Closing it tells the program of a change, and changes nothing.
    open: Option<File>,
    _disks: [SmallDisk; 2],
    _place: TempDir,
}

/// The path of a picture inside the disk.
fn name(seed: u32) -> String {
    format!("day {}/{seed:05}.png", seed / 10)
}

impl World {
    /// Pictures with all that people can say of them.
    async fn new() -> Self {
        let place = tempfile::tempdir().unwrap();
        let disk = place.path().join("disk");
        let small = SmallDisk::over(&disk, 16 << 20);
        let folder = disk.join("pictures");
        fs::create_dir(&folder).unwrap();
        let mut data = None;
        let library = Library::new(|options| {
            data = Some(SmallDisk::over(&options.data_dir, 128 << 20));
            options.finish = true;
        })
        .await;
        let shown = Mounted::at(&folder, library.folder());
        for seed in 0..PICTURES {
            let text = format!("a dune number {seed}");
            library.write(&name(seed), &picture::a1111(&text, seed));
        }
        library.scan().await;
        library.gallery.scans().finished().await.unwrap();
        let world = Self {
            library,
            pictures: PICTURES as usize,
            disk,
            shown: Some(shown),
            other: None,
            open: None,
            _disks: [small, data.unwrap()],
            _place: place,
        };
        world.judge().await;
        world
    }

    async fn judge(&self) {
        let gallery = &self.library.gallery;
        let root = gallery.roots().all().await.unwrap().remove(0);
        gallery.roots().allow_delete(root.id, true).await.unwrap();
        let judge = async |query: &str, edit: Edit| {
            let ids = self
                .library
                .find(query)
                .await
                .iter()
                .map(|card| card.id)
                .collect();
            let done = gallery
                .judge()
                .set(&Selection::These(ids), edit, "me")
                .await;
            assert!(done.unwrap().changed > 0, "{query}");
        };
        judge("seed=0..99", Edit::Rating(4)).await;
        judge("seed=50..149", Edit::Verdict(Verdict::Approved)).await;
        judge("seed=200..239", Edit::Favourite(true)).await;
        let first = format!("seed=0..{}", TRASHED - 1);
        judge(&first, Edit::Trash(true)).await;
        let cards = self.library.find("seed=100..180").await;
        let tagged = Selection::These(cards.iter().map(|card| card.id).collect());
        gallery
            .tags()
            .set(&tagged, "to print", true, "me")
            .await
            .unwrap();
        self.library.scan().await;
    }

    async fn reopened(self, watch: bool) -> Self {
        let again = |options: &mut Options| (options.watch, options.finish) = (watch, true);
        let library = self.library.reopened_with(again).await;
        Self { library, ..self }
    }

    /// The disk's own folder with the pictures.
    fn folder(&self) -> PathBuf {
        self.disk.join("pictures")
    }

    /// The folders whose pictures are gone when half of them are; those in the trash are among them.
    fn half(&self) -> impl Iterator<Item = (PathBuf, PathBuf)> {
        let (here, aside) = (self.folder(), self.disk.join("aside"));
        (0..PICTURES / 20).map(move |day| {
            let day = format!("day {day}");
            (here.join(&day), aside.join(&day))
        })
    }

    fn happens(&mut self, accident: Accident) {
        // Opened for writing and closed again, it is a change to the system that leaves the file as it is.
        let path = self.folder().join(name(PICTURES - 1));
        self.open = Some(File::options().write(true).open(path).unwrap());
        match accident {
            Accident::Half => {
                fs::create_dir(self.disk.join("aside")).unwrap();
                for (here, aside) in self.half() {
                    fs::rename(here, aside).unwrap();
                }
            }
            Accident::Unreadable => permit(&self.folder(), 0o000),
            // Slow now, gone later.
            Accident::Slow => faults::slow(SLOW),
            Accident::Unmounted | Accident::Another | Accident::Gone => self.shown = None,
        }
        let folder = self.library.folder();
        match accident {
            Accident::Another => {
                self.other = Some(SmallDisk::over(folder, 4 << 20));
                for seed in (0..PICTURES).step_by(7).chain([PICTURES - 1]) {
                    let other = picture::a1111("from another disk", seed);
                    self.library.write(&name(seed), &other);
                    self.library.write(&format!("others/{seed}.png"), &other);
                }
            }
            Accident::Gone => fs::remove_dir(folder).unwrap(),
            _ => {}
        }
    }

    /// The moment at which a slow disk is gone.
    async fn goes_in_the_middle(&mut self, accident: Accident) {
        if accident == Accident::Slow {
            until("the disk is being looked at", async || {
                faults::looks() > MIDDLE
            })
            .await;
            self.shown = None;
            // What is not there is not there at once.
            faults::slow(Duration::ZERO);
        }
    }

    /// The disk is as it was.
    async fn is_over(&mut self, accident: Accident) {
        faults::slow(Duration::ZERO);
        self.open = None;
        self.other = None;
        match accident {
            Accident::Half => {
                for (here, aside) in self.half() {
                    fs::rename(aside, here).unwrap();
                }
                fs::remove_dir(self.disk.join("aside")).unwrap();
            }
            Accident::Unreadable => permit(&self.folder(), 0o755),
            _ => {}
        }
        if self.shown.is_none() {
            self.shown = Some(Mounted::at(&self.folder(), self.library.folder()));
        }
        self.library.scan().await;
        self.library.gallery.scans().finished().await.unwrap();
        assert_eq!(self.state().await, (RootState::Online, 0), "{accident:?}");
    }

    /// State of the watched folder, and how many of its files are told to be missing.
    async fn state(&self) -> (RootState, u64) {
        let root = self.library.gallery.roots().all().await.unwrap().remove(0);
        (root.state, root.missing)
    }

    /// Every row of every table that people would miss, and every file of the disk.
    async fn everything(&self) -> Everything {
        let database = self.library.data().join("proofsheet.db");
        Everything {
            rows: rows(&database).await,
            files: files(&self.disk),
        }
    }

    /// Does it while the accident is there.
    async fn act(mut self, deed: Deed, accident: Accident) -> Self {
        let when = format!("{accident:?}, {deed:?}");
        match deed {
            Deed::Asked => {
                self.happens(accident);
                let scans = self.library.gallery.clone();
                let scans = tokio::spawn(async move {
                    for _ in 0..3 {
                        scans.scans().run().await.unwrap();
                    }
                });
                self.goes_in_the_middle(accident).await;
                scans.await.unwrap();
            }
            Deed::Start => {
                self.happens(accident);
                self = self.reopened(false).await;
                self.goes_in_the_middle(accident).await;
                self.library.scan().await;
                self.library.gallery.scans().finished().await.unwrap();
            }
            Deed::Watched => {
                self = self.reopened(true).await;
                self.library.scan().await;
                self.happens(accident);
                if accident == Accident::Slow {
                    // What is taken away is a reason to look through everything.
                    let path = self.folder().join("short.png");
                    fs::write(&path, b"").unwrap();
                    fs::remove_file(path).unwrap();
                }
                self.goes_in_the_middle(accident).await;
                self.open = None;
            }
            Deed::Verify => {
                self.happens(accident);
                self.verify(accident).await;
                return self;
            }
            Deed::Purge => {
                self.happens(accident);
                self.purge(accident).await;
                return self;
            }
        }
        let state = match accident {
            Accident::Half => RootState::Suspicious,
            _ => RootState::Offline,
        };
        until(&when, async || self.state().await == (state, 0)).await;
        let shown = self.library.find("is=trashed,-trashed").await;
        assert_eq!(shown.len(), self.pictures, "{when}");
        assert!(self.library.find("is=missing").await.is_empty(), "{when}");
        self
    }

    /// Of files that nobody can see nothing is said but that.
    async fn verify(&mut self, accident: Accident) {
        let mut options = Options::new(self.library.data());
        options.clock = self.library.clock.clone();
        options.workers = 2;
        let verifying = tokio::spawn(async move {
            let (depth, restart) = (Depth::Whole, true);
            let how = VerifyOptions { depth, restart };
            let mut kinds = BTreeMap::new();
            let mut tell = |found: gallery::Finding| *kinds.entry(found.kind).or_insert(0) += 1;
            verify(&options, how, &mut tell, &|_, _| {}).await.unwrap();
            kinds
        });
        self.goes_in_the_middle(accident).await;
        let expected = match accident {
            Accident::Half => (FindingKind::Missing, PICTURES / 2),
            _ => (FindingKind::Offline, 1),
        };
        let found = verifying.await.unwrap();
        assert_eq!(found, BTreeMap::from([expected]), "{accident:?}");
    }

    /// What is in the trash stays there. From a disk that is slow some goes before it is away, and exactly that.
    async fn purge(&mut self, accident: Accident) {
        let before = self.everything().await;
        let gallery = self.library.gallery.clone();
        let emptying = tokio::spawn(async move { gallery.trash().empty("me").await.unwrap() });
        self.goes_in_the_middle(accident).await;
        let emptied = emptying.await.unwrap();
        let kept: u64 = emptied.kept.iter().map(|kept| kept.pictures).sum();
        assert_eq!(emptied.pictures + kept, u64::from(TRASHED), "{emptied:?}");
        if accident != Accident::Slow {
            assert_eq!(emptied.pictures, 0, "{emptied:?}");
            return;
        }
        let after = self.everything().await;
        let gone = before.files.len() - after.files.len();
        let rows = before.rows["locations"].len() - after.rows["locations"].len();
        assert_eq!((gone, rows), (emptied.pictures as usize, gone));
        self.pictures -= gone;
        assert!((1..TRASHED as usize).contains(&gone), "{gone}");
        for row in &after.rows["locations"] {
            let there = after.files.keys().any(|path| {
                let name = path.file_name().unwrap().to_string_lossy();
                row.contains(&*name)
            });
            assert!(there, "{row}");
        }
    }
}

fn permit(folder: &Path, mode: u32) {
    fs::set_permissions(folder, fs::Permissions::from_mode(mode)).unwrap();
}

/// The rows of each table as SQLite writes their values.
async fn rows(database: &Path) -> BTreeMap<String, Vec<String>> {
    let options = SqliteConnectOptions::new().filename(database);
    let connection = SqliteConnection::connect_with(&options.read_only(true)).await;
    let mut connection = connection.unwrap();
    let list = async |connection: &mut SqliteConnection, text: String| -> Vec<String> {
        let text = sqlx::AssertSqlSafe(text);
        sqlx::query_scalar(text)
            .fetch_all(connection)
            .await
            .unwrap()
    };
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
    let mut all = BTreeMap::new();
    for table in list(&mut connection, tables.to_owned()).await {
        if OF_THE_WORK.contains(&table.as_str()) {
            continue;
        }
        let columns = format!("SELECT name FROM pragma_table_info('{table}')");
        let columns = list(&mut connection, columns).await;
        let quoted: Vec<String> = columns
            .iter()
            .map(|name| format!("quote({name})"))
            .collect();
        let text = format!(
            "SELECT {} FROM {table} ORDER BY 1",
            quoted.join(" || ', ' || ")
        );
        let rows = list(&mut connection, text).await;
        all.insert(table, rows);
    }
    connection.close().await.unwrap();
    assert_eq!(all["images"].len(), all["locations"].len());
    all
}

/// All files below a folder with their bytes. One that may not be listed holds none.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.insert(path.clone(), fs::read(path).unwrap());
        }
    }
    all
}

/// Waits for something that the background work does.
async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    let waiting = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let done = tokio::time::timeout(Duration::from_secs(20), waiting).await;
    assert!(done.is_ok(), "{what}: not in twenty seconds");
}

/// Takes a library through an accident again and again, each time while something else is being done.
fn vanishes(test: &str, accident: Accident) {
    if !with_own_mounts(test) {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let mut world = World::new().await;
        let mut before = world.everything().await;
        assert_eq!(before.files.len(), PICTURES as usize);
        let mut left = TRASHED as usize;
        for deed in DEEDS {
            let when = format!("{accident:?}, {deed:?}");
            world = world.act(deed, accident).await;
            if (accident, deed) == (Accident::Slow, Deed::Purge) {
                world.is_over(accident).await;
                before = world.everything().await;
                left = world.library.find("is=trashed").await.len();
                continue;
            }
            let rows = world.everything().await.rows;
            let files = before.files.clone();
            Everything { rows, files }.must_be(&before, &format!("{when}, meanwhile"));
            world.is_over(accident).await;
            world.everything().await.must_be(&before, &when);
        }
        // It was no accident that nothing was deleted: all of it can be.
        let emptied = world.library.gallery.trash().empty("me").await.unwrap();
        assert_eq!(
            (emptied.pictures as usize, emptied.kept),
            (left, Vec::new())
        );
        let rows = world.everything().await.rows;
        assert_eq!(rows["images"].len(), (PICTURES - TRASHED) as usize);
        world.library.gallery.close().await;
    });
}

#[test]
fn a_disk_that_is_unmounted_changes_nothing() {
    vanishes(
        "a_disk_that_is_unmounted_changes_nothing",
        Accident::Unmounted,
    );
}

#[test]
fn another_disk_in_its_place_changes_nothing() {
    vanishes(
        "another_disk_in_its_place_changes_nothing",
        Accident::Another,
    );
}

#[test]
fn half_of_the_files_gone_change_nothing() {
    vanishes("half_of_the_files_gone_change_nothing", Accident::Half);
}

#[test]
fn a_folder_that_is_gone_changes_nothing() {
    vanishes("a_folder_that_is_gone_changes_nothing", Accident::Gone);
}

#[test]
fn a_folder_that_cannot_be_read_changes_nothing() {
    vanishes(
        "a_folder_that_cannot_be_read_changes_nothing",
        Accident::Unreadable,
    );
}

#[test]
fn a_slow_disk_that_goes_away_in_the_middle_changes_nothing() {
    vanishes(
        "a_slow_disk_that_goes_away_in_the_middle_changes_nothing",
        Accident::Slow,
    );
}
