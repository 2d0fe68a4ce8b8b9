//! Long work that is watched, paused and retried.

use domain::{
    id::JobId,
    job::{Job, JobChange, JobDetail, JobKind},
};
use leptos::{prelude::*, server_fn::codec::Json};

use super::ApiError;

/// Jobs that are not over in the order of their turn, then those that ended last.
#[server(name = JobsRequest, prefix = "/fn", endpoint = "jobs/list", input = Json)]
pub async fn jobs() -> Result<Vec<Job>, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.jobs().list().await)
}

/// A job with what happened to it and the first of what failed.
#[server(name = JobRequest, prefix = "/fn", endpoint = "jobs/detail", input = Json)]
pub async fn job(id: JobId) -> Result<JobDetail, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.jobs().detail(id).await)
}

/// Begins work that needs nothing but its name. Where it goes on already, that is the answer.
#[server(name = StartJobRequest, prefix = "/fn", endpoint = "jobs/start", input = Json)]
pub async fn start_job(kind: JobKind) -> Result<Job, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.jobs().start(kind).await)
}

/// Lets a job rest, go on, end, or try again what failed.
#[server(name = ChangeJobRequest, prefix = "/fn", endpoint = "jobs/change", input = Json)]
pub async fn change_job(id: JobId, change: JobChange) -> Result<Job, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.jobs().change(id, change).await)
}
