//! Where the grid stands: its measures, its scroll place and its focus, and how they move.

mod choose;
mod place;

use std::{collections::HashSet, ops::Range};

use domain::{
    layout::{Align, CellShape, Grid, GridSpec, Move, Scroll, moved},
    query::View,
};
use leptos::{html, prelude::*};

use super::{followers::Followers, result::ResultState, selection::SelectionState, shared::Shared};
use crate::browser::{
    dom,
    timers::{self, Debounce},
};

/// Rendered cells stay below this number where the screen allows it: four elements each.
const CELLS: u64 = 88;

/// The same for the rows of a list, which have more elements.
const ROWS: u64 = 28;

/// Height of a list's row in pixels, as in `style/components/list.css`.
const ROW: f64 = 72.0;

/// Pixels between cells, as in `style/components/grid.css`.
const GAP: f64 = 4.0;

/// Pixels per millisecond above which cells show only their colours until scrolling settles.
const FAST: f64 = 4.0;

/// Milliseconds without a movement after which the grid rests: four frames, in which every wheel and
/// every finger that goes on would have moved it.
const REST: u64 = 60;

/// What the page measures, in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Measures {
    width: f64,
    height: f64,
    cell: f64,
    ratio: f64,
    view: View,
}

/// Where the grid stands. Copies all speak of the same grid.
#[derive(Clone, Copy)]
pub struct GridState {
    /// What it shows.
    pub result: ResultState,
    /// The URL, the selection, the preferences and the messages.
    pub shared: Shared,
    /// How it is laid out; `None` on the server and until it is measured.
    pub layout: Memo<Option<Grid>>,
    /// Whether that is as the rows of a list.
    pub listed: Memo<bool>,
    /// Where it is scrolled to.
    pub scroll: RwSignal<Scroll>,
    /// What is added to a row's logical place to get its place in the scrolled element; nought
    /// unless the result is longer than a browser can scroll.
    pub shift: Memo<f64>,
    /// Whether it scrolls too fast for pictures to be worth asking for.
    pub fast: RwSignal<bool>,
    /// Position of the cell that has the focus when the grid has it.
    pub focus: RwSignal<u64>,
    /// The element that scrolls.
    pub scroller: NodeRef<html::Div>,
    /// The element whose width the cells fill.
    pub inner: NodeRef<html::Div>,
    /// The rubber band, while one is drawn.
    pub band: RwSignal<Option<crate::components::rubber_band::BandDrag>>,
    measures: RwSignal<Option<Measures>>,
    cells: Followers,
    /// What no view depends on.
    moving: StoredValue<Moving>,
}

/// How the grid is being moved.
#[derive(Clone)]
struct Moving {
    /// Thumbnails that are in the browser's memory.
    seen: HashSet<String>,
    /// Whether a look at the new place is already asked for.
    pending: bool,
    /// Counts presses and releases of fingers, so that a rest can be told from a tap.
    touches: u32,
    /// Whether the click that ends a long press is still to come.
    swallow: bool,
    /// The last place, and when.
    last: (f64, f64),
    /// The position to begin at once the grid can be measured.
    begin: Option<u64>,
    settle: Debounce,
    keep_later: Debounce,
}

impl GridState {
    /// A grid at the beginning of a result.
    pub fn new(result: ResultState, shared: Shared) -> Self {
        let measures = RwSignal::new(None::<Measures>);
        let layout = Memo::new(move |_| {
            let total = result.total();
            measures.get().map(|measures| lay_out(&measures, total))
        });
        let scroll = RwSignal::new(Scroll::default());
        Self {
            result,
            shared,
            layout,
            listed: Memo::new(move |_| {
                measures
                    .get()
                    .is_some_and(|measures| measures.view == View::List)
            }),
            scroll,
            shift: Memo::new(move |_| scroll.with(|scroll| scroll.real() - scroll.logical())),
            fast: RwSignal::new(false),
            focus: RwSignal::new(0),
            scroller: NodeRef::new(),
            inner: NodeRef::new(),
            band: RwSignal::new(None),
            measures,
            cells: Followers::default(),
            moving: StoredValue::new(Moving {
                seen: HashSet::new(),
                pending: false,
                touches: 0,
                swallow: false,
                last: (0.0, 0.0),
                begin: None,
                settle: Debounce::new(REST),
                keep_later: Debounce::new(250),
            }),
        }
    }

    /// A value for a cell, made of what the grid and the page know. Cells listen to nothing else that
    /// outlives them.
    pub fn follow<T>(&self, read: impl Fn() -> T + Send + Sync + 'static) -> RwSignal<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        self.cells.follow(read)
    }

