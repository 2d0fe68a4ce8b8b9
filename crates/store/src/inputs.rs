//! Which pictures were made from which: what recipes load, and what that is.
//!
//! A name is looked up once, among the files of folders of inputs: when its recipe is recorded, when a file of that
//! name is, or when a folder becomes one of inputs. As soon as the bytes of what was found are known, they alone
//! count: a picture with the same bytes is the same input, whatever its name, and one that has other bytes by now is
//! not it any more.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use domain::{
    id::{ImageId, RootId},
    inputs::{Input, inputs},
    parameter::ParameterList,
};
use serde::Serialize;

use crate::{
    Result, Store,
    rows::{ReferenceRow, ReferencedRow, References},
    sql::{Tx, args, json, json_rows},
};

/// A row as it is written.
#[derive(Serialize)]
struct Body<'a> {
    image: i64,
    folder: &'a str,
    name: &'a str,
    input: Option<i64>,
    hash: Option<&'a str>,
}

#[derive(Serialize)]
struct HashBody<'a> {
    hash: &'a str,
}

/// Who loads, folder and name, and what is known of that.
type KnownRow = (i64, String, String, Option<i64>, Option<String>);

/// What is known of one input: the picture that was found, and its bytes.
type Found = (Option<i64>, Option<String>);

/// Who loads, folder and name, whether the file of that name is gone, its place, the picture and its bytes.
type FileRow = (i64, String, String, i64, i64, i64, Option<String>);

/// Asks which names that recipes load are files of folders of inputs.
macro_rules! find {
    ($filter:literal) => {
        concat!(
            "SELECT ROWS[n.image_id, n.folder, n.name, \
                CASE WHEN l.missing_since_ms IS NULL THEN 0 ELSE 1 END, l.id, l.image_id, i.content_hash] \
             FROM image_inputs AS n \
             JOIN locations AS l ON l.name = n.name AND l.folder = n.folder \
             JOIN roots AS r ON r.id = l.root_id AND r.role = 'input' \
             JOIN images AS i ON i.id = l.image_id \
             WHERE n.input_id IS NULL AND n.content_hash IS NULL AND ",
            $filter
        )
    };
}

impl Store {
    /// What the recipe of a picture loads, in the order of the names, and whether other recipes load the picture.
    pub async fn references(&self, id: ImageId) -> Result<References> {
        let mut tx = self.read().await?;
        let text = "SELECT i.id, CAST(CASE WHEN EXISTS (SELECT 1 FROM image_inputs AS n \
                    WHERE n.content_hash = i.content_hash) \
                OR EXISTS (SELECT 1 FROM image_inputs AS n WHERE n.input_id = i.id AND n.content_hash IS NULL) \
                THEN 1 ELSE 0 END AS BIGINT) \
             FROM images AS i WHERE i.uid = $1";
        let found: Option<(i64, i64)> = tx.row(text, args![id.to_string()]).await?;
        let Some((image, used)) = found else {
            return Ok(References::default());
        };
        let loaded = loaded(&mut tx, image).await?;
        Ok(References {
            loaded,
            used: used != 0,
        })
    }
}

/// What the recipe of a picture loads.
async fn loaded(tx: &mut Tx, image: i64) -> Result<Vec<ReferenceRow>> {
    let rows = known(tx, &json(&[image])?).await?;
    let pictures = Pictures::of(tx, &rows).await?;
    let inside = only_inputs(tx, &pictures).await?;
    let mut references: Vec<ReferenceRow> = rows
        .into_iter()
        .map(|row| {
            let own = pictures.that_are(&row).map(|(key, _)| ReferencedRow {
                key,
                input: inside.contains(&key),
            });
            let mut own: Vec<ReferencedRow> = own.collect();
            own.sort_unstable_by_key(|one| (!one.input, one.key));
            let (_, folder, name, ..) = row;
            ReferenceRow {
                folder,
                name,
                pictures: own,
            }
        })
        .collect();
    references.sort_unstable_by(|a, b| (&a.folder, &a.name).cmp(&(&b.folder, &b.name)));
    Ok(references)
}

