//! What the library is made of, and how much of it is kept.

use domain::{
    insight::{Copies, KeepOrder, KeepRate, Overview},
    query::{Field, Query},
};
use tokio::sync::Mutex;

use crate::{Gallery, Inner, Search, error::Error, search::bounded};

/// In a larger library prompts are compared only when nothing else is: reading the tokens of a million
/// for the first time takes seconds.
const PROMPTS: usize = 100_000;
/// Most values of one field that are told.
const VALUES: usize = 200;
/// Values of a field that are told of the whole library, months included.
const PARTS: usize = 24;
/// Contents with several files that are told one by one.
const COPIES: u32 = 12;

/// Files with the same content, kept until the library changes: all files are looked at.
#[derive(Default)]
pub(crate) struct KnownCopies {
    /// The change and the number of unread pictures at which was looked. Whoever comes while somebody
    /// looks waits for the result.
    kept: Mutex<Option<((i64, u64), Copies)>>,
}

impl KnownCopies {
    async fn of(&self, store: &store::Store) -> Result<(Copies, u64), Error> {
        let mut kept = self.kept.lock().await;
        // The numbers first: what changes meanwhile is looked at again the next time. Reading the
        // content of a picture is no change of the library.
        let waiting = store.waiting().await?;
        let now = (store.change_now().await?, waiting);
        if let Some((_, copies)) = kept.as_ref().filter(|(at, _)| *at == now) {
            return Ok((copies.clone(), waiting));
        }
        let copies = store.copies(COPIES).await?;
        *kept = Some((now, copies.clone()));
        Ok((copies, waiting))
    }
}

/// What the library is made of, and how much of it is kept.
pub struct Insights<'a> {
    inner: &'a Inner,
}

impl Gallery {
    /// What the library is made of, and how much of it is kept.
    pub fn insights(&self) -> Insights<'_> {
        Insights::new(&self.inner)
    }
}

impl<'a> Insights<'a> {
    pub(crate) fn new(inner: &'a Inner) -> Self {
        Self { inner }
    }

    /// How much of a result is kept, whatever it asks of the verdict, and the same for the values of
    /// some fields. Of fields that pictures are not compared by nothing is said, nor of tokens beside
    /// other fields where the library is large.
    pub async fn keep_rate(
        &self,
        query: &Query,
        fields: &[Field],
        order: KeepOrder,
        limit: u32,
    ) -> Result<KeepRate, Error> {
        bounded(query)?;
        let mut compared: Vec<Field> = Vec::new();
        for field in fields {
            if KeepRate::FIELDS.contains(field) && !compared.contains(field) {
                compared.push(*field);
            }
        }
        let search = Search::new(self.inner);
        let snapshot = search.ready().await?;
        if compared.len() > 1 && snapshot.index.len() > PROMPTS {
            compared.retain(|field| *field != Field::Token);
        }
        let asked = |field| query.filters.iter().any(|filter| filter.field == field);
        if compared.contains(&Field::Token) || asked(Field::Token) {
            search.learn_tokens(&snapshot.index).await?;
        }
        let now = self.inner.options.clock.now();
        let limit = (limit as usize).min(VALUES);
        Ok(snapshot.ask(|index| index.keep_rate(query, now, &compared, order, limit)))
    }

    /// The whole library in numbers. Every number of pictures is that of the question beside which it
    /// is told.
    pub async fn overview(&self) -> Result<Overview, Error> {
        let snapshot = Search::new(self.inner).ready().await?;
        let store = &self.inner.store;
        let (copies, waiting) = self.inner.copies.of(store).await?;
        let (problems, _) = store.problems(0, 0).await?;
        let now = self.inner.options.clock.now();
        Ok(snapshot.ask(|index| {
            let held = |text| index.held(&Query::parse(text), now);
            Overview {
                shown: index.holdings(&Query::default(), now, PARTS),
                unparsed: held("has=unparsed"),
                missing: held("is=missing"),
                hidden: held("is=hidden"),
                trashed: held("is=trashed"),
                copies,
                waiting,
                problems,
            }
        }))
    }
}