    /// Gives the cells what is new to them; runs again when anything changes that they may show.
    pub fn tell_cells(&self) {
        self.layout.track();
        self.shift.track();
        self.focus.track();
        self.fast.track();
        self.result.windows.track();
        self.result.shown.track();
        self.selection().chosen.track();
        self.cells.tell();
    }

    /// What is selected.
    pub fn selection(&self) -> SelectionState {
        self.shared.selection()
    }

    /// The rows to render, without the focused one: those seen, and as many above and below as the
    /// budget of elements allows, one screen at most.
    pub fn rows(&self) -> Range<u64> {
        let Some(layout) = self.layout.get() else {
            return 0..0;
        };
        let logical = self.scroll.get().logical();
        let first = (logical / layout.row_height()).floor().max(0.0) as u64;
        let end = ((logical + layout.height) / layout.row_height())
            .ceil()
            .max(0.0) as u64;
        let seen = end.saturating_sub(first);
        let budget = if self.listed.get() {
            ROWS
        } else {
            CELLS / u64::from(layout.columns)
        };
        let spare = budget.saturating_sub(seen) / 2;
        let spare = spare.clamp(1, seen.max(1));
        first.saturating_sub(spare).min(layout.rows)..(end + spare).min(layout.rows)
    }

    /// Makes the pictures so many times as large; a list has one size.
    pub fn resize(&self, times: f64) {
        if !self.listed.get_untracked() {
            self.set_cell(dom::root_number("--cell").unwrap_or(200.0) * times);
        }
    }

    /// Gives the cells another smallest edge, in pixels.
    pub fn set_cell(&self, edge: f64) {
        self.shared.preferences().set_cell(edge);
        self.measure();
    }

    /// Measures the grid; keeps the same pictures in view when the measures changed.
    pub fn measure(&self) {
        let (Some(Some(scroller)), Some(Some(inner))) = (
            self.scroller.try_get_untracked(),
            self.inner.try_get_untracked(),
        ) else {
            return;
        };
        let measures = Measures {
            width: dom::inner_size(&inner).0,
            height: dom::inner_size(&scroller).1,
            cell: dom::root_number("--cell").unwrap_or(200.0),
            ratio: dom::pixel_ratio(),
            view: self.shared.query().view.get_untracked(),
        };
        if measures.width < 1.0 || self.measures.get_untracked() == Some(measures) {
            return;
        }
        let before = self.layout.get_untracked();
        self.measures.set(Some(measures));
        if let (Some(before), Some(now)) = (before, self.layout.get_untracked()) {
            let scroll = self.scroll.get_untracked();
            let focused = self.focus.get_untracked();
            let place = before.row_top(before.row_of(focused)) - scroll.logical();
            let seen = place > -before.cell_height && place < before.height;
            // The focused picture stays where it is when it is seen, else the first one does.
            let moved = if seen && focused > 0 {
                Scroll::at(&now, now.row_top(now.row_of(focused)) - place)
            } else {
                scroll.relaid(&before, &now)
            };
            self.place(moved);
        } else if let Some(position) = self
            .moving
            .try_update_value(|moving| moving.begin.take())
            .flatten()
        {
            self.restore(Some(position));
        }
        self.ask();
    }

    /// Begins at a position as soon as the grid is measured.
    pub fn begin_at(&self, position: Option<u64>) {
        self.moving.update_value(|moving| moving.begin = position);
    }

    /// Moves the view to a logical place, without animation.
    pub fn go_to(&self, logical: f64) {
        if let Some(layout) = self.layout.get_untracked() {
            self.place(Scroll::at(&layout, logical));
        }
    }

    /// Moves the view in a fast drag: cells show their colours until it rests.
    pub fn fly_to(&self, logical: f64) {
        if !self.fast.get_untracked() {
            self.fast.set(true);
        }
        self.go_to(logical);
    }

    fn place(&self, scroll: Scroll) {
        self.scroll.set(scroll);
        self.moving
            .update_value(|moving| moving.last = (scroll.logical(), dom::now()));
        let grid = *self;
        let place = move || {
            if let Some(scroller) = grid.scroller.try_get_untracked().flatten() {
                scroller.set_scroll_top(scroll.real().round() as i32);
            }
        };
        place();
        // The scrolled element may only now get the height that lets it scroll so far.
        timers::frame(place);
        self.settled_soon();
    }

