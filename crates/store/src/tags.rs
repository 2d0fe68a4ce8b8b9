//! Tags: putting them on pictures, what they are called, and taking all of that back.
//!
//! Whatever is done with a tag is an operation with one row in `tag_changes`, which says what the tag was
//! before and is afterwards, and a revision for each picture whose tags changed. A tag that was deleted,
//! or merged into another one, stays as a row that no picture has, so that all of it can come back.

mod undo;

use domain::{
    judgement::Done,
    tag::{Tag, TagColour, TagVerb, fold_name},
};
use serde::Deserialize;

pub(crate) use self::undo::undo;
use crate::{
    Result, Store, StoreError,
    judge::{MANY, Noted, done, nothing},
    rows::Author,
    sql::{Tx, args, json},
};

/// The word of these operations.
pub(crate) const FIELD: &str = "tag";

/// Which tags of its operation the picture of a revision `r` has now, as its revisions tell it.
pub(crate) const NOW: &str = "(SELECT \
        (SELECT COUNT(*) FROM image_tags AS a \
            WHERE a.image_id = r.image_id AND a.tag_id = c.tag_id) \
        + 2 * (SELECT COUNT(*) FROM image_tags AS b \
            WHERE b.image_id = r.image_id AND b.tag_id = c.other_id) \
     FROM tag_changes AS c WHERE c.operation_id = r.operation_id)";

/// A tag as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct TagRow {
    id: i64,
    name: String,
    colour: i64,
    /// 1: it was deleted or merged.
    gone: i64,
}

/// A row of `tag_changes`.
struct Change<'a> {
    verb: TagVerb,
    /// The tag before.
    before: &'a TagRow,
    /// The tag afterwards.
    after: &'a TagRow,
    /// The tag that took its place.
    other: Option<i64>,
}

/// The number of a colour.
fn code(colour: Option<TagColour>) -> i64 {
    colour.map_or(0, |colour| colour as i64 + 1)
}

/// What a number means. One that only a newer program knows counts as none.
fn colour(code: i64) -> Option<TagColour> {
    let at = usize::try_from(code).unwrap_or(0).checked_sub(1)?;
    TagColour::ALL.get(at).copied()
}

impl From<TagRow> for Tag {
    fn from(row: TagRow) -> Self {
        Self {
            name: row.name,
            colour: colour(row.colour),
        }
    }
}

impl Store {
    /// Every tag there is, by key.
    pub async fn tags(&self) -> Result<Vec<(i64, Tag)>> {
        all(&mut self.read_once().await?).await
    }

    /// Puts a tag on pictures or takes it off, as one operation; makes the tag when there is none of that
    /// name. Pictures that are so already are left alone, and keys of pictures that are no more are
    /// passed over.
    pub async fn set_tag(
        &self,
        author: Author,
        keys: Vec<i64>,
        name: String,
        on: bool,
    ) -> Result<Done> {
        if keys.len() > MANY {
            self.write_bulk(move |tx| {
                Box::pin(async move { set(tx, &author, &keys, &name, on).await })
            })
            .await
        } else {
            self.write(move |tx| Box::pin(async move { set(tx, &author, &keys, &name, on).await }))
                .await
        }
    }

    /// Gives a tag another name, on every picture that has it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such tag, [`StoreError::Conflict`] when another one is
    /// called so.
    pub async fn rename_tag(&self, author: Author, name: String, to: String) -> Result<Done> {
        self.write(move |tx| Box::pin(async move { rename(tx, &author, &name, &to).await }))
            .await
    }

    /// Gives a tag a colour, or takes that off.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such tag.
    pub async fn colour_tag(
        &self,
        author: Author,
        name: String,
        colour: Option<TagColour>,
    ) -> Result<Done> {
        self.write(move |tx| Box::pin(async move { recolour(tx, &author, &name, colour).await }))
            .await
    }

    /// Puts a tag in the place of another one, which is gone afterwards.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when one of them is not there.
    pub async fn merge_tags(&self, author: Author, from: String, into: String) -> Result<Done> {
        self.write_bulk(move |tx| Box::pin(async move { merge(tx, &author, &from, &into).await }))
            .await
    }

    /// Takes a tag off every picture; it is gone afterwards.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such tag.
    pub async fn delete_tag(&self, author: Author, name: String) -> Result<Done> {
        self.write_bulk(move |tx| Box::pin(async move { delete(tx, &author, &name).await }))
            .await
    }
}

/// Every tag there is, by key.
pub(crate) async fn all(tx: &mut Tx) -> Result<Vec<(i64, Tag)>> {
    let text = "SELECT ROWS[id, name, colour, gone] FROM tags WHERE gone = 0";
    let mut rows: Vec<TagRow> = tx.list(text, Vec::new()).await?;
    rows.sort_unstable_by_key(|row| row.id);
    Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
}

