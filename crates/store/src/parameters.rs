//! Any value of any node, kept as a set that many pictures share and what differs in each.
//!
//! A picture joins the set of its shape (the same nodes with the same inputs) from which it differs
//! least. One that differs too much founds a set of its own, until there are enough of a shape; so
//! sweeps over a few values cost a few bytes for each picture, however many they are.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError},
};

use domain::{
    id::ImageId,
    overlay::{LOG, Overlay, lay_over_parameters},
    parameter::{Label, Parameter, ParameterList, ParameterSet, Parameters, Scalar},
};
use serde::Serialize;

use crate::{
    Result, Store, edits,
    recipes::rounded,
    sql::{Tx, args, json, json_rows},
};

/// Sets of one shape; further pictures join the nearest of them, however far it is.
const SETS: usize = 16;
/// Differences that a picture may have before it founds a set.
const DIFFERENCES: usize = 6;
/// Or the same as a part of all its values.
const PART: usize = 6;

/// Sets that are remembered; with more of them all are forgotten and read again as needed.
const REMEMBERED: usize = 4096;

/// Sets that this process has met. An id is the hash of a set's content, so it means the same in every
/// database; whether a database holds it is asked there.
#[derive(Default)]
struct Met {
    by_id: HashMap<i64, Arc<ParameterSet>>,
    by_shape: HashMap<i64, Vec<Arc<ParameterSet>>>,
}

impl Met {
    fn remember(&mut self, shape: Option<i64>, set: &Arc<ParameterSet>) {
        if self.by_id.len() >= REMEMBERED {
            *self = Self::default();
        }
        self.by_id.insert(set.id, Arc::clone(set));
        if let Some(shape) = shape {
            self.by_shape
                .entry(shape)
                .or_default()
                .push(Arc::clone(set));
        }
    }
}

static MET: LazyLock<Mutex<Met>> = LazyLock::new(Mutex::default);

fn met() -> MutexGuard<'static, Met> {
    // Whatever panicked, the maps are whole.
    MET.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Node, class, title, name and value of an entry.
type EntryCell<T, V> = (T, T, T, T, V);

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
    /// All parameters of a picture, with what people set over those of its file; empty when it is not
    /// known.
    pub async fn parameters(&self, id: ImageId) -> Result<Vec<Parameter>> {
        let mut tx = self.read().await?;
        let text = "SELECT id FROM images WHERE uid = $1";
        let row: Option<(i64,)> = tx.row(text, args![id.to_string()]).await?;
        let Some((key,)) = row else {
            return Ok(Vec::new());
        };
        let keys = json(&[key])?;
        let mut found = read(&mut tx, &keys).await?.remove(&key);
        let over = edits::over(&mut tx, &keys).await?.remove(&key);
        let over = over.unwrap_or_default();
        Wider::default().make_room(&mut found, &over);
        let Some(mut found) = found else {
            return Ok(Vec::new());
        };
        for Overlay { part, value } in over {
            if let Some(name) = part.parameter() {
                lay_over_parameters(&mut found, &name, &value);
            }
        }
        Ok(found.all())
    }
}

/// Sets of parameters with room behind them for what execution logs said, which no file has. Nothing of
/// them is kept in the database; pictures of one set and the same columns share one.
#[derive(Default)]
pub(crate) struct Wider(HashMap<(i64, Vec<String>), Arc<ParameterSet>>);

impl Wider {
    /// Gives a picture room for what is set over it.
    pub(crate) fn make_room(&mut self, parameters: &mut Option<Parameters>, over: &[Overlay]) {
        let names = over.iter().filter_map(|one| one.part.parameter());
        let names = names.filter_map(|name| {
            let column = name.strip_prefix(LOG)?.strip_prefix('.')?;
            Some(column.to_owned())
        });
        let names: Vec<String> = names.collect();
        if names.is_empty() {
            return;
        }
        let own = parameters.take();
        let id = own.as_ref().map_or(0, |own| own.set.id);
        let set = self.0.entry((id, names)).or_insert_with_key(|(id, names)| {
            let own = own.as_ref().map(|own| own.set.entries.as_slice());
            Arc::new(widened(*id, own.unwrap_or_default(), names))
        });
        *parameters = Some(Parameters {
            set: Arc::clone(set),
            changes: own.map(|own| own.changes).unwrap_or_default(),
        });
    }
}

fn widened(id: i64, own: &[Parameter], names: &[String]) -> ParameterSet {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&id.to_le_bytes());
    let mut entries = own.to_vec();
    for name in names {
        hasher.update(&(name.len() as u64).to_le_bytes());
        hasher.update(name.as_bytes());
        entries.push(Parameter {
            node: String::new(),
            class: LOG.to_owned(),
            title: String::new(),
            name: name.clone(),
            value: Scalar::Text(String::new()),
        });
    }
    ParameterSet {
        id: number(&hasher),
        entries,
    }
}

