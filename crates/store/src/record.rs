//! Recording scanned files: one transaction for a whole batch, whatever became of each file.

mod decide;
mod fresh;

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use domain::parameter::ParameterSet;
use serde::Serialize;

use self::decide::{Decision, decide};
pub use self::fresh::Fresh;
use crate::{
    Result, Store, parameters,
    recipes::{self, Columns},
    rows::{Recorded, ScannedFile},
    sql::{Tx, args, json, json_rows},
};

#[derive(Serialize)]
struct ImageBody<'a> {
    id: i64,
    uid: String,
    stamp: &'a str,
    format: &'a str,
    width: u32,
    height: u32,
    seconds: Option<f64>,
    date: i64,
    added: i64,
    modified: i64,
    #[serde(flatten)]
    recipe: Columns<'a>,
    has_workflow: i64,
    unparsed: i64,
}

#[derive(Serialize)]
struct LocationBody<'a> {
    id: i64,
    image: i64,
    root: i64,
    folder: &'a str,
    name: &'a str,
    size: i64,
    mtime: i64,
    inode: i64,
    dev: i64,
}

/// Files to record, with what can be worked out before the database is asked. Make it while another
/// batch is being written: only one is at a time.
#[derive(Debug, Clone)]
pub struct Batch {
    files: Vec<ScannedFile>,
    /// See [`parameters::shape`], for each of the files.
    shapes: Vec<i64>,
}

impl From<Vec<ScannedFile>> for Batch {
    fn from(mut files: Vec<ScannedFile>) -> Self {
        let shape = |file: &mut ScannedFile| {
            if let Cow::Owned(plain) = parameters::storable(&file.parameters) {
                file.parameters = plain;
            }
            parameters::shape(&file.parameters)
        };
        let shapes = files.iter_mut().map(shape).collect();
        Self { files, shapes }
    }
}

impl Batch {
    /// Whether there is nothing to record.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

impl Store {
    /// Records files that are new, changed or moved, all or none of them.
    ///
    /// A path that is known keeps its picture, whose recipe is replaced; if the picture has other
    /// files that are still there, the changed file becomes a picture of its own. A file that comes
    /// twice in a batch counts as it came last. Fractions keep 15 significant digits, and NUL
    /// characters are dropped from texts.
    pub async fn record_files(&self, files: Vec<ScannedFile>) -> Result<Recorded> {
        self.record_batch(files.into()).await
    }

