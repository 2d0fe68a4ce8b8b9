//! What is told of a picture together with its file.
//!
//! The journal keeps it until it is set on the picture, so that nothing of it is lost when the program ends in between.
//! It is set by the ordinary operations, which History shows and takes back.

use std::{sync::Arc, time::Duration};

use store::rows::UploadRow;

use super::Uploads;
use crate::{Inner, error::Error, exchange::About};

/// How long the index is waited for at a time.
const PATIENCE: Duration = Duration::from_secs(5);

impl Uploads<'_> {
    /// The same, with what is told of those files that begin: an object of JSON with prompt, `negative_prompt`, model,
    /// notes, rating, date, tags, photoset, persona and metadata.
    ///
    /// # Errors
    /// When it is no such object, or says something that cannot be kept as it is.
    pub fn telling(self, about: &str) -> Result<Self, Error> {
        let about = About::read(about)?;
        let kept = serde_json::to_string(&about).map_err(|_| Error::Worker)?;
        Ok(Self {
            about: (!about.is_empty()).then_some(kept),
            ..self
        })
    }
}

/// Sets on a picture what is told of its file. One that the library had already keeps what was set.
pub(super) async fn tell(inner: &Inner, row: &UploadRow) -> Result<(), Error> {
    let Some(about) = row.about.as_ref().filter(|_| inner.keeper.snapshot().ready) else {
        // Nothing is told, or it is once the index is there: see [`start`].
        return Ok(());
    };
    let picture = row.arrived.and_then(|arrived| {
        let key = inner.keeper.snapshot().index.key_of(arrived.image)?;
        Some((key, arrived.duplicate))
    });
    // What a later version wrote is not understood by this one, and a picture may be gone.
    if let Some((key, duplicate)) = picture
        && let Ok(about) = serde_json::from_str::<About>(about)
    {
        about.tell(inner, key, duplicate).await?;
    }
    Ok(inner.store.tell_upload(row.id).await?)
}

/// Tells in the background what the last run did not come to tell, and what came in before the index was there.
pub(crate) fn start(inner: &Arc<Inner>) {
    let weak = Arc::downgrade(inner);
    tokio::spawn(async move {
        let inner = loop {
            let Some(inner) = weak.upgrade() else { return };
            if inner.keeper.ready(PATIENCE).await {
                break inner;
            }
        };
        if let Err(error) = recover(&inner).await {
            tracing::error!(error = %error.chain(), "what was told of uploads could not be set");
        }
    });
}

async fn recover(inner: &Inner) -> Result<(), Error> {
    for row in inner.store.untold_uploads().await? {
        if let Err(error) = tell(inner, &row).await {
            // The others go on; what this one says stays for the next start.
            tracing::error!(id = %row.id, error = %error.chain(), "what was told of an upload could not be set");
        }
    }
    Ok(())
}
