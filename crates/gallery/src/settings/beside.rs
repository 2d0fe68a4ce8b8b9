//! Settings without the gallery, beside the process that has it open.

use std::{ffi::OsStr, io::Read as _, path::Path};

use domain::{
    problem::ProblemKind,
    settings::{LibrarySettings, SettingName},
};
use serde::Serialize;
use store::Store;

use super::{
    file::{self, MOST_FILE, Said, refuse_fixed, unknown},
    fixed, in_force, keep, take, told,
};
use crate::{Options, error::Error, files, owner, poster, roots::told as folders};

/// The name of the program that only the start of the server sets.
const FFMPEG: &str = "ffmpeg";

/// The settings of a library whose gallery may be open in another process, which follows within seconds what is
/// set here.
pub struct SettingsBeside {
    store: Store,
    options: Options,
}

/// A setting, and where its value was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SettingLine {
    /// Its name.
    pub name: &'static str,
    /// What holds, as people write it.
    pub value: String,
    /// What holds where nobody says anything.
    pub default: String,
    /// Where it was said: `default`, `this library`, or a place like `the flag --prepare`.
    pub said: String,
    /// What it sets and may be, in one line.
    pub about: &'static str,
}

impl SettingsBeside {
    /// The settings of the library with these options.
    pub async fn open(options: &Options) -> Result<Self, Error> {
        Ok(Self {
            store: owner::open_beside(options).await?,
            options: options.clone(),
        })
    }

    /// All of them, and last the ffmpeg that only the start of the server names. Starts that for a moment to see
    /// whether it can be.
    pub async fn all(&self) -> Result<Vec<SettingLine>, Error> {
        let told = told(&self.store).await?;
        let now = in_force(&told, &self.options);
        let default = LibrarySettings::default();
        let line = |name: SettingName| SettingLine {
            name: name.word(),
            value: now.text(name),
            default: default.text(name),
            said: match fixed(&self.options, name) {
                Some(fixed) => fixed.place(),
                None if told.contains_key(name.word()) => "this library".to_owned(),
                None => "default".to_owned(),
            },
            about: name.about(),
        };
        let mut lines: Vec<SettingLine> = SettingName::ALL.into_iter().map(line).collect();
        lines.push(self.ffmpeg().await);
        Ok(lines)
    }

    async fn ffmpeg(&self) -> SettingLine {
        let ffmpeg = &self.options.ffmpeg;
        let named = ffmpeg.as_os_str() != OsStr::new(FFMPEG);
        SettingLine {
            name: FFMPEG,
            value: ffmpeg.to_string_lossy().into_owned(),
            default: FFMPEG.to_owned(),
            said: if named { "the start" } else { "default" }.to_owned(),
            about: if poster::version(ffmpeg).await.is_some() {
                "The program that draws frames of videos; it can be started. Only the start of the server names it."
            } else {
                "The program that draws frames of videos; it cannot be started. Only the start of the server names it."
            },
        }
    }

    /// Sets values by their names: all of them, or none when one of them cannot be.
    pub async fn change(&self, values: &[(String, String)]) -> Result<(), Error> {
        let said = Said {
            values: values.to_vec(),
            roots: Vec::new(),
        };
        take(&self.store, &self.options, said, "").await?;
        Ok(())
    }

    /// Takes back what was set by a name, so that its default holds again.
    pub async fn reset(&self, word: &str) -> Result<(), Error> {
        let name = SettingName::read(word).ok_or_else(|| unknown(word))?;
        if let Some(fixed) = fixed(&self.options, name) {
            return Err(refuse_fixed(fixed));
        }
        let before = told(&self.store).await?;
        let mut wanted = before.clone();
        wanted.remove(word);
        if wanted == before {
            return Ok(());
        }
        keep(&self.store, &wanted).await
    }

    /// What is in force and the watched folders as a TOML file, which [`SettingsBeside::import`] reads.
    pub async fn export(&self) -> Result<String, Error> {
        let settings = in_force(&told(&self.store).await?, &self.options);
        Ok(settings.toml() + &folders::tables(&self.store, &self.options).await?)
    }

    /// The same as a new file; one that is there is left as it is.
    ///
    /// # Errors
    /// [`ProblemKind::Conflict`] when something is there.
    pub async fn export_to(&self, path: &Path) -> Result<(), Error> {
        let toml = self.export().await?;
        let place = path.to_owned();
        let written = files::blocking(move || {
            if files::exists(&place) {
                return Ok(false);
            }
            files::write_whole(&place, toml.as_bytes()).map(|()| true)
        });
        let written = written.await?;
        if written.map_err(Error::file("writing a file of settings"))? {
            return Ok(());
        }
        Err(Error::told(
            ProblemKind::Conflict,
            format!(
                "{} is there already. Nothing was written; name another file, or remove that one first.",
                path.display()
            ),
        ))
    }

    /// Sets what a TOML file says, like [`Settings::import`](crate::Settings::import).
    pub async fn import(&self, path: &Path, actor: &str) -> Result<(), Error> {
        let place = path.to_owned();
        let read = files::blocking(move || {
            let (file, _) = files::OpenFile::open_named(&place)?;
            let mut bytes = Vec::new();
            // One byte more than may be, by which a larger file is known.
            let most = MOST_FILE as u64 + 1;
            file.reader().take(most).read_to_end(&mut bytes)?;
            Ok(bytes)
        });
        let bytes = read.await?;
        let bytes = bytes.map_err(Error::file("reading a file of settings"))?;
        take(&self.store, &self.options, file::read(&bytes)?, actor).await?;
        Ok(())
    }

    /// Ends the connection.
    pub async fn close(&self) {
        self.store.close().await;
    }
}
