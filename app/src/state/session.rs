//! The session of this tab: when somebody opened the gallery in it, by the gallery's own clock, which dates what
//! comes in.

use domain::{query::Query, time::Timestamp};

use super::query::QueryState;
use crate::{
    api::{ApiError, roots::moment},
    browser::{history, storage},
};

/// Where its beginning is kept, in milliseconds.
const KEY: &str = "proofsheet.session";

/// The gallery tells its time when a page begins to listen: the first page of a tab begins its session.
pub fn opened(moment: &str) {
    if storage::get_session(KEY).is_none() {
        storage::set_session(KEY, moment);
    }
}

/// When it began; it begins now where it has not.
pub async fn begun() -> Result<Timestamp, ApiError> {
    let kept = storage::get_session(KEY).and_then(|text| text.parse().ok());
    match kept {
        Some(kept) => Ok(Timestamp(kept)),
        None => anew().await,
    }
}

/// Begins another one now.
pub async fn anew() -> Result<Timestamp, ApiError> {
    let now = moment().await?;
    storage::set_session(KEY, &now.0.to_string());
    Ok(now)
}

/// Shows what has come since a moment, in place of this entry of the history.
pub fn go(begun: Timestamp) {
    history::go(&QueryState::href(&Query::since_moment(begun)), true);
}
