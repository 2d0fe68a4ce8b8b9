//! Choosing a folder of the server's disk, for whoever may add folders, below those that were allowed.

use std::path::{Path, PathBuf};

use domain::{
    problem::ProblemKind,
    scan::{FolderListing, Root, RootRole},
};

use super::Roots;
use crate::{
    error::Error,
    files::{self, Allowed, Refusal},
};

impl Roots<'_> {
    /// A folder of the server's disk, for the folder picker: the home folder when none is named. A folder
    /// outside [`Options::picker`](crate::Options::picker) is refused.
    pub async fn browse(&self, path: Option<&str>) -> Result<FolderListing, Error> {
        let options = &self.inner.options;
        let (home, parents) = (options.home.clone(), options.picker.clone());
        let path = path.map(PathBuf::from);
        let listed = files::blocking(move || {
            files::list_folder(path.as_deref(), home.as_deref(), &Allowed::of(&parents))
                .map_err(|refusal| refused(path.as_deref(), refusal, &parents))
        });
        listed.await?
    }

    /// Watches a folder that somebody chose: [`Roots::add`] below [`Options::picker`](crate::Options::picker).
    pub async fn choose(&self, path: &str, role: RootRole) -> Result<Root, Error> {
        let (real, text) = self.allowed(path).await?;
        self.watch(real, text, role).await
    }

    /// [`allowed`] here.
    pub(super) async fn allowed(&self, path: &str) -> Result<(PathBuf, String), Error> {
        allowed(&self.inner.options.picker, path).await
    }
}

/// The real place of a folder that somebody chose, also as text; refused outside these parents.
pub(super) async fn allowed(parents: &[PathBuf], path: &str) -> Result<(PathBuf, String), Error> {
    let (path, parents) = (PathBuf::from(path), parents.to_vec());
    let real = files::blocking(move || {
        let real = Allowed::of(&parents).real_folder(&path);
        real.map_err(|refusal| refused(Some(&path), refusal, &parents))
    });
    with_text(real.await??)
}

/// The real place of a folder that whoever runs the gallery named, also as text.
pub(super) async fn real_folder(path: &str) -> Result<(PathBuf, String), Error> {
    let path = PathBuf::from(path);
    let real = files::blocking(move || {
        files::real_folder(&path).map_err(|error| folder_error(&path, &error))
    });
    with_text(real.await??)
}

fn with_text(real: PathBuf) -> Result<(PathBuf, String), Error> {
    let text = real.to_str().map(str::to_owned).ok_or_else(|| {
        Error::told(
            ProblemKind::Invalid,
            "The name of this folder is not readable text. Nothing was changed; rename the \
             folder, then add it again.",
        )
    })?;
    Ok((real, text))
}

fn refused(path: Option<&Path>, refusal: Refusal, parents: &[PathBuf]) -> Error {
    let error = match refusal {
        Refusal::Unreadable(error) => return folder_error(path.unwrap_or(Path::new("/")), &error),
        Refusal::Outside => parents.iter().map(|parent| parent.display().to_string()),
    };
    let parents: Vec<String> = error.collect();
    let where_else = match parents.as_slice() {
        [] => "No folder may be chosen in the browser here".to_owned(),
        [only] => format!("Only folders below {only} may be chosen here"),
        [some @ .., last] => {
            format!(
                "Only folders below {} and {last} may be chosen here",
                some.join(", ")
            )
        }
    };
    Error::told(
        ProblemKind::Forbidden,
        format!(
            "{where_else}. Nothing was changed; whoever runs Proofsheet can allow others with the \
             setting picker, or show this one with --library."
        ),
    )
}

fn folder_error(path: &Path, error: &std::io::Error) -> Error {
    let path = path.display();
    let (kind, sentence) = match error.kind() {
        std::io::ErrorKind::PermissionDenied => (
            ProblemKind::Forbidden,
            format!(
                "Proofsheet may not read {path}. Nothing was changed; allow the account that runs \
                 Proofsheet to read this folder, then try again."
            ),
        ),
        std::io::ErrorKind::NotADirectory => (
            ProblemKind::Invalid,
            format!("{path} is a file, not a folder. Nothing was changed; choose its folder."),
        ),
        _ => (
            ProblemKind::NotFound,
            format!(
                "There is no folder {path} on the machine that runs Proofsheet. Nothing was \
                 changed; check the spelling and that its disk is connected."
            ),
        ),
    };
    Error::told(kind, sentence)
}
