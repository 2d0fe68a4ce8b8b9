//! The result as a list: a table with one picture in each row, in a browser's own words, so that it
//! works for every screen reader, also on touch. It moves, selects and opens as the grid does.

use domain::{
    image::{ImageCard, RowFacts},
    judgement::Judgement,
    query::{Query, View},
    window::FirstPage,
};
use leptos::prelude::*;

use super::{
    grid::{Rows, place_of},
    signs::signs,
    tile,
};
use crate::{
    state::{grid::GridState, query::QueryState},
    words,
};

/// The columns in their order: class and name. Roles are said although tables have them, because
/// rows that are laid out as grids lose them in some browsers.
const COLUMNS: [(&str, &str); 8] = [
    ("row-pick", "Selected"),
    ("row-name", "Name"),
    ("row-prompt", "Prompt"),
    ("row-model", "Checkpoint"),
    ("row-sampler", "Sampler"),
    ("row-seed", "Seed"),
    ("row-size", "Size"),
    ("row-date", "Date"),
];

/// The names of the columns for the eye. They stay where they are while the rows scroll, so they
/// stand outside the table, which has its own.
pub(super) fn head() -> impl IntoView {
    view! {
        <div class="list-head" aria-hidden="true">
            {COLUMNS.map(|(class, name)| view! { <span class=class>{name}</span> })}
        </div>
    }
}

/// The names of the columns for everybody else.
fn head_row() -> impl IntoView {
    view! {
        <thead class="visually-hidden" role="rowgroup">
            <tr role="row" aria-rowindex="1">
                {COLUMNS
                    .map(|(_, name)| {
                        view! {
                            <th scope="col" role="columnheader">
                                {name}
                            </th>
                        }
                    })}
            </tr>
        </thead>
    }
}

/// The list as the server sends it: links, and the tick boxes of the download form.
pub(crate) fn still(first: &FirstPage, query: &Query) -> impl IntoView + use<> {
    let size = tile::first_size(View::List);
    let rows = first
        .page
        .cards
        .iter()
        .enumerate()
        .map(|(index, card)| {
            let open = QueryState::href(&query.with_image(Some(card.id)));
            let position = first.page.offset + index as u64;
            view! {
                <tr
                    class="row"
                    class:is-missing=card.missing
                    class:is-rejected=tile::is_rejected(card)
                    role="row"
                    aria-rowindex=(position + 2).to_string()
                >
                    <td class="row-pick" role="cell">
                        <input
                            class="row-check check-box"
                            type="checkbox"
                            name="id"
                            value=card.id.to_string()
                            aria-label=format!("Tick {}", card.name)
                        />
                        <span class="row-thumb">
                            <img
                                class="tile-picture"
                                src=card.thumb_url(size)
                                alt=""
                                decoding="async"
                                loading=(index >= 12).then_some("lazy")
                            />
                            {tile::badge(card)}
                        </span>
                    </td>
                    <th class="row-name" scope="row" role="rowheader">
                        <a class="row-link" href=open>
                            {card.name.clone()}
                        </a>
                        {signs_in_row(card.judgement)}
                    </th>
                    {facts(card, first.page.facts.get(index).cloned())}
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="list" role="table" aria-label="Pictures">
            {head_row()}
            <tbody role="rowgroup">{rows}</tbody>
        </table>
    }
}

/// The rows in view; their events are heard by the grid.
pub(crate) fn block(grid: GridState, rows: Rows) -> impl IntoView {
    let count = move || (grid.result.total() + 1).to_string();
    view! {
        <table class="grid-block list" role="table" aria-label="Pictures" aria-rowcount=count>
            {head_row()}
            <tbody role="rowgroup">
                <For each=move || rows.get() key=|row| *row let:row>
                    {move || live(grid, row.0)}
                </For>
            </tbody>
        </table>
    }
}

fn live(grid: GridState, position: u64) -> impl IntoView {
    let entry = grid.follow(move || {
        grid.result.windows.with(|windows| {
            let card = windows.get(position).cloned()?;
            Some((card, windows.facts(position).cloned()))
        })
    });
    let card = Memo::new(move |_| entry.with(|entry| Some(entry.as_ref()?.0.clone())));
    let name = move || {
        card.with(|card| {
            card.as_ref()
                .map_or_else(|| words::LOADING.to_owned(), |card| card.name.clone())
        })
    };
    let href = move || card.with(|card| Some(grid.href(card.as_ref()?.id)));
    let selected = tile::selected(grid, position);
    let tab = tile::tab(grid, position);
    let place = grid.follow(move || place_of(grid, position));
    let rejected =
        move || card.with(|card| card.as_ref().is_some_and(|card| tile::is_rejected(card)));
    let leaving = tile::leaving(grid, position);
    let judged = move || card.with(|card| Some(signs_in_row(card.as_ref()?.judgement)));
    let missing = move || card.with(|card| card.as_ref().is_some_and(|card| card.missing));
    let image = tile::own_image();
    let thumb = move || {
        card.get().map(|card| {
            view! {
                {tile::shown(grid, &card, image)}
                {tile::badge(&card)}
            }
        })
    };
    view! {
        <tr
            class="row"
            class:is-missing=missing
            class:is-selected=selected
            class:is-rejected=rejected
            class:is-leaving=leaving
            role="row"
            aria-rowindex=(position + 2).to_string()
            data-p=position.to_string()
            style:transform=place
        >
            <td class="row-pick" role="cell">
                <input
                    class="row-check check-box"
                    type="checkbox"
                    tabindex="-1"
                    prop:checked=selected
                    aria-label=move || format!("Select {}", name())
                />
                <span class="row-thumb">{thumb}</span>
            </td>
            <th class="row-name" scope="row" role="rowheader">
                <a
                    class="row-link"
                    href=href
                    draggable="false"
                    data-p=position.to_string()
                    tabindex=tab
                >
                    {name}
                </a>
                {judged}
            </th>
            {move || entry.get().map(|(card, told)| facts(&card, told))}
        </tr>
    }
}

/// What is thought of a picture, for the eye and in words.
fn signs_in_row(judgement: Judgement) -> impl IntoView + use<> {
    let said = words::judged::said(judgement);
    view! {
        {signs(judgement)}
        {(!said.is_empty()).then(|| view! { <span class="visually-hidden">{said}</span> })}
    }
}

/// The cells after the name.
fn facts(card: &ImageCard, told: Option<RowFacts>) -> impl IntoView + use<> {
    let prompt = (card.caption != card.name).then(|| card.caption.clone());
    let RowFacts {
        model,
        sampler,
        seed,
    } = told.unwrap_or_default();
    let known = card.width > 0 && card.height > 0;
    let texts = [
        prompt,
        model,
        sampler,
        seed.map(|seed| seed.to_string()),
        known.then(|| words::size(card.width, card.height)),
        Some(words::day(card.date)),
    ];
    COLUMNS[2..]
        .iter()
        .zip(texts)
        .map(|((class, _), text)| {
            view! {
                <td class=*class role="cell">
                    {text}
                </td>
            }
        })
        .collect_view()
}
