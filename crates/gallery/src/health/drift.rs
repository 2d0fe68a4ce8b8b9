//! What is on the disk compared with what is known of it, by sizes and times alone.

use std::collections::BTreeMap;

use super::HealthReport;
use crate::{
    Options,
    care::{self, Finding, FindingKind},
    error::Error,
};

/// Examples that are kept of each kind.
const EXAMPLES: usize = 3;

/// What differs, by kind: how often, and some of it by its path.
type Drift = BTreeMap<FindingKind, (u64, Vec<String>)>;

/// Compares every file that can be reached with what is known of it, and looks for files and thumbnails that belong
/// to nobody, also beside a running server. No file is read, only looked at; nothing is changed.
///
/// # Errors
/// When there is no library, its database does not answer, or its folder cannot be listed.
pub async fn drift(options: &Options) -> Result<HealthReport, Error> {
    let mut drift = Drift::new();
    let mut note = |finding: Finding| {
        let (count, some) = drift.entry(finding.kind).or_default();
        *count += 1;
        if some.len() < EXAMPLES {
            some.push(finding.what);
        }
    };
    let files = care::glance(options, &mut note).await?;
    let mut report = HealthReport::default();
    report.fact("files looked at", files.to_string());
    let count = |kind| drift.get(&kind).map_or(0, |(count, _)| *count);
    for (name, kind) in [
        ("missing files", FindingKind::Missing),
        ("changed files", FindingKind::Changed),
        ("unreadable files", FindingKind::Unreadable),
        ("unknown originals", FindingKind::Orphan),
        ("stray thumbnails", FindingKind::StrayThumbnail),
        ("left over", FindingKind::Leftover),
    ] {
        report.fact(name, count(kind).to_string());
    }
    let sentences = drift
        .iter()
        .filter_map(|(kind, (count, some))| sentence(*kind, *count, &some.join(", ")));
    report.troubles.extend(sentences);
    Ok(report)
}

/// What a kind of difference means and what to do about it; `None` where that is told elsewhere.
fn sentence(kind: FindingKind, count: u64, some: &str) -> Option<String> {
    let (what, advice) = match kind {
        FindingKind::Missing => (
            "not where they were",
            "Everything known about their pictures is kept: bring the files back, or put the pictures into the \
             trash.",
        ),
        FindingKind::Changed => (
            "of another size or time than when they were read",
            "The next scan reads them: `proofsheet scan`.",
        ),
        FindingKind::Unreadable => (
            "not to be looked at",
            "Allow the account that runs Proofsheet to read them, or look after the disk.",
        ),
        FindingKind::Orphan => (
            "among the originals although no picture knows them",
            "The next scan shows those that are pictures; what else there is is yours to move away.",
        ),
        FindingKind::StrayThumbnail => (
            "thumbnails of no picture",
            "They only take room, and go by themselves when the cache is full; they may be deleted.",
        ),
        FindingKind::Leftover => (
            "on their way in although nobody will go on with them",
            "They go by themselves at the next start of the server.",
        ),
        FindingKind::Database | FindingKind::Offline | FindingKind::Damaged => return None,
    };
    let files = if count == 1 { "file is" } else { "files are" };
    Some(format!("{count} {files} {what}, such as {some}. {advice}"))
}
