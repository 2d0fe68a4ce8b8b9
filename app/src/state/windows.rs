//! The cards of a result that the page holds: a cache that knows what is missing. It has never
//! heard of a browser.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use domain::{
    id::ImageId,
    image::{ImageCard, RowFacts},
    judgement::Edit,
    query::View,
    window::{Page, Window},
};

/// Positions per window, and per request.
pub const WINDOW: u64 = 100;

/// How many windows are kept; 6,000 cards are about 3 MB.
pub const KEEP: usize = 60;

/// How a window stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    /// Some cards may be there, from a first page or from a picture's neighbours.
    #[default]
    Partial,
    /// It has been asked for.
    Loading,
    /// All of it is there.
    Loaded,
    /// Asking failed; it is asked again when it is next looked at.
    Failed,
}

#[derive(Debug, Clone, Default)]
struct Slot {
    state: State,
    /// Whether some of it is from before, so that it has to come as a whole.
    old: bool,
    cards: Vec<Option<Arc<ImageCard>>>,
    /// As long as `cards`; empty where a grid is shown.
    facts: Vec<Option<RowFacts>>,
}

/// The cards of one result, by position, in windows of [`WINDOW`].
#[derive(Debug, Clone, Default)]
pub struct Windows {
    total: u64,
    /// A list wants facts with its cards.
    view: View,
    slots: BTreeMap<u64, Slot>,
}

impl Windows {
    /// An empty cache for a result of `total` pictures that is shown in this way.
    pub fn new(total: u64, view: View) -> Self {
        Self {
            total,
            view,
            slots: BTreeMap::new(),
        }
    }

    /// Number of pictures in the result.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The card at a position, when it is here.
    pub fn get(&self, position: u64) -> Option<&Arc<ImageCard>> {
        let slot = self.slots.get(&(position / WINDOW))?;
        slot.cards.get((position % WINDOW) as usize)?.as_ref()
    }

    /// What the row at a position says besides its card, when that is here.
    pub fn facts(&self, position: u64) -> Option<&RowFacts> {
        let slot = self.slots.get(&(position / WINDOW))?;
        slot.facts.get((position % WINDOW) as usize)?.as_ref()
    }

    /// How the result is shown.
    pub fn view(&self) -> View {
        self.view
    }

    /// The position of a picture, when its card is here.
    pub fn position(&self, id: ImageId) -> Option<u64> {
        self.slots.iter().find_map(|(window, slot)| {
            let inside = slot
                .cards
                .iter()
                .position(|card| card.as_ref().is_some_and(|card| card.id == id))?;
            Some(window * WINDOW + inside as u64)
        })
    }

    /// Takes in cards; whatever part of a window they cover.
    pub fn insert(&mut self, page: &Page) {
        let mut facts = page.facts.iter();
        for (position, card) in (page.offset..self.total).zip(&page.cards) {
            let (window, inside) = (position / WINDOW, (position % WINDOW) as usize);
            let size = self.size_of(window);
            let slot = self.slots.entry(window).or_default();
            slot.cards.resize(size, None);
            let place = &mut slot.cards[inside];
            // The same card keeps its allocation, so that cells which compare by pointer rest.
            if place.as_deref() != Some(card) {
                *place = Some(Arc::new(card.clone()));
            }
            if self.view == View::List {
                slot.facts.resize(size, None);
                // A neighbour of an open picture comes without; what is known of it stays.
                if let Some(facts) = facts.next() {
                    slot.facts[inside] = Some(facts.clone());
                }
            }
        }
        let end = page.offset + page.cards.len() as u64;
        for window in page.offset / WINDOW..=end / WINDOW {
            let size = self.size_of(window) as u64;
            let whole = page.offset <= window * WINDOW && end >= window * WINDOW + size;
            if let Some(slot) = self.slots.get_mut(&window)
                && (whole || !slot.old)
                && slot.cards.iter().all(Option::is_some)
                && slot.facts.iter().all(Option::is_some)
            {
                slot.state = State::Loaded;
                slot.old = false;
            }
        }
    }

