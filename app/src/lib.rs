//! The pages, and the door to the server.
//!
//! Rules of this crate: the URL is the state, so a page holds no second copy of the query; a
//! resource is read only under the `Transition` of the page that made it; nothing that a view
//! renders first depends on the window, the clock or the browser's storage, because the server
//! renders the same view; only [`browser`] touches `web_sys` and `js_sys`.
//!
//! To add a page: write it in `pages/`, give it a line in [`App`], and visit it in the browser tests.
// Views are nested types, and the grid nests deeply.
#![recursion_limit = "512"]

pub mod api;
pub mod browser;
pub mod components;
pub mod later;
pub mod pages;
pub mod shortcuts;
pub mod state;
pub mod words;

use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, Title, provide_meta_context};
use leptos_router::{
    SsrMode, StaticSegment,
    components::{Route, Router, Routes},
};

use domain::settings::{Keys, LibrarySettings};
use later::{RARELY, SOON};
use pages::{library::LibraryPage, not_found::NotFound};
use shortcuts::PRESETS;

/// In the context of a page that a session let in: somebody may sign out there.
#[derive(Debug, Clone, Copy)]
pub struct BehindPassphrase;

/// In the context of every page: which library it is of, and which build of the program made it.
#[derive(Debug, Clone)]
pub struct Made {
    /// The library.
    pub library: String,
    /// The build.
    pub build: String,
}

/// The document around the page, as the server sends it.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    // Read by `state::waiting` and `components::standing`.
    let made = use_context::<Made>();
    let library = made.as_ref().map(|made| made.library.clone());
    let build = made.map(|made| made.build);
    // Read by the style of `components::sign_out`: the page itself is the same for everybody.
    let signed_in = use_context::<BehindPassphrase>().map(|_| "");
    provide_context(later::Sheet(later_sheet(&options)));
    let look = Look::known();
    let (density, keys) = (look.density, look.keys);
    let rest = view! {
        <HydrationScripts options=options.clone() />
        <MetaTags />
    };
    let rest = rest.into_any();
    view! {
        <!DOCTYPE html>
        <html
            lang="en"
            data-theme=look.theme
            data-density=density
            data-keys=keys
            data-signed-in=signed_in
            data-library=library
            data-build=build
        >
            {head(options, rest)}
            <body>
                <App />
            </body>
        </html>
    }
}

/// What the library says of how a page looks in a browser in which nobody chose; only what is not as it is anyway.
///
/// It stands on the root element from the first byte, so nothing changes when the page comes alive. `public/theme.js`
/// and `state::preferences` put what was chosen in a browser in its place.
#[derive(Debug, Default)]
struct Look {
    theme: Option<&'static str>,
    density: Option<&'static str>,
    /// What differs from the table of keys, as [`shortcuts::Keymap`] reads it.
    keys: Option<&'static str>,
}

impl Look {
    /// That of the settings in the context.
    fn known() -> Self {
        let Some(settings) = use_context::<LibrarySettings>() else {
            return Self::default();
        };
        let plain = LibrarySettings::default();
        let LibrarySettings {
            theme,
            density,
            keys,
            ..
        } = settings;
        let preset = Keys::ALL
            .iter()
            .zip(PRESETS)
            .find(|(word, _)| **word == keys);
        Self {
            theme: (theme != plain.theme).then(|| theme.word()),
            density: (density != plain.density).then(|| density.word()),
            keys: preset
                .map(|(_, preset)| preset.keys)
                .filter(|keys| !keys.is_empty()),
        }
    }
}

fn clean() -> AnyView {
    later::show(&RARELY, waiting, |rarely| (rarely.clean)())
}

fn cull() -> AnyView {
    later::show(&SOON, waiting, |soon| (soon.cull)())
}

fn duel() -> AnyView {
    later::show(&SOON, waiting, |soon| (soon.duel)())
}

/// A document that needs no script: what the server shows to whoever is not signed in.
fn bare(options: LeptosOptions, title: AnyView, content: AnyView) -> AnyView {
    let sheet = later_sheet(&options);
    let rest = view! {
        {title}
        <link rel="stylesheet" href=sheet />
    };
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=Look::known().theme>
            {head(options, rest.into_any())}
            <body>{content}</body>
        </html>
    }
    .into_any()
}

/// The address of the style of what is loaded later.
fn later_sheet(options: &LeptosOptions) -> String {
    format!("/{}/later.css", options.site_pkg_dir)
}

