//! Judging pictures.

use domain::{
    id::OperationId,
    judgement::{Done, Edit},
    selection::Selection,
};
use leptos::{prelude::*, server_fn::codec::Json};

use super::ApiError;

/// Sets one thing of every picture of a selection, as one operation that can be taken back.
#[server(name = JudgeRequest, prefix = "/fn", endpoint = "judge/set", input = Json)]
pub async fn judge(selection: Selection, edit: Edit) -> Result<Done, ApiError> {
    use super::server::{ACTOR, answer, gallery};
    answer(gallery()?.judge().set(&selection, edit, ACTOR).await)
}

/// Takes an operation back, as an operation of its own.
#[server(name = UndoRequest, prefix = "/fn", endpoint = "judge/undo", input = Json)]
pub async fn undo(operation: OperationId) -> Result<Done, ApiError> {
    use super::server::{ACTOR, answer, gallery};
    answer(gallery()?.judge().undo(operation, ACTOR).await)
}
