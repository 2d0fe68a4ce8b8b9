//! Noticing changes on the disk as they happen, where the system tells of them.

use std::{
    path::Path,
    sync::{Arc, Mutex, Weak},
    time::{Duration, Instant},
};

use notify::{Config, EventKindMask, RecommendedWatcher, RecursiveMode, Watcher};
use store::rows::RootRow;

use super::{lock, walk::is_temporary};
use crate::{Inner, error::Error, files};

/// How long the disk must be quiet before changed files are read.
pub(super) const QUIET: Duration = Duration::from_millis(250);
/// A disk that is taken away and mounted again between two scans loses its watches without a word,
/// so all are made anew this often.
const RENEWAL: Duration = Duration::from_hours(1);

/// A watched root: its key, its path, and device and number of the folder that is watched there.
/// Another disk at the same path is another folder.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Watched {
    root: i64,
    path: String,
    folder: (u64, u64),
}

/// Watches the roots as long as it lives.
pub(super) struct Watching {
    /// `None` when the system cannot watch at all; the regular scan finds changes then.
    watcher: Option<RecommendedWatcher>,
    places: Arc<Mutex<Vec<Watched>>>,
    renewed: Instant,
}

impl Watching {
    /// Watches nothing yet.
    pub(super) fn new(inner: &Arc<Inner>) -> Self {
        let places: Arc<Mutex<Vec<Watched>>> = Arc::default();
        let noticed = tell(Arc::downgrade(inner), Arc::clone(&places));
        Self {
            watcher: RecommendedWatcher::new(
                noticed,
                Config::default().with_event_kinds(matters()),
            )
            .ok(),
            places,
            renewed: Instant::now(),
        }
    }

    /// Watches the roots that there are now. Walking through all folders of a large root takes a
    /// while, so one that is watched already is left alone.
    pub(super) async fn follow(mut self, inner: &Arc<Inner>) -> Result<Self, Error> {
        let roots = inner.store.roots().await?;
        let followed = tokio::task::spawn_blocking(move || {
            self.settle(&roots);
            self
        });
        followed.await.map_err(|_| Error::Worker)
    }

    fn settle(&mut self, roots: &[RootRow]) {
        let Some(watcher) = &mut self.watcher else {
            return;
        };
        let renew = self.renewed.elapsed() >= RENEWAL;
        if renew {
            self.renewed = Instant::now();
        }
        let wanted: Vec<Watched> = roots.iter().filter_map(place).collect();
        let before = std::mem::take(&mut *lock(&self.places)).into_iter();
        let (good, gone): (Vec<Watched>, Vec<Watched>) =
            before.partition(|place| !renew && wanted.contains(place));
        for place in gone {
            let _ = watcher.unwatch(Path::new(&place.path));
        }
        lock(&self.places).extend(good.clone());
        for new in wanted.into_iter().filter(|place| !good.contains(place)) {
            // What is left of an earlier folder of this name; an error says that nothing is.
            let _ = watcher.unwatch(Path::new(&new.path));
            // First the name, then the watch: nothing that is told may be unknown.
            lock(&self.places).push(new.clone());
            if let Err(error) = watcher.watch(Path::new(&new.path), RecursiveMode::Recursive) {
                tracing::info!(%error, root = new.path, "this folder is only looked at regularly");
                lock(&self.places).retain(|place| *place != new);
            }
        }
    }
}

/// Where a root is, if it is there and not left alone.
fn place(root: &RootRow) -> Option<Watched> {
    if root.paused {
        return None;
    }
    let stat = files::stat(Path::new(&root.path)).ok()?;
    Some(Watched {
        root: root.key,
        path: root.path.clone(),
        folder: (stat.dev, stat.inode),
    })
}

/// Notes what the system tells of.
fn tell(
    inner: Weak<Inner>,
    places: Arc<Mutex<Vec<Watched>>>,
) -> impl Fn(notify::Result<notify::Event>) + Send + 'static {
    move |event| {
        let Some(inner) = inner.upgrade() else { return };
        let Ok(event) = event else { return };
        if event.need_rescan() {
            // More happened than the system could remember.
            super::request(&inner);
        }
        let mut places = lock(&places);
        for path in event.paths {
            if path.starts_with(inner.data.thumbs()) || is_aside(&path) {
                continue;
            }
            let Some(place) = places.iter().find(|place| path.starts_with(&place.path)) else {
                continue;
            };
            inner.scanner.note(place.root, [path.clone()]);
            if path == Path::new(&place.path) {
                // The root itself came, went or was mounted over: its watch is not to be trusted.
                let root = place.root;
                places.retain(|place| place.root != root);
            }
        }
    }
}

/// Endings of what stands beside pictures, and of names under which programs write until a file is whole.
const ASIDE: [&str; 6] = ["xmp", "tmp", "temp", "part", "partial", "crdownload"];

/// Whether a path is none that a scan comes to: a hidden one, what is written beside pictures, or what is not yet
/// called what it will be. That one of these is gone would else be a reason to look through everything, for each
/// picture that gets its name when it is whole.
fn is_aside(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    if name.as_encoded_bytes().starts_with(b".") {
        return true;
    }
    let ending = path.extension().and_then(|ending| ending.to_str());
    let beside =
        ending.is_some_and(|ending| ASIDE.iter().any(|aside| aside.eq_ignore_ascii_case(ending)));
    (beside || name.to_str().is_some_and(is_temporary)) && !path.is_dir()
}

/// What can mean a new, changed or moved file. Opening and reading do not; a scan does both to every
/// file, and is not to be told of it.
fn matters() -> EventKindMask {
    EventKindMask::CREATE
        | EventKindMask::REMOVE
        | EventKindMask::MODIFY_DATA
        | EventKindMask::MODIFY_NAME
        | EventKindMask::ACCESS_CLOSE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_yet_a_picture_is_no_reason_to_look_through_everything() {
        let folder = tempfile::tempdir().unwrap();
        let aside = |name: &str| is_aside(&folder.path().join(name));
        for name in [
            ".a.png",
            "a.png.xmp",
            "a.tmp",
            "a.png.PART",
            "~a.png",
            "a.part.png",
        ] {
            assert!(aside(name), "{name}");
        }
        for name in ["a.png", "a.txt", "temp", "tmp.png", "day 1"] {
            assert!(!aside(name), "{name}");
        }
        for name in ["set.tmp", "~kept"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
            assert!(!aside(name), "{name} is a folder");
        }
    }
}
