//! Duels: asking which of two pictures is better, and what comes of the answers.

use std::{collections::HashMap, sync::Arc};

use domain::{
    duel::{Answer, Contest, Duel, DuelRound},
    id::ImageId,
    judgement::Done,
    problem::ProblemKind,
    query::Query,
};
use store::{StoreError, rows::Author};

use crate::{Gallery, Inner, Search, error::Error, keeper};

/// Pairs that are told at once: so many can be decided before the next ones are here.
const PAIRS: usize = 4;

/// Duels. Every change is an operation that can be taken back.
pub struct Duels<'a> {
    inner: &'a Arc<Inner>,
}

impl Gallery {
    /// Duels.
    pub fn duels(&self) -> Duels<'_> {
        Duels { inner: &self.inner }
    }
}

impl Duels<'_> {
    /// What to ask next about the pictures of a query, without those that are being asked about, and how far
    /// the answers go.
    pub async fn round(&self, query: &Query, asking: &[ImageId]) -> Result<DuelRound, Error> {
        let keys = Search::new(self.inner).keys_of(query).await?;
        let snapshot = self.inner.keeper.snapshot();
        let (pairs, standing) = snapshot.ask(|index| {
            let contest = Contest::new(&keys, index.duels());
            let asking = asking.iter().filter_map(|id| index.key_of(*id));
            let asking: Vec<i64> = asking.collect();
            (contest.next_pairs(&asking, PAIRS), contest.standing())
        });
        let asked: Vec<i64> = pairs
            .iter()
            .flat_map(|(one, other)| [*one, *other])
            .collect();
        let cards = self.inner.store.cards(&asked).await?;
        let cards: HashMap<i64, _> = cards.into_iter().collect();
        let pair =
            |(one, other): (i64, i64)| Some((cards.get(&one)?.clone(), cards.get(&other)?.clone()));
        Ok(DuelRound {
            pairs: pairs.into_iter().filter_map(pair).collect(),
            standing,
        })
    }

    /// Takes an answer in.
    pub async fn decide(&self, answer: Answer, actor: &str) -> Result<Done, Error> {
        let snapshot = Search::new(self.inner).ready().await?;
        let key = |id| snapshot.index.key_of(id).ok_or_else(gone);
        let duel = Duel {
            better: key(answer.better)?,
            worse: key(answer.worse)?,
            even: answer.even,
        };
        let author = Author {
            operation: answer.operation,
            ..self.inner.author(actor)
        };
        let done = self.inner.store.decide(author, duel).await;
        let done = done.map_err(|error| match error {
            StoreError::NotFound(_) => gone(),
            error => error.into(),
        })?;
        keeper::catch_up(self.inner).await?;
        Ok(done)
    }

    /// Takes away every answer about two pictures of a query.
    pub async fn start_over(&self, query: &Query, actor: &str) -> Result<Done, Error> {
        let keys = Search::new(self.inner).keys_of(query).await?;
        let author = self.inner.author(actor);
        let done = self.inner.store.forget_duels(author, keys).await?;
        keeper::catch_up(self.inner).await?;
        Ok(done)
    }
}

fn gone() -> Error {
    Error::told(
        ProblemKind::NotFound,
        "One of the two pictures is no longer in the library. Nothing was changed; the next pair leaves it out.",
    )
}
