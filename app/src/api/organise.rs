//! Renaming and moving files and folders.

use domain::{
    id::{ImageId, RootId},
    organise::Moved,
    selection::Selection,
};
use leptos::{prelude::*, server_fn::codec::Json};

use super::ApiError;

/// Gives the file of a picture another name in its folder.
#[server(name = RenameRequest, prefix = "/fn", endpoint = "organise/rename", input = Json)]
pub async fn rename(image: ImageId, name: String) -> Result<Moved, ApiError> {
    use super::server::{ACTOR, answer, gallery};
    answer(gallery()?.organise().rename(image, &name, ACTOR).await)
}

/// Moves the files of a selection into a folder: the name of its watched folder, then the way inside it.
#[server(name = GatherRequest, prefix = "/fn", endpoint = "organise/gather", input = Json)]
pub async fn gather(selection: Selection, to: String) -> Result<Moved, ApiError> {
    use super::server::{ACTOR, answer, gallery};
    answer(
        gallery()?
            .organise()
            .gather_in(&selection, &to, ACTOR)
            .await,
    )
}

/// Gives a folder another name, or moves it, with everything in it; both written like that.
#[server(name = MoveFolderRequest, prefix = "/fn", endpoint = "organise/folder", input = Json)]
pub async fn move_folder(from: String, to: String) -> Result<Moved, ApiError> {
    use super::server::{ACTOR, answer, gallery};
    answer(gallery()?.organise().folder_in(&from, &to, ACTOR).await)
}

/// Whether files of a folder may be renamed and moved.
#[server(name = AllowOrganiseRequest, prefix = "/fn", endpoint = "roots/allow_organise", input = Json)]
pub async fn allow_organise(root: RootId, allowed: bool) -> Result<(), ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.roots().allow_organise(root, allowed).await)
}
