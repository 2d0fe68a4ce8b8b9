//! One part of many pictures, each with a value of its own: what an import tells.

use std::collections::{BTreeSet, HashMap};

use domain::{
    judgement::Done,
    overlay::{Part, SEVERAL},
};
use serde::Serialize;

use super::{FIELD, keep, note};
use crate::{
    Result,
    judge::{Noted, done, nothing},
    rows::Author,
    sql::{Tx, args, json, json_rows, without_nul},
};

/// A value and the number under which it is kept.
#[derive(Serialize)]
struct ValueBody<'a> {
    id: i64,
    value: &'a str,
}

/// Which value a picture gets.
#[derive(Serialize)]
struct PictureBody {
    image: i64,
    new: i64,
}

const INSERT_VALUES: &str = "\
    INSERT INTO edit_values (id, value) \
    SELECT CAST(item.value ->> 'id' AS BIGINT), item.value ->> 'value' FROM EACH($1)";

const INSERT_REVISIONS: &str = "\
    INSERT INTO revisions (operation_id, image_id, old, new) \
    SELECT CAST($2 AS BIGINT), b.image, COALESCE(e.value_id, 0), b.new \
    FROM (SELECT CAST(item.value ->> 'image' AS BIGINT) AS image, \
            CAST(item.value ->> 'new' AS BIGINT) AS new FROM EACH($1)) AS b \
    LEFT JOIN edits AS e ON e.image_id = b.image AND e.part = $3";

/// Values are kept under numbers of the clock of changes, as ever: the operation takes as many of them as
/// it has values, and the last is its own.
pub(super) async fn set(
    tx: &mut Tx,
    author: &Author,
    part: &Part,
    values: Vec<(i64, String)>,
) -> Result<Done> {
    tx.lock_library().await?;
    let word = part.word();
    let wanted: HashMap<i64, String> = values
        .into_iter()
        .map(|(key, value)| (key, without_nul(value)))
        .collect();
    let mut keys: Vec<i64> = wanted.keys().copied().collect();
    keys.sort_unstable();
    let text = "SELECT ROWS[i.id, COALESCE(v.value, '')] FROM images AS i \
         LEFT JOIN edits AS e ON e.image_id = i.id AND e.part = $2 \
         LEFT JOIN edit_values AS v ON v.id = e.value_id WHERE i.id IN KEYS($1)";
    let mut touched: Vec<(i64, String)> = tx.list(text, args![json(&keys)?, word.as_str()]).await?;
    touched.retain(|(key, now)| wanted.get(key).is_some_and(|value| value != now));
    if touched.is_empty() {
        return Ok(nothing(0));
    }
    touched.sort_unstable();
    let keys: Vec<i64> = touched.into_iter().map(|(key, _)| key).collect();
    let values = keys.iter().filter_map(|key| wanted.get(key));
    let distinct: BTreeSet<&str> = values.map(String::as_str).collect();
    let several = distinct.len() > 1;
    let mut distinct: Vec<&str> = distinct
        .into_iter()
        .filter(|value| !value.is_empty())
        .collect();
    if several {
        // What the operation itself is told to have set.
        distinct.push(SEVERAL);
    }
    let further = distinct.len().saturating_sub(1) as i64;
    if further > 0 {
        let text = "UPDATE change_clock SET n = n + $1 WHERE id = 1";
        tx.execute(text, args![further]).await?;
    }
    let number = tx.record_change(&keys, &[]).await?;
    let bodies: Vec<ValueBody<'_>> = (number - further..)
        .zip(&distinct)
        .map(|(id, value)| ValueBody { id, value })
        .collect();
    let numbers: HashMap<&str, i64> = bodies.iter().map(|body| (body.value, body.id)).collect();
    if !bodies.is_empty() {
        tx.execute(INSERT_VALUES, args![json_rows(&bodies, 64)?])
            .await?;
    }
    tx.note_operation(author, keys.len(), &Noted::plain(FIELD, None))
        .await?;
    let own = if bodies.is_empty() { 0 } else { number };
    note(tx, number, &word, own).await?;
    let number_of = |key: &i64| numbers.get(wanted.get(key)?.as_str()).copied();
    let given = |key: &i64| PictureBody {
        image: *key,
        new: number_of(key).unwrap_or(0),
    };
    let given: Vec<PictureBody> = keys.iter().map(given).collect();
    let given = json_rows(&given, 40)?;
    tx.execute(INSERT_REVISIONS, args![given, number, word.as_str()])
        .await?;
    keep(tx, &json(&keys)?, &word, number).await?;
    Ok(done(author, keys.len(), 0))
}
