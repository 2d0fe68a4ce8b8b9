//! State that several components share, in small pieces; there is no store for everything.

pub mod about_pictures;
pub mod arrivals;
pub mod cull;
pub mod duel;
pub mod followers;
pub mod grid;
pub mod grouping;
pub mod judging;
pub mod outside;
pub mod placeholder;
pub mod preferences;
pub mod progress;
pub mod query;
pub mod remote;
pub mod result;
pub mod selection;
pub mod sending;
pub mod session;
pub mod shared;
pub mod take;
pub mod toasts;
pub mod waiting;
pub mod windows;
pub mod zoom;

use leptos::prelude::*;

use crate::browser;

/// Whether the page has been taken over by the browser's half.
#[derive(Clone)]
struct Hydrated(ArcRwSignal<bool>);

/// Provides what every page uses. Called once, at the root.
pub(crate) fn provide() {
    let hydrated = ArcRwSignal::new(false);
    provide_context(Hydrated(hydrated.clone()));
    toasts::provide();
    waiting::provide();
    preferences::provide();
    progress::provide();
    Effect::new(move || {
        hydrated.set(true);
        browser::history::follow_links();
        browser::dom::mark_hydrated();
    });
}

/// False on the server and in the first client render, true from then on. For controls that do
/// nothing without the browser's half.
pub fn hydrated() -> ArcRwSignal<bool> {
    use_context::<Hydrated>().map_or_else(|| ArcRwSignal::new(false), |state| state.0)
}
