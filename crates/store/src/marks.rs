//! Tags and notes as others read them: of a picture, of many for the index, and what changed.

use std::collections::HashMap;

use domain::{
    facts::{Facts, Marks},
    id::{ImageId, OperationId},
    overlay::Part,
    tag::{Mark, MarkRevision, Note, Tag},
    time::Timestamp,
};
use serde::Deserialize;

use crate::{
    Result, Store, duels, edits, notes, sets,
    sql::{Tx, args},
    tags,
};

/// What an operation did with the tags of a picture, in the order of its statement.
#[derive(Deserialize)]
struct TagRevisionRow {
    number: i64,
    operation: OperationId,
    at: i64,
    actor: String,
    name: String,
    other: Option<String>,
    old: i64,
    new: i64,
}

/// The same of its note: number, operation, when, who, before, after.
type NoteRevisionRow = (i64, OperationId, i64, String, String, String);

/// The same of its edited values, with the part before the two values.
type FieldRevisionRow = (i64, OperationId, i64, String, Part, String, String);

/// The same of its duels, with how many of those counted.
type DuelRevisionRow = (i64, OperationId, i64, String, u64, u64);

fn revision(operation: OperationId, at: i64, actor: String, mark: Mark) -> MarkRevision {
    MarkRevision {
        operation,
        at: Timestamp(at),
        actor,
        mark,
    }
}

impl Store {
    /// The tags of a picture, by name, and its note.
    pub async fn marks_of(&self, id: ImageId) -> Result<(Vec<Tag>, Note)> {
        let mut tx = self.read().await?;
        let text = "SELECT id FROM images WHERE uid = $1";
        let key = tx.number(text, args![id.to_string()]).await?;
        let text = "SELECT ROWS[tag_id, image_id] FROM image_tags WHERE image_id = $1";
        let own: Vec<(i64, i64)> = tx.list(text, args![key]).await?;
        let mut tags = Vec::with_capacity(own.len());
        if !own.is_empty() {
            let all: HashMap<i64, Tag> = tags::all(&mut tx).await?.into_iter().collect();
            tags.extend(own.iter().filter_map(|(tag, _)| all.get(tag).cloned()));
            tags.sort_unstable_by_key(|tag| domain::tag::fold_name(&tag.name));
        }
        Ok((tags, notes::note(&mut tx, key).await?))
    }

    /// What was done to the tags, the note, the edited values and the duels of a picture, the newest first.
    pub async fn mark_revisions_of(&self, key: i64) -> Result<Vec<MarkRevision>> {
        let mut tx = self.read().await?;
        let text = "SELECT ROWS[o.id, o.uid, o.at_ms, o.actor, t.name, u.name, r.old, r.new] \
             FROM revisions AS r JOIN tag_changes AS c ON c.operation_id = r.operation_id \
             JOIN operations AS o ON o.id = r.operation_id \
             JOIN tags AS t ON t.id = c.tag_id LEFT JOIN tags AS u ON u.id = c.other_id \
             WHERE r.image_id = $1";
        let rows: Vec<TagRevisionRow> = tx.list(text, args![key]).await?;
        let mut told: Vec<(i64, MarkRevision)> = Vec::new();
        for row in rows {
            for (which, name) in [(1, Some(row.name)), (2, row.other)] {
                if let Some(name) = name.filter(|_| row.old & which != row.new & which) {
                    let on = row.new & which != 0;
                    let mark = Mark::Tag { name, on };
                    let actor = row.actor.clone();
                    told.push((row.number, revision(row.operation, row.at, actor, mark)));
                }
            }
        }
        let text = "SELECT ROWS[o.id, o.uid, o.at_ms, o.actor, COALESCE(a.body, ''), \
                COALESCE(b.body, '')] \
             FROM revisions AS r JOIN operations AS o ON o.id = r.operation_id \
             LEFT JOIN note_texts AS a ON a.id = r.old LEFT JOIN note_texts AS b ON b.id = r.new \
             WHERE r.image_id = $1 AND o.field = $2";
        let rows: Vec<NoteRevisionRow> = tx.list(text, args![key, notes::FIELD]).await?;
        for (number, operation, at, actor, before, after) in rows {
            let mark = Mark::Note { before, after };
            told.push((number, revision(operation, at, actor, mark)));
        }
        let text = "SELECT ROWS[o.id, o.uid, o.at_ms, o.actor, c.part, COALESCE(a.value, ''), \
                COALESCE(b.value, '')] \
             FROM revisions AS r JOIN operations AS o ON o.id = r.operation_id \
             JOIN edit_changes AS c ON c.operation_id = o.id \
             LEFT JOIN edit_values AS a ON a.id = r.old \
             LEFT JOIN edit_values AS b ON b.id = r.new WHERE r.image_id = $1 AND o.field = $2";
        let rows: Vec<FieldRevisionRow> = tx.list(text, args![key, edits::FIELD]).await?;
        for (number, operation, at, actor, part, before, after) in rows {
            let mark = Mark::Field {
                part,
                before,
                after,
            };
            told.push((number, revision(operation, at, actor, mark)));
        }
        let text = "SELECT ROWS[o.id, o.uid, o.at_ms, o.actor, r.old, r.new] \
             FROM revisions AS r JOIN operations AS o ON o.id = r.operation_id \
             WHERE r.image_id = $1 AND o.field = $2";
        let rows: Vec<DuelRevisionRow> = tx.list(text, args![key, duels::FIELD]).await?;
        for (number, operation, at, actor, before, after) in rows {
            let mark = Mark::Duel { before, after };
            told.push((number, revision(operation, at, actor, mark)));
        }
        told.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
        Ok(told.into_iter().map(|(_, revision)| revision).collect())
    }
}

