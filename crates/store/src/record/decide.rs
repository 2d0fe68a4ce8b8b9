//! Which location and which picture a scanned file is.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use crate::{
    Result,
    rows::{RecordedFile, ScannedFile},
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
pub(super) struct Decision {
    pub(super) recorded: RecordedFile,
    /// The picture was known and its bytes are others now.
    pub(super) changed: bool,
}

/// Finds out which location and which picture each file is. Answers the places in the order in
/// which locations have to be written: a path must be left before another file takes it.
pub(super) async fn decide(
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
             WHERE l.id IN KEYS($1)",
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