/// Parameters by key of the picture, for a JSON list of keys.
pub(crate) async fn read(tx: &mut Tx, keys: &str) -> Result<HashMap<i64, Parameters>> {
    let text = "SELECT ROWS[image_id, set_id, changes] FROM image_parameters \
         WHERE image_id IN KEYS($1)";
    let rows: Vec<(i64, i64, String)> = tx.list(text, args![keys]).await?;
    let ids: HashSet<i64> = rows.iter().map(|(_, set, _)| *set).collect();
    let mut known: HashMap<i64, Arc<ParameterSet>> = {
        let met = met();
        let found = ids.iter().filter_map(|id| met.by_id.get(id));
        found.map(|set| (set.id, Arc::clone(set))).collect()
    };
    let ids: Vec<i64> = ids
        .into_iter()
        .filter(|id| !known.contains_key(id))
        .collect();
    if !ids.is_empty() {
        let text = "SELECT ROWS[id, entries] FROM parameter_sets \
             WHERE id IN KEYS($1)";
        let sets: Vec<(i64, String)> = tx.list(text, args![json(&ids)?]).await?;
        for (id, body) in sets {
            let entries = entries(&body)?;
            let set = Arc::new(ParameterSet { id, entries });
            met().remember(None, &set);
            known.insert(id, set);
        }
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
    let cells: Vec<EntryCell<String, Scalar>> = serde_json::from_str(body)?;
    let entry = |(node, class, title, name, value)| Parameter {
        node,
        class,
        title,
        name,
        value,
    };
    Ok(cells.into_iter().map(entry).collect())
}

/// Writes the parameters of pictures that have none: key of the picture, [`shape`], and what
/// [`storable`] gives. Tells which set each picture got.
pub(crate) async fn insert(
    tx: &mut Tx,
    all: &[(i64, i64, &ParameterList)],
) -> Result<HashMap<i64, Arc<ParameterSet>>> {
    let pictures: Vec<_> = all.iter().filter(|(.., all)| !all.is_empty()).collect();
    if pictures.is_empty() {
        return Ok(HashMap::new());
    }
    let mut known = candidates(tx, &pictures).await?;
    let mut images = Vec::new();
    let mut used: HashMap<i64, (i64, Arc<ParameterSet>)> = HashMap::new();
    let mut given = HashMap::with_capacity(pictures.len());
    for (image, shape, parameters) in pictures.into_iter().copied() {
        let candidates = known.entry(shape).or_default();
        let nearest = nearest(candidates, parameters);
        let allowed = DIFFERENCES.max(parameters.len() / PART);
        let set = match nearest {
            Some((differences, set)) if differences <= allowed || candidates.len() >= SETS => {
                Arc::clone(set)
            }
            _ => {
                let set = Arc::new(founded(parameters));
                met().remember(Some(shape), &set);
                candidates.push(Arc::clone(&set));
                set
            }
        };
        let changes = json(&changes(&set, parameters))?;
        images.push(ImageBody {
            image,
            set: set.id,
            changes,
        });
        given.insert(image, Arc::clone(&set));
        used.entry(set.id).or_insert((shape, set));
    }
    let sets = missing(tx, used).await?;
    if !sets.is_empty() {
        tx.execute(INSERT_SETS, args![json_rows(&sets, 1024)?])
            .await?;
    }
    tx.execute(INSERT_IMAGES, args![json_rows(&images, 128)?])
        .await?;
    Ok(given)
}

/// The same with values as every engine keeps them: texts without NUL characters, numbers with 15
/// digits, and nothing that is no number. Nearly always it is that already.
pub(crate) fn storable(parameters: &ParameterList) -> Cow<'_, ParameterList> {
    let is_plain = |value: &Scalar| match value {
        Scalar::Number(number) => rounded(*number) == Some(*number),
        Scalar::Text(text) => !text.contains('\0'),
    };
    if parameters.values().iter().all(is_plain) {
        return Cow::Borrowed(parameters);
    }
    let plain = |value: &Scalar| match value {
        Scalar::Number(number) => rounded(*number).map(Scalar::Number),
        Scalar::Text(text) => Some(Scalar::Text(text.replace('\0', ""))),
    };
    let plain = parameters
        .iter()
        .filter_map(|(label, value)| Some((label, plain(value)?)));
    Cow::Owned(plain.collect())
}

/// A hash of everything but the values.
pub(crate) fn shape(parameters: &ParameterList) -> i64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(parameters.shape().as_bytes());
    number(&hasher)
}

