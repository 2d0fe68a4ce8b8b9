//! To come.
use crate::{
    api::ApiError,
    state::{grid::GridState, selection::SelectionState},
};
use domain::window::FirstPage;
use leptos::prelude::*;
/// To come.
#[component]
pub fn Lightbox(
    first: Resource<Result<FirstPage, ApiError>>,
    grid: RwSignal<Option<GridState>>,
    selection: SelectionState,
) -> impl IntoView {
    let _ = (first, grid, selection);
}
