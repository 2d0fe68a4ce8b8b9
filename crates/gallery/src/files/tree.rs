//! What lies below a folder that somebody named, or that an archive was unpacked into.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use domain::time::Timestamp;

use super::Stat;

/// A plain file that is open.
pub(crate) type PlainFile = File;

/// Folders that lie deeper in each other are not looked into.
const DEEPEST: usize = 64;

/// A file below a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Below {
    /// Its folder inside the one that was named, with `/`; empty at the top.
    pub(crate) folder: String,
    /// Its name.
    pub(crate) name: String,
    /// Its bytes.
    pub(crate) size: u64,
    /// When it was last written.
    pub(crate) modified: Timestamp,
    /// Whether it has several names, as only what an archive made can be asked about.
    pub(crate) several_names: bool,
}

impl Below {
    /// Its path inside the folder that was named.
    pub(crate) fn path(&self) -> String {
        if self.folder.is_empty() {
            self.name.clone()
        } else {
            format!("{}/{}", self.folder, self.name)
        }
    }
}

/// What is passed over, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Odd {
    /// A link; it may lead anywhere.
    Link,
    /// A device, a pipe or another thing that is no file.
    Special,
    /// Its name is no readable text.
    Name,
    /// The system does not let it be looked at.
    Closed,
    /// It lies deeper than anybody needs.
    Deep,
}

/// Files, and what is passed over by its path.
pub(crate) type Found = (Vec<Below>, Vec<(String, Odd)>);

/// All files below a folder by name, and what is passed over. Links are not followed; hidden files and
/// folders are left out without a word unless they are wanted.
pub(crate) fn below(top: &Path, hidden: bool) -> io::Result<Found> {
    let (mut files, mut odd) = (Vec::new(), Vec::new());
    let mut waiting = vec![(top.to_owned(), String::new(), 0)];
    while let Some((path, folder, depth)) = waiting.pop() {
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) if depth == 0 => return Err(error),
            Err(_) => {
                odd.push((folder, Odd::Closed));
                continue;
            }
        };
        for entry in entries {
            let Ok(entry) = entry else {
                odd.push((folder.clone(), Odd::Closed));
                break;
            };
            let own = entry.file_name();
            let shown = join(&folder, &own.to_string_lossy());
            if !hidden && own.as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let Some(name) = own.to_str() else {
                odd.push((shown, Odd::Name));
                continue;
            };
            let Ok(facts) = fs::symlink_metadata(entry.path()) else {
                odd.push((shown, Odd::Closed));
                continue;
            };
            if facts.is_dir() {
                if depth == DEEPEST {
                    odd.push((shown, Odd::Deep));
                } else {
                    waiting.push((entry.path(), shown, depth + 1));
                }
            } else if facts.is_file() {
                files.push(Below {
                    folder: folder.clone(),
                    name: name.to_owned(),
                    size: facts.len(),
                    modified: Timestamp(Stat::of(&facts).mtime_ns / 1_000_000),
                    several_names: facts.nlink() > 1,
                });
            } else {
                let kind = if facts.is_symlink() {
                    Odd::Link
                } else {
                    Odd::Special
                };
                odd.push((shown, kind));
            }
        }
    }
    files.sort_by_cached_key(Below::path);
    odd.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok((files, odd))
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

/// A private folder into which another program unpacks an archive. It is gone when dropped.
#[derive(Debug)]
pub(crate) struct Unpacked(PathBuf);

impl Unpacked {
    pub(super) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// How many files and bytes are in it by now; what cannot be looked at is not counted.
    pub(crate) fn weigh(&self) -> (u64, u64) {
        let (mut files, mut bytes) = (0, 0);
        let mut waiting = vec![self.0.clone()];
        while let Some(folder) = waiting.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                files += 1;
                match entry.metadata() {
                    Ok(facts) if facts.is_dir() => waiting.push(entry.path()),
                    Ok(facts) => bytes += facts.len(),
                    Err(_) => {}
                }
            }
        }
        (files, bytes)
    }
}

impl Drop for Unpacked {
    fn drop(&mut self) {
        // What stays is swept at the next start.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_are_not_followed_and_hidden_files_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir_all(path("b/c")).unwrap();
        fs::create_dir(path(".hidden")).unwrap();
        for file in ["b/c/2.png", "a.png", ".hidden/3.png", "b/.4.png"] {
            fs::write(path(file), file).unwrap();
        }
        symlink("/etc/hostname", path("link.png")).unwrap();
        symlink(folder.path(), path("b/round")).unwrap();
        let (files, odd) = below(folder.path(), false).unwrap();
        let names: Vec<String> = files.iter().map(Below::path).collect();
        assert_eq!(names, ["a.png", "b/c/2.png"]);
        let odd: Vec<(&str, Odd)> = odd.iter().map(|(a, b)| (a.as_str(), *b)).collect();
        assert_eq!(odd, [("b/round", Odd::Link), ("link.png", Odd::Link)]);
        let (files, _) = below(folder.path(), true).unwrap();
        assert_eq!(files.len(), 4);
        assert!(below(&path("nowhere"), true).is_err());
    }
}
