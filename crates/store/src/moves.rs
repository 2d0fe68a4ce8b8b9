//! Renaming and moving files and folders: first what is meant, then the files, then where they are.
//!
//! This half knows no files. Whoever moves them says so before ([`Store::begin_move`]) and afterwards
//! ([`Store::finish_move`]); in between a crash leaves a note behind ([`Store::open_moves`]).

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    id::{OperationId, RootId},
    judgement::Done,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::{
    Result, Store, StoreError,
    care::{HELD, held},
    inputs,
    judge::{Noted, again, done, nothing},
    rows::{Author, Begun, HeldFile, MoveRow, MovedFile, NewMove, PastMove, Spot},
    sql::{Tx, args, json, json_rows},
};

/// The word of these operations.
pub(crate) const FIELD: &str = "place";

/// Whether the picture of a revision `r` has a file where its operation put it: 1 or 0.
pub(crate) const NOW: &str = "CASE WHEN EXISTS (SELECT 1 FROM operations AS w \
     JOIN moved_files AS m ON m.move_uid = w.uid \
     JOIN locations AS l ON l.image_id = r.image_id AND l.root_id = m.to_root_id \
     WHERE w.id = r.operation_id AND (l.id = m.location_id AND l.folder = m.to_folder AND l.name = m.to_name \
        OR m.location_id IS NULL AND (l.folder = m.to_folder \
            OR substr(l.folder, 1, length(m.to_folder) + 1) = m.to_folder || '/'))) THEN 1 ELSE 0 END";

/// The path of a row of `moved_files`, below the name of its root.
macro_rules! whole_path {
    ($root:literal, $folder:literal, $name:literal) => {
        concat!(
            $root,
            ".name || CASE WHEN m.",
            $folder,
            " = '' THEN '' ELSE '/' || m.",
            $folder,
            " END || CASE WHEN m.",
            $name,
            " = '' THEN '' ELSE '/' || m.",
            $name,
            " END"
        )
    };
}

/// Columns of an operation `o` that say where what it moved was, and where it went.
macro_rules! place_columns {
    () => {
        concat!(
            "(SELECT MIN(",
            $crate::moves::whole_path!("p", "folder", "name"),
            ") FROM moved_files AS m JOIN roots AS p ON p.id = m.root_id \
                WHERE m.move_uid = o.uid HAVING COUNT(*) = 1), \
             (SELECT CASE WHEN COUNT(*) = 1 THEN MIN(",
            $crate::moves::whole_path!("p", "to_folder", "to_name"),
            ") WHEN MIN(p.name || '/' || m.to_folder) = MAX(p.name || '/' || m.to_folder) \
                THEN MIN(p.name || '/' || m.to_folder) END \
                FROM moved_files AS m JOIN roots AS p ON p.id = m.to_root_id WHERE m.move_uid = o.uid)"
        )
    };
}
pub(crate) use place_columns;
pub(crate) use whole_path;

/// A row of `moved_files` with its move.
#[derive(Deserialize)]
struct MovedCells {
    uid: OperationId,
    at: i64,
    actor: String,
    ordinal: i64,
    location: Option<i64>,
    root: i64,
    folder: String,
    name: String,
    to_root: i64,
    to_folder: String,
    to_name: String,
}

const MOVED: &str = "SELECT ROWS[v.uid, v.at_ms, v.actor, m.ordinal, m.location_id, m.root_id, m.folder, \
     m.name, m.to_root_id, m.to_folder, m.to_name] \
     FROM moves AS v JOIN moved_files AS m ON m.move_uid = v.uid ";

/// A row of `moved_files` to be written.
#[derive(Serialize)]
struct MovedBody<'a> {
    i: usize,
    location: Option<i64>,
    root: i64,
    folder: &'a str,
    name: &'a str,
    to_root: i64,
    to_folder: &'a str,
    to_name: &'a str,
}

impl Store {
    /// Whether files of a root may be renamed and moved.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is not watched.
    pub async fn allow_organise(&self, id: RootId, allowed: bool) -> Result<()> {
        let text = "UPDATE roots SET allow_organise = $2 WHERE uid = $1";
        self.update_root(text, args![id.to_string(), allowed]).await
    }

