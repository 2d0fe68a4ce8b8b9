//! Pictures of which only the address is known, and what was told of them.
//!
//! Such a picture is a row of `images` with one in `records` and none in `locations`. Without a file there is
//! nothing to hash, to draw or to miss, so it counts as finished, and whatever goes by files passes it over.

use std::collections::HashMap;

use domain::{
    facts::Facts,
    id::{ImageId, UploadId},
    recipe::Recipe,
    record::{Kept, Record, name_of},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::{
    Result, Store,
    rows::{NewRecord, RecordRow, ScannedFile},
    sql::{Tx, args, json, without_nul},
};

/// The stamp of a picture without a file.
const STAMP: &str = "address";

/// A record, in the order of its statements behind the key of its picture.
type Cells = (String, String, String, String, String, String);

/// A record as [`Store::record`] asks for it: key, added, changed, number of files, and the rest.
type RowCells = (
    i64,
    i64,
    i64,
    i64,
    String,
    String,
    String,
    String,
    String,
    String,
);

#[derive(Serialize)]
struct ImageBody<'a> {
    id: i64,
    uid: String,
    format: &'a str,
    date: i64,
    added: i64,
}

#[derive(Serialize)]
struct RecordBody<'a> {
    image: i64,
    url: &'a str,
    person: &'a str,
    intent: &'a str,
    original: &'a str,
    refined: &'a str,
    metadata: &'a str,
    at: i64,
}

#[derive(Deserialize)]
struct Known {
    id: ImageId,
    image: i64,
    url: Option<String>,
    person: Option<String>,
    intent: Option<String>,
    original: Option<String>,
    refined: Option<String>,
    metadata: Option<String>,
}

/// What is known under an id while records are taken in.
struct State {
    /// Key of the picture; `None`: it is new.
    image: Option<i64>,
    /// `None`: it came in as a file, and nobody told of it.
    record: Option<Record>,
    /// The place of the record that is to be written.
    write: Option<usize>,
}

impl Store {
    /// Keeps records, all of them or none: what is told last of a picture counts. Answers what became of each, in
    /// the order in which they were given.
    pub async fn save_records(&self, mut records: Vec<NewRecord>) -> Result<Vec<Kept>> {
        for one in &mut records {
            one.record = storable(std::mem::take(&mut one.record));
        }
        self.write(move |tx| Box::pin(async move { save(tx, &records).await }))
            .await
    }

    /// What was told of a picture; `None` when nobody told anything, or there is no such picture.
    pub async fn record(&self, id: ImageId) -> Result<Option<RecordRow>> {
        let text = "SELECT ROWS[i.id, i.added_ms, x.changed_ms, \
                (SELECT COUNT(*) FROM locations AS l WHERE l.image_id = i.id), \
                x.url, x.person, x.intent, x.original, x.refined, x.metadata] \
             FROM images AS i JOIN records AS x ON x.image_id = i.id WHERE i.uid = $1";
        let mut tx = self.read_once().await?;
        let rows: Vec<RowCells> = tx.list(text, args![id.to_string()]).await?;
        Ok(rows.into_iter().next().map(
            |(image, added, changed, files, url, person, intent, original, refined, metadata)| {
                RecordRow {
                    image,
                    record: record((url, person, intent, original, refined, metadata)),
                    added: Timestamp(added),
                    changed: Timestamp(changed),
                    has_file: files > 0,
                }
            },
        ))
    }
}

/// A record as it comes back.
fn storable(record: Record) -> Record {
    Record {
        address: without_nul(record.address),
        user: without_nul(record.user),
        intent: without_nul(record.intent),
        original: without_nul(record.original),
        refined: without_nul(record.refined),
        metadata: without_nul(record.metadata),
    }
}

fn record((address, user, intent, original, refined, metadata): Cells) -> Record {
    Record {
        address,
        user,
        intent,
        original,
        refined,
        metadata,
    }
}

