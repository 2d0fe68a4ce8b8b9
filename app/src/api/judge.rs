//! Judging pictures.

use domain::{
    aside::AsideCounts,
    id::{ImageId, OperationId},
    image::ImageCard,
    judgement::{Aspect, Done, Edit, Operation, Revision, Sent},
    selection::Selection,
};
use leptos::{prelude::*, server_fn::codec::Json};

use super::ApiError;

/// Sets one thing of every picture of a selection, as one operation that can be taken back. With an id of
/// its own it is done once, however often it is sent.
#[server(name = JudgeRequest, prefix = "/fn", endpoint = "judge/set", input = Json)]
pub async fn judge(selection: Selection, edit: Edit, sent: Option<Sent>) -> Result<Done, ApiError> {
    use super::server::{answer, by, gallery};
    answer(gallery()?.judge().set(&selection, edit, by(sent)).await)
}

/// Takes an operation back, as an operation of its own; likewise.
#[server(name = UndoRequest, prefix = "/fn", endpoint = "judge/undo", input = Json)]
pub async fn undo(operation: OperationId, sent: Option<Sent>) -> Result<Done, ApiError> {
    use super::server::{answer, by, gallery};
    answer(gallery()?.judge().undo(operation, by(sent)).await)
}

/// How many pictures are in the trash, hidden, missing.
#[server(name = AsideRequest, prefix = "/fn", endpoint = "judge/aside", input = Json)]
pub async fn aside() -> Result<AsideCounts, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.judge().aside().await)
}

/// The pictures that share a picture's recipe except for the seed, itself among them.
#[server(name = StackRequest, prefix = "/fn", endpoint = "judge/stack", input = Json)]
pub async fn stack(image: ImageId) -> Result<Vec<ImageCard>, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.judge().stack(image).await)
}

/// Approves one picture and rejects others, as one operation that can be taken back; likewise.
#[server(name = KeepRequest, prefix = "/fn", endpoint = "judge/keep", input = Json)]
pub async fn keep(
    image: ImageId,
    others: Vec<ImageId>,
    sent: Option<Sent>,
) -> Result<Done, ApiError> {
    use super::server::{answer, by, gallery};
    answer(gallery()?.judge().keep(image, &others, by(sent)).await)
}

/// What was done, the newest first: before another operation, when it is named, and what set one thing,
/// when that is.
#[server(name = OperationsRequest, prefix = "/fn", endpoint = "judge/operations", input = Json)]
pub async fn operations(
    before: Option<OperationId>,
    of: Option<Aspect>,
) -> Result<Vec<Operation>, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.judge().operations(before, of).await)
}

/// Some of the pictures that an operation changed, or those that taking it back would leave as they are.
#[server(name = PicturesRequest, prefix = "/fn", endpoint = "judge/pictures", input = Json)]
pub async fn pictures(
    operation: OperationId,
    changed_since: bool,
) -> Result<Vec<ImageCard>, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.judge().pictures(operation, changed_since).await)
}

/// What was done to a picture, the newest first.
#[server(name = RevisionsRequest, prefix = "/fn", endpoint = "judge/revisions", input = Json)]
pub async fn revisions(image: ImageId) -> Result<Vec<Revision>, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.judge().revisions(image).await)
}
