//! Questions to the library.

use domain::{
    facet::{Facets, TimelineMark, ValueCount},
    id::{ImageId, ResultId},
    parameter::{ParameterFacet, ParameterName},
    query::{Field, Query},
    window::{FirstPage, Neighbours, Page, Window},
};
use leptos::{prelude::*, server_fn::codec::Json};

use super::ApiError;

/// The result of a query and its first `len` cards; around the picture of `image=` or `at=`, or
/// from the page of `page=`, when the query names one.
#[server(name = FirstPageRequest, prefix = "/fn", endpoint = "search/first_page", input = Json)]
pub async fn first_page(query: Query, len: u32) -> Result<FirstPage, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.search().first_page(&query, len).await)
}

/// Cards of a held result by position. Fails as stale when the result has expired.
#[server(name = WindowRequest, prefix = "/fn", endpoint = "search/window", input = Json)]
pub async fn window(result: ResultId, window: Window) -> Result<Page, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.search().window(result, window).await)
}

/// The same, with what the rows of a list say besides.
#[server(name = RowsRequest, prefix = "/fn", endpoint = "search/rows", input = Json)]
pub async fn rows(result: ResultId, window: Window) -> Result<Page, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.search().rows(result, window).await)
}

/// Counts beside the grid.
#[server(name = FacetsRequest, prefix = "/fn", endpoint = "search/facets", input = Json)]
pub async fn facets(query: Query) -> Result<Facets, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.search().facets(&query))
}

/// Values of one field that contain a text, with their counts in the result, best first.
#[server(name = SuggestRequest, prefix = "/fn", endpoint = "search/suggest", input = Json)]
pub async fn suggest(
    field: Field,
    text: String,
    query: Query,
) -> Result<Vec<ValueCount>, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.search().suggest(field, &text, &query).await)
}

/// How the values of a parameter are spread over the result, without what is asked of itself.
#[server(name = ParameterRequest, prefix = "/fn", endpoint = "search/parameter", input = Json)]
pub async fn parameter(name: String, query: Query) -> Result<ParameterFacet, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.search().parameter(&name, &query))
}

/// Parameters that occur in the result and whose name contains a text, frequent ones first.
#[server(name = ParameterNamesRequest, prefix = "/fn", endpoint = "search/parameter_names", input = Json)]
pub async fn parameter_names(text: String, query: Query) -> Result<Vec<ParameterName>, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.search().parameter_names(&text, &query))
}

/// What stands beside a picture: in the held result if it is still held, else in the query's.
#[server(name = NeighboursRequest, prefix = "/fn", endpoint = "search/neighbours", input = Json)]
pub async fn neighbours(
    result: Option<ResultId>,
    query: Query,
    id: ImageId,
) -> Result<Neighbours, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.search().neighbours(result, &query, id).await)
}

/// How many of some pictures are not in the held result; if it is no longer held, not in the query's.
#[server(name = OutsideRequest, prefix = "/fn", endpoint = "search/outside", input = Json)]
pub async fn outside(
    result: Option<ResultId>,
    query: Query,
    ids: Vec<ImageId>,
) -> Result<u64, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.search().outside(result, &query, &ids).await)
}

/// Where each month begins in a held result that is ordered by date; empty for other orders.
#[server(name = TimelineRequest, prefix = "/fn", endpoint = "search/timeline", input = Json)]
pub async fn timeline(result: ResultId) -> Result<Vec<TimelineMark>, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.search().timeline(result))
}
