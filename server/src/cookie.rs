//! The cookie that carries a session.
//!
//! Over HTTPS its name begins with `__Host-`, which browsers accept only from this very host and
//! never from an unencrypted page. The name ends with the port, because cookies of one host are
//! shared by all ports.

use axum::response::AppendHeaders;
use http::{HeaderMap, HeaderName, HeaderValue, header};

/// Seconds for which a browser keeps it: 30 days, like the session itself.
const MAX_AGE: u32 = 30 * 86_400;

/// What a cookie looks like on this server.
#[derive(Debug, Clone)]
pub(crate) struct Cookie {
    plain: String,
    host: String,
    /// Whether this server speaks HTTPS itself, so that no other cookie counts.
    tls: bool,
}

impl Cookie {
    pub(crate) fn new(tls: bool, port: u16) -> Self {
        let plain = format!("proofsheet-{port}");
        Self {
            host: format!("__Host-{plain}"),
            plain,
            tls,
        }
    }

    /// The token that came along, and whether it came over HTTPS.
    pub(crate) fn read<'h>(&self, headers: &'h HeaderMap) -> Option<(&'h str, bool)> {
        let named = |name: &str| {
            let pairs = headers
                .get_all(header::COOKIE)
                .into_iter()
                .filter_map(|line| line.to_str().ok())
                .flat_map(|line| line.split(';'))
                .filter_map(|pair| pair.trim().split_once('='));
            pairs
                .into_iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| value)
        };
        let secure = named(&self.host).map(|token| (token, true));
        if self.tls {
            return secure;
        }
        secure.or_else(|| named(&self.plain).map(|token| (token, false)))
    }

    /// What makes a browser keep a token. `https` is how the browser sees this server, which may
    /// stand behind another one.
    pub(crate) fn keep(&self, token: &str, https: bool) -> (HeaderName, HeaderValue) {
        self.set(token, MAX_AGE, https || self.tls)
    }

    /// What makes a browser forget its token, whichever way it came.
    pub(crate) fn forget(&self) -> AppendHeaders<[(HeaderName, HeaderValue); 2]> {
        AppendHeaders([self.set("", 0, true), self.set("", 0, false)])
    }

    fn set(&self, token: &str, max_age: u32, https: bool) -> (HeaderName, HeaderValue) {
        let (name, secure) = if https {
            (&self.host, "; Secure")
        } else {
            (&self.plain, "")
        };
        let text =
            format!("{name}={token}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Strict{secure}");
        // Digits and letters of our own: this cannot fail.
        let value = HeaderValue::from_str(&text);
        (
            header::SET_COOKIE,
            value.unwrap_or(HeaderValue::from_static("")),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[&'static str]) -> HeaderMap {
        let lines = lines.iter().map(|line| HeaderValue::from_static(line));
        lines.map(|line| (header::COOKIE, line)).collect()
    }

    #[test]
    fn a_token_is_found_among_other_cookies() {
        let cookie = Cookie::new(false, 8502);
        let one = headers(&["a=b; proofsheet-8502=12; c=d"]);
        assert_eq!(cookie.read(&one), Some(("12", false)));
        let two = headers(&["a=b", "__Host-proofsheet-8502=34"]);
        assert_eq!(cookie.read(&two), Some(("34", true)));
        for none in [
            "",
            "proofsheet-8503=12",
            "xproofsheet-8502=12",
            "proofsheet-8502",
        ] {
            assert_eq!(cookie.read(&headers(&[none])), None, "{none}");
        }
    }

    #[test]
    fn over_https_only_a_cookie_of_this_host_counts() {
        let cookie = Cookie::new(true, 8502);
        let planted = headers(&["proofsheet-8502=12"]);
        assert_eq!(cookie.read(&planted), None);
        let (_, kept) = cookie.keep("12", false);
        assert_eq!(
            kept,
            "__Host-proofsheet-8502=12; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict; Secure"
        );
        let (_, kept) = Cookie::new(false, 8502).keep("12", false);
        assert_eq!(
            kept,
            "proofsheet-8502=12; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict"
        );
    }
}
