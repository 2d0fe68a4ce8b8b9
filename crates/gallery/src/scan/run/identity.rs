//! Whether a folder is still the one that was added: not an empty mount point, not another disk.

use std::path::Path;

use store::rows::{RootIdentity, RootRow};

use crate::{Inner, error::Error, files};

/// Files remembered for recognising a root.
const SAMPLES: usize = 16;
/// So many of four remembered files must still be there when the device number has changed, as it
/// does when a disk is mounted again.
const QUARTERS: usize = 3;

/// The device number of a root that is what it should be; `None` when it is not there, or empty
/// although it had files, or another disk.
pub(super) fn check(place: &Path, identity: &RootIdentity, has_files: bool) -> Option<u64> {
    let real = files::real_folder(place).ok()?;
    let device = files::stat(&real).ok()?.dev;
    if has_files && files::is_empty(&real) {
        return None;
    }
    if identity.device.is_none_or(|before| before == device) {
        return Some(device);
    }
    let samples: Vec<&str> = identity.samples.lines().collect();
    let there = samples
        .iter()
        .filter(|sample| files::exists(&real.join(sample)))
        .count();
    (there * 4 >= samples.len() * QUARTERS && !samples.is_empty()).then_some(device)
}

/// Remembers what the root looks like now, for the next check.
pub(super) async fn keep(inner: &Inner, root: &RootRow, device: u64) -> Result<(), Error> {
    let known = inner.store.known_files(root.key, i64::MIN, 1000).await?;
    let step = (known.len() / SAMPLES).max(1);
    let samples: Vec<String> = known
        .iter()
        .filter(|file| file.missing_scans == 0)
        .step_by(step)
        .take(SAMPLES)
        .map(|file| super::inside(&file.folder, &file.name))
        .collect();
    let identity = RootIdentity {
        device: Some(device),
        filesystem: None,
        samples: samples.join("\n"),
    };
    if identity != root.identity {
        inner.store.set_root_identity(root.id, identity).await?;
    }
    Ok(())
}
