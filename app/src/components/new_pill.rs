//! The pill that says how many new pictures there are; looking at them is the reader's choice, unless they
//! follow.

use leptos::prelude::*;

use super::{icon::Icon, making::MakingPill};
use crate::{
    state::{
        arrivals::{Arrivals, Shown},
        grid::GridState,
        shared::Shared,
    },
    words,
};

/// Appears when the library has grown since the result was made and nobody follows, or following would move
/// what somebody looks at.
#[component]
pub fn NewPill(
    /// What the page shares.
    shared: Shared,
    /// The grid, when there is one.
    grid: RwSignal<Option<GridState>>,
    /// What is shown while they arrive.
    shown: Shown,
) -> impl IntoView {
    let arrivals = Arrivals::new(shared, grid, shown);
    let pill = move || {
        let count = arrivals.fresh.get();
        (count > 0).then(|| {
            view! {
                <button type="button" class="new-pill" on:click=move |_| arrivals.show()>
                    <Icon name="chevron-up" />
                    {words::live::pill(count)}
                </button>
            }
        })
    };
    view! {
        <p class="visually-hidden" role="status">
            {move || arrivals.told.get()}
        </p>
        {pill}
        <MakingPill />
    }
    .into_any()
}
