//! Pictures and videos as bytes.
//!
//! An address holds the picture's stamp, which changes with its bytes, so browsers may keep what
//! they have for ever. What comes from a file is never run: it is served sandboxed, with the type
//! that was found inside the file.

use std::io::SeekFrom;
use std::ops::{ControlFlow, Range};

use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use domain::id::ImageId;
use domain::image::ThumbSize;
use gallery::Original;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use crate::AppState;
use crate::problem::Refusal;
use crate::ranges::{self, Wanted};

/// How much of a file is read at once.
const BLOCK: usize = 256 << 10;

/// Nothing in a media file may run, load anything, or leave its frame.
const SANDBOX: HeaderValue = HeaderValue::from_static("sandbox; default-src 'none'");

const FOR_EVER: HeaderValue = HeaderValue::from_static("private, max-age=31536000, immutable");

const ASK_AGAIN: HeaderValue = HeaderValue::from_static("private, no-cache");

/// `GET /media/{id}/{stamp}/{256|512|1024}.webp`
pub(crate) async fn thumb(
    State(state): State<AppState>,
    Path((id, stamp, size)): Path<(String, String, String)>,
    method: Method,
    asked: HeaderMap,
) -> Result<Response, Refusal> {
    let id = parse_id(&id)?;
    let size = size
        .strip_suffix(".webp")
        .and_then(|pixels| pixels.parse().ok());
    let size = size
        .and_then(ThumbSize::from_pixels)
        .ok_or_else(Refusal::not_found)?;
    let thumb = state.gallery.images().thumb(id, &stamp, size).await?;
    let tag = format!("\"{}\"", thumb.tag);
    let mut headers = media_headers("image/webp", &tag, true);
    if ranges::wanted(&method, &asked, &tag, thumb.bytes.len() as u64) == Wanted::Nothing {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    headers.remove(header::ACCEPT_RANGES);
    Ok((headers, thumb.bytes).into_response())
}

/// `GET /media/{id}/{stamp}/original`, with `?download` to keep it under its own name.
pub(crate) async fn original(
    State(state): State<AppState>,
    Path((id, stamp)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    method: Method,
    asked: HeaderMap,
) -> Result<Response, Refusal> {
    let original = state
        .gallery
        .images()
        .original(parse_id(&id)?, &stamp)
        .await?;
    let tag = format!("\"{}\"", original.tag);
    let mut headers = media_headers(original.format.mime(), &tag, original.fresh);
    let download =
        query.is_some_and(|query| query.split('&').any(|key| key.starts_with("download")));
    headers.insert(
        header::CONTENT_DISPOSITION,
        disposition(download, &original.name),
    );
    if let Some(modified) = last_modified(original.modified.0) {
        headers.insert(header::LAST_MODIFIED, modified);
    }
    let len = original.len;
    let (status, range) = match begin(&method, &asked, &tag, len, &mut headers) {
        ControlFlow::Continue(begun) => begun,
        ControlFlow::Break(answer) => return Ok(answer),
    };
    let body = if method == Method::HEAD {
        Body::empty()
    } else {
        stream(original, range).await?
    };
    Ok((status, headers, body).into_response())
}

/// The headers of everything that shows a picture.
fn media_headers(kind: &'static str, tag: &str, fresh: bool) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_SECURITY_POLICY, SANDBOX);
    headers.insert(
        header::CACHE_CONTROL,
        if fresh { FOR_EVER } else { ASK_AGAIN },
    );
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(header::ETAG, tag);
    }
    headers
}

/// Streams a part of an open file. A file that shrinks meanwhile ends the answer early, which the
/// announced length makes visible to the reader.
async fn stream(original: Original, range: Range<u64>) -> Result<Body, Refusal> {
    let mut file = tokio::fs::File::from_std(original.file);
    let moved = file.seek(SeekFrom::Start(range.start)).await;
    moved.map_err(|error| {
        tracing::error!(%error, "a picture could not be read");
        Refusal::from(domain::problem::Problem::internal())
    })?;
    Ok(Body::from_stream(ReaderStream::with_capacity(
        file.take(range.end - range.start),
        BLOCK,
    )))
}

/// An id out of an address; anything else is not found, like an id that does not exist.
pub(crate) fn parse_id(text: &str) -> Result<ImageId, Refusal> {
    text.parse().map_err(|_| Refusal::not_found())
}

/// Which part of `len` bytes to send, with the headers that say so; or the whole answer when there
/// are no bytes to send: the asker has them, or they do not exist.
pub(crate) fn begin(
    method: &Method,
    asked: &HeaderMap,
    tag: &str,
    len: u64,
    headers: &mut HeaderMap,
) -> ControlFlow<Response, (StatusCode, Range<u64>)> {
    let (status, range) = match ranges::wanted(method, asked, tag, len) {
        Wanted::Nothing => {
            let headers = std::mem::take(headers);
            return ControlFlow::Break((StatusCode::NOT_MODIFIED, headers).into_response());
        }
        Wanted::Beyond => return ControlFlow::Break(beyond(len)),
        Wanted::Whole => (StatusCode::OK, 0..len),
        Wanted::Part(range) => {
            headers.insert(header::CONTENT_RANGE, content_range(&range, len));
            (StatusCode::PARTIAL_CONTENT, range)
        }
    };
    let bytes = range.end - range.start;
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes));
    ControlFlow::Continue((status, range))
}