    /// The windows that a range of positions needs and that are neither here nor on their way,
    /// the ones nearest to the middle first.
    pub fn wanted(&self, positions: Range<u64>) -> Vec<Window> {
        let end = positions.end.min(self.total);
        if positions.start >= end {
            return Vec::new();
        }
        let mut windows: Vec<u64> = (positions.start / WINDOW..=(end - 1) / WINDOW)
            .filter(|window| {
                self.slots
                    .get(window)
                    .is_none_or(|slot| matches!(slot.state, State::Partial | State::Failed))
            })
            .collect();
        let middle = u64::midpoint(positions.start, end) / WINDOW;
        windows.sort_by_key(|window| window.abs_diff(middle));
        windows
            .into_iter()
            .map(|window| Window {
                offset: window * WINDOW,
                len: self.size_of(window) as u32,
            })
            .collect()
    }

    /// Notes that a window was asked for.
    pub fn loading(&mut self, window: Window) {
        self.slots.entry(window.offset / WINDOW).or_default().state = State::Loading;
    }

    /// Notes that asking for a window failed, or that nobody waits for it any more.
    pub fn failed(&mut self, window: Window) {
        if let Some(slot) = self.slots.get_mut(&(window.offset / WINDOW)) {
            slot.state = State::Failed;
        }
    }

    /// Sets one thing of the pictures that are here, where `which` holds.
    pub fn judge(&mut self, which: impl Fn(ImageId) -> bool, edit: Edit) {
        let slots = self.slots.values_mut();
        for card in slots.flat_map(|slot| &mut slot.cards).flatten() {
            let mut judgement = card.judgement;
            edit.apply(&mut judgement);
            if judgement != card.judgement && which(card.id) {
                Arc::make_mut(card).judgement = judgement;
            }
        }
    }

    /// Asks for everything again that is looked at; until it comes, what is here stays.
    pub fn renew(&mut self) {
        for slot in self.slots.values_mut() {
            slot.state = State::Partial;
            slot.old = true;
        }
    }

    /// Shows the cards of a former result where this one has none yet, at positions that are looked at.
    /// They are asked for as if nothing were there.
    pub fn stand_in(&mut self, former: Self, positions: Range<u64>) {
        for (window, old) in former.slots {
            let begin = window * WINDOW;
            if begin >= self.total || begin >= positions.end || begin + WINDOW <= positions.start {
                continue;
            }
            let size = self.size_of(window);
            let slot = self.slots.entry(window).or_default();
            if slot.state == State::Loaded {
                continue;
            }
            slot.old = true;
            slot.cards.resize(size, None);
            for (place, card) in slot.cards.iter_mut().zip(old.cards) {
                *place = place.take().or(card);
            }
            if self.view == View::List {
                slot.facts.resize(size, None);
                for (place, facts) in slot.facts.iter_mut().zip(old.facts) {
                    *place = place.take().or(facts);
                }
            }
        }
    }

    /// Lets go of the windows farthest from a position until at most [`KEEP`] are left.
    pub fn keep_near(&mut self, position: u64) {
        let here = position / WINDOW;
        while self.slots.len() > KEEP {
            let first = self.slots.first_key_value().map(|(window, _)| *window);
            let last = self.slots.last_key_value().map(|(window, _)| *window);
            let (Some(first), Some(last)) = (first, last) else {
                return;
            };
            let far = if first.abs_diff(here) > last.abs_diff(here) {
                first
            } else {
                last
            };
            self.slots.remove(&far);
        }
    }

    fn size_of(&self, window: u64) -> usize {
        self.total.saturating_sub(window * WINDOW).min(WINDOW) as usize
    }
}

#[cfg(test)]
mod tests {
    use domain::{image::Format, time::Timestamp};

    use super::*;

    fn card(number: u64) -> ImageCard {
        ImageCard {
            id: ImageId(number.into()),
            width: 1,
            height: 1,
            format: Format::Png,
            stamp: String::new(),
            placeholder: String::new(),
            name: number.to_string(),
            caption: String::new(),
            date: Timestamp(0),
            seconds: None,
            missing: false,
            address: String::new(),
            judgement: domain::judgement::Judgement::default(),
        }
    }

    fn page(offset: u64, len: u64) -> Page {
        Page {
            offset,
            cards: (offset..offset + len).map(card).collect(),
            facts: Vec::new(),
        }
    }

    #[test]
    fn cards_are_found_by_position_and_by_id() {
        let mut windows = Windows::new(250, View::Grid);
        windows.insert(&page(95, 10));
        assert_eq!(windows.get(94), None);
        assert_eq!(windows.get(104).map(|card| card.id), Some(ImageId(104)));
        assert_eq!(windows.position(ImageId(99)), Some(99));
        assert_eq!(windows.position(ImageId(200)), None);
    }

