//! A picture of which only the address is known: the way there, and what stands in its place.

use leptos::prelude::*;

use super::icon::Icon;
use crate::words::record::{ELSEWHERE, open_at};

/// The link to where a picture lies. The other site does not learn where somebody came from.
#[component]
pub fn WayOut(
    /// Its address.
    address: String,
) -> impl IntoView {
    let text = open_at(&address);
    view! {
        <a class="button way-out" href=address target="_blank" rel="noopener noreferrer">
            <Icon name="external" />
            <span class="truncate">{text}</span>
        </a>
    }
    .into_any()
}

/// What stands on the stage in place of the picture.
#[component]
pub fn Elsewhere(
    /// Its address.
    address: String,
) -> impl IntoView {
    view! {
        <div class="elsewhere">
            <img class="elsewhere-drawing" src="/elsewhere.svg" alt="" draggable="false" />
            <p class="elsewhere-text">{ELSEWHERE}</p>
            <WayOut address />
        </div>
    }
    .into_any()
}
