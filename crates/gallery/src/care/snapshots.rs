//! Copies of the database in the data folder, one a day.
//!
//! A copy counts only when it was opened and every page of it read; until then it has another name, so nothing that
//! went wrong ever replaces one that is good. SQLite's is a database again; PostgreSQL's is what `pg_dump` wrote, and
//! was read when `pg_restore` could tell what is in it.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use domain::{
    problem::ProblemKind,
    time::{DAY, Timestamp},
};
use store::Engine;

use super::{backup::copy_sqlite, blocking, postgres};
use crate::{
    Inner,
    error::Error,
    files::{self, survey},
};

/// How often the background work looks whether one is due.
const LOOK: Duration = Duration::from_mins(10);
/// Days whose copy is kept.
const DAYS: usize = 7;
/// Weeks before those whose newest copy is kept.
const WEEKS: usize = 4;
/// Bytes that stay free beside a copy.
const RESERVE: u64 = 256 << 20;
/// What the names of copies begin with; the day and an ending follow.
const NAME: &str = "proofsheet-";

/// Makes one each day in the background, if the options ask for it.
pub(crate) fn start(inner: &Arc<Inner>) {
    if !inner.options.snapshots {
        return;
    }
    let weak = Arc::downgrade(inner);
    tokio::spawn(async move {
        let mut tried = None;
        loop {
            let Some(inner) = weak.upgrade() else { return };
            let today = inner.options.clock.now().0 / DAY;
            // One that fails is tried again the next day, not every ten minutes.
            if tried != Some(today) {
                tried = Some(today);
                match take(&inner).await {
                    Ok(()) | Err(Error::Store(store::StoreError::Closed)) => {}
                    Err(Error::Told(why)) if of_programs(why.kind) => tracing::warn!(
                        why = why.message,
                        "no snapshot of the database was made today; the earlier ones are kept"
                    ),
                    Err(error) => tracing::error!(
                        error = %error.chain(),
                        "today's snapshot of the database failed; the earlier ones are kept"
                    ),
                }
            }
            drop(inner);
            tokio::time::sleep(LOOK).await;
        }
    });
}

/// Whether it is PostgreSQL's programs that are missing or too old, which whoever keeps the server can mend.
fn of_programs(kind: ProblemKind) -> bool {
    matches!(kind, ProblemKind::NotFound | ProblemKind::Conflict)
}

/// Makes today's, unless it is there. Without room for it only a warning is logged.
pub(crate) async fn take(inner: &Inner) -> Result<(), Error> {
    let folder = inner.data.snapshots();
    let today = inner.options.clock.now().day_text();
    let engine = inner.store.engine();
    let place = folder.join(format!("{NAME}{today}{}", ending(engine)));
    if files::exists(&place) {
        return Ok(());
    }
    let bytes = inner.store.bytes().await?;
    let free = files::space(inner.data.path()).map_or(u64::MAX, |(free, _)| free);
    if free < RESERVE.saturating_add(bytes) {
        tracing::warn!(
            free_mib = free >> 20,
            needed_mib = (RESERVE + bytes) >> 20,
            "no snapshot of the database was made today: there is too little room"
        );
        return Ok(());
    }
    let part = folder.join("growing.part");
    let (making, growing) = (folder.clone(), part.clone());
    let ready = blocking(move || {
        files::make_folder(&making)?;
        files::remove(&growing)
    });
    ready
        .await?
        .map_err(Error::file("making the folder of snapshots"))?;
    let copied = match engine {
        Engine::Sqlite => copy_sqlite(&inner.store, &part).await,
        Engine::Postgres => postgres::dump(&inner.options, &part).await,
    };
    if let Err(error) = copied {
        let _ = blocking(move || files::remove(&part)).await?;
        return Err(error);
    }
    let placed = blocking(move || {
        survey::replace(&part, &place)?;
        thin_out(&folder, engine)?;
        files::stat(&place)
    });
    let stat = placed
        .await?
        .map_err(Error::file("keeping a snapshot of the database"))?;
    tracing::info!(
        mebibytes = stat.size >> 20,
        "a snapshot of the database was made"
    );
    Ok(())
}

