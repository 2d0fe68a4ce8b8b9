//! The result that the page shows: its head, its cards as far as they are here, and asking for more.

use std::ops::Range;

use domain::{
    id::{ImageId, ResultId},
    image::ImageCard,
    judgement::Edit,
    query::View,
    window::{FirstPage, Neighbours, Page, ResultHead, Window},
};
use leptos::{prelude::*, task::spawn_local};

use super::{query::QueryState, windows::Windows};
use crate::api::search;

/// Requests for windows that run at the same time.
const AT_ONCE: u32 = 3;

/// The result on the page. Copies all speak of the same one.
#[derive(Clone, Copy)]
pub struct ResultState {
    /// The held result.
    pub head: RwSignal<ResultHead>,
    /// Its cards by position.
    pub windows: RwSignal<Windows>,
    /// The canonical form of the query that it answers.
    pub shown: RwSignal<String>,
    /// The position of the picture that is open, where only its neighbours' request tells it.
    pub open_at: RwSignal<Option<(ImageId, u64)>>,
    asking: StoredValue<Asking>,
}

/// Something that was judged here and that answers on their way may not know of.
struct Judged {
    serial: u64,
    which: Box<dyn Fn(ImageId) -> bool + Send + Sync>,
    edit: Edit,
}

/// How asking for more goes.
struct Asking {
    query: QueryState,
    /// Asks for the first page again: the result is stale or the library has grown.
    refresh: Callback<()>,
    /// Whether pictures stay in it although they no longer belong there.
    stays: bool,
    wanted: Range<u64>,
    in_flight: u32,
    /// Laid over what the server says until it knows it too, oldest first.
    judged: Vec<Judged>,
    /// Number of the last of them.
    serial: u64,
    /// Number up to which the server knows them.
    settled: u64,
}

impl Asking {
    /// Gives what was judged the next number.
    fn number(
        &mut self,
        which: impl Fn(ImageId) -> bool + Send + Sync + 'static,
        edit: Edit,
    ) -> Judged {
        self.serial += 1;
        Judged {
            serial: self.serial,
            which: Box::new(which),
            edit,
        }
    }

    /// Drops what no answer can be without.
    fn drop_settled(&mut self) {
        if self.in_flight == 0 {
            let settled = self.settled;
            self.judged.retain(|judged| judged.serial > settled);
        }
    }
}

impl ResultState {
    /// Begins with a first page.
    pub fn new(first: &FirstPage, query: QueryState, refresh: Callback<()>) -> Self {
        Self {
            head: RwSignal::new(first.head.clone()),
            windows: RwSignal::new(filled(first, query.view.get_untracked())),
            shown: RwSignal::new(query.result.get_untracked()),
            open_at: RwSignal::new(None),
            asking: StoredValue::new(Asking {
                query,
                refresh,
                stays: false,
                wanted: 0..0,
                in_flight: 0,
                judged: Vec::new(),
                serial: 0,
                settled: 0,
            }),
        }
    }

    /// Shows another result, or the same one asked again; tells whether it answers another query.
    pub fn replace(&self, first: &FirstPage) -> bool {
        let asked = self.asking.with_value(|asking| asking.query);
        let query = asked.result.get_untracked();
        let other = query != self.shown.get_untracked();
        let looked_at = self
            .asking
            .try_update_value(|asking| {
                asking.in_flight = 0;
                asking.drop_settled();
                asking.wanted.clone()
            })
            .filter(|_| !other);
        let view = asked.view.get_untracked();
        self.windows.update(|windows| {
            let former = std::mem::take(windows);
            *windows = filled(first, view);
            self.lay_over(windows);
            // The same question again: what is looked at stays until its successor is here.
            if let Some(positions) = looked_at.filter(|_| former.view() == view) {
                windows.stand_in(former, positions);
            }
        });
        self.head.set(first.head.clone());
        if other {
            self.shown.set(query);
        }
        other
    }

    /// Number of pictures, as far as known.
    pub fn total(&self) -> u64 {
        self.windows.with(Windows::total)
    }

    /// The same without subscribing.
    pub fn total_now(&self) -> u64 {
        self.windows.with_untracked(Windows::total)
    }

    /// The card at a position when it is here, without subscribing.
    pub fn card(&self, position: u64) -> Option<ImageCard> {
        self.windows
            .with_untracked(|windows| windows.get(position).map(|card| (**card).clone()))
    }