/// The operations after which [`since`] has something to tell.
pub(crate) const FIELDS: [&str; 4] = [tags::FIELD, notes::FIELD, sets::FIELD, duels::FIELD];

/// Tags and notes that changed after a change.
pub(crate) async fn since(tx: &mut Tx, n: i64) -> Result<Marks> {
    let text = "SELECT ROWS[c.tag_id, r.image_id, CASE WHEN t.image_id IS NULL THEN 0 ELSE 1 END] \
         FROM (SELECT operation_id, tag_id FROM tag_changes WHERE operation_id > $1 \
            UNION SELECT operation_id, other_id FROM tag_changes \
            WHERE operation_id > $1 AND other_id IS NOT NULL) AS c \
         JOIN revisions AS r ON r.operation_id = c.operation_id \
         LEFT JOIN image_tags AS t ON t.image_id = r.image_id AND t.tag_id = c.tag_id";
    let rows: Vec<(i64, i64, i64)> = tx.list(text, args![n]).await?;
    let mut tagged: Vec<_> = rows
        .into_iter()
        .map(|(tag, image, on)| (tag, image, on != 0))
        .collect();
    tagged.sort_unstable();
    tagged.dedup();
    let text = "SELECT ROWS[r.image_id, COALESCE(t.body, '')] \
         FROM operations AS o JOIN revisions AS r ON r.operation_id = o.id \
         LEFT JOIN notes AS n ON n.image_id = r.image_id \
         LEFT JOIN note_texts AS t ON t.id = n.text_id \
         WHERE o.id > $1 AND o.field = $2";
    let mut noted: Vec<(i64, String)> = tx.list(text, args![n, notes::FIELD]).await?;
    noted.sort_unstable();
    noted.dedup();
    let text = "SELECT COUNT(*) FROM tag_changes WHERE operation_id > $1";
    let names = match tx.number(text, args![n]).await? {
        0 => None,
        _ => Some(tags::all(tx).await?),
    };
    let text = "SELECT ROWS[c.set_id, r.image_id, COALESCE(p.place, 0)] FROM photoset_changes AS c \
         JOIN revisions AS r ON r.operation_id = c.operation_id \
         LEFT JOIN photoset_images AS p ON p.image_id = r.image_id AND p.set_id = c.set_id \
         WHERE c.operation_id > $1";
    let mut placed: Vec<(i64, i64, i64)> = tx.list(text, args![n]).await?;
    placed.sort_unstable();
    placed.dedup();
    let text = "SELECT COUNT(*) FROM photoset_changes WHERE operation_id > $1 \
         AND (old_body <> new_body OR old_gone <> new_gone)";
    let sets = match tx.number(text, args![n]).await? {
        0 => None,
        _ => Some(sets::all(tx).await?),
    };
    let text = "SELECT COUNT(*) FROM operations WHERE id > $1 AND field = $2";
    let duels = match tx.number(text, args![n, duels::FIELD]).await? {
        0 => None,
        _ => Some(duels::all(tx).await?),
    };
    Ok(Marks {
        tagged,
        noted,
        names,
        placed,
        sets,
        duels,
    })
}

/// Adds tags, notes and photosets to rows for the index; `keys` is a JSON list of theirs.
pub(crate) async fn add(
    tx: &mut Tx,
    keys: &str,
    rows: &mut [Facts],
    place: &HashMap<i64, usize>,
) -> Result<()> {
    let text = "SELECT ROWS[image_id, tag_id] FROM image_tags WHERE image_id IN KEYS($1)";
    let mut tags: Vec<(i64, i64)> = tx.list(text, args![keys]).await?;
    tags.sort_unstable();
    for (key, tag) in tags {
        if let Some(place) = place.get(&key) {
            rows[*place].tags.push(tag);
        }
    }
    let text = "SELECT ROWS[n.image_id, t.body] FROM notes AS n \
         JOIN note_texts AS t ON t.id = n.text_id WHERE n.image_id IN KEYS($1)";
    let notes: Vec<(i64, String)> = tx.list(text, args![keys]).await?;
    for (key, note) in notes {
        if let Some(place) = place.get(&key) {
            rows[*place].note = note;
        }
    }
    let text =
        "SELECT ROWS[image_id, set_id, place] FROM photoset_images WHERE image_id IN KEYS($1)";
    let mut placed: Vec<(i64, i64, i64)> = tx.list(text, args![keys]).await?;
    placed.sort_unstable();
    for (key, set, at) in placed {
        if let Some(place) = place.get(&key) {
            rows[*place].sets.push((set, at));
        }
    }
    Ok(())
}
