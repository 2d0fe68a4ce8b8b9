//! Everything a user can do, and nothing about how it is shown.
//!
//! A [`Gallery`] is one library: its database, its index, its data folder and its background work.
//! It is split by topic: [`Gallery::search`], [`Gallery::images`], [`Gallery::roots`],
//! [`Gallery::scans`], [`Gallery::exports`], [`Gallery::judge`], [`Gallery::tags`], [`Gallery::notes`],
//! [`Gallery::exchange`], [`Gallery::imports`], [`Gallery::jobs`], [`Gallery::sets`], [`Gallery::duels`], [`Gallery::fields`], [`Gallery::trash`], [`Gallery::uploads`], [`Gallery::records`], [`Gallery::insights`], [`Gallery::owner`], [`Gallery::settings`],
//! [`Gallery::health`]. Server functions and HTTP routes are one-line doors to the methods of these topics.
//!
//! Rules of this crate: no web framework, no SQL text; files only in `files.rs`; time and chance
//! only from `clock.rs`; CPU work only on `pool.rs`; an error becomes words only in `error.rs`.
//!
//! To add something a user can do: its method, a test in `tests/`, then its line in `app/src/api/`.
#![warn(missing_docs)]

mod care;
mod clock;
mod demo;
mod duels;
mod error;
mod exchange;
mod exports;
mod fields;
mod files;
mod health;
mod held;
mod images;
mod imports;
mod insights;
mod jobs;
mod judge;
mod keeper;
mod layouts;
mod notes;
mod options;
mod organise;
mod owner;
mod pool;
mod poster;
mod reader;
mod records;
mod roots;
mod scan;
mod search;
mod sets;
mod settings;
mod tags;
mod thumbs;
mod trash;
mod uploads;

use std::sync::Arc;

pub use ::demo::Plan as DemoPlan;
pub use care::{
    Backup, BackupOptions, Checked, Depth, Finding, FindingKind, Pruned, RestoreOptions, Restored,
    Totals, Verification, VerifyOptions, backup, check, restore, verify,
};
pub use clock::Clock;
pub use demo::write_demo;
pub use duels::Duels;
pub use error::Error;
pub use exchange::Exchange;
pub use exports::{Archive, Exports};
pub use fields::Fields;
#[cfg(feature = "faults")]
pub use files::faults;
pub use health::{Health, HealthReport, Numbers, drift};
pub use images::{Images, InspectionUpload, Original, ReadAgain, Thumb, inspect_path};
pub use imports::{How as ImportHow, Imports, Told as ImportTold};
pub use insights::Insights;
pub use jobs::{Jobs, Task};
pub use judge::{By, Judge};
pub use metadata::{Rules, RulesError};
pub use notes::Notes;
pub use options::Options;
pub use organise::Organise;
pub use owner::{Owner, Session, SignIn, Token};
pub use poster::draw_avif;
pub use reader::own_rules;
pub use records::{KnownRecord, MOST_RECORDS, RecordAnswers, Records};
pub use roots::Roots;
pub use scan::Scans;
pub use search::Search;
pub use sets::Sets;
pub use settings::{SettingLine, Settings, SettingsBeside};
pub use tags::Tags;
pub use trash::Trash;
pub use uploads::{Added, Checksum, MOST as MOST_UPLOAD, Uploads};

/// One open library. Cloning is cheap and gives the same library.
#[derive(Clone)]
pub struct Gallery {
    inner: Arc<Inner>,
}

/// What the topics share.
struct Inner {
    options: Options,
    store: store::Store,
    data: files::DataFolder,
    ballast: care::Ballast,
    keeper: keeper::Keeper,
    held: held::Held,
    pool: pool::Pool,
    /// Held while recipes are read again: twice at once would only cost twice.
    rereading: tokio::sync::Mutex<()>,
    thumbs: thumbs::Thumbs,
    settings: settings::Kept,
    /// Held while the trash is emptied.
    emptying: tokio::sync::Mutex<()>,
    scanner: scan::Scanner,
    exporter: exports::Exporter,
    /// One permit for each poster that may be drawn at a time.
    posters: tokio::sync::Semaphore,
    root_counts: roots::Counts,
    copies: insights::KnownCopies,
    set_links: sets::KnownLinks,
    reader: reader::Reader,
    followed: exchange::Followed,
    receiver: uploads::Receiver,
    owner: Owner,
    desk: Arc<jobs::Desk>,
    comparing: health::Comparing,
    /// Tells this library from every other one.
    library: String,
}

impl Gallery {
    /// Opens the library in a data folder, creating it where needed, and starts its background
    /// work. Fails when another process has it open, or when its database is newer than this program.
    pub async fn open(options: Options) -> Result<Self, Error> {
        let data = files::DataFolder::open(&options.data_dir)?;
        // Before the database, which could not be opened on a full disk.
        let ballast = care::Ballast::new(data.path(), options.ballast);
        let store = store::Store::open(&options.database(), ballast.watching()).await?;
        let place = exports::place(&data, &options.clock)?;
        let library = settings::library(&store, &options.clock).await?;
        let settings = settings::Kept::load(&store, &options).await?;
        let inner = Arc::new(Inner {
            library,
            keeper: keeper::Keeper::default(),
            held: held::Held::default(),
            pool: pool::Pool::new(options.workers),
            rereading: tokio::sync::Mutex::new(()),
            emptying: tokio::sync::Mutex::new(()),
            posters: tokio::sync::Semaphore::new(options.workers.max(1)),
            thumbs: thumbs::Thumbs::new(&data, &settings, &ballast),
            settings,
            scanner: scan::Scanner::new(),
            exporter: exports::Exporter::default(),
            root_counts: roots::Counts::default(),
            copies: insights::KnownCopies::default(),
            set_links: sets::KnownLinks::default(),
            reader: reader::Reader::open(&data)?,
            followed: exchange::Followed::default(),
            receiver: uploads::Receiver::default(),
            owner: Owner::new(store.clone(), options.clock.clone()),
            desk: Arc::new(jobs::Desk::new(place)),
            comparing: health::Comparing::default(),
            store,
            ballast,
            data,
            options,
        });
        trash::recover(&inner).await?;
        organise::recover(&inner).await?;
        uploads::recover(&inner).await?;
        imports::recover(&inner).await?;
        keeper::start(&inner);
        uploads::start(&inner);
        exports::start(&inner);
        judge::start(&inner);
        trash::start(&inner);
        owner::start(&inner);
        exchange::start(&inner);
        scan::start(&inner);
        care::start(&inner);
        jobs::start(&inner);
        settings::start(&inner);
        Ok(Self { inner })
    }

    /// The name by which browsers know this library, whatever its address.
    pub fn library(&self) -> &str {
        &self.inner.library
    }

    /// Ends background work and closes the database; what was promised is on the disk.
    pub async fn close(&self) {
        self.inner.desk.stop().await;
        self.inner.scanner.stop();
        self.inner.keeper.close();
        self.inner.pool.close();
        self.inner.store.close().await;
    }
}
