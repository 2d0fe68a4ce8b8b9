//! The work that can wait: content hashes, checksums, thumbnails and kept text chunks, newest
//! pictures first. It steps back while recipes are being read, and while there is no room on the
//! disk.

use std::{
    collections::{HashMap, HashSet},
    io,
    path::Path,
    sync::{Arc, Weak, atomic::Ordering},
    time::{Duration, Instant},
};

use domain::scan::ScanPhase;
use futures::{StreamExt, stream};
use store::rows::{Finished, NewProblem, Unfinished};

use super::{Carried, count_problems, quiet::Quiet, unreadable_sentence};
use crate::{
    Inner,
    error::{Error, disk_full, media_sentence},
    files::{self, Place},
    keeper,
    pool::Urgency,
    poster, reader,
    thumbs::{Prepared, Wish, prepare},
};

/// Pictures taken up at a time.
const BATCH: usize = 48;
/// How long to wait when there is nothing to do and nobody calls.
const IDLE: Duration = Duration::from_secs(5);
/// How often all waiting pictures are counted; in between each finished one is taken off.
const COUNT_EVERY: Duration = Duration::from_secs(5);

/// What one step came to.
enum Step {
    /// There may be more to do.
    Worked,
    /// Nothing is left, or nothing that can be done now.
    Rests,
    /// There is no room for thumbnails.
    Full,
}

/// What is remembered between steps.
struct Round {
    /// Pictures that failed for a passing reason; they are tried again after the next scan.
    skipped: HashSet<i64>,
    /// The scan after which they failed.
    scan: u64,
    /// When the waiting pictures were counted.
    counted: Option<Instant>,
    /// Pictures of which people were told why they cannot be finished.
    told: HashMap<i64, Told>,
    /// Whether people were told that there is no room; not known at the start, because an earlier
    /// process may have told them.
    told_full: Option<bool>,
}

/// Finishes pictures until the gallery is closed or gone.
pub(super) async fn task(weak: Weak<Inner>) {
    measure_cache(&weak);
    let mut quiet = Quiet::default();
    let mut round = Round {
        skipped: HashSet::new(),
        scan: 0,
        counted: None,
        told: HashMap::new(),
        told_full: None,
    };
    loop {
        let Some(inner) = weak.upgrade() else { return };
        if inner.scanner.is_stopped() {
            return;
        }
        let scan = inner.scanner.completed.borrow().upto;
        if round.scan != scan {
            round.skipped.clear();
            round.scan = scan;
        }
        if inner.scanner.progress.phase() == ScanPhase::Reading {
            pause(inner).await;
            continue;
        }
        let upto = *inner.scanner.awaited.borrow();
        let failed = match step(&inner, &mut round).await {
            Ok(Step::Worked) => continue,
            Ok(Step::Rests) => None,
            Ok(Step::Full) => Some(disk_full()),
            Err(Error::Store(store::StoreError::Closed)) => return,
            Err(error) => {
                tracing::error!(error = %error.chain(), "pictures could not be finished");
                Some(error.problem())
            }
        };
        if failed.is_none() && scan > 0 {
            quiet.read_again(&inner).await;
            quiet.tidy(&inner).await;
        }
        inner.scanner.rested.send_replace(Carried { upto, failed });
        pause(inner).await;
    }
}

async fn pause(inner: Arc<Inner>) {
    let _ = tokio::time::timeout(IDLE, inner.scanner.unfinished.notified()).await;
}

fn measure_cache(weak: &Weak<Inner>) {
    if let Some(inner) = weak.upgrade() {
        let cache = Arc::clone(&inner.thumbs.cache);
        tokio::task::spawn_blocking(move || cache.measure());
    }
}

