//! Whether a request comes from a page of ours: always asked when it may change something.

use axum::extract::Request;
use http::header;

/// Decides by what browsers attach and pages cannot forge.
///
/// `Sec-Fetch-Site` is believed where it is sent. A page whose referrer policy is `no-referrer`
/// posts its own forms with `Origin: null`, so `same-origin` wins over that; without
/// `Sec-Fetch-Site`, `null` is refused like any other origin. A request with neither header is
/// refused: it is no browser of this decade, and scripts can say `Origin` like everybody else.
pub(super) fn is_ours(request: &Request, host: &str) -> bool {
    let text = |name: &str| {
        request
            .headers()
            .get(name)
            .map(|value| value.to_str().unwrap_or("?"))
    };
    let origin = text(header::ORIGIN.as_str());
    match text("sec-fetch-site") {
        Some("same-origin") => origin.is_none_or(|origin| origin == "null" || names(origin, host)),
        Some(_) => false,
        None => origin.is_some_and(|origin| names(origin, host)),
    }
}

/// Whether another site loads this for a page of its own. It could not read the answer, but it could
/// ask without end. Following a link from there is fine.
pub(super) fn is_drawn_in(request: &Request) -> bool {
    let says = |name: &str, word: &str| {
        let value = request.headers().get(name);
        value.is_some_and(|value| value.as_bytes() == word.as_bytes())
    };
    // A frame is navigated too, though nobody went there.
    let framed = ["iframe", "frame", "object", "embed", "fencedframe"]
        .iter()
        .any(|place| says("sec-fetch-dest", place));
    says("sec-fetch-site", "cross-site") && (framed || !says("sec-fetch-mode", "navigate"))
}

/// Whether an origin is this server under the name that the request was sent to.
fn names(origin: &str, host: &str) -> bool {
    let authority = origin
        .strip_prefix("http://")
        .or_else(|| origin.strip_prefix("https://"));
    authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn ours(pairs: &[(&str, &str)]) -> bool {
        let mut request = Request::post("/fn/roots/add");
        for (name, value) in pairs {
            request = request.header(*name, *value);
        }
        is_ours(&request.body(Body::empty()).unwrap(), "localhost:8502")
    }

    #[test]
    fn our_own_pages_may_change_things() {
        assert!(ours(&[("origin", "http://localhost:8502")]));
        assert!(ours(&[
            ("origin", "http://localhost:8502"),
            ("sec-fetch-site", "same-origin")
        ]));
        assert!(ours(&[
            ("origin", "null"),
            ("sec-fetch-site", "same-origin")
        ]));
    }

    #[test]
    fn everybody_else_may_not() {
        assert!(!ours(&[]));
        assert!(!ours(&[("origin", "null")]));
        assert!(!ours(&[("origin", "http://localhost:8503")]));
        assert!(!ours(&[("origin", "http://evil.example")]));
        assert!(!ours(&[("origin", "http://localhost:8502.evil.example")]));
        assert!(!ours(&[("sec-fetch-site", "cross-site")]));
        assert!(!ours(&[
            ("sec-fetch-site", "same-site"),
            ("origin", "http://localhost:8502")
        ]));
        assert!(!ours(&[
            ("sec-fetch-site", "none"),
            ("origin", "http://localhost:8502")
        ]));
        assert!(!ours(&[
            ("sec-fetch-site", "same-origin"),
            ("origin", "http://evil.example")
        ]));
    }
}
