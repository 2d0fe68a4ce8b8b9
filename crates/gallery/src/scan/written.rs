//! Looking at once at files that another program says it has written.

use std::path::{Path, PathBuf};

use domain::image::Format;

use super::Scans;
use crate::{
    error::Error,
    files::{self, Place},
};

impl Scans<'_> {
    /// Reads files at once that another program says it has written: each by its folder below the one that this
    /// program writes to, and its name. A watched folder may be that one or one below it. What lies in none, or is
    /// called like no picture, is passed over. Gives how many files are looked at.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn written(&self, files: Vec<(String, String)>) -> Result<usize, Error> {
        let roots = self.inner.store.roots().await?;
        let thumbs = self.inner.data.thumbs().to_owned();
        let found = tokio::task::spawn_blocking(move || {
            let there = |path: &PathBuf| !path.starts_with(&thumbs) && files::exists(path);
            let mut found = Vec::new();
            for root in roots.iter().filter(|root| !root.paused) {
                let path = Path::new(&root.path);
                let places = files
                    .iter()
                    .filter(|(_, name)| Format::from_name(name).is_some())
                    .flat_map(|(folder, name)| places(path, folder, name));
                found.extend(places.filter(there).map(|path| (root.key, path)));
            }
            found
        });
        let found = found.await.map_err(|_| Error::Worker)?;
        let count = found.len();
        for (root, path) in found {
            self.inner.scanner.note(root, [path]);
        }
        Ok(count)
    }
}

/// Where a file may be inside a root: in its folder as that is called, or without the folder's first parts where the
/// root ends with them.
fn places(root: &Path, folder: &str, name: &str) -> Vec<PathBuf> {
    let folder = folder.replace('\\', "/");
    let parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    // A root ends with no more parts than it has.
    let most = parts.len().min(root.components().count());
    (0..=most)
        .filter(|cut| *cut == 0 || root.ends_with(parts[..*cut].join("/")))
        .filter_map(|cut| Place::new(root, &parts[cut..].join("/"), name))
        .map(|place| place.path())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_may_be_a_folder_below_the_one_that_is_written_to() {
        let of = |root: &str, folder: &str| places(Path::new(root), folder, "a.png");
        let all = |paths: &[&str]| paths.iter().map(PathBuf::from).collect::<Vec<_>>();
        assert_eq!(of("/comfy/output", ""), all(&["/comfy/output/a.png"]));
        assert_eq!(
            of("/comfy/output", "day/1"),
            all(&["/comfy/output/day/1/a.png"])
        );
        assert_eq!(
            of("/comfy/output/day", "day/1"),
            all(&["/comfy/output/day/day/1/a.png", "/comfy/output/day/1/a.png"])
        );
        assert_eq!(
            of("/comfy/output/day/1", "day\\1"),
            all(&[
                "/comfy/output/day/1/day/1/a.png",
                "/comfy/output/day/1/a.png"
            ])
        );
    }

    #[test]
    fn nothing_outside_of_a_root_is_looked_at() {
        let root = Path::new("/comfy/output");
        for (folder, name) in [
            ("..", "a.png"),
            ("x/../..", "a.png"),
            ("", "../a.png"),
            ("", "/a.png"),
        ] {
            assert!(places(root, folder, name).is_empty(), "{folder} {name}");
        }
        // An absolute folder is one below.
        assert_eq!(places(root, "/etc", "a.png"), [root.join("etc/a.png")]);
    }
}