/// Those of some pictures that lie only in folders of inputs.
async fn only_inputs(tx: &mut Tx, pictures: &Pictures) -> Result<HashSet<i64>> {
    let keys = pictures.keys();
    if keys.is_empty() {
        return Ok(HashSet::new());
    }
    let inside: Vec<(i64,)> = tx
        .list(
            "SELECT ROWS[image_id] FROM (SELECT l.image_id AS image_id \
             FROM locations AS l JOIN roots AS r ON r.id = l.root_id \
             WHERE l.image_id IN KEYS($1) GROUP BY l.image_id \
             HAVING MIN(CASE WHEN r.role = 'input' THEN 1 ELSE 0 END) = 1) AS inside",
            args![json(&keys)?],
        )
        .await?;
    Ok(inside.into_iter().map(|(image,)| image).collect())
}

/// What is known of the inputs of pictures; `images` is a list of keys.
async fn known(tx: &mut Tx, images: &str) -> Result<Vec<KnownRow>> {
    let text = "SELECT ROWS[image_id, folder, name, input_id, content_hash] FROM image_inputs \
         WHERE image_id IN KEYS($1)";
    tx.list(text, args![images]).await
}

/// Pictures that are inputs, with their ids.
#[derive(Default)]
struct Pictures {
    by_hash: HashMap<String, Vec<(i64, ImageId)>>,
    /// Those of which the bytes are not known.
    by_key: HashMap<i64, ImageId>,
}

impl Pictures {
    /// The pictures that some inputs are.
    async fn of(tx: &mut Tx, rows: &[KnownRow]) -> Result<Self> {
        let mut pictures = Self::default();
        let hashes = rows.iter().filter_map(|row| row.4.as_deref());
        let hashes: BTreeSet<&str> = hashes.collect();
        if !hashes.is_empty() {
            let text = "SELECT ROWS[i.content_hash, i.id, i.uid] \
                 FROM EACH($1) CROSS JOIN images AS i WHERE i.content_hash = item.value ->> 'hash'";
            let found: Vec<(String, i64, ImageId)> =
                tx.list(text, args![hash_list(hashes)?]).await?;
            for (hash, key, id) in found {
                pictures.by_hash.entry(hash).or_default().push((key, id));
            }
        }
        let unread = rows.iter().filter(|row| row.4.is_none());
        let unread: BTreeSet<i64> = unread.filter_map(|row| row.3).collect();
        if !unread.is_empty() {
            let text = "SELECT ROWS[id, uid] FROM images WHERE id IN KEYS($1)";
            let found: Vec<(i64, ImageId)> = tx.list(text, args![json(&unread)?]).await?;
            pictures.by_key.extend(found);
        }
        Ok(pictures)
    }

    fn keys(&self) -> BTreeSet<i64> {
        let by_hash = self.by_hash.values().flatten().map(|(key, _)| *key);
        by_hash.chain(self.by_key.keys().copied()).collect()
    }

    /// The pictures that an input is, but for the one whose recipe loads it.
    fn that_are(&self, row: &KnownRow) -> impl Iterator<Item = (i64, ImageId)> {
        let (image, _, _, input, hash) = row;
        let image = *image;
        let same = hash.as_ref().and_then(|hash| self.by_hash.get(hash));
        let named = input.filter(|_| hash.is_none());
        let named = named.and_then(|key| Some((key, *self.by_key.get(&key)?)));
        let all = same.into_iter().flatten().copied().chain(named);
        all.filter(move |(key, _)| *key != image)
    }
}

/// The pictures that pictures were made from, by key of the latter; those made from none are left out.
pub(crate) async fn read(tx: &mut Tx, images: &str) -> Result<HashMap<i64, Vec<ImageId>>> {
    let rows = known(tx, images).await?;
    let pictures = Pictures::of(tx, &rows).await?;
    let mut all: HashMap<i64, Vec<ImageId>> = HashMap::new();
    for row in &rows {
        let mut found = pictures.that_are(row).map(|(_, id)| id).peekable();
        if found.peek().is_some() {
            all.entry(row.0).or_default().extend(found);
        }
    }
    for ids in all.values_mut() {
        ids.sort_unstable();
        ids.dedup();
    }
    Ok(all)
}

/// Which of some pictures begin from which files; pictures that begin from none are left out.
pub(crate) fn of<'a>(
    made: impl Iterator<Item = (i64, &'a ParameterList)>,
) -> Vec<(i64, Vec<Input>)> {
    made.map(|(image, parameters)| (image, inputs(parameters)))
        .filter(|(_, inputs)| !inputs.is_empty())
        .collect()
}

