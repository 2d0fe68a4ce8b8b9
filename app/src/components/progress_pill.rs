//! How far reading is, at the edge of the grid.

use domain::scan::{ScanPhase, ScanProgress};
use leptos::prelude::*;

use crate::words;

/// A small pill, there only while the folders are being read. It leads to them.
#[component]
pub fn ProgressPill(
    /// The server's progress; `None` before its first word.
    #[prop(into)]
    progress: Signal<Option<ScanProgress>>,
) -> impl IntoView {
    let busy = is_busy(progress);
    let text = move || progress.with(|now| now.as_ref().map(words::reading).unwrap_or_default());
    let share = move || progress.with(|now| now.as_ref().map_or(0.0, share));
    view! {
        <Show when=move || busy.get()>
            <a class="progress-pill" href="/folders" title="Folders">
                <span class="progress-pill-text">{text}</span>
                <progress max="1" prop:value=share aria-label="Reading the folders"></progress>
            </a>
        </Show>
    }
}

/// Whether the folders are being read.
pub fn is_busy(progress: Signal<Option<ScanProgress>>) -> Memo<bool> {
    Memo::new(move |_| {
        progress.with(|now| now.as_ref().is_some_and(|now| now.phase != ScanPhase::Idle))
    })
}

/// The done share of the current phase.
fn share(now: &ScanProgress) -> f64 {
    let (done, all) = match now.phase {
        ScanPhase::Idle => return 1.0,
        ScanPhase::Reading => (now.read + now.unchanged + now.problems, now.seen),
        ScanPhase::Finishing => (now.finished, now.finished + now.waiting),
    };
    (done as f64 / all.max(1) as f64).clamp(0.0, 1.0)
}