/// Finishes one batch, unless pictures are left until somebody looks.
async fn step(inner: &Arc<Inner>, round: &mut Round) -> Result<Step, Error> {
    if !inner.settings.now().prepare {
        inner.scanner.progress.rests();
        round.counted = None;
        return Ok(Step::Rests);
    }
    let wanted = BATCH + round.skipped.len();
    let mut waiting = inner.store.unfinished(wanted as u32).await?;
    waiting.retain(|picture| !round.skipped.contains(&picture.image));
    waiting.truncate(BATCH);
    let progress = &inner.scanner.progress;
    if waiting.is_empty() {
        progress.rests();
        round.counted = None;
        return Ok(Step::Rests);
    }
    if progress.phase() == ScanPhase::Idle {
        progress.finished.store(0, Ordering::Relaxed);
        progress.set_phase(ScanPhase::Finishing);
        round.counted = None;
    }
    if round.counted.is_none_or(|at| at.elapsed() > COUNT_EVERY) {
        let left = inner.store.waiting().await?;
        let left = left.saturating_sub(round.skipped.len() as u64);
        progress.waiting.store(left, Ordering::Relaxed);
        round.counted = Some(Instant::now());
    }
    if inner.ballast.is_short() {
        return Ok(Step::Full);
    }
    let mut results = stream::iter(waiting)
        .map(|picture| async {
            let made = make(inner, &picture).await;
            (picture, made)
        })
        .buffer_unordered(inner.options.workers.max(1));
    let mut finished = Vec::new();
    let mut full = None;
    while let Some((picture, made)) = results.next().await {
        match made {
            // Finished without being kept, it would never be drawn before somebody looks.
            Ok(Prepared { no_room: true, .. }) => full = Some(picture),
            Ok(prepared) => {
                progress.count_down();
                if let Some(told) = round.told.remove(&picture.image) {
                    inner.store.clear_problems(told.root, &[told.path]).await?;
                    count_problems(inner).await?;
                }
                finished.push(settle(inner, picture, prepared).await?);
            }
            Err(error) => {
                progress.count_down();
                round.skipped.insert(picture.image);
                if let Some(told) = give_up(inner, &picture, &error).await? {
                    round.told.insert(picture.image, told);
                }
            }
        }
        if full.is_some() || inner.scanner.is_stopped() {
            break;
        }
    }
    drop(results);
    let done: Vec<(i64, [u8; 32])> = finished
        .iter()
        .map(|done| (done.image, done.content_hash))
        .collect();
    inner.store.finish(finished).await?;
    for (image, content) in done {
        recognise(inner, image, &content).await?;
    }
    keeper::catch_up(inner).await?;
    tell_full(inner, round, full.as_ref()).await?;
    Ok(if full.is_some() {
        Step::Full
    } else {
        Step::Worked
    })
}

/// Tells once, at the folder as a whole, that there is no room for the thumbnail of a picture; takes
/// it back when there is again.
async fn tell_full(
    inner: &Arc<Inner>,
    round: &mut Round,
    full: Option<&Unfinished>,
) -> Result<(), Error> {
    match full {
        Some(picture) if round.told_full != Some(true) => {
            tracing::warn!("there is no room for thumbnails; drawing waits until there is");
            let path = String::new();
            tell(inner, picture, path, "disk-full", disk_full().message).await?;
        }
        None if round.told_full != Some(false) => {
            for root in inner.store.roots().await? {
                inner
                    .store
                    .clear_problems(root.key, &[String::new()])
                    .await?;
            }
            count_problems(inner).await?;
        }
        _ => {}
    }
    round.told_full = Some(full.is_some());
    Ok(())
}

async fn make(inner: &Arc<Inner>, picture: &Unfinished) -> Result<Prepared, Error> {
    let place = Place::new(picture.root_path.as_ref(), &picture.folder, &picture.name)
        .ok_or_else(crate::error::not_found)?;
    let poster = if poster::is_needed(picture.format) {
        poster::frame(inner, &place, picture.format).await.ok()
    } else {
        None
    };
    let settings = inner.settings.now();
    let wish = Wish {
        format: picture.format,
        sizes: settings.thumbnail_sizes,
        quality: settings.thumbnail_quality,
        poster,
        limits: inner.options.limits,
        chunks: true,
    };
    let cache = Arc::clone(&inner.thumbs.cache);
    inner
        .pool
        .run_reading(Urgency::Later, move |pulse| {
            prepare(&place, &wish, &cache, pulse)
        })
        .await?
}

