//! What is set for a library: kept in the database, in force at once.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use domain::{
    bytes::Bytes,
    id::LibraryId,
    problem::ProblemKind,
    settings::{Fixed, LibrarySettings, Notice, SettingName, SettingsNow},
};
use store::Store;

use crate::{Clock, Gallery, Inner, Options, error::Error, poster, scan};

/// Under this name they are kept: a JSON object of texts, with only those that somebody set.
const KEPT: &str = "library.settings";
/// Most bytes of a file of settings.
const MOST_FILE: usize = 64 << 10;

/// Settings of the library.
pub struct Settings<'a> {
    inner: &'a Arc<Inner>,
}

/// What is in force, and what of it cannot be changed while this process lives.
pub(crate) struct Kept {
    now: RwLock<LibrarySettings>,
    fixed: Vec<Fixed>,
    /// What somebody set, by name; held while it is changed.
    told: tokio::sync::Mutex<BTreeMap<String, String>>,
}

impl Gallery {
    /// Settings of the library.
    pub fn settings(&self) -> Settings<'_> {
        Settings { inner: &self.inner }
    }
}

impl Settings<'_> {
    /// What is in force. Starts ffmpeg for a moment to see whether it can be.
    pub async fn now(&self) -> Result<SettingsNow, Error> {
        let cache = Arc::clone(&self.inner.thumbs.cache);
        let used = tokio::task::spawn_blocking(move || cache.used());
        let ffmpeg = &self.inner.options.ffmpeg;
        Ok(SettingsNow {
            settings: self.inner.settings.now(),
            fixed: self.inner.settings.fixed.clone(),
            ffmpeg_runs: poster::version(ffmpeg).await.is_some(),
            ffmpeg: ffmpeg.to_string_lossy().into_owned(),
            cache_used: used.await.map_err(|_| Error::Worker)?,
        })
    }

    /// What is in force as a TOML file, which [`Settings::import`] reads.
    pub fn export(&self) -> String {
        self.inner.settings.now().toml()
    }

    /// Sets values by their names: all of them, or none when one of them cannot be. They are in force when it
    /// returns; a smaller cache is that small then. A value that was fixed at the start is refused, unless it
    /// is that.
    pub async fn change(&self, values: &[(String, String)]) -> Result<SettingsNow, Error> {
        let kept = &self.inner.settings;
        let mut told = kept.told.lock().await;
        let before = kept.now();
        let (mut after, mut wanted) = (before.clone(), told.clone());
        for (word, text) in values {
            let name = SettingName::read(word).ok_or_else(|| unknown(word))?;
            after
                .set(name, text)
                .map_err(|sentence| invalid(sentence.to_owned()))?;
            if let Some(fixed) = kept.fixed(name) {
                if after.text(name) != before.text(name) {
                    return Err(refuse_fixed(fixed));
                }
                continue;
            }
            wanted.insert(word.clone(), after.text(name));
        }
        if wanted != *told {
            let text = serde_json::to_string(&wanted).map_err(|_| Error::Worker)?;
            self.inner.store.set_setting(KEPT, &text).await?;
            *told = wanted;
        }
        kept.put(&after);
        self.apply(&before, &after).await?;
        drop(told);
        self.now().await
    }

    /// Sets what a TOML file says, which may leave some out. One that says something unknown changes nothing.
    pub async fn import(&self, file: &[u8]) -> Result<SettingsNow, Error> {
        self.change(&read(file)?).await
    }

    async fn apply(&self, before: &LibrarySettings, after: &LibrarySettings) -> Result<(), Error> {
        let begins_to_watch = after.notice == Notice::Events && before.notice != after.notice;
        scan::follow_settings(self.inner, begins_to_watch);
        let limit = after.thumbnail_cache;
        if before.thumbnail_cache != limit {
            let cache = Arc::clone(&self.inner.thumbs.cache);
            let resized = tokio::task::spawn_blocking(move || cache.resize(limit.0));
            resized.await.map_err(|_| Error::Worker)?;
        }
        Ok(())
    }
}

