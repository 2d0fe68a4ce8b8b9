//! What arrives while the page is open: how many new pictures there are, and putting them on top by
//! itself where somebody follows.
//!
//! Following moves nothing that somebody looks at. It waits while the grid is scrolled away from its
//! top, while a picture or a dialog is open, while a rubber band is drawn, and where the picture that
//! has the focus would leave the view; meanwhile the pill tells what waits.

use domain::{id::ImageId, query::Query, scan::ScanProgress};
use leptos::{prelude::*, task::spawn_local};

use super::{grid::GridState, progress::use_progress, shared::Shared};
use crate::{
    api::search::first_page,
    browser::{
        dom, storage,
        timers::{self, Debounce},
    },
    words,
};

/// Milliseconds between the first news and the look at it: more of the same may come.
const SOON: u64 = 300;
/// Milliseconds between two looks while the library grows.
const PAUSE: u64 = 1_500;
/// Pixels that count as the top.
const TOP: f64 = 1.0;

/// Where it is kept whether somebody follows, in the library and in a session.
const KEYS: [&str; 2] = ["proofsheet.follow", "proofsheet.follow.session"];

/// What is shown while pictures arrive.
#[derive(Clone, Copy)]
pub struct Shown {
    /// The state of the library of which it is.
    pub change: Signal<i64>,
    /// Asks for the result again.
    pub refresh: Callback<()>,
}

/// What has arrived. Copies all speak of the same.
#[derive(Clone, Copy)]
pub struct Arrivals {
    /// So many new pictures wait to be looked at.
    pub fresh: RwSignal<u64>,
    /// What screen readers are told.
    pub told: RwSignal<String>,
    shared: Shared,
    grid: RwSignal<Option<GridState>>,
    shown: Shown,
    inside: StoredValue<Inside>,
    soon: Debounce,
    later: Debounce,
    again: Debounce,
}

/// What no view depends on.
#[derive(Default)]
struct Inside {
    /// Whether a look is on its way.
    expected: bool,
    /// When the last one was, in milliseconds of the page's clock.
    looked: f64,
    /// What is to be kept when the pictures that are on their way come on top.
    coming: Option<Coming>,
}

/// New pictures that are on their way to the top.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Coming {
    /// So many.
    count: u64,
    /// The picture at the focused position, which moves down with it.
    focused: Option<(ImageId, u64)>,
    /// Whether it has the browser's focus.
    has_focus: bool,
}

impl Arrivals {
    /// Begins to watch the library grow, until the current owner goes away.
    pub fn new(shared: Shared, grid: RwSignal<Option<GridState>>, shown: Shown) -> Self {
        let own = Self {
            fresh: RwSignal::new(0),
            told: RwSignal::new(String::new()),
            shared,
            grid,
            shown,
            inside: StoredValue::new(Inside::default()),
            soon: Debounce::new(SOON),
            later: Debounce::new(PAUSE),
            again: Debounce::new(PAUSE),
        };
        own.remember();
        own.listen(use_progress());
        own
    }

    /// Shows what has arrived, from the top.
    pub fn show(self) {
        self.fresh.set(0);
        self.shown.refresh.run(());
        if let Some(grid) = self.grid.get_untracked() {
            grid.go_to(0.0);
        }
    }

    /// Keeps in this browser whether somebody follows, for the library and for sessions by themselves.
    fn remember(self) {
        let follow = self.shared.preferences().follow;
        let query = self.shared.query().query;
        let session = Memo::new(move |_| query.with(|query| query.since().is_some()));
        let key = move || KEYS[usize::from(session.get_untracked())];
        Effect::new(move || {
            let kept = session.get();
            let kept = storage::get(key()).map_or(kept, |word| word == "on");
            follow.set(kept);
        });
        let toasts = self.shared.toasts();
        Effect::watch(
            move || follow.get(),
            move |on, _, _| {
                let before =
                    storage::get(key()).map_or(session.get_untracked(), |word| word == "on");
                if *on == before {
                    return;
                }
                storage::set(key(), if *on { "on" } else { "off" });
                if *on && !query.with_untracked(|query| query.sort.is_newest_first()) {
                    toasts.say(words::live::ORDER);
                }
            },
            false,
        );
    }

    fn listen(self, progress: Signal<Option<ScanProgress>>) {
        Effect::new(move || {
            let now = progress.with(|progress| progress.as_ref().map(|progress| progress.change));
            let known = self.shown.change.get();
            self.grid.track();
            match now {
                Some(now) if now > known => self.expect(),
                Some(_) => self.fresh.set(0),
                None => {}
            }
        });
        // What waited comes as soon as nothing is in its way.
        let follow = self.shared.preferences().follow;
        let query = self.shared.query().query;
        let top = Memo::new(move |_| {
            let grid = self.grid.get();
            grid.is_some_and(|grid| grid.scroll.with(|scroll| scroll.logical() <= TOP))
        });
        Effect::new(move || {
            let clear = follow.get() && top.get() && query.with(|query| query.image.is_none());
            if clear && self.fresh.get_untracked() > 0 {
                self.look();
            }
        });
        // What was kept is put in its place when the new pictures are there.
        Effect::new(move || {
            if let Some(grid) = self.grid.get() {
                grid.result.head.track();
                self.came(grid);
            }
        });
    }

