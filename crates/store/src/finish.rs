//! The slower half of reading a file: its hash, its placeholder, its compressed text chunks.

use std::{collections::HashMap, fmt::Write as _};

use domain::{id::ImageId, time::Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    Result, Store, StoreError, images, inputs, problems, reread,
    rows::{Drawn, Finished, Hash, NewProblem, SameContent, Unfinished},
    sql::{Tx, args, json},
};

/// After so many failures a picture is left alone until its bytes change.
const STRIKES: u32 = 3;

#[derive(Deserialize)]
struct UnfinishedRow {
    image: i64,
    id: ImageId,
    root_path: String,
    folder: String,
    name: String,
    size: i64,
    mtime_ns: i64,
    stamp: String,
    format: String,
    strikes: u32,
    date: i64,
}

#[derive(Serialize)]
struct FinishedBody {
    id: i64,
    hash: String,
    crc32: u32,
    placeholder: String,
    secret: i64,
}

#[derive(Serialize)]
struct ChunkBody<'a> {
    image: i64,
    ordinal: usize,
    place: &'a str,
    keyword: &'a str,
    hash: String,
}

impl Store {
    /// Pictures that still need their hash and thumbnails, newest first. Pictures without a file
    /// that is there, in a root that is online and not paused, have to wait.
    pub async fn unfinished(&self, limit: u32) -> Result<Vec<Unfinished>> {
        let mut rows: Vec<UnfinishedRow> = self
            .read()
            .await?
            .list(
                "SELECT ROWS[page.id, page.uid, r.path, l.folder, l.name, l.size, l.mtime_ns, \
                    page.stamp, page.format, page.strikes, page.date_ms] \
                 FROM (SELECT i.id, i.uid, i.stamp, i.format, i.strikes, i.date_ms, \
                        (SELECT b.id FROM locations AS b JOIN roots AS s ON s.id = b.root_id \
                         WHERE b.image_id = i.id AND b.missing_scans = 0 \
                            AND s.state <> 'offline' AND s.paused = 0 \
                         ORDER BY b.id LIMIT 1) AS location_id \
                    FROM images AS i WHERE i.state = 0 AND EXISTS (SELECT 1 \
                        FROM locations AS b JOIN roots AS s ON s.id = b.root_id \
                        WHERE b.image_id = i.id AND b.missing_scans = 0 \
                            AND s.state <> 'offline' AND s.paused = 0) \
                    ORDER BY i.date_ms DESC, i.uid DESC LIMIT $1) AS page \
                 JOIN locations AS l ON l.id = page.location_id \
                 JOIN roots AS r ON r.id = l.root_id",
                args![limit],
            )
            .await?;
        rows.sort_unstable_by_key(|row| std::cmp::Reverse((row.date, row.id)));
        let unfinished = rows.into_iter().map(|row| Unfinished {
            image: row.image,
            id: row.id,
            root_path: row.root_path,
            folder: row.folder,
            name: row.name,
            size: row.size.cast_unsigned(),
            mtime_ns: row.mtime_ns,
            stamp: row.stamp,
            format: images::format(&row.format),
            strikes: row.strikes,
        });
        Ok(unfinished.collect())
    }

    /// How many pictures [`Store::unfinished`] would answer if it had no limit.
    pub async fn waiting(&self) -> Result<u64> {
        // Subtracting the few that cannot be reached is far cheaper than looking at each.
        let text = "SELECT (SELECT COUNT(*) FROM images WHERE state = 0) - (SELECT COUNT(*) \
             FROM (SELECT image_id FROM locations WHERE missing_scans > 0 \
                UNION SELECT image_id FROM locations \
                    WHERE root_id IN ( \
                        SELECT id FROM roots WHERE state = 'offline' OR paused = 1)) AS stuck \
             JOIN images AS i ON i.id = stuck.image_id \
             WHERE i.state = 0 AND NOT EXISTS (SELECT 1 \
                FROM locations AS b JOIN roots AS s ON s.id = b.root_id \
                WHERE b.image_id = i.id AND b.missing_scans = 0 \
                    AND s.state <> 'offline' AND s.paused = 0))";
        Ok(self
            .read()
            .await?
            .number(text, Vec::new())
            .await?
            .cast_unsigned())
    }

    /// Keeps what was made of pictures, and tells how many results were kept: one whose picture is
    /// gone or has another stamp by now is dropped. A change of the library is only what the index
    /// needs: a secret that was found or is gone, and a recipe out of the pixels.
    pub async fn finish(&self, finished: Vec<Finished>) -> Result<u64> {
        self.write_bulk(move |tx| Box::pin(async move { finish(tx, &finished).await }))
            .await
    }

    /// Keeps what was learned of a picture that was drawn for somebody, so that its thumbnail is found
    /// again. The picture still has to be finished. `false`: it is gone or has other bytes by now.
    pub async fn note_drawn(&self, drawn: Drawn) -> Result<bool> {
        let text = "UPDATE images SET content_hash = $3, crc32 = $4, placeholder = $5 \
             WHERE id = $1 AND stamp = $2";
        self.write(move |tx| {
            Box::pin(async move {
                let (hash, placeholder) =
                    (print_hash(&drawn.content_hash), base64(&drawn.placeholder));
                let (key, stamp) = (drawn.image, drawn.stamp.as_str());
                let told = args![key, stamp, hash, i64::from(drawn.crc32), placeholder];
                Ok(tx.execute(text, told).await? > 0)
            })
        })
        .await
    }

