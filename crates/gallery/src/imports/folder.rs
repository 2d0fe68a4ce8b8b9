//! A folder of pictures, copied into the gallery's own.

use std::{path::Path, sync::Arc};

use domain::{
    import::{Defaults, Imported, Step},
    judgement::{Edit, MOST_STARS},
    photoset::LONGEST_LINE,
    problem::ProblemKind,
    tag::clean_name,
};
use media::names::seen_name;

use super::{
    How, Told, archives, below, blocking,
    details::line,
    own_root, said, sets,
    take::{Fate, Item, Source, Taker},
};
use crate::{Inner, error::Error, files, keeper};

/// Pictures that are looked at at a time.
const BATCH: usize = 2_000;

/// What came in out of a folder.
#[derive(Default)]
pub(super) struct FromFolder {
    /// The pictures, in the order of their paths.
    pub(super) keys: Vec<i64>,
    /// The same by their paths below the folder; without a key those that would come in.
    pub(super) named: Vec<(String, Option<i64>)>,
}

/// Takes the pictures below a folder in. They go into a folder that is called like their photoset, or like
/// the one they come from.
pub(super) async fn take(
    inner: &Arc<Inner>,
    folder: &Path,
    photoset: Option<&str>,
    how: &How,
    told: Told<'_>,
    imported: &mut Imported,
) -> Result<FromFolder, Error> {
    let (found, odd) = below(folder).await?;
    for (path, odd) in odd {
        imported.refused += 1;
        imported.trouble(&path, None, said::odd(odd));
    }
    let path = folder.to_owned();
    let top = blocking(move || files::real_folder(&path)).await?;
    let top = top.map_err(Error::file("looking at a folder"))?;
    refuse_own(inner, &top)?;
    let own = top.file_name().unwrap_or_default().to_string_lossy();
    let name = seen_name(photoset.unwrap_or(&own));
    let (from, mut counted) = (top.clone(), Imported::default());
    let listed = blocking(move || {
        let items = archives::items_below(&from, &found, &name, &mut counted);
        (items, counted)
    });
    let (items, counted) = listed.await?;
    add(imported, counted);
    let shown = folder.display().to_string();
    let tell = |done: usize, of: usize| {
        told(&Step {
            name: shown.clone(),
            done: done as u64,
            of: of as u64,
            archive: (1, 1),
        });
    };
    tell(0, items.len());
    let Some(root) = own_root(inner, how.dry).await? else {
        archives::count_new(&items, imported);
        return Ok(FromFolder::of(&items, vec![None; items.len()]));
    };
    if how.dry {
        let keys = archives::look(inner, &root, &items, imported).await?;
        return Ok(FromFolder::of(&items, keys));
    }
    let taker = Taker {
        inner: Arc::clone(inner),
        root,
        trusting: how.trusting,
    };
    let source = Source::Folder(top);
    let fates = archives::take_all(&taker, source, &items, &shown, &tell, imported).await?;
    let came = items.into_iter().zip(fates.iter().map(Fate::key));
    let (items, keys): (Vec<Item>, Vec<Option<i64>>) =
        came.filter(|(_, key)| key.is_some()).unzip();
    Ok(FromFolder::of(&items, keys))
}

impl FromFolder {
    fn of(items: &[Item], keys: Vec<Option<i64>>) -> Self {
        let paths = items.iter().map(|item| item.inside.clone());
        Self {
            keys: keys.iter().copied().flatten().collect(),
            named: paths.zip(keys).collect(),
        }
    }
}

/// What the gallery keeps itself is not copied into it again.
fn refuse_own(inner: &Inner, top: &Path) -> Result<(), Error> {
    let data = inner.data.path();
    let data = files::real_folder(data).unwrap_or_else(|_| data.to_owned());
    if !top.starts_with(&data) && !data.starts_with(top) {
        return Ok(());
    }
    Err(Error::told(
        ProblemKind::Invalid,
        format!(
            "{} lies in the gallery's own folder, or holds it. Nothing was copied; name the folder with your pictures \
             alone.",
            top.display()
        ),
    ))
}

fn add(imported: &mut Imported, counted: Imported) {
    imported.beside += counted.beside;
    imported.other += counted.other;
    imported.nested += counted.nested;
    imported.renamed += counted.renamed;
    imported.refused += counted.refused;
    imported.more_troubles += counted.more_troubles;
    for trouble in counted.troubles {
        imported.trouble(&trouble.path, trouble.entry.as_deref(), trouble.message);
    }
}

/// Puts what was asked for on pictures that came in. Stars that somebody gave stay.
pub(super) async fn mark(
    inner: &Inner,
    taken: &FromFolder,
    defaults: &Defaults,
    how: &How,
    imported: &mut Imported,
) -> Result<(), Error> {
    if let Some(name) = &defaults.photoset {
        let name = line(name, LONGEST_LINE);
        sets::put_named(inner, &name, taken.keys.clone(), how, imported).await?;
    }
    let mut marked = 0;
    if let Some(stars) = defaults.rating.filter(|stars| *stars > 0) {
        let mut keys = Vec::new();
        for some in taken.keys.chunks(BATCH) {
            let rows = inner.store.index_rows_of(some).await?.into_iter();
            let unrated = rows.filter(|row| row.judgement.rating == 0);
            keys.extend(unrated.map(|row| row.key));
        }
        marked = keys.len() as u64;
        if !how.dry && !keys.is_empty() {
            let parts = vec![(keys, Edit::Rating(stars))];
            let author = inner.author(&how.actor);
            inner.store.judge_late(author, parts, Vec::new()).await?;
        }
    }
    for tag in &defaults.tags {
        if !how.dry && !taken.keys.is_empty() {
            let (author, keys) = (inner.author(&how.actor), taken.keys.clone());
            let done = inner.store.set_tag(author, keys, tag.clone(), true).await?;
            marked = marked.max(done.changed);
        }
    }
    imported.marked += marked;
    if how.dry && (defaults.rating.is_some() || !defaults.tags.is_empty()) {
        imported.marked = taken.named.len() as u64;
    }
    keeper::catch_up(inner).await
}

/// What is put on everything, as it may be.
pub(super) fn checked(defaults: &Defaults) -> Result<Defaults, Error> {
    let invalid = |why: String| Error::told(ProblemKind::Invalid, why);
    let tags = defaults.tags.iter().map(|tag| clean_name(tag));
    let tags: Result<Vec<String>, _> = tags.collect();
    if defaults.rating.is_some_and(|stars| stars > MOST_STARS) {
        let why = format!("Stars go from 0 to {MOST_STARS}. Nothing was changed.");
        return Err(invalid(why));
    }
    let photoset = defaults.photoset.as_ref();
    if photoset.is_some_and(|name| line(name, LONGEST_LINE).is_empty()) {
        return Err(invalid(domain::photoset::SetError::Nameless.to_string()));
    }
    Ok(Defaults {
        tags: tags.map_err(|error| invalid(error.to_string()))?,
        ..defaults.clone()
    })
}
