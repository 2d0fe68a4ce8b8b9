//! What the index lives on: the facts of all pictures, and the log of what changed.

use std::collections::{BTreeSet, HashMap, HashSet};

use domain::{
    facts::{Facts, Marks},
    id::ImageId,
    image::Format,
    judgement::Judgement,
    overlay::{self, Overlay},
    time::Timestamp,
};
use serde::Deserialize;

use crate::{
    Result, Store, StoreError, edits, inputs,
    judge::{judgement_code, judgements, select_judgements},
    marks, parameters, records,
    rows::Changes,
    sql::{Arg, Tx, args, json},
    steps::Steps,
};

/// The number of the newest change, inside a statement: of the own one once it is counted.
macro_rules! this_change {
    () => {
        "(SELECT n FROM change_clock WHERE id = 1)"
    };
}
pub(crate) use this_change;

/// A change that touches more pictures than this is recorded as "read everything again".
pub(crate) const LISTED: usize = 200_000;

/// The flat part of a row, in the order of its statement.
#[derive(Deserialize)]
struct FlatRow {
    key: i64,
    id: ImageId,
    date: i64,
    added: i64,
    vae: Option<String>,
    tool: String,
    format: String,
    width: u32,
    height: u32,
    seconds: Option<f64>,
    positive: Option<i64>,
    negative: Option<i64>,
    has_workflow: i64,
    unparsed: i64,
    secret: i64,
    primary: usize,
}

#[derive(Deserialize)]
struct PlaceRow {
    image: i64,
    location: i64,
    root: String,
    folder: String,
    name: String,
    size: i64,
    missing: i64,
    input: i64,
}

#[derive(Default, Deserialize)]
struct RunRow {
    image: i64,
    ordinal: usize,
    seed: Option<i64>,
    steps: Option<u32>,
    cfg: Option<f64>,
    sampler: Option<String>,
    scheduler: Option<String>,
}

impl Store {
    /// Number of the newest change of the library; 0 before the first.
    pub async fn change_now(&self) -> Result<i64> {
        let text = "SELECT n FROM change_clock WHERE id = 1";
        self.read_once().await?.number(text, Vec::new()).await
    }

    /// The next `limit` pictures after a key, by key; windows of 5,000 go well.
    pub async fn index_rows(&self, after: i64, limit: u32) -> Result<Vec<Facts>> {
        let mut tx = self.read().await?;
        let keys: Vec<(i64,)> = tx
            .list(
                "SELECT ROWS[id] \
                 FROM (SELECT id FROM images WHERE id > $1 ORDER BY id LIMIT $2) AS page",
                args![after, limit],
            )
            .await?;
        let keys: Vec<i64> = keys.into_iter().map(|(key,)| key).collect();
        feed(&mut tx, &keys).await
    }

    /// The rows of these pictures by key; those that are no more are left out.
    pub async fn index_rows_of(&self, keys: &[i64]) -> Result<Vec<Facts>> {
        let mut tx = self.read().await?;
        feed(&mut tx, keys).await
    }

    /// What changed after change number `n`, which is 0 or one that was told earlier.
    pub async fn changes_since(&self, n: i64) -> Result<Changes> {
        let mut once = self.read_once().await?;
        let news = News::since(&mut once, n).await?;
        if !news.marked {
            return news.changes(n, Marks::default());
        }
        drop(once);
        // What tags and notes are called now takes several statements, which have to see the same state.
        let mut tx = self.read().await?;
        let news = News::since(&mut tx, n).await?;
        let marks = marks::since(&mut tx, n).await?;
        news.changes(n, marks)
    }

    /// Forgets all but the newest `keep` changes; a reader that is further behind rebuilds.
    pub async fn trim_log(&self, keep: u32) -> Result<()> {
        self.write_bulk(move |tx| {
            Box::pin(async move {
                tx.lock_library().await?;
                let text = "UPDATE change_clock SET trimmed = n - $1 \
                     WHERE id = 1 AND n - $1 > trimmed";
                tx.execute(text, args![keep]).await?;
                let text = "DELETE FROM change_log \
                     WHERE n <= (SELECT trimmed FROM change_clock WHERE id = 1)";
                tx.execute(text, Vec::new()).await?;
                Ok(())
            })
        })
        .await
    }
}

/// What happened after a change, by one statement.
struct News {
    /// Number of the newest change.
    upto: i64,
    /// The newest one that the log no longer tells of.
    trimmed: i64,
    /// Kind, touched and removed of each change.
    log: Vec<(String, String, String)>,
    judged: Vec<(i64, Judgement)>,
    /// Whether there is something for [`marks::since`] to tell.
    marked: bool,
}

