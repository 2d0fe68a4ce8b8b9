//! Settings in words.

use domain::settings::{Density, Keys, Notice, SettingName, SettingsNow, Theme};

use super::bytes;

/// What the page is about.
pub const LEAD: &str =
    "What is set here holds for everybody who uses this library, from the moment it is saved.";
/// Saves.
pub const SAVE: &str = "Save";
/// Said when it is saved.
pub const SAVED: &str = "Saved. It holds from now on.";
/// Said when there is nothing to save.
pub const NOTHING: &str = "Nothing is different from what holds now.";
/// What the folders are.
pub const FOLDERS: &str = "Which folders are watched, and what may be done to the files in them.";
/// What belongs to a browser.
pub const BROWSER: &str = "How this browser shows the gallery.";
/// What a file of settings is.
pub const FILE: &str = "All settings of the library and its watched folders as a text file in TOML, for another library or to be kept. \
                        A file that comes in may leave some out, and no folder goes by it; one with something in it that \
                        cannot be changes nothing.";
/// Settings of new files.
pub const NEW_FILES: &str = "New files";
/// Settings of thumbnails.
pub const THUMBNAILS: &str = "Thumbnails";
/// Settings of the trash.
pub const TRASH: &str = "Trash";
/// Settings of how a page looks.
pub const LOOK: &str = "How it looks where nobody chose";
/// Names the button that changes the theme, where the bar has no room for it.
pub const THEME: &str = "Theme";
/// Forgets what was chosen in this browser,
pub const FORGET: &str = "Forget what was chosen here";
/// and why somebody would.
pub const FORGET_WHY: &str = "What was chosen in this browser, as theme, size of the pictures or keys, goes before what is set \
                              for the library.";
/// Names the field of the file.
pub const CHOOSE: &str = "A file of settings";

/// The name of a setting.
pub fn name(name: SettingName) -> &'static str {
    match name {
        SettingName::TrashDays => "Days in the trash",
        SettingName::ThumbnailCache => "Room for thumbnails",
        SettingName::ThumbnailQuality => "Quality of thumbnails",
        SettingName::Notice => "New files are noticed",
        SettingName::LookMinutes => "Minutes between two looks through all folders",
        SettingName::Prepare => "Make thumbnails before somebody looks",
        SettingName::ThumbnailSizes => "Sizes that are made ahead",
        SettingName::Theme => "Theme",
        SettingName::Density => "Size of the pictures in the grid",
        SettingName::Keys => "Set of keys",
    }
}

/// What to know before changing it.
pub fn hint(name: SettingName, now: &SettingsNow) -> String {
    match name {
        SettingName::TrashDays => {
            "Once a day, files of pictures that have been there for longer are deleted, \
                                   where their folder allows it. 1 to 3650."
                .to_owned()
        }
        SettingName::ThumbnailCache => format!(
            "{} are used now. What nobody looked at for longest goes first, and is drawn again when somebody looks. \
             A size like 8GiB or 500MB, at least 64MB.",
            bytes(now.cache_used)
        ),
        SettingName::ThumbnailQuality => {
            "Holds for thumbnails that are made from now on; proofsheet thumbs \
                                          --force makes all of them again. 50 to 95."
                .to_owned()
        }
        SettingName::Notice => {
            "Network folders do not tell of new files, so everything is looked through as well."
                .to_owned()
        }
        SettingName::LookMinutes => "1 to 1440.".to_owned(),
        SettingName::Prepare => {
            "Otherwise each is made when it is first seen, and copies, moved files and recipes \
                                 inside of pixels are not found meanwhile."
                .to_owned()
        }
        SettingName::ThumbnailSizes => {
            "Long edges. The others are made when somebody looks. A size that is added is made for pictures that come \
             from then on, and for all by the work “Make all thumbnails”."
                .to_owned()
        }
        SettingName::Theme => {
            "What was chosen in a browser stays there. This is what the others begin with.".to_owned()
        }
        SettingName::Density => "In proportion to the width of the screen.".to_owned(),
        SettingName::Keys => {
            "What each of them does is listed under Keys below, where a browser may change single keys."
                .to_owned()
        }
    }
}

/// How new files are noticed.
pub fn notice(notice: Notice) -> &'static str {
    match notice {
        Notice::Events => "As they come",
        Notice::Looking => "Every few minutes",
        Notice::Never => "Only at the start and when asked",
    }
}

/// A theme.
pub fn theme(theme: Theme) -> &'static str {
    match theme {
        Theme::Dark => "Dark",
        Theme::Light => "Light",
        Theme::System => "As the device has it",
    }
}

/// How large pictures are.
pub fn density(density: Density) -> &'static str {
    match density {
        Density::Compact => "Small: many at once",
        Density::Standard => "As usual",
        Density::Large => "Large",
    }
}

/// Whose keys.
pub fn keys(keys: Keys) -> &'static str {
    match keys {
        Keys::Proofsheet => "Proofsheet",
        Keys::SmartGallery => "SmartGallery",
        Keys::Immich => "Immich",
        Keys::LeftHand => "Left hand",
    }
}

/// A size of thumbnails.
pub fn size(pixels: u32) -> String {
    format!("{pixels} pixels")
}

/// Said of a setting that the start of the server fixed.
pub fn fixed(place: &str) -> String {
    format!("Fixed by {place}. Change it there, and start the server again.")
}

/// Which ffmpeg draws videos, and how another one is named.
pub fn ffmpeg(now: &SettingsNow) -> String {
    let found = if now.ffmpeg_runs {
        format!("Videos get their previews from the program {}.", now.ffmpeg)
    } else {
        format!(
            "Videos have no previews, because the program {} could not be started.",
            now.ffmpeg
        )
    };
    format!(
        "{found} Because the server starts it, only whoever starts the server can name another one: proofsheet serve \
         --ffmpeg FILE, or the line ffmpeg of the settings file."
    )
}
