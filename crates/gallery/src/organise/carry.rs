//! The files of a move: from one place to another, with what lies beside them.

use std::{collections::BTreeMap, io, path::PathBuf};

use domain::{image::Format, organise::StayReason};
use store::rows::MovedFile;

use super::last;
use crate::files::Place;

/// One file or folder that goes somewhere else.
pub(super) struct Step {
    /// As the store knows it.
    pub(super) file: MovedFile,
    /// Where it is.
    pub(super) from: Place,
    /// Where it goes.
    pub(super) to: Place,
}

/// What came of moving.
pub(super) struct Carried {
    /// Numbers of what lies at its target now.
    pub(super) gone: Vec<i64>,
    /// What stayed, and why.
    pub(super) stayed: Vec<(StayReason, String)>,
}

/// Moves all of it, for certain when it returns.
pub(super) fn carry(steps: &[(i64, Step)]) -> io::Result<Carried> {
    let mut carried = Carried {
        gone: Vec::with_capacity(steps.len()),
        stayed: Vec::new(),
    };
    let mut changed = Folders::default();
    for (ordinal, step) in steps {
        match go(step) {
            Ok(()) => {
                changed.note(&step.from, &step.to);
                carried.gone.push(*ordinal);
            }
            Err(reason) => {
                let name = last(&step.file.from).to_owned();
                carried.stayed.push((reason, name));
            }
        }
    }
    changed.sync()?;
    Ok(carried)
}

fn go(Step { file, from, to }: &Step) -> Result<(), StayReason> {
    from.go_quietly(to).map_err(|error| reason(&error))?;
    if file.location.is_some() {
        bring_along(from, to);
    }
    Ok(())
}

fn reason(error: &io::Error) -> StayReason {
    match error.kind() {
        io::ErrorKind::AlreadyExists | io::ErrorKind::DirectoryNotEmpty => StayReason::Taken,
        io::ErrorKind::CrossesDevices => StayReason::OtherDisk,
        io::ErrorKind::NotFound => StayReason::Gone,
        _ => {
            tracing::warn!(%error, "a file could not be moved");
            StayReason::Refused
        }
    }
}

/// Moves what programs wrote about a file along with it, because its recipe may stand there. What a picture of
/// the same name but for its ending needs too stays, and so does what would take another one's place.
fn bring_along(from: &Place, to: &Place) {
    let own = from.name().to_owned();
    let shared = stem_is_shared(from);
    for (text, there) in from.beside().into_iter().zip(to.beside()) {
        let whole = text.name().starts_with(&own);
        if (!whole && shared) || text.stat().is_err() {
            continue;
        }
        match text.go_quietly(&there) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                tracing::warn!(%error, "what was written about a picture could not go with it");
            }
            _ => {}
        }
    }
}

/// Whether another picture in the folder has the name of one that was there, but for its ending.
fn stem_is_shared(was: &Place) -> bool {
    let name = was.name();
    let Some((stem, own)) = name.rsplit_once('.') else {
        return false;
    };
    let endings = Format::ALL.map(Format::word);
    let mut others = endings
        .into_iter()
        .chain(["jpg"])
        .filter(|ending| *ending != own);
    others.any(|ending| was.neighbour(&format!("{stem}.{ending}")).stat().is_ok())
}

/// Numbers of what lies at its target after a crash, for certain when it returns.
pub(super) fn settle(steps: &[(i64, Step)]) -> io::Result<Vec<i64>> {
    let (mut gone, mut changed) = (Vec::new(), Folders::default());
    for (ordinal, Step { file, from, to }) in steps {
        match (from.stat(), to.stat()) {
            (Err(_), Ok(_)) => {}
            // It has both names where the disk gives a second one before it takes the first away.
            (Ok(one), Ok(other)) if (one.inode, one.dev) == (other.inode, other.dev) => {
                from.drop_name()?;
            }
            _ => continue,
        }
        if file.location.is_some() {
            bring_along(from, to);
        }
        changed.note(from, to);
        gone.push(*ordinal);
    }
    changed.sync()?;
    Ok(gone)
}

/// Folders of which files went or came, each with a file of it.
#[derive(Default)]
struct Folders {
    reached: BTreeMap<PathBuf, Place>,
    left: BTreeMap<PathBuf, Place>,
}

impl Folders {
    fn note(&mut self, from: &Place, to: &Place) {
        let note = |folders: &mut BTreeMap<PathBuf, Place>, place: &Place| {
            folders
                .entry(place.folder())
                .or_insert_with(|| place.clone());
        };
        note(&mut self.reached, to);
        note(&mut self.left, from);
    }

    /// Those into which files came first: else a file could be nowhere after the power failed.
    fn sync(&self) -> io::Result<()> {
        let mut all = self.reached.values().chain(self.left.values());
        all.try_for_each(Place::sync_above)
    }
}