/// Forgets tags that are gone and can no longer come back.
pub(crate) async fn forget(tx: &mut Tx) -> Result<()> {
    let text = "DELETE FROM tags WHERE gone = 1 AND id NOT IN (SELECT tag_id FROM tag_changes) \
         AND id NOT IN (SELECT other_id FROM tag_changes WHERE other_id IS NOT NULL)";
    tx.execute(text, Vec::new()).await?;
    Ok(())
}

async fn set(tx: &mut Tx, author: &Author, keys: &[i64], name: &str, on: bool) -> Result<Done> {
    tx.lock_library().await?;
    let known = find(tx, name).await?;
    let text = if on {
        "SELECT ROWS[i.id] FROM images AS i WHERE i.id IN KEYS($1) AND NOT EXISTS \
         (SELECT 1 FROM image_tags AS t WHERE t.image_id = i.id AND t.tag_id = $2)"
    } else {
        "SELECT ROWS[image_id] FROM image_tags WHERE image_id IN KEYS($1) AND tag_id = $2"
    };
    // Operations count from 1, so no tag has the key 0.
    let key = known.as_ref().map_or(0, |tag| tag.id);
    let touched: Vec<(i64,)> = tx.list(text, args![json(keys)?, key]).await?;
    let touched: Vec<i64> = touched.into_iter().map(|(key,)| key).collect();
    if touched.is_empty() {
        return Ok(nothing(0));
    }
    let number = tx.record_change(&[], &[]).await?;
    let made = known.is_none();
    let tag = match known {
        Some(tag) => tag,
        None => make(tx, author, number, name).await?,
    };
    let set = Noted::plain(FIELD, None);
    tx.note_operation(author, touched.len(), &set).await?;
    let keys = json(&touched)?;
    if on {
        tx.put_tag(tag.id, &keys).await?;
    } else {
        tx.take_tag_off(tag.id, &keys).await?;
    }
    let text = "INSERT INTO revisions (operation_id, image_id, old, new) \
         SELECT CAST($2 AS BIGINT), id, CAST($3 AS BIGINT), CAST($4 AS BIGINT) FROM images \
         WHERE id IN KEYS($1)";
    tx.execute(text, args![keys, number, !on, on]).await?;
    let before = TagRow {
        gone: made.into(),
        ..tag.clone()
    };
    let change = Change {
        verb: if on { TagVerb::Put } else { TagVerb::TakeOff },
        before: &before,
        after: &tag,
        other: None,
    };
    tx.note_tag(number, &change).await?;
    Ok(done(author, touched.len(), 0))
}

async fn make(tx: &mut Tx, author: &Author, number: i64, name: &str) -> Result<TagRow> {
    let text = "INSERT INTO tags (id, name, folded, created_ms) VALUES ($1, $2, $3, $4)";
    tx.execute(text, args![number, name, fold_name(name), author.at.0])
        .await?;
    Ok(TagRow {
        id: number,
        name: name.to_owned(),
        colour: 0,
        gone: 0,
    })
}

async fn rename(tx: &mut Tx, author: &Author, name: &str, to: &str) -> Result<Done> {
    tx.lock_library().await?;
    let tag = found(tx, name).await?;
    if tag.name == to {
        return Ok(nothing(0));
    }
    if let Some(other) = find(tx, to).await?.filter(|other| other.id != tag.id) {
        return Err(StoreError::Conflict(other.name));
    }
    let after = TagRow {
        name: to.to_owned(),
        ..tag.clone()
    };
    alter(tx, author, TagVerb::Rename, &tag, &after, None).await
}

async fn recolour(
    tx: &mut Tx,
    author: &Author,
    name: &str,
    colour: Option<TagColour>,
) -> Result<Done> {
    tx.lock_library().await?;
    let tag = found(tx, name).await?;
    let after = TagRow {
        colour: code(colour),
        ..tag.clone()
    };
    if after == tag {
        return Ok(nothing(0));
    }
    alter(tx, author, TagVerb::Colour, &tag, &after, None).await
}

/// Changes how a tag is shown. It stays on its pictures, which are counted and have no revisions.
async fn alter(
    tx: &mut Tx,
    author: &Author,
    verb: TagVerb,
    before: &TagRow,
    after: &TagRow,
    undoes: Option<i64>,
) -> Result<Done> {
    let pictures = tx.pictures_with(before.id).await?;
    let number = tx.record_change(&[], &[]).await?;
    let set = Noted::plain(FIELD, undoes);
    tx.note_operation(author, pictures, &set).await?;
    tx.keep_tag(after).await?;
    let change = Change {
        verb,
        before,
        after,
        other: None,
    };
    tx.note_tag(number, &change).await?;
    Ok(done(author, pictures, 0))
}