/// The head of every document, with what only some have at its end.
fn head(options: LeptosOptions, rest: AnyView) -> impl IntoView {
    view! {
        <head>
            <meta charset="utf-8" />
            <meta
                name="viewport"
                content="width=device-width, initial-scale=1, viewport-fit=cover"
            />
            <meta name="color-scheme" content="dark light" />
            <meta name="theme-color" content="#0b0b0b" media="(prefers-color-scheme: dark)" />
            <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
            <link rel="apple-touch-icon" href="/icon-192.png" />
            <link rel="manifest" href="/manifest.webmanifest" />
            // Runs before the first paint: applies the stored theme and picture size.
            <script src="/theme.js"></script>
            <HashedStylesheet options />
            {rest}
        </head>
    }
}

fn add() -> AnyView {
    later::show(&RARELY, waiting, |rarely| (rarely.add)())
}

fn exchange() -> AnyView {
    later::show(&RARELY, waiting, |rarely| (rarely.exchange)())
}

fn folders() -> AnyView {
    later::show(&RARELY, waiting, |rarely| (rarely.folders)())
}

fn history() -> AnyView {
    later::show(&RARELY, waiting, |rarely| (rarely.history)())
}

fn inspect() -> AnyView {
    later::show(&RARELY, waiting, |rarely| (rarely.inspect)())
}

fn jobs() -> AnyView {
    later::show(&RARELY, waiting, |rarely| (rarely.jobs)())
}

fn keep_rate() -> AnyView {
    later::show(&RARELY, waiting, |rarely| (rarely.keep_rate)())
}

fn overview() -> AnyView {
    later::show(&RARELY, waiting, |rarely| (rarely.overview)())
}

fn problems() -> AnyView {
    later::show(&RARELY, waiting, |rarely| (rarely.problems)())
}

fn session() -> AnyView {
    later::show(&RARELY, waiting, |rarely| (rarely.session)())
}

fn sets() -> AnyView {
    later::show(&RARELY, waiting, |rarely| (rarely.sets)())
}

fn settings() -> AnyView {
    later::show(&RARELY, waiting, |rarely| (rarely.settings)())
}

fn tags() -> AnyView {
    later::show(&RARELY, waiting, |rarely| (rarely.tags)())
}

/// A page that is on its way: its bar, and below it why it does not come.
fn waiting(problem: Option<AnyView>) -> AnyView {
    let busy = problem.is_none().to_string();
    let title = if problem.is_none() {
        words::LOADING
    } else {
        words::NAME
    };
    view! {
        <components::top_bar::PageBar title />
        <main class="page" aria-busy=busy>
            {problem}
        </main>
    }
    .into_any()
}

/// The whole page: what every route shares, and the map of the site.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    state::provide();
    view! {
        <Title formatter=|title: String| {
            if title.is_empty() { "Proofsheet".to_owned() } else { format!("{title} · Proofsheet") }
        } />
        <Router>
            <state::query::QueryProvider>
                <Routes fallback=NotFound>
                    <Route path=StaticSegment("") view=LibraryPage ssr=SsrMode::Async />
                    <Route path=StaticSegment("add") view=add />
                    <Route path=StaticSegment("clean") view=clean />
                    <Route path=StaticSegment("cull") view=cull ssr=SsrMode::Async />
                    <Route path=StaticSegment("duel") view=duel ssr=SsrMode::Async />
                    <Route path=StaticSegment("problems") view=problems ssr=SsrMode::Async />
                    <Route path=StaticSegment("history") view=history ssr=SsrMode::Async />
                    <Route path=StaticSegment("keep-rate") view=keep_rate ssr=SsrMode::Async />
                    <Route path=StaticSegment("jobs") view=jobs ssr=SsrMode::Async />
                    <Route path=StaticSegment("overview") view=overview ssr=SsrMode::Async />
                    <Route path=StaticSegment("inspect") view=inspect />
                    <Route path=StaticSegment("session") view=session ssr=SsrMode::Async />
                    <Route path=StaticSegment("sets") view=sets ssr=SsrMode::Async />
                    <Route path=StaticSegment("settings") view=settings ssr=SsrMode::Async />
                    <Route path=StaticSegment("tags") view=tags ssr=SsrMode::Async />
                    <Route path=StaticSegment("exchange") view=exchange />
                    <Route path=StaticSegment("folders") view=folders ssr=SsrMode::Async />
                </Routes>
            </state::query::QueryProvider>
        </Router>
        <components::toast::ToastList />
        {later::when_stirred(&SOON, |soon| (soon.standing)())}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_that_a_library_names_are_the_sets_that_the_page_knows() {
        let names = PRESETS.map(|preset| preset.name.to_lowercase().replace(' ', "-"));
        let words: Vec<&str> = Keys::ALL.iter().map(|keys| keys.word()).collect();
        assert_eq!(words, names);
    }
}
