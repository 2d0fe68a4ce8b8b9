//! Looking through folders for what belongs to nobody.

use std::{fs, io, path::Path};

use super::Stat;

/// Something in a folder.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    /// Its name, as far as it can be shown.
    pub(crate) name: String,
    /// Whether it is a folder.
    pub(crate) folder: bool,
    /// What tells how old it is.
    pub(crate) stat: Stat,
}

/// What lies in a folder, by name; a folder that is not there holds nothing. Links are told as files.
pub(crate) fn list(folder: &Path) -> io::Result<Vec<Listed>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut listed = Vec::new();
    for entry in entries {
        let entry = entry?;
        // Somebody may remove it meanwhile.
        let Ok(facts) = entry.metadata() else {
            continue;
        };
        listed.push(Listed {
            name: entry.file_name().to_string_lossy().into_owned(),
            folder: facts.is_dir(),
            stat: Stat::of(&facts),
        });
    }
    listed.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    Ok(listed)
}

/// The bytes of main memory that this process takes, where the system tells.
pub(crate) fn memory() -> Option<u64> {
    let text = fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes << 10)
}

/// Makes sure that the names in a folder survive a power cut.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

/// Makes sure that the bytes of a file survive a power cut.
pub(crate) fn sync_file(file: &Path) -> io::Result<()> {
    fs::File::open(file)?.sync_all()
}

/// Gives a file another name in place of whatever has it, for certain when it returns.
pub(crate) fn replace(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    to.parent().map_or(Ok(()), sync_folder)
}

/// Removes a folder with all that is in it.
pub(crate) fn remove_folder(folder: &Path) -> io::Result<()> {
    fs::remove_dir_all(folder)
}
