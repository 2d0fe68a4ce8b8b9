//! The beginning of a connection over HTTPS.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::{HeaderValue, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;
use tower::ServiceExt;

use super::WRITE_PATIENCE;
use super::patient::Patient;
use crate::routes::trust;
use crate::tls::Tls;

/// The first byte of whoever wants to speak TLS: a record that holds a handshake.
const HANDSHAKE: u8 = 0x16;

/// Shakes hands within `patience`; nothing when that fails. Somebody who speaks plain HTTP, as
/// browsers do when only a host and a port were typed, is sent to the same address over HTTPS, unless
/// `plain` answers there: how to trust the certificate is read before it is trusted.
pub(super) async fn begin(
    stream: TcpStream,
    tls: &Tls,
    plain: Option<&Router>,
    patience: Duration,
) -> Option<TlsStream<Patient<TcpStream>>> {
    let shaken = async {
        let mut first = [0];
        if stream.peek(&mut first).await.ok()? == 0 {
            return None;
        }
        if first != [HANDSHAKE] {
            unencrypted(stream, plain.cloned(), patience).await;
            return None;
        }
        let stream = Patient::new(stream, WRITE_PATIENCE);
        let accepted = tls.acceptor().accept(stream).await;
        accepted
            .inspect_err(|error| tracing::debug!(%error, "hands were not shaken"))
            .ok()
    };
    tokio::time::timeout(patience, shaken).await.ok().flatten()
}

/// Answers one plain request.
async fn unencrypted(stream: TcpStream, plain: Option<Router>, patience: Duration) {
    let answer = service_fn(move |request: Request<Incoming>| {
        let plain = plain.clone();
        async move {
            match plain {
                Some(plain) if trust::PATHS.contains(&request.uri().path()) => {
                    plain.oneshot(request.map(Body::new)).await
                }
                _ => Ok(redirect(&request)),
            }
        }
    });
    let _ = super::http(patience)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), answer)
        .await;
}

/// The way to HTTPS.
fn redirect(request: &Request<Incoming>) -> Response<Body> {
    let host = request.headers().get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
    let path = request.uri().path_and_query();
    let address = format!("https://{host}{}", path.map_or("/", |path| path.as_str()));
    let mut response = Response::new(Body::from("This server speaks HTTPS.\n"));
    *response.status_mut() = StatusCode::BAD_REQUEST;
    if let (false, Ok(address)) = (host.is_empty(), HeaderValue::from_str(&address)) {
        *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
        response.headers_mut().insert(header::LOCATION, address);
    }
    response
}
