//! The pages, rendered on the server.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use gallery::Gallery;
use http::{HeaderValue, Method, StatusCode, header};
use leptos::config::LeptosOptions;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

use crate::AppState;
use crate::middleware::gate::SignedIn;
use crate::middleware::{BARE_PAGE, page_policy};
use crate::problem::Refusal;

/// What every page and server function finds in its context: the gallery, and whether a session let
/// it in; while a page is rendered, also which library it is of and what is set for it, and the policy that names its
/// nonce.
pub(crate) fn context(
    gallery: Gallery,
    made: app::Made,
) -> impl Fn() + Clone + Send + Sync + 'static {
    move || {
        provide_context(gallery.clone());
        provide_context(made.clone());
        provide_context(gallery.settings().in_force());
        let asked = use_context::<http::request::Parts>();
        if asked.is_some_and(|asked| asked.extensions.get::<SignedIn>().is_some()) {
            provide_context(app::BehindPassphrase);
        }
        if let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>())
            && let Ok(policy) = HeaderValue::from_str(&page_policy(&nonce))
        {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
}

/// The document around the pages.
pub(crate) fn shell(
    options: LeptosOptions,
) -> impl Fn() -> AnyView + Clone + Send + Sync + 'static {
    move || app::shell(options.clone()).into_any()
}

/// A page that needs no script: rendered at once, and only our own files may be loaded by it.
pub(crate) fn bare<V: IntoView>(gallery: &Gallery, view: impl FnOnce() -> V) -> Response {
    let owner = Owner::new();
    let html = owner.with(|| {
        provide_context(gallery.settings().in_force());
        view().into_view().to_html()
    });
    // Lists of children end with a mark for whoever takes a page over, and a title shows it.
    let html = html.replacen("<!></title>", "</title>", 1);
    owner.cleanup();
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, BARE_PAGE),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, html).into_response()
}

/// Addresses that no route knows: the app's own "not found" page for people, one sentence for
/// everybody else.
pub(crate) async fn missing(State(state): State<AppState>, request: Request<Body>) -> Response {
    let accepts = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    if request.method() != Method::GET || !accepts.is_some_and(|kinds| kinds.contains("text/html"))
    {
        return Refusal::not_found().into_response();
    }
    let context = context(state.gallery.clone(), state.made());
    let render = leptos_axum::render_app_async_with_context(context, shell(state.options.clone()));
    let mut response = render(request).await.into_response();
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}
