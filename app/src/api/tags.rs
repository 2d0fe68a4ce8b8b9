//! Tags and notes.

use domain::{
    id::ImageId,
    judgement::Done,
    selection::Selection,
    tag::{Note, NoteSaved, Tag, TagColour, TagCount},
};
use leptos::{prelude::*, server_fn::codec::Json};

use super::ApiError;

/// Puts a tag on every picture of a selection, or takes it off; a new name makes a tag.
#[server(name = SetTagRequest, prefix = "/fn", endpoint = "tags/set", input = Json)]
pub async fn set_tag(selection: Selection, name: String, on: bool) -> Result<Done, ApiError> {
    use super::server::{ACTOR, answer, gallery};
    answer(gallery()?.tags().set(&selection, &name, on, ACTOR).await)
}

/// Tags whose names hold a text, most used first.
#[server(name = OfferTagsRequest, prefix = "/fn", endpoint = "tags/list", input = Json)]
pub async fn offer_tags(text: String) -> Result<Vec<TagCount>, ApiError> {
    use super::server::gallery;
    Ok(gallery()?.tags().list(&text))
}

/// Every tag, by name.
#[server(name = AllTagsRequest, prefix = "/fn", endpoint = "tags/all", input = Json)]
pub async fn all_tags() -> Result<Vec<TagCount>, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.tags().all().await)
}

/// The tags that some pictures of a selection have, and how many pictures those are.
#[server(name = TagsOfRequest, prefix = "/fn", endpoint = "tags/of", input = Json)]
pub async fn tags_of(selection: Selection) -> Result<(Vec<TagCount>, u64), ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.tags().of(&selection).await)
}

/// Gives a tag another name; a conflict when another tag has it.
#[server(name = RenameTagRequest, prefix = "/fn", endpoint = "tags/rename", input = Json)]
pub async fn rename_tag(name: String, to: String) -> Result<Done, ApiError> {
    use super::server::{ACTOR, answer, gallery};
    answer(gallery()?.tags().rename(&name, &to, ACTOR).await)
}

/// Puts a tag in the place of another one, which is gone afterwards.
#[server(name = MergeTagsRequest, prefix = "/fn", endpoint = "tags/merge", input = Json)]
pub async fn merge_tags(from: String, into: String) -> Result<Done, ApiError> {
    use super::server::{ACTOR, answer, gallery};
    answer(gallery()?.tags().merge(&from, &into, ACTOR).await)
}

/// Takes a tag off every picture; it is gone afterwards.
#[server(name = DeleteTagRequest, prefix = "/fn", endpoint = "tags/delete", input = Json)]
pub async fn delete_tag(name: String) -> Result<Done, ApiError> {
    use super::server::{ACTOR, answer, gallery};
    answer(gallery()?.tags().delete(&name, ACTOR).await)
}

/// Gives a tag a colour, or takes that off.
#[server(name = ColourTagRequest, prefix = "/fn", endpoint = "tags/colour", input = Json)]
pub async fn colour_tag(name: String, colour: Option<TagColour>) -> Result<Done, ApiError> {
    use super::server::{ACTOR, answer, gallery};
    answer(gallery()?.tags().colour(&name, colour, ACTOR).await)
}

/// Writes a note about a picture, unless somebody changed it since `version`.
#[server(name = SetNoteRequest, prefix = "/fn", endpoint = "notes/set", input = Json)]
pub async fn set_note(id: ImageId, text: String, version: i64) -> Result<NoteSaved, ApiError> {
    use super::server::{ACTOR, answer, gallery};
    answer(gallery()?.notes().set(id, &text, version, ACTOR).await)
}

/// The tags and the note of a picture.
#[server(name = MarksRequest, prefix = "/fn", endpoint = "notes/marks", input = Json)]
pub async fn marks(id: ImageId) -> Result<(Vec<Tag>, Note), ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.notes().marks(id).await)
}
