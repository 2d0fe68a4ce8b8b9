//! Listing the pictures of a root with what tells whether they changed.

use std::{
    path::{Path, PathBuf},
    sync::mpsc::{SyncSender, sync_channel},
};

use domain::image::Format;
use ignore::{DirEntry, WalkBuilder, WalkState};

use crate::files::{Stat, faults};

/// Entries handed over at a time.
const BATCH: usize = 512;
/// Threads that list folders; a cold disk answers several at once faster.
const THREADS: usize = 4;

/// A picture or video found on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Folder inside the root with `/`; empty at the top.
    pub(super) folder: String,
    /// File name.
    pub(super) name: String,
    /// What tells whether it changed.
    pub(super) stat: Stat,
}

/// What a walk comes across.
pub(super) enum Step {
    /// Files.
    Entries(Vec<Entry>),
    /// A folder or file that could not be looked at: its path inside the root, and why.
    Unreadable(String, std::io::Error),
    /// A file whose name is not text, as far as it can be shown.
    BadName(String),
}

/// Walks a root or a part of it and hands over what it finds; returns when everything was handed
/// over. Links are not followed, hidden and temporary files are left out, and so is the folder `own`.
pub(super) fn walk(root: &Path, part: &Path, own: PathBuf, found: tokio::sync::mpsc::Sender<Step>) {
    let (sender, receiver) = sync_channel::<Step>(64);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            while let Ok(step) = receiver.recv() {
                if found.blocking_send(step).is_err() {
                    return;
                }
            }
        });
        let walker = WalkBuilder::new(part)
            .standard_filters(false)
            .hidden(true)
            .follow_links(false)
            .threads(THREADS)
            .filter_entry(move |entry| entry.path() != own)
            .build_parallel();
        walker.run(|| {
            let mut batch = Batch {
                entries: Vec::new(),
                sender: sender.clone(),
            };
            let root = root.to_owned();
            Box::new(move |entry| match look(&root, entry) {
                Some(Ok(entry)) => batch.push(entry),
                Some(Err(step)) => batch.send(step),
                None => WalkState::Continue,
            })
        });
        drop(sender);
    });
}

/// Collects entries of one thread; what is left is handed over when the thread ends.
struct Batch {
    entries: Vec<Entry>,
    sender: SyncSender<Step>,
}

impl Batch {
    fn push(&mut self, entry: Entry) -> WalkState {
        self.entries.push(entry);
        if self.entries.len() < BATCH {
            return WalkState::Continue;
        }
        let entries = std::mem::take(&mut self.entries);
        self.send(Step::Entries(entries))
    }

    fn send(&self, step: Step) -> WalkState {
        if self.sender.send(step).is_ok() {
            WalkState::Continue
        } else {
            WalkState::Quit
        }
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        let entries = std::mem::take(&mut self.entries);
        if !entries.is_empty() {
            self.send(Step::Entries(entries));
        }
    }
}

fn look(root: &Path, entry: Result<DirEntry, ignore::Error>) -> Option<Result<Entry, Step>> {
    let entry = match entry {
        Ok(entry) => entry,
        Err(error) => {
            let path = path_of(&error).unwrap_or_default();
            let inside = path
                .strip_prefix(root)
                .unwrap_or(&path)
                .to_string_lossy()
                .into_owned();
            let error = error
                .into_io_error()
                .unwrap_or_else(|| std::io::Error::other("the folder could not be listed"));
            return Some(Err(Step::Unreadable(inside, error)));
        }
    };
    if !entry.file_type().is_some_and(|kind| kind.is_file()) {
        return None;
    }
    let inside = entry.path().strip_prefix(root).ok()?.to_owned();
    let lossy = inside.to_string_lossy().into_owned();
    if is_temporary(&lossy) || Format::from_name(&lossy).is_none() {
        return None;
    }
    let Some((folder, name)) = split(&inside) else {
        return Some(Err(Step::BadName(lossy)));
    };
    faults::look();
    match entry.metadata() {
        Ok(metadata) => Some(Ok(Entry {
            folder,
            name,
            stat: Stat::of(&metadata),
        })),
        Err(error) => {
            let error = error
                .into_io_error()
                .unwrap_or_else(|| std::io::Error::other("no facts"));
            Some(Err(Step::Unreadable(lossy, error)))
        }
    }
}

/// The path that a walk error speaks of.
fn path_of(error: &ignore::Error) -> Option<PathBuf> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path.clone()),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            path_of(err)
        }
        _ => None,
    }
}

/// Folder and name of a path inside a root, when both are text.
pub(super) fn split(inside: &Path) -> Option<(String, String)> {
    let name = inside.file_name()?.to_str()?.to_owned();
    let folder = inside.parent()?.to_str()?.to_owned();
    Some((folder, name))
}

/// Whether a name is one that programs use while they still write.
pub(super) fn is_temporary(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.starts_with('.')
        || name.starts_with('~')
        || name.contains(".tmp.")
        || name.contains(".part.")
}
