//! Every byte of every file, piece by piece, for whoever may be interrupted after each of them.

use super::{Depth, Finding, Position, Run, Verification, roots, strays};
use crate::{Inner, error::Error};

/// What a piece came to.
pub(crate) struct Looked {
    /// Where the next one begins, in words of this module.
    pub(crate) note: String,
    /// Files so far.
    pub(crate) files: u64,
    /// What was found in this piece, with the keys of files that the library holds.
    pub(crate) found: Vec<(Finding, Option<i64>)>,
    /// What came of all of it, after the last one.
    pub(crate) came: Option<Verification>,
}

/// Looks at the next files, at most `limit`; the first piece is about the database, the last one about what belongs
/// to nobody. `note` is empty at the beginning.
pub(crate) async fn next_piece(inner: &Inner, note: &str, limit: u32) -> Result<Looked, Error> {
    let kept = serde_json::from_str::<Position>(note).ok();
    let first = kept.is_none();
    let mut found = Vec::new();
    let mut tell = |finding, file| found.push((finding, file));
    let mut run = run(inner, kept, &mut tell).await?;
    let mut came = None;
    if first {
        run.database().await?;
    } else {
        let page = run.store.held_files(run.position.after, limit).await?;
        if let Some(last) = page.last() {
            let after = last.location;
            run.page(page).await?;
            run.position.after = after;
        } else {
            strays::look(&mut run).await?;
            came = Some(run.position.so_far.clone());
        }
    }
    let note = serde_json::to_string(&run.position).unwrap_or_default();
    let so_far = &run.position.so_far;
    let files = so_far.files + so_far.not_reached;
    Ok(Looked {
        note,
        files,
        found,
        came,
    })
}

/// Looks once more at files with these keys. Those that the library holds no more are as they should be.
pub(crate) async fn look_again(
    inner: &Inner,
    files: &[i64],
) -> Result<Vec<(Finding, Option<i64>)>, Error> {
    let mut found = Vec::new();
    let mut tell = |finding, file| found.push((finding, file));
    let mut run = run(inner, None, &mut tell).await?;
    for file in files {
        let mut page = run.store.held_files(file - 1, 1).await?;
        page.retain(|held| held.location == *file);
        run.page(page).await?;
    }
    Ok(found)
}

/// Looks once more at all that is no file which the library holds.
pub(crate) async fn look_around(inner: &Inner) -> Result<Vec<(Finding, Option<i64>)>, Error> {
    let mut found = Vec::new();
    let mut tell = |finding, file| found.push((finding, file));
    let mut run = run(inner, None, &mut tell).await?;
    run.database().await?;
    strays::look(&mut run).await?;
    Ok(found)
}

async fn run<'a>(
    inner: &'a Inner,
    position: Option<Position>,
    found: &'a mut (dyn FnMut(Finding, Option<i64>) + Send),
) -> Result<Run<'a>, Error> {
    let begin = Position {
        depth: Depth::Whole,
        turn: 0,
        after: i64::MIN,
        so_far: Verification::default(),
    };
    Ok(Run {
        options: &inner.options,
        store: inner.store.clone(),
        roots: roots(&inner.store).await?,
        position: position.unwrap_or(begin),
        // Half of what there is, so that people who look are not kept waiting.
        at_once: (inner.options.workers / 2).max(1),
        found,
    })
}
