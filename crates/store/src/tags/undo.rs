//! Taking back what was done with a tag.

use domain::{judgement::Done, tag::TagVerb};
use serde::Deserialize;

use super::{Change, FIELD, TagRow, alter, find};
use crate::{
    Result, StoreError,
    judge::{Noted, done, nothing},
    rows::Author,
    sql::{Tx, args, json},
};

/// A row of `tag_changes`.
#[derive(Deserialize)]
struct Past {
    verb: String,
    tag: i64,
    other: Option<i64>,
    old_name: String,
    new_name: String,
    old_colour: i64,
    new_colour: i64,
    old_gone: i64,
    new_gone: i64,
}

/// Which of its two tags a picture had before the operation, which it had afterwards, and which it has
/// now: 1 the tag, 2 the one that took its place, 3 both.
#[derive(Clone, Copy, Deserialize)]
struct Picture {
    key: i64,
    old: i64,
    new: i64,
    now: i64,
}

/// The tag of a [`Picture`].
const TAG: i64 = 1;
/// The tag that took its place.
const OTHER: i64 = 2;

/// Takes an operation back, as an operation of its own.
pub(crate) async fn undo(tx: &mut Tx, author: &Author, old: i64) -> Result<Done> {
    let text = "SELECT ROWS[verb, tag_id, other_id, old_name, new_name, old_colour, new_colour, \
            old_gone, new_gone] FROM tag_changes WHERE operation_id = $1";
    let past = tx.list::<Past>(text, args![old]).await?.pop();
    let past = past.ok_or(StoreError::NotFound("operation"))?;
    let verb = TagVerb::ALL
        .into_iter()
        .find(|verb| verb.word() == past.verb);
    match verb.ok_or(StoreError::NotFound("kind of operation"))? {
        verb @ (TagVerb::Rename | TagVerb::Colour) => undo_look(tx, author, old, &past, verb).await,
        verb => undo_pictures(tx, author, old, &past, verb).await,
    }
}

/// Gives a tag back the name or the colour that it had.
///
/// # Errors
/// [`StoreError::Conflict`] when it was changed again since, or another tag is called so by now.
async fn undo_look(
    tx: &mut Tx,
    author: &Author,
    old: i64,
    past: &Past,
    verb: TagVerb,
) -> Result<Done> {
    let tag = by_key(tx, past.tag).await?;
    let mut after = tag.clone();
    let same = if verb == TagVerb::Rename {
        after.name.clone_from(&past.old_name);
        tag.name == past.new_name
    } else {
        after.colour = past.old_colour;
        tag.colour == past.new_colour
    };
    if !same || tag.gone != 0 {
        return Err(StoreError::Conflict(tag.name));
    }
    refuse_taken(tx, &after).await?;
    alter(tx, author, verb, &tag, &after, Some(old)).await
}

