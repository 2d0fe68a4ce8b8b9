//! Renaming and moving files and folders.
//!
//! A file goes only if somebody allowed that for the folder it lies in and for the one it goes to, both are the
//! ones that were added, and nothing has its name there. What is meant is written
//! down before the first file goes; so after a crash [`recover`] tells by looking which of them went. All of it
//! is one operation, which [`Judge::undo`](crate::Judge::undo) takes back.

mod carry;

use std::{
    collections::{BTreeSet, HashSet},
    path::Path,
    sync::Arc,
};

use domain::{
    id::{ImageId, OperationId, RootId},
    image::Format,
    judgement::Done,
    organise::{MOST_MOVED, Moved, StayReason, Target, above, inside, plain_folder, plain_name},
    problem::ProblemKind,
    selection::Selection,
    upload::with_ending,
};
use store::rows::{Author, Begun, HeldFile, MovedFile, NewMove, PastMove, RootRow, Spot};

use self::carry::{Carried, Step};
use crate::{
    Gallery, Inner, Search,
    error::{Error, not_found},
    files::{Place, blocking},
    keeper,
    roots::{Reachable, reachable},
    scan,
};

/// Renaming and moving.
pub struct Organise<'a> {
    inner: &'a Arc<Inner>,
}

impl Gallery {
    /// Renaming and moving files and folders.
    pub fn organise(&self) -> Organise<'_> {
        Organise { inner: &self.inner }
    }
}