async fn save(tx: &mut Tx, records: &[NewRecord]) -> Result<Vec<Kept>> {
    // Two that send the same at once must not both find nothing.
    tx.lock_library().await?;
    let mut states = known(tx, records).await?;
    let mut kept = Vec::with_capacity(records.len());
    for (place, one) in records.iter().enumerate() {
        let Some(state) = states.get_mut(&one.id) else {
            let state = State {
                image: None,
                record: Some(one.record.clone()),
                write: Some(place),
            };
            states.insert(one.id, state);
            kept.push(Kept::Created);
            continue;
        };
        kept.push(match &mut state.record {
            None => Kept::Refused,
            Some(now) if *now == one.record => Kept::Unchanged,
            Some(now) => {
                now.clone_from(&one.record);
                state.write = Some(place);
                Kept::Updated
            }
        });
    }
    write(tx, records, states).await?;
    Ok(kept)
}

/// What is known under the ids of some records.
async fn known(tx: &mut Tx, records: &[NewRecord]) -> Result<HashMap<ImageId, State>> {
    let ids: Vec<[String; 1]> = records.iter().map(|one| [one.id.to_string()]).collect();
    let text = "SELECT ROWS[i.uid, i.id, x.url, x.person, x.intent, x.original, x.refined, x.metadata] \
         FROM images AS i LEFT JOIN records AS x ON x.image_id = i.id \
         WHERE i.uid IN (SELECT item.value ->> 0 FROM EACH($1))";
    let rows: Vec<Known> = tx.list(text, args![json(&ids)?]).await?;
    let states = rows.into_iter().map(|row| {
        let told = row.url.map(|address| Record {
            address,
            user: row.person.unwrap_or_default(),
            intent: row.intent.unwrap_or_default(),
            original: row.original.unwrap_or_default(),
            refined: row.refined.unwrap_or_default(),
            metadata: row.metadata.unwrap_or_default(),
        });
        let state = State {
            image: Some(row.image),
            record: told,
            write: None,
        };
        (row.id, state)
    });
    Ok(states.collect())
}

/// Writes what is to be written, and tells of it.
async fn write(tx: &mut Tx, records: &[NewRecord], states: HashMap<ImageId, State>) -> Result<()> {
    let mut due: Vec<(usize, Option<i64>)> = states
        .into_values()
        .filter_map(|state| Some((state.write?, state.image)))
        .collect();
    if due.is_empty() {
        return Ok(());
    }
    due.sort_unstable();
    let fresh = due.iter().filter(|(_, image)| image.is_none()).count() as i64;
    let text = "UPDATE change_clock SET last_image = last_image + $1 WHERE id = 1 \
         RETURNING last_image";
    let last = tx.number(text, args![fresh]).await?;
    let mut next = last - fresh;
    let mut images = Vec::new();
    let mut bodies = Vec::with_capacity(due.len());
    for (place, image) in due {
        let NewRecord {
            id,
            record,
            format,
            date,
            at,
        } = &records[place];
        let image = image.unwrap_or_else(|| {
            next += 1;
            images.push(ImageBody {
                id: next,
                uid: id.to_string(),
                format: format.word(),
                date: date.0,
                added: at.0,
            });
            next
        });
        bodies.push(RecordBody {
            image,
            url: &record.address,
            person: &record.user,
            intent: &record.intent,
            original: &record.original,
            refined: &record.refined,
            metadata: &record.metadata,
            at: at.0,
        });
    }
    tx.execute(
        "INSERT INTO images (id, uid, stamp, format, width, height, date_ms, added_ms, modified_ms, tool, \
            has_workflow, unparsed, state) \
         SELECT CAST(item.value ->> 'id' AS BIGINT), item.value ->> 'uid', $2, item.value ->> 'format', 0, 0, \
            CAST(item.value ->> 'date' AS BIGINT), CAST(item.value ->> 'added' AS BIGINT), \
            CAST(item.value ->> 'date' AS BIGINT), '', 0, 0, 1 FROM EACH($1) WHERE TRUE",
        args![json(&images)?, STAMP],
    )
    .await?;
    tx.execute(
        "INSERT INTO records (image_id, url, person, intent, original, refined, metadata, changed_ms) \
         SELECT CAST(item.value ->> 'image' AS BIGINT), item.value ->> 'url', item.value ->> 'person', \
            item.value ->> 'intent', item.value ->> 'original', item.value ->> 'refined', \
            item.value ->> 'metadata', CAST(item.value ->> 'at' AS BIGINT) \
         FROM EACH($1) WHERE TRUE \
         ON CONFLICT (image_id) DO UPDATE SET url = excluded.url, person = excluded.person, \
            intent = excluded.intent, original = excluded.original, refined = excluded.refined, \
            metadata = excluded.metadata, changed_ms = excluded.changed_ms",
        args![json(&bodies)?],
    )
    .await?;
    let mut touched: Vec<i64> = bodies.iter().map(|body| body.image).collect();
    touched.sort_unstable();
    tx.record_change(&touched, &[]).await?;
    Ok(())
}

