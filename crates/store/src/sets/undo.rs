//! Taking back what was done with a photoset.

use domain::{judgement::Done, photoset::SetVerb};
use serde::Deserialize;

use super::{RawSet, SetRow, Step, look, refuse_circle};
use crate::{
    Result, StoreError,
    judge::{done, nothing},
    rows::Author,
    sql::{Tx, args},
};

/// A row of `photoset_changes`.
#[derive(Deserialize)]
struct Past {
    verb: String,
    set: i64,
    old_body: String,
    new_body: String,
    old_gone: i64,
    new_gone: i64,
}

/// The place that a picture had before the operation, had afterwards, and has now.
#[derive(Clone, Copy, Deserialize)]
struct Picture {
    key: i64,
    old: i64,
    new: i64,
    now: i64,
}

/// Takes an operation back, as an operation of its own.
pub(crate) async fn undo(tx: &mut Tx, author: &Author, old: i64) -> Result<Done> {
    let text = "SELECT ROWS[verb, set_id, old_body, new_body, old_gone, new_gone] \
         FROM photoset_changes WHERE operation_id = $1";
    let past = tx.list::<Past>(text, args![old]).await?.pop();
    let past = past.ok_or(StoreError::NotFound("operation"))?;
    let verb = SetVerb::ALL
        .into_iter()
        .find(|verb| verb.word() == past.verb);
    match verb.ok_or(StoreError::NotFound("kind of operation"))? {
        SetVerb::Edit => undo_look(tx, author, old, &past).await,
        verb => undo_places(tx, author, old, &past, verb).await,
    }
}

/// Makes a photoset what it was.
///
/// # Errors
/// [`StoreError::Conflict`] when it was changed again since, or can no longer lie where it lay.
async fn undo_look(tx: &mut Tx, author: &Author, old: i64, past: &Past) -> Result<Done> {
    let (id, row) = by_key(tx, past.set).await?;
    let after = SetRow {
        set: serde_json::from_str(&past.old_body)?,
        ..row.clone()
    };
    let expected = serde_json::from_str(&past.new_body)?;
    if row.gone || row.set != expected {
        return Err(StoreError::Conflict(row.set.name));
    }
    refuse_circle(tx, id, &after.set).await?;
    look(tx, author, (SetVerb::Edit, &row, &after), Some(old)).await
}

/// Gives pictures back the places that they had, where nobody changed those since, and the photoset itself
/// when the operation ended it. A photoset that the operation made goes away, unless it holds something else
/// by now.
async fn undo_places(
    tx: &mut Tx,
    author: &Author,
    old: i64,
    past: &Past,
    verb: SetVerb,
) -> Result<Done> {
    let (_, row) = by_key(tx, past.set).await?;
    let pictures = pictures(tx, old, past.set).await?;
    let comes_back = past.new_gone > past.old_gone && row.gone;
    // Whoever deleted the photoset since decided about all of its pictures.
    if row.gone && !comes_back {
        return Ok(nothing(pictures.len()));
    }
    let held = pictures.iter().filter(|picture| picture.now == picture.new);
    let steps: Vec<Step> = held
        .map(|picture| Step {
            key: picture.key,
            old: picture.now,
            new: picture.old,
        })
        .collect();
    let conflicts = pictures.len() - steps.len();
    let made = past.old_gone > past.new_gone;
    let others = tx.places(row.key).await?.len() - steps.iter().filter(|s| s.old != 0).count();
    let goes = made && others == 0;
    if steps.is_empty() && !comes_back && !goes {
        return Ok(nothing(conflicts));
    }
    let after = SetRow {
        gone: goes,
        ..row.clone()
    };
    let number = tx.record_change(&[], &[]).await?;
    tx.note_set(number, author, (verb, &row, &after), &steps, Some(old))
        .await?;
    tx.place(row.key, &steps).await?;
    if after != row {
        tx.keep_set(&after).await?;
    }
    Ok(done(author, steps.len(), conflicts))
}

/// The pictures of an operation that are still there.
async fn pictures(tx: &mut Tx, old: i64, set: i64) -> Result<Vec<Picture>> {
    let text = "SELECT ROWS[r.image_id, r.old, r.new, COALESCE(p.place, 0)] FROM revisions AS r \
         LEFT JOIN photoset_images AS p ON p.image_id = r.image_id AND p.set_id = $2 \
         WHERE r.operation_id = $1";
    tx.list(text, args![old, set]).await
}

async fn by_key(tx: &mut Tx, key: i64) -> Result<(domain::id::SetId, SetRow)> {
    let text = "SELECT ROWS[id, uid, body, gone] FROM photosets WHERE id = $1";
    let row = tx.list::<RawSet>(text, args![key]).await?.pop();
    row.ok_or(StoreError::NotFound("photoset"))?.read()
}
