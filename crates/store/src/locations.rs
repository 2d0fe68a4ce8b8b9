//! Where files are, and whether they still are.

use std::sync::Arc;

use domain::time::Timestamp;
use serde::Deserialize;

use crate::{
    Result, Store, StoreError, finish, inputs,
    rows::{FileSample, KnownFile},
    sql::{Tx, args, json},
};

#[derive(Deserialize)]
struct KnownRow {
    location: i64,
    folder: String,
    name: String,
    size: i64,
    mtime_ns: i64,
    inode: i64,
    missing_scans: u32,
}

impl Store {
    /// The next `limit` files of a root after the key of a location, by key.
    pub async fn known_files(&self, root: i64, after: i64, limit: u32) -> Result<Vec<KnownFile>> {
        // The plus keeps SQLite from sorting all files of the root for every window.
        let rows: Vec<KnownRow> = self
            .read()
            .await?
            .list(
                "SELECT ROWS[id, folder, name, size, mtime_ns, inode, missing_scans] \
                 FROM (SELECT * FROM locations WHERE +root_id = $1 AND id > $2 \
                    ORDER BY id LIMIT $3) AS page",
                args![root, after, limit],
            )
            .await?;
        let mut folder: Arc<str> = Arc::from("");
        let file = |row: KnownRow| {
            if *row.folder != *folder {
                folder = row.folder.into();
            }
            KnownFile {
                location: row.location,
                folder: Arc::clone(&folder),
                name: row.name.into(),
                size: row.size.cast_unsigned(),
                mtime_ns: row.mtime_ns,
                inode: row.inode.cast_unsigned(),
                missing_scans: row.missing_scans,
            }
        };
        let mut known: Vec<KnownFile> = rows.into_iter().map(file).collect();
        known.sort_unstable_by_key(|file| file.location);
        Ok(known)
    }

    /// The files of these locations with what is known of their bytes, by key; those that are no more are
    /// left out.
    pub async fn file_samples(&self, locations: &[i64]) -> Result<Vec<FileSample>> {
        let mut rows: Vec<(i64, String, String, i64, i64, Option<String>)> = self
            .read_once()
            .await?
            .list(
                "SELECT ROWS[l.id, l.folder, l.name, l.size, l.mtime_ns, i.content_hash] \
                 FROM locations AS l JOIN images AS i ON i.id = l.image_id \
                 WHERE l.id IN KEYS($1)",
                args![json(locations)?],
            )
            .await?;
        rows.sort_unstable_by_key(|row| row.0);
        let sample =
            |(_, folder, name, size, mtime_ns, hash): (_, _, _, i64, _, Option<String>)| {
                FileSample {
                    folder,
                    name,
                    size: size.cast_unsigned(),
                    mtime_ns,
                    content_hash: hash.as_deref().and_then(finish::parse_hash),
                }
            };
        Ok(rows.into_iter().map(sample).collect())
    }

    /// Notes that files of a root were found unchanged. Answers the number of the change when one
    /// of them had been missing.
    pub async fn touch_seen(&self, root: i64, locations: &[i64]) -> Result<Option<i64>> {
        let locations = json(locations)?;
        self.write_bulk(move |tx| Box::pin(async move { touch_seen(tx, root, &locations).await }))
            .await
    }

    /// Notes that a scan of an online root did not find these files. The second scan in a row turns
    /// a file missing; then the number of the change is answered. Nothing is ever deleted.
    pub async fn mark_missing(&self, locations: &[i64], at: Timestamp) -> Result<Option<i64>> {
        let locations = json(locations)?;
        self.write_bulk(move |tx| Box::pin(async move { mark_missing(tx, &locations, at).await }))
            .await
    }

    /// Finds a picture whose files are gone again in a new file with the same bytes: the files of
    /// `new_image` become files of `old_image`, and `new_image` goes away. Answers the number of
    /// the change. The caller makes sure that the old files are gone; they turn missing at once,
    /// and a scan that finds one after all takes that back. Nothing happens where `new_image` has a record:
    /// somebody said which picture the file is.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when one of the two is gone; [`StoreError::Conflict`] when the two
    /// are one.
    pub async fn adopt(&self, new_image: i64, old_image: i64) -> Result<i64> {
        self.write(move |tx| Box::pin(async move { adopt(tx, new_image, old_image).await }))
            .await
    }
}

