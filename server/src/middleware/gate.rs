//! Who may come in: with a passphrase set, only browsers that are signed in.
//!
//! Everything is closed but what [`is_open`] names, also what no route knows, so a new route is
//! closed without anybody thinking of it.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use domain::problem::{Problem, ProblemKind};
use gallery::Session;
use http::{HeaderMap, Method, StatusCode, header};

use crate::AppState;
use crate::problem::{self, Refusal};

/// Where one signs in.
pub(crate) const SIGN_IN: &str = "/sign-in";

/// Where one signs out.
pub(crate) const SIGN_OUT: &str = "/sign-out";

/// Goes along with a request that a session let in.
#[derive(Debug, Clone)]
pub(crate) struct SignedIn {
    /// What its browser sent.
    pub(crate) token: String,
}

/// How a request stands.
pub(crate) enum Standing {
    /// No passphrase is set, and none is needed where this server listens.
    Free,
    /// It belongs to a session; its browser has to be told when that was renewed.
    In {
        token: String,
        https: bool,
        renewed: bool,
    },
    /// It belongs to none.
    Out,
}

/// Lets a request in, or shows it to the door.
pub(crate) async fn gate(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    if is_open(&state, request.uri().path()) {
        return next.run(request).await;
    }
    match standing(&state, request.headers()).await {
        Ok(Standing::Free) => next.run(request).await,
        Ok(Standing::In {
            token,
            https,
            renewed,
        }) => {
            let kept = renewed.then(|| state.cookie.keep(&token, https));
            request.extensions_mut().insert(SignedIn { token });
            (AppendHeaders(kept), next.run(request).await).into_response()
        }
        Ok(Standing::Out) => send_away(&request),
        Err(error) => Refusal::from(error).into_response(),
    }
}

/// How a request with these headers stands.
pub(crate) async fn standing(
    state: &AppState,
    headers: &HeaderMap,
) -> Result<Standing, gallery::Error> {
    let owner = state.gallery.owner();
    if !state.closed && !owner.is_set().await? {
        return Ok(Standing::Free);
    }
    let Some((token, https)) = state.cookie.read(headers) else {
        return Ok(Standing::Out);
    };
    let session = owner.session(token).await?;
    Ok(match session {
        Session::None => Standing::Out,
        Session::SignedIn | Session::Renewed => Standing::In {
            token: token.to_owned(),
            https,
            renewed: session == Session::Renewed,
        },
    })
}

/// What answers without a session: signing in and out, what these pages are made of, the icons,
/// whether the server lives, and how to trust its certificate.
fn is_open(state: &AppState, path: &str) -> bool {
    let asset = || {
        let packed = path.starts_with("/pkg/");
        let style = path
            .rsplit_once('.')
            .is_some_and(|(_, ending)| ending == "css");
        state.assets.has(path) && (!packed || style)
    };
    let trust = || state.trust.is_some() && crate::routes::trust::PATHS.contains(&path);
    matches!(path, SIGN_IN | SIGN_OUT | "/livez" | "/readyz") || asset() || trust()
}

/// People are led to the sign-in page and back afterwards; everybody else is told.
fn send_away(request: &Request) -> Response {
    let headers = request.headers();
    let says = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let people = says("accept").is_some_and(|kinds| kinds.contains("text/html"));
    let navigates = says("sec-fetch-mode").map_or(people, |mode| mode == "navigate");
    if navigates && matches!(*request.method(), Method::GET | Method::HEAD) {
        if says("sec-fetch-site") == Some("cross-site") {
            return once_more();
        }
        return away(Redirect::to(&address(request)));
    }
    let problem = Problem::new(
        ProblemKind::SignedOut,
        "You are not signed in here, so this was not done. Nothing was changed; sign in, then do it \
         again.",
    );
    let path = request.uri().path();
    if people {
        return problem::answer(StatusCode::UNAUTHORIZED, &problem, path, headers);
    }
    problem::json(StatusCode::UNAUTHORIZED, &problem)
}

/// The sign-in page that leads back to where a request wanted to go.
fn address(request: &Request) -> String {
    let wanted = request.uri().path_and_query();
    match wanted.map_or("/", |wanted| wanted.as_str()) {
        "/" => SIGN_IN.to_owned(),
        wanted => format!("{SIGN_IN}?next={}", escaped(wanted)),
    }
}

/// Browsers keep the cookie back when a link of another site leads here, so a page of ours asks once
/// more: that request carries it, or is led to the sign-in page.
fn once_more() -> Response {
    let page = "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\">\
                <meta http-equiv=\"refresh\" content=\"0\"><title>Proofsheet</title></html>";
    away(([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page))
}

fn away(answer: impl IntoResponse) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], answer).into_response()
}

/// The address to go to after signing in: one of this site, whatever was asked for.
pub(crate) fn local(next: Option<&str>) -> &str {
    let fine = |next: &&str| {
        // A second slash, or the backslash that browsers take for one, begins the name of a host.
        next.starts_with('/')
            && !next.starts_with("//")
            && next
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b'\\')
            && !next.starts_with(SIGN_IN)
            && !next.starts_with(SIGN_OUT)
    };
    next.filter(fine).unwrap_or("/")
}

/// A text inside a query: everything but letters, digits and a few signs as `%XX`.
fn escaped(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len() + 16);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing into a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_led_back_to_this_site_and_nowhere_else() {
        for ours in ["/", "/?q=fox&image=1", "/folders", "/?q=%2F%2Fevil.example"] {
            assert_eq!(local(Some(ours)), ours);
        }
        for other in [
            "",
            "folders",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/a\r\nset-cookie: b=c",
            "/ä",
            "/sign-in?next=/",
            "/sign-out",
        ] {
            assert_eq!(local(Some(other)), "/", "{other}");
        }
        assert_eq!(local(None), "/");
    }

    #[test]
    fn an_address_survives_being_carried_in_a_query() {
        let wanted = "/?q=a%20fox&model=x+y#";
        let query = format!("next={}", escaped(wanted));
        let uri: http::Uri = format!("/sign-in?{query}").parse().unwrap();
        let read = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&uri);
        assert_eq!(read.unwrap().0, [("next".to_owned(), wanted.to_owned())]);
    }
}