/// What was told of some pictures, by key.
pub(crate) async fn of(tx: &mut Tx, keys: &str) -> Result<HashMap<i64, Record>> {
    let text = "SELECT ROWS[image_id, url, person, intent, original, refined, metadata] FROM records \
         WHERE image_id IN KEYS($1)";
    let rows: Vec<(i64, String, String, String, String, String, String)> =
        tx.list(text, args![keys]).await?;
    let told = rows.into_iter().map(
        |(image, url, person, intent, original, refined, metadata)| {
            (
                image,
                record((url, person, intent, original, refined, metadata)),
            )
        },
    );
    Ok(told.collect())
}

/// Gives the picture that an upload was sent for a place for its file, if only its address is known: then
/// recording the file there finds a picture whose bytes are others now.
pub(crate) async fn give_place(tx: &mut Tx, upload: UploadId, file: &ScannedFile) -> Result<()> {
    tx.lock_library().await?;
    let text = "SELECT u.attach_id FROM uploads AS u JOIN records AS x ON x.image_id = u.attach_id \
         WHERE u.uid = $1 AND NOT EXISTS (SELECT 1 FROM locations AS l WHERE l.image_id = u.attach_id)";
    let image = tx.number(text, args![upload.to_string()]).await?;
    if image == 0 {
        return Ok(());
    }
    let text = "UPDATE change_clock SET last_location = last_location + 1 WHERE id = 1 \
         RETURNING last_location";
    let location = tx.number(text, Vec::new()).await?;
    let text = "INSERT INTO locations (id, image_id, root_id, folder, name, size, mtime_ns, inode, dev) \
         VALUES ($1, $2, $3, $4, $5, 0, 0, 0, 0)";
    let (folder, name) = (file.folder.as_str(), file.name.as_str());
    tx.execute(text, args![location, image, file.root, folder, name])
        .await?;
    Ok(())
}

/// Makes pictures that have no file any more what they were before they had one: only their addresses are known.
pub(crate) async fn lose_file(tx: &mut Tx, keys: &[i64]) -> Result<()> {
    let text = "UPDATE images SET state = 1, stamp = $2, content_hash = NULL, crc32 = NULL \
         WHERE id IN KEYS($1) AND NOT EXISTS (SELECT 1 FROM locations AS l WHERE l.image_id = images.id)";
    tx.execute(text, args![json(keys)?, STAMP]).await?;
    Ok(())
}

/// Gives a recipe the prompt of a record, where its file says none.
pub(crate) fn fill(recipe: &mut Recipe, record: &Record) {
    if recipe.positive.is_empty() {
        record.prompt().clone_into(&mut recipe.positive);
    }
}

/// Lays what was told of a picture into its facts, before those of its file, if it has one, and before what
/// people set.
pub(crate) fn begin_facts(row: &mut Facts, record: &Record) {
    // Whether it has a file that is gone is told by its locations.
    row.missing = false;
    name_of(&record.address).clone_into(&mut row.name);
    row.user.clone_from(&record.user);
    row.intent.clone_from(&record.intent);
    if row.positive.is_empty() {
        record.prompt().clone_into(&mut row.positive);
    }
}

/// Adds both prompts of a record to the one that is searched, each on lines of its own, after what people set
/// has been laid over it.
pub(crate) fn end_facts(row: &mut Facts, record: &Record) {
    for prompt in [&record.refined, &record.original] {
        if !row.positive.contains(prompt.as_str()) {
            row.positive.push('\n');
            row.positive.push_str(prompt);
        }
    }
}
