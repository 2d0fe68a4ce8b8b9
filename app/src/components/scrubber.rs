//! The scrubber at the grid's right edge: where one is in the whole result, and the way to anywhere
//! else in it.

use domain::facet::TimelineMark;
use leptos::{ev, html, prelude::*, task::spawn_local};

use crate::{api::search, browser::dom, state::grid::GridState, words};

/// Pixels between two month ticks; closer ones are left out.
const APART: f64 = 7.0;
/// Height of the handle, as in `style/components/scrubber.css`.
const HANDLE: f64 = 32.0;

/// A slider over the positions of the result.
#[component]
pub fn Scrubber(
    /// The grid that it moves.
    grid: GridState,
) -> impl IntoView {
    let marks = RwSignal::new(Vec::<TimelineMark>::new());
    let track = NodeRef::<html::Div>::new();
    let dragging = RwSignal::new(false);
    let hover = RwSignal::new(None::<f64>);
    Effect::new(move || {
        let Some(id) = grid.result.head.with(|head| head.id) else {
            return;
        };
        spawn_local(async move {
            let months = search::timeline(id).await.unwrap_or_default();
            if grid.result.head.try_with_untracked(|head| head.id) == Some(Some(id)) {
                marks.set(months);
            }
        });
    });
    let total = move || grid.result.total();
    let part = Memo::new(move |_| {
        let Some(layout) = grid.layout.get() else {
            return 0.0;
        };
        let last = layout.max_logical();
        if last > 0.0 {
            grid.scroll.get().logical() / last
        } else {
            0.0
        }
    });
    let useful = Memo::new(move |_| grid.layout.get().is_some_and(|l| l.max_logical() > 1.0));
    // The position that a part of the way stands for.
    let position = move |part: f64| {
        let total = total();
        ((part * total as f64) as u64).min(total.saturating_sub(1))
    };
    let label = move |part: f64| {
        let position = position(part);
        let place = format!(
            "{} of {}",
            words::count(position + 1),
            words::count(total())
        );
        let month = marks.with(|marks| {
            let next = marks.partition_point(|mark| mark.position <= position);
            next.checked_sub(1)
                .and_then(|at| marks.get(at))
                .map(|mark| words::month(mark.month))
        });
        (month, place)
    };
    let spoken = move || {
        let (month, place) = label(part.get());
        month.map_or_else(|| place.clone(), |month| format!("{month}, {place}"))
    };
    let part_at = move |event: &ev::PointerEvent| {
        let rect = dom::rect(track.get_untracked()?);
        let way = (rect.height - HANDLE).max(1.0);
        let part = (f64::from(event.client_y()) - rect.y - HANDLE / 2.0) / way;
        Some(part.clamp(0.0, 1.0))
    };
    let go = move |part: f64| {
        if let Some(layout) = grid.layout.get_untracked() {
            grid.fly_to(part * layout.max_logical());
        }
    };
    let shown = move || hover.get().or_else(|| dragging.get().then(|| part.get()));
    let ticks = move || {
        let total = total().max(1) as f64;
        let height = track.get().map_or(0.0, |track| dom::rect(&track).height);
        let mut last = f64::MIN;
        let mut ticks = Vec::new();
        for mark in marks.get() {
            let at = mark.position as f64 / total;
            let year = mark.month.date().month == 1;
            if (at * height - last) < APART {
                continue;
            }
            last = at * height;
            ticks.push(view! {
                <span
                    class="scrubber-tick"
                    class:is-year=year
                    style:inset-block-start=format!("{:.3}%", at * 100.0)
                ></span>
            });
        }
        ticks
    };
    let place = move |part: f64| format!("calc({part:.5} * (100% - {HANDLE}px))");
    view! {
        <div
            class="scrubber needs-wasm"
            class:is-open=move || dragging.get()
            class:is-useless=move || !useful.get()
            node_ref=track
            role="slider"
            tabindex=move || if useful.get() { "0" } else { "-1" }
            aria-label="Place in the result"
            aria-orientation="vertical"
            aria-valuemin="1"
            aria-valuemax=move || total().max(1).to_string()
            aria-valuenow=move || (position(part.get()) + 1).to_string()
            aria-valuetext=spoken
            on:pointerdown=move |event| {
                if let Some(track) = track.get_untracked() {
                    dom::capture_pointer(&track, event.pointer_id());
                }
                dragging.set(true);
                if let Some(part) = part_at(&event) {
                    hover.set(Some(part));
                    go(part);
                }
            }
            on:pointermove=move |event| {
                let at = part_at(&event);
                hover.set(at);
                if let (true, Some(part)) = (dragging.get_untracked(), at) {
                    go(part);
                }
            }
            on:pointerup=move |event| {
                dragging.set(false);
                if event.pointer_type() == "touch" {
                    hover.set(None);
                }
            }
            on:pointercancel=move |_| {
                dragging.set(false);
                hover.set(None);
            }
            on:pointerleave=move |_| {
                if !dragging.get_untracked() {
                    hover.set(None);
                }
            }
            on:keydown=move |event| key(grid, marks, &event)
        >
            {ticks}
            // Rendered in the browser only: the server sends no styles of elements.
            {move || {
                useful
                    .get()
                    .then(|| {
                        let at = move || place(part.get());
                        view! { <span class="scrubber-handle" style=("--at", at)></span> }
                    })
            }}
            {move || {
                shown()
                    .map(|part| {
                        let (month, place_text) = label(part);
                        view! {
                            <span class="scrubber-bubble" style=("--at", place(part))>
                                {month.map(|month| view! { <strong>{month}</strong> })}
                                <span>{place_text}</span>
                            </span>
                        }
                    })
            }}
        </div>
    }
}

/// Arrows move by a screen, Page Up and Down by a month, Home and End to the ends.
fn key(grid: GridState, marks: RwSignal<Vec<TimelineMark>>, event: &ev::KeyboardEvent) {
    let Some(layout) = grid.layout.get_untracked() else {
        return;
    };
    let now = grid.scroll.get_untracked().logical();
    let here = grid.first_seen();
    let month = |forward: bool| {
        marks.with_untracked(|marks| {
            let mark = if forward {
                marks.iter().find(|mark| mark.position > here)
            } else {
                marks
                    .iter()
                    .rev()
                    .find(|mark| mark.position + u64::from(layout.columns) <= here)
            };
            mark.map(|mark| layout.row_top(layout.row_of(mark.position)))
        })
    };
    let to = match event.key().as_str() {
        "ArrowUp" | "ArrowLeft" => now - layout.height,
        "ArrowDown" | "ArrowRight" => now + layout.height,
        "PageUp" => month(false).unwrap_or(now - 10.0 * layout.height),
        "PageDown" => month(true).unwrap_or(now + 10.0 * layout.height),
        "Home" => 0.0,
        "End" => layout.max_logical(),
        _ => return,
    };
    event.prevent_default();
    grid.go_to(to);
}
