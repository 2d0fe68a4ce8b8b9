//! Pictures as tables and XMP files for other tools, and settings for another library.

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
    let mime = match format {
        TableFormat::Csv => "text/csv; charset=utf-8",
        TableFormat::Json | TableFormat::Approvals => "application/json",
    };
    let headers = headers(mime, format.file_name());
    Ok((headers, Body::from_stream(pieces)).into_response())
}

/// `GET /exchange/sidecars.zip` with any filter: an XMP file for each picture of which there is something to
/// say, packed while they are sent.
pub(crate) async fn sidecars(
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let query = Query::parse(query.as_deref().unwrap_or_default());
    let pieces = state.gallery.exchange().sidecars(&query).await?;
    let headers = headers("application/zip", "sidecars.zip");
    Ok((headers, Body::from_stream(pieces)).into_response())
}

/// `GET /settings.toml`: what is set for the library, to be kept or brought into another one.
pub(crate) async fn settings(State(state): State<AppState>) -> Result<Response, Refusal> {
    let toml = state.gallery.settings().export().await?;
    let headers = headers("application/toml", "settings.toml");
    Ok((headers, toml).into_response())
}

fn headers(mime: &'static str, name: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(mime));
    headers.insert(header::CONTENT_DISPOSITION, disposition(true, name));
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-store"),
    );
    headers
}
