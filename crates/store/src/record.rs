//! Recording scanned files: one transaction for a whole batch, whatever became of each file.

mod bodies;
mod decide;
mod fresh;

use std::{borrow::Cow, collections::HashMap};

use domain::{
    id::ImageId,
    inputs::{Input, inputs},
};

pub use self::fresh::Fresh;
use self::{
    bodies::{Bodies, Row, UPSERT_IMAGES, UPSERT_LOCATIONS},
    decide::{Decided, decide},
};
use crate::{
    Result, Store, inputs, parameters, recipes,
    rows::{Recorded, ScannedFile},
    sql::{Tx, args, json},
};

/// Files to record, with what can be worked out before the database is asked. Make it while another
/// batch is being written: only one is at a time.
#[derive(Debug, Clone)]
pub struct Batch {
    files: Vec<ScannedFile>,
    /// The place of the last file with the same path, for each of the files: that one counts.
    last: Vec<usize>,
    /// See [`parameters::shape`], for each of the files.
    shapes: Vec<i64>,
    /// What each of the files was made from.
    inputs: Vec<Vec<Input>>,
    ready: Result<Ready>,
}

#[derive(Debug, Clone)]
struct Ready {
    /// The places of the files that count.
    places: Vec<usize>,
    /// The paths to look up.
    paths: String,
    /// The rows to write if every file is new, with places for keys.
    bodies: Bodies,
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
        let inputs = files.iter().map(|file| inputs(&file.parameters)).collect();
        let last = last(&files);
        let ready = Ready::of(&files, &last);
        Self {
            files,
            last,
            shapes,
            inputs,
            ready,
        }
    }
}

impl Ready {
    fn of(files: &[ScannedFile], last: &[usize]) -> Result<Self> {
        let counts = |place: &usize| last[*place] == *place;
        let places: Vec<usize> = (0..files.len()).filter(counts).collect();
        let row = |&place: &usize| Row {
            place,
            image: place as i64,
            location: place as i64,
        };
        let rows: Vec<Row> = places.iter().map(row).collect();
        Ok(Self {
            paths: decide::paths(files, &places)?,
            bodies: Bodies::of(files, &rows, &rows)?,
            places,
        })
    }
}