impl News {
    async fn since(tx: &mut Tx, n: i64) -> Result<Self> {
        // An operation has the number of the change that it is.
        let text = concat!(
            "SELECT c.n, c.trimmed, \
                (SELECT ROWS[l.kind, l.touched, l.removed] FROM change_log AS l WHERE l.n > $1), (",
            select_judgements!(
                "WHERE j.image_id IN \
                    (SELECT r.image_id FROM operations AS o \
                        JOIN revisions AS r ON r.operation_id = o.id \
                        WHERE o.id > $1 AND o.field NOT IN ($2, $3, $4, $5))"
            ),
            "), (SELECT COUNT(*) FROM operations WHERE id > $1 AND field IN ($2, $3, $4, $5)) \
             FROM change_clock AS c WHERE c.id = 1"
        );
        let mut arguments = args![n];
        arguments.extend(marks::FIELDS.map(Arg::from));
        let row: Option<(i64, i64, String, String, i64)> = tx.row(text, arguments).await?;
        let Some((upto, trimmed, log, judged, marked)) = row else {
            return Err(StoreError::NotFound("change clock"));
        };
        Ok(Self {
            upto,
            trimmed,
            log: serde_json::from_str(&log)?,
            judged: judgements(serde_json::from_str(&judged)?),
            marked: marked != 0,
        })
    }

    fn changes(self, n: i64, marks: Marks) -> Result<Changes> {
        let upto = self.upto;
        // A number from the future: the database was restored from a backup.
        if n != upto && (n < self.trimmed || n > upto) {
            return Ok(Changes::Rebuild { upto });
        }
        let mut touched = HashSet::new();
        let mut removed = HashSet::new();
        for (kind, touched_here, removed_here) in self.log {
            if kind == "rebuild" {
                return Ok(Changes::Rebuild { upto });
            }
            touched.extend(serde_json::from_str::<Vec<i64>>(&touched_here)?);
            removed.extend(serde_json::from_str::<Vec<i64>>(&removed_here)?);
        }
        // Keys are never used again, so what was removed once stays removed.
        let touched = sorted(touched.difference(&removed).copied());
        Ok(Changes::Rows {
            upto,
            touched,
            removed: sorted(removed.into_iter()),
            judged: self.judged,
            marks: Box::new(marks),
        })
    }
}

impl Tx {
    /// Ends a change of the library: counts it and tells which pictures it touched and removed. Answers its
    /// number.
    pub(crate) async fn record_change(&mut self, touched: &[i64], removed: &[i64]) -> Result<i64> {
        let mut steps = Steps::default();
        steps.change(touched, removed)?;
        self.run(steps).await?;
        self.number(concat!("SELECT ", this_change!()), Vec::new())
            .await
    }
}

impl Steps {
    /// The same as steps, after which the number is `this_change!()`.
    pub(crate) fn change(&mut self, touched: &[i64], removed: &[i64]) -> Result<()> {
        self.then("UPDATE change_clock SET n = n + 1 WHERE id = 1", Vec::new());
        if touched.is_empty() && removed.is_empty() {
            // What it is is told by an operation with its number.
            return Ok(());
        }
        let listed = touched.len() + removed.len() <= LISTED;
        let (kind, touched, removed) = if listed {
            ("rows", json(touched)?, json(removed)?)
        } else {
            ("rebuild", "[]".to_owned(), "[]".to_owned())
        };
        let text = concat!(
            "INSERT INTO change_log (n, kind, touched, removed) SELECT ",
            this_change!(),
            ", $1, $2, $3"
        );
        self.then(text, args![kind, touched, removed]);
        Ok(())
    }
}

fn sorted(keys: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut keys: Vec<i64> = keys.collect();
    keys.sort_unstable();
    keys
}

