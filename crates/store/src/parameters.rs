//! Any value of any node, kept as a set that many pictures share and what differs in each.
//!
//! A picture joins the set of its shape (the same nodes with the same inputs) from which it differs
//! least. One that differs too much founds a set of its own, until there are enough of a shape; so
//! sweeps over a few values cost a few bytes for each picture, however many they are.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::Arc,
};

use domain::{
    id::ImageId,
    parameter::{Parameter, ParameterSet, Parameters, Scalar},
};
use serde::Serialize;

use crate::{
    Result, Store,
    recipes::rounded,
    sql::{Tx, args, json},
};

/// Sets of one shape; further pictures join the nearest of them, however far it is.
const SETS: usize = 16;
/// Differences that a picture may have before it founds a set.
const DIFFERENCES: usize = 6;
/// Or the same as a part of all its values.
const PART: usize = 6;

/// Node, class, title, name and value of an entry.
type EntryCell = (String, String, String, String, Scalar);

#[derive(Serialize)]
struct SetBody {
    id: i64,
    shape: i64,
    entries: String,
}

#[derive(Serialize)]
struct ImageBody {
    image: i64,
    set: i64,
    changes: String,
}

impl Store {
    /// All parameters of a picture, as they stand in its file; empty when it is not known.
    pub async fn parameters(&self, id: ImageId) -> Result<Vec<Parameter>> {
        let mut tx = self.read().await?;
        let text = "SELECT id FROM images WHERE uid = $1";
        let row: Option<(i64,)> = tx.row(text, args![id.to_string()]).await?;
        let Some((key,)) = row else {
            return Ok(Vec::new());
        };
        let mut found = read(&mut tx, &json(&[key])?).await?;
        Ok(found.remove(&key).map_or_else(Vec::new, |all| all.all()))
    }
}

/// Parameters by key of the picture, for a JSON list of keys.
pub(crate) async fn read(tx: &mut Tx, keys: &str) -> Result<HashMap<i64, Parameters>> {
    let text = "SELECT ROWS[image_id, set_id, changes] FROM image_parameters \
         WHERE image_id IN KEYS($1)";
    let rows: Vec<(i64, i64, String)> = tx.list(text, args![keys]).await?;
    let ids: HashSet<i64> = rows.iter().map(|(_, set, _)| *set).collect();
    let ids: Vec<i64> = ids.into_iter().collect();
    let text = "SELECT ROWS[id, entries] FROM parameter_sets \
         WHERE id IN KEYS($1)";
    let sets: Vec<(i64, String)> = tx.list(text, args![json(&ids)?]).await?;
    let mut known: HashMap<i64, Arc<ParameterSet>> = HashMap::new();
    for (id, body) in sets {
        let entries = entries(&body)?;
        known.insert(id, Arc::new(ParameterSet { id, entries }));
    }
    let mut found = HashMap::with_capacity(rows.len());
    for (image, set, changes) in rows {
        if let Some(set) = known.get(&set) {
            let set = Arc::clone(set);
            let changes = serde_json::from_str(&changes)?;
            found.insert(image, Parameters { set, changes });
        }
    }
    Ok(found)
}

fn entries(body: &str) -> Result<Vec<Parameter>> {
    let cells: Vec<EntryCell> = serde_json::from_str(body)?;
    let entry = |(node, class, title, name, value)| Parameter {
        node,
        class,
        title,
        name,
        value,
    };
    Ok(cells.into_iter().map(entry).collect())
}