    /// The same for files that were made ready before.
    pub async fn record_batch(&self, batch: Batch) -> Result<Recorded> {
        self.write_bulk(move |tx| Box::pin(async move { record(tx, batch).await }))
            .await
    }
}

async fn record(tx: &mut Tx, batch: Batch) -> Result<Recorded> {
    let files = batch.files.as_slice();
    tx.lock_library().await?;
    // The last file of a path counts.
    let mut last = HashMap::new();
    for (place, file) in files.iter().enumerate() {
        last.insert((file.root, file.folder.as_str(), file.name.as_str()), place);
    }
    let mut places: Vec<usize> = last.values().copied().collect();
    places.sort_unstable();
    let (order, decisions) = decide(tx, files, &places).await?;

    let sets = write_images(tx, &batch, &order, &decisions).await?;
    write_locations(tx, files, &order, &decisions).await?;

    let mut touched: Vec<i64> = decisions.values().map(|one| one.recorded.image).collect();
    touched.sort_unstable();
    touched.dedup();
    let change = if touched.is_empty() {
        tx.number("SELECT n FROM change_clock WHERE id = 1", Vec::new())
            .await?
    } else {
        tx.record_change(&touched, &[]).await?
    };
    let rows = files.iter().map(|file| {
        let place = last[&(file.root, file.folder.as_str(), file.name.as_str())];
        decisions[&place].recorded
    });
    let rows = rows.collect();
    let all_new = !touched.is_empty() && decisions.values().all(|one| one.recorded.new);
    let fresh = if all_new {
        Some(fresh(tx, batch, &decisions, sets).await?)
    } else {
        // Tens of thousands of texts; the next batch need not wait until they are freed.
        tokio::task::spawn_blocking(move || drop(batch));
        None
    };
    Ok(Recorded {
        change,
        rows,
        fresh,
    })
}

async fn fresh(
    tx: &mut Tx,
    batch: Batch,
    decisions: &HashMap<usize, Decision>,
    sets: HashMap<i64, Arc<ParameterSet>>,
) -> Result<Fresh> {
    let roots: Vec<(i64, String)> = tx
        .list("SELECT ROWS[id, name] FROM roots", Vec::new())
        .await?;
    let places = 0..batch.files.len();
    let key = |place| decisions.get(&place).map(|one| one.recorded.image);
    Ok(Fresh {
        keys: places.map(key).collect(),
        files: batch.files,
        roots: roots.into_iter().collect(),
        sets,
    })
}

async fn write_images(
    tx: &mut Tx,
    batch: &Batch,
    order: &[usize],
    decisions: &HashMap<usize, Decision>,
) -> Result<HashMap<i64, Arc<ParameterSet>>> {
    let files = batch.files.as_slice();
    // Two files of one picture may be in a batch; a statement may touch each row only once.
    let mut once: HashMap<i64, usize> = HashMap::new();
    for place in order {
        once.insert(decisions[place].recorded.image, *place);
    }
    let mut pictures: Vec<(i64, usize)> = once.into_iter().collect();
    pictures.sort_unstable();

    let bodies: Vec<ImageBody<'_>> = pictures
        .iter()
        .map(|(image, place)| image_body(*image, &files[*place]))
        .collect();
    let known = |changed: bool| -> Vec<i64> {
        let all = pictures.iter().filter(|(_, place)| {
            let decision = &decisions[place];
            !decision.recorded.new && (decision.changed || !changed)
        });
        all.map(|(image, _)| *image).collect()
    };
    let (known, changed) = (known(false), known(true));
    tx.execute(UPSERT_IMAGES, args![json_rows(&bodies, 640)?])
        .await?;
    recipes::remove(tx, &known).await?;
    if !changed.is_empty() {
        let text = "DELETE FROM image_chunks \
             WHERE image_id IN KEYS($1)";
        tx.execute(text, args![json(&changed)?]).await?;
    }
    let made = pictures.iter().map(|(image, place)| {
        let file = &files[*place];
        (*image, &file.recipe, file.notices.as_slice())
    });
    recipes::insert(tx, made).await?;
    let parameters: Vec<_> = pictures
        .iter()
        .map(|(image, place)| (*image, batch.shapes[*place], &files[*place].parameters))
        .collect();
    parameters::insert(tx, &parameters).await
}

fn image_body(image: i64, file: &ScannedFile) -> ImageBody<'_> {
    ImageBody {
        id: image,
        uid: file.id.to_string(),
        stamp: &file.stamp,
        format: file.format.word(),
        width: file.width,
        height: file.height,
        seconds: file.seconds.and_then(recipes::rounded),
        date: file.date.0,
        added: file.added.0,
        modified: file.modified.0,
        recipe: Columns::of(&file.recipe),
        has_workflow: file.has_workflow.into(),
        unparsed: file.unparsed.into(),
    }
}

