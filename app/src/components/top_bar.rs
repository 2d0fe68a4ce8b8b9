//! The bar at the top of every page.

use domain::{insight::compared, query::Query};
use leptos::prelude::*;
use leptos_router::{components::A, hooks::use_location};

use super::{
    icon::Icon, mark::Mark, search_box::SearchBox, sign_out::SignOut, sort_menu::SortMenu,
    theme::ThemeSwitch,
};
use crate::{
    state::query::{QueryState, use_query},
    words,
};

/// The bar of the library: panel, mark, search, count, order and the controls of the view.
///
/// On a narrow screen the view's controls fold into a menu and the filter panel becomes a sheet;
/// both are popovers, which open without wasm too.
#[component]
pub fn TopBar(
    /// Whether the filter panel stands beside the grid (wide screens).
    filters_open: RwSignal<bool>,
    /// Exact size of the result; `None` while it is not known.
    #[prop(into)]
    total: Signal<Option<u64>>,
    /// Controls of the view.
    children: Children,
) -> impl IntoView {
    let count = move || {
        total
            .get()
            .map_or_else(|| words::COUNTING.to_owned(), words::pictures)
    };
    view! {
        <header class="top-bar">
            <button
                type="button"
                class="button is-quiet is-icon top-bar-panel needs-wasm"
                aria-label="Filters"
                title="Filters (\\)"
                aria-controls="filters-panel"
                aria-expanded=move || filters_open.get().to_string()
                on:click=move |_| filters_open.update(|open| *open = !*open)
            >
                <Icon name="sliders" />
            </button>
            <button
                type="button"
                class="button is-quiet is-icon top-bar-sheet"
                aria-label="Filters"
                popovertarget="filters-panel"
            >
                <Icon name="sliders" />
            </button>
            <a class="top-bar-home" href="/" aria-label="Proofsheet, all pictures">
                <Mark />
                <span class="top-bar-name">{words::NAME}</span>
            </a>
            <h1 class="visually-hidden">"Pictures"</h1>
            <SearchBox />
            <p class="top-bar-count" role="status">
                {count}
            </p>
            <SortMenu />
            <button
                type="button"
                class="button is-quiet is-icon top-bar-more"
                aria-label="View"
                popovertarget="view-controls"
            >
                <Icon name="more" />
            </button>
            <div class="top-bar-view" id="view-controls" popover="auto">
                {children()}
                <ThemeSwitch />
                <SignOut />
            </div>
        </header>
    }
    .into_any()
}

/// The bar of a page beside the library: back to the pictures, and where one is. Where there is no room for all places
/// beside each other, most of them fold into a menu, a popover too.
#[component]
pub fn PageBar(
    /// Name of the page, its only first-level heading.
    title: &'static str,
) -> impl IntoView {
    view! {
        <header class="top-bar is-page">
            <a class="top-bar-home" href="/" aria-label="Proofsheet, all pictures">
                <Mark />
            </a>
            <span class="top-bar-divider" aria-hidden="true"></span>
            <h1 class="top-bar-title">{title}</h1>
            <nav class="top-bar-places" aria-label="Places">
                <FirstPlaces />
                <button
                    type="button"
                    class="button is-quiet top-bar-others"
                    popovertarget="other-places"
                >
                    <Icon name="more" />
                    <span>"More"</span>
                </button>
                <div class="top-bar-rest" id="other-places" popover="auto">
                    <OtherPlaces />
                </div>
            </nav>
            <ThemeSwitch />
            <SignOut />
        </header>
    }
    .into_any()
}

/// What people look for most: address, icon, name.
const FIRST: [(&str, &str, &str); 3] = [
    ("/", "image", "Library"),
    ("/sets", "stack", "Photosets"),
    ("/tags", "tag", "Tags"),
];

const REST: [(&str, &str, &str); 9] = [
    ("/session", "follow", "This session"),
    ("/overview", "shelf", "Overview"),
    ("/history", "undo", "History"),
    ("/folders", "folder", "Folders"),
    ("/add", "plus", "Add pictures"),
    ("/inspect", "upload", "Inspect a file"),
    ("/problems", "alert", "Problems"),
    ("/jobs", "jobs", "Jobs"),
    ("/settings", "sliders", "Settings"),
];

fn place((href, icon, name): (&'static str, &'static str, &'static str)) -> impl IntoView {
    view! {
        <A href=href exact=true attr:class="place">
            <Icon name=icon />
            <span>{name}</span>
        </A>
    }
}

/// Links to the pages that people look for most.
#[component]
pub fn FirstPlaces() -> impl IntoView {
    FIRST.map(place).collect_view()
}

/// Links to all other pages.
#[component]
pub fn OtherPlaces() -> impl IntoView {
    // What is asked here is compared there.
    let state = use_query();
    let keep_rate = move || {
        state
            .query
            .with(|query| QueryState::on("/keep-rate", &kept_part(query)))
    };
    let path = use_location().pathname;
    let current = move || path.with(|path| path == "/keep-rate").then_some("page");
    view! {
        <a class="place" href=keep_rate aria-current=current>
            <Icon name="chart" />
            <span>"Keep-rate"</span>
        </a>
        {REST.map(place).collect_view()}
    }
}

/// What of a query says which pictures are compared.
fn kept_part(query: &Query) -> Query {
    compared(query).filter_part()
}
