//! What people set over what files say. Each value is kept under the number of the operation that wrote
//! it, which is its version; what a file says stays where it is and is only covered.

mod each;

use std::collections::HashMap;

use domain::{
    judgement::Done,
    overlay::{self, Edited, FieldSaved, Overlay, Part, Value},
    recipe::{Recipe, Sampling},
};

use crate::{
    Result, Store, StoreError,
    judge::{MANY, Noted, done, nothing},
    rows::Author,
    sql::{Tx, args, json},
};

/// The word of these operations.
pub(crate) const FIELD: &str = "edit";

/// Which value of its operation's part the picture of a revision `r` has now, as its revisions tell it.
pub(crate) const NOW: &str = "COALESCE((SELECT e.value_id FROM edits AS e \
        JOIN edit_changes AS c ON c.part = e.part \
        WHERE c.operation_id = r.operation_id AND e.image_id = r.image_id), 0)";

/// The edited value of a part of the picture `i`.
macro_rules! edited_value {
    ($part:literal) => {
        concat!(
            "(SELECT v.value FROM edits AS e JOIN edit_values AS v ON v.id = e.value_id \
             WHERE e.image_id = i.id AND e.part = '",
            $part,
            "')"
        )
    };
}
pub(crate) use edited_value;

impl Store {
    /// Sets a value of pictures over what their files say, as one operation; an empty one gives them back
    /// what their files say. Pictures that are so already are left alone, and keys of pictures that are
    /// no more are passed over.
    pub async fn set_field(
        &self,
        author: Author,
        keys: Vec<i64>,
        part: Part,
        value: String,
    ) -> Result<Done> {
        if keys.len() > MANY {
            self.write_bulk(move |tx| {
                Box::pin(async move { set(tx, &author, &keys, &part, &value).await })
            })
            .await
        } else {
            self.write(move |tx| {
                Box::pin(async move { set(tx, &author, &keys, &part, &value).await })
            })
            .await
        }
    }

    /// Sets a part of pictures, each to a value of its own, as one operation; no value gives a picture back
    /// what its file says.
    pub async fn set_fields(
        &self,
        author: Author,
        part: Part,
        values: Vec<(i64, String)>,
    ) -> Result<Done> {
        self.write_bulk(move |tx| {
            Box::pin(async move { each::set(tx, &author, &part, values).await })
        })
        .await
    }

    /// The same of one picture, unless its value is no longer the one of `version`: then nothing is
    /// written, and the answer says what it is.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such picture.
    pub async fn set_field_of(
        &self,
        author: Author,
        key: i64,
        part: Part,
        value: String,
        version: i64,
    ) -> Result<FieldSaved> {
        self.write(move |tx| {
            Box::pin(async move { set_one(tx, &author, key, &part, value, version).await })
        })
        .await
    }
}

/// Edited values of pictures by key, for a JSON list of keys.
pub(crate) async fn over(tx: &mut Tx, keys: &str) -> Result<HashMap<i64, Vec<Overlay>>> {
    let text = "SELECT ROWS[e.image_id, e.part, v.value] FROM edits AS e \
         JOIN edit_values AS v ON v.id = e.value_id WHERE e.image_id IN KEYS($1)";
    let rows: Vec<(i64, Part, String)> = tx.list(text, args![keys]).await?;
    let mut found: HashMap<i64, Vec<Overlay>> = HashMap::new();
    for (key, part, value) in rows {
        found.entry(key).or_default().push(Overlay { part, value });
    }
    for all in found.values_mut() {
        all.sort_unstable_by(|a, b| a.part.cmp(&b.part));
    }
    Ok(found)
}

/// Lays edited values over the recipe of a picture. Answers each with what the file says, but for dates
/// and parameters, which are no part of a recipe.
pub(crate) async fn lay_over(tx: &mut Tx, key: i64, recipe: &mut Recipe) -> Result<Vec<Edited>> {
    let text = "SELECT ROWS[e.part, e.value_id, v.value] FROM edits AS e \
         JOIN edit_values AS v ON v.id = e.value_id WHERE e.image_id = $1";
    let rows: Vec<(Part, i64, String)> = tx.list(text, args![key]).await?;
    let edited = rows.into_iter().map(|(part, version, value)| Edited {
        parsed: overlay::told(&part, recipe),
        part,
        value,
        version,
    });
    let mut edited: Vec<Edited> = edited.collect();
    edited.sort_unstable_by(|a, b| a.part.cmp(&b.part));
    let over: Vec<Overlay> = edited
        .iter()
        .map(|one| Overlay {
            part: one.part.clone(),
            value: one.value.clone(),
        })
        .collect();
    overlay::lay_over_recipe(recipe, &over);
    Ok(edited)
}

/// The edited values of one run of a sampler, when any are about a run.
pub(crate) fn over_run(over: &[Overlay]) -> Option<Sampling> {
    let mut run = Sampling::default();
    overlay::lay_over_run(&mut run, over).then_some(run)
}

/// Forgets values that no picture has, and that can no longer come back.
pub(crate) async fn forget(tx: &mut Tx) -> Result<()> {
    let text = "DELETE FROM edit_values WHERE id NOT IN (SELECT value_id FROM edits) \
         AND id NOT IN (SELECT value_id FROM edit_changes) \
         AND id NOT IN (SELECT r.old FROM revisions AS r JOIN operations AS o \
            ON o.id = r.operation_id WHERE o.field = $1) \
         AND id NOT IN (SELECT r.new FROM revisions AS r JOIN operations AS o \
            ON o.id = r.operation_id WHERE o.field = $1)";
    tx.execute(text, args![FIELD]).await?;
    Ok(())
}