    /// All files of some pictures, by location.
    pub async fn held_files_of(&self, keys: &[i64]) -> Result<Vec<HeldFile>> {
        let text = format!(
            "SELECT ROWS[{HELD}] FROM locations AS l JOIN images AS i ON i.id = l.image_id \
             WHERE l.image_id IN KEYS($1)"
        );
        held(&mut self.read_once().await?, &text, args![json(keys)?]).await
    }

    /// Notes what is about to be moved. What the library knows at a target already does not go.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the author's operation is known as something else.
    pub async fn begin_move(&self, new: NewMove) -> Result<Begun> {
        self.write_bulk(move |tx| Box::pin(async move { begin(tx, &new).await }))
            .await
    }

    /// Notes which files and folders of a move lie at their target now, by their numbers, as one operation; the
    /// others stay where they were. What a scan took for new there meanwhile is forgotten.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when nothing is known of the move.
    pub async fn finish_move(&self, operation: OperationId, moved: Vec<i64>) -> Result<Done> {
        self.write_bulk(move |tx| Box::pin(async move { finish(tx, operation, &moved).await }))
            .await
    }

    /// Moves that had begun when the program ended, in the order of their ids.
    pub async fn open_moves(&self) -> Result<Vec<MoveRow>> {
        let text = format!("{MOVED} WHERE v.done = 0");
        rows(&mut self.read_once().await?, &text, Vec::new()).await
    }

    /// What an operation moved; `None` when it was about something else.
    pub async fn past_move(&self, operation: OperationId) -> Result<Option<PastMove>> {
        let mut tx = self.read().await?;
        let text = format!("{MOVED} WHERE v.done = 1 AND v.uid = $1");
        let found = rows(&mut tx, &text, args![operation.to_string()]).await?;
        let Some(row) = found.into_iter().next() else {
            return Ok(None);
        };
        let keys: Vec<i64> = row
            .files
            .iter()
            .filter_map(|(_, file)| file.location)
            .collect();
        let text = format!(
            "SELECT ROWS[{HELD}] FROM locations AS l JOIN images AS i ON i.id = l.image_id \
             WHERE l.id IN KEYS($1)"
        );
        let here = held(&mut tx, &text, args![json(&keys)?]).await?;
        let here = here.into_iter().map(|file| (file.location, file));
        let mut here: BTreeMap<i64, HeldFile> = here.collect();
        let mut past = PastMove {
            folder: None,
            files: Vec::new(),
            elsewhere: 0,
        };
        for (_, file) in row.files {
            let Some(location) = file.location else {
                past.folder = Some((file.from, file.to));
                continue;
            };
            match here
                .remove(&location)
                .filter(|now| Spot::of(now) == file.to)
            {
                Some(now) => past.files.push((now, file.from)),
                None => past.elsewhere += 1,
            }
        }
        Ok(Some(past))
    }
}

/// Forgets moves that can no longer be taken back.
pub(crate) async fn forget(tx: &mut Tx) -> Result<()> {
    let text = "DELETE FROM moves WHERE done = 1 AND uid NOT IN (SELECT uid FROM operations)";
    tx.execute(text, Vec::new()).await?;
    Ok(())
}

async fn rows(tx: &mut Tx, text: &str, args: Vec<crate::sql::Arg>) -> Result<Vec<MoveRow>> {
    let cells: Vec<MovedCells> = tx.list(text, args).await?;
    let mut found: BTreeMap<OperationId, MoveRow> = BTreeMap::new();
    for cells in cells {
        let own = found.entry(cells.uid).or_insert_with(|| MoveRow {
            author: Author {
                operation: cells.uid,
                at: Timestamp(cells.at),
                actor: cells.actor,
            },
            files: Vec::new(),
        });
        let file = MovedFile {
            location: cells.location,
            from: Spot {
                root: cells.root,
                folder: cells.folder,
                name: cells.name,
            },
            to: Spot {
                root: cells.to_root,
                folder: cells.to_folder,
                name: cells.to_name,
            },
        };
        own.files.push((cells.ordinal, file));
    }
    let mut found: Vec<MoveRow> = found.into_values().collect();
    for row in &mut found {
        row.files.sort_unstable_by_key(|(ordinal, _)| *ordinal);
    }
    Ok(found)
}

