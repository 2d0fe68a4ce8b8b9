//! The page's own files: script, wasm, style, icons. Embedded in the program, compressed beforehand.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::{middleware, ranges};

/// A file as the build script embeds it.
struct Embedded {
    path: &'static str,
    bytes: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

static EMBEDDED: &[Embedded] = include!(concat!(env!("OUT_DIR"), "/site.rs"));

/// Addresses below this one carry a hash and never change what they mean.
const PACKAGE: &str = "/pkg/";

/// The worker, which asks the server in the page's place.
const WORKER_SCRIPT: &str = "/sw.js";

/// Every file of the page by its address.
#[derive(Debug, Default)]
pub struct Assets {
    files: BTreeMap<String, Asset>,
}

/// One file in up to three encodings.
#[derive(Debug)]
struct Asset {
    kind: &'static str,
    tag: String,
    plain: Cow<'static, [u8]>,
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

impl Assets {
    /// The files inside this program; none in a build without `cargo xtask`.
    pub fn embedded() -> Self {
        let file = |file: &Embedded| {
            let path = format!("/{}", file.path);
            let asset = Asset {
                kind: kind(&path),
                tag: tag(file.bytes),
                plain: Cow::Borrowed(file.bytes),
                brotli: file.brotli,
                gzip: file.gzip,
            };
            (path, asset)
        };
        Self {
            files: EMBEDDED.iter().map(file).collect(),
        }
    }

    /// The files of a folder that `cargo xtask dev` made.
    pub fn from_folder(folder: &Path) -> io::Result<Self> {
        let mut files = BTreeMap::new();
        read_folder(&folder.join("files"), "", &mut files)?;
        Ok(Self { files })
    }

    /// Whether there is a file at this address.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// Addresses of all files.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The folder of script, wasm and style, as in `pkg/0123456789abcdef`.
    pub(crate) fn package(&self) -> &str {
        let script = self.paths().find(|path| path.ends_with("/proofsheet.js"));
        script.map_or("pkg", |path| {
            path.trim_start_matches('/')
                .trim_end_matches("/proofsheet.js")
        })
    }

    /// One file in the best encoding that the asker reads.
    pub(crate) fn answer(&self, path: &str, asked: &HeaderMap) -> Option<Response> {
        let asset = self.files.get(path)?;
        let cache = if path.starts_with(PACKAGE) {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.kind));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if let Ok(tag) = HeaderValue::from_str(&asset.tag) {
            headers.insert(header::ETAG, tag);
        }
        if path == WORKER_SCRIPT {
            let policy = HeaderValue::from_static(middleware::WORKER);
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        let text = |name| {
            asked
                .get(name)
                .and_then(|value: &HeaderValue| value.to_str().ok())
        };
        if text(header::IF_NONE_MATCH).is_some_and(|known| ranges::matches(known, &asset.tag)) {
            return Some((StatusCode::NOT_MODIFIED, headers).into_response());
        }
        let accepted = text(header::ACCEPT_ENCODING).unwrap_or_default();
        let packed = [("br", asset.brotli), ("gzip", asset.gzip)]
            .into_iter()
            .find_map(|(name, bytes)| Some((name, bytes?)).filter(|_| accepts(accepted, name)));
        let body = if let Some((name, bytes)) = packed {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
            Body::from(bytes)
        } else {
            match &asset.plain {
                Cow::Borrowed(bytes) => Body::from(*bytes),
                Cow::Owned(bytes) => Body::from(bytes.clone()),
            }
        };
        Some((headers, body).into_response())
    }
}

/// Whether an `Accept-Encoding` names this encoding without refusing it.
fn accepts(list: &str, encoding: &str) -> bool {
    list.split(',').any(|item| {
        let mut parts = item.split(';').map(str::trim);
        parts.next() == Some(encoding)
            && !parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.000"))
    })
}

/// Endings of the compressed copies beside a file.
const COMPRESSED: [&str; 2] = ["br", "gz"];

fn extension(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, extension)| extension)
}

fn kind(path: &str) -> &'static str {
    match extension(path) {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// An entity tag: FNV-1a, 64 bits. It only tells versions of our own files apart.
fn tag(bytes: &[u8]) -> String {
    let mix = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    format!("\"{:016x}\"", bytes.iter().fold(0xcbf2_9ce4_8422_2325, mix))
}

fn read_folder(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Asset>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}/{name}");
        if entry.file_type()?.is_dir() {
            read_folder(&entry.path(), &path, files)?;
        } else if !COMPRESSED.contains(&extension(&name)) {
            let plain = Cow::Owned(fs::read(entry.path())?);
            let asset = Asset {
                kind: kind(&path),
                tag: tag(&plain),
                plain,
                brotli: None,
                gzip: None,
            };
            files.insert(path, asset);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Assets {
        let asset = Asset {
            kind: "text/javascript",
            tag: tag(b"plain"),
            plain: Cow::Borrowed(b"plain"),
            brotli: Some(b"br"),
            gzip: Some(b"gz"),
        };
        Assets {
            files: BTreeMap::from([("/pkg/0123/proofsheet.js".to_owned(), asset)]),
        }
    }

    fn encoding(accept: &'static str) -> Option<HeaderValue> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(accept));
        let response = sample()
            .answer("/pkg/0123/proofsheet.js", &headers)
            .unwrap();
        response.headers().get(header::CONTENT_ENCODING).cloned()
    }

    #[test]
    fn the_best_accepted_encoding_is_sent() {
        assert_eq!(encoding("gzip, deflate, br, zstd").unwrap(), "br");
        assert_eq!(encoding("gzip, br;q=0").unwrap(), "gzip");
        assert_eq!(encoding("identity"), None);
    }

    #[test]
    fn the_package_is_the_folder_of_the_script() {
        assert_eq!(sample().package(), "pkg/0123");
        assert_eq!(Assets::default().package(), "pkg");
    }

    #[test]
    fn the_worker_may_ask_this_server_and_nothing_else() {
        let asset = Asset {
            kind: "text/javascript",
            tag: tag(b"worker"),
            plain: Cow::Borrowed(b"worker"),
            brotli: None,
            gzip: None,
        };
        let assets = Assets {
            files: BTreeMap::from([(WORKER_SCRIPT.to_owned(), asset)]),
        };
        let response = assets.answer(WORKER_SCRIPT, &HeaderMap::new()).unwrap();
        let policy = &response.headers()[header::CONTENT_SECURITY_POLICY];
        assert_eq!(policy, middleware::WORKER);
    }

    #[test]
    fn a_known_tag_gets_no_body() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::IF_NONE_MATCH,
            HeaderValue::from_str(&tag(b"plain")).unwrap(),
        );
        let response = sample()
            .answer("/pkg/0123/proofsheet.js", &headers)
            .unwrap();
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
    }
}