    /// Counts a failure to hash or thumb a picture and tells how many there were. The third gives
    /// the picture up and writes a scan problem with the reason.
    pub async fn strike(&self, image: i64, reason: &str, at: Timestamp) -> Result<u32> {
        let reason = reason.to_owned();
        self.write(move |tx| Box::pin(async move { strike(tx, image, reason, at).await }))
            .await
    }

    /// Pictures whose file has this hash.
    pub async fn images_with_hash(&self, hash: &Hash) -> Result<Vec<SameContent>> {
        let mut rows: Vec<(i64, i64)> = self
            .read()
            .await?
            .list(
                "SELECT ROWS[i.id, CASE WHEN EXISTS (SELECT 1 FROM locations AS l \
                    WHERE l.image_id = i.id AND l.missing_since_ms IS NULL) THEN 0 ELSE 1 END] \
                 FROM images AS i WHERE i.content_hash = $1",
                args![print_hash(hash)],
            )
            .await?;
        rows.sort_unstable();
        let same = rows.into_iter();
        Ok(same
            .map(|(image, missing)| SameContent {
                image,
                missing: missing != 0,
            })
            .collect())
    }
}

async fn finish(tx: &mut Tx, finished: &[Finished]) -> Result<u64> {
    // Tidying in another process must not take away a text that is being referred to here.
    tx.lock_library().await?;
    let keys: Vec<i64> = finished.iter().map(|one| one.image).collect();
    let known: Vec<(i64, String, i64, Option<String>)> = tx
        .list(
            "SELECT ROWS[id, stamp, secret, content_hash] FROM images \
             WHERE id IN KEYS($1)",
            args![json(&keys)?],
        )
        .await?;
    let known: HashMap<i64, (String, bool, Option<String>)> = known
        .into_iter()
        .map(|(id, stamp, secret, hash)| (id, (stamp, secret != 0, hash)))
        .collect();
    // The last of several results for one picture counts.
    let mut valid: HashMap<i64, &Finished> = HashMap::new();
    for one in finished {
        if known
            .get(&one.image)
            .is_some_and(|(stamp, ..)| *stamp == one.stamp)
        {
            valid.insert(one.image, one);
        }
    }
    let mut valid: Vec<&Finished> = valid.into_values().collect();
    valid.sort_unstable_by_key(|one| one.image);
    if valid.is_empty() {
        return Ok(0);
    }
    let bodies = valid.iter().map(|one| FinishedBody {
        id: one.image,
        hash: print_hash(&one.content_hash),
        crc32: one.crc32,
        placeholder: base64(&one.placeholder),
        secret: one.secret.into(),
    });
    tx.execute(
        "UPDATE images SET state = 1, strikes = 0, content_hash = item.value ->> 'hash', \
            crc32 = CAST(item.value ->> 'crc32' AS BIGINT), \
            placeholder = item.value ->> 'placeholder', \
            secret = CAST(item.value ->> 'secret' AS BIGINT) \
         FROM EACH($1) WHERE images.id = CAST(item.value ->> 'id' AS BIGINT)",
        args![json(&bodies.collect::<Vec<_>>())?],
    )
    .await?;
    write_chunks(tx, &valid).await?;
    let told = |one: &&&Finished| known[&one.image].1 != one.secret;
    let mut changed: Vec<i64> = valid.iter().filter(told).map(|one| one.image).collect();
    changed.extend(learn(tx, &valid, &known).await?);
    changed.sort_unstable();
    changed.dedup();
    if !changed.is_empty() {
        tx.record_change(&changed, &[]).await?;
    }
    let hidden: Vec<_> = valid.iter().filter_map(|one| one.hidden.clone()).collect();
    if !hidden.is_empty() {
        reread::replace(tx, hidden, &[]).await?;
    }
    Ok(valid.len() as u64)
}

/// Notes the bytes of pictures that others were made from; tells which were made from bytes that came or went.
async fn learn(
    tx: &mut Tx,
    finished: &[&Finished],
    known: &HashMap<i64, (String, bool, Option<String>)>,
) -> Result<Vec<i64>> {
    let keys: Vec<i64> = finished.iter().map(|one| one.image).collect();
    let before = finished
        .iter()
        .filter_map(|one| known[&one.image].2.clone());
    let after = finished.iter().map(|one| print_hash(&one.content_hash));
    let mut hashes: Vec<String> = before.chain(after).collect();
    hashes.sort_unstable();
    hashes.dedup();
    inputs::learn(tx, &json(&keys)?, &hashes).await
}

