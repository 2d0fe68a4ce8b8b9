//! Judging pictures, and taking that back.
//!
//! A judgement is a row of small numbers. Whatever somebody sets, of one picture or of all, is one
//! operation: a transaction that notes the old and the new number of each picture it changes. It is a
//! change of the library with the same number, by which readers find what is new to them.

pub(crate) mod again;
mod past;

use domain::{
    id::OperationId,
    judgement::{Aspect, Done, Edit, Judgement, Label, MOST_STARS, Verdict},
    time::Timestamp,
};

use crate::{
    Result, Store, StoreError, duels, edits,
    feed::this_change,
    moves, notes,
    rows::Author,
    sets,
    sql::{Tx, args, json},
    steps::Steps,
    tags,
};

/// Whoever waits for a change of more pictures than this lets smaller ones go first.
pub(crate) const MANY: usize = 10_000;

/// The word of an aspect in `operations`: its column, where it is a part of a judgement.
pub(crate) fn column(aspect: Aspect) -> &'static str {
    match aspect {
        Aspect::Verdict => "verdict",
        Aspect::Rating => "rating",
        Aspect::Favourite => "favourite",
        Aspect::Label => "label",
        Aspect::Hidden => "hidden",
        Aspect::Trash => "trashed_ms",
        Aspect::Tag => tags::FIELD,
        Aspect::Note => notes::FIELD,
        Aspect::Set => sets::FIELD,
        Aspect::Field => edits::FIELD,
        Aspect::Duel => duels::FIELD,
        Aspect::Place => moves::FIELD,
    }
}

fn aspect(column: &str) -> Result<Aspect> {
    Ok(match column {
        "verdict" => Aspect::Verdict,
        "rating" => Aspect::Rating,
        "favourite" => Aspect::Favourite,
        "label" => Aspect::Label,
        "hidden" => Aspect::Hidden,
        "trashed_ms" => Aspect::Trash,
        tags::FIELD => Aspect::Tag,
        notes::FIELD => Aspect::Note,
        sets::FIELD => Aspect::Set,
        edits::FIELD => Aspect::Field,
        duels::FIELD => Aspect::Duel,
        moves::FIELD => Aspect::Place,
        _ => return Err(StoreError::NotFound("kind of operation")),
    })
}

/// The number of what is set.
fn code(edit: Edit, now: Timestamp) -> i64 {
    match edit {
        Edit::Verdict(verdict) => verdict as i64,
        Edit::Rating(stars) => stars.min(MOST_STARS).into(),
        Edit::Favourite(on) | Edit::Hidden(on) => on.into(),
        Edit::Label(label) => label.map_or(0, |label| label as i64 + 1),
        Edit::Trash(on) => i64::from(on) * now.0.max(1),
    }
}

/// What a number means; `None` where it is no part of a judgement. One that only a newer program knows
/// counts as none.
fn edit(aspect: Aspect, code: i64) -> Option<Edit> {
    let at = usize::try_from(code).unwrap_or(0);
    Some(match aspect {
        Aspect::Verdict => Edit::Verdict(Verdict::ALL.get(at).copied().unwrap_or_default()),
        Aspect::Rating => Edit::Rating(u8::try_from(code).unwrap_or(0)),
        Aspect::Favourite => Edit::Favourite(code != 0),
        Aspect::Label => Edit::Label(at.checked_sub(1).and_then(|at| Label::ALL.get(at).copied())),
        Aspect::Hidden => Edit::Hidden(code != 0),
        Aspect::Trash => Edit::Trash(code != 0),
        Aspect::Tag | Aspect::Note | Aspect::Set | Aspect::Field | Aspect::Duel | Aspect::Place => {
            return None;
        }
    })
}

/// A judgement as one number: the columns of a row of `judgements` side by side, a few bits each. See
/// [`judgement`].
macro_rules! judgement_code {
    ($row:literal) => {
        concat!(
            $row,
            ".verdict + 4 * ",
            $row,
            ".rating + 32 * ",
            $row,
            ".label + 256 * ",
            $row,
            ".favourite + 512 * ",
            $row,
            ".hidden + 1024 * CASE WHEN ",
            $row,
            ".trashed_ms = 0 THEN 0 ELSE 1 END"
        )
    };
}
pub(crate) use judgement_code;

