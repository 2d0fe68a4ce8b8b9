//! Wiring: configuration, routes for bytes and streams, limits, shutdown.
//!
//! Rules of this crate: no business rules and no SQL; a route is a one-line door to a method of
//! [`gallery::Gallery`]; the environment is read only in [`config`]; only `cli/` prints.
//!
//! To add a route: its handler in `routes/`, its line in [`router`], its test in `tests/`.
#![warn(missing_docs)]

pub mod assets;
pub mod cli;
pub mod comfyui;
pub mod config;
mod cookie;
pub mod listen;
mod memory;
mod metrics;
mod middleware;
mod problem;
mod qr;
mod ranges;
mod render;
mod routes;
pub mod tls;

use std::ops::Deref;
use std::sync::{Arc, LazyLock};

use axum::extract::{DefaultBodyLimit, FromRef};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, get, patch, post};
use axum::{Router, handler::Handler};
use domain::live::Generator;
use gallery::Gallery;
use leptos::config::LeptosOptions;
use leptos_axum::{AxumRouteListing, LeptosRoutes};
use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::predicate::Predicate;
use tower_http::compression::{CompressionLayer, CompressionLevel};

use assets::Assets;
use cookie::Cookie;
pub use middleware::hosts::Hosts;
use render::Renderers;
pub use routes::trust::Trust;

/// What every route can reach. Each layer that a request passes copies it, so it is one pointer.
#[derive(Clone)]
pub struct AppState(Arc<Shared>);

/// What is behind that pointer.
#[derive(Clone)]
pub struct Shared {
    gallery: Gallery,
    assets: Arc<Assets>,
    hosts: Arc<Hosts>,
    options: LeptosOptions,
    renderers: Arc<Renderers>,
    shutdown: CancellationToken,
    cookie: Arc<Cookie>,
    metrics: Arc<metrics::Metrics>,
    /// Whether browsers reach this server over HTTPS of its own.
    tls: bool,
    /// Whether nobody comes in without a session, even when no passphrase is set.
    closed: bool,
    trust: Option<Arc<Trust>>,
    /// What the programs that make pictures are doing.
    generators: watch::Receiver<Vec<Generator>>,
}

/// Where a server listens, as far as it matters to who may come in.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// The port.
    pub port: u16,
    /// Whether it speaks HTTPS.
    pub tls: bool,
    /// Whether others can reach it who must not come in without a session.
    pub exposed: bool,
    /// What helps them to trust its certificate, where that is a local one.
    pub trust: Option<Trust>,
}

impl AppState {
    /// The state of a server for one gallery, on a port of this machine alone. Streams end when
    /// `shutdown` is cancelled.
    ///
    /// # Errors
    /// When the system gives no threads to render pages on.
    pub fn new(
        gallery: Gallery,
        assets: Assets,
        hosts: Hosts,
        shutdown: CancellationToken,
    ) -> std::io::Result<Self> {
        // Leptos asks for /pkg/<hash>/proofsheet.js and proofsheet_bg.wasm: see xtask's site.rs.
        let options = LeptosOptions::builder()
            .output_name("proofsheet")
            .site_pkg_dir(assets.package().to_owned())
            .build();
        Ok(Self(Arc::new(Shared {
            gallery,
            assets: Arc::new(assets),
            hosts: Arc::new(hosts),
            options,
            renderers: Renderers::start()?,
            shutdown,
            cookie: Arc::new(Cookie::new(false, 0)),
            metrics: Arc::default(),
            tls: false,
            closed: false,
            trust: None,
            generators: watch::channel(Vec::new()).1,
        })))
    }

    /// Which library this is, and which build of the page belongs to this server.
    pub(crate) fn made(&self) -> app::Made {
        app::Made {
            library: self.gallery.library().to_owned(),
            build: self.assets.package().trim_start_matches("pkg/").to_owned(),
        }
    }

    /// The same, telling pages what programs that make pictures are doing.
    #[must_use]
    pub fn beside(self, generators: watch::Receiver<Vec<Generator>>) -> Self {
        Self(Arc::new(Shared {
            generators,
            ..Arc::unwrap_or_clone(self.0)
        }))
    }

    /// The same at another place.
    #[must_use]
    pub fn at(self, place: Place) -> Self {
        Self(Arc::new(Shared {
            cookie: Arc::new(Cookie::new(place.tls, place.port)),
            tls: place.tls,
            closed: place.exposed,
            trust: place.trust.map(Arc::new),
            ..Arc::unwrap_or_clone(self.0)
        }))
    }
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.options.clone()
    }
}

