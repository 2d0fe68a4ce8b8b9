//! One picture at a time.

use domain::{
    id::ImageId,
    image::{ImageDetail, Inspection},
    parameter::{Origin, Parameter},
    query::Query,
    recipe::Unread,
};
use leptos::{
    prelude::*,
    server_fn::codec::{MultipartData, MultipartFormData},
};

use super::ApiError;

/// Everything about a picture.
#[server(name = ImageRequest, prefix = "/fn", endpoint = "images/image", input = leptos::server_fn::codec::Json)]
pub async fn image(id: ImageId) -> Result<ImageDetail, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.images().detail(id).await)
}

/// Every value that was set on any node, in the order of the file.
#[server(name = ParametersRequest, prefix = "/fn", endpoint = "images/parameters", input = leptos::server_fn::codec::Json)]
pub async fn parameters(id: ImageId) -> Result<Vec<Parameter>, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.images().parameters(id).await)
}

/// Where each value of the recipe was read, and which rule decided.
#[server(name = OriginsRequest, prefix = "/fn", endpoint = "images/origins", input = leptos::server_fn::codec::Json)]
pub async fn origins(id: ImageId) -> Result<Vec<Origin>, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.images().origins(id).await)
}

/// What stands in the way of reading recipes in full, most frequent first.
#[server(name = UnreadRequest, prefix = "/fn", endpoint = "images/unread", input = leptos::server_fn::codec::Json)]
pub async fn unread() -> Result<Vec<Unread>, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.images().unread().await)
}

/// Understands the kept texts of a result again, by the rules as they are now. Answers how many were
/// read and how many of them are understood in another way.
#[server(name = ReadAgainRequest, prefix = "/fn", endpoint = "images/read_again", input = leptos::server_fn::codec::Json)]
pub async fn read_again(query: Query) -> Result<(usize, usize), ApiError> {
    use super::server::{answer, gallery};
    let came = gallery()?.images().read_again(&query, |_, _| {}).await;
    answer(came.map(|came| (came.read, came.changed)))
}

/// Reads the recipe of a file that is only looked at: one form field with the file. Nothing is kept.
#[server(name = InspectRequest, prefix = "/fn", endpoint = "images/inspect", input = MultipartFormData)]
pub async fn inspect(data: MultipartData) -> Result<Inspection, ApiError> {
    use super::server::{answer, gallery, refuse};
    use domain::problem::{Problem, ProblemKind};
    let unreadable = || {
        refuse(Problem::new(
            ProblemKind::Invalid,
            "No file arrived. Nothing was kept; choose or drop a picture again.",
        ))
    };
    let mut form = data.into_inner().ok_or_else(unreadable)?;
    let library = gallery()?;
    let mut upload = library.images().begin_inspection();
    while let Ok(Some(mut field)) = form.next_field().await {
        let Some(name) = field.file_name().map(str::to_owned) else {
            continue;
        };
        while let Some(part) = field.chunk().await.map_err(|_| unreadable())? {
            answer(upload.push(&part))?;
        }
        return answer(upload.finish(name).await);
    }
    Err(unreadable())
}
