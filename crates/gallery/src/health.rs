//! Whether everything is as it should be, for `proofsheet doctor` and for whoever keeps a server running.

mod compare;
mod drift;
mod numbers;

use std::{path::PathBuf, sync::Arc};

use domain::{query::Query, scan::RootState, time::DAY};
use serde::Serialize;
use store::Engine;

pub(crate) use compare::Comparing;
pub use drift::drift;
pub use numbers::Numbers;

use crate::{Gallery, Inner, care, error::Error, exchange, files, keeper, poster};

/// Rows compared at a time.
const BATCH: u32 = 5_000;
/// Below this much free space thumbnails and archives are in danger.
const LOW_SPACE: u64 = 1 << 30;
/// Days after which a last snapshot is too old.
const OLD: i64 = 3;
/// File systems on which SQLite's locks cannot be trusted, by the magic numbers of `statfs(2)`:
/// NFS, SMB2, CIFS, FUSE, 9p.
const REMOTE: [i64; 5] = [0x6969, 0xfe53_4d42, 0xff53_4d42, 0x6573_5546, 0x0102_1997];

/// Whether everything is as it should be.
pub struct Health<'a> {
    inner: &'a Arc<Inner>,
}

/// What was looked at, and what is wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct HealthReport {
    /// What was looked at and found.
    pub facts: Vec<(String, String)>,
    /// What is wrong, in sentences that say what to do; empty when all is well.
    pub troubles: Vec<String>,
}

impl Gallery {
    /// Whether everything is as it should be.
    pub fn health(&self) -> Health<'_> {
        Health::new(&self.inner)
    }
}

impl<'a> Health<'a> {
    pub(crate) fn new(inner: &'a Arc<Inner>) -> Self {
        Self { inner }
    }

    /// Looks at database, disk, folders, helpers and the logs that a server would follow; `index` also
    /// compares every row of the index with the database.
    pub async fn report(&self, index: bool, logs: &[PathBuf]) -> Result<HealthReport, Error> {
        let mut report = HealthReport::default();
        self.database(&mut report).await?;
        self.disk(&mut report);
        self.snapshots(&mut report).await;
        self.folders(&mut report).await?;
        followed(logs, &mut report).await;
        let ffmpeg = poster::version(&self.inner.options.ffmpeg).await;
        report.fact(
            "ffmpeg",
            ffmpeg.unwrap_or_else(|| "not found: videos have no previews".to_owned()),
        );
        if index {
            self.index(&mut report).await?;
        }
        Ok(report)
    }

    async fn database(&self, report: &mut HealthReport) -> Result<(), Error> {
        let store = &self.inner.store;
        report.fact("database", format!("{:?}", store.engine()));
        report.fact("schema", store.schema_version().await?.to_string());
        report.fact("pictures", store.total().await?.to_string());
        report.fact("waiting for thumbnails", store.waiting().await?.to_string());
        for damage in store.quick_check().await? {
            report.troubles.push(format!(
                "The database is damaged: {damage}. Stop Proofsheet, keep a copy of the data \
                 folder, then restore a snapshot or scan into a new data folder."
            ));
        }
        Ok(())
    }

    fn disk(&self, report: &mut HealthReport) {
        let Ok((free, kind)) = files::space(self.inner.data.path()) else {
            return;
        };
        report.fact("data folder", self.inner.data.path().display().to_string());
        report.fact("free space", format!("{} MiB", free >> 20));
        if free < LOW_SPACE {
            report.troubles.push(format!(
                "Only {} MiB are free where the data folder lies. Make room, or move it with \
                 --data-dir.",
                free >> 20
            ));
        }
        if REMOTE.contains(&kind) && self.inner.options.database.is_none() {
            report.troubles.push(
                "The data folder lies on a network or FUSE file system, where SQLite can lose \
                 data. Move it to a local disk with --data-dir; the pictures may stay where they \
                 are."
                    .to_owned(),
            );
        }
    }