/// Writes the inputs of pictures that are new to the database.
pub(crate) async fn insert(tx: &mut Tx, made: &[(i64, Vec<Input>)]) -> Result<()> {
    if made.is_empty() {
        return Ok(());
    }
    let bodies: Vec<Body<'_>> = made
        .iter()
        .flat_map(|(image, inputs)| inputs.iter().map(|input| body(*image, input, None)))
        .collect();
    write(tx, &bodies).await?;
    let images: Vec<i64> = made.iter().map(|(image, _)| *image).collect();
    look(tx, &images).await
}

/// Replaces the inputs of pictures whose recipes were read again. What is known of a name that stays is kept, unless
/// the picture is one of `changed`, in ascending order, whose file is another one. Tells of which anything changed.
pub(crate) async fn replace(
    tx: &mut Tx,
    images: &[i64],
    made: &[(i64, Vec<Input>)],
    changed: &[i64],
) -> Result<Vec<i64>> {
    if images.is_empty() {
        return Ok(Vec::new());
    }
    let mut before: HashMap<i64, BTreeMap<Input, Found>> = HashMap::new();
    for (image, folder, name, input, hash) in known(tx, &json(images)?).await? {
        let own = before.entry(image).or_default();
        own.insert(Input { folder, name }, (input, hash));
    }
    let made: HashMap<i64, &Vec<Input>> = made.iter().map(|(image, all)| (*image, all)).collect();
    let nothing = Vec::new();
    let mut stale = Vec::new();
    let mut bodies = Vec::new();
    let none = BTreeMap::new();
    for image in images {
        let had = before.get(image).unwrap_or(&none);
        let now = *made.get(image).unwrap_or(&&nothing);
        let is_other = changed.binary_search(image).is_ok();
        let same = now.len() == had.len() && now.iter().all(|input| had.contains_key(input));
        if same && (!is_other || had.is_empty()) {
            continue;
        }
        stale.push(*image);
        for input in now {
            let found = had.get(input).filter(|_| !is_other);
            bodies.push(body(*image, input, found));
        }
    }
    if stale.is_empty() {
        return Ok(stale);
    }
    let text = "DELETE FROM image_inputs WHERE image_id IN KEYS($1)";
    tx.execute(text, args![json(&stale)?]).await?;
    write(tx, &bodies).await?;
    look(tx, &stale).await?;
    Ok(stale)
}

fn body<'a>(image: i64, input: &'a Input, found: Option<&'a Found>) -> Body<'a> {
    Body {
        image,
        folder: &input.folder,
        name: &input.name,
        input: found.and_then(|(input, _)| *input),
        hash: found.and_then(|(_, hash)| hash.as_deref()),
    }
}

async fn write(tx: &mut Tx, bodies: &[Body<'_>]) -> Result<()> {
    if bodies.is_empty() {
        return Ok(());
    }
    tx.execute(
        "INSERT INTO image_inputs (image_id, folder, name, input_id, content_hash) \
         SELECT CAST(item.value ->> 'image' AS BIGINT), item.value ->> 'folder', \
            item.value ->> 'name', CAST(item.value ->> 'input' AS BIGINT), item.value ->> 'hash' \
         FROM EACH($1)",
        args![json_rows(bodies, 128)?],
    )
    .await
    .map(|_| ())
}

/// Looks whether files that were just recorded in folders of inputs are what recipes load. Tells the pictures whose
/// recipes do.
pub(crate) async fn link_files(tx: &mut Tx, locations: &[i64]) -> Result<Vec<i64>> {
    let found = tx
        .list(find!("l.id IN KEYS($1)"), args![json(locations)?])
        .await?;
    link(tx, found).await
}

/// The same for all files of pictures that were moved.
pub(crate) async fn link_images(tx: &mut Tx, images: &[i64]) -> Result<Vec<i64>> {
    if images.is_empty() {
        return Ok(Vec::new());
    }
    let found = tx
        .list(find!("l.image_id IN KEYS($1)"), args![json(images)?])
        .await?;
    link(tx, found).await
}

/// The same for all files of a root, if it is one of inputs.
pub(crate) async fn link_root(tx: &mut Tx, root: RootId) -> Result<Vec<i64>> {
    let found = tx
        .list(find!("r.uid = $1"), args![root.to_string()])
        .await?;
    link(tx, found).await
}

/// Notes what was found; of several files with a name one that is there, and of those the one that was recorded
/// first.
async fn link(tx: &mut Tx, mut found: Vec<FileRow>) -> Result<Vec<i64>> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    found.sort_unstable();
    found.dedup_by(|later, first| (later.0, &later.1, &later.2) == (first.0, &first.1, &first.2));
    let bodies: Vec<Body<'_>> = found
        .iter()
        .map(|(image, folder, name, .., input, hash)| Body {
            image: *image,
            folder,
            name,
            input: Some(*input),
            hash: hash.as_deref(),
        })
        .collect();
    tx.execute(
        "UPDATE image_inputs SET input_id = CAST(item.value ->> 'input' AS BIGINT), \
            content_hash = item.value ->> 'hash' \
         FROM EACH($1) WHERE image_inputs.image_id = CAST(item.value ->> 'image' AS BIGINT) \
            AND image_inputs.folder = item.value ->> 'folder' \
            AND image_inputs.name = item.value ->> 'name'",
        args![json_rows(&bodies, 160)?],
    )
    .await?;
    let users: BTreeSet<i64> = found.iter().map(|one| one.0).collect();
    Ok(users.into_iter().collect())
}