    /// To be called on every scroll event: looks at the new place before the next paint.
    pub fn scrolled(&self) {
        let asked = self
            .moving
            .try_update_value(|moving| std::mem::replace(&mut moving.pending, true));
        if asked != Some(false) {
            return;
        }
        let grid = *self;
        timers::frame(move || {
            if grid
                .moving
                .try_update_value(|moving| moving.pending = false)
                .is_some()
            {
                grid.look();
            }
        });
    }

    fn look(&self) {
        let (Some(layout), Some(scroller)) =
            (self.layout.get_untracked(), self.scroller.get_untracked())
        else {
            return;
        };
        let before = self.scroll.get_untracked();
        let real = f64::from(scroller.scroll_top());
        // Our own move comes back rounded.
        if (real - before.real()).abs() <= 0.6 {
            return;
        }
        let (scroll, correct) = before.scrolled(&layout, real);
        if let Some(real) = correct {
            scroller.set_scroll_top(real.round() as i32);
        }
        let now = dom::now();
        let (logical, then) = self.moving.with_value(|moving| moving.last);
        self.moving
            .update_value(|moving| moving.last = (scroll.logical(), now));
        let speed = (scroll.logical() - logical).abs() / (now - then).max(1.0);
        if speed > FAST && !self.fast.get_untracked() {
            self.fast.set(true);
        }
        self.scroll.set(scroll);
        if !self.fast.get_untracked() {
            self.ask();
        }
        self.settled_soon();
    }

    fn settled_soon(&self) {
        let grid = *self;
        let settle = self.moving.with_value(|moving| moving.settle);
        settle.call(move || grid.rest());
        self.keep_soon();
    }

    /// The grid has come to rest: its pictures are worth asking for now.
    pub fn rest(&self) {
        if self.fast.try_get_untracked() == Some(true) {
            self.fast.set(false);
        }
        self.ask();
    }

    /// Asks for the cards in view and one screen around it.
    pub fn ask(&self) {
        let Some(layout) = self.layout.try_get_untracked().flatten() else {
            return;
        };
        let logical = self.scroll.get_untracked().logical();
        let first = layout.first_visible(logical - layout.height);
        let end = layout.first_visible(logical + 2.0 * layout.height);
        self.result.want(first..end + u64::from(layout.columns));
    }

    /// The first position that is wholly in view, without subscribing.
    pub fn first_seen(&self) -> u64 {
        self.layout.get_untracked().map_or(0, |layout| {
            layout.first_visible(self.scroll.get_untracked().logical() + layout.cell_height / 2.0)
        })
    }

    /// The focused position when it is in view, else the first one in view.
    pub fn visible_focus(&self) -> u64 {
        let Some(layout) = self.layout.get_untracked() else {
            return 0;
        };
        let focus = self.focus.get_untracked();
        let place = layout.row_top(layout.row_of(focus)) - self.scroll.get_untracked().logical();
        if place > -1.0 && place < layout.height {
            focus
        } else {
            self.first_seen()
        }
    }

    /// Moves the focus by a key; extends the selection from the anchor when asked to.
    pub fn step(&self, step: Move, extend: bool) {
        if let Some(layout) = self.layout.get_untracked() {
            self.focus_on(moved(&layout, self.focus.get_untracked(), step), extend);
        }
    }

    /// Moves the focus to a position, scrolling as little as needed; extends the selection from
    /// the anchor when asked to.
    pub fn focus_on(&self, position: u64, extend: bool) {
        self.reveal(position);
        let position = self.focus.get_untracked();
        timers::frame(move || {
            dom::focus_first(&format!("[data-p='{position}'][tabindex]"));
        });
        if extend {
            self.select_range(self.selection().anchor.get_untracked(), position);
        } else {
            self.selection().anchor.set(position);
        }
    }

    /// Makes a position the focused one and scrolls as little as needed to see it.
    pub fn reveal(&self, position: u64) {
        let total = self.result.total_now();
        let Some(layout) = self.layout.get_untracked().filter(|_| total > 0) else {
            return;
        };
        let position = position.min(total - 1);
        self.focus.set(position);
        let before = self.scroll.get_untracked();
        let after = before.to_row(&layout, layout.row_of(position), Align::Nearest);
        if after != before {
            self.place(after);
        }
    }
}

fn lay_out(measures: &Measures, total: u64) -> Grid {
    let (cell, shape, gap) = match measures.view {
        View::Grid => (measures.cell, CellShape::Times(1.0), GAP),
        View::List => (f64::INFINITY, CellShape::Fixed(ROW), 0.0),
    };
    Grid::new(&GridSpec {
        width: measures.width,
        height: measures.height,
        cell,
        shape,
        gap,
        total,
        ratio: measures.ratio,
    })
}