/// The answer to a part that does not exist.
fn beyond(len: u64) -> Response {
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_str(&format!("bytes */{len}")) {
        headers.insert(header::CONTENT_RANGE, value);
    }
    (StatusCode::RANGE_NOT_SATISFIABLE, headers).into_response()
}

/// `bytes FIRST-LAST/LENGTH`
fn content_range(range: &Range<u64>, len: u64) -> HeaderValue {
    let text = format!(
        "bytes {}-{}/{len}",
        range.start,
        range.end.saturating_sub(1)
    );
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("bytes */*"))
}

/// How a browser should keep a file (RFC 6266): a name in ASCII for old readers, the real one
/// percent-encoded beside it.
pub(crate) fn disposition(download: bool, name: &str) -> HeaderValue {
    use std::fmt::Write as _;
    let plain: String = name
        .chars()
        .map(|character| match character {
            '"' | '\\' | '%' | '/' => '_',
            ' '..='~' => character,
            _ => '_',
        })
        .collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    let kind = if download { "attachment" } else { "inline" };
    HeaderValue::from_str(&format!(
        "{kind}; filename=\"{plain}\"; filename*=UTF-8''{encoded}"
    ))
    .unwrap_or(HeaderValue::from_static("attachment"))
}

/// A time in milliseconds as HTTP writes it; `None` before 1970 or beyond the year 9999.
fn last_modified(millis: i64) -> Option<HeaderValue> {
    let seconds = u64::try_from(millis.div_euclid(1000))
        .ok()
        .filter(|seconds| *seconds < 253_402_300_800)?;
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
    HeaderValue::from_str(&httpdate::fmt_http_date(time)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_break_out_of_its_header() {
        let value = disposition(true, "a\"b\r\nSet-Cookie: x=1; é 图.png");
        assert_eq!(
            value.to_str().unwrap(),
            "attachment; filename=\"a_b__Set-Cookie: x=1; _ _.png\"; \
             filename*=UTF-8''a%22b%0D%0ASet-Cookie%3A%20x%3D1%3B%20%C3%A9%20%E5%9B%BE.png"
        );
    }

    #[test]
    fn odd_times_are_left_out() {
        assert_eq!(last_modified(-1), None);
        assert_eq!(last_modified(i64::MAX), None);
        assert_eq!(last_modified(0).unwrap(), "Thu, 01 Jan 1970 00:00:00 GMT");
    }
}
