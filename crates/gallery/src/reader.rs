//! How recipes are read: from the file, from what lies beside it, by which rules.

mod logs;

use std::{
    path::Path,
    sync::{Arc, PoisonError, RwLock},
};

use domain::{problem::ProblemKind, recipe::RawChunk};
use metadata::{Limits, Reading, Rules};
use store::rows::Reread;

use crate::{
    error::Error,
    files::{self, DataFolder, OpenFile, Place},
};

/// Larger texts beside a picture are not its recipe, in bytes.
const BESIDE: u64 = 2 << 20;

/// The rules in force.
pub(crate) struct Reader {
    rules: RwLock<Arc<Rules>>,
}

impl Reader {
    /// Reads the user's own rules, if there are any in the data folder.
    pub(crate) fn open(data: &DataFolder) -> Result<Self, Error> {
        Ok(Self {
            rules: RwLock::new(load(data)?),
        })
    }

    /// The rules.
    pub(crate) fn rules(&self) -> Arc<Rules> {
        Arc::clone(&self.rules.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the user's own rules again; with a mistake in them the last ones stay. Tells whether folders
    /// give other personas by them.
    pub(crate) fn renew(&self, data: &DataFolder) -> Result<bool, Error> {
        let rules = load(data)?;
        let mut own = self.rules.write().unwrap_or_else(PoisonError::into_inner);
        let former = std::mem::replace(&mut *own, rules);
        Ok(!own.same_personas(&former))
    }
}

fn load(data: &DataFolder) -> Result<Arc<Rules>, Error> {
    let path = data.rules();
    if files::exists(&path) {
        own_rules(&path).map(Arc::new)
    } else {
        Ok(Arc::new(Rules::builtin().clone()))
    }
}

/// The built-in rules with those of a file over them. Fails with a sentence that names the line.
pub fn own_rules(path: &Path) -> Result<Rules, Error> {
    let refused = |reason: String| {
        let message = format!(
            "{} cannot be used: {reason}. Nothing was changed; correct it, or go on without it.",
            path.display()
        );
        Error::told(ProblemKind::Invalid, message)
    };
    let text = files::read_text(path).map_err(|error| refused(error.to_string()))?;
    Rules::with(&text).map_err(|error| refused(error.to_string()))
}

/// What text chunks of a picture say by these rules; nothing when they hold no recipe.
pub(crate) fn reread(image: i64, raw: &[RawChunk], rules: &Rules) -> Option<Reread> {
    let read = metadata::reread_with(raw, rules);
    (!read.recipe.is_empty()).then(|| Reread {
        image,
        recipe: read.recipe,
        notices: read.notices,
        parameters: read.parameters,
        has_workflow: read.has_workflow,
        unparsed: read.unparsed,
        secret: !metadata::secrets(raw).is_empty(),
    })
}

/// What a file says about itself; where it says nothing, what a file beside it says.
pub(crate) fn read(file: &OpenFile, place: &Place, rules: &Rules) -> Reading {
    let mut reading = metadata::read_with(file, &Limits::default(), rules);
    if reading.recipe.is_empty()
        && let Some(beside) = place.beside().iter().find_map(sidecar)
    {
        reading.recipe = beside.recipe;
        reading.parameters = beside.parameters;
        reading.has_workflow |= beside.has_workflow;
        reading.unparsed = beside.unparsed;
        reading.raw.extend(beside.raw);
        reading.notices.extend(beside.notices);
    }
    if reading.recipe.is_empty()
        && let Some(logged) = logs::recipe(place)
    {
        reading.parameters = metadata::settings(&logged);
        reading.recipe = logged;
    }
    reading
}

/// What a text says that lies beside pictures.
pub(crate) fn text(name: &str, source: &dyn metadata::ReadAt) -> Option<Reading> {
    let length = Some(source.len()).filter(|length| *length <= BESIDE)?;
    let mut bytes = vec![0; usize::try_from(length).ok()?];
    let mut from = 0;
    while from < bytes.len() {
        match source.read_at(from as u64, &mut bytes[from..]).ok()? {
            0 => return None,
            some => from += some,
        }
    }
    metadata::sidecar(name, &String::from_utf8_lossy(&bytes))
}

fn sidecar(place: &Place) -> Option<Reading> {
    let (file, _) = OpenFile::open(place).ok()?;
    let bytes = file.read_all(BESIDE).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    metadata::sidecar(place.name(), &text)
}