    #[test]
    fn only_what_is_missing_is_wanted_nearest_first() {
        let mut windows = Windows::new(1_030, View::Grid);
        windows.insert(&page(0, 100));
        windows.insert(&page(300, 50));
        windows.loading(Window {
            offset: 400,
            len: 100,
        });
        let wanted: Vec<u64> = windows
            .wanted(0..560)
            .iter()
            .map(|window| window.offset)
            .collect();
        assert_eq!(wanted, [200, 100, 300, 500]);
        assert_eq!(
            windows.wanted(1_020..5_000),
            [Window {
                offset: 1_000,
                len: 30
            }]
        );
        windows.insert(&page(1_000, 30));
        assert!(windows.wanted(1_020..5_000).is_empty());
        assert!(Windows::new(0, View::Grid).wanted(0..50).is_empty());
    }

    #[test]
    fn a_failed_window_is_asked_again() {
        let mut windows = Windows::new(10, View::Grid);
        let all = windows.wanted(0..10)[0];
        windows.loading(all);
        assert!(windows.wanted(0..10).is_empty());
        windows.failed(all);
        assert_eq!(windows.wanted(0..10), [all]);
    }

    #[test]
    fn memory_stays_bounded_around_the_view() {
        let mut windows = Windows::new(1_000_000, View::Grid);
        for window in 0..100 {
            windows.insert(&page(window * 5_000, 100));
            windows.keep_near(window * 5_000);
        }
        assert_eq!(windows.slots.len(), KEEP);
        assert!(windows.get(99 * 5_000).is_some());
        assert!(windows.get(0).is_none());
    }

    #[test]
    fn what_is_here_is_judged_and_renewed_without_going_away() {
        let mut windows = Windows::new(250, View::Grid);
        windows.insert(&page(0, 100));
        windows.judge(|id| id.0 % 2 == 0, Edit::Rating(3));
        let stars =
            |windows: &Windows, position| windows.get(position).map(|card| card.judgement.rating);
        let even = (0..100).filter(|position| stars(&windows, *position) == Some(3));
        assert_eq!(even.count(), 50);
        assert!(windows.wanted(0..100).is_empty());
        windows.renew();
        assert_eq!(windows.wanted(0..100).len(), 1);
        assert!((0..100).all(|position| windows.get(position).is_some()));
        windows.insert(&page(0, 100));
        assert!((0..100).all(|position| stars(&windows, position) == Some(0)));
        assert!(windows.wanted(0..100).is_empty());
    }

    #[test]
    fn what_is_looked_at_stands_in_until_its_successor_comes() {
        let mut former = Windows::new(350, View::Grid);
        for window in 0..4 {
            former.insert(&page(window * 100, 100));
        }
        let mut windows = Windows::new(349, View::Grid);
        windows.insert(&page(1_000, 0));
        windows.insert(&Page {
            cards: vec![card(7_000)],
            ..page(120, 0)
        });
        windows.stand_in(former, 110..205);
        let name = |windows: &Windows, position| windows.get(position).map(|card| card.id.0);
        assert_eq!(name(&windows, 119), Some(119));
        assert_eq!(
            name(&windows, 120),
            Some(7_000),
            "what came is not replaced"
        );
        assert_eq!((name(&windows, 99), name(&windows, 300)), (None, None));
        assert_eq!(windows.wanted(110..205).len(), 2, "both are asked for");
        windows.insert(&Page {
            cards: (0..100).map(|place| card(8_000 + place)).collect(),
            ..page(100, 0)
        });
        assert_eq!(name(&windows, 119), Some(8_019));
        assert_eq!(windows.wanted(110..200), []);
    }

    #[test]
    fn cards_beyond_the_end_are_dropped() {
        let mut windows = Windows::new(5, View::Grid);
        windows.insert(&page(0, 9));
        assert!(windows.get(4).is_some());
        assert!(windows.get(5).is_none());
    }

    #[test]
    fn a_list_asks_again_for_what_came_without_its_facts() {
        let mut windows = Windows::new(10, View::List);
        windows.insert(&page(0, 10));
        assert_eq!(windows.wanted(0..10).len(), 1);
        let facts = vec![RowFacts::default(); 10];
        windows.insert(&Page {
            facts,
            ..page(0, 10)
        });
        assert!(windows.wanted(0..10).is_empty());
        windows.insert(&page(3, 2));
        assert!(windows.facts(3).is_some(), "what is known stays");
    }
}
