//! What is set once for a library and is the same for everybody who looks at it.
//!
//! A value is told by its name in a text, wherever it comes from: a field of the page, a TOML file, the
//! command line. So there is one place that says what is allowed, [`LibrarySettings::set`].

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::{bytes::Bytes, image::ThumbSize};

/// Days in the trash: fewest and most.
const TRASH_DAYS: (u32, u32) = (1, 3650);
/// Least room for thumbnails: below it, one screen would put away what the last one showed.
const LEAST_CACHE: u64 = 64_000_000;
/// Quality of thumbnails: lowest and highest.
const QUALITY: (u8, u8) = (50, 95);
/// Minutes between two looks through the folders: fewest and most.
const LOOK_MINUTES: (u32, u32) = (1, 1440);

/// The name of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SettingName {
    /// Days that a picture stays in the trash at least.
    TrashDays,
    /// Most that thumbnails may take on the disk.
    ThumbnailCache,
    /// Quality of thumbnails that are made from now on.
    ThumbnailQuality,
    /// How new files are noticed.
    Notice,
    /// Minutes between two looks through all folders.
    LookMinutes,
    /// Whether thumbnails are made before somebody looks.
    Prepare,
    /// Which sizes of thumbnails are made before somebody looks.
    ThumbnailSizes,
    /// The theme in a browser in which nobody chose one.
    Theme,
    /// How large pictures are in a browser in which nobody chose that.
    Density,
    /// What keys do in a browser in which nobody chose that.
    Keys,
}

impl SettingName {
    /// All of them, in the order in which they are shown and written.
    pub const ALL: [Self; 10] = [
        Self::TrashDays,
        Self::Notice,
        Self::LookMinutes,
        Self::Prepare,
        Self::ThumbnailSizes,
        Self::ThumbnailQuality,
        Self::ThumbnailCache,
        Self::Theme,
        Self::Density,
        Self::Keys,
    ];

    /// Its name in files and commands.
    pub fn word(self) -> &'static str {
        match self {
            Self::TrashDays => "trash-days",
            Self::ThumbnailCache => "thumbnail-cache",
            Self::ThumbnailQuality => "thumbnail-quality",
            Self::Notice => "notice",
            Self::LookMinutes => "look-minutes",
            Self::Prepare => "prepare",
            Self::ThumbnailSizes => "thumbnail-sizes",
            Self::Theme => "theme",
            Self::Density => "density",
            Self::Keys => "keys",
        }
    }

    /// The setting of this name.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.word() == word)
    }

    /// What it sets, and what it may be, in one line.
    pub fn about(self) -> &'static str {
        match self {
            Self::TrashDays => {
                "Days that a picture stays in the trash before its file is deleted: 1 to 3650."
            }
            Self::ThumbnailCache => {
                "Most that thumbnails may take on the disk, as in 8GiB or 500MB: at least 64MB."
            }
            Self::ThumbnailQuality => "Quality of thumbnails that are made from now on: 50 to 95.",
            Self::Notice => {
                "How new files are noticed: events (as they come), looking (every few minutes) or never (when asked)."
            }
            Self::LookMinutes => "Minutes between two looks through all folders: 1 to 1440.",
            Self::Prepare => {
                "Whether pictures are hashed and thumbnails made before somebody looks: true or false."
            }
            Self::ThumbnailSizes => {
                "Long edges of the thumbnails that are made before somebody looks: one or more of 256, 512 and 1024."
            }
            Self::Theme => {
                "Theme in a browser in which nobody chose one: dark, light or system (as the device has it)."
            }
            Self::Density => {
                "How large pictures are in a browser in which nobody chose that: compact, standard or large."
            }
            Self::Keys => {
                "What keys do in a browser in which nobody chose that: proofsheet, smartgallery, immich or left-hand."
            }
        }
    }
}

/// One of a few words.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$of:meta])* $one:ident => $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name {
            $($(#[$of])* $one,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$one,)+];

            /// Its word in files and commands.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$one => $word,)+
                }
            }

            /// The one of this word.
            pub fn read(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.word() == word)
            }
        }
    };
}

/// How new files in the watched folders are noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// As the system tells of them, and by looking through everything every few minutes as well.
    Events,
    /// Only by looking through everything every few minutes.
    Looking,
    /// Only at the start and when somebody asks.
    Never,
}

