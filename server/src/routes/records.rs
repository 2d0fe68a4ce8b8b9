//! What other programs tell of pictures that lie elsewhere.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use domain::problem::{Problem, ProblemKind};
use domain::record::{Kept, RecordAnswer, parse_id, uuid_text};
use domain::time::Timestamp;
use gallery::{KnownRecord, RecordAnswers};
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};

use crate::AppState;
use crate::problem;

/// The kind of a body that holds records.
const JSON: &str = "application/json";

/// `POST /records`: one record, or a list of them. One is answered with 201, 200 or 422; a list with 200 and a
/// list of answers, one for each of its records in their order.
pub(crate) async fn take(
    State(state): State<AppState>,
    asked: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Ok(body) = body else {
        let message = "This did not come whole, or is larger than 2 MiB, which is taken at once. Nothing was kept; \
             send it in parts.";
        let problem = Problem::new(ProblemKind::TooLarge, message);
        return problem::json(StatusCode::PAYLOAD_TOO_LARGE, &problem);
    };
    let kind = asked.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case(JSON) {
        let message = "Records come as application/json. Nothing was kept of these.";
        let problem = Problem::new(ProblemKind::Invalid, message);
        return problem::json(StatusCode::UNSUPPORTED_MEDIA_TYPE, &problem);
    }
    match state.gallery.records().take(&body).await {
        Ok(RecordAnswers::One(answer)) => {
            let status = match answer.outcome {
                Kept::Created => StatusCode::CREATED,
                Kept::Updated | Kept::Unchanged => StatusCode::OK,
                Kept::Refused => StatusCode::UNPROCESSABLE_ENTITY,
            };
            written(status, &told(&answer))
        }
        Ok(RecordAnswers::Many(answers)) => {
            let answers = answers.iter().map(told).collect::<Vec<_>>();
            written(StatusCode::OK, &answers.into())
        }
        Err(error) => refused(&error),
    }
}

/// `GET /records/{id}`: a record as it is kept. The id may be written as a UUID.
pub(crate) async fn one(State(state): State<AppState>, Path(id): Path<String>) -> Response {
    let Some(image) = parse_id(&id) else {
        let message = "This is no id of a picture. Nothing was changed; use the id that POST /records answered.";
        let problem = Problem::new(ProblemKind::NotFound, message);
        return problem::json(StatusCode::NOT_FOUND, &problem);
    };
    let known = match state.gallery.records().find(image).await {
        Ok(known) => known,
        Err(error) => return refused(&error),
    };
    let KnownRecord {
        record,
        added,
        changed,
        has_file,
    } = known;
    let metadata: Value = serde_json::from_str(&record.metadata).unwrap_or_else(|_| json!({}));
    let body = json!({
        "id": image.to_string(),
        "uuid": uuid_text(image),
        "image_url": record.address,
        "user_id": record.user,
        "intent": record.intent,
        "original_prompt": record.original,
        "refined_prompt": record.refined,
        "metadata": metadata,
        "has_file": has_file,
        "added_at": moment(added),
        "changed_at": moment(changed),
        "page": format!("/?image={image}"),
    });
    written(StatusCode::OK, &body)
}

fn told(answer: &RecordAnswer) -> Value {
    let mut told = json!({ "outcome": answer.outcome, "message": answer.message });
    if let Some(id) = answer.id {
        told["id"] = id.to_string().into();
        told["uuid"] = uuid_text(id).into();
        told["page"] = format!("/?image={id}").into();
    }
    told
}

/// A moment as other programs read it.
fn moment(at: Timestamp) -> String {
    let (hour, minute, second) = at.time();
    format!("{}T{hour:02}:{minute:02}:{second:02}Z", at.day_text())
}

fn refused(error: &gallery::Error) -> Response {
    let problem = problem::of(error);
    problem::json(problem::status(&problem), &problem)
}

fn written(status: StatusCode, body: &Value) -> Response {
    let headers = [
        (header::CONTENT_TYPE, JSON),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, body.to_string()).into_response()
}
