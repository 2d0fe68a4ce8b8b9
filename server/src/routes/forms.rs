//! Files of simple clients: `POST /uploads` as a form, `multipart/form-data`, such as `curl -F file=@dune.png -F rating=4`.
//!
//! Fields before a file tell of it and of those behind it, under the names that [`gallery::Uploads::telling`] reads; a field
//! that comes again takes the place of the one before. Every field with a file name is a file.

use axum::extract::multipart::{Field, MultipartRejection};
use axum::extract::{FromRequest as _, Multipart, Request};
use axum::response::{IntoResponse, Response};
use domain::problem::{Problem, ProblemKind};
use domain::upload::Upload;
use futures::TryStreamExt as _;
use http::{HeaderMap, StatusCode, header};
use serde_json::{Map, Value, json};

use crate::AppState;
use crate::problem;

/// Most files of one form.
const MOST_FILES: usize = 1_000;
/// Most bytes of a field that tells something.
const MOST_TEXT: usize = 512 << 10;
/// Most fields that tell something.
const MOST_FIELDS: usize = 50;

/// Whether a request is such a form.
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("multipart/form-data")
}

/// Takes in the files of a form. The answer is a list with an object for each: 201 when all came in, 200 when the
/// library had all already, 207 when some were refused, and 422 when all were.
pub(crate) async fn take(state: &AppState, request: Request) -> Response {
    let form: Result<Multipart, MultipartRejection> = Multipart::from_request(request, state).await;
    let Ok(mut form) = form else {
        return refused(
            "This form cannot be read. Nothing was kept; send it as multipart/form-data with a file in it.",
        );
    };
    let mut answers = Answers::default();
    if let Err((name, problem)) = read(state, &mut form, &mut answers).await {
        answers.refuse(name.as_deref(), &problem);
    }
    answers.end()
}

/// Reads a form to its end, or to where nothing more can be read of it: then with the file that was read just then.
async fn read(
    state: &AppState,
    form: &mut Multipart,
    answers: &mut Answers,
) -> Result<(), (Option<String>, Problem)> {
    let mut told = Map::new();
    while let Some(field) = form.next_field().await.map_err(|_| (None, broken()))? {
        let Some(file) = field.file_name().map(str::to_owned) else {
            let name = field.name().unwrap_or_default().to_owned();
            let text = text(field).await.map_err(|problem| (None, problem))?;
            if told.len() < MOST_FIELDS {
                told.insert(name, text.into());
            }
            continue;
        };
        if answers.list.len() == MOST_FILES {
            return Err((Some(file), too_many()));
        }
        let about = Value::Object(told.clone()).to_string();
        let came = match state.gallery.uploads().telling(&about) {
            Ok(uploads) => {
                let body = field.map_err(std::io::Error::other);
                uploads.take(&file, Box::pin(body)).await
            }
            Err(error) => Err(error),
        };
        match came.map_err(|error| problem::of(&error)) {
            Ok(upload) => answers.came(&upload),
            Err(problem) if problem.kind == ProblemKind::Unreachable => {
                return Err((Some(file), broken()));
            }
            Err(problem) => answers.refuse(Some(&file), &problem),
        }
    }
    Ok(())
}

/// What a field tells.
async fn text(mut field: Field<'_>) -> Result<String, Problem> {
    let mut text = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(|_| broken())? {
        if text.len() + piece.len() > MOST_TEXT {
            return Err(Problem::new(
                ProblemKind::TooLarge,
                "A field of this form is larger than 512 KiB. The files before it are kept; send the others without it.",
            ));
        }
        text.extend_from_slice(&piece);
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// What came of the files so far.
#[derive(Default)]
struct Answers {
    list: Vec<Value>,
    added: usize,
    refused: usize,
}

impl Answers {
    fn came(&mut self, upload: &Upload) {
        let mut answer = json!({ "name": upload.name });
        if let Some(job) = upload.unpacks {
            self.added += 1;
            answer["job"] = job.to_string().into();
        }
        if let Some(arrived) = upload.arrived {
            self.added += usize::from(!arrived.duplicate);
            answer["image"] = arrived.image.to_string().into();
            answer["duplicate"] = arrived.duplicate.into();
            answer["page"] = format!("/?image={}", arrived.image).into();
        }
        self.list.push(answer);
    }

    fn refuse(&mut self, name: Option<&str>, problem: &Problem) {
        self.refused += 1;
        self.list
            .push(json!({ "name": name, "problem": problem.message }));
    }

    fn end(self) -> Response {
        let status = match (self.list.len(), self.refused) {
            (0, _) => {
                return refused(
                    "There is no file in this form. Nothing was kept; add one, as in curl -F file=@dune.png.",
                );
            }
            (all, refused) if all == refused => StatusCode::UNPROCESSABLE_ENTITY,
            (_, 0) if self.added > 0 => StatusCode::CREATED,
            (_, 0) => StatusCode::OK,
            _ => StatusCode::MULTI_STATUS,
        };
        let headers = [
            (header::CONTENT_TYPE, "application/json"),
            (header::CACHE_CONTROL, "no-store"),
        ];
        (status, headers, Value::Array(self.list).to_string()).into_response()
    }
}

fn refused(message: &str) -> Response {
    let problem = Problem::new(ProblemKind::Invalid, message);
    problem::json(StatusCode::UNPROCESSABLE_ENTITY, &problem)
}

fn broken() -> Problem {
    Problem::new(
        ProblemKind::Invalid,
        "This form ends too early or is garbled. The files before this place are kept; send the others again.",
    )
}

fn too_many() -> Problem {
    Problem::new(
        ProblemKind::TooLarge,
        format!(
            "A form brings {MOST_FILES} files at most. Those before this one are kept; send the others in further forms."
        ),
    )
}
