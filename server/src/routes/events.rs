//! What happens in the background, as it happens.

use std::convert::Infallible;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use domain::scan::ScanProgress;
use futures::Stream;
use futures::stream::{self, StreamExt};
use tokio_stream::wrappers::WatchStream;

use crate::AppState;

/// `GET /events`: server-sent events named `progress`, whose data is a `ScanProgress` as JSON. The
/// first comes at once, the others as things change.
pub(crate) async fn progress(
    State(state): State<AppState>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let scans = state.gallery.scans();
    let changes = WatchStream::from_changes(scans.subscribe());
    let now = stream::iter([scans.progress()]);
    let events = now.chain(changes).map(|progress: ScanProgress| {
        // Numbers and words only: this cannot fail to be JSON.
        Ok(Event::default()
            .event("progress")
            .json_data(&progress)
            .unwrap_or_default())
    });
    Sse::new(events.take_until(state.shutdown.clone().cancelled_owned()))
        .keep_alive(KeepAlive::default())
}