impl Notice {
    /// All ways.
    pub const ALL: [Self; 3] = [Self::Events, Self::Looking, Self::Never];

    /// Its word in files and commands.
    pub fn word(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Looking => "looking",
            Self::Never => "never",
        }
    }
}

words! {
    /// Which theme a page has.
    Theme {
        /// Light on dark.
        #[default]
        Dark => "dark",
        /// Dark on light.
        Light => "light",
        /// As the device has it.
        System => "system",
    }
}

words! {
    /// How large the pictures of the grid are, for the width of the screen.
    Density {
        /// More of them than usual.
        Compact => "compact",
        /// As usual.
        #[default]
        Standard => "standard",
        /// Fewer, larger ones.
        Large => "large",
    }
}

words! {
    /// A whole set of keys; `app/src/shortcuts/presets.rs` says what they do.
    Keys {
        /// Those of the photographers' programs.
        #[default]
        Proofsheet => "proofsheet",
        /// Those of the gallery of this name.
        SmartGallery => "smartgallery",
        /// Those of Immich.
        Immich => "immich",
        /// Everything under one hand.
        LeftHand => "left-hand",
    }
}

/// What is set for a library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LibrarySettings {
    /// Days that a picture stays in the trash at least, 1 to 3650.
    pub trash_days: u32,
    /// Most that thumbnails may take on the disk, at least 64 MB.
    pub thumbnail_cache: Bytes,
    /// Quality of thumbnails as WebP has it, 50 to 95.
    pub thumbnail_quality: u8,
    /// How new files are noticed.
    pub notice: Notice,
    /// Minutes between two looks through all folders, 1 to 1440.
    pub look_minutes: u32,
    /// Whether pictures are hashed and their thumbnails made before somebody looks.
    pub prepare: bool,
    /// Which sizes of thumbnails are made before somebody looks: at least one, smallest first.
    pub thumbnail_sizes: Vec<ThumbSize>,
    /// The theme in a browser in which nobody chose one.
    pub theme: Theme,
    /// How large pictures are in a browser in which nobody chose that.
    pub density: Density,
    /// What keys do in a browser in which nobody chose that.
    pub keys: Keys,
}

impl Default for LibrarySettings {
    fn default() -> Self {
        Self {
            trash_days: 30,
            thumbnail_cache: Bytes(8 << 30),
            thumbnail_quality: 78,
            notice: Notice::Events,
            look_minutes: 10,
            prepare: true,
            thumbnail_sizes: vec![ThumbSize::Small, ThumbSize::Medium],
            theme: Theme::default(),
            density: Density::default(),
            keys: Keys::default(),
        }
    }
}

impl LibrarySettings {
    /// A value as people write it.
    pub fn text(&self, name: SettingName) -> String {
        match name {
            SettingName::TrashDays => self.trash_days.to_string(),
            SettingName::ThumbnailCache => self.thumbnail_cache.to_string(),
            SettingName::ThumbnailQuality => self.thumbnail_quality.to_string(),
            SettingName::Notice => self.notice.word().to_owned(),
            SettingName::LookMinutes => self.look_minutes.to_string(),
            SettingName::Prepare => self.prepare.to_string(),
            SettingName::ThumbnailSizes => {
                let sizes = self.thumbnail_sizes.iter();
                let sizes: Vec<String> = sizes.map(|size| size.pixels().to_string()).collect();
                sizes.join(", ")
            }
            SettingName::Theme => self.theme.word().to_owned(),
            SettingName::Density => self.density.word().to_owned(),
            SettingName::Keys => self.keys.word().to_owned(),
        }
    }

