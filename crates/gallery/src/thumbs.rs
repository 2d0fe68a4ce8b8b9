//! Thumbnails: kept by content, made once however many look, and made first for whoever looks.

mod prepare;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::{Duration, UNIX_EPOCH},
};

use bytes::Bytes;
use domain::{image::ThumbSize, problem::Problem};
use store::rows::{Drawn, FileRow};
use tokio::sync::OnceCell;

pub(crate) use prepare::{Prepared, Wish, inflate, prepare};

use crate::{
    Inner,
    care::Ballast,
    error::Error,
    files::{DataFolder, ThumbCache},
    images::place_of,
    pool::{Pulse, Urgency},
    poster, settings,
};

type Flight = OnceCell<Result<Bytes, Problem>>;

/// The thumbnail cache and what is being made right now.
pub(crate) struct Thumbs {
    pub(crate) cache: Arc<ThumbCache>,
    flights: Mutex<HashMap<(i64, ThumbSize), Weak<Flight>>>,
}

impl Thumbs {
    /// The cache in the data folder, of the size that is set; it keeps nothing more while the disk is full.
    pub(crate) fn new(data: &DataFolder, settings: &settings::Kept, ballast: &Ballast) -> Self {
        let limit = settings.now().thumbnail_cache.0;
        Self {
            cache: Arc::new(ThumbCache::new(
                data.thumbs().to_owned(),
                limit,
                ballast.short(),
            )),
            flights: Mutex::default(),
        }
    }

    /// What is being made for this key, shared by everybody who waits for it.
    fn flight(&self, key: (i64, ThumbSize)) -> Arc<Flight> {
        let mut flights = self.flights.lock().unwrap_or_else(PoisonError::into_inner);
        flights.retain(|_, flight| flight.strong_count() > 0);
        if let Some(flight) = flights.get(&key).and_then(Weak::upgrade) {
            return flight;
        }
        let flight = Arc::new(Flight::new());
        flights.insert(key, Arc::downgrade(&flight));
        flight
    }
}

/// The thumbnail of a file: from the cache, else made now.
pub(crate) async fn thumb(inner: &Inner, file: &FileRow, size: ThumbSize) -> Result<Bytes, Error> {
    if let Some(content) = file.content_hash {
        let cache = Arc::clone(&inner.thumbs.cache);
        let now = UNIX_EPOCH + Duration::from_millis(inner.options.clock.now().0.max(0) as u64);
        let kept = tokio::task::spawn_blocking(move || cache.read(&content, size, now)).await;
        if let Ok(Some(bytes)) = kept {
            return Ok(bytes.into());
        }
    }
    let flight = inner.thumbs.flight((file.image, size));
    let made = flight
        .get_or_init(|| async {
            make(inner, file, size)
                .await
                .map_err(|error| error.problem())
        })
        .await;
    made.clone().map_err(Error::Told)
}

/// Makes the thumbnails of one picture again, or only those that are not kept; `false` when there
/// was nothing to do.
pub(crate) async fn refresh(inner: &Inner, file: &FileRow, force: bool) -> Result<bool, Error> {
    let kept = |size: &ThumbSize| {
        file.content_hash
            .is_some_and(|content| inner.thumbs.cache.has(&content, *size))
    };
    // Those that are made before anybody asks; the others are made when somebody looks.
    let mut wanted = inner.settings.now().thumbnail_sizes;
    wanted.retain(|size| force || !kept(size));
    if wanted.is_empty() {
        return Ok(false);
    }
    let drawn = draw(inner, file, wanted, Urgency::Later).await?;
    drawn.drawn.map(|_| true)
}

/// Reads a file whole and keeps its hash, without drawing anything for people.
pub(crate) async fn learn(inner: &Inner, file: &FileRow) -> Result<(), Error> {
    let place = place_of(file)?;
    let wish = Wish {
        format: file.format,
        sizes: Vec::new(),
        quality: 0,
        poster: None,
        limits: inner.options.limits,
        chunks: false,
    };
    let cache = Arc::clone(&inner.thumbs.cache);
    let read = move |pulse: &Pulse| prepare(&place, &wish, &cache, pulse);
    let read = inner.pool.run_reading(Urgency::Later, read).await??;
    inner.store.note_drawn(drawn(file, &read)).await?;
    Ok(())
}

async fn make(inner: &Inner, file: &FileRow, size: ThumbSize) -> Result<Bytes, Error> {
    let drawn = draw(inner, file, vec![size], Urgency::Now).await?;
    if file.content_hash != Some(drawn.content) {
        note(inner, file, &drawn);
    }
    let (_, bytes) = drawn
        .drawn?
        .into_iter()
        .find(|(made, _)| *made == size)
        .ok_or(Error::Worker)?;
    Ok(bytes.into())
}

/// Notes in the background what was learned of a file, by which its thumbnail is found the next time.
/// Whoever looks need not wait for it, and if it fails the picture is drawn once more.
fn note(inner: &Inner, file: &FileRow, made: &Prepared) {
    let store = inner.store.clone();
    let drawn = drawn(file, made);
    tokio::spawn(async move {
        if let Err(error) = store.note_drawn(drawn).await {
            tracing::warn!(%error, "what was learned of a picture could not be kept");
        }
    });
}

fn drawn(file: &FileRow, made: &Prepared) -> Drawn {
    Drawn {
        image: file.image,
        stamp: file.stamp.clone(),
        content_hash: made.content,
        crc32: made.crc32,
        placeholder: made.placeholder.clone(),
    }
}

async fn draw(
    inner: &Inner,
    file: &FileRow,
    sizes: Vec<ThumbSize>,
    urgency: Urgency,
) -> Result<Prepared, Error> {
    let place = place_of(file)?;
    let poster = if poster::is_needed(file.format) {
        Some(poster::frame(inner, &place, file.format).await?)
    } else {
        None
    };
    let limits = inner.options.limits;
    let wish = Wish {
        format: file.format,
        sizes,
        quality: inner.settings.now().thumbnail_quality,
        poster,
        limits,
        chunks: false,
    };
    let cache = Arc::clone(&inner.thumbs.cache);
    let prepare = move |pulse: &Pulse| prepare(&place, &wish, &cache, pulse);
    inner.pool.run_reading(urgency, prepare).await?
}
