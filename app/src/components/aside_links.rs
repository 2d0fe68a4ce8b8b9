//! The links of the panel: to the pages of the site, and to the places beside the library with how many
//! pictures are in each.

use domain::{
    aside::{Aside, AsideCounts},
    query::Query,
};
use leptos::prelude::*;

use super::{
    icon::Icon,
    top_bar::{FirstPlaces, OtherPlaces},
};
use crate::{
    api::judge::aside,
    browser::timers::Debounce,
    later::{self, SOON},
    state::query::QueryState,
    words,
};

/// Milliseconds of quiet after which the places are counted again.
const QUIET: u64 = 400;

/// The links. They stand there from the first moment, so that nothing below them moves when their
/// counts come.
#[component]
pub fn AsideLinks(
    /// What is asked.
    asked: Memo<Query>,
    /// Changes when the counts may have changed.
    change: Signal<i64>,
) -> impl IntoView {
    let counts = RwSignal::new(AsideCounts::default());
    let here = Memo::new(move |_| asked.with(Aside::of));
    let aside = move |place: Aside| {
        let count = move || {
            let count = counts.get().of(place);
            (count > 0).then(|| words::count(count))
        };
        view! {
            <a
                class="place"
                href=QueryState::href(&place.query())
                aria-current=move || (here.get() == Some(place)).then_some("page")
            >
                <Icon name=icon(place) />
                <span>{words::aside::name(place)}</span>
                <span class="aside-count">{count}</span>
            </a>
        }
    };
    // What is asked here is done there.
    let of = move |page: &'static str, icon: &'static str, name: &'static str| {
        let href = move || {
            let filter = asked.with(|asked| asked.filter_part().to_string());
            format!("{page}?{filter}").trim_end_matches('?').to_owned()
        };
        view! {
            <a class="place" href=href>
                <Icon name=icon />
                <span>{name}</span>
            </a>
        }
    };
    let inside = move || matches!(here.get(), Some(Aside::Hidden | Aside::Missing));
    view! {
        <FirstPlaces />
        {of("/cull", "check", "Cull")}
        {of("/duel", "duel", "Duel")}
        {aside(Aside::Trash)}
        <details class="aside-more" open=inside>
            <summary class="place">
                <Icon name="chevron-right" />
                <span>"More"</span>
            </summary>
            <div class="aside-links">
                <OtherPlaces />
                {of("/clean", "sliders", "Clean up")}
                {of("/exchange", "external", "In and out")}
                {aside(Aside::Hidden)}
                {aside(Aside::Missing)}
            </div>
        </details>
        {later::when_stirred(&SOON, move |soon| (soon.count_aside)(counts, change))}
    }
    .into_any()
}

/// Counts the places, now and whenever their pictures may have changed.
#[component]
pub fn CountAside(
    /// Where the counts go.
    counts: RwSignal<AsideCounts>,
    /// Changes when they may have changed.
    change: Signal<i64>,
) -> impl IntoView {
    let settled = RwSignal::new(0);
    let later = Debounce::new(QUIET);
    Effect::new(move |before: Option<i64>| {
        let now = change.get();
        match before {
            None => settled.set(now),
            Some(_) => later.call(move || {
                settled.try_set(now);
            }),
        }
        now
    });
    let answer = LocalResource::new(move || {
        settled.get();
        aside()
    });
    Effect::new(move || {
        if let Some(Ok(now)) = answer.get() {
            counts.set(now);
        }
    });
}

/// The sign of a place.
pub fn icon(place: Aside) -> &'static str {
    match place {
        Aside::Trash => "trash",
        Aside::Hidden => "eye-off",
        Aside::Missing => "alert",
    }
}