async fn write_chunks(tx: &mut Tx, finished: &[&Finished]) -> Result<()> {
    let keys: Vec<i64> = finished.iter().map(|one| one.image).collect();
    tx.execute(
        "DELETE FROM image_chunks \
         WHERE image_id IN KEYS($1)",
        args![json(&keys)?],
    )
    .await?;
    let mut bodies = Vec::new();
    for one in finished {
        for (ordinal, chunk) in one.chunks.iter().enumerate() {
            let hash = print_hash(&chunk.hash);
            tx.execute(
                "INSERT INTO raw_chunks (hash, bytes) VALUES ($1, $2) \
                 ON CONFLICT (hash) DO NOTHING",
                args![hash.as_str(), chunk.bytes.clone()],
            )
            .await?;
            let (place, keyword) = (chunk.place.as_str(), chunk.key.as_str());
            bodies.push(ChunkBody {
                image: one.image,
                ordinal,
                place,
                keyword,
                hash,
            });
        }
    }
    if !bodies.is_empty() {
        tx.execute(
            "INSERT INTO image_chunks (image_id, ordinal, place, keyword, hash) \
             SELECT CAST(item.value ->> 'image' AS BIGINT), \
                CAST(item.value ->> 'ordinal' AS BIGINT), item.value ->> 'place', \
                item.value ->> 'keyword', item.value ->> 'hash' \
             FROM EACH($1)",
            args![json(&bodies)?],
        )
        .await?;
    }
    Ok(())
}

async fn strike(tx: &mut Tx, image: i64, reason: String, at: Timestamp) -> Result<u32> {
    let text = "UPDATE images SET strikes = strikes + 1, \
            state = CASE WHEN strikes + 1 >= $2 THEN 2 ELSE state END \
         WHERE id = $1 RETURNING strikes";
    let strikes: Option<(i64,)> = tx.row(text, args![image, STRIKES]).await?;
    let strikes = strikes.ok_or(StoreError::NotFound("picture"))?.0 as u32;
    if strikes == STRIKES {
        let text = "SELECT root_id, folder, name FROM locations WHERE image_id = $1 \
             ORDER BY CASE WHEN missing_since_ms IS NULL THEN 0 ELSE 1 END, id LIMIT 1";
        if let Some((root, folder, name)) = tx.row(text, args![image]).await? {
            let folder: String = folder;
            let path = if folder.is_empty() {
                name
            } else {
                format!("{folder}/{name}")
            };
            let code = "not-drawn".to_owned();
            let problem = NewProblem {
                path,
                code,
                message: reason,
                at,
            };
            problems::upsert(tx, root, &[problem]).await?;
        }
    }
    Ok(strikes)
}

/// A hash as the database keeps it.
pub(crate) fn print_hash(hash: &Hash) -> String {
    let mut text = String::with_capacity(64);
    for byte in hash {
        // Writing into a String cannot fail.
        let _infallible = write!(text, "{byte:02x}");
    }
    text
}

/// The inverse of [`print_hash`].
pub(crate) fn parse_hash(text: &str) -> Option<Hash> {
    let mut hash = Hash::default();
    if text.len() != 64 {
        return None;
    }
    for (byte, pair) in hash.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(hash)
}

/// URL-safe base64 without padding, RFC 4648 section 5.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let bits = three
            .iter()
            .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - three.len()));
        for place in 0..=three.len() {
            out.push(char::from(
                ALPHABET[(bits >> (18 - 6 * place) & 63) as usize],
            ));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_follows_the_examples_of_the_standard() {
        let examples = [
            ("", ""),
            ("f", "Zg"),
            ("fo", "Zm8"),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ];
        for (plain, coded) in examples {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
        assert_eq!(base64(&[0xff, 0xfe]), "__4");
    }

    /// SQLite has one writer anyway.
    #[tokio::test]
    async fn finishing_waits_for_other_changes_of_the_library() {
        let database = testkit::db::postgres();
        let open = || Store::open(database.url(), crate::OpenOptions::default());
        let (tidying, finishing) = (open().await.unwrap(), open().await.unwrap());
        let (lock, locked) = tokio::sync::oneshot::channel();
        let (open, gate) = tokio::sync::oneshot::channel::<()>();
        let tidy = tokio::spawn(async move {
            let work = tidying.write(move |tx| {
                Box::pin(async move {
                    tx.lock_library().await?;
                    let _told = lock.send(());
                    let _opened = gate.await;
                    Ok(())
                })
            });
            work.await
        });
        locked.await.unwrap();
        let mut finish = Box::pin(finishing.finish(Vec::new()));
        let early = tokio::time::timeout(std::time::Duration::from_millis(200), &mut finish).await;
        assert!(early.is_err(), "it did not wait");
        open.send(()).unwrap();
        tidy.await.unwrap().unwrap();
        assert_eq!(finish.await.unwrap(), 0);
    }

    #[test]
    fn hashes_survive_print_and_parse() {
        let hash: Hash = std::array::from_fn(|place| (place * 9) as u8);
        assert_eq!(parse_hash(&print_hash(&hash)), Some(hash));
        assert_eq!(parse_hash("00"), None);
        assert_eq!(parse_hash(&"é".repeat(32)), None);
    }
}