/// What somebody set of a picture; the default when nobody did.
async fn value_of(tx: &mut Tx, key: i64, part: &Part) -> Result<Value> {
    let text = "SELECT ROWS[e.value_id, v.value] FROM edits AS e \
         JOIN edit_values AS v ON v.id = e.value_id WHERE e.image_id = $1 AND e.part = $2";
    let found: Vec<(i64, String)> = tx.list(text, args![key, part.word()]).await?;
    let value = found.into_iter().next();
    Ok(value.map_or_else(Value::default, |(version, text)| Value { text, version }))
}

async fn set_one(
    tx: &mut Tx,
    author: &Author,
    key: i64,
    part: &Part,
    value: String,
    version: i64,
) -> Result<FieldSaved> {
    tx.lock_library().await?;
    let now = value_of(tx, key, part).await?;
    if now.text == value {
        let done = nothing(0);
        return Ok(FieldSaved::Saved { value: now, done });
    }
    if now.version != version {
        return Ok(FieldSaved::Changed { value: now });
    }
    let done = set(tx, author, &[key], part, &value).await?;
    if done.operation.is_none() {
        return Err(StoreError::NotFound("picture"));
    }
    let value = value_of(tx, key, part).await?;
    Ok(FieldSaved::Saved { value, done })
}

async fn set(tx: &mut Tx, author: &Author, keys: &[i64], part: &Part, value: &str) -> Result<Done> {
    tx.lock_library().await?;
    let word = part.word();
    let text = "SELECT ROWS[i.id] FROM images AS i \
         LEFT JOIN edits AS e ON e.image_id = i.id AND e.part = $2 \
         LEFT JOIN edit_values AS v ON v.id = e.value_id \
         WHERE i.id IN KEYS($1) AND COALESCE(v.value, '') <> $3";
    let touched: Vec<(i64,)> = tx
        .list(text, args![json(keys)?, word.as_str(), value])
        .await?;
    let touched: Vec<i64> = touched.into_iter().map(|(key,)| key).collect();
    if touched.is_empty() {
        return Ok(nothing(0));
    }
    let number = tx.record_change(&touched, &[]).await?;
    let version = if value.is_empty() { 0 } else { number };
    if version != 0 {
        let text = "INSERT INTO edit_values (id, value) VALUES ($1, $2)";
        tx.execute(text, args![version, value]).await?;
    }
    let set = Noted::plain(FIELD, None);
    tx.note_operation(author, touched.len(), &set).await?;
    note(tx, number, &word, version).await?;
    let keys = json(&touched)?;
    let text = "INSERT INTO revisions (operation_id, image_id, old, new) \
         SELECT CAST($2 AS BIGINT), i.id, COALESCE(e.value_id, 0), CAST($3 AS BIGINT) \
         FROM images AS i LEFT JOIN edits AS e ON e.image_id = i.id AND e.part = $4 \
         WHERE i.id IN KEYS($1)";
    tx.execute(text, args![keys.as_str(), number, version, word.as_str()])
        .await?;
    keep(tx, &keys, &word, number).await?;
    Ok(done(author, touched.len(), 0))
}

/// Notes what an operation set.
async fn note(tx: &mut Tx, number: i64, word: &str, version: i64) -> Result<()> {
    let text = "INSERT INTO edit_changes (operation_id, part, value_id) VALUES ($1, $2, $3)";
    tx.execute(text, args![number, word, version]).await?;
    Ok(())
}

/// Gives pictures, whose keys come as a JSON list, the values that the revisions of an operation name.
async fn keep(tx: &mut Tx, keys: &str, word: &str, number: i64) -> Result<()> {
    let text = "DELETE FROM edits WHERE part = $2 AND image_id IN KEYS($1)";
    tx.execute(text, args![keys, word]).await?;
    let text = "INSERT INTO edits (image_id, part, value_id) \
         SELECT r.image_id, CAST($1 AS TEXT), r.new FROM revisions AS r \
         WHERE r.operation_id = $2 AND r.new <> 0";
    tx.execute(text, args![word, number]).await?;
    Ok(())
}

/// Takes an operation back, as an operation of its own.
pub(crate) async fn undo(tx: &mut Tx, author: &Author, old: i64) -> Result<Done> {
    let text = "SELECT ROWS[part, value_id] FROM edit_changes WHERE operation_id = $1";
    let change: Option<(String, i64)> = tx.list(text, args![old]).await?.pop();
    let (word, version) = change.ok_or(StoreError::NotFound("operation"))?;
    let text = "SELECT ROWS[r.image_id, r.new, COALESCE(e.value_id, 0)] FROM revisions AS r \
         LEFT JOIN edits AS e ON e.image_id = r.image_id AND e.part = $2 \
         WHERE r.operation_id = $1";
    let pictures: Vec<(i64, i64, i64)> = tx.list(text, args![old, word.as_str()]).await?;
    let same = pictures.iter().filter(|(_, new, now)| new == now);
    let held: Vec<i64> = same.map(|(key, ..)| *key).collect();
    let conflicts = pictures.len() - held.len();
    if held.is_empty() {
        return Ok(nothing(conflicts));
    }
    let number = tx.record_change(&held, &[]).await?;
    let set = Noted::plain(FIELD, Some(old));
    tx.note_operation(author, held.len(), &set).await?;
    note(tx, number, &word, version).await?;
    let keys = json(&held)?;
    let text = "INSERT INTO revisions (operation_id, image_id, old, new) \
         SELECT CAST($2 AS BIGINT), image_id, new, old FROM revisions \
         WHERE operation_id = $3 AND image_id IN KEYS($1)";
    tx.execute(text, args![keys.as_str(), number, old]).await?;
    keep(tx, &keys, &word, number).await?;
    Ok(done(author, held.len(), conflicts))
}