    /// Sets a value that somebody wrote. One that cannot be changes nothing.
    ///
    /// # Errors
    /// A sentence that says what the value may be.
    pub fn set(&mut self, name: SettingName, text: &str) -> Result<(), &'static str> {
        let text = text.trim();
        match name {
            SettingName::TrashDays => {
                self.trash_days = within(text, TRASH_DAYS).ok_or(
                    "The trash keeps pictures for 1 to 3650 days. Write a whole number of days.",
                )?;
            }
            SettingName::ThumbnailCache => {
                let size: Option<Bytes> = text.parse().ok();
                // What is kept in a database is counted with a sign.
                let fits = |size: &Bytes| (LEAST_CACHE..=i64::MAX as u64).contains(&size.0);
                self.thumbnail_cache = size.filter(fits).ok_or(
                    "Thumbnails need at least 64MB of room. Write a size like 8GiB or 500MB.",
                )?;
            }
            SettingName::ThumbnailQuality => {
                self.thumbnail_quality = within(text, QUALITY)
                    .ok_or("The quality of thumbnails is a whole number from 50 to 95.")?;
            }
            SettingName::Notice => {
                self.notice = Notice::ALL
                    .into_iter()
                    .find(|way| way.word() == text)
                    .ok_or("New files are noticed by events, by looking, or never. Write one of these words.")?;
            }
            SettingName::LookMinutes => {
                self.look_minutes = within(text, LOOK_MINUTES).ok_or(
                    "Folders are looked through every 1 to 1440 minutes. Write a whole number of minutes.",
                )?;
            }
            SettingName::Prepare => {
                self.prepare = text.parse().map_err(
                    |_| "Thumbnails are made before somebody looks, or not. Write true or false.",
                )?;
            }
            SettingName::ThumbnailSizes => {
                self.thumbnail_sizes = sizes(text).ok_or(
                    "Thumbnails are made ahead in one or more of the sizes 256, 512 and 1024. Write them with commas \
                     between them.",
                )?;
            }
            SettingName::Theme => {
                self.theme = Theme::read(text)
                    .ok_or("The theme is dark, light or system. Write one of these words.")?;
            }
            SettingName::Density => {
                self.density = Density::read(text).ok_or(
                    "The size of the pictures is compact, standard or large. Write one of these words.",
                )?;
            }
            SettingName::Keys => {
                self.keys = Keys::read(text).ok_or(
                    "Keys are those of proofsheet, smartgallery, immich or left-hand. Write one of these words.",
                )?;
            }
        }
        Ok(())
    }

    /// All of it as a TOML file, each value below a line that says what it may be.
    pub fn toml(&self) -> String {
        let mut toml = "# Settings of a Proofsheet library\n".to_owned();
        for name in SettingName::ALL {
            let text = self.text(name);
            let (before, after) = match name {
                SettingName::TrashDays
                | SettingName::ThumbnailQuality
                | SettingName::LookMinutes
                | SettingName::Prepare => ("", ""),
                SettingName::ThumbnailSizes => ("[", "]"),
                _ => ("\"", "\""),
            };
            // Writing into memory cannot fail.
            let _ = writeln!(
                toml,
                "\n# {}\n{} = {before}{text}{after}",
                name.about(),
                name.word()
            );
        }
        toml
    }
}

/// Sizes of thumbnails with commas between them, at least one; smallest first, each once.
fn sizes(text: &str) -> Option<Vec<ThumbSize>> {
    let one = |word: &str| ThumbSize::from_pixels(word.trim().parse().ok()?);
    let told: Vec<ThumbSize> = text.split(',').map(one).collect::<Option<_>>()?;
    let known = ThumbSize::ALL.into_iter();
    Some(known.filter(|size| told.contains(size)).collect())
}

/// A whole number from the first to the second.
fn within<T: std::str::FromStr + PartialOrd>(text: &str, (least, most): (T, T)) -> Option<T> {
    let number = text.parse().ok()?;
    (least <= number && number <= most).then_some(number)
}

/// Who said a value when the server was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SaidBy {
    /// A flag of the command line.
    Flag,
    /// A `PROOFSHEET_` variable.
    Variable,
    /// The settings file.
    File,
}

/// A setting that the start of the server fixed: it can be changed there alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fixed {
    /// Which.
    pub name: SettingName,
    /// Where it was said.
    pub by: SaidBy,
}

impl Fixed {
    /// Where it was said: `the flag --prepare`.
    pub fn place(self) -> String {
        let word = self.name.word();
        match self.by {
            SaidBy::Flag => format!("the flag --{word}"),
            SaidBy::Variable => {
                let name = word.replace('-', "_").to_uppercase();
                format!("the variable PROOFSHEET_{name}")
            }
            SaidBy::File => format!("the line {word} of the settings file"),
        }
    }
}

