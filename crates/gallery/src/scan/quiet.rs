//! What is done when nothing else is.

use domain::{
    query::Query,
    time::{DAY, Timestamp},
};

use crate::{Inner, error::Error, images::Images};

/// The setting that remembers which version of the reader understood the recipes.
const READER: &str = "reader";
/// Asks for all pictures: also for what is in the trash, hidden or a reference image.
const EVERYTHING: &str = "is=trashed,-trashed";
/// The setting that remembers when the database was tidied up.
const TIDIED: &str = "tidied";

/// Remembers when something is due, so that a quiet gallery does not ask its database again and
/// again.
#[derive(Debug, Default)]
pub(super) struct Quiet {
    /// When the database is tidied up next; not known at the start.
    next: Option<Timestamp>,
    /// Whether all recipes were understood by this version of the reader.
    read: bool,
}

impl Quiet {
    /// Understands all recipes again after an update that understands more, from the texts that are
    /// kept. A failure only costs knowledge; it is tried again after the next start.
    pub(super) async fn read_again(&mut self, inner: &Inner) {
        if std::mem::replace(&mut self.read, true) {
            return;
        }
        if let Err(error) = read_again_if_older(inner).await {
            tracing::warn!(error = %error.chain(), "recipes could not be read again");
        }
    }

    /// Removes from the database what no picture refers to any more, at most once a day. A failure
    /// only costs space, so it is tried again the next day.
    pub(super) async fn tidy(&mut self, inner: &Inner) {
        let now = inner.options.clock.now();
        if self.next.is_some_and(|next| now < next) {
            return;
        }
        match tidy_if_due(inner, now).await {
            Ok(last) => self.next = Some(Timestamp(last.0 + DAY)),
            Err(error) => {
                tracing::warn!(error = %error.chain(), "the database could not be tidied up");
                self.next = Some(Timestamp(now.0 + DAY));
            }
        }
    }
}

async fn read_again_if_older(inner: &Inner) -> Result<(), Error> {
    let version = metadata::VERSION.to_string();
    if inner.store.setting(READER).await?.as_ref() == Some(&version) {
        return Ok(());
    }
    let all = Query::parse(EVERYTHING);
    let came = Images::new(inner).read_again(&all, |_, _| {}).await?;
    tracing::info!(came.read, came.changed, "recipes were read again");
    inner.store.set_setting(READER, &version).await?;
    Ok(())
}

/// Answers when the database was tidied up last.
async fn tidy_if_due(inner: &Inner, now: Timestamp) -> Result<Timestamp, Error> {
    let last = inner.store.setting(TIDIED).await?;
    let last = last.and_then(|text| text.parse().ok()).map(Timestamp);
    // A time in the future comes from a clock that was wrong.
    if let Some(last) = last.filter(|last| (last.0..last.0 + DAY).contains(&now.0)) {
        return Ok(last);
    }
    inner.store.tidy().await?;
    inner.store.set_setting(TIDIED, &now.0.to_string()).await?;
    Ok(now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Clock, Gallery, Options};

    #[tokio::test]
    async fn the_database_is_tidied_up_at_most_once_a_day_also_over_restarts() {
        let data = tempfile::tempdir().unwrap();
        let start = Timestamp(1_700_000_000_000);
        let mut options = Options::new(data.path());
        options.clock = Clock::fixed(start);
        (options.watch, options.finish) = (false, false);
        let clock = options.clock.clone();
        let gallery = Gallery::open(options).await.unwrap();
        let tidied = async || {
            let text = gallery.inner.store.setting(TIDIED).await.unwrap();
            text.map(|text| text.parse().unwrap())
        };
        let mut quiet = Quiet::default();
        quiet.tidy(&gallery.inner).await;
        assert_eq!(tidied().await, Some(start.0));
        clock.advance(DAY / 2);
        quiet.tidy(&gallery.inner).await;
        // A new process does not know, and asks.
        Quiet::default().tidy(&gallery.inner).await;
        assert_eq!(tidied().await, Some(start.0));
        clock.advance(DAY / 2);
        quiet.tidy(&gallery.inner).await;
        assert_eq!(tidied().await, Some(start.0 + DAY));
        clock.advance(-2 * DAY);
        Quiet::default().tidy(&gallery.inner).await;
        assert_eq!(tidied().await, Some(start.0 - DAY), "that clock was wrong");
    }
}
