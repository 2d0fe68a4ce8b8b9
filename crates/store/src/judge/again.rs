//! What is sent once more, or late: done once, and never over what somebody else did meanwhile.

use std::collections::BTreeMap;

use domain::judgement::{Done, Edit};

use super::{code, column, done};
use crate::{
    Result, StoreError,
    rows::Author,
    sql::{Tx, args, json},
};

/// An operation that is known under the id of one that comes in.
pub(crate) struct Known {
    pub(crate) number: i64,
    field: String,
    code: Option<i64>,
    undoes: Option<i64>,
    pub(crate) pictures: i64,
}

/// Its columns, in that order.
type Row = (i64, String, Option<i64>, Option<i64>, i64);

/// The operation under the author's id, if there is one already.
pub(crate) async fn known(tx: &mut Tx, author: &Author) -> Result<Option<Known>> {
    let text = "SELECT id, field, code, undoes, pictures FROM operations WHERE uid = $1";
    let row = tx.row(text, args![author.operation.to_string()]).await?;
    Ok(
        row.map(|(number, field, code, undoes, pictures): Row| Known {
            number,
            field,
            code,
            undoes,
            pictures,
        }),
    )
}

/// Said where it is something else.
pub(crate) fn other() -> StoreError {
    StoreError::Conflict("another operation with this id".to_owned())
}

/// What came of it when it was done before; `None` when it was not.
pub(super) async fn judged(
    tx: &mut Tx,
    author: &Author,
    parts: &[(Vec<i64>, Edit)],
    seen: &[(i64, Edit)],
) -> Result<Option<Done>> {
    let Some(known) = known(tx, author).await? else {
        return Ok(None);
    };
    let sets = |edit: &Edit| {
        let wanted = (parts.len() == 1).then(|| code(*edit, author.at));
        let same = match edit {
            // Its number is the moment at which it was done.
            Edit::Trash(_) => wanted.map(|code| code != 0) == known.code.map(|code| code != 0),
            _ => wanted == known.code,
        };
        same && known.undoes.is_none() && column(edit.aspect()) == known.field
    };
    if !parts.first().is_some_and(|(_, edit)| sets(edit)) {
        return Err(other());
    }
    let mut left = 0;
    for (keys, edit) in parts {
        let text = format!(
            "SELECT ROWS[i.id, COALESCE(j.{column}, 0)] FROM images AS i \
                LEFT JOIN judgements AS j ON j.image_id = i.id WHERE i.id IN KEYS($1) \
                AND i.id NOT IN (SELECT r.image_id FROM revisions AS r WHERE r.operation_id = $2)",
            column = column(edit.aspect())
        );
        let compared = with_seen(keys, seen);
        let rows: Vec<(i64, i64)> = tx
            .list(&text, args![json(&compared)?, known.number])
            .await?;
        let wanted = code(*edit, author.at);
        left += rows
            .iter()
            .filter(|(_, now)| !same(*edit, *now, wanted))
            .count();
    }
    Ok(Some(done(
        author,
        usize::try_from(known.pictures).unwrap_or(0),
        left,
    )))
}

/// The same for taking back the operation with a number.
pub(super) async fn undone(tx: &mut Tx, author: &Author, old: i64) -> Result<Option<Done>> {
    let Some(known) = known(tx, author).await? else {
        return Ok(None);
    };
    if known.undoes != Some(old) {
        return Err(other());
    }
    let text = "SELECT COUNT(*) FROM revisions WHERE operation_id = $1";
    let changed: Option<(i64,)> = tx.row(text, args![old]).await?;
    let left = changed.map_or(0, |(changed,)| changed - known.pictures);
    let count = |number: i64| usize::try_from(number).unwrap_or(0);
    Ok(Some(done(author, count(known.pictures), count(left))))
}

/// Takes out of `touched` those that somebody changed since they were seen.
pub(super) async fn leave_changed(
    tx: &mut Tx,
    touched: &mut Vec<i64>,
    edit: Edit,
    seen: &[(i64, Edit)],
) -> Result<()> {
    let compared = with_seen(touched, seen);
    if compared.is_empty() {
        return Ok(());
    }
    let column = column(edit.aspect());
    let text =
        format!("SELECT ROWS[image_id, {column}] FROM judgements WHERE image_id IN KEYS($1)");
    let rows: Vec<(i64, i64)> = tx.list(&text, args![json(&compared)?]).await?;
    let now: BTreeMap<i64, i64> = rows.into_iter().collect();
    let then: BTreeMap<i64, Edit> = seen.iter().copied().collect();
    touched.retain(|key| {
        // One without a row is as it came.
        let (Some(then), now) = (then.get(key), now.get(key).copied().unwrap_or(0)) else {
            return true;
        };
        // Another aspect says nothing about this one.
        then.aspect() != edit.aspect() || same(edit, now, code(*then, domain::time::Timestamp(1)))
    });
    Ok(())
}

/// Those keys of which something was seen.
fn with_seen(keys: &[i64], seen: &[(i64, Edit)]) -> Vec<i64> {
    let known: BTreeMap<i64, Edit> = seen.iter().copied().collect();
    let found = keys.iter().filter(|key| known.contains_key(key));
    found.copied().collect()
}

/// Whether two numbers of what an edit sets mean the same.
fn same(edit: Edit, one: i64, other: i64) -> bool {
    match edit {
        Edit::Trash(_) => (one == 0) == (other == 0),
        _ => one == other,
    }
}
