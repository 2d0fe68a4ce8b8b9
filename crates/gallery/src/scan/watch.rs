//! Noticing changes on the disk as they happen, where the system tells of them.

use std::{path::Path, sync::Arc, time::Duration};

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher, event::AccessKind};

use crate::Inner;

/// How long the disk must be quiet before changed files are read.
pub(super) const QUIET: Duration = Duration::from_millis(250);

/// Watches every root; the watching ends when the result is dropped. `None` when the system cannot
/// watch at all; the regular scan finds changes then.
pub(super) async fn start(inner: &Arc<Inner>) -> Option<RecommendedWatcher> {
    let roots = inner.store.roots().await.ok()?;
    let keys: Vec<(i64, String)> = roots
        .iter()
        .map(|root| (root.key, root.path.clone()))
        .collect();
    let weak = Arc::downgrade(inner);
    let noticed = move |event: notify::Result<notify::Event>| {
        let (Ok(event), Some(inner)) = (event, weak.upgrade()) else {
            return;
        };
        if matters(event.kind) {
            for path in event.paths {
                if let Some((key, _)) = keys.iter().find(|(_, root)| path.starts_with(root)) {
                    inner.scanner.note(*key, [path]);
                }
            }
        }
    };
    let watched = tokio::task::spawn_blocking(move || {
        let mut watcher = notify::recommended_watcher(noticed).ok()?;
        for root in roots {
            if let Err(error) = watcher.watch(Path::new(&root.path), RecursiveMode::Recursive) {
                tracing::info!(%error, root = root.name, "this folder is only looked at regularly");
            }
        }
        Some(watcher)
    });
    watched.await.ok().flatten()
}

/// Whether an event can mean a new, changed or moved file. Opening and reading do not.
fn matters(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(AccessKind::Close(mode)) => mode == notify::event::AccessMode::Write,
        EventKind::Access(_) | EventKind::Modify(notify::event::ModifyKind::Metadata(_)) => false,
        _ => true,
    }
}
