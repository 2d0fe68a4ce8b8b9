//! A picture gets another file: what people made of it stays, and so does the file that it had, as a picture of
//! its own in the trash.
//!
//! The new file was recorded as a new picture. That one takes over the public id of the old one and all that
//! people did with it; the old one gets the id that the new one had. So no file moves, and restoring what was
//! replaced is an operation like any other.

use domain::{id::ImageId, judgement::Aspect};

use crate::{
    Result, inputs,
    judge::{Noted, column},
    rows::Author,
    sql::{Tx, args},
};

/// What people made of pictures, and what was told of them: the tables and their columns of pictures. What is read
/// from files is not among them, and so neither is from which pictures one was made: that the new file says itself.
const MADE: [(&str, &str); 11] = [
    ("judgements", "image_id"),
    ("revisions", "image_id"),
    ("image_tags", "image_id"),
    ("notes", "image_id"),
    ("edits", "image_id"),
    ("photoset_images", "image_id"),
    ("duels", "better_id"),
    ("duels", "worse_id"),
    ("uploads", "image_id"),
    ("uploads", "attach_id"),
    ("records", "image_id"),
];

/// Makes a new picture the one with this id, and puts the one that had it into the trash. Answers the number of
/// the change; `None` when there is no such picture, its files are being deleted right now, or somebody already
/// did something with the new one.
pub(crate) async fn take_over(
    tx: &mut Tx,
    author: &Author,
    new: i64,
    uid: ImageId,
) -> Result<Option<i64>> {
    let text = "SELECT i.id, i.added_ms FROM images AS i WHERE i.uid = $1 \
         AND i.id NOT IN (SELECT p.image_id FROM purges AS p)";
    let found: Option<(i64, i64)> = tx.row(text, args![uid.to_string()]).await?;
    let Some((old, added)) = found.filter(|(old, _)| *old != new) else {
        return Ok(None);
    };
    let done =
        MADE.map(|(table, picture)| format!("(SELECT COUNT(*) FROM {table} WHERE {picture} = $1)"));
    let text = format!("SELECT {}", done.join(" + "));
    if tx.number(&text, args![new]).await? > 0 {
        return Ok(None);
    }
    let text = "SELECT uid FROM images WHERE id = $1";
    let own: Option<(String,)> = tx.row(text, args![new]).await?;
    let own = own.map(|(own,)| own).unwrap_or_default();
    // No two have the same at any moment; the operation's is nobody's.
    let spare = author.operation.to_string();
    let renamed = [(old, spare), (new, uid.to_string()), (old, own)];
    for (key, uid) in renamed {
        let text = "UPDATE images SET uid = $2 WHERE id = $1";
        tx.execute(text, args![key, uid]).await?;
    }
    let text = "UPDATE images SET added_ms = $2 WHERE id = $1";
    tx.execute(text, args![new, added]).await?;
    for (table, picture) in MADE {
        let text = format!("UPDATE {table} SET {picture} = $2 WHERE {picture} = $1");
        tx.execute(&text, args![old, new]).await?;
    }
    // What was made from either of them knows it by the id that it had.
    let mut touched = inputs::users_of(tx, &[old, new]).await?;
    touched.extend([old, new]);
    touched.sort_unstable();
    touched.dedup();
    let number = tx.record_change(&touched, &[]).await?;
    let trashed = Noted {
        field: column(Aspect::Trash),
        code: Some(author.at.0.max(1)),
        undoes: None,
    };
    tx.note_operation(author, 1, &trashed).await?;
    let text = "INSERT INTO revisions (operation_id, image_id, old, new) VALUES ($1, $2, 0, $3)";
    let at = author.at.0.max(1);
    tx.execute(text, args![number, old, at]).await?;
    let text = "INSERT INTO judgements (image_id, trashed_ms) VALUES ($1, $2)";
    tx.execute(text, args![old, at]).await?;
    Ok(Some(number))
}
