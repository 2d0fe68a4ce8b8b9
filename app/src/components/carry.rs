//! Carrying pictures by mouse: into a photoset of the panel, or to another place in the photoset that is
//! shown. Keys and buttons do the same.

use domain::{
    id::{ImageId, SetId},
    selection::Selection,
};
use leptos::{ev, prelude::*};

use crate::{
    browser::dom,
    state::{
        about_pictures::Target,
        grid::GridState,
        grouping::{self, arranged},
        selection::Chosen,
        shared::Shared,
    },
    words,
};

/// Pixels that the pointer moves before a press carries something.
const STILL: f64 = 6.0;

/// What is carried.
#[derive(Debug, Clone, PartialEq)]
struct Held {
    target: Target,
    /// Where the press began.
    start: (f64, f64),
    pointer: (f64, f64),
    /// Whether it has moved far enough.
    carried: bool,
    over: Over,
}

/// Where it would be put.
#[derive(Debug, Clone, PartialEq)]
enum Over {
    Nothing,
    Set {
        id: SetId,
        name: String,
        place: dom::Rect,
    },
    /// Before a picture, or behind all; the line that is drawn there.
    Before {
        picture: Option<ImageId>,
        x: f64,
        y: f64,
        height: f64,
    },
}

/// Hears the mouse, and shows what is carried.
#[component]
pub fn Carry(
    /// What the page shares.
    shared: Shared,
    /// The grid, when there is one.
    grid: RwSignal<Option<GridState>>,
) -> impl IntoView {
    let held = RwSignal::new(None::<Held>);
    Effect::new(move || {
        let down = window_event_listener(ev::pointerdown, move |event| {
            held.set(grid.get_untracked().and_then(|grid| begin(grid, &event)));
        });
        let moved = window_event_listener(ev::pointermove, move |event| {
            if held.with_untracked(Option::is_some) {
                held.update(|held| follow(grid, held.as_mut(), &event));
            }
        });
        let up = window_event_listener(ev::pointerup, move |_| {
            if let Some(held) = held.try_update(Option::take).flatten() {
                drop_it(shared, grid, held);
            }
        });
        let cancelled = window_event_listener(ev::pointercancel, move |_| held.set(None));
        let key = window_event_listener(ev::keydown, move |event| {
            if event.key() == "Escape" && held.with_untracked(Option::is_some) {
                event.prevent_default();
                held.set(None);
            }
        });
        on_cleanup(move || {
            for handle in [down, moved, up, cancelled, key] {
                handle.remove();
            }
        });
    });
    let shown = move || {
        let held = held.get().filter(|held| held.carried)?;
        let mark = match held.over {
            Over::Nothing => None,
            Over::Set { place, .. } => Some(
                view! {
                    <div
                        class="carry-box"
                        style:left=format!("{}px", place.x)
                        style:top=format!("{}px", place.y)
                        style:width=format!("{}px", place.width)
                        style:height=format!("{}px", place.height)
                    ></div>
                }
                .into_any(),
            ),
            Over::Before { x, y, height, .. } => Some(
                view! {
                    <div
                        class="carry-line"
                        style:left=format!("{x}px")
                        style:top=format!("{y}px")
                        style:height=format!("{height}px")
                    ></div>
                }
                .into_any(),
            ),
        };
        let (x, y) = held.pointer;
        Some(view! {
            <div class="carry" aria-hidden="true">
                {mark}
                <div
                    class="carry-what"
                    style:left=format!("{x}px")
                    style:top=format!("{y}px")
                >
                    {words::pictures(held.target.count)}
                </div>
            </div>
        })
    };
    move || shown()
}

/// A press on a picture: on what is selected, when it is among that, else on this one alone.
fn begin(grid: GridState, event: &ev::PointerEvent) -> Option<Held> {
    let plain = !event.shift_key() && !event.ctrl_key() && !event.meta_key();
    if event.pointer_type() != "mouse" || event.button() != 0 || !plain {
        return None;
    }
    if !dom::is_within(event, ".tile-link, .row-name") {
        return None;
    }
    let position = dom::attribute_around(event, "[data-p]", "data-p")?.parse();
    let id = grid.result.id_at(position.ok()?)?;
    let chosen = grid.selection().chosen.get_untracked();
    let among = untrack(|| grid.is_selected(id));
    let many = chosen.to_wire().filter(|_| among);
    let target = match many {
        Some(selection) => Target {
            selection,
            count: Chosen::count(&chosen),
        },
        None => Target {
            selection: Selection::These(vec![id]),
            count: 1,
        },
    };
    let pointer = dom::point_of(event);
    Some(Held {
        target,
        start: pointer,
        pointer,
        carried: false,
        over: Over::Nothing,
    })
}

fn follow(grid: RwSignal<Option<GridState>>, held: Option<&mut Held>, event: &ev::PointerEvent) {
    let Some(held) = held else {
        return;
    };
    held.pointer = dom::point_of(event);
    let far = (held.pointer.0 - held.start.0).hypot(held.pointer.1 - held.start.1) > STILL;
    held.carried |= far;
    if held.carried {
        held.over = over(grid, held.pointer);
    }
}

fn over(grid: RwSignal<Option<GridState>>, point: (f64, f64)) -> Over {
    if let Some((id, place)) = dom::under(point, "[data-set]", "data-set")
        && let Ok(id) = id.parse()
    {
        let name = dom::name_under(point, "[data-set]", ".truncate");
        let name = name.unwrap_or_default();
        return Over::Set { id, name, place };
    }
    let Some(grid) = grid.get_untracked() else {
        return Over::Nothing;
    };
    let query = grid.shared.query().query;
    let tile = dom::under(point, "[data-p]", "data-p");
    let Some((position, place)) = tile.filter(|_| query.with_untracked(arranged).is_some()) else {
        return Over::Nothing;
    };
    let Ok(position) = position.parse::<u64>() else {
        return Over::Nothing;
    };
    let behind = point.0 > place.x + place.width / 2.0;
    Over::Before {
        picture: grid.result.id_at(position + u64::from(behind)),
        x: if behind {
            place.x + place.width
        } else {
            place.x
        },
        y: place.y,
        height: place.height,
    }
}

fn drop_it(shared: Shared, grid: RwSignal<Option<GridState>>, held: Held) {
    if !held.carried {
        return;
    }
    let Some(grid) = grid.get_untracked() else {
        return;
    };
    // The click that ends it opens nothing.
    grid.swallow_click();
    match held.over {
        Over::Nothing => {}
        Over::Set { id, name, .. } => {
            grouping::put(shared, Some(grid), (id, name), held.target, true, |_| {});
        }
        Over::Before { picture, .. } => {
            let set = shared.query().query.with_untracked(arranged);
            if let (Some(set), Selection::These(ids)) = (set, held.target.selection) {
                grouping::arrange(grid, &set, ids, picture);
            }
        }
    }
}