/// Notes the bytes of pictures that were just read whole, with the hashes that they had before. Tells which pictures
/// were made from one of them, or from one that had these bytes.
pub(crate) async fn learn(tx: &mut Tx, images: &str, hashes: &[String]) -> Result<Vec<i64>> {
    tx.execute(
        "UPDATE image_inputs SET content_hash = (SELECT i.content_hash FROM images AS i \
            WHERE i.id = image_inputs.input_id) \
         WHERE input_id IN KEYS($1) AND content_hash IS NULL",
        args![images],
    )
    .await?;
    users(tx, hashes).await
}

/// The pictures that were made from these, in ascending order.
pub(crate) async fn users_of(tx: &mut Tx, images: &[i64]) -> Result<Vec<i64>> {
    if images.is_empty() {
        return Ok(Vec::new());
    }
    let text = "SELECT ROWS[image_id] FROM (SELECT n.image_id AS image_id \
            FROM images AS i CROSS JOIN image_inputs AS n \
            WHERE i.id IN KEYS($1) AND n.content_hash = i.content_hash \
         UNION SELECT n.image_id AS image_id FROM image_inputs AS n \
            WHERE n.input_id IN KEYS($1) AND n.content_hash IS NULL) AS users";
    let users: Vec<(i64,)> = tx.list(text, args![json(images)?]).await?;
    let mut users: Vec<i64> = users.into_iter().map(|(image,)| image).collect();
    users.sort_unstable();
    Ok(users)
}

/// Notes that pictures are about to go away. Tells the pictures that were made from them and stay, in ascending
/// order; they may [`look`] again for what they knew by its name alone, once those are gone.
pub(crate) async fn lose(tx: &mut Tx, gone: &[i64]) -> Result<Vec<i64>> {
    let mut users = users_of(tx, gone).await?;
    if users.is_empty() {
        return Ok(users);
    }
    let text = "UPDATE image_inputs SET input_id = NULL \
         WHERE input_id IN KEYS($1) AND content_hash IS NULL";
    tx.execute(text, args![json(gone)?]).await?;
    let gone: HashSet<i64> = gone.iter().copied().collect();
    users.retain(|user| !gone.contains(user));
    Ok(users)
}

/// Looks for the files that pictures begin from, as far as they are not known.
pub(crate) async fn look(tx: &mut Tx, images: &[i64]) -> Result<()> {
    if images.is_empty() {
        return Ok(());
    }
    let found = tx
        .list(find!("n.image_id IN KEYS($1)"), args![json(images)?])
        .await?;
    link(tx, found).await.map(|_| ())
}

/// The pictures that were made from bytes with one of these hashes.
async fn users(tx: &mut Tx, hashes: &[String]) -> Result<Vec<i64>> {
    let users: Vec<(i64,)> = tx
        .list(
            "SELECT ROWS[image_id] FROM (SELECT DISTINCT n.image_id AS image_id \
             FROM EACH($1) CROSS JOIN image_inputs AS n \
             WHERE n.content_hash = item.value ->> 'hash') AS users",
            args![hash_list(hashes.iter().map(String::as_str))?],
        )
        .await?;
    let mut users: Vec<i64> = users.into_iter().map(|(image,)| image).collect();
    users.sort_unstable();
    Ok(users)
}

/// Hashes as statements take them.
fn hash_list<'a>(hashes: impl IntoIterator<Item = &'a str>) -> Result<String> {
    let hashes = hashes.into_iter().map(|hash| HashBody { hash });
    json_rows(&hashes.collect::<Vec<_>>(), 80)
}
