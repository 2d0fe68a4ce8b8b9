//! Questions to the library: results, windows, counts.

use std::{collections::HashMap, time::Duration};

use domain::{
    facet::{Facets, TimelineMark, ValueCount},
    id::{ImageId, ResultId},
    image::{ImageCard, RowFacts},
    parameter::{ParameterFacet, ParameterName},
    problem::ProblemKind,
    query::{Field, Query, View},
    selection::{ASKED_LIMIT, Selection},
    window::{FirstPage, Neighbours, Page, ResultHead, Window},
};
use index::{Found, Index};

use crate::{
    Gallery, Inner,
    error::{Error, not_found},
    held::HeldResult,
    keeper::Snapshot,
    pool::Urgency,
};

/// How long a question waits for an index that is still loading.
const PATIENCE: Duration = Duration::from_secs(20);
/// Most suggestions for one text.
const SUGGESTIONS: usize = 12;
/// Most tokens of prompts that are listed.
const TOKENS: usize = 24;
/// Cards on each side of the open picture.
const BESIDE: u64 = 2;

/// Questions to the library.
pub struct Search<'a> {
    inner: &'a Inner,
}

impl Gallery {
    /// Questions to the library.
    pub fn search(&self) -> Search<'_> {
        Search::new(&self.inner)
    }
}

impl<'a> Search<'a> {
    pub(crate) fn new(inner: &'a Inner) -> Self {
        Self { inner }
    }

    /// The result of a query and `len` of its cards: around the picture of `image=` or `at=`, or
    /// from `page=`, or the first. While the index loads, the newest pictures come at once.
    pub async fn first_page(&self, query: &Query, len: u32) -> Result<FirstPage, Error> {
        bounded(query)?;
        let len = len.clamp(1, Window::LIMIT);
        if !self.inner.keeper.snapshot().ready && *query == Query::default() {
            return self.newest(len).await;
        }
        let snapshot = self.ready().await?;
        if query
            .filters
            .iter()
            .any(|filter| filter.field == Field::Token)
        {
            self.learn_tokens(&snapshot.index).await?;
        }
        let (id, found) = self.find(&snapshot, query);
        let total = found.total();
        let anchor = query.image.or(query.at);
        let at = anchor.and_then(|image| found.position(&snapshot.index, image));
        let offset = match at {
            Some(at) => (at / u64::from(len)) * u64::from(len),
            None => u64::from(query.page.saturating_sub(1)) * u64::from(len),
        };
        let window = Window { offset, len };
        let page = self.page(&snapshot, &found, window, query.view).await?;
        let head = ResultHead {
            id: Some(id),
            total: Some(total),
            change: snapshot.change,
            at,
        };
        let first_run = snapshot.index.is_empty() && self.inner.store.roots().await?.is_empty();
        Ok(FirstPage {
            head,
            page,
            first_run,
        })
    }

    /// Reads the prompts that nobody asked about yet, where it keeps no other question waiting.
    pub(crate) async fn learn_tokens(&self, index: &Index) -> Result<(), Error> {
        let index = index.clone();
        let learn = move || index.learn_tokens();
        self.inner.pool.run(Urgency::Now, learn).await
    }

    /// The newest pictures straight from the database.
    async fn newest(&self, len: u32) -> Result<FirstPage, Error> {
        let cards = self.inner.store.first_cards(len).await?;
        let first_run = cards.is_empty() && self.inner.store.roots().await?.is_empty();
        Ok(FirstPage {
            head: ResultHead {
                id: None,
                total: None,
                change: 0,
                at: None,
            },
            page: Page {
                offset: 0,
                cards: cards.into_iter().map(|(_, card)| card).collect(),
                facts: Vec::new(),
            },
            first_run,
        })
    }

    /// Cards of a held result by position.
    pub async fn window(&self, result: ResultId, window: Window) -> Result<Page, Error> {
        self.part(result, window, View::Grid).await
    }

    /// The same, with what the rows of a list say besides.
    pub async fn rows(&self, result: ResultId, window: Window) -> Result<Page, Error> {
        self.part(result, window, View::List).await
    }

    async fn part(&self, result: ResultId, window: Window, view: View) -> Result<Page, Error> {
        let held = self.held(result)?;
        let window = Window {
            len: window.len.min(Window::LIMIT),
            ..window
        };
        let snapshot = self.inner.keeper.snapshot();
        self.page(&snapshot, &held.found, window, view).await
    }

