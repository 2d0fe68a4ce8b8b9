//! What the library is made of, and how much of it is kept.

use domain::{
    insight::{KeepOrder, KeepRate, Overview},
    query::{Field, Query},
};
use leptos::{prelude::*, server_fn::codec::Json};

use super::ApiError;

/// How much of a result is kept, and of its pictures with each value of some fields.
#[server(name = KeepRateRequest, prefix = "/fn", endpoint = "insights/keep_rate", input = Json)]
pub async fn keep_rate(
    query: Query,
    fields: Vec<Field>,
    order: KeepOrder,
    limit: u32,
) -> Result<KeepRate, ApiError> {
    use super::server::{answer, gallery};
    let gallery = gallery()?;
    answer(
        gallery
            .insights()
            .keep_rate(&query, &fields, order, limit)
            .await,
    )
}

/// The whole library in numbers.
#[server(name = OverviewRequest, prefix = "/fn", endpoint = "insights/overview", input = Json)]
pub async fn overview() -> Result<Overview, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.insights().overview().await)
}