/// Reads pictures table by table and puts them together here: far cheaper than nested lists in SQL.
async fn feed(tx: &mut Tx, keys: &[i64]) -> Result<Vec<Facts>> {
    let keys = json(keys)?;
    let flat: Vec<FlatRow> = tx
        .list(
            "SELECT ROWS[i.id, i.uid, i.date_ms, i.added_ms, i.vae, i.tool, i.format, i.width, \
                i.height, i.seconds, i.positive_id, i.negative_id, i.has_workflow, i.unparsed, \
                i.secret, i.primary_sampler] \
             FROM images AS i WHERE i.id IN KEYS($1)",
            args![keys.as_str()],
        )
        .await?;
    let mut rows = Vec::with_capacity(flat.len());
    let mut primary = HashMap::with_capacity(flat.len());
    let texts = texts(tx, &flat).await?;
    for row in flat {
        primary.insert(row.key, row.primary);
        rows.push(facts(row, &texts));
    }
    rows.sort_unstable_by_key(|row| row.key);
    let place: HashMap<i64, usize> = rows
        .iter()
        .enumerate()
        .map(|(place, row)| (row.key, place))
        .collect();

    let told = records::of(tx, &keys).await?;
    for (key, record) in &told {
        if let Some(place) = place.get(key) {
            records::begin_facts(&mut rows[*place], record);
        }
    }
    add_places(tx, &keys, &mut rows, &place).await?;
    let over = edits::over(tx, &keys).await?;
    add_runs(tx, &keys, &mut rows, &place, (&primary, &over)).await?;
    let models = "SELECT ROWS[image_id, ordinal, name] FROM image_models \
         WHERE image_id IN KEYS($1)";
    for (key, name) in names(tx, models, &keys).await? {
        if let Some(place) = place.get(&key) {
            rows[*place].models.push(name);
        }
    }
    add_loras(tx, &keys, &mut rows, &place).await?;
    let judged = select_judgements!("WHERE j.image_id IN KEYS($1)");
    for (key, judgement) in judgements(tx.list(judged, args![keys.as_str()]).await?) {
        if let Some(place) = place.get(&key) {
            rows[*place].judgement = judgement;
        }
    }
    marks::add(tx, &keys, &mut rows, &place).await?;
    for (key, parameters) in parameters::read(tx, &keys).await? {
        if let Some(place) = place.get(&key) {
            rows[*place].parameters = Some(parameters);
        }
    }
    for (key, references) in inputs::read(tx, &keys).await? {
        if let Some(place) = place.get(&key) {
            rows[*place].references = references;
        }
    }
    let mut wider = parameters::Wider::default();
    for (key, over) in &over {
        if let Some(place) = place.get(key) {
            wider.make_room(&mut rows[*place].parameters, over);
            overlay::lay_over_facts(&mut rows[*place], over);
        }
    }
    for (key, record) in &told {
        if let Some(place) = place.get(key) {
            records::end_facts(&mut rows[*place], record);
        }
    }
    Ok(rows)
}

/// The prompts of some pictures by their id. Pictures of one session share them, and each is read
/// once.
async fn texts(tx: &mut Tx, flat: &[FlatRow]) -> Result<HashMap<i64, String>> {
    let ids: BTreeSet<i64> = flat
        .iter()
        .flat_map(|row| [row.positive, row.negative])
        .flatten()
        .collect();
    let text = "SELECT ROWS[id, body] FROM texts WHERE id IN KEYS($1)";
    let rows: Vec<(i64, String)> = tx.list(text, args![json(&ids)?]).await?;
    Ok(rows.into_iter().collect())
}

fn facts(row: FlatRow, texts: &HashMap<i64, String>) -> Facts {
    let text = |id: Option<i64>| id.and_then(|id| texts.get(&id).cloned());
    Facts {
        key: row.key,
        id: row.id,
        date: Timestamp(row.date),
        added: Timestamp(row.added),
        vae: row.vae,
        tool: row.tool,
        format: Format::from_word(&row.format).unwrap_or(Format::Png),
        width: row.width,
        height: row.height,
        seconds: row.seconds.map(|seconds| seconds.round() as u32),
        positive: text(row.positive).unwrap_or_default(),
        negative: text(row.negative).unwrap_or_default(),
        has_workflow: row.has_workflow != 0,
        unparsed: row.unparsed != 0,
        secret: row.secret != 0,
        missing: true,
        ..Facts::default()
    }
}