async fn begin(tx: &mut Tx, new: &NewMove) -> Result<Begun> {
    tx.lock_library().await?;
    if let Some(known) = again::known(tx, &new.author).await? {
        let text = "SELECT COUNT(*) FROM moves WHERE uid = $1";
        let own = args![new.author.operation.to_string()];
        return match tx.number(text, own).await? {
            0 => Err(again::other()),
            _ => Ok(Begun::Before(known.pictures.cast_unsigned())),
        };
    }
    let uid = new.author.operation.to_string();
    let undoes = new.undoes.map(|id| id.to_string());
    let text = "INSERT INTO moves (uid, at_ms, actor, undoes) VALUES ($1, $2, $3, $4)";
    let actor = new.author.actor.as_str();
    tx.execute(text, args![uid.as_str(), new.author.at.0, actor, undoes])
        .await?;
    let bodies = new.files.iter().enumerate().map(|(i, file)| MovedBody {
        i,
        location: file.location,
        root: file.from.root,
        folder: &file.from.folder,
        name: &file.from.name,
        to_root: file.to.root,
        to_folder: &file.to.folder,
        to_name: &file.to.name,
    });
    let bodies = json_rows(&bodies.collect::<Vec<_>>(), 192)?;
    let text = "INSERT INTO moved_files (move_uid, ordinal, location_id, root_id, folder, name, \
            to_root_id, to_folder, to_name) \
         SELECT $2, CAST(item.value ->> 'i' AS BIGINT), CAST(item.value ->> 'location' AS BIGINT), \
            CAST(item.value ->> 'root' AS BIGINT), item.value ->> 'folder', item.value ->> 'name', \
            CAST(item.value ->> 'to_root' AS BIGINT), item.value ->> 'to_folder', \
            item.value ->> 'to_name' FROM EACH($1)";
    tx.execute(text, args![bodies, uid.as_str()]).await?;
    // Also what is missing for now: it may come back.
    let there = at_targets(tx, &uid).await?;
    let mut taken: Vec<usize> = there.into_iter().map(|(ordinal, ..)| ordinal).collect();
    taken.sort_unstable();
    taken.dedup();
    let text = "DELETE FROM moved_files WHERE move_uid = $2 AND ordinal IN KEYS($1)";
    tx.execute(text, args![json(&taken)?, uid.as_str()]).await?;
    if taken.len() == new.files.len() {
        tx.execute("DELETE FROM moves WHERE uid = $1", args![uid])
            .await?;
    }
    Ok(Begun::Now { taken })
}

/// What the library knows where files of a move go.
const AT_FILE: &str = "FROM moved_files AS m JOIN locations AS l ON l.root_id = m.to_root_id \
     AND l.folder = m.to_folder AND l.name = m.to_name \
     WHERE m.move_uid = $1 AND m.location_id IS NOT NULL AND l.id <> m.location_id";
/// The same where a folder of a move goes.
const AT_FOLDER: &str = "FROM moved_files AS m JOIN locations AS l ON l.root_id = m.to_root_id \
     AND (l.folder = m.to_folder OR substr(l.folder, 1, length(m.to_folder) + 1) = m.to_folder || '/') \
     WHERE m.move_uid = $1 AND m.location_id IS NULL";

/// The locations that are known where a move goes: each with the number of what goes there and with its picture.
async fn at_targets(tx: &mut Tx, uid: &str) -> Result<Vec<(usize, i64, i64)>> {
    let mut found = Vec::new();
    for text in [AT_FILE, AT_FOLDER] {
        let text = format!("SELECT ROWS[m.ordinal, l.id, l.image_id] {text}");
        let rows: Vec<(usize, i64, i64)> = tx.list(&text, args![uid]).await?;
        found.extend(rows);
    }
    Ok(found)
}

