//! Photosets: pictures that people put together.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use domain::{
    facet::SetLink,
    id::{ImageId, SetId},
    image::ThumbSize,
    judgement::Done,
    photoset::{Photoset, SetCount},
    problem::ProblemKind,
    selection::Selection,
    time::Timestamp,
};
use store::StoreError;

use crate::{
    Gallery, Inner, Search,
    error::Error,
    keeper::{self, Snapshot},
};

/// Milliseconds after which photosets are counted anew although nothing changed: filters may speak of days.
const LINKS_KEPT: i64 = 60_000;

/// Photosets. Every change is an operation that can be taken back; when its method returns, every question to
/// this gallery is answered with it.
pub struct Sets<'a> {
    inner: &'a Arc<Inner>,
}

impl Gallery {
    /// Photosets.
    pub fn sets(&self) -> Sets<'_> {
        Sets::new(&self.inner)
    }
}

impl<'a> Sets<'a> {
    pub(crate) fn new(inner: &'a Arc<Inner>) -> Self {
        Self { inner }
    }

    /// Every photoset with its number of pictures: by name, each followed by those that lie in it.
    pub async fn list(&self) -> Result<Vec<SetCount>, Error> {
        let snapshot = Search::new(self.inner).ready().await?;
        let now = self.inner.options.clock.now();
        let sets = snapshot.ask(|index| index.sets(now));
        let chosen = |set: &Photoset| snapshot.index.key_of(set.cover?);
        let covers: Vec<i64> = sets
            .iter()
            .filter_map(|(_, set, _, first)| chosen(set).or(*first))
            .collect();
        let cards = self.inner.store.cards(&covers).await?;
        let thumbs: HashMap<ImageId, String> = cards
            .iter()
            .map(|(_, card)| (card.id, card.thumb_url(ThumbSize::Medium)))
            .collect();
        let sets = sets.into_iter().map(|(id, set, pictures, first)| {
            let key = chosen(&set).or(first);
            let cover = key.and_then(|key| snapshot.index.id_of(key));
            SetCount {
                id,
                pictures,
                thumb: cover.and_then(|cover| thumbs.get(&cover).cloned()),
                depth: 0,
                set,
            }
        });
        Ok(as_tree(sets.collect()))
    }

    /// Makes a photoset, with the pictures of a selection in their order when there is one. Tells under which
    /// id.
    pub async fn create(
        &self,
        set: Photoset,
        selection: Option<&Selection>,
        actor: &str,
    ) -> Result<(SetId, Done), Error> {
        let set = checked(set)?;
        let keys = match selection {
            Some(selection) => Search::new(self.inner).keys(selection).await?,
            None => Vec::new(),
        };
        let id = SetId(self.inner.options.clock.mint());
        let author = self.inner.author(actor);
        let made = self.inner.store.create_set(author, id, set, keys).await;
        Ok((id, self.end(made).await?))
    }

    /// Makes a photoset into another one, unless somebody changed it since it was `before`.
    pub async fn edit(
        &self,
        id: SetId,
        before: Photoset,
        set: Photoset,
        actor: &str,
    ) -> Result<Done, Error> {
        let set = checked(set)?;
        let author = self.inner.author(actor);
        let edited = self.inner.store.edit_set(author, id, before, set).await;
        self.end(edited).await
    }

    /// Takes a photoset away. Its pictures stay in the library.
    pub async fn delete(&self, id: SetId, actor: &str) -> Result<Done, Error> {
        let author = self.inner.author(actor);
        let deleted = self.inner.store.delete_set(author, id).await;
        self.end(deleted).await
    }

    /// Puts the pictures of a selection into a photoset, behind what is there, or takes them out.
    pub async fn put(
        &self,
        id: SetId,
        selection: &Selection,
        on: bool,
        actor: &str,
    ) -> Result<Done, Error> {
        let keys = Search::new(self.inner).keys(selection).await?;
        let author = self.inner.author(actor);
        let put = self.inner.store.put_in_set(author, id, keys, on).await;
        self.end(put).await
    }

    /// Puts the pictures of a selection before another one in the photoset's own order, or behind all.
    pub async fn arrange(
        &self,
        id: SetId,
        selection: &Selection,
        before: Option<ImageId>,
        actor: &str,
    ) -> Result<Done, Error> {
        let keys = Search::new(self.inner).keys(selection).await?;
        let snapshot = self.inner.keeper.snapshot();
        let before = before.and_then(|before| snapshot.index.key_of(before));
        let author = self.inner.author(actor);
        let arranged = self.inner.store.arrange_set(author, id, keys, before).await;
        self.end(arranged).await
    }

