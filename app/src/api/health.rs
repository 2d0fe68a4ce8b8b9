//! Whether the disk is as it is known.

use domain::drift::Compared;
use leptos::{prelude::*, server_fn::codec::Json};

use super::ApiError;

/// Begins to compare the disk with what is known of it, unless that goes on already.
#[server(name = CompareRequest, prefix = "/fn", endpoint = "health/compare", input = Json)]
pub async fn compare() -> Result<Compared, ApiError> {
    use super::server::gallery;
    Ok(gallery()?.health().compare())
}

/// How comparing stands.
#[server(name = ComparedRequest, prefix = "/fn", endpoint = "health/compared", input = Json)]
pub async fn compared() -> Result<Compared, ApiError> {
    use super::server::gallery;
    Ok(gallery()?.health().compared())
}
