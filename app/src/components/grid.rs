//! The pictures of the result, as a grid or as a list: a plain list of links as the server sends it, and from the first measure on
//! a window into a result of any length.

mod touch;

use domain::{
    query::{Query, View},
    window::FirstPage,
};
use leptos::{ev, prelude::*};

use super::{icon::Icon, list, rubber_band, tile};
use crate::{
    browser::{dom, timers},
    later::{self, SOON},
    state::{grid::GridState, query::QueryState},
};

/// The scrolling grid.
#[component]
pub fn Grid(
    /// Where it stands.
    grid: GridState,
    /// What the server sent first.
    first: FirstPage,
) -> impl IntoView {
    // Built once: when the result gets another size, cells stay where they are and keep the focus.
    let measured = Memo::new(move |_| grid.layout.with(Option::is_some));
    let first = StoredValue::new(first);
    Effect::new(move || {
        if let (Some(scroller), Some(inner)) = (grid.scroller.get(), grid.inner.get()) {
            begin(grid, first);
            dom::on_resize(&scroller, move || grid.measure());
            dom::on_resize(&inner, move || grid.measure());
        }
    });
    let (cell, view) = (grid.shared.preferences().cell, grid.shared.query().view);
    Effect::new(move || {
        cell.track();
        view.track();
        grid.measure();
    });
    Effect::new(move || grid.tell_cells());
    let fingers = touch::Fingers::new();
    let up = move |event: ev::PointerEvent| {
        fingers.up(&event);
        rubber_band::up(grid);
    };
    view! {
        {move || (view.get() == View::List).then(list::head)}
        <div
            class="grid"
            class:is-choosing=move || grid.selection().by_tap.get()
            node_ref=grid.scroller
            on:scroll=move |_| grid.scrolled()
            on:wheel=move |event| touch::wheel(grid, &event)
            on:pointerdown=move |event| {
                fingers.down(grid, &event);
                rubber_band::down(grid, &event);
            }
            on:pointermove=move |event| {
                fingers.moved(grid, &event);
                rubber_band::moved(grid, &event);
            }
            on:pointerup=up
            on:pointercancel=up
            on:touchstart=move |event| fingers.hold(grid, &event)
            on:touchmove=move |event| fingers.hold(grid, &event)
        >
            <div class="grid-inner" node_ref=grid.inner>
                {move || {
                    if measured.get() {
                        living(grid).into_any()
                    } else {
                        let query = grid.shared.query().query.get_untracked();
                        first.with_value(|first| still(first, &query)).into_any()
                    }
                }}
            </div>
        </div>
    }
    .into_any()
}

/// Takes the first measures and goes to the place that the address names.
fn begin(grid: GridState, first: StoredValue<FirstPage>) {
    let size = tile::first_size(grid.shared.query().view.get_untracked());
    first.with_value(|first| {
        for card in &first.page.cards {
            grid.note_seen(&card.thumb_url(size));
        }
    });
    grid.begin_at(first.with_value(|first| {
        first
            .head
            .at
            .or((first.page.offset > 0).then_some(first.page.offset))
    }));
    grid.measure();
}

/// The grid as the server sends it: links, tick boxes, a download button and links to other pages.
fn still(first: &FirstPage, query: &Query) -> impl IntoView + use<> {
    let (offset, total) = (first.page.offset, first.head.total);
    let shown = first.page.cards.len() as u64;
    let cards = match query.view {
        View::List => {
            let (first, query) = (first.clone(), query.clone());
            later::show(&SOON, IntoAny::into_any, move |soon| {
                (soon.list_still)(&first, &query)
            })
        }
        View::Grid => {
            let cards = (offset..)
                .zip(&first.page.cards)
                .map(|(position, card)| tile::still(card, position, total, query))
                .collect_view();
            view! { <ul class="grid-list">{cards}</ul> }.into_any()
        }
    };
    let size = u64::from(crate::pages::library::FIRST);
    let page = offset / size + 1;
    let link = |page: u64| QueryState::href(&query.with_page(page as u32));
    let before = (offset > 0).then(|| link(page.saturating_sub(1).max(1)));
    let after = (total.is_none_or(|total| offset + shown < total)).then(|| link(page + 1));
    view! {
        <form class="grid-still" method="post" action="/export">
            {cards}
            <div class="grid-foot">
                <nav class="grid-pages" aria-label="Pages">
                    {before
                        .map(|href| {
                            view! {
                                <a class="button" rel="prev" href=href>
                                    "Previous page"
                                </a>
                            }
                        })}
                    {after
                        .map(|href| {
                            view! {
                                <a class="button" rel="next" href=href>
                                    "Next page"
                                </a>
                            }
                        })}
                </nav>
                <div class="grid-take">
                    <label class="check">
                        <input class="check-box" type="checkbox" name="text" value="true" checked />
                        "Text file with each recipe"
                    </label>
                    <label class="check">
                        <input class="check-box" type="checkbox" name="strip" value="true" />
                        "Pixels only"
                    </label>
                    <button class="button is-primary" type="submit">
                        <Icon name="download" />
                        "Download ticked as ZIP"
                    </button>
                </div>
            </div>
        </form>
    }
}

