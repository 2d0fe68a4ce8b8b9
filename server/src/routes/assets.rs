//! The page's own files.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Uri};

use crate::AppState;
use crate::problem::Refusal;

/// `GET /pkg/..` and every file of `public/`.
pub(crate) async fn file(State(state): State<AppState>, uri: Uri, headers: HeaderMap) -> Response {
    let answer = state.assets.answer(uri.path(), &headers);
    answer.unwrap_or_else(|| Refusal::not_found().into_response())
}