/// The place of the last file with the same path, for each of some files.
fn last(files: &[ScannedFile]) -> Vec<usize> {
    fn path(file: &ScannedFile) -> (i64, &str, &str) {
        (file.root, &file.folder, &file.name)
    }
    let places = files.iter().enumerate();
    let by_path: HashMap<_, usize> = places.map(|(place, file)| (path(file), place)).collect();
    files.iter().map(|file| by_path[&path(file)]).collect()
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

/// Records a batch inside a transaction.
pub(crate) async fn record(tx: &mut Tx, batch: Batch) -> Result<Recorded> {
    let Batch {
        files,
        last,
        shapes,
        inputs: made_from,
        ready,
    } = batch;
    let Ready {
        places,
        paths,
        bodies,
    } = ready?;
    tx.lock_library().await?;
    let decided = decide(tx, &files, &places, paths).await?;
    let images = decided.images();
    let (bodies, (image, location)) = match decided.first {
        Some(first) => (bodies, first),
        None => (Bodies::of(&files, &images, &decided.locations())?, (0, 0)),
    };

    let ended = users_of_changed(tx, &decided).await?;
    tx.execute(UPSERT_IMAGES, args![bodies.images, image])
        .await?;
    let replaced = forget(tx, &decided, &images).await?;
    bodies.recipes.write(tx, image).await?;
    let parameters = images
        .iter()
        .map(|row| (row.image, shapes[row.place], &files[row.place].parameters));
    let sets = parameters::insert(tx, &parameters.collect::<Vec<_>>()).await?;
    tx.execute(UPSERT_LOCATIONS, args![bodies.locations, image, location])
        .await?;

    let made_from = images
        .iter()
        .map(|row| (row.image, made_from[row.place].clone()))
        .filter(|(_, inputs)| !inputs.is_empty())
        .collect();
    let roots = roots(tx).await?;
    let links = link(tx, (&files, &roots), &decided, made_from, &replaced).await?;
    let mut touched: Vec<i64> = images.iter().map(|row| row.image).collect();
    let listed = touched.len();
    touched.extend(links.users);
    touched.extend(ended);
    touched.sort_unstable();
    touched.dedup();
    let others = touched.len() > listed;
    let change = if touched.is_empty() {
        tx.number("SELECT n FROM change_clock WHERE id = 1", Vec::new())
            .await?
    } else {
        tx.record_change(&touched, &[]).await?
    };
    let rows = last.iter().map(|place| decided.by_place[place].recorded);
    let rows = rows.collect();
    let fresh = if decided.all_new() && !others {
        Some(Fresh {
            keys: decided.keys(files.len()),
            files,
            roots,
            sets,
            references: links.references,
        })
    } else {
        // Tens of thousands of texts; the next batch need not wait until they are freed.
        tokio::task::spawn_blocking(move || drop(files));
        None
    };
    Ok(Recorded {
        change,
        rows,
        fresh,
    })
}

/// Names of roots by key, and whether they are of inputs.
async fn roots(tx: &mut Tx) -> Result<HashMap<i64, (String, bool)>> {
    let text = "SELECT ROWS[id, name, CASE WHEN role = 'input' THEN 1 ELSE 0 END] FROM roots";
    let roots: Vec<(i64, String, i64)> = tx.list(text, Vec::new()).await?;
    let roots = roots
        .into_iter()
        .map(|(key, name, input)| (key, (name, input != 0)));
    Ok(roots.collect())
}

/// What a batch says about which pictures were made from which.
#[derive(Default)]
struct Links {
    /// What new pictures were made from, by key.
    references: HashMap<i64, Vec<ImageId>>,
    /// Pictures that were made from a file of the batch.
    users: Vec<i64>,
}

/// Writes what pictures were made from, and looks whether files are what others were made from.
async fn link(
    tx: &mut Tx,
    (files, roots): (&[ScannedFile], &HashMap<i64, (String, bool)>),
    decided: &Decided,
    made_from: Vec<(i64, Vec<Input>)>,
    replaced: &Replaced,
) -> Result<Links> {
    let Replaced { known, changed } = replaced;
    let is_known = |image: &i64| known.binary_search(image).is_ok();
    let (old, new): (Vec<_>, Vec<_>) = made_from
        .into_iter()
        .partition(|(image, _)| is_known(image));
    inputs::replace(tx, known, &old, changed).await?;
    inputs::insert(tx, &new).await?;
    let in_inputs = |root: i64| roots.get(&root).is_some_and(|(_, input)| *input);
    let places = decided.by_place.iter();
    let places = places.filter(|(place, _)| in_inputs(files[**place].root));
    let locations: Vec<i64> = places.map(|(_, one)| one.recorded.location).collect();
    let mut links = Links::default();
    if !locations.is_empty() {
        links.users = inputs::link_files(tx, &locations).await?;
    }
    if !new.is_empty() {
        let keys: Vec<i64> = new.iter().map(|(image, _)| *image).collect();
        links.references = inputs::read(tx, &json(&keys)?).await?;
    }
    Ok(links)
}

/// The pictures that were made from one whose bytes are others now.
async fn users_of_changed(tx: &mut Tx, decided: &Decided) -> Result<Vec<i64>> {
    let changed = decided.by_place.values().filter(|one| one.changed);
    let changed: Vec<i64> = changed.map(|one| one.recorded.image).collect();
    inputs::users_of(tx, &changed).await
}

/// Keys of pictures of a batch that were known, in their order.
struct Replaced {
    known: Vec<i64>,
    /// Those of them whose bytes are others now.
    changed: Vec<i64>,
}

/// Removes what was written of known pictures and is written anew, and the kept chunks of those
/// whose bytes are others.
async fn forget(tx: &mut Tx, decided: &Decided, images: &[Row]) -> Result<Replaced> {
    let known = |changed: bool| -> Vec<i64> {
        let all = images.iter().filter(|row| {
            let decision = &decided.by_place[&row.place];
            !decision.recorded.new && (decision.changed || !changed)
        });
        all.map(|row| row.image).collect()
    };
    let (known, changed) = (known(false), known(true));
    recipes::remove(tx, &known).await?;
    if !changed.is_empty() {
        let text = "DELETE FROM image_chunks \
             WHERE image_id IN KEYS($1)";
        tx.execute(text, args![json(&changed)?]).await?;
    }
    Ok(Replaced { known, changed })
}