/// Writes the parameters of pictures that have none.
pub(crate) async fn insert(tx: &mut Tx, all: &[(i64, &[Parameter])]) -> Result<()> {
    let mut pictures: Vec<(i64, i64, Cow<'_, [Parameter]>)> = Vec::new();
    for (image, parameters) in all.iter().filter(|(_, all)| !all.is_empty()) {
        let stored = storable(parameters);
        pictures.push((*image, shape(&stored), stored));
    }
    if pictures.is_empty() {
        return Ok(());
    }
    let shapes: HashSet<i64> = pictures.iter().map(|(_, shape, _)| *shape).collect();
    let shapes: Vec<i64> = shapes.into_iter().collect();
    let text = "SELECT ROWS[id, shape, entries] FROM parameter_sets \
         WHERE shape IN KEYS($1)";
    let rows: Vec<(i64, i64, String)> = tx.list(text, args![json(&shapes)?]).await?;
    let mut known: HashMap<i64, Vec<ParameterSet>> = HashMap::new();
    for (id, shape, body) in rows {
        let entries = entries(&body)?;
        let set = ParameterSet { id, entries };
        known.entry(shape).or_default().push(set);
    }
    let (mut sets, mut images) = (Vec::new(), Vec::new());
    for (image, shape, parameters) in pictures {
        let candidates = known.entry(shape).or_default();
        let nearest = candidates
            .iter()
            .map(|set| (difference(set, &parameters), set.id))
            .min_by_key(|(changes, _)| changes.len());
        let allowed = DIFFERENCES.max(parameters.len() / PART);
        let (changes, set) = match nearest {
            Some((changes, set)) if changes.len() <= allowed || candidates.len() >= SETS => {
                (changes, set)
            }
            _ => {
                let body = set_body(shape, &parameters)?;
                let id = body.id;
                sets.push(body);
                candidates.push(ParameterSet {
                    id,
                    entries: parameters.into_owned(),
                });
                (Vec::new(), id)
            }
        };
        let changes = json(&changes)?;
        images.push(ImageBody {
            image,
            set,
            changes,
        });
    }
    if !sets.is_empty() {
        tx.execute(INSERT_SETS, args![json(&sets)?]).await?;
    }
    tx.execute(INSERT_IMAGES, args![json(&images)?]).await?;
    Ok(())
}

/// The same with what every engine keeps: no NUL characters, numbers with 15 digits. Nearly always
/// it is that already.
pub(crate) fn storable(parameters: &[Parameter]) -> Cow<'_, [Parameter]> {
    let is_plain = |one: &Parameter| {
        let texts = [&one.node, &one.class, &one.title, &one.name];
        texts.iter().all(|text| !text.contains('\0'))
            && match &one.value {
                Scalar::Number(number) => rounded(*number) == Some(*number),
                Scalar::Text(text) => !text.contains('\0'),
            }
    };
    if parameters.iter().all(is_plain) {
        return Cow::Borrowed(parameters);
    }
    let text = |text: &String| text.replace('\0', "");
    let plain = |one: &Parameter| {
        Some(Parameter {
            node: text(&one.node),
            class: text(&one.class),
            title: text(&one.title),
            name: text(&one.name),
            value: match &one.value {
                Scalar::Number(number) => Scalar::Number(rounded(*number)?),
                Scalar::Text(value) => Scalar::Text(text(value)),
            },
        })
    };
    Cow::Owned(parameters.iter().filter_map(plain).collect())
}

/// A hash of everything but the values.
fn shape(parameters: &[Parameter]) -> i64 {
    let mut hasher = blake3::Hasher::new();
    for one in parameters {
        for text in [&one.node, &one.class, &one.title, &one.name] {
            hasher.update(text.as_bytes());
            hasher.update(b"\0");
        }
    }
    number(&hasher)
}

fn number(hasher: &blake3::Hasher) -> i64 {
    let hash = hasher.finalize();
    let bytes = hash.as_bytes().first_chunk().copied();
    i64::from_le_bytes(bytes.unwrap_or_default())
}

/// The places at which a picture of a set's shape has another value.
fn difference(set: &ParameterSet, parameters: &[Parameter]) -> Vec<(u32, Scalar)> {
    let pairs = set.entries.iter().zip(parameters).enumerate();
    let differs = pairs.filter(|(_, (shared, own))| shared.value != own.value);
    differs
        .map(|(place, (_, own))| (place as u32, own.value.clone()))
        .collect()
}

fn set_body(shape: i64, parameters: &[Parameter]) -> Result<SetBody> {
    let cell = |one: &Parameter| -> EntryCell {
        let (node, class) = (one.node.clone(), one.class.clone());
        let (title, name) = (one.title.clone(), one.name.clone());
        (node, class, title, name, one.value.clone())
    };
    let entries = json(&parameters.iter().map(cell).collect::<Vec<_>>())?;
    let mut hasher = blake3::Hasher::new();
    hasher.update(entries.as_bytes());
    Ok(SetBody {
        id: number(&hasher),
        shape,
        entries,
    })
}

const INSERT_SETS: &str = "\
    INSERT INTO parameter_sets (id, shape, entries) \
    SELECT CAST(item.value ->> 'id' AS BIGINT), CAST(item.value ->> 'shape' AS BIGINT), \
        item.value ->> 'entries' \
    FROM EACH($1) WHERE TRUE ON CONFLICT (id) DO NOTHING";

const INSERT_IMAGES: &str = "\
    INSERT INTO image_parameters (image_id, set_id, changes) \
    SELECT CAST(item.value ->> 'image' AS BIGINT), CAST(item.value ->> 'set' AS BIGINT), \
        item.value ->> 'changes' \
    FROM EACH($1)";