/// Gives pictures back the tags that they had, where nobody changed those since, and the tag itself when
/// the operation ended it. A tag that the operation made goes away, unless somebody uses it by now.
async fn undo_pictures(
    tx: &mut Tx,
    author: &Author,
    old: i64,
    past: &Past,
    verb: TagVerb,
) -> Result<Done> {
    let tag = by_key(tx, past.tag).await?;
    let other = match past.other {
        Some(key) => Some(by_key(tx, key).await?),
        None => None,
    };
    let pictures = pictures(tx, old, past).await?;
    let held: Vec<Picture> = pictures
        .iter()
        .filter(|picture| picture.now == picture.new)
        .copied()
        .collect();
    let comes_back = past.new_gone > past.old_gone && tag.gone != 0;
    let comes = |which| held.iter().any(|picture| picture.gets(which));
    let is_gone = |tag: &TagRow| tag.gone != 0;
    // Whoever deleted a tag since decided about all of its pictures.
    if comes(TAG) && is_gone(&tag) && !comes_back
        || comes(OTHER) && other.as_ref().is_some_and(is_gone)
    {
        return Ok(nothing(pictures.len()));
    }
    let conflicts = pictures.len() - held.len();
    let goes = past.old_gone > past.new_gone && tag.gone == 0;
    if held.is_empty() && !comes_back && !(goes && tx.pictures_with(tag.id).await? == 0) {
        return Ok(nothing(conflicts));
    }
    let mut after = tag.clone();
    if comes_back {
        refuse_taken(tx, &tag).await?;
        after.gone = 0;
    }
    for (which, key) in [(TAG, Some(past.tag)), (OTHER, past.other)] {
        if let Some(key) = key {
            give_back(tx, key, which, &held).await?;
        }
    }
    if goes && tx.pictures_with(tag.id).await? == 0 {
        after.gone = 1;
    }
    if after != tag {
        tx.keep_tag(&after).await?;
    }
    let number = tx.record_change(&[], &[]).await?;
    let set = Noted::plain(FIELD, Some(old));
    tx.note_operation(author, held.len(), &set).await?;
    let text = "INSERT INTO revisions (operation_id, image_id, old, new) \
         SELECT CAST($2 AS BIGINT), image_id, new, old FROM revisions \
         WHERE operation_id = $3 AND image_id IN KEYS($1)";
    let keys: Vec<i64> = held.iter().map(|picture| picture.key).collect();
    tx.execute(text, args![json(&keys)?, number, old]).await?;
    let change = Change {
        verb,
        before: &tag,
        after: &after,
        other: past.other,
    };
    tx.note_tag(number, &change).await?;
    Ok(done(author, held.len(), conflicts))
}

/// The pictures of an operation.
async fn pictures(tx: &mut Tx, old: i64, past: &Past) -> Result<Vec<Picture>> {
    let text = "SELECT ROWS[r.image_id, r.old, r.new, \
            CASE WHEN a.image_id IS NULL THEN 0 ELSE 1 END \
            + CASE WHEN b.image_id IS NULL THEN 0 ELSE 2 END] \
         FROM revisions AS r \
         LEFT JOIN image_tags AS a ON a.image_id = r.image_id AND a.tag_id = $2 \
         LEFT JOIN image_tags AS b ON b.image_id = r.image_id AND b.tag_id = $3 \
         WHERE r.operation_id = $1";
    tx.list(text, args![old, past.tag, past.other]).await
}

/// Gives each of some pictures one of the two tags back, or takes it off.
async fn give_back(tx: &mut Tx, tag: i64, which: i64, held: &[Picture]) -> Result<()> {
    let keys = |wanted: fn(&Picture, i64) -> bool| -> Vec<i64> {
        let own = held.iter().filter(|picture| wanted(picture, which));
        own.map(|picture| picture.key).collect()
    };
    let (come, go) = (keys(Picture::gets), keys(Picture::loses));
    if !come.is_empty() {
        tx.put_tag(tag, &json(&come)?).await?;
    }
    if !go.is_empty() {
        tx.take_tag_off(tag, &json(&go)?).await?;
    }
    Ok(())
}

impl Picture {
    /// Whether it gets a tag by becoming what it was.
    fn gets(&self, which: i64) -> bool {
        self.old & which > self.new & which
    }

    fn loses(&self, which: i64) -> bool {
        self.old & which < self.new & which
    }
}

async fn by_key(tx: &mut Tx, key: i64) -> Result<TagRow> {
    let text = "SELECT ROWS[id, name, colour, gone] FROM tags WHERE id = $1";
    let row = tx.list(text, args![key]).await?.pop();
    row.ok_or(StoreError::NotFound(FIELD))
}

/// Refuses a name that another tag has.
async fn refuse_taken(tx: &mut Tx, tag: &TagRow) -> Result<()> {
    match find(tx, &tag.name).await? {
        Some(other) if other.id != tag.id => Err(StoreError::Conflict(other.name)),
        _ => Ok(()),
    }
}
