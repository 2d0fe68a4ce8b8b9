//! Values that come and go with the cells of the grid.
//!
//! A signal keeps a list of who listens to it, and nobody is taken off that list by going away: one
//! that lives as long as the page would hold, and call, every cell that ever was. So cells do not
//! listen to such signals. One effect does, and gives each cell that is there what is new to it.

use std::{collections::BTreeMap, sync::Arc};

use leptos::prelude::*;

type Look = Arc<dyn Fn() + Send + Sync>;

/// Who follows. Copies all speak of the same ones.
#[derive(Clone, Copy, Default)]
pub struct Followers(StoredValue<Inner>);

#[derive(Default)]
struct Inner {
    next: u64,
    /// In the order in which they came, so that a value may be made of an earlier one.
    looks: BTreeMap<u64, Look>,
}

impl Followers {
    /// A value that is read again whenever [`tell`](Self::tell) is called, for as long as the current
    /// owner lives.
    pub fn follow<T>(&self, read: impl Fn() -> T + Send + Sync + 'static) -> RwSignal<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        let value = RwSignal::new(untrack(&read));
        let look = Arc::new(move || {
            let now = read();
            if value.try_with_untracked(|was| *was != now) == Some(true) {
                value.set(now);
            }
        });
        let followers = self.0;
        let key = followers.try_update_value(|inner| {
            inner.next += 1;
            inner.looks.insert(inner.next, look);
            inner.next
        });
        on_cleanup(move || {
            let look = followers.try_update_value(|inner| inner.looks.remove(&key?));
            drop(look);
        });
        value
    }

    /// Lets everybody look again. To be called in an effect that listens to all that is looked at.
    pub fn tell(&self) {
        let looks: Vec<Look> = self
            .0
            .with_value(|inner| inner.looks.values().cloned().collect());
        untrack(|| looks.iter().for_each(|look| look()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_read_again_when_told_until_its_owner_goes() {
        let page = Owner::new();
        page.set();
        let source = RwSignal::new(1);
        let followers = Followers::default();
        let cell = page.child();
        let (doubled, next) = cell.with(|| {
            let doubled = followers.follow(move || source.get() * 2);
            (doubled, followers.follow(move || doubled.get() + 1))
        });
        assert_eq!((doubled.get_untracked(), next.get_untracked()), (2, 3));
        source.set(5);
        assert_eq!(doubled.get_untracked(), 2);
        followers.tell();
        assert_eq!((doubled.get_untracked(), next.get_untracked()), (10, 11));
        cell.cleanup();
        assert!(followers.0.with_value(|inner| inner.looks.is_empty()));
        followers.tell();
        assert_eq!(doubled.try_get_untracked(), None);
    }
}