/// What the names of an engine's copies end with. A library that moved to the other engine leaves its old ones alone.
fn ending(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => ".db",
        Engine::Postgres => ".dump",
    }
}

/// When the last good one was made: the start of its day.
pub(crate) fn last(folder: &Path, engine: Engine) -> Option<Timestamp> {
    days(folder, engine).into_iter().map(|(day, _)| day).max()
}

/// Removes those that are neither among the newest nor the newest of a week.
fn thin_out(folder: &Path, engine: Engine) -> std::io::Result<()> {
    let all = days(folder, engine);
    let kept = worth_keeping(all.iter().map(|(day, _)| *day).collect());
    let others = all.into_iter().filter(|(day, _)| !kept.contains(day));
    others
        .map(|(_, path)| path)
        .try_for_each(|path| files::remove(&path))
}

/// The copies, by the day in their names. Other files are nobody's business.
fn days(folder: &Path, engine: Engine) -> Vec<(Timestamp, PathBuf)> {
    let listed = survey::list(folder).unwrap_or_default();
    let day = |name: &str| {
        let day = name.strip_prefix(NAME)?.strip_suffix(ending(engine))?;
        let mut parts = day.splitn(3, '-');
        let year = parts.next()?.parse().ok()?;
        let month = parts.next()?.parse().ok()?;
        Timestamp::from_date(year, month, parts.next()?.parse().ok()?)
    };
    let named = listed.into_iter();
    named
        .filter_map(|one| Some((day(&one.name)?, folder.join(one.name))))
        .collect()
}

fn worth_keeping(days: Vec<Timestamp>) -> BTreeSet<Timestamp> {
    let mut days = days;
    days.sort_unstable();
    days.reverse();
    let (newest, older) = days.split_at(days.len().min(DAYS));
    let mut kept: BTreeSet<Timestamp> = newest.iter().copied().collect();
    let mut weeks = BTreeSet::new();
    for day in older {
        // The first of January 1970 was a Thursday: with three days more, weeks begin on Mondays.
        let week = (day.0 / DAY + 3).div_euclid(7);
        if weeks.len() < WEEKS && weeks.insert(week) {
            kept.insert(*day);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(number: i64) -> Timestamp {
        Timestamp(number * DAY)
    }

    #[test]
    fn seven_days_and_four_weeks_are_kept() {
        // 20,000 is a Friday. Of the week before the seven days the newest is a Friday too, of others a Sunday.
        let kept = worth_keeping((19_900..=20_000).map(day).collect());
        let numbers: Vec<i64> = kept.into_iter().map(|day| day.0 / DAY).collect();
        let weeks = [19_974, 19_981, 19_988, 19_993];
        let days: Vec<i64> = (19_994..=20_000).collect();
        assert_eq!(numbers, [&weeks[..], &days].concat());
        assert_eq!(worth_keeping(vec![day(5), day(900)]).len(), 2);
    }

    #[test]
    fn only_names_with_a_day_are_copies() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "proofsheet-2026-11-30.db",
            "proofsheet-2026-02-30.db",
            "proofsheet-2026-12-01.db.old",
            "proofsheet-2026-12-02.dump",
            "growing.part",
            "proofsheet-2026-11-07.db",
        ] {
            std::fs::write(folder.path().join(name), b"x").unwrap();
        }
        let last = |name, engine| last(&folder.path().join(name), engine);
        assert_eq!(days(folder.path(), Engine::Sqlite).len(), 2);
        let day = |month, day| Timestamp::from_date(2026, month, day);
        assert_eq!(last("", Engine::Sqlite), day(11, 30));
        assert_eq!(last("", Engine::Postgres), day(12, 2));
        assert_eq!(last("none", Engine::Sqlite), None);
    }
}