    /// The photosets that pictures of a selection were put into, each with how many of them; and how many
    /// pictures those are.
    pub async fn of(&self, selection: &Selection) -> Result<(Vec<(SetId, u64)>, u64), Error> {
        let keys = Search::new(self.inner).keys(selection).await?;
        let snapshot = self.inner.keeper.snapshot();
        let sets = snapshot.ask(|index| index.sets_of(&keys));
        Ok((sets, keys.len() as u64))
    }

    async fn end(&self, outcome: Result<Done, StoreError>) -> Result<Done, Error> {
        let done = outcome.map_err(|error| match error {
            StoreError::NotFound(_) => Error::told(
                ProblemKind::NotFound,
                "There is no such photoset any more: somebody deleted it. Nothing was changed; History \
                 can bring it back.",
            ),
            StoreError::Conflict(name) => Error::told(
                ProblemKind::Conflict,
                format!(
                    "“{name}” could not be changed: somebody else changed it meanwhile, or it would lie \
                     in itself. Nothing was changed; look at it again."
                ),
            ),
            error => error.into(),
        })?;
        keeper::catch_up(self.inner).await?;
        Ok(done)
    }
}

/// The photosets as lines of the panel, kept for as long as the library stays the same: the panel asks after
/// every key.
#[derive(Default)]
pub(crate) struct KnownLinks(Mutex<Option<(i64, Timestamp, Vec<SetLink>)>>);

impl KnownLinks {
    /// The lines as of a snapshot.
    pub(crate) fn of(&self, snapshot: &Snapshot, now: Timestamp) -> Vec<SetLink> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = |(change, at, _): &&(i64, Timestamp, Vec<SetLink>)| {
            *change == snapshot.change && (0..LINKS_KEPT).contains(&(now.0 - at.0))
        };
        if let Some((_, _, links)) = known.as_ref().filter(fresh) {
            return links.clone();
        }
        let sets = snapshot.ask(|index| index.sets(now)).into_iter();
        let sets = sets.map(|(id, set, pictures, _)| SetCount {
            pictures,
            ..SetCount::of(id, &set)
        });
        let links: Vec<SetLink> = as_tree(sets.collect()).iter().map(SetLink::from).collect();
        *known = Some((snapshot.change, now, links.clone()));
        links
    }
}

fn checked(set: Photoset) -> Result<Photoset, Error> {
    set.checked()
        .map_err(|error| Error::told(ProblemKind::Invalid, error.to_string()))
}

/// Photosets by name, each followed by those that lie in it. What lies in one that is gone comes out to the
/// top.
fn as_tree(mut sets: Vec<SetCount>) -> Vec<SetCount> {
    sets.sort_by_cached_key(|one| (domain::text::normalise(&one.set.name), one.id));
    let known: Vec<SetId> = sets.iter().map(|one| one.id).collect();
    let mut below: HashMap<Option<SetId>, Vec<SetCount>> = HashMap::new();
    for one in sets {
        let parent = one.set.parent.filter(|parent| known.contains(parent));
        below.entry(parent).or_default().push(one);
    }
    let mut tree = Vec::with_capacity(known.len());
    let mut waiting = below.remove(&None).unwrap_or_default();
    waiting.reverse();
    while let Some(one) = waiting.pop() {
        let mut inside = below.remove(&Some(one.id)).unwrap_or_default();
        for inside in &mut inside {
            inside.depth = one.depth + 1;
        }
        tree.push(one);
        waiting.extend(inside.into_iter().rev());
    }
    tree
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn photosets_are_listed_below_the_ones_they_lie_in() {
        let one = |id: u128, name: &str, parent: Option<u128>| {
            let set = Photoset {
                parent: parent.map(SetId),
                ..Photoset::named(name)
            };
            SetCount::of(SetId(id), &set)
        };
        let sets = vec![
            one(1, "zoo", None),
            one(2, "b", Some(1)),
            one(3, "a", Some(1)),
            one(4, "Deep", Some(3)),
            one(5, "lost", Some(99)),
        ];
        let told: Vec<(String, usize)> = as_tree(sets)
            .into_iter()
            .map(|one| (one.set.name, one.depth))
            .collect();
        let told: Vec<(&str, usize)> = told.iter().map(|(a, b)| (a.as_str(), *b)).collect();
        assert_eq!(
            told,
            [("lost", 0), ("zoo", 0), ("a", 1), ("Deep", 2), ("b", 1)]
        );
    }
}
