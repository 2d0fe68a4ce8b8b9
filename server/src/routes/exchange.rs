//! Pictures as tables for other tools.

use axum::{
    body::Body,
    extract::{Path, RawQuery, State},
    response::{IntoResponse, Response},
};
use domain::{exchange::TableFormat, query::Query};
use http::{HeaderMap, HeaderValue, header};

use super::media::disposition;
use crate::{AppState, problem::Refusal};

/// `GET /exchange/{pictures.csv, pictures.json, approvals.json}` with any filter: the pictures of it, written
/// down while they are sent.
pub(crate) async fn table(
    State(state): State<AppState>,
    Path(file): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let known = TableFormat::ALL.into_iter();
    let format = known
        .into_iter()
        .find(|format| format.file_name() == file)
        .ok_or_else(Refusal::not_found)?;
    let query = Query::parse(query.as_deref().unwrap_or_default());
    let pieces = state.gallery.exchange().table(&query, format).await?;
    let mut headers = HeaderMap::new();
    let mime = match format {
        TableFormat::Csv => "text/csv; charset=utf-8",
        TableFormat::Json | TableFormat::Approvals => "application/json",
    };
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(mime));
    headers.insert(
        header::CONTENT_DISPOSITION,
        disposition(true, format.file_name()),
    );
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-store"),
    );
    Ok((headers, Body::from_stream(pieces)).into_response())
}
