//! What happens in the background, as it happens.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Extension, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use domain::scan::ScanProgress;
use futures::stream::{self, StreamExt};
use futures::{Stream, future};
use gallery::Owner;
use tokio_stream::wrappers::WatchStream;

use crate::AppState;
use crate::middleware::gate::SignedIn;

/// How often a stream looks whether its session still holds.
const LOOK: Duration = Duration::from_secs(2);

/// `GET /events`: first an event named `build` that says which one the server is, so that an older page
/// notices, and one named `moment` with the milliseconds of the gallery's clock; then events named `progress`,
/// whose data is a `ScanProgress` as JSON, and, where the settings name a ComfyUI, events named `comfyui` with
/// a list of `Generator`. The first of each comes at once, the others as things change. Ends with the session
/// that it belongs to.
pub(crate) async fn progress(
    State(state): State<AppState>,
    session: Option<Extension<SignedIn>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let scans = state.gallery.scans();
    let changes = WatchStream::from_changes(scans.subscribe());
    let now = stream::iter([scans.progress()]);
    let build = Event::default().event("build").data(state.made().build);
    let moment = scans.moment().0.to_string();
    let moment = Event::default().event("moment").data(moment);
    let progress = now.chain(changes).map(|progress: ScanProgress| {
        // Numbers and words only: this cannot fail to be JSON.
        Ok(Event::default()
            .event("progress")
            .json_data(&progress)
            .unwrap_or_default())
    });
    let making = WatchStream::new(state.generators.clone())
        .filter(|all| future::ready(!all.is_empty()))
        .map(|all| {
            Ok(Event::default()
                .event("comfyui")
                .json_data(&all)
                .unwrap_or_default())
        });
    let events = stream::iter([Ok(build), Ok(moment)]).chain(stream::select(progress, making));
    let token = session.map(|Extension(session)| session.token);
    let over = signed_out(state.gallery.owner().clone(), token);
    let until = future::select(
        Box::pin(over),
        Box::pin(state.shutdown.clone().cancelled_owned()),
    );
    Sse::new(events.take_until(until)).keep_alive(KeepAlive::default())
}

/// Waits until a session ends, or until one is needed where there was none.
async fn signed_out(owner: Owner, token: Option<String>) {
    loop {
        tokio::time::sleep(LOOK).await;
        let over = match &token {
            Some(token) => owner.holds(token).await.map(|holds| !holds),
            None => owner.is_set().await,
        };
        // A database that does not answer ends nothing.
        if over.unwrap_or(false) {
            return;
        }
    }
}
