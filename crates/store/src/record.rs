//! Recording scanned files: one transaction for a whole batch, whatever became of each file.

mod bodies;
mod decide;
mod fresh;

use std::{borrow::Cow, collections::HashMap};

pub use self::fresh::Fresh;
use self::{
    bodies::{Bodies, Row, UPSERT_IMAGES, UPSERT_LOCATIONS},
    decide::{Decided, decide},
};
use crate::{
    Result, Store, parameters, recipes,
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
        let last = last(&files);
        let ready = Ready::of(&files, &last);
        Self {
            files,
            last,
            shapes,
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

    tx.execute(UPSERT_IMAGES, args![bodies.images, image])
        .await?;
    forget(tx, &decided, &images).await?;
    bodies.recipes.write(tx, image).await?;
    let parameters = images
        .iter()
        .map(|row| (row.image, shapes[row.place], &files[row.place].parameters));
    let sets = parameters::insert(tx, &parameters.collect::<Vec<_>>()).await?;
    tx.execute(UPSERT_LOCATIONS, args![bodies.locations, image, location])
        .await?;

    let touched: Vec<i64> = images.iter().map(|row| row.image).collect();
    let change = if touched.is_empty() {
        tx.number("SELECT n FROM change_clock WHERE id = 1", Vec::new())
            .await?
    } else {
        tx.record_change(&touched, &[]).await?
    };
    let rows = last.iter().map(|place| decided.by_place[place].recorded);
    let rows = rows.collect();
    let fresh = if decided.all_new() {
        let roots: Vec<(i64, String)> = tx
            .list("SELECT ROWS[id, name] FROM roots", Vec::new())
            .await?;
        Some(Fresh {
            keys: decided.keys(files.len()),
            files,
            roots: roots.into_iter().collect(),
            sets,
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

/// Removes what was written of known pictures and is written anew, and the kept chunks of those
/// whose bytes are others.
async fn forget(tx: &mut Tx, decided: &Decided, images: &[Row]) -> Result<()> {
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
    Ok(())
}
