//! One cell of the grid.

use domain::{
    aside::Aside,
    image::{ImageCard, ThumbSize},
    judgement::Verdict,
    query::{Query, View},
};
use leptos::{html::Img, prelude::*};

use super::{icon::Icon, signs::signs};
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
        <li class="tile" class:is-missing=card.missing class:is-rejected=is_rejected(card)>
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
            {signs(card.judgement)}
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
    let card = grid.follow(move || {
        grid.result
            .windows
            .with(|windows| windows.get(position).cloned())
    });
    let total = grid.follow(move || grid.result.total());
    let label = move || {
        let total = total.get();
        card.with(|card| match card {
            Some(card) => name(card, position, Some(total)),
            None => format!(
                "Image {} of {}, loading",
                words::count(position + 1),
                words::count(total)
            ),
        })
    };
    let selected = selected(grid, position);
    let missing = move || card.with(|card| card.as_ref().is_some_and(|card| card.missing));
    let rejected = move || card.with(|card| card.as_ref().is_some_and(|card| is_rejected(card)));
    let leaving = leaving(grid, position);
    let image = own_image();
    let content = move || {
        card.get()
            .map(|card| picture(grid, &card, image, placeholder::css(&card.placeholder)))
    };
    view! {
        <div
            class="tile"
            class:is-missing=missing
            class:is-selected=selected
            class:is-rejected=rejected
            class:is-leaving=leaving
            role="gridcell"
            tabindex=tab(grid, position)
            aria-colindex=(column + 1).to_string()
            aria-selected=move || selected.get().to_string()
            aria-label=label
            data-p=position.to_string()
        >
            {content}
        </div>
    }
}

/// Whether the picture of a living cell is selected.
pub(super) fn selected(grid: GridState, position: u64) -> RwSignal<bool> {
    grid.follow(move || {
        grid.result
            .id_at(position)
            .is_some_and(|id| grid.is_selected(id))
    })
}

/// Whether the picture of a living cell was put where this result does not look, and is about to leave it.
pub(super) fn leaving(grid: GridState, position: u64) -> RwSignal<bool> {
    grid.follow(move || {
        let aside = grid.result.windows.with(|windows| {
            windows
                .get(position)
                .is_some_and(|card| card.judgement.is_aside())
        });
        let query = grid.shared.query().query;
        aside && query.with_untracked(|query| Aside::of(query).is_none())
    })
}

/// Whether the tabulator stops at a living cell: only at the one that has the focus.
pub(super) fn tab(grid: GridState, position: u64) -> RwSignal<&'static str> {
    grid.follow(move || {
        if grid.focus.get() == position {
            "0"
        } else {
            "-1"
        }
    })
}

fn picture(
    grid: GridState,
    card: &ImageCard,
    image: NodeRef<Img>,
    colour: String,
) -> impl IntoView + use<> {
    let open = grid.href(card.id);
    let caption = card.caption.clone();
    let image = shown(grid, card, image);
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
        {signs(card.judgement)}
        <span class="tile-check" aria-hidden="true"></span>
    }
}

/// Refers to the picture of a living cell. When the cell leaves, a picture that has not arrived is no
/// longer waited for: browsers go on loading pictures that were taken out of the page.
pub(super) fn own_image() -> NodeRef<Img> {
    let image: NodeRef<Img> = NodeRef::new();
    on_cleanup(move || {
        if let Some(image) = image.try_get_untracked().flatten() {
            dom::stop_loading(&image);
        }
    });
    image
}

/// The picture of a living cell, as soon as it is worth asking for.
pub(super) fn shown(
    grid: GridState,
    card: &ImageCard,
    image: NodeRef<Img>,
) -> impl IntoView + use<> {
    let (address, seen) = grid.thumb(card);
    let mut shown = false;
    let fast = grid.follow(move || grid.fast.get());
    move || {
        // While the grid flies past, a new cell is its colour; what is shown stays shown.
        shown = shown || seen || !fast.get();
        let (address, loaded) = (address.clone(), address.clone());
        let born = dom::now();
        shown.then(|| {
            view! {
                <img
                    node_ref=image
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

/// Whether a picture steps back, because somebody rejected it.
pub(super) fn is_rejected(card: &ImageCard) -> bool {
    card.judgement.verdict == Verdict::Rejected
}

/// What a cell says about its picture without being looked at: that it plays, that it is gone, where it lies.
pub(super) fn badge(card: &ImageCard) -> Option<AnyView> {
    if card.is_elsewhere() {
        return Some(way_out(card));
    }
    let text = if card.missing {
        "missing".to_owned()
    } else if card.format.is_video() {
        card.seconds
            .map_or_else(|| "video".to_owned(), words::clock)
    } else {
        return None;
    };
    let icon = if card.missing { "alert" } else { "play" };
    let badge = view! {
        <span class="tile-badge">
            <Icon name=icon />
            {text}
        </span>
    };
    Some(badge.into_any())
}

/// The link to a picture that lies elsewhere.
fn way_out(card: &ImageCard) -> AnyView {
    view! {
        <a
            class="tile-badge"
            href=card.address.clone()
            target="_blank"
            rel="noopener noreferrer"
            tabindex="-1"
            aria-label=words::record::OPEN
        >
            <Icon name="external" />
        </a>
    }
    .into_any()
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
    let missing = if card.missing {
        ", file missing"
    } else if card.is_elsewhere() {
        ", lies elsewhere"
    } else {
        ""
    };
    let judged = words::judged::said(card.judgement);
    let comma = if judged.is_empty() { "" } else { ", " };
    format!("{place}, {}{missing}{comma}{judged}", card.caption)
}