/// The addresses of the pages.
///
/// Found once: while Leptos walks the pages to find them, no page of this process gets its data
/// (`SuppressResourceLoad` in `leptos_server` 0.8), and one that asks then would wait for it for ever.
pub fn pages() -> Vec<AxumRouteListing> {
    static PAGES: LazyLock<Vec<AxumRouteListing>> =
        LazyLock::new(|| leptos_axum::generate_route_list(app::App));
    PAGES.clone()
}

/// Everything that this server answers.
pub fn router(state: AppState) -> Router {
    let pages = pages();
    let context = routes::pages::context(state.gallery.clone(), state.made());
    let shell = routes::pages::shell(state.options.clone());
    let rendered = || from_fn_with_state(state.renderers.clone(), render::render);
    let mut router = Router::new()
        .leptos_routes_with_context(&state, pages, context, shell)
        .layer(rendered())
        .layer(from_fn_with_state(state.clone(), middleware::made))
        .route("/media/{id}/{stamp}/original", get(routes::media::original))
        .route("/media/{id}/{stamp}/{size}", get(routes::media::thumb))
        .route("/export", post(routes::export::from_form))
        .route("/export/{file}", get(routes::export::archive))
        .route("/exchange/sidecars.zip", get(routes::exchange::sidecars))
        .route("/exchange/{file}", get(routes::exchange::table))
        .route("/settings.toml", get(routes::exchange::settings))
        .route("/records", post(routes::records::take))
        .route("/records/{id}", get(routes::records::one))
        .route("/jobs/{id}/failed.csv", get(routes::jobs::failed))
        .route(routes::uploads::PATH, announced())
        .route("/uploads/{id}", sent())
        .route("/events", get(routes::events::progress))
        .route("/sign-in", get(routes::sign_in::page))
        .route("/sign-in", post(routes::sign_in::sign_in_here))
        .route("/sign-out", post(routes::sign_in::sign_out))
        .route("/trust", get(routes::trust::page))
        .route("/trust/{file}", get(routes::trust::certificate))
        .route("/livez", get(routes::health::live))
        .route("/readyz", get(routes::health::ready))
        .route("/metrics", get(routes::health::metrics))
        .route("/pkg/{*path}", get(routes::assets::file));
    for path in state
        .assets
        .paths()
        .filter(|path| !path.starts_with("/pkg/"))
    {
        router = router.route(path, get(routes::assets::file));
    }
    let room = Arc::new(Semaphore::new(middleware::INSPECTED_AT_ONCE));
    router
        .fallback_service(
            routes::pages::missing
                .layer(rendered())
                .with_state(state.clone()),
        )
        .layer(compression())
        .layer(from_fn(middleware::headers))
        .layer(from_fn_with_state(room, middleware::few_files))
        .layer(from_fn_with_state(state.clone(), middleware::gate::gate))
        .layer(from_fn_with_state(state.hosts.clone(), middleware::guard))
        .layer(CatchPanicLayer::custom(middleware::panicked))
        // Once more outside, so that refusals carry the headers as well.
        .layer(from_fn(middleware::headers))
        .layer(from_fn_with_state(state.metrics.clone(), metrics::count))
        .with_state(state)
}

/// Files that are announced; see [`routes::uploads`].
fn announced() -> MethodRouter<AppState> {
    post(routes::uploads::begin)
        // A form of files is as long as they are.
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn(routes::uploads::speak))
        .options(routes::uploads::about)
}

/// One of them that is sent.
fn sent() -> MethodRouter<AppState> {
    patch(routes::uploads::more)
        .head(routes::uploads::look)
        .delete(routes::uploads::give_up)
        .layer(from_fn(routes::uploads::speak))
        .options(routes::uploads::about)
}

/// Compresses text that is made per request; media and our own files come compressed already.
fn compression() -> CompressionLayer<impl Predicate> {
    let text =
        |_: http::StatusCode, _: http::Version, headers: &http::HeaderMap, _: &http::Extensions| {
            let kind = headers
                .get(http::header::CONTENT_TYPE)
                .and_then(|kind| kind.to_str().ok());
            let text = ["text/html", "application/json"];
            kind.is_some_and(|kind| text.iter().any(|known| kind.starts_with(known)))
                && !headers.contains_key(http::header::CONTENT_ENCODING)
        };
    CompressionLayer::new()
        .quality(CompressionLevel::Precise(4))
        .compress_when(text)
}
