//! Answers that say what went wrong, in words for people, in the form that the asker reads.

use axum::body::Body;
use axum::response::{AppendHeaders, IntoResponse, Response};
use domain::problem::{Problem, ProblemKind};
use http::{HeaderMap, HeaderName, StatusCode, header};

/// Seconds after which whoever was told to come again may do so.
const AGAIN: &str = "1";

/// An error on its way to the asker.
///
/// Made from a [`gallery::Error`] it logs, once, what only we should see.
#[derive(Debug)]
pub(crate) struct Refusal(Problem);

impl Refusal {
    /// A refusal in its own words.
    pub(crate) fn new(kind: ProblemKind, message: impl Into<String>) -> Self {
        Self(Problem::new(kind, message))
    }

    /// For addresses where nothing is.
    pub(crate) fn not_found() -> Self {
        Self::new(
            ProblemKind::NotFound,
            "There is nothing at this address. Nothing was changed; go back to the library.",
        )
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<gallery::Error> for Refusal {
    fn from(error: gallery::Error) -> Self {
        Self(of(&error))
    }
}

/// What of an error of the gallery may be told; what only we should see is logged, once.
pub(crate) fn of(error: &gallery::Error) -> Problem {
    let problem = error.problem();
    if problem.kind == ProblemKind::Internal {
        tracing::error!(error = %error.chain(), "a request failed");
    }
    problem
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        plain(status(&self.0), &self.0.message)
    }
}

/// The status of a problem.
pub(crate) fn status(problem: &Problem) -> StatusCode {
    StatusCode::from_u16(problem.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// One sentence as plain text.
pub(crate) fn plain(status: StatusCode, message: &str) -> Response {
    written(status, "text/plain; charset=utf-8", format!("{message}\n"))
}

/// The same for programs.
pub(crate) fn json(status: StatusCode, problem: &Problem) -> Response {
    let body = serde_json::to_string(problem).unwrap_or_default();
    written(status, "application/json", body)
}

fn written(status: StatusCode, kind: &'static str, body: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-store"),
    ];
    let again = (status == StatusCode::SERVICE_UNAVAILABLE).then_some(come_again());
    (status, headers, AppendHeaders(again), Body::from(body)).into_response()
}

/// What an answer carries with which somebody is sent away for now.
pub(crate) fn come_again() -> (HeaderName, &'static str) {
    (header::RETRY_AFTER, AGAIN)
}

/// The same problem for whoever asked: JSON for scripts and server functions, a small page for
/// people, plain text for the rest.
pub(crate) fn answer(
    status: StatusCode,
    problem: &Problem,
    path: &str,
    asked: &HeaderMap,
) -> Response {
    let accepts = asked
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if accepts.contains("text/html") {
        written(status, "text/html; charset=utf-8", page(&problem.message))
    } else if path.starts_with("/fn/") || accepts.contains("application/json") {
        json(status, problem)
    } else {
        plain(status, &problem.message)
    }
}

/// A page that needs neither style nor script, with the next step.
fn page(message: &str) -> String {
    let mut text = String::with_capacity(message.len() + 200);
    text.push_str("<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\">");
    text.push_str(
        "<meta name=\"viewport\" content=\"width=device-width\"><title>Proofsheet</title><p>",
    );
    for character in message.chars() {
        match character {
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '&' => text.push_str("&amp;"),
            other => text.push(other),
        }
    }
    text.push_str("</p><p><a href=\"/\">Go to the library</a></p></html>");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_cannot_bring_its_own_markup() {
        assert!(page("<script>&").contains("&lt;script&gt;&amp;"));
    }
}