impl Organise<'_> {
    /// Gives the file of a picture another name in its folder. The ending of its format is added where the name
    /// has another one.
    ///
    /// # Errors
    /// When it is no name for a file, or there is no such picture.
    pub async fn rename(&self, image: ImageId, name: &str, actor: &str) -> Result<Moved, Error> {
        let name = plain_name(name).ok_or_else(bad_name)?;
        let key = self.inner.keeper.snapshot().index.key_of(image);
        let files = self.held(&[key.ok_or_else(not_found)?]).await?;
        let moved = files.iter().map(|file| {
            let to = Spot {
                name: match Format::from_name(&file.name) {
                    Some(format) => with_ending(&name, format),
                    None => name.clone(),
                },
                ..Spot::of(file)
            };
            to_spot(file, to)
        });
        go(self.inner, self.inner.author(actor), None, moved.collect()).await
    }

    /// Moves the files of a selection into a folder, which is made where it is not there. Where one has a name
    /// that is taken there it gets a number behind it.
    ///
    /// # Errors
    /// When it is no folder that can be made, or the selection has more than [`MOST_MOVED`] pictures.
    pub async fn gather(
        &self,
        selection: &Selection,
        target: &Target,
        actor: &str,
    ) -> Result<Moved, Error> {
        let folder = plain_folder(&target.folder).ok_or_else(bad_name)?;
        let root = self.root(target.root).await?.key;
        let keys = Search::new(self.inner).keys(selection).await?;
        if keys.len() > MOST_MOVED {
            return Err(Error::told(
                ProblemKind::TooLarge,
                "These are more than 50,000 pictures, which is too many to move at once. Nothing was moved; \
                 choose fewer, or move their whole folder.",
            ));
        }
        let mut files = self.held(&keys).await?;
        files.retain(|file| (file.root, &file.folder) != (root, &folder));
        let names: Vec<String> = files.iter().map(|file| file.name.clone()).collect();
        let known = self.inner.store.known_names(root, &folder, &names).await?;
        let mut taken = Names(known.into_iter().map(|name| name.to_lowercase()).collect());
        let moved = files.iter().map(|file| {
            let to = Spot {
                root,
                folder: folder.clone(),
                name: taken.free(&file.name),
            };
            to_spot(file, to)
        });
        let moved = moved.collect();
        go(self.inner, self.inner.author(actor), None, moved).await
    }

    /// Gives a folder another name, or moves it into another one, with everything in it.
    ///
    /// # Errors
    /// When it is the top of a watched folder, would go into itself, or is no folder that can be made.
    pub async fn folder(&self, from: &Target, to: &Target, actor: &str) -> Result<Moved, Error> {
        let folder = plain_folder(&to.folder).ok_or_else(bad_name)?;
        let (here, there) = (
            self.root(from.root).await?.key,
            self.root(to.root).await?.key,
        );
        if above(&from.folder).is_none() || folder.is_empty() {
            return Err(Error::told(
                ProblemKind::Invalid,
                "This is a watched folder itself, not one inside it. Nothing was moved; choose a folder below \
                 it.",
            ));
        }
        if here == there && inside(&folder, "").starts_with(&inside(&from.folder, "")) {
            return Err(Error::told(
                ProblemKind::Invalid,
                "A folder cannot go into itself, and this is its name already. Nothing was moved; choose \
                 another place.",
            ));
        }
        let spot = |root, folder: &str| Spot {
            root,
            folder: folder.to_owned(),
            name: String::new(),
        };
        let file = MovedFile {
            location: None,
            from: spot(here, &from.folder),
            to: spot(there, &folder),
        };
        go(self.inner, self.inner.author(actor), None, vec![file]).await
    }

    /// [`Organise::gather`] into a folder in the words of people.
    pub async fn gather_in(
        &self,
        selection: &Selection,
        to: &str,
        actor: &str,
    ) -> Result<Moved, Error> {
        let target = self.target(to).await?;
        self.gather(selection, &target, actor).await
    }

    /// [`Organise::folder`] in the words of people.
    pub async fn folder_in(&self, from: &str, to: &str, actor: &str) -> Result<Moved, Error> {
        let (from, to) = (self.target(from).await?, self.target(to).await?);
        self.folder(&from, &to, actor).await
    }

    /// A folder in the words of people: the name of a watched folder, then the way inside it.
    ///
    /// # Errors
    /// When no watched folder has that name.
    pub async fn target(&self, words: &str) -> Result<Target, Error> {
        // Also as the page shows it, with spaces between the parts.
        let parts = words.split('/').map(str::trim);
        let words = parts
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("/");
        let roots = self.inner.store.roots().await?;
        let fits = |root: &&RootRow| {
            let rest = words.strip_prefix(root.name.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        // A name may begin with another one.
        let root = roots.iter().filter(fits).max_by_key(|root| root.name.len());
        let Some(root) = root else {
            return Err(Error::told(
                ProblemKind::NotFound,
                "No watched folder has the name that this begins with. Nothing was moved; begin with one of \
                 those on the page of folders.",
            ));
        };
        Ok(Target {
            root: root.id,
            folder: words[root.name.len()..].trim_matches('/').to_owned(),
        })
    }

    async fn root(&self, id: RootId) -> Result<RootRow, Error> {
        let roots = self.inner.store.roots().await?;
        roots
            .into_iter()
            .find(|root| root.id == id)
            .ok_or_else(not_found)
    }

    /// The files of pictures that are not known to be gone.
    async fn held(&self, keys: &[i64]) -> Result<Vec<HeldFile>, Error> {
        let mut files = self.inner.store.held_files_of(keys).await?;
        files.retain(|file| !file.missing);
        Ok(files)
    }
}

/// A file that is to go somewhere else.
fn to_spot(file: &HeldFile, to: Spot) -> MovedFile {
    MovedFile {
        location: Some(file.location),
        from: Spot::of(file),
        to,
    }
}

/// Moves what may be moved, as one operation.
async fn go(
    inner: &Arc<Inner>,
    author: Author,
    undoes: Option<OperationId>,
    files: Vec<MovedFile>,
) -> Result<Moved, Error> {
    let _here_only = inner.emptying.lock().await;
    let roots = reachable(inner).await?;
    let mut told = Moved::default();
    let going = files.into_iter().filter(|file| file.from != file.to);
    let steps = going.filter_map(|file| step(&roots, file, &mut told));
    let steps = steps.collect();
    carry_out(inner, author, undoes, steps, told).await
}

/// Names that are taken in a folder, in lower case: some disks do not tell them apart.
#[derive(Default)]
struct Names(HashSet<String>);

impl Names {
    /// A name that is not, and that is taken from now on.
    fn free(&mut self, name: &str) -> String {
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
        let dot = if ending.is_empty() { "" } else { "." };
        let numbered = (2..).map(|number| format!("{stem} {number}{dot}{ending}"));
        let mut all = std::iter::once(name.to_owned()).chain(numbered);
        let free = all.find(|name| self.0.insert(name.to_lowercase()));
        free.unwrap_or_default()
    }
}

fn bad_name() -> Error {
    Error::told(
        ProblemKind::Invalid,
        "This is no name for a file or folder on every system: it must not be empty, begin or end with a dot, \
         have one of the signs \\ / : * ? \" < > |, be longer than 180 letters, or be the name of a device such as \
         CON. Nothing was moved; choose another one.",
    )
}

/// What is to be done for a file or folder; `None` where its folders do not let it go, which is counted.
fn step(roots: &Reachable, file: MovedFile, told: &mut Moved) -> Option<Step> {
    let name = last(&file.from).to_owned();
    for key in [file.from.root, file.to.root] {
        let reason = match roots.root(key) {
            Some(root) if !root.allow_organise => StayReason::NotAllowed,
            Some(_) if roots.is_there(key) => continue,
            _ => StayReason::Offline,
        };
        told.stay(reason, &name);
        return None;
    }
    let places = place(roots, &file.from).zip(place(roots, &file.to));
    let Some((from, to)) = places else {
        told.stay(StayReason::Refused, &name);
        return None;
    };
    Some(Step { file, from, to })
}

/// The last part of where something lies.
fn last(spot: &Spot) -> &str {
    match above(&spot.folder) {
        Some((_, own)) if spot.name.is_empty() => own,
        _ => &spot.name,
    }
}

fn place(roots: &Reachable, spot: &Spot) -> Option<Place> {
    let root = Path::new(&roots.root(spot.root)?.path);
    if spot.name.is_empty() {
        let (above, own) = above(&spot.folder)?;
        return Place::new(root, above, own);
    }
    Place::new(root, &spot.folder, &spot.name)
}

/// Writes down what is meant, moves it, and notes what went. The caller holds the lock of whoever moves and
/// deletes files.
async fn carry_out(
    inner: &Arc<Inner>,
    author: Author,
    undoes: Option<OperationId>,
    steps: Vec<Step>,
    mut told: Moved,
) -> Result<Moved, Error> {
    if steps.is_empty() {
        return Ok(told);
    }
    let operation = author.operation;
    let new = NewMove {
        author,
        undoes,
        files: steps.iter().map(|step| step.file.clone()).collect(),
    };
    // Nothing comes in meanwhile at a place that is about to be another one.
    let _placing = inner.receiver.placing().await;
    let taken: BTreeSet<usize> = match inner.store.begin_move(new).await? {
        Begun::Now { taken } => taken.into_iter().collect(),
        Begun::Before(pictures) => {
            told.operation = Some(operation);
            told.pictures = pictures;
            return Ok(told);
        }
    };
    let mut going = Vec::with_capacity(steps.len());
    for (ordinal, step) in steps.into_iter().enumerate() {
        if taken.contains(&ordinal) {
            told.stay(StayReason::Taken, last(&step.file.from));
        } else {
            going.push((ordinal as i64, step));
        }
    }
    if going.is_empty() {
        return Ok(told);
    }
    let Carried { gone, stayed } = blocking(move || carry::carry(&going))
        .await?
        .map_err(Error::file("moving files"))?;
    for (reason, name) in stayed {
        told.stay(reason, &name);
    }
    let done = inner.store.finish_move(operation, gone).await?;
    told.operation = done.operation;
    told.pictures = done.changed;
    keeper::catch_up(inner).await?;
    scan::wake(inner);
    Ok(told)
}

/// Takes back what an operation moved. Files that were moved again since stay, and are counted.
pub(crate) async fn back(
    inner: &Arc<Inner>,
    author: Author,
    undone: OperationId,
    past: PastMove,
) -> Result<Done, Error> {
    let folder = past.folder.map(|(was, is)| MovedFile {
        location: None,
        from: is,
        to: was,
    });
    let files = past.files.into_iter();
    let files = files.map(|(now, was)| to_spot(&now, was));
    let moved = go(
        inner,
        author,
        Some(undone),
        folder.into_iter().chain(files).collect(),
    )
    .await?;
    let stayed: u64 = moved.stayed.iter().map(|stayed| stayed.files).sum();
    Ok(Done {
        operation: moved.operation,
        changed: moved.pictures,
        conflicts: past.elsewhere + stayed,
    })
}

/// Settles what a crash left half done: what lies at its target has moved, everything else has not. Moves of
/// folders that cannot be reached wait for the next start.
pub(crate) async fn recover(inner: &Arc<Inner>) -> Result<(), Error> {
    let open = inner.store.open_moves().await?;
    if open.is_empty() {
        return Ok(());
    }
    let roots = Arc::new(reachable(inner).await?);
    for row in open {
        let there = |(_, file): &(i64, MovedFile)| {
            roots.is_there(file.from.root) && roots.is_there(file.to.root)
        };
        if !row.files.iter().all(there) {
            continue;
        }
        let looking = Arc::clone(&roots);
        let look = move || {
            let steps = row.files.into_iter().filter_map(|(ordinal, file)| {
                let (from, to) = place(&looking, &file.from).zip(place(&looking, &file.to))?;
                Some((ordinal, Step { file, from, to }))
            });
            carry::settle(&steps.collect::<Vec<_>>())
        };
        let operation = row.author.operation;
        match blocking(look).await? {
            Ok(gone) => drop(inner.store.finish_move(operation, gone).await?),
            // Its row stays for the next start.
            Err(error) => {
                tracing::error!(%operation, %error, "a move could not be brought to its end");
            }
        }
    }
    Ok(())
}
