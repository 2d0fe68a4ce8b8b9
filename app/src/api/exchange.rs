//! Into and out of other tools.

use domain::exchange::Brought;
use leptos::{
    prelude::*,
    server_fn::codec::{MultipartData, MultipartFormData},
};

use super::ApiError;

/// What a file of decisions would do: one form field with the file. Nothing is changed.
#[server(name = PlanRequest, prefix = "/fn", endpoint = "exchange/plan", input = MultipartFormData)]
pub async fn plan(data: MultipartData) -> Result<Brought, ApiError> {
    use super::server::{answer, gallery, one_file};
    let file = one_file(data).await?;
    answer(gallery()?.exchange().plan(&file).await)
}

/// Takes the decisions of a file over, likewise.
#[server(name = ApplyRequest, prefix = "/fn", endpoint = "exchange/apply", input = MultipartFormData)]
pub async fn apply(data: MultipartData) -> Result<Brought, ApiError> {
    use super::server::{ACTOR, answer, gallery, one_file};
    let file = one_file(data).await?;
    answer(gallery()?.exchange().apply(&file, ACTOR).await)
}
