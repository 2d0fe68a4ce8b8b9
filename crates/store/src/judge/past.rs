//! What was done, as the history tells it.

use domain::{
    id::OperationId,
    judgement::{Aspect, Operation, Revision},
    organise::PlaceStep,
    overlay::{FieldStep, Part},
    photoset::{Photoset, SetStep, SetVerb},
    tag::{TagStep, TagVerb},
    time::Timestamp,
};
use serde::Deserialize;

use super::{aspect, column, edit};
use crate::{
    Result, Store, StoreError, duels, edits, moves, notes, sets,
    sql::{Arg, args},
    tags,
};

/// An operation, in the order of `operation_columns!`.
#[derive(Deserialize)]
struct OperationRow {
    number: i64,
    id: OperationId,
    at: i64,
    actor: String,
    field: String,
    code: Option<i64>,
    pictures: i64,
    undoes: Option<OperationId>,
    undone_by: Option<OperationId>,
    verb: Option<String>,
    tag: Option<String>,
    to: Option<String>,
    set_verb: Option<String>,
    set: Option<String>,
    part: Option<Part>,
    value: Option<String>,
    from: Option<String>,
    place: Option<String>,
    /// Of the picture that was asked about; 0 otherwise.
    old: i64,
    new: i64,
}

/// An operation whose taking back was taken back holds again.
macro_rules! operation_columns {
    () => {
        concat!(
            "o.id, o.uid, o.at_ms, o.actor, o.field, o.code, o.pictures, \
         (SELECT b.uid FROM operations AS b WHERE b.id = o.undoes), \
         (SELECT MAX(u.uid) FROM operations AS u WHERE u.undoes = o.id \
            AND NOT EXISTS (SELECT 1 FROM operations AS w WHERE w.undoes = u.id)), \
         (SELECT c.verb FROM tag_changes AS c WHERE c.operation_id = o.id), \
         (SELECT c.old_name FROM tag_changes AS c WHERE c.operation_id = o.id), \
         (SELECT COALESCE(t.name, c.new_name) FROM tag_changes AS c \
            LEFT JOIN tags AS t ON t.id = c.other_id WHERE c.operation_id = o.id), \
         (SELECT c.verb FROM photoset_changes AS c WHERE c.operation_id = o.id), \
         (SELECT c.old_body FROM photoset_changes AS c WHERE c.operation_id = o.id), \
         (SELECT c.part FROM edit_changes AS c WHERE c.operation_id = o.id), \
         (SELECT v.value FROM edit_changes AS c JOIN edit_values AS v ON v.id = c.value_id \
            WHERE c.operation_id = o.id), ",
            $crate::moves::place_columns!()
        )
    };
}

impl OperationRow {
    fn operation(self) -> Result<Operation> {
        let aspect = aspect(&self.field)?;
        Ok(Operation {
            id: self.id,
            at: Timestamp(self.at),
            actor: self.actor,
            aspect,
            edit: self.code.and_then(|code| edit(aspect, code)),
            tag: step(self.verb, self.tag, self.to),
            set: set_step(self.set_verb, self.set),
            field: self.part.map(|part| FieldStep {
                part,
                value: self.value.unwrap_or_default(),
            }),
            place: (aspect == Aspect::Place).then_some(PlaceStep {
                from: self.from,
                to: self.place,
            }),
            counts: (aspect == Aspect::Duel).then_some(self.code == Some(0)),
            pictures: self.pictures.cast_unsigned(),
            undoes: self.undoes,
            undone_by: self.undone_by,
        })
    }

    /// `None` where it changed no part of a judgement.
    fn revision(self) -> Option<Result<Revision>> {
        let (old, new) = (self.old, self.new);
        let operation = match self.operation() {
            Ok(operation) => operation,
            Err(error) => return Some(Err(error)),
        };
        Some(Ok(Revision {
            before: edit(operation.aspect, old)?,
            after: edit(operation.aspect, new)?,
            operation,
        }))
    }
}

/// What was done with a tag.
fn step(verb: Option<String>, name: Option<String>, to: Option<String>) -> Option<TagStep> {
    let (word, name) = (verb?, name?);
    let verb = TagVerb::ALL.into_iter().find(|verb| verb.word() == word)?;
    let moves = matches!(verb, TagVerb::Rename | TagVerb::Merge);
    Some(TagStep {
        verb,
        name,
        to: to.filter(|_| moves),
    })
}

