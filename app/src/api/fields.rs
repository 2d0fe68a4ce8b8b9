//! Values over what files say, and what was done to a picture besides judging it.

use domain::{
    id::ImageId,
    judgement::Done,
    overlay::{FieldSaved, Part},
    selection::Selection,
    tag::MarkRevision,
};
use leptos::{prelude::*, server_fn::codec::Json};

use super::ApiError;

/// Sets a value of every picture of a selection; an empty one gives them back what their files say.
#[server(name = SetFieldRequest, prefix = "/fn", endpoint = "fields/set", input = Json)]
pub async fn set_field(selection: Selection, part: Part, value: String) -> Result<Done, ApiError> {
    use super::server::{ACTOR, answer, gallery};
    answer(
        gallery()?
            .fields()
            .set(&selection, part, &value, ACTOR)
            .await,
    )
}

/// The same of one picture, unless somebody set another value than the one of `version` since.
#[server(name = SetFieldOfRequest, prefix = "/fn", endpoint = "fields/set_one", input = Json)]
pub async fn set_field_of(
    image: ImageId,
    part: Part,
    value: String,
    version: i64,
) -> Result<FieldSaved, ApiError> {
    use super::server::{ACTOR, answer, gallery};
    answer(
        gallery()?
            .fields()
            .set_one(image, part, &value, version, ACTOR)
            .await,
    )
}

/// What was done to a picture's tags, its note and its edited values, the newest first.
#[server(name = MarkRevisionsRequest, prefix = "/fn", endpoint = "notes/revisions", input = Json)]
pub async fn mark_revisions(image: ImageId) -> Result<Vec<MarkRevision>, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.notes().revisions(image).await)
}
