//! Where a user's things are on each system.

use std::env;
use std::path::PathBuf;

/// What stands between the folders of a list in an environment variable.
pub(super) const LIST: char = if cfg!(windows) { ';' } else { ':' };

/// The user's home folder.
pub(super) fn home() -> Option<PathBuf> {
    folder(if cfg!(windows) { "USERPROFILE" } else { "HOME" })
}

/// Where folders with pictures may be chosen: the home folder, and where systems put other disks.
pub(super) fn picker() -> Vec<PathBuf> {
    let disks = [
        "/mnt",
        "/media",
        "/run/media",
        "/srv",
        "/data",
        "/pictures",
        "/Volumes",
    ];
    let disks = disks
        .into_iter()
        .map(PathBuf::from)
        .filter(|disk| disk.is_dir());
    home().into_iter().chain(disks).collect()
}

/// This program's own file.
pub(super) fn program() -> Option<PathBuf> {
    env::current_exe().ok()
}

/// The platform's place for data of programs; the current folder when there is no home.
pub(super) fn data_dir() -> PathBuf {
    let place = if cfg!(windows) {
        folder("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        home().map(|home| home.join("Library/Application Support"))
    } else {
        folder("XDG_DATA_HOME").or_else(|| home().map(|home| home.join(".local/share")))
    };
    place
        .unwrap_or_else(|| PathBuf::from("."))
        .join("proofsheet")
}

/// The usual settings file.
pub(super) fn config_file() -> Option<PathBuf> {
    let place = if cfg!(windows) {
        folder("APPDATA")
    } else if cfg!(target_os = "macos") {
        home().map(|home| home.join("Library/Application Support"))
    } else {
        folder("XDG_CONFIG_HOME").or_else(|| home().map(|home| home.join(".config")))
    };
    place.map(|place| place.join("proofsheet/config.toml"))
}

/// An absolute folder from a variable; relative ones are to be ignored (XDG base directories 0.8).
fn folder(variable: &str) -> Option<PathBuf> {
    env::var_os(variable)
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
}