    /// When the database was last copied, and whether PostgreSQL's can be.
    async fn snapshots(&self, report: &mut HealthReport) {
        const NAME: &str = "last snapshot";
        let engine = self.inner.store.engine();
        if engine == Engine::Postgres
            && let Err(error) = care::can_dump(&self.inner.options).await
        {
            report.troubles.push(error.problem().message);
        }
        let Some(last) = care::last_snapshot(&self.inner.data.snapshots(), engine) else {
            report.fact(
                NAME,
                "none yet: `proofsheet serve` makes one a day".to_owned(),
            );
            return;
        };
        report.fact(NAME, last.day_text());
        let days = (self.inner.options.clock.now().0 - last.0) / DAY;
        if days > OLD {
            report.troubles.push(format!(
                "The last good snapshot of the database is {days} days old. Look into the log of `proofsheet \
                 serve` for why, and make a backup with `proofsheet backup DIR`."
            ));
        }
    }

    /// Makes today's snapshot of the database, unless it is there or there is no room for it.
    pub async fn snapshot(&self) -> Result<(), Error> {
        care::take_snapshot(self.inner).await
    }

    /// Why requests cannot be served as they should be, in plain words; `None` when they can.
    pub async fn unready(&self) -> Option<&'static str> {
        if let Err(error) = self.inner.store.change_now().await {
            tracing::warn!(%error, "the database does not answer");
            return Some("the database does not answer");
        }
        if !self.inner.keeper.snapshot().ready {
            return Some("the index is being loaded");
        }
        let data = self.inner.data.path().to_owned();
        let writable = tokio::task::spawn_blocking(move || files::is_writable(&data)).await;
        (!writable.unwrap_or(false)).then_some("the data folder cannot be written")
    }

    async fn folders(&self, report: &mut HealthReport) -> Result<(), Error> {
        for root in self.inner.store.roots().await? {
            report.fact(
                &format!("folder {}", root.name),
                format!("{} {:?}", root.path, root.state),
            );
            match root.state {
                RootState::Online => {}
                RootState::Offline => report.troubles.push(format!(
                    "{} cannot be reached. Everything known about its pictures is kept; connect \
                     its disk.",
                    root.path
                )),
                RootState::Suspicious => report.troubles.push(format!(
                    "{} files are gone from {}. Nothing was changed; say on the page whether they \
                     were removed.",
                    root.vanished, root.path
                )),
            }
        }
        Ok(())
    }

    /// Compares the index with one that is built from the database now.
    async fn index(&self, report: &mut HealthReport) -> Result<(), Error> {
        if !self
            .inner
            .keeper
            .ready(std::time::Duration::from_mins(2))
            .await
        {
            report
                .troubles
                .push("The index could not be loaded in two minutes.".to_owned());
            return Ok(());
        }
        keeper::catch_up(self.inner).await?;
        let kept = self.inner.keeper.snapshot().index;
        let mut built = index::Index::default();
        let mut after = i64::MIN;
        loop {
            let rows = keeper::rows_after(self.inner, after, BATCH).await?;
            let Some(last) = rows.last() else { break };
            after = last.key;
            built = built.apply(rows, &[]);
        }
        let now = self.inner.options.clock.now();
        let keys = |index: &index::Index| index.find(&Query::default(), now).all_keys(index);
        let same = keys(&kept) == keys(&built)
            && kept.facets(&Query::default(), now) == built.facets(&Query::default(), now);
        report.fact("index", format!("{} pictures compared", built.len()));
        if !same {
            report.troubles.push(
                "The index differs from the database. Nothing is lost; restart Proofsheet to \
                 build it again, and please report this."
                    .to_owned(),
            );
        }
        Ok(())
    }
}

/// Reads logs of executions; nothing is attached.
async fn followed(logs: &[PathBuf], report: &mut HealthReport) {
    for path in logs {
        match exchange::weigh(path).await {
            Ok(lines) => report.fact(&format!("log {}", path.display()), format!("{lines} lines")),
            Err(error) => report.troubles.push(error.problem().message),
        }
    }
}

impl HealthReport {
    fn fact(&mut self, name: &str, value: String) {
        self.facts.push((name.to_owned(), value));
    }
}
