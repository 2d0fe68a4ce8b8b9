//! What is set for a library: kept in the database, in force at once. Another process may set something too
//! (`beside`), so it is read again every other second.

mod beside;
mod file;

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use domain::{
    bytes::Bytes,
    id::LibraryId,
    settings::{Fixed, LibrarySettings, Notice, SettingName, SettingsNow},
};
use store::Store;

pub use self::beside::{SettingLine, SettingsBeside};
use self::file::{Said, invalid, refuse_fixed, unknown};
use crate::{
    Clock, Gallery, Inner, Options, error::Error, keeper, poster, roots::told as folders, scan,
};

/// Under this name they are kept: a JSON object of texts, with only those that somebody set.
const KEPT: &str = "library.settings";
/// How often it is looked whether another process set something.
const LOOK: Duration = Duration::from_secs(2);

/// Among what was set: another text whenever a file of settings changed the watched folders, by which other
/// processes notice that.
const ROOTS: &str = "roots";

/// What somebody set, by name.
type Told = BTreeMap<String, String>;

/// Settings of the library.
pub struct Settings<'a> {
    inner: &'a Arc<Inner>,
}

/// What is in force, and what of it cannot be changed while this process lives.
pub(crate) struct Kept {
    now: RwLock<LibrarySettings>,
    fixed: Vec<Fixed>,
    /// What of it somebody set; held while it is changed or followed.
    told: tokio::sync::Mutex<Told>,
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

    /// What is in force, without looking at anything.
    pub fn in_force(&self) -> LibrarySettings {
        self.inner.settings.now()
    }

    /// What is in force and the watched folders as a TOML file, which [`Settings::import`] reads.
    pub async fn export(&self) -> Result<String, Error> {
        let roots = folders::tables(&self.inner.store, &self.inner.options).await?;
        Ok(self.inner.settings.now().toml() + &roots)
    }

    /// Sets values by their names: all of them, or none when one of them cannot be. They are in force when it
    /// returns; a smaller cache is that small then. A value that was fixed at the start is refused, unless it
    /// is that.
    pub async fn change(&self, values: &[(String, String)]) -> Result<SettingsNow, Error> {
        let said = Said {
            values: values.to_vec(),
            roots: Vec::new(),
        };
        self.take(said, "").await
    }

    /// Sets what a TOML file says, which may leave some out, and watches the folders that it names; those that are
    /// watched already get the name, role and permissions of the file, and none is left. All is checked before
    /// anything is changed.
    pub async fn import(&self, file: &[u8], actor: &str) -> Result<SettingsNow, Error> {
        self.take(file::read(file)?, actor).await
    }

    async fn take(&self, said: Said, actor: &str) -> Result<SettingsNow, Error> {
        let Inner { store, options, .. } = &**self.inner;
        let mut known = self.inner.settings.told.lock().await;
        let wanted = take(store, options, said, actor).await?;
        if wanted.get(ROOTS) != known.get(ROOTS) {
            look_at_folders(self.inner).await?;
        }
        follow(self.inner, &wanted).await?;
        *known = wanted;
        drop(known);
        self.now().await
    }
}

impl Kept {
    /// What was set before, below what was said at the start. Something that an older or newer program kept
    /// and that means nothing here is passed over, and stays.
    pub(crate) async fn load(store: &Store, options: &Options) -> Result<Self, Error> {
        let told = told(store).await?;
        Ok(Self {
            now: RwLock::new(in_force(&told, options)),
            fixed: options.fixed.clone(),
            told: tokio::sync::Mutex::new(told),
        })
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
}

/// Begins to look every other second for what another process set: the command line, or another server of the
/// same library.
pub(crate) fn start(inner: &Arc<Inner>) {
    let weak = Arc::downgrade(inner);
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(LOOK).await;
            let Some(inner) = weak.upgrade() else { return };
            match look(&inner).await {
                Ok(()) => {}
                Err(Error::Store(store::StoreError::Closed)) => return,
                Err(error) => {
                    tracing::warn!(error = %error.chain(), "the settings could not be read; those that hold stay");
                }
            }
        }
    });
}

async fn look(inner: &Inner) -> Result<(), Error> {
    let mut known = inner.settings.told.lock().await;
    let told = told(&inner.store).await?;
    if told != *known {
        follow(inner, &told).await?;
        let moved = told.get(ROOTS) != known.get(ROOTS);
        *known = told;
        drop(known);
        if moved {
            look_at_folders(inner).await?;
        }
    }
    Ok(())
}

/// Reads the watched folders, which are others or under other names than before.
async fn look_at_folders(inner: &Inner) -> Result<(), Error> {
    scan::request(inner);
    keeper::catch_up(inner).await
}

/// Checks all that is said, then keeps it; answers with what is kept then.
async fn take(store: &Store, options: &Options, said: Said, actor: &str) -> Result<Told, Error> {
    let before = told(store).await?;
    let mut wanted = with(&before, &said.values, options)?;
    let plan = folders::plan(store, options, said.roots).await?;
    if plan.carry_out(store, options, actor).await? {
        wanted.insert(ROOTS.to_owned(), format!("{:032x}", options.clock.mint()));
    }
    if wanted != before {
        keep(store, &wanted).await?;
    }
    Ok(wanted)
}

/// Goes on as it is set now.
async fn follow(inner: &Inner, told: &Told) -> Result<(), Error> {
    let (before, after) = (inner.settings.now(), in_force(told, &inner.options));
    if before == after {
        return Ok(());
    }
    inner.settings.put(&after);
    let begins_to_watch = after.notice == Notice::Events && before.notice != after.notice;
    scan::follow_settings(inner, begins_to_watch);
    let limit = after.thumbnail_cache;
    if before.thumbnail_cache != limit {
        let cache = Arc::clone(&inner.thumbs.cache);
        let resized = tokio::task::spawn_blocking(move || cache.resize(limit.0));
        resized.await.map_err(|_| Error::Worker)?;
    }
    Ok(())
}

/// What somebody set.
async fn told(store: &Store) -> Result<Told, Error> {
    let told = store.setting(KEPT).await?.unwrap_or_default();
    Ok(serde_json::from_str(&told).unwrap_or_default())
}

async fn keep(store: &Store, told: &Told) -> Result<(), Error> {
    let text = serde_json::to_string(told).map_err(|_| Error::Worker)?;
    Ok(store.set_setting(KEPT, &text).await?)
}

/// What is to be kept when these values are set: all of them, or none when one of them cannot be.
fn with(told: &Told, values: &[(String, String)], options: &Options) -> Result<Told, Error> {
    let before = in_force(told, options);
    let (mut after, mut wanted) = (before.clone(), told.clone());
    for (word, text) in values {
        let name = SettingName::read(word).ok_or_else(|| unknown(word))?;
        after
            .set(name, text)
            .map_err(|sentence| invalid(sentence.to_owned()))?;
        if let Some(fixed) = fixed(options, name) {
            if after.text(name) != before.text(name) {
                return Err(refuse_fixed(fixed));
            }
            continue;
        }
        wanted.insert(word.clone(), after.text(name));
    }
    Ok(wanted)
}

/// What holds when these are set, below what was said at the start.
fn in_force(told: &Told, options: &Options) -> LibrarySettings {
    let mut now = said(options);
    for (word, text) in told {
        let Some(name) = SettingName::read(word) else {
            continue;
        };
        if fixed(options, name).is_none() && now.set(name, text).is_err() {
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
    now
}

fn fixed(options: &Options, name: SettingName) -> Option<Fixed> {
    options
        .fixed
        .iter()
        .copied()
        .find(|fixed| fixed.name == name)
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
