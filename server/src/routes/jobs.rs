//! What of long work failed, as a table.

use axum::{
    body::Body,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use domain::id::JobId;
use http::{HeaderMap, HeaderValue, header};

use super::media::disposition;
use crate::{AppState, problem::Refusal};

/// `GET /jobs/{id}/failed.csv`: everything that failed of a job, each with its reason, written down while it is sent.
pub(crate) async fn failed(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let id: JobId = id.parse().map_err(|_| Refusal::not_found())?;
    let pieces = state.gallery.jobs().failed(id).await?;
    let mut headers = HeaderMap::new();
    let kind = HeaderValue::from_static("text/csv; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, kind);
    let name = disposition(true, "failed.csv");
    headers.insert(header::CONTENT_DISPOSITION, name);
    let cache = HeaderValue::from_static("private, no-store");
    headers.insert(header::CACHE_CONTROL, cache);
    Ok((headers, Body::from_stream(pieces)).into_response())
}
