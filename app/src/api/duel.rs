//! Duels.

use domain::{
    duel::{Answer, DuelRound},
    id::ImageId,
    judgement::Done,
    query::Query,
};
use leptos::{prelude::*, server_fn::codec::Json};

use super::ApiError;

/// What to ask next about the pictures of a query, without those that are being asked about.
#[server(name = RoundRequest, prefix = "/fn", endpoint = "duel/round", input = Json)]
pub async fn round(query: Query, asking: Vec<ImageId>) -> Result<DuelRound, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.duels().round(&query, &asking).await)
}

/// Says which of two pictures is better.
#[server(name = DecideRequest, prefix = "/fn", endpoint = "duel/decide", input = Json)]
pub async fn decide(said: Answer) -> Result<Done, ApiError> {
    use super::server::{ACTOR, answer, gallery};
    answer(gallery()?.duels().decide(said, ACTOR).await)
}

/// Takes away every answer about two pictures of a query.
#[server(name = StartOverRequest, prefix = "/fn", endpoint = "duel/start_over", input = Json)]
pub async fn start_over(query: Query) -> Result<Done, ApiError> {
    use super::server::{ACTOR, answer, gallery};
    answer(gallery()?.duels().start_over(&query, ACTOR).await)
}