/// The grid or the list once it is measured.
fn living(grid: GridState) -> impl IntoView {
    let rows = Memo::new(move |_| rows_to_render(grid));
    let height = move || {
        grid.layout
            .get()
            .map_or_else(String::new, |layout| format!("{}px", layout.real_height))
    };
    view! {
        <div
            class="grid-space"
            style:height=height
            on:click=move |event| clicked(grid, &event)
            on:focusin=move |event| focused(grid, &event)
            on:pointerdown=move |event| touch::pressed(grid, &event)
            on:pointerup=move |_| grid.release()
            on:pointercancel=move |_| grid.release()
            on:contextmenu=move |event| {
                // A long press selects; it does not also open the link's menu.
                if grid.selection().by_tap.get_untracked() && dom::coarse_pointer() {
                    event.prevent_default();
                }
            }
        >
            {move || {
                if grid.listed.get() {
                    later::show(&SOON, IntoAny::into_any, move |soon| (soon.list)(grid, rows))
                } else {
                    block(grid, rows).into_any()
                }
            }}
        </div>
    }
}

/// The rows in view, each with the number of columns.
pub(crate) type Rows = Memo<Vec<(u64, u32)>>;

/// The rows of the grid.
fn block(grid: GridState, rows: Rows) -> impl IntoView {
    let columns = Memo::new(move |_| grid.layout.get().map_or(1, |layout| layout.columns));
    let row_height = move || {
        grid.layout
            .get()
            .map_or_else(String::new, |layout| format!("{:.3}px", layout.cell_height))
    };
    let row_count = move || {
        grid.layout
            .get()
            .map_or(0, |layout| layout.rows)
            .to_string()
    };
    view! {
        <div
            class="grid-block"
            role="grid"
            aria-label="Pictures"
            aria-multiselectable="true"
            aria-rowcount=row_count
            aria-colcount=move || columns.get().to_string()
            style=("--columns", move || columns.get().to_string())
            style=("--edge", row_height)
        >
            <For each=move || rows.get() key=|row| *row let:row>
                {move || row_view(grid, row.0, row.1)}
            </For>
        </div>
    }
}

/// Where a row stands. Every row has its own place, so that rows that come and go move no other.
pub(super) fn place_of(grid: GridState, row: u64) -> String {
    let top = grid.layout.get().map_or(0.0, |layout| layout.row_top(row));
    format!("translateY({:.2}px)", top + grid.shift.get())
}

/// The rows in view and the one that has the focus, each with the number of columns, because
/// another number makes other rows.
fn rows_to_render(grid: GridState) -> Vec<(u64, u32)> {
    let Some(layout) = grid.layout.get() else {
        return Vec::new();
    };
    let range = grid.rows();
    let focused = layout
        .row_of(grid.focus.get())
        .min(layout.rows.saturating_sub(1));
    let mut rows: Vec<u64> = range.clone().collect();
    if !range.contains(&focused) && layout.rows > 0 {
        let place = if focused < range.start { 0 } else { rows.len() };
        rows.insert(place, focused);
    }
    rows.into_iter().map(|row| (row, layout.columns)).collect()
}

fn row_view(grid: GridState, row: u64, columns: u32) -> impl IntoView {
    let start = row * u64::from(columns);
    let count = grid.follow(move || {
        let left = grid.result.total().saturating_sub(start);
        left.min(u64::from(columns))
    });
    let place = grid.follow(move || place_of(grid, row));
    view! {
        <div
            class="grid-row"
            style:transform=place
            role="row"
            aria-rowindex=(row + 1).to_string()
        >
            {move || {
                (0..count.get())
                    .map(|column| tile::live(grid, start + column, column))
                    .collect_view()
            }}
        </div>
    }
}

fn position_of(event: &ev::Event) -> Option<u64> {
    dom::attribute_around(event, "[data-p]", "data-p")?
        .parse()
        .ok()
}

fn clicked(grid: GridState, event: &ev::MouseEvent) {
    // The way out of the gallery is the browser's own business.
    if dom::is_within(event, "a[target]") {
        return;
    }
    let Some(position) = position_of(event) else {
        return;
    };
    event.prevent_default();
    if grid.swallows_click() {
        return;
    }
    let toggling = event.ctrl_key()
        || event.meta_key()
        || grid.selection().by_tap.get_untracked()
        || dom::is_within(event, ".tile-check, .row-check");
    if event.shift_key() {
        grid.focus.set(position);
        grid.select_range(grid.selection().anchor.get_untracked(), position);
    } else if toggling {
        // A box whose click was prevented is set back after this event; only then it is ours.
        timers::after(0, move || grid.toggle(position));
    } else {
        grid.selection().anchor.set(position);
        grid.open(position);
    }
}

fn focused(grid: GridState, event: &ev::FocusEvent) {
    if let Some(position) = position_of(event)
        && grid.focus.get_untracked() != position
    {
        grid.focus.set(position);
    }
}
