//! Emptying the trash: the one place where files of people are deleted.
//!
//! A file goes only if somebody allowed it for its folder, the folder is the one that was added, and the
//! bytes are those that were put into the trash. That a file is not where it was says nothing of where it is, so its
//! picture stays until scans agreed that it is missing. What is meant is written down before the first file
//! goes, so that a crash leaves either a picture in the trash or none at all.

use std::{collections::BTreeSet, io, path::Path, sync::Arc};

use domain::{
    problem::ProblemKind,
    query::Query,
    time::{DAY, Timestamp},
    trash::{CleanPlan, CleanRule, Emptying, KeepReason, KeptBack},
};
use store::rows::{Hash, Trashed, TrashedFile};

use crate::{
    Gallery, Inner, Search,
    error::Error,
    files::{OpenFile, Place, vault},
    keeper,
    roots::{Reachable, reachable},
    scan,
};

/// So many different days of the last [`RECENT`] somebody must have run the program, so that a clock that
/// jumps empties nothing.
const SEEN: usize = 7;
/// Days that are looked at for it.
const RECENT: i64 = 30;
/// The setting that remembers the days on which the program ran.
const DAYS: &str = "trash.days";
/// Pictures of a plan that are shown.
const PREVIEW: u32 = 60;
/// Pictures whose files are deleted between two notes in the database.
const PIECE: usize = 64;

/// Emptying the trash.
pub struct Trash<'a> {
    inner: &'a Arc<Inner>,
}

impl Gallery {
    /// Emptying the trash.
    pub fn trash(&self) -> Trash<'_> {
        Trash::new(&self.inner)
    }
}

impl<'a> Trash<'a> {
    pub(crate) fn new(inner: &'a Arc<Inner>) -> Self {
        Self { inner }
    }

    /// What a rule would put into the trash out of a result; nothing is changed. Refuses a rule that
    /// chooses nothing.
    pub async fn plan(&self, scope: &Query, rule: &CleanRule) -> Result<CleanPlan, Error> {
        if !rule.chooses() {
            return Err(Error::told(
                ProblemKind::Invalid,
                "This would take everything but the favourites. Nothing was changed; choose a verdict, \
                 stars or an age.",
            ));
        }
        let search = Search::new(self.inner);
        let query = rule.apply(scope);
        let first = search.first_page(&query, PREVIEW).await?;
        let met = search.first_page(&rule.within(scope), 1).await?;
        let keys = search.keys_of(&query).await?;
        let bytes = self.inner.keeper.snapshot().index.bytes_of(&keys);
        let pictures = first.head.total.unwrap_or(0);
        Ok(CleanPlan {
            query: query.to_string(),
            pictures,
            bytes,
            favourites: met.head.total.unwrap_or(0).saturating_sub(pictures),
            cards: first.page.cards,
        })
    }

    /// What [`Trash::empty`] would delete. The bytes of the files are not read for it, only looked at.
    pub async fn weigh(&self) -> Result<Emptying, Error> {
        let roots = Arc::new(reachable(self.inner).await?);
        let mut emptying = Emptying::default();
        for some in self.keys(Timestamp(i64::MAX)).await?.chunks(PIECE * 16) {
            let pictures = self.inner.store.trashed(some).await?;
            let roots = Arc::clone(&roots);
            let judge = move || {
                let judged = pictures.into_iter().map(|picture| {
                    let verdict = verdict(&roots, &picture, looks_same);
                    (weight(&picture), verdict)
                });
                judged.collect::<Vec<_>>()
            };
            let judged = tokio::task::spawn_blocking(judge).await;
            for (bytes, verdict) in judged.map_err(|_| Error::Worker)? {
                count(&mut emptying, bytes, verdict);
            }
        }
        Ok(emptying)
    }

    /// Deletes the files of everything in the trash that may be deleted; the rest stays there. Cannot be
    /// taken back.
    pub async fn empty(&self, actor: &str) -> Result<Emptying, Error> {
        self.purge(Timestamp(i64::MAX), actor).await
    }

