//! Taking pictures away: prepared archives, any range of them.

use std::ops::ControlFlow;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::export::{ExportOptions, ExportRequest};
use domain::id::ExportId;
use domain::selection::Selection;
use http::{HeaderMap, HeaderValue, Method, header};

use super::media::{begin, disposition};
use crate::AppState;
use crate::problem::Refusal;

/// How long a browser waits for an archive that is still being prepared.
const PATIENCE: Duration = Duration::from_secs(50);

/// `POST /export`: the form of a page without script. The field `id` is repeated; the others are
/// the checkboxes of [`ExportOptions`] and its `template`. Answers with the way to the archive.
pub(crate) async fn from_form(
    State(state): State<AppState>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Redirect, Refusal> {
    let mut ids = Vec::new();
    let mut options = ExportOptions {
        text: false,
        ..ExportOptions::default()
    };
    for (name, value) in fields {
        match name.as_str() {
            "id" => ids.push(super::media::parse_id(&value)?),
            "strip" => options.strip = true,
            "text" => options.text = true,
            "json" => options.json = true,
            "manifest" => options.manifest = true,
            "template" if !value.trim().is_empty() => options.template = value,
            _ => {}
        }
    }
    let request = ExportRequest {
        selection: Selection::These(ids),
        options,
    };
    let status = state.gallery.exports().create(request).await?;
    Ok(Redirect::to(&status.url()))
}

/// `GET /export/{id}.zip`
pub(crate) async fn archive(
    State(state): State<AppState>,
    Path(file): Path<String>,
    method: Method,
    asked: HeaderMap,
) -> Result<Response, Refusal> {
    let id: Option<ExportId> = file.strip_suffix(".zip").and_then(|id| id.parse().ok());
    let id = id.ok_or_else(Refusal::not_found)?;
    state.gallery.exports().wait(id, PATIENCE).await?;
    let archive = state.gallery.exports().open(id).await?;
    let len = archive.len();
    let tag = format!("\"{}\"", archive.tag());
    let name = format!("proofsheet-{}.zip", archive.created().day_text());
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/zip"),
    );
    headers.insert(header::CONTENT_DISPOSITION, disposition(true, &name));
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-store"),
    );
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    let (status, range) = match begin(&method, &asked, &tag, len, &mut headers) {
        ControlFlow::Continue(begun) => begun,
        ControlFlow::Break(answer) => return Ok(answer),
    };
    let body = if method == Method::HEAD {
        Body::empty()
    } else {
        Body::from_stream(archive.stream(range))
    };
    Ok((status, headers, body).into_response())
}
