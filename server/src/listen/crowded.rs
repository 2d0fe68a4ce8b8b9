//! The answer to whoever finds no seat: come again in a moment.
//!
//! A connection that is simply closed looks like a broken server. So the question is read to its
//! end, because a reset over unread bytes would swallow the answer, and answered with 503 and
//! `Retry-After`, in the form that the asker reads.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use domain::problem::{Problem, ProblemKind};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

use super::secure;
use crate::problem;
use crate::tls::Tls;

/// How many may stand and wait for their answer at once; above that connections are closed.
const STANDING: usize = 1024;

/// How long one may stand: to send the question, and to take the answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// Most of a question's body that is read before it is answered.
const MOST_BODY: usize = 64 << 10;

/// Those who are being sent away.
pub(super) struct Crowd(Arc<Semaphore>);

impl Crowd {
    pub(super) fn new() -> Self {
        Self(Arc::new(Semaphore::new(STANDING)))
    }

    /// Answers one question with "come again" and closes, in a task of its own.
    pub(super) fn send_away(&self, stream: TcpStream, tls: Option<Arc<Tls>>) {
        let Ok(place) = Arc::clone(&self.0).try_acquire_owned() else {
            return;
        };
        let answered = async move {
            match tls {
                None => answer(stream).await,
                Some(tls) => {
                    if let Some(stream) = secure::begin(stream, &tls, None, PATIENCE).await {
                        answer(stream).await;
                    }
                }
            }
        };
        tokio::spawn(async move {
            let _ = tokio::time::timeout(PATIENCE, answered).await;
            drop(place);
        });
    }
}

async fn answer(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
    let _ = super::http(PATIENCE)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service_fn(refuse))
        .await;
}

async fn refuse(request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    let (asked, body) = request.into_parts();
    // What a body holds does not matter, nor whether it was read whole.
    let _ = Limited::new(body, MOST_BODY).collect().await;
    let problem = Problem::new(
        ProblemKind::Busy,
        "More are here than Proofsheet serves at once. Nothing was changed; try again in a moment.",
    );
    Ok(problem::answer(
        StatusCode::SERVICE_UNAVAILABLE,
        &problem,
        asked.uri.path(),
        &asked.headers,
    ))
}