async fn merge(tx: &mut Tx, author: &Author, from: &str, into: &str) -> Result<Done> {
    tx.lock_library().await?;
    let (tag, other) = (found(tx, from).await?, found(tx, into).await?);
    if tag.id == other.id {
        return Ok(nothing(0));
    }
    let (number, pictures) = begin_to_end(tx, author, &tag, Some(other.id)).await?;
    let text = "INSERT INTO revisions (operation_id, image_id, old, new) \
         SELECT CAST($1 AS BIGINT), a.image_id, CASE WHEN b.image_id IS NULL THEN 1 ELSE 3 END, 2 \
         FROM image_tags AS a LEFT JOIN image_tags AS b ON b.image_id = a.image_id AND b.tag_id = $3 \
         WHERE a.tag_id = $2";
    tx.execute(text, args![number, tag.id, other.id]).await?;
    let text = "INSERT INTO image_tags (image_id, tag_id) \
         SELECT image_id, CAST($2 AS BIGINT) FROM image_tags WHERE tag_id = $1 \
         ON CONFLICT (image_id, tag_id) DO NOTHING";
    tx.execute(text, args![tag.id, other.id]).await?;
    end(tx, &tag).await?;
    Ok(done(author, pictures, 0))
}

async fn delete(tx: &mut Tx, author: &Author, name: &str) -> Result<Done> {
    tx.lock_library().await?;
    let tag = found(tx, name).await?;
    let (number, pictures) = begin_to_end(tx, author, &tag, None).await?;
    let text = "INSERT INTO revisions (operation_id, image_id, old, new) \
         SELECT CAST($1 AS BIGINT), image_id, 1, 0 FROM image_tags WHERE tag_id = $2";
    tx.execute(text, args![number, tag.id]).await?;
    end(tx, &tag).await?;
    Ok(done(author, pictures, 0))
}

/// Notes the operation with which a tag ends. Answers its number and how many pictures have the tag.
async fn begin_to_end(
    tx: &mut Tx,
    author: &Author,
    tag: &TagRow,
    other: Option<i64>,
) -> Result<(i64, usize)> {
    let pictures = tx.pictures_with(tag.id).await?;
    let number = tx.record_change(&[], &[]).await?;
    let set = Noted::plain(FIELD, None);
    tx.note_operation(author, pictures, &set).await?;
    let verb = match other {
        Some(_) => TagVerb::Merge,
        None => TagVerb::Delete,
    };
    let after = TagRow {
        gone: 1,
        ..tag.clone()
    };
    let change = Change {
        verb,
        before: tag,
        after: &after,
        other,
    };
    tx.note_tag(number, &change).await?;
    Ok((number, pictures))
}

/// Takes a tag off everything and puts it away.
async fn end(tx: &mut Tx, tag: &TagRow) -> Result<()> {
    let text = "DELETE FROM image_tags WHERE tag_id = $1";
    tx.execute(text, args![tag.id]).await?;
    let gone = TagRow {
        gone: 1,
        ..tag.clone()
    };
    tx.keep_tag(&gone).await
}

/// The tag that is called so.
async fn find(tx: &mut Tx, name: &str) -> Result<Option<TagRow>> {
    let text = "SELECT ROWS[id, name, colour, gone] FROM tags WHERE folded = $1 AND gone = 0";
    Ok(tx.list(text, args![fold_name(name)]).await?.pop())
}

async fn found(tx: &mut Tx, name: &str) -> Result<TagRow> {
    find(tx, name).await?.ok_or(StoreError::NotFound(FIELD))
}

impl Tx {
    async fn pictures_with(&mut self, tag: i64) -> Result<usize> {
        let text = "SELECT COUNT(*) FROM image_tags WHERE tag_id = $1";
        Ok(usize::try_from(self.number(text, args![tag]).await?).unwrap_or(0))
    }

    /// Puts a tag on pictures, whose keys come as a JSON list.
    async fn put_tag(&mut self, tag: i64, keys: &str) -> Result<()> {
        let text = "INSERT INTO image_tags (image_id, tag_id) \
             SELECT id, CAST($2 AS BIGINT) FROM images WHERE id IN KEYS($1) \
             ON CONFLICT (image_id, tag_id) DO NOTHING";
        self.execute(text, args![keys, tag]).await?;
        Ok(())
    }

    async fn take_tag_off(&mut self, tag: i64, keys: &str) -> Result<()> {
        let text = "DELETE FROM image_tags WHERE image_id IN KEYS($1) AND tag_id = $2";
        self.execute(text, args![keys, tag]).await?;
        Ok(())
    }

    async fn keep_tag(&mut self, tag: &TagRow) -> Result<()> {
        let text = "UPDATE tags SET name = $2, folded = $3, colour = $4, gone = $5 WHERE id = $1";
        let (name, folded) = (tag.name.as_str(), fold_name(&tag.name));
        self.execute(text, args![tag.id, name, folded, tag.colour, tag.gone])
            .await?;
        Ok(())
    }

    async fn note_tag(&mut self, number: i64, change: &Change<'_>) -> Result<()> {
        let text = "INSERT INTO tag_changes (operation_id, verb, tag_id, other_id, old_name, \
                new_name, old_colour, new_colour, old_gone, new_gone) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        let (before, after) = (change.before, change.after);
        let args = args![
            number,
            change.verb.word(),
            after.id,
            change.other,
            before.name.as_str(),
            after.name.as_str(),
            before.colour,
            after.colour,
            before.gone,
            after.gone,
        ];
        self.execute(text, args).await?;
        Ok(())
    }
}