    /// Looks soon, however often it is asked for.
    fn expect(self) {
        let asked = self.inside.try_update_value(|inside| {
            let recent = dom::now() - inside.looked < PAUSE as f64;
            (!std::mem::replace(&mut inside.expected, true)).then_some(recent)
        });
        if let Some(Some(recent)) = asked {
            let timer = if recent { self.later } else { self.soon };
            timer.call(move || self.look());
        }
    }

    /// Looks how many new pictures there are.
    fn look(self) {
        let begun = self.inside.try_update_value(|inside| {
            inside.expected = false;
            inside.looked = dom::now();
        });
        if begun.is_none() {
            return;
        }
        let Some(grid) = self.grid.get_untracked() else {
            // An empty page has nothing that could move, so it fills by itself.
            return self.shown.refresh.run(());
        };
        let query = self.shared.query();
        let (asked, result) = (query.query.get_untracked(), query.result.get_untracked());
        spawn_local(async move {
            let Ok(page) = first_page(asked, 1).await else {
                return;
            };
            let then = grid.result.head.try_with_untracked(|head| head.total);
            let (Some(now), Some(Some(then))) = (page.head.total, then) else {
                return;
            };
            if query.result.try_get_untracked() == Some(result) {
                self.found(grid, now.saturating_sub(then));
            }
        });
    }

    /// So many new pictures there are: they come on top, or the pill tells of them.
    fn found(self, grid: GridState, count: u64) {
        let follows = self.shared.preferences().follow.get_untracked();
        if count > 0 && follows && self.is_clear(grid, count) {
            return self.bring(grid, count);
        }
        if count > 0 && self.fresh.get_untracked() == 0 {
            self.told.set(words::live::waiting(count));
        }
        self.fresh.set(count);
        if count > 0 && follows {
            self.try_again(grid, count);
        }
    }

    /// Brings what waits when nothing is in its way any more: a dialog that closes tells nobody.
    fn try_again(self, grid: GridState, count: u64) {
        self.again.call(move || {
            let waits = self.fresh.get_untracked() > 0;
            let follows = self.shared.preferences().follow.get_untracked();
            if waits && follows && self.is_here(grid) {
                if self.is_clear(grid, count) {
                    self.look();
                } else {
                    self.try_again(grid, count);
                }
            }
        });
    }

    /// Whether a grid is still the one that is shown.
    fn is_here(self, grid: GridState) -> bool {
        let head = |grid: GridState| grid.result.head;
        self.grid.get_untracked().map(head) == Some(head(grid))
    }

    /// Whether nothing that somebody looks at would move out of sight.
    fn is_clear(self, grid: GridState, count: u64) -> bool {
        let open = self
            .shared
            .query()
            .query
            .with_untracked(|query| !query.sort.is_newest_first() || query.image.is_some());
        let moved = grid.scroll.with_untracked(|scroll| scroll.logical() > TOP);
        let drawn = grid.band.with_untracked(Option::is_some);
        if open || moved || drawn || dom::dialog_open() {
            return false;
        }
        !dom::focus_within("[data-p]") || self.is_at_newest(grid) || stays_in_view(grid, count)
    }

    /// Whether the focus stands at the newest picture and goes on to each that comes, as in a session.
    fn is_at_newest(self, grid: GridState) -> bool {
        let session = |query: &Query| query.since().is_some();
        grid.focus.get_untracked() == 0 && self.shared.query().query.with_untracked(session)
    }

    /// Puts what has arrived on top.
    fn bring(self, grid: GridState, count: u64) {
        let has_focus = dom::focus_within("[data-p]");
        let position = grid.focus.get_untracked();
        let moves = !self.is_at_newest(grid) && (position > 0 || has_focus);
        let focused = grid.result.id_at(position).filter(|_| moves);
        self.inside.update_value(|inside| {
            inside.coming = Some(Coming {
                count,
                focused: focused.map(|id| (id, position)),
                has_focus,
            });
        });
        self.fresh.set(0);
        self.shown.refresh.run(());
    }

    /// The result was asked again. If that was to bring something, the focus stays with its picture.
    fn came(self, grid: GridState) {
        let coming = self
            .inside
            .try_update_value(|inside| inside.coming.take())
            .flatten();
        let Some(coming) = coming else { return };
        let total = grid.result.total_now();
        self.told.set(words::live::came(coming.count, total));
        let Some((id, before)) = coming.focused else {
            return;
        };
        let known = grid
            .result
            .windows
            .with_untracked(|windows| windows.position(id));
        let now = known.unwrap_or(before + coming.count);
        let anchor = grid.selection().anchor;
        anchor.update(|anchor| *anchor += now.saturating_sub(before));
        grid.focus.set(now.min(total.saturating_sub(1)));
        if coming.has_focus {
            timers::frame(move || {
                dom::focus_first(&format!("[data-p='{now}'][tabindex]"));
            });
        }
    }
}

/// Whether the focused picture is still in view when so many come before it, if it is now.
fn stays_in_view(grid: GridState, count: u64) -> bool {
    grid.layout.get_untracked().is_some_and(|layout| {
        let bottom = |place| layout.row_top(layout.row_of(place)) + layout.cell_height;
        let focus = grid.focus.get_untracked();
        bottom(focus) > layout.height || bottom(focus + count) <= layout.height
    })
}