    async fn page(
        &self,
        snapshot: &Snapshot,
        found: &Found,
        window: Window,
        view: View,
    ) -> Result<Page, Error> {
        let keys = found.keys(&snapshot.index, window).ok_or_else(stale)?;
        Ok(Page {
            offset: window.offset,
            cards: self.cards(&keys).await?,
            facts: match view {
                View::Grid => Vec::new(),
                View::List => self.facts(&keys).await?,
            },
        })
    }

    /// What rows say of keys besides their cards.
    async fn facts(&self, keys: &[i64]) -> Result<Vec<RowFacts>, Error> {
        let recipes = self.inner.store.recipes_of(keys).await?;
        let facts: HashMap<i64, RowFacts> = recipes
            .iter()
            .map(|(key, recipe)| (*key, RowFacts::of(recipe)))
            .collect();
        Ok(keys
            .iter()
            .map(|key| facts.get(key).cloned().unwrap_or_default())
            .collect())
    }

    /// Cards of keys; stale when one of them is gone, because positions would shift.
    async fn cards(&self, keys: &[i64]) -> Result<Vec<ImageCard>, Error> {
        let cards = self.inner.store.cards(keys).await?;
        if cards.len() == keys.len() {
            Ok(cards.into_iter().map(|(_, card)| card).collect())
        } else {
            Err(stale())
        }
    }

    /// Counts beside the grid.
    pub fn facets(&self, query: &Query) -> Result<Facets, Error> {
        bounded(query)?;
        let snapshot = self.inner.keeper.snapshot();
        if !snapshot.ready {
            return Ok(Facets {
                counting: true,
                ..Facets::default()
            });
        }
        let now = self.inner.options.clock.now();
        let mut facets = snapshot.ask(|index| index.facets(query, now));
        facets.sets = self.inner.set_links.of(&snapshot, now);
        Ok(facets)
    }

    /// Values of one field that contain a text, best first.
    pub async fn suggest(
        &self,
        field: Field,
        text: &str,
        query: &Query,
    ) -> Result<Vec<ValueCount>, Error> {
        bounded(query)?;
        let snapshot = self.inner.keeper.snapshot();
        let limit = if field == Field::Token {
            self.learn_tokens(&snapshot.index).await?;
            TOKENS
        } else {
            SUGGESTIONS
        };
        let now = self.inner.options.clock.now();
        Ok(snapshot.ask(|index| index.suggest(field, text, query, now, limit)))
    }

    /// How the values of a parameter are spread over a result.
    pub fn parameter(&self, name: &str, query: &Query) -> Result<ParameterFacet, Error> {
        bounded(query)?;
        let snapshot = self.inner.keeper.snapshot();
        let now = self.inner.options.clock.now();
        Ok(snapshot.ask(|index| index.parameter(name, query, now)))
    }

    /// Parameters that occur in a result and whose name contains a text, frequent ones first.
    pub fn parameter_names(&self, text: &str, query: &Query) -> Result<Vec<ParameterName>, Error> {
        bounded(query)?;
        let snapshot = self.inner.keeper.snapshot();
        let now = self.inner.options.clock.now();
        Ok(snapshot.ask(|index| index.parameter_names(text, query, now, SUGGESTIONS)))
    }

    /// What stands beside a picture.
    pub async fn neighbours(
        &self,
        result: Option<ResultId>,
        query: &Query,
        image: ImageId,
    ) -> Result<Neighbours, Error> {
        bounded(query)?;
        let snapshot = self.ready().await?;
        let found = self.held_or_found(&snapshot, result, query);
        let position = found
            .position(&snapshot.index, image)
            .ok_or_else(not_found)?;
        let first = position.saturating_sub(BESIDE);
        let len = (position - first + 1 + BESIDE) as u32;
        let page = self
            .page(&snapshot, &found, Window { offset: first, len }, View::Grid)
            .await?;
        let mut before = page.cards;
        let after = before.split_off((position - first + 1).min(before.len() as u64) as usize);
        before.truncate((position - first) as usize);
        Ok(Neighbours {
            position,
            total: found.total(),
            before,
            after,
        })
    }