    /// The same for what came there before a moment.
    async fn purge(&self, before: Timestamp, actor: &str) -> Result<Emptying, Error> {
        let _one_at_a_time = self.inner.emptying.lock().await;
        let roots = Arc::new(reachable(self.inner).await?);
        let mut emptying = Emptying::default();
        for some in self.keys(before).await?.chunks(PIECE) {
            let now = self.inner.options.clock.now();
            let store = &self.inner.store;
            let meant = store.begin_purge(some.to_vec(), now).await?;
            let pictures = store.trashed(&meant).await?;
            let deleting = Arc::clone(&roots);
            let delete = move || {
                let judged = pictures.into_iter().map(|picture| {
                    let verdict = delete(&deleting, &picture);
                    (picture.image, weight(&picture), verdict)
                });
                judged.collect::<Vec<_>>()
            };
            let judged = tokio::task::spawn_blocking(delete).await;
            let judged = judged.map_err(|_| Error::Worker)?;
            let (mut gone, mut kept) = (Vec::new(), Vec::new());
            for (image, bytes, verdict) in judged {
                if verdict.is_ok() {
                    &mut gone
                } else {
                    &mut kept
                }
                .push(image);
                count(&mut emptying, bytes, verdict);
            }
            let author = self.inner.author(actor);
            store.finish_purge(author, gone).await?;
            store.abandon_purge(kept).await?;
        }
        keeper::catch_up(self.inner).await?;
        Ok(emptying)
    }

    async fn keys(&self, before: Timestamp) -> Result<Vec<i64>, Error> {
        Ok(self.inner.store.trashed_before(before).await?)
    }
}

/// What a picture's files are worth to the disk.
fn weight(picture: &Trashed) -> u64 {
    let there = picture.files.iter().filter(|file| !file.missing);
    there.map(|file| file.size).sum()
}

/// Why a picture stays, and in which folder.
type Verdict = Result<(), (KeepReason, String)>;

fn count(emptying: &mut Emptying, bytes: u64, verdict: Verdict) {
    let (reason, root) = match verdict {
        Ok(()) => {
            emptying.pictures += 1;
            emptying.bytes += bytes;
            return;
        }
        Err(why) => why,
    };
    let mut kept = emptying.kept.iter_mut();
    match kept.find(|kept| kept.reason == reason && kept.root == root) {
        Some(kept) => kept.pictures += 1,
        None => emptying.kept.push(KeptBack {
            reason,
            root,
            pictures: 1,
        }),
    }
}

/// Whether every file of a picture may be deleted; `same` tells whether one still has its bytes.
fn verdict(
    roots: &Reachable,
    picture: &Trashed,
    same: impl Fn(&TrashedFile, &Place) -> Result<(), KeepReason>,
) -> Verdict {
    for file in &picture.files {
        let Some(root) = roots.root(file.root) else {
            return Err((KeepReason::Offline, String::new()));
        };
        let keep = |reason| Err((reason, root.name.clone()));
        if !root.allow_delete {
            return keep(KeepReason::NotAllowed);
        }
        if !roots.is_there(root.key) {
            return keep(KeepReason::Offline);
        }
        let Some(place) = Place::new(Path::new(&root.path), &file.folder, &file.name) else {
            return keep(KeepReason::Refused);
        };
        if let Err(reason) = same(file, &place) {
            let away = reason == KeepReason::Absent && !scan::is_there(root);
            return keep(if away { KeepReason::Offline } else { reason });
        }
    }
    Ok(())
}

/// Deletes all files of a picture, if all of them may be deleted.
fn delete(roots: &Reachable, picture: &Trashed) -> Verdict {
    let whole = |file: &TrashedFile, place: &Place| is_same(file, place, picture.content_hash);
    verdict(roots, picture, whole)?;
    for file in &picture.files {
        let Some(root) = roots.root(file.root) else {
            continue;
        };
        let Some(place) = Place::new(Path::new(&root.path), &file.folder, &file.name) else {
            continue;
        };
        let Err(error) = place.remove() else {
            continue;
        };
        // Nothing is where it was when the disk went away meanwhile.
        let there = scan::is_there(root);
        if is_gone(&place) && (file.missing || there) {
            continue;
        }
        tracing::warn!(%error, "a file could not be deleted");
        let reason = if there {
            KeepReason::Refused
        } else {
            KeepReason::Offline
        };
        return Err((reason, root.name.clone()));
    }
    Ok(())
}

/// Whether no file lies here any more. Removing one may have failed only in making sure of that.
fn is_gone(place: &Place) -> bool {
    let there = place.stat();
    there.is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
}

/// Whether a file seems to be what it was when it was read. One that is missing has nothing left to be deleted.
fn looks_same(file: &TrashedFile, place: &Place) -> Result<(), KeepReason> {
    match OpenFile::open(place) {
        Ok((_, stat)) if stat.may_be_as(file.size, file.mtime_ns) => Ok(()),
        Ok(_) => Err(KeepReason::Changed),
        Err(error) => absent(file, &error),
    }
}

