//! How other devices come to trust this server's certificate. Open to everybody, also over plain
//! HTTP, because nobody can come in safely before.

use std::path::Path;

use app::pages::trust::{Platform, TrustPage, trust};
use axum::extract::{Path as Segment, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, header};

use super::pages::bare;
use crate::problem::Refusal;
use crate::tls::TlsError;
use crate::tls::local::Authority;
use crate::{AppState, qr};

/// Everything that is answered here.
pub(crate) const PATHS: [&str; 3] = [
    "/trust",
    "/trust/proofsheet-ca.crt",
    "/trust/proofsheet-ca.pem",
];

/// What is told about the local authority. Its key is not among it.
#[derive(Debug, Clone)]
pub struct Trust {
    authority: Authority,
    /// The address of the gallery for others, as in `https://192.168.1.7:8502`.
    address: String,
}

impl Trust {
    /// Of the authority in a data folder, for a gallery at this address.
    pub fn of(data: &Path, address: String) -> Result<Self, TlsError> {
        let authority = Authority::of(data)?;
        Ok(Self { authority, address })
    }

    /// The same address for a browser that does not trust the certificate yet.
    pub(crate) fn page_address(address: &str) -> String {
        format!("{}/trust", address.replacen("https:", "http:", 1))
    }
}

/// `GET /trust`
pub(crate) async fn page(
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let known = state.trust.as_ref().ok_or_else(Refusal::not_found)?;
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok());
    let page = TrustPage {
        address: known.address.clone(),
        code: qr::path(&Trust::page_address(&known.address)),
        fingerprint: known.authority.fingerprint(),
        platform: platform(agent.unwrap_or_default()),
    };
    let options = state.options.clone();
    Ok(bare(&state.gallery, move || trust(options, page)))
}

/// `GET /trust/proofsheet-ca.crt` and `.pem`: the authority's certificate for devices and for programs.
pub(crate) async fn certificate(
    State(state): State<AppState>,
    Segment(file): Segment<String>,
) -> Result<Response, Refusal> {
    let known = state.trust.as_ref().ok_or_else(Refusal::not_found)?;
    let (kind, bytes) = match file.as_str() {
        "proofsheet-ca.crt" => ("application/x-x509-ca-cert", known.authority.der.clone()),
        "proofsheet-ca.pem" => (
            "application/x-pem-file",
            known.authority.pem.clone().into_bytes(),
        ),
        _ => return Err(Refusal::not_found()),
    };
    let mut answer = bytes.into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let attachment = super::media::disposition(true, &file);
    headers.insert(header::CONTENT_DISPOSITION, attachment);
    Ok(answer)
}

/// What a browser says that it runs on; only decides what is unfolded first.
fn platform(agent: &str) -> Option<Platform> {
    let known = [
        ("iPhone", Platform::Apple),
        ("iPad", Platform::Apple),
        ("Android", Platform::Android),
        // An iPad says that it is a Mac; the page has both beside each other.
        ("Macintosh", Platform::Mac),
        ("Windows", Platform::Windows),
        ("Linux", Platform::Linux),
    ];
    let found = known.iter().find(|(word, _)| agent.contains(word));
    found.map(|(_, platform)| *platform)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tablet_is_not_taken_for_a_desk() {
        let android = "Mozilla/5.0 (Linux; Android 15; Pixel Tablet) AppleWebKit/537.36";
        assert_eq!(platform(android), Some(Platform::Android));
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X)";
        assert_eq!(platform(phone), Some(Platform::Apple));
        assert_eq!(platform("curl/8"), None);
    }
}
