//! Recording scanned files: one transaction for a whole batch, whatever became of each file.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use crate::{
    Result, Store, recipes,
    rows::{Recorded, RecordedFile, ScannedFile},
    sql::{Tx, args, json},
};

/// A path to look up; `i` is its place in the batch.
#[derive(Serialize)]
struct PathBody<'a> {
    i: usize,
    root: i64,
    folder: &'a str,
    name: &'a str,
}

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
    tool: &'a str,
    tool_version: Option<&'a str>,
    positive: Option<i64>,
    negative: Option<i64>,
    primary: usize,
    vae: Option<&'a str>,
    asked_width: Option<u32>,
    asked_height: Option<u32>,
    made: Option<i64>,
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

/// A location that the database knows: place in the batch or 0, key, picture, its stamp, size and
/// modification time of the file, and how many other present files hold the same picture.
type KnownRow = (usize, i64, i64, String, i64, i64, i64);

#[derive(Debug, Clone)]
struct Known {
    location: i64,
    image: i64,
    stamp: String,
    size: i64,
    mtime_ns: i64,
    others: i64,
}

impl Known {
    fn from_row(row: KnownRow) -> (usize, Self) {
        let (place, location, image, stamp, size, mtime_ns, others) = row;
        (
            place,
            Self {
                location,
                image,
                stamp,
                size,
                mtime_ns,
                others,
            },
        )
    }
}

/// What is decided about one file of the batch.
struct Decision {
    recorded: RecordedFile,
    /// The picture was known and its bytes are others now.
    changed: bool,
}

impl Store {
    /// Records files that are new, changed or moved, all or none of them.
    ///
    /// A path that is known keeps its picture, whose recipe is replaced; if the picture has other
    /// files that are still there, the changed file becomes a picture of its own. A file that comes
    /// twice in a batch counts as it came last. Fractions keep 15 significant digits, and NUL
    /// characters are dropped from texts.
    pub async fn record_files(&self, files: Vec<ScannedFile>) -> Result<Recorded> {
        self.write(move |tx| Box::pin(async move { record(tx, &files).await }))
            .await
    }
}

async fn record(tx: &mut Tx, files: &[ScannedFile]) -> Result<Recorded> {
    tx.lock_library().await?;
    // The last file of a path counts.
    let mut last = HashMap::new();
    for (place, file) in files.iter().enumerate() {
        last.insert((file.root, file.folder.as_str(), file.name.as_str()), place);
    }
    let mut places: Vec<usize> = last.values().copied().collect();
    places.sort_unstable();
    let (order, decisions) = decide(tx, files, &places).await?;

    write_images(tx, files, &order, &decisions).await?;
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
    Ok(Recorded {
        change,
        rows: rows.collect(),
    })
}

/// Finds out which location and which picture each file is. Answers the places in the order in
/// which locations have to be written: a path must be left before another file takes it.
async fn decide(
    tx: &mut Tx,
    files: &[ScannedFile],
    places: &[usize],
) -> Result<(Vec<usize>, HashMap<usize, Decision>)> {
    let known = known_paths(tx, files, places).await?;
    let moved = moved_locations(tx, files, places).await?;

    // A move is believed when its target is free, and that may free the target of another move.
    let mut claims: HashMap<usize, &Known> = HashMap::new();
    let mut order = Vec::new();
    let mut claimed = HashSet::new();
    let mut waiting: Vec<usize> = places
        .iter()
        .copied()
        .filter(|place| files[*place].moved_from.is_some())
        .collect();
    loop {
        let before = waiting.len();
        waiting.retain(|place| {
            let source = files[*place].moved_from.and_then(|key| moved.get(&key));
            let Some(source) = source else { return false };
            let free = known
                .get(place)
                .is_none_or(|here| claimed.contains(&here.location));
            if !free {
                return true;
            }
            if claimed.insert(source.location) {
                claims.insert(*place, source);
                order.push(*place);
            }
            false
        });
        if waiting.len() == before {
            break;
        }
    }

    let mut decisions = HashMap::new();
    let mut others_left: HashMap<i64, i64> = HashMap::new();
    let mut fresh = Vec::new();
    for &place in places {
        let file = &files[place];
        let here = claims.get(&place).copied().or_else(|| {
            known
                .get(&place)
                .filter(|here| !claimed.contains(&here.location))
        });
        let Some(here) = here else {
            fresh.push((place, None));
            continue;
        };
        let other_bytes = here.size != file.size.cast_signed() || here.mtime_ns != file.mtime_ns;
        let others = others_left.entry(here.image).or_insert(here.others);
        if other_bytes && *others > 0 {
            *others -= 1;
            fresh.push((place, Some(here.location)));
            continue;
        }
        let recorded = RecordedFile {
            location: here.location,
            image: here.image,
            new: false,
        };
        decisions.insert(
            place,
            Decision {
                recorded,
                changed: here.stamp != file.stamp,
            },
        );
    }

    let new_locations = fresh
        .iter()
        .filter(|(_, location)| location.is_none())
        .count();
    let (mut image, mut location) = next_keys(tx, fresh.len(), new_locations).await?;
    for (place, kept) in fresh {
        let recorded = RecordedFile {
            location: kept.unwrap_or(location),
            image,
            new: true,
        };
        decisions.insert(
            place,
            Decision {
                recorded,
                changed: false,
            },
        );
        image += 1;
        location += i64::from(kept.is_none());
    }
    order.extend(
        places
            .iter()
            .copied()
            .filter(|place| !claims.contains_key(place)),
    );
    Ok((order, decisions))
}

