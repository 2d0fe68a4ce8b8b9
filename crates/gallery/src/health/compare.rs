//! The disk compared with what is known of it, for a page: one comparison at a time, which goes on when nobody waits.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::drift::{Compared, Drift, DriftKind, DriftLine};

use super::Health;
use crate::{
    Inner,
    care::{self, Finding, FindingKind},
    error::Error,
};

/// Files that are looked at at once; the disk is for people who look at pictures first.
const AT_ONCE: usize = 2;
/// Examples that are kept of each kind.
const EXAMPLES: usize = 5;

/// How comparing stands.
#[derive(Default)]
pub(crate) struct Comparing(Mutex<Compared>);

impl Comparing {
    fn lock(&self) -> MutexGuard<'_, Compared> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Health<'_> {
    /// Begins to compare every file that can be reached with what is known of it, by size and time, unless somebody did
    /// already; answers how that stands. No file is read, and nothing is changed.
    pub fn compare(&self) -> Compared {
        let mut now = self.inner.comparing.lock();
        if !matches!(*now, Compared::Looking(_)) {
            *now = Compared::Looking(0);
            tokio::spawn(carry_out(Arc::clone(self.inner)));
        }
        now.clone()
    }

    /// How comparing stands.
    pub fn compared(&self) -> Compared {
        self.inner.comparing.lock().clone()
    }
}

async fn carry_out(inner: Arc<Inner>) {
    let came = look(&inner).await;
    let state = match came {
        Ok(drift) => Compared::Done(drift),
        Err(error) => {
            tracing::warn!(error = %error.chain(), "the disk could not be compared");
            Compared::Failed(error.problem().message)
        }
    };
    *inner.comparing.lock() = state;
}

async fn look(inner: &Inner) -> Result<Drift, Error> {
    let mut kinds = BTreeMap::<DriftKind, (u64, Vec<String>)>::new();
    let mut away = Vec::new();
    let mut note = |finding: Finding| {
        let Some(kind) = kind(finding.kind) else {
            if finding.kind == FindingKind::Offline {
                away.push(finding.what);
            }
            return;
        };
        let (count, some) = kinds.entry(kind).or_default();
        *count += 1;
        if some.len() < EXAMPLES {
            some.push(finding.what);
        }
    };
    let how = (&inner.options, AT_ONCE);
    let told = |files| *inner.comparing.lock() = Compared::Looking(files);
    let files = care::glance_with(&inner.store, how, &mut note, &told).await?;
    for row in care::away(&inner.store).await? {
        if !away.contains(&row) {
            away.push(row);
        }
    }
    let lines = kinds
        .into_iter()
        .map(|(kind, (count, examples))| DriftLine {
            kind,
            count,
            examples,
        });
    Ok(Drift {
        files,
        away,
        lines: lines.collect(),
        at: inner.options.clock.now(),
    })
}

fn kind(kind: FindingKind) -> Option<DriftKind> {
    Some(match kind {
        FindingKind::Missing => DriftKind::Missing,
        FindingKind::Changed => DriftKind::Changed,
        FindingKind::Unreadable => DriftKind::Unreadable,
        FindingKind::Orphan => DriftKind::Orphan,
        FindingKind::StrayThumbnail => DriftKind::StrayThumbnail,
        FindingKind::Leftover => DriftKind::Leftover,
        FindingKind::Database | FindingKind::Offline | FindingKind::Damaged => return None,
    })
}
