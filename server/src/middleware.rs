//! What every request passes: who may ask from where, how much, for how long; and the headers that
//! every answer carries.
//!
//! Order, from the outside: [`guard`] (panics, time, host, origin, length), then [`gate`] (who is signed
//! in), then [`few_files`], then [`headers`], then compression, then the routes.

pub(crate) mod gate;
pub(crate) mod hosts;
mod origin;

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use domain::problem::{Problem, ProblemKind};
use gallery::MOST_UPLOAD;
use http::{HeaderName, HeaderValue, StatusCode, header};
use http_body_util::Limited;
use tokio::sync::Semaphore;

use crate::{AppState, problem, routes};
use hosts::Hosts;

/// Longest wait for the beginning of an answer.
const PATIENCE: Duration = Duration::from_mins(1);

/// The same where a file comes in, which takes as long as its sender takes.
const LONG: Duration = Duration::from_hours(24);

/// Longest address that is looked at.
const MOST_ADDRESS: usize = 8 << 10;

/// Most bytes of a request's body.
const MOST_BODY: u64 = 2 << 20;

/// Most bytes of a body that carries a picture to look at: its file and the form around it.
const MOST_INSPECTED: u64 = (256 << 20) + (1 << 20);

/// The one address that takes a file at once.
const INSPECT: &str = "/fn/images/inspect";

/// How many files may be on their way in at once, because each is held in memory whole.
pub(crate) const INSPECTED_AT_ONCE: usize = 2;

/// Longest wait until a file may come in.
const INSPECT_PATIENCE: Duration = Duration::from_secs(20);

/// Answers to anything that renders no page: nothing of it may run, load or be framed.
const NO_PAGE: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Read by `public/sw.js`.
const MADE: HeaderName = HeaderName::from_static("proofsheet");

const PERMISSIONS: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
     magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=(), xr-spatial-tracking=()";

/// The policy of a page that needs no script, but may apply the look that its browser keeps.
pub(crate) const BARE_PAGE: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The policy of the worker: it may ask this server, and nothing else.
pub(crate) const WORKER: &str =
    "default-src 'none'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The policy of a page: only our own files, only scripts that carry this page's nonce.
pub(crate) fn page_policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
         style-src 'self' 'nonce-{nonce}'; img-src 'self' blob: data:; media-src 'self' blob:; \
         font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    )
}

/// Refuses what must not reach a route.
pub(crate) async fn guard(
    State(hosts): State<Arc<Hosts>>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path().to_owned();
    let asked = request.headers().clone();
    let refuse = |status: StatusCode, kind, message: &str| {
        problem::answer(status, &Problem::new(kind, message), &path, &asked)
    };
    if request
        .uri()
        .path_and_query()
        .map_or(0, |address| address.as_str().len())
        > MOST_ADDRESS
    {
        return refuse(
            StatusCode::URI_TOO_LONG,
            ProblemKind::TooLarge,
            "This address is too long. Nothing was changed; use fewer or shorter filters.",
        );
    }
    let Some(host) = hosts.of(&request) else {
        return refuse(
            StatusCode::MISDIRECTED_REQUEST,
            ProblemKind::Forbidden,
            "Proofsheet does not answer under this name, so that other pages cannot pretend to be it. \
             Use the address that it printed when it started, or start it with --allowed-hosts NAME.",
        );
    };
    if !request.method().is_safe() && !origin::is_ours(&request, &host) {
        return refuse(
            StatusCode::FORBIDDEN,
            ProblemKind::Forbidden,
            "This request came from another page, so it was refused and nothing was changed. \
             Do it again in a page of Proofsheet itself.",
        );
    }
    if origin::is_drawn_in(&request) {
        return refuse(
            StatusCode::FORBIDDEN,
            ProblemKind::Forbidden,
            "Another site tried to load this in the background, so it was refused and nothing was \
             changed. Open it in a window of its own.",
        );
    }
    // Files that are kept come in pieces of any length, for any time; each waits for its own next bytes.
    let uploads = path
        .strip_prefix(routes::uploads::PATH)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let most = match path.as_str() {
        INSPECT => MOST_INSPECTED,
        _ if uploads => MOST_UPLOAD,
        _ => MOST_BODY,
    };
    let announced = asked
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok());
    if announced
        .and_then(|length| length.parse::<u64>().ok())
        .is_some_and(|length| length > most)
    {
        return refuse(
            StatusCode::PAYLOAD_TOO_LARGE,
            ProblemKind::TooLarge,
            "This is larger than the server takes in at once. Nothing was kept or changed.",
        );
    }
    let request = request.map(|body| Body::new(Limited::new(body, most as usize)));
    let patience = if uploads { LONG } else { PATIENCE };
    match tokio::time::timeout(patience, next.run(request)).await {
        Ok(response) => response,
        Err(_) => refuse(
            StatusCode::SERVICE_UNAVAILABLE,
            ProblemKind::Busy,
            "This took longer than a minute and was given up. Nothing was lost; try again.",
        ),
    }
}

/// Lets in few files at once; the others wait, and are refused in words when that takes long.
pub(crate) async fn few_files(
    State(room): State<Arc<Semaphore>>,
    request: Request,
    next: Next,
) -> Response {
    if request.uri().path() != INSPECT {
        return next.run(request).await;
    }
    let path = request.uri().path().to_owned();
    let asked = request.headers().clone();
    // Held until the answer is made, which is after the file is read and forgotten.
    match tokio::time::timeout(INSPECT_PATIENCE, room.acquire()).await {
        Ok(_seat) => next.run(request).await,
        Err(_) => problem::answer(
            StatusCode::SERVICE_UNAVAILABLE,
            &Problem::new(
                ProblemKind::Busy,
                "Other files are being read here already. Nothing was kept; try again in a moment.",
            ),
            &path,
            &asked,
        ),
    }
}

/// Adds the headers that every answer carries; a route's own wins.
pub(crate) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let status = response.status();
    let headers = response.headers_mut();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        let (name, value) = problem::come_again();
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    let defaults: [(HeaderName, &'static str); 7] = [
        (header::CONTENT_SECURITY_POLICY, NO_PAGE),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        (HeaderName::from_static("permissions-policy"), PERMISSIONS),
        (header::CACHE_CONTROL, "private, no-cache"),
    ];
    for (name, value) in defaults {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Says with every page and every answer to one of which library it is and by which build it was made, so
/// that what a browser keeps of another one is thrown away.
pub(crate) async fn made(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let app::Made { library, build } = state.made();
    if let Ok(made) = HeaderValue::from_str(&format!("{library} {build}")) {
        response.headers_mut().insert(MADE, made);
    }
    response
}

/// The answer to a request whose handler panicked. What it said stays in the log.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the signature that tower-http asks for"
)]
pub(crate) fn panicked(cause: Box<dyn Any + Send>) -> Response {
    let text = cause.downcast_ref::<&str>().copied();
    let text = text.or_else(|| cause.downcast_ref::<String>().map(String::as_str));
    tracing::error!(cause = text.unwrap_or("unknown"), "a request panicked");
    problem::plain(
        StatusCode::INTERNAL_SERVER_ERROR,
        &Problem::internal().message,
    )
}
