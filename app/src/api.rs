//! The door to the server: every endpoint of the page, one line each.
//!
//! A server function fetches the [`gallery::Gallery`] from the context, calls one method and turns
//! its error into an answer. To add one: write the method in `crates/gallery`, then its line in the
//! file of its topic here, with a fixed `endpoint`, so that an older page still finds it.

pub mod duel;
pub mod exchange;
pub mod exports;
pub mod fields;
pub mod health;
pub mod images;
pub mod insights;
pub mod jobs;
pub mod judge;
pub mod organise;
pub mod roots;
pub mod search;
pub mod sets;
pub mod settings;
pub mod tags;
pub mod trash;

use domain::problem::{Problem, ProblemKind};
use leptos::server_fn::{
    Bytes, Decodes,
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

use crate::{browser::parts, words};

/// The one error of every server function: a [`Problem`] whose message may be shown as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiError(pub Problem);

impl ApiError {
    /// Whether a held result has expired, so that the page should simply ask again.
    pub fn is_stale(&self) -> bool {
        self.0.kind == ProblemKind::Stale
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(out)
    }
}

impl std::error::Error for ApiError {}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self(match error {
            ServerFnErrorErr::Request(_) => Problem::new(
                ProblemKind::Unreachable,
                "The server cannot be reached. What you see stays; check that Proofsheet is \
                 still running, then try again.",
            ),
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_) => Problem::new(
                ProblemKind::Invalid,
                "The server did not understand this request. Nothing was changed; reload the \
                 page, it may be older than the server.",
            ),
            _ => Problem::internal(),
        })
    }

    /// Runs in the browser alone, for every answer that is a problem.
    fn de(data: Bytes) -> Self {
        let read = JsonEncoding::decode(data).unwrap_or_else(|_| Self(Problem::internal()));
        if read.0.kind == ProblemKind::SignedOut {
            parts::say_above(words::SIGNED_OUT, words::SIGN_IN);
        }
        read
    }
}

#[cfg(feature = "ssr")]
pub(crate) mod server {
    //! What the server's half of every server function uses.

    use domain::judgement::Sent;
    use gallery::{By, Gallery};
    use leptos::{prelude::use_context, server_fn::codec::MultipartData};
    use leptos_axum::ResponseOptions;

    use super::{ApiError, Problem, ProblemKind};

    /// Who judges, as long as there are no people with names.
    pub(crate) const ACTOR: &str = "somebody at this gallery";

    /// The same, with what a browser sent along.
    pub(crate) fn by(sent: Option<Sent>) -> By {
        By::browser(ACTOR, sent)
    }

    /// The gallery of this request.
    pub(crate) fn gallery() -> Result<Gallery, ApiError> {
        use_context::<Gallery>().ok_or_else(|| {
            tracing::error!("a server function ran without a gallery in its context");
            ApiError(Problem::internal())
        })
    }

    /// Turns a result into an answer: sets the status, and logs what only we should see.
    pub(crate) fn answer<T>(result: Result<T, gallery::Error>) -> Result<T, ApiError> {
        result.map_err(|error| {
            let problem = error.problem();
            if problem.kind == ProblemKind::Internal {
                tracing::error!(error = %error.chain(), "a request failed");
            }
            refuse(problem)
        })
    }

    /// Most bytes of a file of decisions: a million lines.
    const MOST: usize = 256 << 20;

    /// The name and the bytes of the one file of a form.
    pub(crate) async fn one_file(data: MultipartData) -> Result<(String, Vec<u8>), ApiError> {
        let invalid = |text: &str| refuse(Problem::new(ProblemKind::Invalid, text));
        let none = "No file arrived. Nothing was changed; choose the file again.";
        let mut form = data.into_inner().ok_or_else(|| invalid(none))?;
        while let Ok(Some(mut field)) = form.next_field().await {
            let Some(name) = field.file_name().map(str::to_owned) else {
                continue;
            };
            let mut file = Vec::new();
            while let Some(part) = field.chunk().await.map_err(|_| invalid(none))? {
                file.extend_from_slice(&part);
                if file.len() > MOST {
                    return Err(invalid(
                        "This file is larger than 256 MB. Nothing was changed; cut it into parts.",
                    ));
                }
            }
            return Ok((name, file));
        }
        Err(invalid(none))
    }

    /// An answer that is a problem, with its status.
    pub(crate) fn refuse(problem: Problem) -> ApiError {
        if let (Some(response), Ok(status)) = (
            use_context::<ResponseOptions>(),
            http::StatusCode::from_u16(problem.kind.status()),
        ) {
            response.set_status(status);
        }
        ApiError(problem)
    }
}
