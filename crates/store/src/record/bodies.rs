//! Files as the rows that are written of them.

use serde::Serialize;

use super::ScannedFile;
use crate::{
    Result,
    recipes::{self, Columns},
    sql::json_rows,
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

/// The rows of a batch, ready to be written. Those of many files are megabytes, so they are made before
/// it is their turn.
#[derive(Debug, Clone)]
pub(super) struct Bodies {
    pub(super) images: String,
    pub(super) recipes: recipes::Rows,
    pub(super) locations: String,
}

/// Which row a file goes to: its place in the batch, the picture and the location.
pub(super) struct Row {
    pub(super) place: usize,
    pub(super) image: i64,
    pub(super) location: i64,
}

impl Bodies {
    /// Rows of pictures, each once, and of locations, in the order in which they are to be written.
    pub(super) fn of(files: &[ScannedFile], images: &[Row], locations: &[Row]) -> Result<Self> {
        let made = images.iter().map(|row| {
            let file = &files[row.place];
            (row.image, &file.recipe, file.notices.as_slice())
        });
        let recipes = recipes::Rows::of(made)?;
        let images = images
            .iter()
            .map(|row| image_body(row.image, &files[row.place]));
        let images: Vec<ImageBody<'_>> = images.collect();
        let locations = locations
            .iter()
            .map(|row| location_body(row, &files[row.place]));
        let locations: Vec<LocationBody<'_>> = locations.collect();
        Ok(Self {
            images: json_rows(&images, 640)?,
            recipes,
            locations: json_rows(&locations, 256)?,
        })
    }
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

fn location_body<'a>(row: &Row, file: &'a ScannedFile) -> LocationBody<'a> {
    LocationBody {
        id: row.location,
        image: row.image,
        root: file.root,
        folder: &file.folder,
        name: &file.name,
        size: file.size.cast_signed(),
        mtime: file.mtime_ns,
        inode: file.inode.cast_signed(),
        dev: file.dev.cast_signed(),
    }
}

/// Writes [`Bodies::images`], whose keys count from the second parameter.
///
/// A known picture keeps its id and the time it was added; its date unless the file names one; and
/// what was made of its bytes as long as the stamp is the same. It is finished anew when its recipe
/// is not in the texts, because it may stand in the pixels.
pub(super) const UPSERT_IMAGES: &str = "\
    INSERT INTO images (id, uid, stamp, format, width, height, seconds, date_ms, added_ms, \
        modified_ms, tool, tool_version, positive_id, negative_id, primary_sampler, vae, \
        asked_width, asked_height, made_ms, has_workflow, unparsed) \
    SELECT CAST(item.value ->> 'id' AS BIGINT) + $2, item.value ->> 'uid', item.value ->> 'stamp', \
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

/// Writes [`Bodies::locations`]; keys of pictures count from the second parameter, those of locations
/// from the third.
pub(super) const UPSERT_LOCATIONS: &str = "\
    INSERT INTO locations (id, image_id, root_id, folder, name, size, mtime_ns, inode, dev) \
    SELECT CAST(item.value ->> 'id' AS BIGINT) + $3, \
        CAST(item.value ->> 'image' AS BIGINT) + $2, \
        CAST(item.value ->> 'root' AS BIGINT), item.value ->> 'folder', \
        item.value ->> 'name', CAST(item.value ->> 'size' AS BIGINT), \
        CAST(item.value ->> 'mtime' AS BIGINT), CAST(item.value ->> 'inode' AS BIGINT), \
        CAST(item.value ->> 'dev' AS BIGINT) \
    FROM EACH($1) WHERE TRUE \
    ON CONFLICT (id) DO UPDATE SET image_id = excluded.image_id, \
        root_id = excluded.root_id, folder = excluded.folder, name = excluded.name, \
        size = excluded.size, mtime_ns = excluded.mtime_ns, inode = excluded.inode, \
        dev = excluded.dev, missing_scans = 0, missing_since_ms = NULL";
