//! Into and out of other tools.

use domain::{
    exchange::{Brought, FollowedLog, Sidecars},
    query::Query,
};
use leptos::{
    prelude::*,
    server_fn::codec::{Json, MultipartData, MultipartFormData},
};

use super::ApiError;

/// What a file of another tool would do: one form field with the file. Nothing is changed.
#[server(name = PlanRequest, prefix = "/fn", endpoint = "exchange/plan", input = MultipartFormData)]
pub async fn plan(data: MultipartData) -> Result<Brought, ApiError> {
    use super::server::{answer, gallery, one_file};
    let (name, file) = one_file(data).await?;
    answer(gallery()?.exchange().plan(&name, file).await)
}

/// Takes what a file says over, likewise.
#[server(name = ApplyRequest, prefix = "/fn", endpoint = "exchange/apply", input = MultipartFormData)]
pub async fn apply(data: MultipartData) -> Result<Brought, ApiError> {
    use super::server::{ACTOR, answer, gallery, one_file};
    let (name, file) = one_file(data).await?;
    answer(gallery()?.exchange().apply(&name, file, ACTOR).await)
}

/// What the XMP files beside the pictures of a query would do.
#[server(name = PlanBesideRequest, prefix = "/fn", endpoint = "exchange/plan_beside", input = Json)]
pub async fn plan_beside(query: Query) -> Result<Brought, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.exchange().plan_beside(&query).await)
}

/// Takes over what they say.
#[server(name = ApplyBesideRequest, prefix = "/fn", endpoint = "exchange/apply_beside", input = Json)]
pub async fn apply_beside(query: Query) -> Result<Brought, ApiError> {
    use super::server::{ACTOR, answer, gallery};
    answer(gallery()?.exchange().apply_beside(&query, ACTOR).await)
}

/// Writes XMP files beside the pictures of a query, in folders that allow it; a dry run only counts.
#[server(name = WriteBesideRequest, prefix = "/fn", endpoint = "exchange/write_beside", input = Json)]
pub async fn write_beside(query: Query, dry: bool) -> Result<Sidecars, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.exchange().write_beside(&query, dry).await)
}

/// The logs of executions that the server follows, and how far that is.
#[server(name = LogsRequest, prefix = "/fn", endpoint = "exchange/logs", input = Json)]
pub async fn logs() -> Result<Vec<FollowedLog>, ApiError> {
    use super::server::gallery;
    Ok(gallery()?.exchange().logs())
}
