//! Which location and which picture a scanned file is.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;

use super::Row;
use crate::{
    Result,
    rows::{RecordedFile, ScannedFile},
    sql::{Tx, args, json, json_rows},
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

/// What is decided about a batch.
pub(super) struct Decided {
    pub(super) by_place: HashMap<usize, Decision>,
    /// Places in the order in which locations have to be written: a path must be left before another
    /// file takes it.
    order: Vec<usize>,
    /// Keys of the first picture and the first location, if every file of the batch is a new picture
    /// at a new place: then those of the others follow in the order of places.
    pub(super) first: Option<(i64, i64)>,
}

impl Decided {
    fn row(&self, place: usize) -> Row {
        let RecordedFile {
            image, location, ..
        } = self.by_place[&place].recorded;
        Row {
            place,
            image,
            location,
        }
    }

    /// The pictures by key, each once, though several of its files may be in the batch: a statement
    /// may touch each row only once. The file that is written last counts.
    pub(super) fn images(&self) -> Vec<Row> {
        let rows = self.order.iter().map(|place| self.row(*place));
        let once: BTreeMap<i64, Row> = rows.map(|row| (row.image, row)).collect();
        once.into_values().collect()
    }

    /// The locations in the order in which they are to be written.
    pub(super) fn locations(&self) -> Vec<Row> {
        self.order.iter().map(|place| self.row(*place)).collect()
    }

    /// Whether there are pictures, and all of them are new.
    pub(super) fn all_new(&self) -> bool {
        !self.by_place.is_empty() && self.by_place.values().all(|one| one.recorded.new)
    }

    /// Keys of the pictures of so many files; nothing for one that does not count.
    pub(super) fn keys(&self, files: usize) -> Vec<Option<i64>> {
        let key = |place| self.by_place.get(&place).map(|one| one.recorded.image);
        (0..files).map(key).collect()
    }
}

/// Finds out which location and which picture each file is.
pub(super) async fn decide(
    tx: &mut Tx,
    files: &[ScannedFile],
    places: &[usize],
    paths: String,
) -> Result<Decided> {
    let known = known_paths(tx, paths).await?;
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
    let first = (new_locations == files.len()).then_some((image, location));
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
    Ok(Decided {
        by_place: decisions,
        order,
        first,
    })
}

/// The paths of files as [`decide`] asks for them.
pub(super) fn paths(files: &[ScannedFile], places: &[usize]) -> Result<String> {
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
    json_rows(&paths, 96)
}

async fn known_paths(tx: &mut Tx, paths: String) -> Result<HashMap<usize, Known>> {
    let rows: Vec<KnownRow> = tx
        .list(
            "SELECT ROWS[CAST(item.value ->> 'i' AS BIGINT), l.id, l.image_id, i.stamp, l.size, \
                l.mtime_ns, (SELECT COUNT(*) FROM locations AS o WHERE o.image_id = l.image_id \
                AND o.id <> l.id AND o.missing_since_ms IS NULL)] \
             FROM EACH($1) CROSS JOIN locations AS l JOIN images AS i ON i.id = l.image_id \
             WHERE l.root_id = CAST(item.value ->> 'root' AS BIGINT) \
                AND l.folder = item.value ->> 'folder' AND l.name = item.value ->> 'name'",
            args![paths],
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
