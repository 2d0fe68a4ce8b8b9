//! To come.
use crate::state::grid::GridState;
use leptos::prelude::*;
/// To come.
#[component]
pub fn Scrubber(grid: GridState) -> impl IntoView {
    let _ = grid;
}
