//! What the server is doing, as its event stream tells it.

use domain::scan::{ScanPhase, ScanProgress};
use leptos::{prelude::*, serde_json};

use super::session;
use crate::browser::events;

#[derive(Clone, Copy)]
struct Progress {
    latest: RwSignal<Option<ScanProgress>>,
    build: RwSignal<Option<String>>,
    making: RwSignal<Option<String>>,
}

/// Provides the progress for the whole page and begins to listen.
pub(crate) fn provide() {
    let latest = RwSignal::new(None);
    let build = RwSignal::new(None);
    let making = RwSignal::new(None);
    provide_context(Progress {
        latest,
        build,
        making,
    });
    Effect::new(move || {
        events::stream(
            "/events",
            ["progress", "build", "moment", "comfyui"],
            move |name, text| {
                if name == "build" {
                    build.set(Some(text));
                } else if name == "moment" {
                    session::opened(&text);
                } else if name == "comfyui" {
                    making.set(Some(text));
                } else if let Ok(progress) = serde_json::from_slice::<ScanProgress>(text.as_bytes())
                {
                    latest.set(Some(progress));
                }
            },
        );
    });
}

/// Which build the server is, as it says whenever the stream begins again.
pub fn use_build() -> RwSignal<Option<String>> {
    expect_context::<Progress>().build
}

/// What programs that make pictures are doing, as the server writes it: a list of `Generator`. Read only by what
/// shows it, so that the first page need not be able to.
pub fn use_making() -> RwSignal<Option<String>> {
    expect_context::<Progress>().making
}

/// How far reading is; `None` on the server and until the first event.
pub fn use_progress() -> Signal<Option<ScanProgress>> {
    expect_context::<Progress>().latest.into()
}

/// Number of the newest change of the library, told when it is quiet again: what is asked for anew and
/// drawn anew every second could not be used.
pub fn use_quiet_change() -> Memo<Option<i64>> {
    let progress = use_progress();
    Memo::new(move |_| {
        let quiet = |now: &&ScanProgress| now.phase == ScanPhase::Idle;
        progress.with(|now| now.as_ref().filter(quiet).map(|now| now.change))
    })
}