    /// The picture at a position when its card is here, without subscribing.
    pub fn id_at(&self, position: u64) -> Option<ImageId> {
        self.windows
            .with_untracked(|windows| windows.get(position).map(|card| card.id))
    }

    /// Shows one thing set of the pictures where `which` holds: of those that are here, and of those that
    /// come before the server knows of it.
    pub fn judge(&self, which: impl Fn(ImageId) -> bool + Send + Sync + 'static, edit: Edit) {
        self.windows.update(|windows| windows.judge(&which, edit));
        self.asking.update_value(|asking| {
            let judged = asking.number(which, edit);
            asking.judged.push(judged);
        });
    }

    /// The same for what was judged before all that is shown already, oldest first: that stays on top.
    pub fn judged_before(&self, earlier: &[(ImageId, Edit)]) {
        self.asking.update_value(|asking| {
            let mut judged: Vec<Judged> = Vec::new();
            for (id, edit) in earlier.iter().copied() {
                judged.push(asking.number(move |own| own == id, edit));
            }
            asking.judged.splice(0..0, judged);
        });
        self.windows.update(|windows| self.lay_over(windows));
    }

    /// What pictures are, those of which the cards are here, in the respect in which an edit sets them.
    pub fn seen(&self, ids: &[ImageId], edit: Edit) -> Vec<(ImageId, Edit)> {
        self.windows
            .try_with_untracked(|windows| {
                let card = |id: &ImageId| windows.get(windows.position(*id)?);
                let seen = |id: &ImageId| Some((*id, card(id)?.judgement.part(edit)));
                ids.iter().filter_map(seen).collect()
            })
            .unwrap_or_default()
    }

    /// What a picture is called, when its card is here.
    pub fn name_of(&self, id: ImageId) -> Option<String> {
        let windows = self.windows;
        let name = |windows: &Windows| Some(windows.get(windows.position(id)?)?.name.clone());
        windows.try_with_untracked(name).flatten()
    }

    /// Number of what was judged last.
    pub fn serial(&self) -> u64 {
        self.asking
            .try_with_value(|asking| asking.serial)
            .unwrap_or_default()
    }

    /// The server has taken in what was judged up to a number. What was asked before may still come
    /// without it.
    pub fn settle(&self, serial: u64) {
        self.asking.try_update_value(|asking| {
            asking.settled = asking.settled.max(serial);
            asking.drop_settled();
        });
    }

    fn lay_over(&self, windows: &mut Windows) {
        self.asking.with_value(|asking| {
            for judged in &asking.judged {
                windows.judge(&judged.which, judged.edit);
            }
        });
    }

    /// Asks for what is looked at again: about what was judged up to a number the server knows better.
    pub fn renew(&self, serial: u64) {
        self.asking.try_update_value(|asking| {
            asking.judged.retain(|judged| judged.serial > serial);
        });
        if self.windows.try_update(Windows::renew).is_some() {
            self.ask();
        }
    }

    /// The same as a round in which every picture keeps its place, whatever becomes of it.
    #[must_use]
    pub fn as_round(self) -> Self {
        self.asking.update_value(|asking| asking.stays = true);
        self
    }

    /// Pictures have left the result or joined it.
    pub fn moved(&self) {
        if self.asking.try_with_value(|asking| asking.stays) == Some(false) {
            self.refresh();
        }
    }

    /// Asks the same question again.
    pub fn refresh(&self) {
        if let Some(refresh) = self.asking.try_with_value(|asking| asking.refresh) {
            refresh.run(());
        }
    }

    /// Asks for the cards of some positions; forgets what was wanted before and is not on its way.
    pub fn want(&self, positions: Range<u64>) {
        self.asking.update_value(|asking| asking.wanted = positions);
        self.ask();
    }

    fn ask(&self) {
        let Some(id) = self.head.with_untracked(|head| head.id) else {
            return;
        };
        let positions = self.asking.with_value(|asking| asking.wanted.clone());
        let (missing, view) = self
            .windows
            .with_untracked(|windows| (windows.wanted(positions), windows.view()));
        for window in missing {
            if self.asking.with_value(|asking| asking.in_flight) >= AT_ONCE {
                return;
            }
            self.asking.update_value(|asking| asking.in_flight += 1);
            self.windows
                .update_untracked(|windows| windows.loading(window));
            let state = *self;
            spawn_local(async move {
                let answer = match view {
                    View::Grid => search::window(id, window).await,
                    View::List => search::rows(id, window).await,
                };
                state.take(id, window, answer);
            });
        }
    }