/// What is kept of a picture; one that cannot be drawn is told about, but it is finished too.
async fn settle(
    inner: &Arc<Inner>,
    picture: Unfinished,
    prepared: Prepared,
) -> Result<Finished, Error> {
    if let Err(Error::Media(error)) = &prepared.drawn {
        let message = media_sentence(error);
        tell(inner, &picture, inside(&picture), "not-drawn", message).await?;
    }
    Ok(Finished {
        image: picture.image,
        stamp: picture.stamp,
        content_hash: prepared.content,
        crc32: prepared.crc32,
        placeholder: prepared.placeholder,
        chunks: prepared.texts.chunks,
        secret: prepared.texts.secret,
        hidden: reader::reread(picture.image, &prepared.texts.hidden, &inner.reader.rules()),
    })
}

/// The path of a picture inside its root.
fn inside(picture: &Unfinished) -> String {
    let path = Path::new(&picture.folder).join(&picture.name);
    path.to_string_lossy().into_owned()
}

/// A problem that was told.
struct Told {
    root: i64,
    path: String,
}

/// Notes a problem of a path in the root of a picture; `None` when the root is gone.
async fn tell(
    inner: &Arc<Inner>,
    picture: &Unfinished,
    path: String,
    code: &str,
    message: String,
) -> Result<Option<Told>, Error> {
    let roots = inner.store.roots().await?;
    let Some(root) = roots.iter().find(|root| root.path == picture.root_path) else {
        return Ok(None);
    };
    let problem = NewProblem {
        path: path.clone(),
        code: code.to_owned(),
        message,
        at: inner.options.clock.now(),
    };
    inner.store.set_problems(root.key, vec![problem]).await?;
    count_problems(inner).await?;
    let root = root.key;
    Ok(Some(Told { root, path }))
}

/// A picture whose file cannot be read waits for the next scan, and people are told, unless the
/// file is gone or just changes: that scan finds out itself. One on which a worker stumbles gets a
/// strike, and after the third it is left alone.
async fn give_up(
    inner: &Arc<Inner>,
    picture: &Unfinished,
    error: &Error,
) -> Result<Option<Told>, Error> {
    let (code, message) = match error {
        Error::Worker => {
            let at = inner.options.clock.now();
            let reason = "Drawing this picture failed several times, so it is left alone. The file \
                          is untouched and can be downloaded.";
            inner.store.strike(picture.image, reason, at).await?;
            return Ok(None);
        }
        Error::File { source, .. } => match source.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::Interrupted => return Ok(None),
            io::ErrorKind::FileTooLarge => ("too-large", error.problem().message),
            _ => ("unreadable", unreadable_sentence(source)),
        },
        _ => return Ok(None),
    };
    tell(inner, picture, inside(picture), code, message).await
}

/// A new file with the bytes of a picture whose own files are gone is that picture, moved.
async fn recognise(inner: &Arc<Inner>, image: i64, content: &[u8; 32]) -> Result<(), Error> {
    let mut same = inner.store.images_with_hash(content).await?;
    same.retain(|other| other.image < image);
    if same.is_empty() {
        return Ok(());
    }
    let roots = inner.store.roots().await?;
    for other in same {
        let files = inner.store.files_of(&[other.image]).await?;
        // An unreachable disk is not a move: only in a root that is there can a file be gone.
        let gone = files.iter().all(|file| {
            let mut here = roots.iter().filter(|root| root.path == file.root_path);
            let place = Place::new(file.root_path.as_ref(), &file.folder, &file.name);
            here.any(super::is_there) && place.is_some_and(|place| !files::exists(&place.path()))
        });
        if gone {
            inner.store.adopt(image, other.image).await?;
            return Ok(());
        }
    }
    Ok(())
}
