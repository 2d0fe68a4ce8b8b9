//! Notes: what people write about a picture. Each text is kept under the number of the operation that
//! wrote it, which is the note's version.

use domain::{
    judgement::Done,
    tag::{Note, NoteSaved},
};

use crate::{
    Result, Store, StoreError,
    judge::{Noted, done, nothing},
    rows::Author,
    sql::{Tx, args, json},
};

/// The word of these operations.
pub(crate) const FIELD: &str = "note";

/// What the note of the picture of a revision `r` is now, as its revisions tell it.
pub(crate) const NOW: &str =
    "COALESCE((SELECT n.text_id FROM notes AS n WHERE n.image_id = r.image_id), 0)";

impl Store {
    /// Writes a note about a picture, or takes it away when the text is empty; unless it is no longer
    /// the one of `version`: then nothing is written, and the answer says what it is.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such picture.
    pub async fn set_note(
        &self,
        author: Author,
        key: i64,
        text: String,
        version: i64,
    ) -> Result<NoteSaved> {
        self.write(move |tx| Box::pin(async move { set(tx, &author, key, text, version).await }))
            .await
    }
}

/// The note of a picture; an empty one when it has none.
pub(crate) async fn note(tx: &mut Tx, key: i64) -> Result<Note> {
    let text = "SELECT ROWS[n.text_id, t.body] FROM notes AS n \
         JOIN note_texts AS t ON t.id = n.text_id WHERE n.image_id = $1";
    let found: Vec<(i64, String)> = tx.list(text, args![key]).await?;
    let note = found.into_iter().next();
    Ok(note.map_or_else(Note::default, |(version, text)| Note { text, version }))
}

/// Forgets texts that no note has, and that can no longer come back.
pub(crate) async fn forget(tx: &mut Tx) -> Result<()> {
    let text = "DELETE FROM note_texts WHERE id NOT IN (SELECT text_id FROM notes) \
         AND id NOT IN (SELECT r.old FROM revisions AS r JOIN operations AS o \
            ON o.id = r.operation_id WHERE o.field = $1) \
         AND id NOT IN (SELECT r.new FROM revisions AS r JOIN operations AS o \
            ON o.id = r.operation_id WHERE o.field = $1)";
    tx.execute(text, args![FIELD]).await?;
    Ok(())
}

async fn set(
    tx: &mut Tx,
    author: &Author,
    key: i64,
    text: String,
    version: i64,
) -> Result<NoteSaved> {
    tx.lock_library().await?;
    let now = note(tx, key).await?;
    if now.text == text {
        let done = nothing(0);
        return Ok(NoteSaved::Saved { note: now, done });
    }
    if now.version != version {
        return Ok(NoteSaved::Changed { note: now });
    }
    let known = tx.number("SELECT COUNT(*) FROM images WHERE id = $1", args![key]);
    if known.await? == 0 {
        return Err(StoreError::NotFound("picture"));
    }
    let number = tx.record_change(&[], &[]).await?;
    tx.note_operation(author, 1, &Noted::plain(FIELD, None))
        .await?;
    let version = if text.is_empty() { 0 } else { number };
    if version != 0 {
        let insert = "INSERT INTO note_texts (id, body) VALUES ($1, $2)";
        tx.execute(insert, args![version, text.as_str()]).await?;
    }
    keep(tx, key, version).await?;
    let revision = "INSERT INTO revisions (operation_id, image_id, old, new) \
         VALUES ($1, $2, $3, $4)";
    tx.execute(revision, args![number, key, now.version, version])
        .await?;
    Ok(NoteSaved::Saved {
        note: Note { text, version },
        done: done(author, 1, 0),
    })
}

/// Takes an operation back, as an operation of its own.
pub(crate) async fn undo(tx: &mut Tx, author: &Author, old: i64) -> Result<Done> {
    let text = "SELECT ROWS[r.image_id, r.old, r.new, COALESCE(n.text_id, 0)] \
         FROM revisions AS r LEFT JOIN notes AS n ON n.image_id = r.image_id \
         WHERE r.operation_id = $1";
    let pictures: Vec<(i64, i64, i64, i64)> = tx.list(text, args![old]).await?;
    let held: Vec<(i64, i64)> = pictures
        .iter()
        .filter(|(_, _, new, now)| new == now)
        .map(|(key, before, ..)| (*key, *before))
        .collect();
    let conflicts = pictures.len() - held.len();
    if held.is_empty() {
        return Ok(nothing(conflicts));
    }
    let number = tx.record_change(&[], &[]).await?;
    let set = Noted::plain(FIELD, Some(old));
    tx.note_operation(author, held.len(), &set).await?;
    let keys: Vec<i64> = held.iter().map(|(key, _)| *key).collect();
    let text = "INSERT INTO revisions (operation_id, image_id, old, new) \
         SELECT CAST($2 AS BIGINT), image_id, new, old FROM revisions \
         WHERE operation_id = $3 AND image_id IN KEYS($1)";
    tx.execute(text, args![json(&keys)?, number, old]).await?;
    // A note is written one picture at a time, so there is one of them.
    for (key, before) in &held {
        keep(tx, *key, *before).await?;
    }
    Ok(done(author, held.len(), conflicts))
}

/// Makes a text the note of a picture; 0 is none.
async fn keep(tx: &mut Tx, key: i64, version: i64) -> Result<()> {
    let text = if version == 0 {
        "DELETE FROM notes WHERE image_id = $1 AND $2 = 0"
    } else {
        "INSERT INTO notes (image_id, text_id) VALUES ($1, $2) \
         ON CONFLICT (image_id) DO UPDATE SET text_id = excluded.text_id"
    };
    tx.execute(text, args![key, version]).await?;
    Ok(())
}