/// Where the pictures are: in the first file that is there, else in the first that is gone. One that lies anywhere
/// outside the folders of inputs is no reference image.
async fn add_places(
    tx: &mut Tx,
    keys: &str,
    rows: &mut [Facts],
    place: &HashMap<i64, usize>,
) -> Result<()> {
    let mut places: Vec<PlaceRow> = tx
        .list(
            "SELECT ROWS[l.image_id, l.id, r.name, l.folder, l.name, l.size, \
                CASE WHEN l.missing_since_ms IS NULL THEN 0 ELSE 1 END, \
                CASE WHEN r.role = 'input' THEN 1 ELSE 0 END] \
             FROM locations AS l JOIN roots AS r ON r.id = l.root_id \
             WHERE l.image_id IN KEYS($1)",
            args![keys],
        )
        .await?;
    // Last wins below, so the best comes last.
    places.sort_unstable_by_key(|row| std::cmp::Reverse((row.image, row.missing, row.location)));
    let mut before = None;
    for found in places {
        if let Some(place) = place.get(&found.image) {
            let row = &mut rows[*place];
            row.input = found.input != 0 && (row.input || before != Some(found.image));
            before = Some(found.image);
            row.folder = found.root;
            if !found.folder.is_empty() {
                row.folder.push('/');
                row.folder.push_str(&found.folder);
            }
            row.name = found.name;
            row.bytes = found.size.cast_unsigned();
            row.missing = found.missing != 0;
        }
    }
    Ok(())
}

async fn add_runs(
    tx: &mut Tx,
    keys: &str,
    rows: &mut [Facts],
    place: &HashMap<i64, usize>,
    (primary, over): (&HashMap<i64, usize>, &HashMap<i64, Vec<Overlay>>),
) -> Result<()> {
    let mut runs: Vec<RunRow> = tx
        .list(
            "SELECT ROWS[image_id, ordinal, seed, steps, cfg, sampler, scheduler] FROM samplers \
             WHERE image_id IN KEYS($1)",
            args![keys],
        )
        .await?;
    lay_over_runs(&mut runs, primary, over);
    runs.sort_unstable_by_key(|run| (run.image, run.ordinal));
    for run in runs {
        let Some(place) = place.get(&run.image) else {
            continue;
        };
        let row = &mut rows[*place];
        if primary.get(&run.image) == Some(&run.ordinal) {
            (row.steps, row.cfg) = (run.steps, run.cfg);
        }
        push_once(&mut row.seeds, run.seed.map(i64::cast_unsigned));
        push_once(&mut row.samplers, run.sampler);
        push_once(&mut row.schedulers, run.scheduler);
    }
    Ok(())
}

/// Edited values of a run are those of the primary one; a picture that has none gets one.
fn lay_over_runs(
    runs: &mut Vec<RunRow>,
    primary: &HashMap<i64, usize>,
    over: &HashMap<i64, Vec<Overlay>>,
) {
    for (image, over) in over {
        let Some(edited) = edits::over_run(over) else {
            continue;
        };
        let ordinal = primary.get(image).copied().unwrap_or_default();
        let same = |run: &RunRow| run.image == *image && run.ordinal == ordinal;
        let at = runs.iter().position(same).unwrap_or_else(|| {
            runs.push(RunRow {
                image: *image,
                ordinal,
                ..RunRow::default()
            });
            runs.len() - 1
        });
        let run = &mut runs[at];
        run.seed = edited.seed.map(u64::cast_signed).or(run.seed);
        run.steps = edited.steps.or(run.steps);
        run.cfg = edited.cfg.or(run.cfg);
        run.sampler = edited.sampler.or(run.sampler.take());
        run.scheduler = edited.scheduler.or(run.scheduler.take());
    }
}

async fn add_loras(
    tx: &mut Tx,
    keys: &str,
    rows: &mut [Facts],
    place: &HashMap<i64, usize>,
) -> Result<()> {
    let mut loras: Vec<(i64, usize, String, Option<f64>)> = tx
        .list(
            "SELECT ROWS[image_id, ordinal, name, weight] FROM image_loras \
             WHERE image_id IN KEYS($1)",
            args![keys],
        )
        .await?;
    loras.sort_unstable_by_key(|(key, ordinal, ..)| (*key, *ordinal));
    for (key, _, name, weight) in loras {
        if let Some(place) = place.get(&key) {
            rows[*place].loras.push(name);
            rows[*place].lora_weights.push(weight);
        }
    }
    Ok(())
}

pub(crate) fn push_once<T: PartialEq>(list: &mut Vec<T>, value: Option<T>) {
    if let Some(value) = value
        && !list.contains(&value)
    {
        list.push(value);
    }
}

/// Names that belong to pictures, in their order.
async fn names(tx: &mut Tx, text: &str, keys: &str) -> Result<Vec<(i64, String)>> {
    let mut found: Vec<(i64, usize, String)> = tx.list(text, args![keys]).await?;
    found.sort_unstable_by_key(|(key, ordinal, _)| (*key, *ordinal));
    Ok(found
        .into_iter()
        .map(|(key, _, name)| (key, name))
        .collect())
}
