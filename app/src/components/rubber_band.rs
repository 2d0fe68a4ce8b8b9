//! To come.
use crate::state::grid::GridState;
use leptos::prelude::*;
/// To come.
#[component]
pub fn RubberBand(grid: GridState) -> impl IntoView {
    let _ = grid;
}
