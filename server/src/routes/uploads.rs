//! Files that come in, by the protocol tus 1.0 (<https://tus.io/protocols/resumable-upload>): announced by
//! `POST /uploads`, sent in pieces by `PATCH`, and gone on with after a break at the offset that `HEAD` tells.
//!
//! With `attach` in `Upload-Metadata` the file is for a picture of which only the address is known, see `records.rs`;
//! with `replaces` it becomes the file of the picture with that id. `about` is an object of JSON that tells of the picture,
//! see [`gallery::Uploads::telling`]; where that is too long for a header it is the body of the announcement. Who does not speak tus sends a form, see `forms.rs`.
//!
//! The extensions creation, creation-with-upload, expiration, checksum and termination. When the last byte has
//! come, `Proofsheet-Image` names the picture that it became, and `Proofsheet-Duplicate: true` says that the
//! gallery had it already. Of an archive `Proofsheet-Job` names the job that takes in what is inside it.

use axum::extract::{Path, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::id::UploadId;
use domain::problem::ProblemKind;
use domain::record::parse_id;
use domain::time::Timestamp;
use domain::upload::Upload;
use futures::TryStreamExt as _;
use gallery::{Added, Checksum, MOST_UPLOAD};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use super::forms;
use crate::AppState;
use crate::problem::Refusal;

/// Where uploads begin.
pub(crate) const PATH: &str = "/uploads";

const VERSION: &str = "1.0.0";
const EXTENSIONS: &str = "creation,creation-with-upload,expiration,checksum,termination";
const ALGORITHMS: &str = "sha1,sha256";
/// The kind of a body that carries bytes of a file.
const BYTES: &str = "application/offset+octet-stream";
/// The kind of a body that tells of a file.
const JSON: &str = "application/json";
/// Most bytes of that.
const MOST_ABOUT: usize = 512 << 10;
/// The status by which tus says that bytes are not those of their checksum.
const GARBLED: u16 = 460;

const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const VERSIONS: HeaderName = HeaderName::from_static("tus-version");
const EXTENSION: HeaderName = HeaderName::from_static("tus-extension");
const MAX_SIZE: HeaderName = HeaderName::from_static("tus-max-size");
const ALGORITHM: HeaderName = HeaderName::from_static("tus-checksum-algorithm");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");
const IMAGE: HeaderName = HeaderName::from_static("proofsheet-image");
const DUPLICATE: HeaderName = HeaderName::from_static("proofsheet-duplicate");
const JOB: HeaderName = HeaderName::from_static("proofsheet-job");

/// `OPTIONS /uploads`: what this server knows of tus.
pub(crate) async fn about() -> Response {
    let headers = [
        (RESUMABLE, HeaderValue::from_static(VERSION)),
        (VERSIONS, HeaderValue::from_static(VERSION)),
        (EXTENSION, HeaderValue::from_static(EXTENSIONS)),
        (ALGORITHM, HeaderValue::from_static(ALGORITHMS)),
        (MAX_SIZE, HeaderValue::from(MOST_UPLOAD)),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// `POST /uploads`: a file will come, and perhaps its first bytes at once.
pub(crate) async fn begin(
    State(state): State<AppState>,
    request: Request,
) -> Result<Response, Refusal> {
    if forms::is_form(request.headers()) {
        return Ok(forms::take(&state, request).await);
    }
    let headers = request.headers().clone();
    let length = number(&headers, &LENGTH)?;
    let name = said(&headers, &["filename", "name"])?.unwrap_or_default();
    let id = |text: &str| parse_id(text).ok_or_else(Refusal::not_found);
    let attach = said(&headers, &["attach"])?;
    let replaces = said(&headers, &["replaces"])?;
    let (bytes, about) = match () {
        () if comes_as(&headers, BYTES) => (Some(request), said(&headers, &["about"])?),
        () if comes_as(&headers, JSON) => (None, Some(text(request).await?)),
        () => (None, said(&headers, &["about"])?),
    };
    let mut uploads = state.gallery.uploads();
    if let Some(about) = about {
        uploads = uploads.telling(&about)?;
    }
    if bytes.is_some() {
        uploads = uploads.at_once();
    }
    let mut upload = match (attach, replaces) {
        (Some(image), _) => uploads.attach(id(&image)?, &name, length).await?,
        (None, Some(image)) => uploads.replace(id(&image)?, &name, length).await?,
        (None, None) => uploads.begin(&name, length).await?,
    };
    let place = format!("{PATH}/{}", upload.id);
    if let Some(request) = bytes {
        match add(&state, upload.id, 0, request).await? {
            Added::Kept(more) => upload = more,
            Added::Garbled => return Ok(garbled()),
        }
    }
    let mut answer = told(&upload);
    if let Ok(place) = HeaderValue::from_str(&place) {
        answer.insert(header::LOCATION, place);
    }
    Ok((StatusCode::CREATED, answer).into_response())
}

/// `HEAD /uploads/{id}`: how far it came.
pub(crate) async fn look(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let upload = state.gallery.uploads().find(known(&id)?).await?;
    let mut answer = told(&upload);
    answer.insert(LENGTH, HeaderValue::from(upload.length));
    let name = format!("filename {}", STANDARD.encode(&upload.name));
    if let Ok(name) = HeaderValue::from_str(&name) {
        answer.insert(METADATA, name);
    }
    Ok((StatusCode::OK, answer).into_response())
}

/// `PATCH /uploads/{id}`: more bytes.
pub(crate) async fn more(
    State(state): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Refusal> {
    if !comes_as(request.headers(), BYTES) {
        let message = "The bytes of a file come as application/offset+octet-stream. Nothing was kept of these.";
        return Ok(crate::problem::plain(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            message,
        ));
    }
    let offset = number(request.headers(), &OFFSET)?;
    Ok(match add(&state, known(&id)?, offset, request).await? {
        Added::Kept(upload) => (StatusCode::NO_CONTENT, told(&upload)).into_response(),
        Added::Garbled => garbled(),
    })
}

/// `DELETE /uploads/{id}`: no more will come, and what came is not wanted.
pub(crate) async fn give_up(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    state.gallery.uploads().give_up(known(&id)?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn add(
    state: &AppState,
    id: UploadId,
    offset: u64,
    request: Request,
) -> Result<Added, Refusal> {
    let checksum = checksum(request.headers())?;
    let body = request.into_body().into_data_stream();
    let body = body.map_err(std::io::Error::other);
    Ok(state
        .gallery
        .uploads()
        .add(id, offset, body, checksum)
        .await?)
}

/// What every answer about an upload says.
fn told(upload: &Upload) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(OFFSET, HeaderValue::from(upload.offset));
    if let Ok(date) = HeaderValue::from_str(&date(upload.expires)) {
        headers.insert(EXPIRES, date);
    }
    if let Some(job) = upload.unpacks
        && let Ok(job) = HeaderValue::from_str(&job.to_string())
    {
        headers.insert(JOB, job);
    }
    if let Some(arrived) = upload.arrived {
        if let Ok(image) = HeaderValue::from_str(&arrived.image.to_string()) {
            headers.insert(IMAGE, image);
        }
        if arrived.duplicate {
            headers.insert(DUPLICATE, HeaderValue::from_static("true"));
        }
    }
    headers
}

fn date(at: Timestamp) -> String {
    let at = std::time::Duration::from_millis(at.0.max(0).cast_unsigned());
    httpdate::fmt_http_date(std::time::UNIX_EPOCH + at)
}

fn garbled() -> Response {
    let status = StatusCode::from_u16(GARBLED).unwrap_or(StatusCode::BAD_REQUEST);
    let message = "These bytes are not those of their checksum, so they were not kept. What was here before is \
         safe; send them again.";
    crate::problem::plain(status, message)
}

/// Lets only those in who speak this version of tus, and says in every answer which one that is.
pub(crate) async fn speak(request: Request, next: Next) -> Response {
    if forms::is_form(request.headers()) {
        return next.run(request).await;
    }
    let version = HeaderValue::from_static(VERSION);
    let speaks = request.headers().get(&RESUMABLE) == Some(&version);
    let mut answer = if speaks {
        next.run(request).await
    } else {
        let message = "Files are taken in by tus 1.0.0; this request does not say that it speaks it. Nothing \
             was changed.";
        let refused = crate::problem::plain(StatusCode::PRECONDITION_FAILED, message);
        ([(VERSIONS, version.clone())], refused).into_response()
    };
    answer.headers_mut().insert(RESUMABLE, version);
    answer
}

fn known(id: &str) -> Result<UploadId, Refusal> {
    id.parse().map_err(|_| Refusal::not_found())
}

fn comes_as(headers: &HeaderMap, kind: &str) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|said| said == kind)
}

/// What a body tells of a file.
async fn text(request: Request) -> Result<String, Refusal> {
    let bytes = axum::body::to_bytes(request.into_body(), MOST_ABOUT).await;
    let text = bytes
        .ok()
        .and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
    text.ok_or_else(|| {
        Refusal::new(
            ProblemKind::Invalid,
            "What is told of this file is larger than 512 KiB, or no text. Nothing was kept; shorten it, then send it \
             again.",
        )
    })
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64, Refusal> {
    let text = headers.get(name).and_then(|value| value.to_str().ok());
    text.and_then(|text| text.parse().ok()).ok_or_else(|| {
        Refusal::new(
            ProblemKind::Invalid,
            format!("The header {name} has to be a whole number. Nothing was changed."),
        )
    })
}

/// What `Upload-Metadata` says under the first of some keys: pairs of a key and its value in base 64, with commas
/// between them.
fn said(headers: &HeaderMap, keys: &[&str]) -> Result<Option<String>, Refusal> {
    let garbled = || {
        Refusal::new(
            ProblemKind::Invalid,
            "The header upload-metadata cannot be read: it takes keys, each with its value in base 64. Nothing \
             was changed.",
        )
    };
    let Some(value) = headers.get(&METADATA) else {
        return Ok(None);
    };
    let text = value.to_str().map_err(|_| garbled())?;
    for pair in text.split(',') {
        let (key, value) = pair.trim().split_once(' ').unwrap_or((pair.trim(), ""));
        if keys.contains(&key) {
            let bytes = STANDARD.decode(value.trim()).map_err(|_| garbled())?;
            return String::from_utf8(bytes).map(Some).map_err(|_| garbled());
        }
    }
    Ok(None)
}

fn checksum(headers: &HeaderMap) -> Result<Option<Checksum>, Refusal> {
    let Some(value) = headers.get(&CHECKSUM) else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default();
    let (algorithm, sum) = text.split_once(' ').unwrap_or_default();
    let sum = STANDARD.decode(sum.trim()).ok();
    match (algorithm, sum) {
        ("sha1", Some(sum)) => Ok(Some(Checksum::Sha1(sum))),
        ("sha256", Some(sum)) => Ok(Some(Checksum::Sha256(sum))),
        _ => Err(Refusal::new(
            ProblemKind::Invalid,
            "The header upload-checksum takes sha1 or sha256 and the sum in base 64. Nothing was kept of these \
             bytes.",
        )),
    }
}