/// A statement that reads judgements for [`judgements`].
macro_rules! select_judgements {
    ($filter:literal) => {
        concat!(
            "SELECT ROWS[j.image_id, ",
            judgement_code!("j"),
            "] FROM judgements AS j ",
            $filter
        )
    };
}
pub(crate) use select_judgements;

/// What a number of `judgement_code!` means. Parts that only a newer program knows count as none.
pub(crate) fn judgement(code: i64) -> Judgement {
    let bits = |from: u32, mask: i64| (code >> from & mask) as usize;
    Judgement {
        verdict: Verdict::ALL.get(bits(0, 3)).copied().unwrap_or_default(),
        rating: bits(2, 7) as u8,
        label: bits(5, 7)
            .checked_sub(1)
            .and_then(|at| Label::ALL.get(at).copied()),
        favourite: bits(8, 1) != 0,
        hidden: bits(9, 1) != 0,
        trashed: bits(10, 1) != 0,
    }
}

impl Store {
    /// What is thought of pictures, by key; those of which nothing was ever said are left out.
    pub async fn judgements_of(&self, keys: &[i64]) -> Result<Vec<(i64, Judgement)>> {
        let text = select_judgements!("WHERE j.image_id IN KEYS($1)");
        let mut tx = self.read_once().await?;
        Ok(judgements(tx.list(text, args![json(keys)?]).await?))
    }

    /// Sets one thing of pictures, as one operation. Those that are so already are left alone, and keys
    /// of pictures that are no more are passed over.
    pub async fn judge(&self, author: Author, keys: Vec<i64>, edit: Edit) -> Result<Done> {
        self.judge_late(author, vec![(keys, edit)], Vec::new())
            .await
    }

    /// Sets several things of several pictures as one operation, all of the same aspect. What was `seen` of
    /// some when that was decided is compared first: those that are neither that nor what is set are left as
    /// they are, and counted.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the author's operation is known as something else. Known as the same it
    /// is not done again, and answered as it was.
    pub async fn judge_late(
        &self,
        author: Author,
        parts: Vec<(Vec<i64>, Edit)>,
        seen: Vec<(i64, Edit)>,
    ) -> Result<Done> {
        let many = parts.iter().any(|(keys, _)| keys.len() > MANY);
        if many {
            self.write_bulk(move |tx| {
                Box::pin(async move { judge(tx, &author, &parts, &seen).await })
            })
            .await
        } else {
            self.write(move |tx| Box::pin(async move { judge(tx, &author, &parts, &seen).await }))
                .await
        }
    }

    /// Takes an operation back, as an operation of its own that can be taken back too. Pictures that
    /// somebody changed since are left as they are, and counted. Under an id under which that was done it is
    /// not done again.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the operation is not known, or no longer; [`StoreError::Conflict`] when
    /// the author's is known as something else, or it moved files: see [`Store::past_move`].
    pub async fn undo(&self, author: Author, operation: OperationId) -> Result<Done> {
        self.write_bulk(move |tx| Box::pin(async move { undo(tx, &author, operation).await }))
            .await
    }

    /// Forgets what was done before a moment: it can no longer be taken back. What is thought of the
    /// pictures stays. Tells how many operations that were.
    pub async fn forget_operations(&self, before: Timestamp) -> Result<u64> {
        self.write_bulk(move |tx| {
            Box::pin(async move {
                let text = "DELETE FROM operations WHERE at_ms < $1";
                let forgotten = tx.execute(text, args![before.0]).await?;
                tags::forget(tx).await?;
                notes::forget(tx).await?;
                sets::forget(tx).await?;
                edits::forget(tx).await?;
                duels::forget(tx).await?;
                moves::forget(tx).await?;
                Ok(forgotten)
            })
        })
        .await
    }
}