async fn finish(tx: &mut Tx, operation: OperationId, moved: &[i64]) -> Result<Done> {
    tx.lock_library().await?;
    let uid = operation.to_string();
    let text = "SELECT at_ms, actor, undoes FROM moves WHERE uid = $1 AND done = 0";
    let head: Option<(i64, String, Option<String>)> = tx.row(text, args![uid.as_str()]).await?;
    let (at, actor, undoes) = head.ok_or(StoreError::NotFound("move"))?;
    let text = "DELETE FROM moved_files WHERE move_uid = $2 AND NOT (ordinal IN KEYS($1))";
    tx.execute(text, args![json(moved)?, uid.as_str()]).await?;
    let (removed, ended) = forget_new(tx, &uid).await?;
    let touched = place(tx, &uid, at).await?;
    let found = inputs::link_images(tx, &touched).await?;
    if touched.is_empty() && removed.is_empty() {
        tx.execute("DELETE FROM moves WHERE uid = $1", args![uid])
            .await?;
        return Ok(nothing(0));
    }
    let author = Author {
        operation,
        at: Timestamp(at),
        actor,
    };
    let text = "SELECT id FROM operations WHERE uid = $1";
    let undone = tx.number(text, args![undoes]).await?;
    let mut changed = [touched.as_slice(), &found, &ended].concat();
    changed.sort_unstable();
    changed.dedup();
    let number = tx.record_change(&changed, &removed).await?;
    let undoes = (undone != 0).then_some(undone);
    tx.note_operation(&author, touched.len(), &Noted::plain(FIELD, undoes))
        .await?;
    let text = "INSERT INTO revisions (operation_id, image_id, old, new) \
         SELECT CAST($2 AS BIGINT), id, 0, 1 FROM images WHERE id IN KEYS($1)";
    tx.execute(text, args![json(&touched)?, number]).await?;
    tx.execute("UPDATE moves SET done = 1 WHERE uid = $1", args![uid])
        .await?;
    Ok(done(&author, touched.len(), 0))
}

/// Forgets what a scan found at the targets of a move before it was noted that the files are there: pictures of
/// which nothing else is known go away. Answers their keys, and those of what was made from them.
async fn forget_new(tx: &mut Tx, uid: &str) -> Result<(Vec<i64>, Vec<i64>)> {
    let there = at_targets(tx, uid).await?.into_iter();
    let (locations, images): (Vec<i64>, BTreeSet<i64>) =
        there.map(|(_, location, image)| (location, image)).unzip();
    if locations.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let text = "DELETE FROM locations WHERE id IN KEYS($1)";
    tx.execute(text, args![json(&locations)?]).await?;
    let images: Vec<i64> = images.into_iter().collect();
    let text = "SELECT ROWS[i.id] FROM images AS i WHERE i.id IN KEYS($1) \
         AND NOT EXISTS (SELECT 1 FROM locations AS l WHERE l.image_id = i.id)";
    let gone: Vec<(i64,)> = tx.list(text, args![json(&images)?]).await?;
    let gone: Vec<i64> = gone.into_iter().map(|(image,)| image).collect();
    let users = inputs::lose(tx, &gone).await?;
    let text = "DELETE FROM images WHERE id IN KEYS($1)";
    tx.execute(text, args![json(&gone)?]).await?;
    inputs::look(tx, &users).await?;
    Ok((gone, users))
}

/// Notes that all of a move lies at its target, and tells the keys of the pictures.
async fn place(tx: &mut Tx, uid: &str, at: i64) -> Result<Vec<i64>> {
    let text = "SELECT ROWS[l.image_id] FROM moved_files AS m JOIN locations AS l ON l.id = m.location_id \
             OR (m.location_id IS NULL AND l.root_id = m.root_id AND (l.folder = m.folder \
                OR substr(l.folder, 1, length(m.folder) + 1) = m.folder || '/')) \
         WHERE m.move_uid = $1";
    let touched: Vec<(i64,)> = tx.list(text, args![uid]).await?;
    let touched: BTreeSet<i64> = touched.into_iter().map(|(image,)| image).collect();
    // A scan that looked in between missed them where they were.
    let text = "UPDATE locations SET root_id = m.to_root_id, folder = m.to_folder, name = m.to_name, \
            missing_scans = 0, missing_since_ms = NULL \
         FROM moved_files AS m WHERE m.move_uid = $1 AND m.location_id = locations.id";
    tx.execute(text, args![uid]).await?;
    let text = "UPDATE locations SET root_id = m.to_root_id, \
            folder = m.to_folder || substr(locations.folder, length(m.folder) + 1), \
            missing_scans = CASE WHEN missing_since_ms IS NULL OR missing_since_ms >= $2 \
                THEN 0 ELSE missing_scans END, \
            missing_since_ms = CASE WHEN missing_since_ms >= $2 THEN NULL ELSE missing_since_ms END \
         FROM moved_files AS m WHERE m.move_uid = $1 AND m.location_id IS NULL \
            AND locations.root_id = m.root_id AND (locations.folder = m.folder \
                OR substr(locations.folder, 1, length(m.folder) + 1) = m.folder || '/')";
    tx.execute(text, args![uid, at]).await?;
    Ok(touched.into_iter().collect())
}
