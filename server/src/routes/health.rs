//! For whoever keeps the server running.

use axum::extract::State;
use axum::response::IntoResponse;
use http::{StatusCode, header};

use crate::AppState;
use crate::problem::Refusal;

/// The text format of Prometheus.
const EXPOSITION: &str = "text/plain; version=0.0.4; charset=utf-8";

/// `GET /livez`: the process answers.
pub(crate) async fn live() -> &'static str {
    "alive\n"
}

/// `GET /readyz`: the database answers, the index is loaded, the data folder can be written. Else 503 with the
/// reason in plain words, which say nothing of the library, because this answers without a session.
pub(crate) async fn ready(State(state): State<AppState>) -> (StatusCode, String) {
    match state.gallery.health().unready().await {
        None => (StatusCode::OK, "ready\n".to_owned()),
        Some(reason) => (StatusCode::SERVICE_UNAVAILABLE, format!("{reason}\n")),
    }
}

/// `GET /metrics`: numbers for Prometheus.
///
/// It needs a session wherever everything else does. Letting in whoever comes from this machine would let in
/// everybody behind a proxy that runs beside the server; and how many pictures somebody has, and when somebody
/// works, is nobody else's business.
pub(crate) async fn metrics(State(state): State<AppState>) -> Result<impl IntoResponse, Refusal> {
    let numbers = state.gallery.health().numbers().await?;
    let text = state.metrics.text(&numbers);
    Ok(([(header::CONTENT_TYPE, EXPOSITION)], text))
}