fn number(hasher: &blake3::Hasher) -> i64 {
    let hash = hasher.finalize();
    let bytes = hash.as_bytes().first_chunk().copied();
    i64::from_le_bytes(bytes.unwrap_or_default())
}

/// Sets of the shapes of some pictures.
async fn candidates(
    tx: &mut Tx,
    pictures: &[&(i64, i64, &ParameterList)],
) -> Result<HashMap<i64, Vec<Arc<ParameterSet>>>> {
    let shapes: HashSet<i64> = pictures.iter().map(|(_, shape, _)| *shape).collect();
    let mut known: HashMap<i64, Vec<Arc<ParameterSet>>> = {
        let met = met();
        let found = shapes
            .iter()
            .filter_map(|shape| Some((*shape, met.by_shape.get(shape)?.clone())));
        found.collect()
    };
    let unknown = shapes
        .into_iter()
        .filter(|shape| !known.contains_key(shape));
    let unknown: Vec<i64> = unknown.collect();
    if !unknown.is_empty() {
        let text = "SELECT ROWS[id, shape, entries] FROM parameter_sets \
             WHERE shape IN KEYS($1)";
        let rows: Vec<(i64, i64, String)> = tx.list(text, args![json(&unknown)?]).await?;
        for (id, shape, body) in rows {
            let entries = entries(&body)?;
            let set = Arc::new(ParameterSet { id, entries });
            met().remember(Some(shape), &set);
            known.entry(shape).or_default().push(set);
        }
    }
    Ok(known)
}

/// Those of some sets that the database does not hold.
async fn missing(
    tx: &mut Tx,
    used: HashMap<i64, (i64, Arc<ParameterSet>)>,
) -> Result<Vec<SetBody>> {
    let ids: Vec<i64> = used.keys().copied().collect();
    let text = "SELECT ROWS[id] FROM parameter_sets \
         WHERE id IN KEYS($1)";
    let held: Vec<(i64,)> = tx.list(text, args![json(&ids)?]).await?;
    let held: HashSet<i64> = held.into_iter().map(|(id,)| id).collect();
    let absent = used
        .into_values()
        .filter(|(_, set)| !held.contains(&set.id));
    let body = |(shape, set): (i64, Arc<ParameterSet>)| {
        Ok(SetBody {
            id: set.id,
            shape,
            entries: printed(&set.entries)?,
        })
    };
    absent.map(body).collect()
}

/// The set from which fewest values differ, and how many; the first of several.
fn nearest<'a>(
    sets: &'a [Arc<ParameterSet>],
    parameters: &ParameterList,
) -> Option<(usize, &'a Arc<ParameterSet>)> {
    let mut nearest: Option<(usize, &Arc<ParameterSet>)> = None;
    for set in sets {
        let most = nearest.map_or(usize::MAX, |(differences, _)| differences);
        let pairs = set.entries.iter().zip(parameters.values());
        let differs = pairs.filter(|(shared, own)| shared.value != **own);
        // One that is not nearer need not be counted to its end.
        let differences = differs.take(most).count();
        if differences < most {
            nearest = Some((differences, set));
        }
    }
    nearest
}

/// The places at which a picture of a set's shape has another value, and that.
pub(crate) fn changes<'a>(
    set: &ParameterSet,
    parameters: &'a ParameterList,
) -> Vec<(u32, &'a Scalar)> {
    let pairs = set.entries.iter().zip(parameters.values()).enumerate();
    let differs = pairs.filter(|(_, (shared, own))| shared.value != **own);
    differs
        .map(|(place, (_, own))| (place as u32, own))
        .collect()
}

fn printed(entries: &[Parameter]) -> Result<String> {
    fn cell(one: &Parameter) -> EntryCell<&str, &Scalar> {
        let Label {
            node,
            class,
            title,
            name,
        } = one.label();
        (node, class, title, name, &one.value)
    }
    json_rows(&entries.iter().map(cell).collect::<Vec<_>>(), 48)
}

/// A new set of a picture's parameters. Its id is the hash of labels and values.
fn founded(parameters: &ParameterList) -> ParameterSet {
    let mut all = parameters.shape().as_bytes().to_vec();
    for value in parameters.values() {
        match value {
            Scalar::Number(number) => {
                all.push(0);
                all.extend(number.to_le_bytes());
            }
            Scalar::Text(text) => {
                all.push(1);
                all.extend((text.len() as u64).to_le_bytes());
                all.extend(text.as_bytes());
            }
        }
    }
    let mut hasher = blake3::Hasher::new();
    hasher.update(&all);
    ParameterSet {
        id: number(&hasher),
        entries: parameters.to_vec(),
    }
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
