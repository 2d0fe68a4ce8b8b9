//! Emptying the trash.

use domain::{
    query::Query,
    trash::{CleanPlan, CleanRule, Emptying},
};
use leptos::{prelude::*, server_fn::codec::Json};

use super::ApiError;

/// What emptying the trash would delete from the disk, and what it would leave there.
#[server(name = WeighTrashRequest, prefix = "/fn", endpoint = "trash/weigh", input = Json)]
pub async fn weigh() -> Result<Emptying, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.trash().weigh().await)
}

/// Deletes the files of everything in the trash that may be deleted. Cannot be taken back.
#[server(name = EmptyTrashRequest, prefix = "/fn", endpoint = "trash/empty", input = Json)]
pub async fn empty() -> Result<Emptying, ApiError> {
    use super::server::{ACTOR, answer, gallery};
    answer(gallery()?.trash().empty(ACTOR).await)
}

/// What a rule would put into the trash out of a result; nothing is changed.
#[server(name = PlanRequest, prefix = "/fn", endpoint = "trash/plan", input = Json)]
pub async fn plan(scope: Query, rule: CleanRule) -> Result<CleanPlan, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.trash().plan(&scope, &rule).await)
}