/// What the rows of a statement of `select_judgements!` mean, by key.
pub(crate) fn judgements(rows: Vec<(i64, i64)>) -> Vec<(i64, Judgement)> {
    let rows = rows.into_iter().map(|(key, code)| (key, judgement(code)));
    let mut found: Vec<(i64, Judgement)> = rows.collect();
    found.sort_unstable_by_key(|(key, _)| *key);
    found
}

async fn judge(
    tx: &mut Tx,
    author: &Author,
    parts: &[(Vec<i64>, Edit)],
    seen: &[(i64, Edit)],
) -> Result<Done> {
    tx.lock_library().await?;
    let mut changing = Vec::new();
    let mut conflicts = 0;
    for (keys, edit) in parts {
        let mut touched = touched(tx, author, keys, *edit).await?;
        let before = touched.len();
        again::leave_changed(tx, &mut touched, *edit, seen).await?;
        conflicts += before - touched.len();
        if !touched.is_empty() {
            changing.push((touched, *edit));
        }
    }
    // Nothing is touched either when this was done before.
    if changing.is_empty()
        && let Some(done) = again::judged(tx, author, parts, seen).await?
    {
        return Ok(done);
    }
    let Some((_, first)) = changing.first() else {
        return Ok(nothing(conflicts));
    };
    let column = column(first.aspect());
    let count = changing.iter().map(|(touched, _)| touched.len()).sum();
    let set = Noted {
        field: column,
        code: (parts.len() == 1).then(|| code(*first, author.at)),
        undoes: None,
    };
    let mut steps = Steps::default();
    steps.change(&[], &[])?;
    steps.operation(author, count, &set);
    for (touched, edit) in &changing {
        let (keys, code) = (json(touched)?, code(*edit, author.at));
        let text = format!(
            "INSERT INTO revisions (operation_id, image_id, old, new) \
             SELECT {}, i.id, COALESCE(j.{column}, 0), CAST($2 AS BIGINT) \
             FROM images AS i LEFT JOIN judgements AS j ON j.image_id = i.id \
             WHERE i.id IN KEYS($1)",
            this_change!()
        );
        steps.then(text, args![keys.as_str(), code]);
        let text = format!(
            "INSERT INTO judgements (image_id, {column}) \
             SELECT id, CAST($2 AS BIGINT) FROM images WHERE id IN KEYS($1) \
             ON CONFLICT (image_id) DO UPDATE SET {column} = excluded.{column}"
        );
        steps.then(text, args![keys, code]);
    }
    tx.run(steps).await?;
    Ok(done(author, count, conflicts))
}

/// Those of some pictures of which this is not so yet; none when the operation is known already. One without
/// a row is as it came.
async fn touched(tx: &mut Tx, author: &Author, keys: &[i64], edit: Edit) -> Result<Vec<i64>> {
    let (column, code) = (column(edit.aspect()), code(edit, author.at));
    // What is in the trash already is there since then.
    let differs = match edit {
        Edit::Trash(_) => format!("(COALESCE(j.{column}, 0) = 0) <> ($2 = 0)"),
        _ => format!("COALESCE(j.{column}, 0) <> $2"),
    };
    let text = format!(
        "SELECT ROWS[i.id] FROM images AS i LEFT JOIN judgements AS j ON j.image_id = i.id \
         WHERE i.id IN KEYS($1) AND {differs} \
            AND NOT EXISTS (SELECT 1 FROM operations WHERE uid = $3)"
    );
    let operation = author.operation.to_string();
    let touched: Vec<(i64,)> = tx.list(&text, args![json(keys)?, code, operation]).await?;
    Ok(touched.into_iter().map(|(key,)| key).collect())
}

async fn undo(tx: &mut Tx, author: &Author, operation: OperationId) -> Result<Done> {
    tx.lock_library().await?;
    let text = "SELECT id, field, code FROM operations WHERE uid = $1";
    let found: Option<(i64, String, Option<i64>)> =
        tx.row(text, args![operation.to_string()]).await?;
    let (old, field, code) = found.ok_or(StoreError::NotFound("operation"))?;
    if let Some(done) = again::undone(tx, author, old).await? {
        return Ok(done);
    }
    match aspect(&field)? {
        Aspect::Tag => tags::undo(tx, author, old).await,
        Aspect::Note => notes::undo(tx, author, old).await,
        Aspect::Set => sets::undo(tx, author, old).await,
        Aspect::Field => edits::undo(tx, author, old).await,
        Aspect::Duel => duels::undo(tx, author, old).await,
        // The files have to go back first.
        Aspect::Place => Err(StoreError::Conflict("files were moved".to_owned())),
        part => undo_part(tx, author, old, column(part), code).await,
    }
}