/// What was done with a photoset.
fn set_step(verb: Option<String>, body: Option<String>) -> Option<SetStep> {
    let (word, body) = (verb?, body?);
    let verb = SetVerb::ALL.into_iter().find(|verb| verb.word() == word)?;
    let set: Photoset = serde_json::from_str(&body).ok()?;
    Some(SetStep {
        verb,
        name: set.name,
    })
}

impl Store {
    /// Up to `limit` operations, the newest first; those before another one, when it is named, and those
    /// that set one thing, when that is.
    pub async fn operations(
        &self,
        before: Option<OperationId>,
        of: Option<Aspect>,
        limit: u32,
    ) -> Result<Vec<Operation>> {
        let text = concat!(
            "SELECT ROWS[",
            operation_columns!(),
            ", 0, 0] FROM (SELECT * FROM operations WHERE id < COALESCE( \
                (SELECT b.id FROM operations AS b WHERE b.uid = $1), 9223372036854775807) \
                AND ($2 = '' OR field = $2) \
             ORDER BY id DESC LIMIT $3) AS o"
        );
        let before = before.map(|id| id.to_string());
        let found = self
            .told(text, args![before, of.map_or("", column), limit])
            .await?;
        found.into_iter().map(OperationRow::operation).collect()
    }

    /// What was done to a picture's judgement, the newest first; see [`Self::mark_revisions_of`] for its
    /// tags, its note and its edited values.
    pub async fn revisions_of(&self, key: i64) -> Result<Vec<Revision>> {
        let text = concat!(
            "SELECT ROWS[",
            operation_columns!(),
            ", r.old, r.new] FROM revisions AS r JOIN operations AS o ON o.id = r.operation_id \
             WHERE r.image_id = $1"
        );
        let rows = self.told(text, args![key]).await?;
        rows.into_iter()
            .filter_map(OperationRow::revision)
            .collect()
    }

    async fn told(&self, text: &str, args: Vec<Arg>) -> Result<Vec<OperationRow>> {
        let mut rows: Vec<OperationRow> = self.read_once().await?.list(text, args).await?;
        rows.sort_unstable_by_key(|row| std::cmp::Reverse(row.number));
        Ok(rows)
    }

    /// The pictures that an operation changed, `limit` at most, by ascending key; with `changed_since` only
    /// those that somebody changed again, which taking it back would leave as they are.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the operation is not known, or no longer.
    pub async fn pictures_of(
        &self,
        operation: OperationId,
        changed_since: bool,
        limit: u32,
    ) -> Result<Vec<i64>> {
        let mut tx = self.read().await?;
        let text = "SELECT id, field FROM operations WHERE uid = $1";
        let found: Option<(i64, String)> = tx.row(text, args![operation.to_string()]).await?;
        let (number, field) = found.ok_or(StoreError::NotFound("operation"))?;
        let now = match aspect(&field)? {
            Aspect::Tag => tags::NOW.to_owned(),
            Aspect::Note => notes::NOW.to_owned(),
            Aspect::Set => sets::NOW.to_owned(),
            Aspect::Field => edits::NOW.to_owned(),
            Aspect::Duel => duels::NOW.to_owned(),
            Aspect::Place => moves::NOW.to_owned(),
            part => format!(
                "COALESCE((SELECT j.{} FROM judgements AS j WHERE j.image_id = r.image_id), 0)",
                column(part)
            ),
        };
        let differs = if changed_since {
            format!("AND {now} <> r.new")
        } else {
            String::new()
        };
        let text = format!(
            "SELECT ROWS[image_id] FROM (SELECT r.image_id FROM revisions AS r \
             WHERE r.operation_id = $1 {differs} ORDER BY r.image_id LIMIT $2) AS page"
        );
        let rows: Vec<(i64,)> = tx.list(&text, args![number, limit]).await?;
        let mut keys: Vec<i64> = rows.into_iter().map(|(key,)| key).collect();
        keys.sort_unstable();
        Ok(keys)
    }
}
