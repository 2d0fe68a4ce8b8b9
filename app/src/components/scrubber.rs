//! The scrubber at the grid's right edge: where one is in the whole result, and the way to anywhere
//! else in it.

use domain::facet::TimelineMark;
use leptos::{ev, html, prelude::*, task::spawn_local};

use crate::{api::search, browser::dom, state::grid::GridState, words};

/// Pixels between two month ticks; closer ones are left out.
const APART: f64 = 7.0;
/// Height of the handle, as in `style/components/scrubber.css`.
const HANDLE: f64 = 32.0;

/// What the scrubber knows and how it is held.
#[derive(Clone, Copy)]
struct Slider {
    grid: GridState,
    marks: RwSignal<Vec<TimelineMark>>,
    track: NodeRef<html::Div>,
    dragging: RwSignal<bool>,
    hover: RwSignal<Option<f64>>,
    /// How much of the way the grid has gone, 0 to 1.
    part: Memo<f64>,
    /// Whether there is any way to go.
    useful: Memo<bool>,
}

impl Slider {
    fn new(grid: GridState) -> Self {
        let part = Memo::new(move |_| {
            let last = grid.layout.get().map_or(0.0, |layout| layout.max_logical());
            if last > 0.0 {
                grid.scroll.get().logical() / last
            } else {
                0.0
            }
        });
        let useful = move |_: Option<&bool>| {
            grid.layout
                .get()
                .is_some_and(|layout| layout.max_logical() > 1.0)
        };
        Self {
            grid,
            marks: RwSignal::new(Vec::new()),
            track: NodeRef::new(),
            dragging: RwSignal::new(false),
            hover: RwSignal::new(None),
            part,
            useful: Memo::new(useful),
        }
    }

    /// Asks for the months of every result that is shown.
    fn listen(self) {
        Effect::new(move || {
            let Some(id) = self.grid.result.head.with(|head| head.id) else {
                return;
            };
            spawn_local(async move {
                let months = search::timeline(id).await.unwrap_or_default();
                let now = self.grid.result.head.try_with_untracked(|head| head.id);
                if now == Some(Some(id)) {
                    self.marks.set(months);
                }
            });
        });
    }

    /// The position that a part of the way stands for.
    fn position(&self, part: f64) -> u64 {
        let total = self.grid.result.total();
        ((part * total as f64) as u64).min(total.saturating_sub(1))
    }

    /// The month at a part of the way, if the order has months, and the position in words.
    fn label(&self, part: f64) -> (Option<String>, String) {
        let position = self.position(part);
        let total = words::count(self.grid.result.total());
        let month = self.marks.with(|marks| {
            let next = marks.partition_point(|mark| mark.position <= position);
            next.checked_sub(1)
                .and_then(|at| marks.get(at))
                .map(|mark| words::month(mark.month))
        });
        (month, format!("{} of {total}", words::count(position + 1)))
    }

    fn spoken(&self) -> String {
        match self.label(self.part.get()) {
            (Some(month), place) => format!("{month}, {place}"),
            (None, place) => place,
        }
    }

    fn part_at(&self, event: &ev::PointerEvent) -> Option<f64> {
        let rect = dom::rect(self.track.get_untracked()?);
        let way = (rect.height - HANDLE).max(1.0);
        let part = (f64::from(event.client_y()) - rect.y - HANDLE / 2.0) / way;
        Some(part.clamp(0.0, 1.0))
    }

    fn go(&self, part: f64) {
        if let Some(layout) = self.grid.layout.get_untracked() {
            self.grid.fly_to(part * layout.max_logical());
        }
    }

    fn down(&self, event: &ev::PointerEvent) {
        if let Some(track) = self.track.get_untracked() {
            dom::capture_pointer(&track, event.pointer_id());
        }
        self.dragging.set(true);
        if let Some(part) = self.part_at(event) {
            self.hover.set(Some(part));
            self.go(part);
        }
    }

    fn moved(&self, event: &ev::PointerEvent) {
        let at = self.part_at(event);
        self.hover.set(at);
        if let (true, Some(part)) = (self.dragging.get_untracked(), at) {
            self.go(part);
        }
    }

    fn up(&self, keep_hover: bool) {
        // Nobody flies on without a finger.
        if self.dragging.get_untracked() {
            self.grid.rest();
        }
        self.dragging.set(false);
        if !keep_hover {
            self.hover.set(None);
        }
    }

    /// Ticks where months begin, as far as there is room.
    fn ticks(&self) -> impl IntoView + use<> {
        let total = self.grid.result.total().max(1) as f64;
        let height = self
            .track
            .get()
            .map_or(0.0, |track| dom::rect(track).height);
        let mut last = f64::MIN;
        let mut ticks = Vec::new();
        for mark in self.marks.get() {
            let at = mark.position as f64 / total;
            if at * height - last < APART {
                continue;
            }
            last = at * height;
            let year = mark.month.date().month == 1;
            let top = format!("{:.3}%", at * 100.0);
            ticks.push(view! {
                <span
                    class="scrubber-tick"
                    class:is-year=year
                    style:inset-block-start=top
                ></span>
            });
        }
        ticks
    }

    fn bubble(&self) -> Option<impl IntoView + use<>> {
        let held = self.dragging.get().then(|| self.part.get());
        let part = self.hover.get().or(held)?;
        let (month, place) = self.label(part);
        Some(view! {
            <span class="scrubber-bubble" style=("--at", css_place(part))>
                {month.map(|month| view! { <strong>{month}</strong> })}
                <span>{place}</span>
            </span>
        })
    }
}

fn css_place(part: f64) -> String {
    format!("calc({part:.5} * (100% - {HANDLE}px))")
}

/// A slider over the positions of the result.
#[component]
pub fn Scrubber(
    /// The grid that it moves.
    grid: GridState,
) -> impl IntoView {
    let slider = Slider::new(grid);
    slider.listen();
    view! {
        <div
            class="scrubber needs-wasm"
            class:is-open=move || slider.dragging.get()
            class:is-useless=move || !slider.useful.get()
            node_ref=slider.track
            role="slider"
            tabindex=move || if slider.useful.get() { "0" } else { "-1" }
            aria-label="Place in the result"
            aria-orientation="vertical"
            aria-valuemin="1"
            aria-valuemax=move || grid.result.total().max(1).to_string()
            aria-valuenow=move || (slider.position(slider.part.get()) + 1).to_string()
            aria-valuetext=move || slider.spoken()
            on:pointerdown=move |event| slider.down(&event)
            on:pointermove=move |event| slider.moved(&event)
            on:pointerup=move |event| slider.up(event.pointer_type() != "touch")
            on:pointercancel=move |_| slider.up(false)
            on:pointerleave=move |_| {
                if !slider.dragging.get_untracked() {
                    slider.hover.set(None);
                }
            }
            on:keydown=move |event| key(grid, slider.marks, &event)
        >
            {move || slider.ticks()}
            // Rendered in the browser only: the server sends no styles of elements.
            {move || {
                slider
                    .useful
                    .get()
                    .then(|| {
                        let at = move || css_place(slider.part.get());
                        view! { <span class="scrubber-handle" style=("--at", at)></span> }
                    })
            }} {move || slider.bubble()}
        </div>
    }
    .into_any()
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