/// Takes back what an operation set of judgements.
async fn undo_part(
    tx: &mut Tx,
    author: &Author,
    old: i64,
    column: &'static str,
    code: Option<i64>,
) -> Result<Done> {
    let text = format!(
        "SELECT ROWS[r.image_id, CASE WHEN j.{column} = r.new THEN 1 ELSE 0 END] \
         FROM revisions AS r JOIN judgements AS j ON j.image_id = r.image_id \
         WHERE r.operation_id = $1"
    );
    let pictures: Vec<(i64, i64)> = tx.list(&text, args![old]).await?;
    let same = pictures.iter().filter(|(_, same)| *same != 0);
    let touched: Vec<i64> = same.map(|(key, _)| *key).collect();
    let conflicts = pictures.len() - touched.len();
    if touched.is_empty() {
        return Ok(nothing(conflicts));
    }
    let set = Noted {
        field: column,
        code,
        undoes: Some(old),
    };
    let mut steps = Steps::default();
    steps.change(&[], &[])?;
    steps.operation(author, touched.len(), &set);
    let keys = json(&touched)?;
    let text = concat!(
        "INSERT INTO revisions (operation_id, image_id, old, new) SELECT ",
        this_change!(),
        ", image_id, new, old FROM revisions WHERE operation_id = $2 AND image_id IN KEYS($1)"
    );
    steps.then(text, args![keys.as_str(), old]);
    let text = format!(
        "UPDATE judgements SET {column} = (SELECT r.old FROM revisions AS r \
            WHERE r.operation_id = $2 AND r.image_id = judgements.image_id) \
         WHERE image_id IN KEYS($1)"
    );
    steps.then(text, args![keys, old]);
    tx.run(steps).await?;
    Ok(done(author, touched.len(), conflicts))
}

pub(crate) fn done(author: &Author, changed: usize, conflicts: usize) -> Done {
    Done {
        operation: Some(author.operation),
        changed: changed as u64,
        conflicts: conflicts as u64,
    }
}

pub(crate) fn nothing(conflicts: usize) -> Done {
    Done {
        operation: None,
        changed: 0,
        conflicts: conflicts as u64,
    }
}

/// What is told of an operation besides who did it.
pub(crate) struct Noted {
    /// The word of what it set.
    pub field: &'static str,
    /// The number of what it set; none where that is no number, or not the same for every picture.
    pub code: Option<i64>,
    /// The number of the operation that it takes back.
    pub undoes: Option<i64>,
}

impl Noted {
    /// What sets something that is no number.
    pub(crate) fn plain(field: &'static str, undoes: Option<i64>) -> Self {
        Self {
            field,
            code: None,
            undoes,
        }
    }
}

impl Tx {
    /// Notes what was done, under the number of its change, which is counted already.
    pub(crate) async fn note_operation(
        &mut self,
        author: &Author,
        pictures: usize,
        noted: &Noted,
    ) -> Result<()> {
        let mut steps = Steps::default();
        steps.operation(author, pictures, noted);
        self.run(steps).await
    }
}

impl Steps {
    /// The same as a step.
    pub(crate) fn operation(&mut self, author: &Author, pictures: usize, noted: &Noted) {
        let text = concat!(
            "INSERT INTO operations (id, uid, at_ms, actor, field, pictures, undoes, code) SELECT ",
            this_change!(),
            ", $1, $2, $3, $4, $5, $6, $7"
        );
        let Noted {
            field,
            code,
            undoes,
        } = *noted;
        let id = author.operation.to_string();
        let (at, actor) = (author.at.0, author.actor.as_str());
        self.then(
            text,
            args![id, at, actor, field, pictures as u64, undoes, code],
        );
    }
}
