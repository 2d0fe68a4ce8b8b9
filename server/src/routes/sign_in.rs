//! Signing in and out.

use app::pages::sign_in::{SignInPage, sign_in};
use axum::extract::rejection::FormRejection;
use axum::extract::{Extension, Form, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use gallery::SignIn;
use http::{HeaderMap, StatusCode, header};

use super::pages::bare;
use crate::AppState;
use crate::listen::Peer;
use crate::middleware::gate::{SIGN_IN, Standing, local, standing};
use crate::problem::Refusal;

/// Fields of a form or a query; repeated and unknown ones are ignored.
type Fields = Vec<(String, String)>;

/// What a browser is told to throw away: what it kept of the gallery. Its cookies it keeps, because
/// other programs of this machine have theirs under the same name; ours is taken back by itself.
const CLEAR: &str = "\"cache\", \"storage\"";

/// `GET /sign-in?next=..`: the page, or the way on for whoever needs it not.
pub(crate) async fn page(
    State(state): State<AppState>,
    Query(fields): Query<Fields>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let next = local(field(&fields, "next"));
    Ok(match standing(&state, &headers).await? {
        Standing::Out => show(&state, &headers, StatusCode::OK, next, None).await?,
        Standing::Free | Standing::In { .. } => Redirect::to(next).into_response(),
    })
}

/// `POST /sign-in`: the form of that page, with the fields `passphrase` and `next`.
pub(crate) async fn sign_in_here(
    State(state): State<AppState>,
    Extension(Peer(from)): Extension<Peer>,
    headers: HeaderMap,
    fields: Result<Form<Fields>, FormRejection>,
) -> Result<Response, Refusal> {
    let fields = fields.map(|Form(fields)| fields).unwrap_or_default();
    let next = local(field(&fields, "next"));
    let passphrase = field(&fields, "passphrase").unwrap_or_default();
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let device = text(header::USER_AGENT).unwrap_or_default();
    let (status, message) = match state
        .gallery
        .owner()
        .sign_in(passphrase, from, device)
        .await?
    {
        SignIn::Welcome(token) => {
            let https = text(header::ORIGIN).is_some_and(|origin| origin.starts_with("https:"));
            let kept = state.cookie.keep(token.text(), https);
            return Ok(([kept], Redirect::to(next)).into_response());
        }
        SignIn::NotSet => return Ok(Redirect::to(next).into_response()),
        SignIn::Wrong => (
            StatusCode::UNAUTHORIZED,
            "This is not the passphrase. Nothing was changed; try again.".to_owned(),
        ),
        SignIn::Wait(wait) => {
            let seconds = wait.as_millis().div_ceil(1000);
            let message = format!(
                "Too many wrong passphrases were tried, so this one was not looked at. Try again in \
                 {}.",
                spelled(seconds)
            );
            let status = StatusCode::TOO_MANY_REQUESTS;
            let page = show(&state, &headers, status, next, Some(message)).await?;
            return Ok(([(header::RETRY_AFTER, seconds.to_string())], page).into_response());
        }
    };
    show(&state, &headers, status, next, Some(message)).await
}

/// `POST /sign-out`
pub(crate) async fn sign_out(
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    if let Some((token, _)) = state.cookie.read(&headers) {
        state.gallery.owner().sign_out(token).await?;
    }
    let clear = [("clear-site-data", CLEAR)];
    Ok((state.cookie.forget(), clear, Redirect::to(SIGN_IN)).into_response())
}

async fn show(
    state: &AppState,
    headers: &HeaderMap,
    status: StatusCode,
    next: &str,
    message: Option<String>,
) -> Result<Response, Refusal> {
    let page = SignInPage {
        next: next.to_owned(),
        message,
        set: state.gallery.owner().is_set().await?,
        readable_by_others: !state.tls && !is_this_machine(headers),
    };
    let options = state.options.clone();
    Ok((status, bare(&state.gallery, move || sign_in(options, page))).into_response())
}

/// Whether a browser reaches this server without any network in between.
fn is_this_machine(headers: &HeaderMap) -> bool {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let name = host.map_or("", |host| {
        host.rsplit_once(':').map_or(host, |(name, _)| name)
    });
    matches!(name, "localhost" | "[::1]") || name.starts_with("127.")
}

fn field<'f>(fields: &'f Fields, name: &str) -> Option<&'f str> {
    let found = fields.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value.as_str())
}

/// A time to wait, in words.
fn spelled(seconds: u128) -> String {
    match seconds {
        0 | 1 => "a second".to_owned(),
        2..120 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}
