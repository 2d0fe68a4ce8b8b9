//! The work that can wait: content hashes, checksums, thumbnails and kept text chunks, newest
//! pictures first. It steps back while recipes are being read.

use std::{
    collections::HashSet,
    path::Path,
    sync::{Arc, Weak, atomic::Ordering},
    time::Duration,
};

use domain::scan::ScanPhase;
use futures::{StreamExt, stream};
use store::rows::{Finished, NewProblem, Unfinished};

use crate::{
    Inner,
    error::{Error, media_sentence},
    files, keeper,
    pool::Urgency,
    poster,
    thumbs::{EAGER, Prepared, Wish, prepare},
};

/// Pictures taken up at a time.
const BATCH: usize = 48;
/// How long to wait when there is nothing to do and nobody calls.
const IDLE: Duration = Duration::from_secs(5);

/// Finishes pictures until the gallery is closed or gone.
pub(super) async fn task(weak: Weak<Inner>) {
    measure_cache(&weak);
    // Pictures that failed for a passing reason; they are tried again after the next scan.
    let mut skipped = HashSet::new();
    let mut skipped_at = 0;
    loop {
        let Some(inner) = weak.upgrade() else { return };
        if inner.scanner.is_stopped() {
            return;
        }
        let completed = *inner.scanner.completed.borrow();
        if skipped_at != completed {
            skipped.clear();
            skipped_at = completed;
        }
        let worked = if inner.scanner.progress.phase() == ScanPhase::Reading {
            Ok(false)
        } else {
            step(&inner, &mut skipped).await
        };
        match worked {
            Ok(true) => {}
            Ok(false) => pause(inner).await,
            Err(Error::Store(store::StoreError::Closed)) => return,
            Err(error) => {
                tracing::error!(error = %error.chain(), "pictures could not be finished");
                pause(inner).await;
            }
        }
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

/// Finishes one batch; `false` when there is nothing to do.
async fn step(inner: &Arc<Inner>, skipped: &mut HashSet<i64>) -> Result<bool, Error> {
    let wanted = BATCH + skipped.len();
    let mut waiting = inner.store.unfinished(wanted as u32).await?;
    waiting.retain(|picture| !skipped.contains(&picture.image));
    waiting.truncate(BATCH);
    let progress = &inner.scanner.progress;
    if waiting.is_empty() {
        progress.waiting.store(0, Ordering::Relaxed);
        if progress.phase() == ScanPhase::Finishing {
            progress.set_phase(ScanPhase::Idle);
        }
        return Ok(false);
    }
    if progress.phase() == ScanPhase::Idle {
        progress.finished.store(0, Ordering::Relaxed);
        progress.set_phase(ScanPhase::Finishing);
    }
    let left = inner
        .store
        .waiting()
        .await?
        .saturating_sub(skipped.len() as u64);
    progress.waiting.store(left, Ordering::Relaxed);
    let mut results = stream::iter(waiting)
        .map(|picture| async {
            let made = make(inner, &picture).await;
            (picture, made)
        })
        .buffer_unordered(inner.options.workers.max(1));
    let mut finished = Vec::new();
    while let Some((picture, made)) = results.next().await {
        progress.finished.fetch_add(1, Ordering::Relaxed);
        progress.waiting.fetch_sub(1, Ordering::Relaxed);
        match made {
            Ok(prepared) => finished.push(settle(inner, picture, prepared).await?),
            Err(error) => give_up(inner, &picture, &error, skipped).await?,
        }
        if inner.scanner.is_stopped() {
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
    Ok(true)
}

async fn make(inner: &Arc<Inner>, picture: &Unfinished) -> Result<Prepared, Error> {
    let path = files::join(picture.root_path.as_ref(), &picture.folder, &picture.name)
        .ok_or_else(crate::error::not_found)?;
    let poster = if poster::is_needed(picture.format) {
        let frame = poster::frame(&path, picture.format, &inner.options);
        frame.await.ok()
    } else {
        None
    };
    let wish = Wish {
        format: picture.format,
        sizes: EAGER.to_vec(),
        poster,
        limits: inner.options.limits,
        chunks: true,
    };
    let cache = Arc::clone(&inner.thumbs.cache);
    inner
        .pool
        .run(Urgency::Later, move || prepare(&path, &wish, &cache))
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
        tell(inner, &picture, "not-drawn", message).await?;
    }
    Ok(Finished {
        image: picture.image,
        stamp: picture.stamp,
        content_hash: prepared.content,
        crc32: prepared.crc32,
        placeholder: prepared.placeholder,
        chunks: prepared.chunks,
    })
}

async fn tell(
    inner: &Arc<Inner>,
    picture: &Unfinished,
    code: &str,
    message: String,
) -> Result<(), Error> {
    let roots = inner.store.roots().await?;
    let Some(root) = roots.iter().find(|root| root.path == picture.root_path) else {
        return Ok(());
    };
    let path = Path::new(&picture.folder)
        .join(&picture.name)
        .to_string_lossy()
        .into_owned();
    let at = inner.options.clock.now();
    let problem = NewProblem {
        path,
        code: code.to_owned(),
        message,
        at,
    };
    Ok(inner.store.set_problems(root.key, vec![problem]).await?)
}

/// A picture whose file is gone or unreadable waits for the next scan; one on which a worker
/// stumbles gets a strike, and after the third it is left alone.
async fn give_up(
    inner: &Arc<Inner>,
    picture: &Unfinished,
    error: &Error,
    skipped: &mut HashSet<i64>,
) -> Result<(), Error> {
    skipped.insert(picture.image);
    if matches!(error, Error::Worker) {
        let at = inner.options.clock.now();
        let reason = "Drawing this picture failed several times, so it is left alone. The file is \
                      untouched and can be downloaded.";
        inner.store.strike(picture.image, reason, at).await?;
    }
    Ok(())
}

/// A new file with the bytes of a picture whose own files are gone is that picture, moved.
async fn recognise(inner: &Arc<Inner>, image: i64, content: &[u8; 32]) -> Result<(), Error> {
    let same = inner.store.images_with_hash(content).await?;
    for other in same.iter().filter(|other| other.image < image) {
        let files = inner.store.files_of(&[other.image]).await?;
        // An unreachable disk is not a move: only in a root that is there can a file be gone.
        let gone = files.iter().all(|file| {
            let root: &Path = file.root_path.as_ref();
            let place = files::join(root, &file.folder, &file.name);
            files::exists(root)
                && !files::is_empty(root)
                && place.is_some_and(|place| !files::exists(&place))
        });
        if gone {
            inner.store.adopt(image, other.image).await?;
            return Ok(());
        }
    }
    Ok(())
}