async fn known_paths(
    tx: &mut Tx,
    files: &[ScannedFile],
    places: &[usize],
) -> Result<HashMap<usize, Known>> {
    let paths: Vec<PathBody<'_>> = places
        .iter()
        .map(|&i| {
            let file = &files[i];
            PathBody {
                i,
                root: file.root,
                folder: &file.folder,
                name: &file.name,
            }
        })
        .collect();
    let rows: Vec<KnownRow> = tx
        .list(
            "SELECT ROWS[CAST(item.value ->> 'i' AS BIGINT), l.id, l.image_id, i.stamp, l.size, \
                l.mtime_ns, (SELECT COUNT(*) FROM locations AS o WHERE o.image_id = l.image_id \
                AND o.id <> l.id AND o.missing_since_ms IS NULL)] \
             FROM EACH($1) CROSS JOIN locations AS l JOIN images AS i ON i.id = l.image_id \
             WHERE l.root_id = CAST(item.value ->> 'root' AS BIGINT) \
                AND l.folder = item.value ->> 'folder' AND l.name = item.value ->> 'name'",
            args![json(&paths)?],
        )
        .await?;
    Ok(rows.into_iter().map(Known::from_row).collect())
}

async fn moved_locations(
    tx: &mut Tx,
    files: &[ScannedFile],
    places: &[usize],
) -> Result<HashMap<i64, Known>> {
    let keys: Vec<i64> = places
        .iter()
        .filter_map(|place| files[*place].moved_from)
        .collect();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<KnownRow> = tx
        .list(
            "SELECT ROWS[0, l.id, l.image_id, i.stamp, l.size, l.mtime_ns, (SELECT COUNT(*) \
                FROM locations AS o WHERE o.image_id = l.image_id AND o.id <> l.id \
                AND o.missing_since_ms IS NULL)] \
             FROM locations AS l JOIN images AS i ON i.id = l.image_id \
             WHERE l.id IN (SELECT CAST(item.value AS BIGINT) FROM EACH($1))",
            args![json(&keys)?],
        )
        .await?;
    let known = rows.into_iter().map(|row| Known::from_row(row).1);
    Ok(known.map(|known| (known.location, known)).collect())
}

/// The first of so many unused keys of pictures and of locations.
async fn next_keys(tx: &mut Tx, images: usize, locations: usize) -> Result<(i64, i64)> {
    let (images, locations) = (images as i64, locations as i64);
    let last: Option<(i64, i64)> = tx
        .row(
            "UPDATE change_clock SET last_image = last_image + $1, \
                last_location = last_location + $2 \
             WHERE id = 1 RETURNING last_image, last_location",
            args![images, locations],
        )
        .await?;
    let (last_image, last_location) = last.unwrap_or_default();
    Ok((last_image - images + 1, last_location - locations + 1))
}

async fn write_images(
    tx: &mut Tx,
    files: &[ScannedFile],
    order: &[usize],
    decisions: &HashMap<usize, Decision>,
) -> Result<()> {
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
    tx.execute(UPSERT_IMAGES, args![json(&bodies)?]).await?;
    recipes::remove(tx, &known).await?;
    if !changed.is_empty() {
        let text = "DELETE FROM image_chunks \
             WHERE image_id IN (SELECT CAST(item.value AS BIGINT) FROM EACH($1))";
        tx.execute(text, args![json(&changed)?]).await?;
    }
    let made = pictures.iter().map(|(image, place)| {
        let file = &files[*place];
        (*image, &file.recipe, file.notices.as_slice())
    });
    recipes::insert(tx, made).await
}

fn image_body(image: i64, file: &ScannedFile) -> ImageBody<'_> {
    let recipe = &file.recipe;
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
        tool: &recipe.tool,
        tool_version: recipe.tool_version.as_deref(),
        positive: recipes::text_id(&recipe.positive),
        negative: recipes::text_id(&recipe.negative),
        primary: recipe.primary,
        vae: recipe.vae.as_deref(),
        asked_width: recipe.size.map(|(width, _)| width),
        asked_height: recipe.size.map(|(_, height)| height),
        made: recipe.made.map(|made| made.0),
        has_workflow: file.has_workflow.into(),
        unparsed: file.unparsed.into(),
    }
}

/// A known picture keeps its id and the time it was added; its date unless the file names one; and
/// what was made of its bytes as long as the stamp is the same.
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
        state = CASE WHEN images.stamp = excluded.stamp THEN images.state ELSE 0 END, \
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
        args![json(&bodies)?],
    )
    .await?;
    Ok(())
}
