//! Duels: which of two pictures is better, and taking that back.
//!
//! An answer is an operation with a row in `duels`. What takes answers away or brings them back is an operation
//! too, and says by `duel_changes` which: an answer counts as the last of its operations says.

use std::collections::BTreeSet;

use domain::{duel::Duel, judgement::Done};

use crate::{
    Result, Store, StoreError,
    judge::{Noted, again, done, nothing},
    rows::Author,
    sql::{Tx, args, json},
};

/// The word of these operations.
pub(crate) const FIELD: &str = "duel";

/// How many answers of the operation of a revision `r` count now for its picture.
pub(crate) const NOW: &str = "(SELECT COUNT(*) FROM duel_changes AS c JOIN duels AS d ON d.id = c.duel_id \
     WHERE c.operation_id = r.operation_id AND d.gone = 0 AND r.image_id IN (d.better_id, d.worse_id))";

/// An answer and its number.
type Row = (i64, i64, i64, i64);

impl Store {
    /// Every answer that counts, in the order of their numbers.
    pub async fn duels(&self) -> Result<Vec<Duel>> {
        all(&mut self.read_once().await?).await
    }

    /// Says which of two pictures is better.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when one of them is no more, or they are the same; [`StoreError::Conflict`]
    /// when the author's operation is known as something else. Known as an answer about these two it is not
    /// given again, and answered as it was.
    pub async fn decide(&self, author: Author, duel: Duel) -> Result<Done> {
        self.write(move |tx| Box::pin(async move { decide(tx, &author, duel).await }))
            .await
    }

    /// Takes away every answer between two of some pictures, as one operation.
    pub async fn forget_duels(&self, author: Author, keys: Vec<i64>) -> Result<Done> {
        self.write_bulk(move |tx| Box::pin(async move { start_over(tx, &author, &keys).await }))
            .await
    }
}

/// Every answer that counts.
pub(crate) async fn all(tx: &mut Tx) -> Result<Vec<Duel>> {
    let text = "SELECT ROWS[id, better_id, worse_id, even] FROM duels WHERE gone = 0";
    let mut rows: Vec<Row> = tx.list(text, Vec::new()).await?;
    rows.sort_unstable();
    let duel = |(_, better, worse, even): Row| Duel {
        better,
        worse,
        even: even != 0,
    };
    Ok(rows.into_iter().map(duel).collect())
}

/// Forgets answers that no longer count and can no longer come back.
pub(crate) async fn forget(tx: &mut Tx) -> Result<()> {
    let text = "DELETE FROM duels WHERE gone = 1 AND id NOT IN (SELECT duel_id FROM duel_changes)";
    tx.execute(text, Vec::new()).await?;
    Ok(())
}

async fn decide(tx: &mut Tx, author: &Author, duel: Duel) -> Result<Done> {
    tx.lock_library().await?;
    let pictures = json(&[duel.better, duel.worse])?;
    if let Some(known) = again::known(tx, author).await? {
        let text = "SELECT COUNT(*) FROM duels WHERE id = $2 AND even = $3 \
             AND better_id IN KEYS($1) AND worse_id IN KEYS($1)";
        return match tx
            .number(text, args![pictures, known.number, duel.even])
            .await?
        {
            0 => Err(again::other()),
            _ => Ok(done(author, 2, 0)),
        };
    }
    let text = "SELECT COUNT(*) FROM images WHERE id IN KEYS($1)";
    if tx.number(text, args![pictures]).await? != 2 {
        return Err(StoreError::NotFound("picture"));
    }
    let number = tx.record_change(&[], &[]).await?;
    let text = "INSERT INTO duels (id, better_id, worse_id, even) VALUES ($1, $2, $3, $4)";
    tx.execute(text, args![number, duel.better, duel.worse, duel.even])
        .await?;
    let rows = [(number, duel.better, duel.worse, 0)];
    note(tx, number, author, false, &rows, None).await
}

async fn start_over(tx: &mut Tx, author: &Author, keys: &[i64]) -> Result<Done> {
    tx.lock_library().await?;
    let text = "SELECT ROWS[id, better_id, worse_id, even] FROM duels \
         WHERE gone = 0 AND better_id IN KEYS($1) AND worse_id IN KEYS($1)";
    let rows: Vec<Row> = tx.list(text, args![json(keys)?]).await?;
    if rows.is_empty() {
        return Ok(nothing(0));
    }
    let number = tx.record_change(&[], &[]).await?;
    note(tx, number, author, true, &rows, None).await
}

/// Takes an operation back, as an operation of its own.
pub(crate) async fn undo(tx: &mut Tx, author: &Author, old: i64) -> Result<Done> {
    let text = "SELECT COALESCE(code, 0) FROM operations WHERE id = $1";
    let gone = tx.number(text, args![old]).await?;
    let text = "SELECT ROWS[d.id, d.better_id, d.worse_id, d.gone] FROM duel_changes AS c \
         JOIN duels AS d ON d.id = c.duel_id WHERE c.operation_id = $1";
    let rows: Vec<Row> = tx.list(text, args![old]).await?;
    let (held, others): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|(.., now)| *now == gone);
    let conflicts = pictures(&others);
    if held.is_empty() {
        return Ok(nothing(conflicts));
    }
    let number = tx.record_change(&[], &[]).await?;
    let done = note(tx, number, author, gone == 0, &held, Some(old)).await?;
    Ok(Done {
        conflicts: conflicts as u64,
        ..done
    })
}

/// Makes answers count, or no longer, and notes that under the number of its change.
async fn note(
    tx: &mut Tx,
    number: i64,
    author: &Author,
    gone: bool,
    rows: &[Row],
    undoes: Option<i64>,
) -> Result<Done> {
    let pictures = pictures(rows);
    let noted = Noted {
        field: FIELD,
        code: Some(gone.into()),
        undoes,
    };
    tx.note_operation(author, pictures, &noted).await?;
    let ids: Vec<i64> = rows.iter().map(|(id, ..)| *id).collect();
    let text = "INSERT INTO duel_changes (operation_id, duel_id) \
         SELECT CAST($2 AS BIGINT), id FROM duels WHERE id IN KEYS($1)";
    tx.execute(text, args![json(&ids)?, number]).await?;
    let text = "INSERT INTO revisions (operation_id, image_id, old, new) \
         SELECT CAST($1 AS BIGINT), image_id, COUNT(*) * CAST($2 AS BIGINT), \
            COUNT(*) * (1 - CAST($2 AS BIGINT)) FROM ( \
            SELECT d.better_id AS image_id FROM duels AS d \
                JOIN duel_changes AS c ON c.duel_id = d.id WHERE c.operation_id = $1 \
            UNION ALL SELECT d.worse_id FROM duels AS d \
                JOIN duel_changes AS c ON c.duel_id = d.id WHERE c.operation_id = $1 \
         ) AS met GROUP BY image_id";
    tx.execute(text, args![number, i64::from(gone)]).await?;
    let text = "UPDATE duels SET gone = $2 WHERE id IN KEYS($1)";
    tx.execute(text, args![json(&ids)?, gone]).await?;
    Ok(done(author, pictures, 0))
}

/// How many pictures answers are about.
fn pictures(rows: &[Row]) -> usize {
    let both = rows
        .iter()
        .flat_map(|(_, better, worse, _)| [better, worse]);
    both.collect::<BTreeSet<_>>().len()
}