    fn take(&self, asked: ResultId, window: Window, answer: Result<Page, crate::api::ApiError>) {
        // Another result may be shown by now, or the page may be gone.
        if self.head.try_with_untracked(|head| head.id) != Some(Some(asked)) {
            return;
        }
        let settle = || {
            self.asking.update_value(|asking| {
                asking.in_flight = asking.in_flight.saturating_sub(1);
                asking.drop_settled();
            });
        };
        match answer {
            Ok(page) => {
                let near = self.asking.with_value(|asking| asking.wanted.start);
                self.windows.update(|windows| {
                    windows.insert(&page);
                    self.lay_over(windows);
                    windows.keep_near(near);
                });
                settle();
                self.ask();
            }
            Err(problem) => {
                settle();
                self.windows
                    .update_untracked(|windows| windows.failed(window));
                if problem.is_stale() {
                    self.asking.with_value(|asking| asking.refresh).run(());
                }
            }
        }
    }

    /// The position of a picture in the result, as far as it is known here.
    pub fn position(&self, id: ImageId) -> Option<u64> {
        let here = self.windows.with(|windows| windows.position(id));
        let open = self
            .open_at
            .get()
            .filter(|(open, _)| *open == id)
            .map(|(_, position)| position);
        here.or(open)
    }

    /// Takes in the card of an open picture whose place is known.
    pub fn place(&self, card: &ImageCard) {
        let open = self
            .open_at
            .get_untracked()
            .filter(|(id, _)| *id == card.id);
        if let Some((_, offset)) = open {
            let page = Page {
                offset,
                cards: vec![card.clone()],
                facts: Vec::new(),
            };
            self.windows.update(|windows| windows.insert(&page));
        }
    }

    /// Makes sure that the pictures beside an open one are here. Subscribes to the query that is answered: while the
    /// answer of another one is on its way, a picture of that one is in none that could be asked.
    pub fn surround(&self, id: ImageId) {
        let asked = self
            .asking
            .with_value(|asking| asking.query.result.get_untracked());
        if self.shown.get() != asked {
            return;
        }
        let known = self.windows.with_untracked(|windows| {
            let position = windows.position(id)?;
            let last = windows.total().saturating_sub(1);
            let near = position.saturating_sub(2)..=(position + 2).min(last);
            Some(
                near.into_iter()
                    .all(|position| windows.get(position).is_some()),
            )
        });
        if known == Some(true) {
            return;
        }
        let (state, result) = (*self, self.head.with_untracked(|head| head.id));
        let query = self
            .asking
            .with_value(|asking| asking.query.query.get_untracked());
        spawn_local(async move {
            let Ok(found) = search::neighbours(result, query, id).await else {
                return;
            };
            if state.head.try_with_untracked(|head| head.id) == Some(result) {
                state.insert_neighbours(&found);
                state.open_at.set(Some((id, found.position)));
            }
        });
    }

    fn insert_neighbours(&self, found: &Neighbours) {
        let before = Page {
            offset: found.position.saturating_sub(found.before.len() as u64),
            cards: found.before.clone(),
            facts: Vec::new(),
        };
        let after = Page {
            offset: found.position + 1,
            cards: found.after.clone(),
            facts: Vec::new(),
        };
        self.windows.update(|windows| {
            windows.insert(&before);
            windows.insert(&after);
        });
    }

    /// The ids of a range of positions; asks for those that are not here. `None` when asking
    /// failed.
    pub async fn ids(&self, positions: Range<u64>) -> Option<Vec<ImageId>> {
        let result = self.head.with_untracked(|head| head.id);
        let mut ids = Vec::new();
        let mut position = positions.start;
        while position < positions.end {
            if let Some(id) = self.id_at(position) {
                ids.push(id);
                position += 1;
                continue;
            }
            let len = (positions.end - position).min(Window::LIMIT.into()) as u32;
            let page = search::window(
                result?,
                Window {
                    offset: position,
                    len,
                },
            )
            .await
            .ok()?;
            if page.cards.is_empty() {
                return None;
            }
            ids.extend(page.cards.iter().map(|card| card.id));
            position += page.cards.len() as u64;
        }
        Some(ids)
    }
}

/// A cache with the cards of a first page. While the index still loads, what is here is all.
fn filled(first: &FirstPage, view: View) -> Windows {
    let here = first.page.offset + first.page.cards.len() as u64;
    let mut windows = Windows::new(first.head.total.unwrap_or(here), view);
    windows.insert(&first.page);
    windows
}
