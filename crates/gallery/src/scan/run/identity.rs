//! Whether a folder is still the one that was added: not an empty mount point, not another disk.

use std::path::Path;

use store::rows::{FileSample, RootIdentity, RootRow};

use crate::{
    Inner,
    error::Error,
    files::{self, OpenFile, Place, vault::hash_of},
};

/// Files remembered for recognising a root.
const SAMPLES: usize = 16;
/// So many of four remembered files must still be there when the disk seems to be another, as it does
/// when one is mounted again and gets another number.
const QUARTERS: usize = 3;

/// The disk on which a root lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Disk {
    /// The number that the system gave it. A disk that is taken out leaves its number to the next one.
    device: u64,
    /// What its file system calls itself, if anything.
    filesystem: Option<String>,
}

impl Disk {
    /// Whether it is the one that a root was on. What is not known of either says nothing.
    fn is_of(&self, identity: &RootIdentity) -> bool {
        let known = identity.filesystem.as_ref().zip(self.filesystem.as_ref());
        identity.device.is_none_or(|before| before == self.device)
            && known.is_none_or(|(before, now)| before == now)
    }
}

/// The disk of a root that is what it should be; `None` when it is not there, or empty although it had
/// files, or another disk.
pub(super) fn check(place: &Path, identity: &RootIdentity, has_files: bool) -> Option<Disk> {
    let real = files::real_folder(place).ok()?;
    let disk = Disk {
        device: files::stat(&real).ok()?.dev,
        filesystem: files::filesystem(&real).ok()?,
    };
    if has_files && files::is_empty(&real) {
        return None;
    }
    if disk.is_of(identity) {
        return Some(disk);
    }
    let samples: Vec<&str> = identity.samples.lines().collect();
    let there = samples
        .iter()
        .filter(|sample| files::exists(&real.join(sample)))
        .count();
    (are_enough(there, samples.len()) && !samples.is_empty()).then_some(disk)
}

/// Whether so many of so many files make a folder the one that had them all.
pub(crate) fn are_enough(there: usize, all: usize) -> bool {
    there * 4 >= all * QUARTERS
}

/// Files by which a root is recognised in another place: some from all over it, of which none is known to be
/// gone, if there are such.
pub(crate) async fn samples(inner: &Inner, root: i64) -> Result<Vec<FileSample>, Error> {
    let mut known = super::known_files(inner, root).await?;
    if known.iter().any(|file| file.missing_scans == 0) {
        known.retain(|file| file.missing_scans == 0);
    }
    let step = known.len().div_ceil(SAMPLES).max(1);
    let some: Vec<i64> = known
        .iter()
        .step_by(step)
        .map(|file| file.location)
        .collect();
    Ok(inner.store.file_samples(&some).await?)
}

/// How many of some files are there, below a folder. Another time of a file counts nothing where its bytes are
/// known, because copying changes it.
pub(crate) fn how_many_there(folder: &Path, samples: &[FileSample]) -> usize {
    samples
        .iter()
        .filter(|sample| is_sample(folder, sample))
        .count()
}

fn is_sample(folder: &Path, sample: &FileSample) -> bool {
    let place = Place::new(folder, &sample.folder, &sample.name);
    let Some(Ok((file, stat))) = place.map(|place| OpenFile::open(&place)) else {
        return false;
    };
    if stat.size != sample.size || stat.mtime_ns == sample.mtime_ns {
        return stat.size == sample.size;
    }
    let Some(content) = sample.content_hash else {
        return true;
    };
    hash_of(file.reader()).is_ok_and(|(hash, _)| hash == content)
}

/// Remembers what the root looks like now, for the next check.
pub(super) async fn keep(inner: &Inner, root: &RootRow, disk: Disk) -> Result<(), Error> {
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
        device: Some(disk.device),
        filesystem: disk.filesystem,
        samples: samples.join("\n"),
    };
    if identity != root.identity {
        inner.store.set_root_identity(root.id, identity).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number of a stick that was pulled out goes to the next one.
    #[test]
    fn another_disk_with_the_number_of_the_first_is_recognised() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path();
        std::fs::write(place.join("other.png"), b"x").unwrap();
        let here = check(place, &RootIdentity::default(), true).unwrap();
        let of = |device, filesystem: Option<&str>, samples: &str| RootIdentity {
            device: Some(device),
            filesystem: filesystem.map(str::to_owned),
            samples: samples.to_owned(),
        };
        let own = here.filesystem.as_deref();
        let there = |identity: &RootIdentity| check(place, identity, true).is_some();
        assert!(there(&of(here.device, own, "gone.png")));
        assert!(
            there(&of(here.device, None, "gone.png")),
            "as older programs wrote it down"
        );
        assert!(
            own.is_some(),
            "a temporary folder lies on a file system with a mark"
        );
        assert!(!there(&of(here.device, Some("another"), "gone.png")));
        assert!(!there(&of(here.device + 1, own, "gone.png")));
        for samples in ["other.png", "other.png\nother.png\nother.png\ngone.png"] {
            assert!(
                there(&of(here.device, Some("another"), samples)),
                "its files tell"
            );
        }
        assert!(!there(&of(here.device, Some("another"), "")));
    }
}