    /// How many of some pictures are not in a held result; if it is no longer held, not in the
    /// query's. Pictures that are not in the library are in no result. Refuses more than
    /// [`ASKED_LIMIT`].
    pub async fn outside(
        &self,
        result: Option<ResultId>,
        query: &Query,
        ids: &[ImageId],
    ) -> Result<u64, Error> {
        bounded(query)?;
        if ids.len() > ASKED_LIMIT {
            return Err(Error::told(
                ProblemKind::TooLarge,
                format!(
                    "{} pictures are too many to ask about at once; the limit is {ASKED_LIMIT}. \
                     Nothing was changed; ask about fewer.",
                    ids.len()
                ),
            ));
        }
        let snapshot = self.ready().await?;
        let found = self.held_or_found(&snapshot, result, query);
        found.outside(&snapshot.index, ids).ok_or_else(stale)
    }

    /// Where each month begins in a held result that is ordered by date.
    pub fn timeline(&self, result: ResultId) -> Result<Vec<TimelineMark>, Error> {
        let held = self.held(result)?;
        let snapshot = self.inner.keeper.snapshot();
        Ok(snapshot.ask(|index| index.timeline(&held.found)))
    }

    /// Database keys of a selection, in the order of its result.
    pub(crate) async fn keys(&self, selection: &Selection) -> Result<Vec<i64>, Error> {
        let snapshot = self.ready().await?;
        match selection {
            Selection::These(ids) => Ok(ids
                .iter()
                .filter_map(|id| snapshot.index.key_of(*id))
                .collect()),
            Selection::AllBut {
                result,
                query,
                except,
            } => {
                let query = Query::parse(query);
                let found = self.held_or_found(&snapshot, Some(*result), &query);
                let except: std::collections::HashSet<i64> = except
                    .iter()
                    .filter_map(|id| snapshot.index.key_of(*id))
                    .collect();
                let mut keys = found.all_keys(&snapshot.index).ok_or_else(stale)?;
                keys.retain(|key| !except.contains(key));
                Ok(keys)
            }
        }
    }

    /// Every picture of a query, as database keys in its order.
    pub(crate) async fn keys_of(&self, query: &Query) -> Result<Vec<i64>, Error> {
        let snapshot = self.ready().await?;
        let found = self.find(&snapshot, query).1;
        found.all_keys(&snapshot.index).ok_or_else(stale)
    }

    /// Finds and holds, or finds again what is held already.
    fn find(&self, snapshot: &Snapshot, query: &Query) -> (ResultId, Found) {
        let now = self.inner.options.clock.now();
        let text = query.filter_part().to_string();
        if let Some(same) = self.inner.held.same(&text, snapshot.change, now) {
            return same;
        }
        let found = snapshot.ask(|index| index.find(query, now));
        let id = ResultId(self.inner.options.clock.secret());
        let held = HeldResult {
            found: found.clone(),
            query: text,
            change: snapshot.change,
        };
        self.inner.held.hold(id, held, now);
        (id, found)
    }

    /// A held result that can still be read, else the query's.
    fn held_or_found(&self, snapshot: &Snapshot, result: Option<ResultId>, query: &Query) -> Found {
        let held = result.and_then(|id| self.held(id).ok());
        let found = held.map(|held| held.found);
        found
            .filter(|found| !found.is_stale(&snapshot.index))
            .unwrap_or_else(|| self.find(snapshot, query).1)
    }

    fn held(&self, id: ResultId) -> Result<HeldResult, Error> {
        self.inner
            .held
            .get(id, self.inner.options.clock.now())
            .ok_or_else(stale)
    }

    /// The index once it is complete.
    pub(crate) async fn ready(&self) -> Result<Snapshot, Error> {
        if self.inner.keeper.ready(PATIENCE).await {
            Ok(self.inner.keeper.snapshot())
        } else {
            Err(Error::told(
                ProblemKind::Busy,
                "The library is still being made ready. Nothing is lost; try again in a moment.",
            ))
        }
    }
}

/// Refuses a query that no address could hold: one made of an address is always within its limits.
pub(crate) fn bounded(query: &Query) -> Result<(), Error> {
    if query.is_bounded() {
        return Ok(());
    }
    Err(Error::told(
        ProblemKind::TooLarge,
        format!(
            "This search has more than {} words and values, or is longer than {} letters. Nothing \
             was changed; search for less at once.",
            Query::MAX_ATOMS,
            Query::MAX_BYTES
        ),
    ))
}

fn stale() -> Error {
    Error::told(
        ProblemKind::Stale,
        "This result was put away because it was not used for a while. Nothing is lost; the page \
         asks for it again.",
    )
}
