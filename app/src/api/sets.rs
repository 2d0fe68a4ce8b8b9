//! Photosets.

use domain::{
    id::{ImageId, SetId},
    judgement::Done,
    photoset::{Photoset, SetCount},
    selection::Selection,
};
use leptos::{prelude::*, server_fn::codec::Json};

use super::ApiError;

/// Every photoset, each followed by those that lie in it.
#[server(name = SetsRequest, prefix = "/fn", endpoint = "sets/list", input = Json)]
pub async fn sets() -> Result<Vec<SetCount>, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.sets().list().await)
}

/// Makes a photoset, with the pictures of a selection when there is one.
#[server(name = CreateSetRequest, prefix = "/fn", endpoint = "sets/create", input = Json)]
pub async fn create_set(
    set: Photoset,
    selection: Option<Selection>,
) -> Result<(SetId, Done), ApiError> {
    use super::server::{ACTOR, answer, gallery};
    answer(
        gallery()?
            .sets()
            .create(set, selection.as_ref(), ACTOR)
            .await,
    )
}

/// Makes a photoset into another one, unless somebody changed it since it was `before`.
#[server(name = EditSetRequest, prefix = "/fn", endpoint = "sets/edit", input = Json)]
pub async fn edit_set(id: SetId, before: Photoset, set: Photoset) -> Result<Done, ApiError> {
    use super::server::{ACTOR, answer, gallery};
    answer(gallery()?.sets().edit(id, before, set, ACTOR).await)
}

/// Takes a photoset away; its pictures stay in the library.
#[server(name = DeleteSetRequest, prefix = "/fn", endpoint = "sets/delete", input = Json)]
pub async fn delete_set(id: SetId) -> Result<Done, ApiError> {
    use super::server::{ACTOR, answer, gallery};
    answer(gallery()?.sets().delete(id, ACTOR).await)
}

/// Puts the pictures of a selection into a photoset, or takes them out.
#[server(name = PutInSetRequest, prefix = "/fn", endpoint = "sets/put", input = Json)]
pub async fn put_in_set(id: SetId, selection: Selection, on: bool) -> Result<Done, ApiError> {
    use super::server::{ACTOR, answer, gallery};
    answer(gallery()?.sets().put(id, &selection, on, ACTOR).await)
}

/// Puts the pictures of a selection before another one in the photoset's own order, or behind all.
#[server(name = ArrangeSetRequest, prefix = "/fn", endpoint = "sets/arrange", input = Json)]
pub async fn arrange_set(
    id: SetId,
    selection: Selection,
    before: Option<ImageId>,
) -> Result<Done, ApiError> {
    use super::server::{ACTOR, answer, gallery};
    answer(
        gallery()?
            .sets()
            .arrange(id, &selection, before, ACTOR)
            .await,
    )
}

/// The photosets that pictures of a selection were put into, each with how many of them; and how many pictures
/// those are.
#[server(name = SetsOfRequest, prefix = "/fn", endpoint = "sets/of", input = Json)]
pub async fn sets_of(selection: Selection) -> Result<(Vec<(SetId, u64)>, u64), ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.sets().of(&selection).await)
}