/// The settings in force, and what is known of what they are about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsNow {
    /// What is in force.
    pub settings: LibrarySettings,
    /// What of it the start of the server fixed.
    pub fixed: Vec<Fixed>,
    /// Bytes that thumbnails take on the disk now.
    pub cache_used: u64,
    /// The ffmpeg that is started: a path, or the name by which the system finds it.
    pub ffmpeg: String,
    /// Whether that could be started.
    pub ffmpeg_runs: bool,
}

impl SettingsNow {
    /// Where the value of a setting was fixed, if it was.
    pub fn fixed(&self, name: SettingName) -> Option<Fixed> {
        self.fixed.iter().copied().find(|fixed| fixed.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_can_be_written_and_read_again() {
        let mut changed = LibrarySettings::default();
        let told = [
            (SettingName::TrashDays, "3650"),
            (SettingName::ThumbnailCache, "500000000"),
            (SettingName::ThumbnailQuality, "50"),
            (SettingName::Notice, "never"),
            (SettingName::LookMinutes, "1440"),
            (SettingName::Prepare, "false"),
            (SettingName::ThumbnailSizes, "256, 1024"),
            (SettingName::Theme, "light"),
            (SettingName::Density, "compact"),
            (SettingName::Keys, "left-hand"),
        ];
        for (name, text) in told {
            changed.set(name, text).unwrap();
            assert_eq!(changed.text(name), text);
            assert_eq!(SettingName::read(name.word()), Some(name));
            assert_ne!(LibrarySettings::default().text(name), text);
        }
        let mut again = LibrarySettings::default();
        for name in SettingName::ALL {
            again.set(name, &changed.text(name)).unwrap();
        }
        assert_eq!(again, changed);
    }

    #[test]
    fn what_is_out_of_bounds_is_refused_and_changes_nothing() {
        let refused = [
            (SettingName::TrashDays, ["0", "3651", "-1", "a month"]),
            (
                SettingName::ThumbnailCache,
                ["63MB", "0", "9223372036854775808", "much"],
            ),
            (SettingName::ThumbnailQuality, ["49", "96", "78.5", ""]),
            (SettingName::Notice, ["Events", "poll", "", "true"]),
            (SettingName::LookMinutes, ["0", "1441", "ten", "1e2"]),
            (SettingName::Prepare, ["yes", "1", "", "TRUE"]),
            (
                SettingName::ThumbnailSizes,
                ["", "300", "256, 512, 2048", "256;512"],
            ),
            (SettingName::Theme, ["Dark", "black", "", "auto"]),
            (SettingName::Density, ["200", "Compact", "", "dense"]),
            (SettingName::Keys, ["Immich", "vim", "", "left hand"]),
        ];
        for (name, texts) in refused {
            for text in texts {
                let mut settings = LibrarySettings::default();
                assert!(settings.set(name, text).is_err(), "{name:?} {text}");
                assert_eq!(settings, LibrarySettings::default());
            }
        }
    }

    #[test]
    fn sizes_are_kept_smallest_first_and_each_once() {
        let mut settings = LibrarySettings::default();
        settings
            .set(SettingName::ThumbnailSizes, "1024,256 , 1024")
            .unwrap();
        assert_eq!(settings.text(SettingName::ThumbnailSizes), "256, 1024");
        assert!(
            settings
                .toml()
                .contains("\nthumbnail-sizes = [256, 1024]\n")
        );
    }

    #[test]
    fn the_names_on_the_wire_are_those_in_files() {
        for name in SettingName::ALL {
            let json = serde_json::to_string(&name).unwrap();
            assert_eq!(json, format!("\"{}\"", name.word()));
        }
    }

    #[test]
    fn where_a_value_was_fixed_is_told_by_the_name_it_has_there() {
        let fixed = |by| Fixed {
            name: SettingName::ThumbnailCache,
            by,
        };
        assert_eq!(fixed(SaidBy::Flag).place(), "the flag --thumbnail-cache");
        assert_eq!(
            fixed(SaidBy::Variable).place(),
            "the variable PROOFSHEET_THUMBNAIL_CACHE"
        );
        assert_eq!(
            fixed(SaidBy::File).place(),
            "the line thumbnail-cache of the settings file"
        );
    }
}
