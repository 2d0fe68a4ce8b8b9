//! What is said of what was not done: what happened, what is safe, what to do.

use media::archive::{CopyError, Kind, OpenError};
use media::names::Astray;

use crate::files::Odd;

pub(super) const CHANGED: &str = "Another program changed this file while it came in. Nothing was lost that was there; run the \
     same command again.";
pub(super) const NO_PICTURE: &str = "This is called like a picture or a video, but it is none of PNG, JPEG, WebP, AVIF, GIF, MP4, WebM, MKV or MOV, \
     or it is damaged. It was not taken and stays where it is; look at it there.";
pub(super) const CUT_OFF: &str = "This picture ends too early, so a part of it is missing. It was not taken and stays where it is; make \
     it again, or copy it from where it is whole.";
pub(super) const NO_NAME: &str = "Too many files of this name lie in its folder already. It was not taken and stays where it is; rename it, \
     then run the same command again.";
pub(super) const NO_TOOL: &str = "RAR archives are unpacked by bsdtar or unar, and neither was found. Nothing of this archive was taken; \
     install one of them (on Debian: apt install libarchive-tools, or unar) and run the same command again.";
pub(super) const NOT_UNPACKED: &str = "This RAR archive could not be unpacked: it is damaged, or needs a password. Nothing of it was taken and it \
     stays as it is; unpack it by hand, then import that folder with `proofsheet import folder`.";
pub(super) const PARTLY_UNPACKED: &str = "This RAR archive could be unpacked only in part: it is damaged or cut off. What came out whole was taken, \
     and the archive stays as it is; copy it anew from where it came.";
pub(super) const TOO_SLOW: &str = "Unpacking this RAR archive did not go on, perhaps because it needs a password, so it was stopped. Nothing \
     of it was taken and it stays as it is; unpack it by hand, then import that folder.";
pub(super) const RAR_BOMB: &str = "This RAR archive grows out of all proportion when it is unpacked, as archives do that are made to fill a disk. \
     Nothing of it was taken and what was unpacked is removed; if it is honest, unpack it by hand.";
pub(super) const NO_ARCHIVE: &str = "This is called like an archive and is neither ZIP nor RAR. Nothing was taken from it and it stays as it \
     is; look what it is, or rename it.";
pub(super) const UNREADABLE: &str = "This cannot be read. Nothing was taken from it; allow the account that runs Proofsheet to read it, then run the \
     same command again.";
pub(super) const NO_ROOM: &str = "This archive needs more room than the disk has. Nothing of it was taken; make room and run the \
     same command again.";
pub(super) const SEVERAL_NAMES: &str = "This is a file with several names, which an archive may use to reach other files. It was not taken; the \
     archive stays as it is.";

/// Why an archive was not opened.
pub(super) fn not_opened(error: OpenError) -> String {
    match error {
        OpenError::Damaged => {
            "This ZIP archive is damaged or cut off: its list of files cannot be read. Nothing was \
             taken from it and it stays as it is; copy it anew from where it came."
                .to_owned()
        }
        OpenError::TooMany(entries) => format!(
            "This ZIP archive says that it holds {entries} files, which is more than Proofsheet opens. Nothing was taken \
             from it; unpack it by hand, then import that folder."
        ),
    }
}

/// Why a file was not read to its end.
pub(super) fn not_copied(error: &CopyError) -> &'static str {
    match error {
        CopyError::Damaged | CopyError::Taker(_) => {
            "This file is damaged, or has other bytes than the archive says. It was not taken, the others \
             were; copy the archive anew from where it came."
        }
        CopyError::Large => {
            "This file is larger than 16 GiB, which is more than Proofsheet takes in. It was not taken and stays where it is."
        }
        CopyError::Bomb => {
            "This file grows out of all proportion when it is unpacked, as files do that are made to fill a disk. It was not \
             taken and nothing of it was kept; if it is honest, unpack it by hand."
        }
    }
}

/// Why an entry of an archive is none that is taken. Folders are no trouble.
pub(super) fn not_taken(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::File | Kind::Folder => None,
        Kind::Link => Some(
            "This is a link, which may lead anywhere on the disk. It was not followed and not taken; add what it \
             leads to itself.",
        ),
        Kind::Special => Some(
            "This is a device or another thing that is no file. It was not taken; the other files \
             were.",
        ),
        Kind::Encrypted => Some(
            "This file needs a password. It was not taken and stays in its archive; unpack that by hand, then import the folder.",
        ),
        Kind::Packed => Some(
            "This file is packed in a way that Proofsheet does not know. It was not taken and stays in its archive; unpack \
             that by hand, then import the folder.",
        ),
    }
}

/// Why a name is not followed.
pub(super) fn astray(astray: Astray) -> &'static str {
    match astray {
        Astray::Absolute => {
            "The name of this file leads to a place of its own on the disk, outside of the library. It was not taken and nothing \
             was written there; if the archive is honest, unpack it by hand."
        }
        Astray::Above => {
            "The name of this file leads out of its folder (..). It was not taken and nothing was written there; if the \
             archive is honest, unpack it by hand."
        }
        Astray::Nowhere => "This file has no name. It was not taken; the other files were.",
    }
}

/// Why something below a folder is passed over.
pub(super) fn odd(odd: Odd) -> &'static str {
    match odd {
        Odd::Link => {
            "This is a link, which may lead anywhere on the disk. It was not followed and not taken; add what it \
             leads to itself."
        }
        Odd::Special => "This is a device or another thing that is no file. It was not taken.",
        Odd::Name => {
            "The name of this file is not readable text. It was not taken and stays where it is; rename it, then run the same \
             command again."
        }
        Odd::Closed => UNREADABLE,
        Odd::Deep => {
            "This lies in more than 64 folders. It was not looked into and stays as it is; import that folder itself."
        }
    }
}

/// Said of a folder that cannot be listed.
pub(super) fn no_folder(path: &std::path::Path, error: &std::io::Error) -> String {
    let path = path.display();
    match error.kind() {
        std::io::ErrorKind::PermissionDenied => format!(
            "Proofsheet may not read {path}. Nothing was changed; allow the account that runs Proofsheet to read this folder."
        ),
        std::io::ErrorKind::NotADirectory => {
            format!("{path} is a file, not a folder. Nothing was changed; name its folder.")
        }
        _ => format!(
            "There is no folder {path}. Nothing was changed; check the spelling and that its disk is connected."
        ),
    }
}