async fn touch_seen(tx: &mut Tx, root: i64, locations: &str) -> Result<Option<i64>> {
    tx.lock_library().await?;
    let back: Vec<(i64,)> = tx
        .list(
            "SELECT ROWS[image_id] FROM locations \
             WHERE root_id = $2 AND missing_since_ms IS NOT NULL \
                AND id IN KEYS($1)",
            args![locations, root],
        )
        .await?;
    tx.execute(
        "UPDATE locations SET missing_scans = 0, missing_since_ms = NULL \
         WHERE root_id = $2 AND missing_scans > 0 \
            AND id IN KEYS($1)",
        args![locations, root],
    )
    .await?;
    record_if_any(tx, back).await
}

async fn mark_missing(tx: &mut Tx, locations: &str, at: Timestamp) -> Result<Option<i64>> {
    tx.lock_library().await?;
    let gone: Vec<(i64,)> = tx
        .list(
            "SELECT ROWS[image_id] FROM locations \
             WHERE missing_scans = 1 \
                AND id IN KEYS($1)",
            args![locations],
        )
        .await?;
    tx.execute(
        "UPDATE locations SET missing_scans = missing_scans + 1, \
            missing_since_ms = CASE WHEN missing_scans = 1 THEN $2 ELSE missing_since_ms END \
         WHERE id IN KEYS($1)",
        args![locations, at.0],
    )
    .await?;
    record_if_any(tx, gone).await
}

async fn record_if_any(tx: &mut Tx, images: Vec<(i64,)>) -> Result<Option<i64>> {
    let mut images: Vec<i64> = images.into_iter().map(|(image,)| image).collect();
    images.sort_unstable();
    images.dedup();
    if images.is_empty() {
        return Ok(None);
    }
    tx.record_change(&images, &[]).await.map(Some)
}

async fn adopt(tx: &mut Tx, new_image: i64, old_image: i64) -> Result<i64> {
    tx.lock_library().await?;
    if new_image == old_image {
        return Err(StoreError::Conflict(
            "a picture cannot replace itself".to_owned(),
        ));
    }
    let text = "SELECT COUNT(*) FROM images WHERE id IN ($1, $2)";
    if tx.number(text, args![new_image, old_image]).await? != 2 {
        return Err(StoreError::NotFound("picture"));
    }
    let text = "SELECT COUNT(*) FROM records WHERE image_id = $1";
    if tx.number(text, args![new_image]).await? != 0 {
        let text = "SELECT n FROM change_clock WHERE id = 1";
        return tx.number(text, Vec::new()).await;
    }
    let text = "UPDATE locations SET missing_scans = missing_scans + 2, \
            missing_since_ms = (SELECT n.added_ms FROM images AS n WHERE n.id = $1) \
         WHERE image_id = $2 AND missing_since_ms IS NULL";
    tx.execute(text, args![new_image, old_image]).await?;
    let text = "UPDATE locations SET image_id = $2 WHERE image_id = $1";
    tx.execute(text, args![new_image, old_image]).await?;
    let text = "UPDATE images SET stamp = (SELECT n.stamp FROM images AS n WHERE n.id = $1), \
            modified_ms = (SELECT n.modified_ms FROM images AS n WHERE n.id = $1) \
         WHERE id = $2";
    tx.execute(text, args![new_image, old_image]).await?;
    let text = "UPDATE image_inputs SET input_id = $2 WHERE input_id = $1";
    tx.execute(text, args![new_image, old_image]).await?;
    tx.execute("DELETE FROM images WHERE id = $1", args![new_image])
        .await?;
    // What was made from the one is made from the other.
    let mut touched = inputs::users_of(tx, &[old_image]).await?;
    touched.push(old_image);
    touched.sort_unstable();
    touched.dedup();
    tx.record_change(&touched, &[new_image]).await
}
