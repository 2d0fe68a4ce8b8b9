//! For whoever keeps the server running.

use axum::extract::State;

use crate::AppState;
use crate::problem::Refusal;

/// `GET /livez`: the process answers.
pub(crate) async fn live() -> &'static str {
    "alive\n"
}

/// `GET /readyz`: the library can be used.
pub(crate) async fn ready(State(state): State<AppState>) -> Result<&'static str, Refusal> {
    state.gallery.roots().all().await?;
    Ok("ready\n")
}
