//! The logs that Fooocus writes into the folder of each day, for pictures that carry no recipe.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use domain::recipe::Recipe;

use crate::files::{OpenFile, Place, Stat};

/// Larger logs are not read, in bytes; a picture takes about 4,000.
const LOG: u64 = 32 << 20;

/// Logs that are remembered: those of the folders that are being read at the moment.
const REMEMBERED: usize = 4;

type Log = HashMap<String, Recipe>;

/// A log is read once for all pictures of its folder. It is recognised by the file's own number, its
/// size and time, so all galleries of a process may share it.
static KNOWN: Mutex<VecDeque<(Stat, Arc<Log>)>> = Mutex::new(VecDeque::new());

/// What the log beside a picture says of it.
pub(super) fn recipe(place: &Place) -> Option<Recipe> {
    let (file, stat) = OpenFile::open(&place.neighbour("log.html")).ok()?;
    if let Some(known) = known(stat) {
        return known.get(place.name()).cloned();
    }
    let bytes = file.read_all(LOG).ok()?;
    let log = metadata::fooocus_log(&String::from_utf8_lossy(&bytes));
    let log: Log = log.into_iter().collect();
    let recipe = log.get(place.name()).cloned();
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.truncate(REMEMBERED - 1);
    known.push_front((stat, Arc::new(log)));
    recipe
}

fn known(stat: Stat) -> Option<Arc<Log>> {
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let same = known.iter().find(|(other, _)| *other == stat);
    same.map(|(_, log)| Arc::clone(log))
}
