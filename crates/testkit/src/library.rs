//! A real gallery over temporary folders.

use std::{
    fs,
    path::{Path, PathBuf},
};

use domain::{image::ImageCard, query::Query, time::Timestamp};
use gallery::{Clock, Gallery, Options};
use tempfile::TempDir;

/// A watched folder, a data folder and the gallery over them; all gone when dropped.
pub struct Library {
    /// The gallery.
    pub gallery: Gallery,
    /// Its clock, which stands still at first.
    pub clock: Clock,
    folder: PathBuf,
    data: PathBuf,
    /// Gone with it, where the folders are its own.
    held: Option<(TempDir, TempDir)>,
}

impl Library {
    /// A gallery that has read so many pictures: `00000.png` and on, of one prompt, each with its number as the
    /// seed.
    pub async fn of_pictures(count: u32) -> Self {
        let library = Self::new(|_| {}).await;
        for seed in 0..count {
            let picture = crate::picture::a1111("a quiet dune", seed);
            library.write(&format!("{seed:05}.png"), &picture);
        }
        library.scan().await;
        library
    }

    /// An empty gallery that watches an empty folder; nothing runs in the background but what the
    /// options ask for.
    pub async fn new(change: impl FnOnce(&mut Options)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = tempfile::tempdir().expect("a temporary folder");
        let clock = clock();
        let mut options = quiet(data.path(), &clock);
        change(&mut options);
        let library = Self {
            gallery: Gallery::open(options).await.expect("a gallery opens"),
            clock,
            folder: folder.path().to_owned(),
            data: data.path().to_owned(),
            held: Some((folder, data)),
        };
        let path = library.folder.to_string_lossy().into_owned();
        library
            .gallery
            .roots()
            .add(&path)
            .await
            .expect("a folder is added");
        library
    }

    /// The same library after its program has ended and begun again.
    pub async fn reopened(self) -> Self {
        self.reopened_with(|_| {}).await
    }

    /// The same with other options than those of a quiet one.
    pub async fn reopened_with(self, change: impl FnOnce(&mut Options)) -> Self {
        let Self {
            gallery,
            clock,
            folder,
            data,
            held,
        } = self;
        gallery.close().await;
        drop(gallery);
        let mut options = quiet(&data, &clock);
        change(&mut options);
        Self {
            gallery: open_again(options).await,
            clock,
            folder,
            data,
            held,
        }
    }

    /// A gallery whose data lie in a folder that stays, or that another program has made, beside a folder that it does not
    /// watch.
    pub async fn of_folders(folder: &Path, data: &Path) -> Self {
        let clock = clock();
        let options = quiet(data, &clock);
        Self {
            gallery: open_again(options).await,
            clock,
            folder: folder.to_owned(),
            data: data.to_owned(),
            held: None,
        }
    }

    /// The watched folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Where a file of the watched folder lies.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }

    /// Writes a file into the watched folder, with the folders above it.
    pub fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder is made");
        fs::write(path, bytes).expect("a file is written");
    }

    /// Scans to the end.
    pub async fn scan(&self) {
        self.gallery.scans().run().await.expect("a scan runs");
    }

    /// The cards of a query, at most 500.
    pub async fn find(&self, query: &str) -> Vec<ImageCard> {
        let page = self
            .gallery
            .search()
            .first_page(&Query::parse(query), 500)
            .await;
        page.expect("a query is answered").page.cards
    }

    /// The names in a query's result, sorted.
    pub async fn names(&self, query: &str) -> Vec<String> {
        let mut names: Vec<String> = self
            .find(query)
            .await
            .into_iter()
            .map(|card| card.name)
            .collect();
        names.sort();
        names
    }
}

/// Opens a gallery whose folder another one had just now: work on the disk that was cut off holds it until it ends.
async fn open_again(options: Options) -> Gallery {
    let mut gallery = Gallery::open(options.clone()).await;
    for _ in 0..200 {
        if gallery.is_ok() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
        gallery = Gallery::open(options.clone()).await;
    }
    gallery.expect("a gallery opens again")
}

fn clock() -> Clock {
    Clock::fixed(Timestamp(4_000_000_000_000))
}

/// Options of a gallery in which nothing runs in the background.
fn quiet(data: &Path, clock: &Clock) -> Options {
    let mut options = Options::new(data);
    options.clock = clock.clone();
    options.watch = false;
    options.finish = false;
    options.workers = 2;
    options
}
