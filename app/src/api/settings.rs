//! Settings of the library.

use domain::settings::SettingsNow;
use leptos::{
    prelude::*,
    server_fn::codec::{Json, MultipartData, MultipartFormData},
};

use super::ApiError;

/// What is in force.
#[server(name = SettingsRequest, prefix = "/fn", endpoint = "settings/now", input = Json)]
pub async fn now() -> Result<SettingsNow, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.settings().now().await)
}

/// Sets values by their names: all of them or none.
#[server(name = ChangeSettingsRequest, prefix = "/fn", endpoint = "settings/change", input = Json)]
pub async fn change(values: Vec<(String, String)>) -> Result<SettingsNow, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.settings().change(&values).await)
}

/// Sets what a TOML file says, watched folders included: one form field with the file.
#[server(name = ImportSettingsRequest, prefix = "/fn", endpoint = "settings/import", input = MultipartFormData)]
pub async fn import(data: MultipartData) -> Result<SettingsNow, ApiError> {
    use super::server::{ACTOR, answer, gallery, one_file};
    let (_, file) = one_file(data).await?;
    answer(gallery()?.settings().import(&file, ACTOR).await)
}