/// Whether a file that cannot be opened has nothing left to be deleted.
fn absent(file: &TrashedFile, error: &io::Error) -> Result<(), KeepReason> {
    match error.kind() {
        io::ErrorKind::NotFound if file.missing => Ok(()),
        io::ErrorKind::NotFound => Err(KeepReason::Absent),
        _ => Err(KeepReason::Refused),
    }
}

/// Whether it is: its bytes are read if their hash is known, and without it its time has to be the very one.
fn is_same(file: &TrashedFile, place: &Place, hash: Option<Hash>) -> Result<(), KeepReason> {
    let (open, stat) = match OpenFile::open(place) {
        Ok(open) => open,
        Err(error) => return absent(file, &error),
    };
    let Some(hash) = hash.filter(|_| stat.may_be_as(file.size, file.mtime_ns)) else {
        let is_as = stat.is_as(file.size, file.mtime_ns);
        return if is_as {
            Ok(())
        } else {
            Err(KeepReason::Changed)
        };
    };
    match vault::hash_of(open.reader()) {
        Ok((found, _)) if found == hash => Ok(()),
        Ok(_) => Err(KeepReason::Changed),
        Err(_) => Err(KeepReason::Refused),
    }
}

/// Settles what a crash left half done: a picture whose files are all gone goes too, any other stays in
/// the trash.
pub(crate) async fn recover(inner: &Arc<Inner>) -> Result<(), Error> {
    let left = inner.store.purges().await?;
    if left.is_empty() {
        return Ok(());
    }
    let roots = reachable(inner).await?;
    let pictures = inner.store.trashed(&left).await?;
    let look = move || {
        let gone = |picture: &&Trashed| {
            let absent = |_: &TrashedFile, place: &Place| match OpenFile::open(place) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
                _ => Err(KeepReason::Changed),
            };
            verdict(&roots, picture, absent).is_ok()
        };
        let gone = pictures.iter().filter(gone).map(|picture| picture.image);
        gone.collect::<Vec<_>>()
    };
    let gone = tokio::task::spawn_blocking(look).await;
    let gone = gone.map_err(|_| Error::Worker)?;
    let author = inner.author("the program, after it was interrupted");
    inner.store.finish_purge(author, gone).await?;
    inner.store.abandon_purge(left).await?;
    Ok(())
}

/// Deletes in the background what has been in the trash for long enough, once a day.
pub(crate) fn start(inner: &Arc<Inner>) {
    let weak = Arc::downgrade(inner);
    tokio::spawn(async move {
        loop {
            let Some(inner) = weak.upgrade() else { return };
            if let Err(error) = purge_due(&inner).await {
                tracing::error!(error = %error.chain(), "the trash could not be looked through");
            }
            drop(inner);
            tokio::time::sleep(std::time::Duration::from_millis(DAY as u64)).await;
        }
    });
}

async fn purge_due(inner: &Arc<Inner>) -> Result<(), Error> {
    let now = inner.options.clock.now();
    let days = days_seen(inner, now).await?;
    let kept = inner.settings.now().trash_days;
    let before = now.0 - i64::from(kept) * DAY;
    let seen = days.range(now.0 / DAY - RECENT + 1..).count();
    if seen < SEEN {
        return Ok(());
    }
    let trash = Trash::new(inner);
    if trash.keys(Timestamp(before)).await?.is_empty() {
        return Ok(());
    }
    let actor = match kept {
        1 => "the program, after a day".to_owned(),
        days => format!("the program, after {days} days"),
    };
    let purged = trash.purge(Timestamp(before), &actor).await?;
    tracing::info!(
        purged.pictures,
        purged.bytes,
        "the trash was emptied of what was old"
    );
    Ok(())
}

/// The days of the last few weeks on which the program ran, this one among them.
async fn days_seen(inner: &Inner, now: Timestamp) -> Result<BTreeSet<i64>, Error> {
    let told = inner.store.setting(DAYS).await?.unwrap_or_default();
    let mut days: BTreeSet<i64> = told.split(' ').filter_map(|day| day.parse().ok()).collect();
    let today = now.0 / DAY;
    days.retain(|day| (today - 2 * RECENT..=today).contains(day));
    if days.insert(today) {
        let text: Vec<String> = days.iter().map(ToString::to_string).collect();
        inner.store.set_setting(DAYS, &text.join(" ")).await?;
    }
    Ok(days)
}
