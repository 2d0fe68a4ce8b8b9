//! One cell of the grid.

use domain::{
    image::{ImageCard, ThumbSize},
    query::{Query, View},
};
use leptos::prelude::*;

use super::icon::Icon;
use crate::{
    browser::dom,
    state::{grid::GridState, placeholder, query::QueryState},
    words,
};

/// The size of thumbnails in the page as the server sends it.
pub(crate) fn first_size(view: View) -> ThumbSize {
    match view {
        View::Grid => ThumbSize::Medium,
        View::List => ThumbSize::Small,
    }
}

/// A cell of the page as the server sends it: a link and a tick box of the download form.
pub(crate) fn still(
    card: &ImageCard,
    position: u64,
    total: Option<u64>,
    query: &Query,
) -> impl IntoView + use<> {
    let id = card.id.to_string();
    let open = QueryState::href(&query.with_image(Some(card.id)));
    view! {
        <li class="tile" class:is-missing=card.missing>
            <a class="tile-link" href=open aria-label=name(card, position, total)>
                <img
                    class="tile-picture"
                    src=card.thumb_url(first_size(View::Grid))
                    alt=""
                    decoding="async"
                    loading=(position >= 24).then_some("lazy")
                />
            </a>
            {badge(card)}
            <input
                class="tile-tick"
                type="checkbox"
                name="id"
                value=id
                aria-label=format!("Tick {}", card.name)
            />
        </li>
    }
}

/// A living cell; its events are heard by the grid. It stays the same element when its card arrives or
/// changes, because it may have the focus.
pub(crate) fn live(grid: GridState, position: u64, column: u64) -> impl IntoView {
    let card = Memo::new(move |_| {
        grid.result
            .windows
            .with(|windows| windows.get(position).cloned())
    });
    let label = move || {
        let total = grid.result.total();
        card.with(|card| match card {
            Some(card) => name(card, position, Some(total)),
            None => format!(
                "Image {} of {}, loading",
                words::count(position + 1),
                words::count(total)
            ),
        })
    };
    let selected = move || {
        let id = card.with(|card| card.as_ref().map(|card| card.id));
        id.is_some_and(|id| grid.is_selected(id))
    };
    let missing = move || card.with(|card| card.as_ref().is_some_and(|card| card.missing));
    let content = move || {
        card.get()
            .map(|card| picture(grid, &card, placeholder::css(&card.placeholder)))
    };
    view! {
        <div
            class="tile"
            class:is-missing=missing
            class:is-selected=selected
            role="gridcell"
            tabindex=move || if grid.focus.get() == position { "0" } else { "-1" }
            aria-colindex=(column + 1).to_string()
            aria-selected=move || selected().to_string()
            aria-label=label
            data-p=position.to_string()
        >
            {content}
        </div>
    }
}

fn picture(grid: GridState, card: &ImageCard, colour: String) -> impl IntoView + use<> {
    let open = grid.href(card.id);
    let caption = card.caption.clone();
    let image = shown(grid, card);
    view! {
        <a
            class="tile-link"
            href=open
            tabindex="-1"
            draggable="false"
            aria-label=caption.clone()
            data-caption=caption
            style:background-color=colour
        >
            {image}
        </a>
        {badge(card)}
        <span class="tile-check" aria-hidden="true"></span>
    }
}

/// The picture of a living cell, as soon as it is worth asking for.
pub(super) fn shown(grid: GridState, card: &ImageCard) -> impl IntoView + use<> {
    let (address, seen) = grid.thumb(card);
    let mut shown = false;
    move || {
        // While the grid flies past, a new cell is its colour; what is shown stays shown.
        shown = shown || seen || !grid.fast.get();
        let (address, loaded) = (address.clone(), address.clone());
        let born = dom::now();
        shown.then(|| {
            view! {
                <img
                    class="tile-picture"
                    class:is-waiting=!seen
                    src=address
                    alt=""
                    draggable="false"
                    decoding=if seen { "sync" } else { "async" }
                    on:load=move |event| {
                        // What came out of the cache at once need not fade in.
                        dom::set_class(&event, "is-instant", dom::now() - born < 60.0);
                        dom::set_class(&event, "is-waiting", false);
                        grid.note_seen(&loaded);
                    }
                    on:error=move |event| dom::set_class(&event, "is-broken", true)
                />
            }
        })
    }
}

/// What a cell says about its picture without being looked at: that it plays, that it is gone.
pub(super) fn badge(card: &ImageCard) -> Option<impl IntoView + use<>> {
    let text = if card.missing {
        "missing".to_owned()
    } else if card.format.is_video() {
        card.seconds
            .map_or_else(|| "video".to_owned(), words::clock)
    } else {
        return None;
    };
    let icon = if card.missing { "alert" } else { "play" };
    Some(view! {
        <span class="tile-badge">
            <Icon name=icon />
            {text}
        </span>
    })
}

/// The name of a cell for screen readers: `Image 1,204 of 48,113, a lighthouse at dusk`.
fn name(card: &ImageCard, position: u64, total: Option<u64>) -> String {
    let kind = if card.format.is_video() {
        "Video"
    } else {
        "Image"
    };
    let place = match total {
        Some(total) => format!(
            "{kind} {} of {}",
            words::count(position + 1),
            words::count(total)
        ),
        None => format!("{kind} {}", words::count(position + 1)),
    };
    let missing = if card.missing { ", file missing" } else { "" };
    format!("{place}, {}{missing}", card.caption)
}