/// A known picture keeps its id and the time it was added; its date unless the file names one; and
/// what was made of its bytes as long as the stamp is the same. It is finished anew when its recipe
/// is not in the texts, because it may stand in the pixels.
const UPSERT_IMAGES: &str = "\
    INSERT INTO images (id, uid, stamp, format, width, height, seconds, date_ms, added_ms, \
        modified_ms, tool, tool_version, positive_id, negative_id, primary_sampler, vae, \
        asked_width, asked_height, made_ms, has_workflow, unparsed) \
    SELECT CAST(item.value ->> 'id' AS BIGINT), item.value ->> 'uid', item.value ->> 'stamp', \
        item.value ->> 'format', CAST(item.value ->> 'width' AS BIGINT), \
        CAST(item.value ->> 'height' AS BIGINT), \
        CAST(item.value ->> 'seconds' AS DOUBLE PRECISION), \
        CAST(item.value ->> 'date' AS BIGINT), CAST(item.value ->> 'added' AS BIGINT), \
        CAST(item.value ->> 'modified' AS BIGINT), item.value ->> 'tool', \
        item.value ->> 'tool_version', CAST(item.value ->> 'positive' AS BIGINT), \
        CAST(item.value ->> 'negative' AS BIGINT), CAST(item.value ->> 'primary' AS BIGINT), \
        item.value ->> 'vae', CAST(item.value ->> 'asked_width' AS BIGINT), \
        CAST(item.value ->> 'asked_height' AS BIGINT), CAST(item.value ->> 'made' AS BIGINT), \
        CAST(item.value ->> 'has_workflow' AS BIGINT), CAST(item.value ->> 'unparsed' AS BIGINT) \
    FROM EACH($1) WHERE TRUE \
    ON CONFLICT (id) DO UPDATE SET \
        date_ms = CASE WHEN excluded.date_ms = excluded.modified_ms THEN images.date_ms \
            ELSE excluded.date_ms END, \
        state = CASE WHEN images.stamp = excluded.stamp AND (images.tool = '' \
            OR excluded.tool <> '') THEN images.state ELSE 0 END, \
        strikes = CASE WHEN images.stamp = excluded.stamp THEN images.strikes ELSE 0 END, \
        placeholder = CASE WHEN images.stamp = excluded.stamp THEN images.placeholder \
            ELSE '' END, \
        content_hash = CASE WHEN images.stamp = excluded.stamp THEN images.content_hash END, \
        crc32 = CASE WHEN images.stamp = excluded.stamp THEN images.crc32 END, \
        stamp = excluded.stamp, format = excluded.format, width = excluded.width, \
        height = excluded.height, seconds = excluded.seconds, \
        modified_ms = excluded.modified_ms, tool = excluded.tool, \
        tool_version = excluded.tool_version, positive_id = excluded.positive_id, \
        negative_id = excluded.negative_id, primary_sampler = excluded.primary_sampler, \
        vae = excluded.vae, asked_width = excluded.asked_width, \
        asked_height = excluded.asked_height, made_ms = excluded.made_ms, \
        has_workflow = excluded.has_workflow, unparsed = excluded.unparsed";

async fn write_locations(
    tx: &mut Tx,
    files: &[ScannedFile],
    order: &[usize],
    decisions: &HashMap<usize, Decision>,
) -> Result<()> {
    let bodies: Vec<LocationBody<'_>> = order
        .iter()
        .map(|place| {
            let (file, decision) = (&files[*place], &decisions[place]);
            LocationBody {
                id: decision.recorded.location,
                image: decision.recorded.image,
                root: file.root,
                folder: &file.folder,
                name: &file.name,
                size: file.size.cast_signed(),
                mtime: file.mtime_ns,
                inode: file.inode.cast_signed(),
                dev: file.dev.cast_signed(),
            }
        })
        .collect();
    tx.execute(
        "INSERT INTO locations (id, image_id, root_id, folder, name, size, mtime_ns, inode, dev) \
         SELECT CAST(item.value ->> 'id' AS BIGINT), CAST(item.value ->> 'image' AS BIGINT), \
            CAST(item.value ->> 'root' AS BIGINT), item.value ->> 'folder', \
            item.value ->> 'name', CAST(item.value ->> 'size' AS BIGINT), \
            CAST(item.value ->> 'mtime' AS BIGINT), CAST(item.value ->> 'inode' AS BIGINT), \
            CAST(item.value ->> 'dev' AS BIGINT) \
         FROM EACH($1) WHERE TRUE \
         ON CONFLICT (id) DO UPDATE SET image_id = excluded.image_id, \
            root_id = excluded.root_id, folder = excluded.folder, name = excluded.name, \
            size = excluded.size, mtime_ns = excluded.mtime_ns, inode = excluded.inode, \
            dev = excluded.dev, missing_scans = 0, missing_since_ms = NULL",
        args![json_rows(&bodies, 256)?],
    )
    .await?;
    Ok(())
}