impl Kept {
    /// What was set before, below what was said at the start. Something that an older or newer program kept
    /// and that means nothing here is passed over, and stays.
    pub(crate) async fn load(store: &Store, options: &Options) -> Result<Self, Error> {
        let told = store.setting(KEPT).await?.unwrap_or_default();
        let told: BTreeMap<String, String> = serde_json::from_str(&told).unwrap_or_default();
        let kept = Self {
            now: RwLock::default(),
            fixed: options.fixed.clone(),
            told: tokio::sync::Mutex::default(),
        };
        let mut now = said(options);
        for (word, text) in &told {
            let Some(name) = SettingName::read(word) else {
                continue;
            };
            if kept.fixed(name).is_none() && now.set(name, text).is_err() {
                tracing::warn!(
                    word,
                    "a kept setting cannot be used; it is as if it were not set"
                );
            }
        }
        // What this process leaves to another one, whatever is set.
        if !options.watch && now.notice == Notice::Events {
            now.notice = Notice::Looking;
        }
        now.prepare &= options.finish;
        kept.put(&now);
        *kept.told.lock().await = told;
        Ok(kept)
    }

    /// What is in force.
    pub(crate) fn now(&self) -> LibrarySettings {
        let now = self.now.read().unwrap_or_else(PoisonError::into_inner);
        now.clone()
    }

    fn put(&self, settings: &LibrarySettings) {
        let mut now = self.now.write().unwrap_or_else(PoisonError::into_inner);
        now.clone_from(settings);
    }

    fn fixed(&self, name: SettingName) -> Option<Fixed> {
        self.fixed.iter().copied().find(|fixed| fixed.name == name)
    }
}

/// The name of this library, which is given when it is opened for the first time.
pub(crate) async fn library(store: &Store, clock: &Clock) -> Result<String, Error> {
    let new = LibraryId(clock.mint()).to_string();
    Ok(store.first_setting("library", &new).await?)
}

/// What holds as long as nobody sets anything.
fn said(options: &Options) -> LibrarySettings {
    LibrarySettings {
        thumbnail_cache: Bytes(options.thumb_cache_bytes),
        notice: if options.watch {
            Notice::Events
        } else {
            Notice::Looking
        },
        prepare: options.finish,
        ..LibrarySettings::default()
    }
}

/// The values of a TOML file by their names.
fn read(file: &[u8]) -> Result<Vec<(String, String)>, Error> {
    if file.len() > MOST_FILE {
        let sentence =
            "This file is larger than 64 kB, so it holds no settings. Nothing was changed.";
        return Err(Error::told(ProblemKind::TooLarge, sentence));
    }
    let text = std::str::from_utf8(file)
        .map_err(|_| invalid("This is no text file in UTF-8.".to_owned()))?;
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let at = error.span().map_or(0, |span| span.start);
        let line = text
            .as_bytes()
            .iter()
            .take(at)
            .filter(|byte| **byte == b'\n');
        invalid(format!(
            "This is no TOML file: line {} cannot be understood.",
            line.count() + 1
        ))
    })?;
    let one = |(word, value): (String, toml::Value)| {
        let text = match value {
            toml::Value::String(text) => text,
            toml::Value::Integer(number) => number.to_string(),
            toml::Value::Boolean(on) => on.to_string(),
            _ => {
                SettingName::read(&word).ok_or_else(|| unknown(&word))?;
                return Err(invalid(format!(
                    "The setting {word} is one text, whole number, true or false."
                )));
            }
        };
        Ok((word, text))
    };
    table.into_iter().map(one).collect()
}

fn invalid(sentence: String) -> Error {
    Error::told(ProblemKind::Invalid, sentence + " Nothing was changed.")
}

fn unknown(word: &str) -> Error {
    let known: Vec<&str> = SettingName::ALL.map(SettingName::word).into();
    let shown: String = word.chars().take(60).collect();
    invalid(format!(
        "There is no setting called {shown}. There are {}.",
        known.join(", ")
    ))
}

fn refuse_fixed(fixed: Fixed) -> Error {
    Error::told(
        ProblemKind::Conflict,
        format!(
            "The setting {} is fixed by {}. Nothing was changed; change it there, and start the server again.",
            fixed.name.word(),
            fixed.place()
        ),
    )
}
