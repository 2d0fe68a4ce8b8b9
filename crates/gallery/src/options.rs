//! How to open a gallery.

use std::path::PathBuf;

use domain::settings::Fixed;

use crate::{Clock, imports};

/// How to open a gallery. Every default is the server's business.
#[derive(Debug, Clone)]
pub struct Options {
    /// The gallery's own folder: embedded database, thumbnails, exports, demo pictures.
    pub data_dir: PathBuf,
    /// Address of the database; `None` is `sqlite:` in the data folder.
    pub database: Option<String>,
    /// Threads for decoding and hashing; at least 1.
    pub workers: usize,
    /// Most bytes that thumbnails may take on disk.
    pub thumb_cache_bytes: u64,
    /// Limits of decoding.
    pub limits: media::Limits,
    /// Whether to notice new files as they appear.
    pub watch: bool,
    /// Logs of executions to follow.
    pub logs: Vec<PathBuf>,
    /// Whether background work (hashes, thumbnails) runs.
    pub finish: bool,
    /// Bytes of the file that is given up on a full disk, so that things can still be deleted; 0 for none.
    pub ballast: u64,
    /// Whether a copy of the database is made each day.
    pub snapshots: bool,
    /// The home folder, where the folder picker begins.
    pub home: Option<PathBuf>,
    /// Folders below which somebody may choose a folder in the browser; nothing else of the disk is shown
    /// there.
    pub picker: Vec<PathBuf>,
    /// This program, which is started as `PROGRAM avif-frame --max-pixels N --max-edge N
    /// --max-decode N` for each AVIF picture and then has to call
    /// [`draw_avif`](crate::draw_avif). Without it, AVIF is drawn only where ffmpeg is found.
    pub program: Option<PathBuf>,
    /// The ffmpeg that draws frames of videos: a path, or a name that the system looks for. It is started, so
    /// only whoever starts the gallery may name it.
    pub ffmpeg: PathBuf,
    /// Which settings were said at the start: they hold whatever was set before, and are changed only there.
    pub fixed: Vec<Fixed>,
    /// Programs that unpack RAR archives, the first of them that can be started; one called `unar` is given
    /// its own words, any other those of `bsdtar`.
    pub unpackers: Vec<PathBuf>,
    /// The folder of PostgreSQL's own programs, which copy its database; `None` takes the newest of Debian's, else
    /// those that the system finds by their names.
    pub postgres_programs: Option<PathBuf>,
    /// Tells the time.
    pub clock: Clock,
}

impl Options {
    /// Sensible options for a data folder.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            database: None,
            workers: std::thread::available_parallelism().map_or(1, Into::into),
            thumb_cache_bytes: 8 << 30,
            limits: media::Limits::default(),
            watch: true,
            logs: Vec::new(),
            finish: true,
            ballast: 0,
            snapshots: false,
            home: None,
            picker: vec![PathBuf::from("/")],
            program: None,
            ffmpeg: PathBuf::from("ffmpeg"),
            fixed: Vec::new(),
            unpackers: imports::programs(),
            postgres_programs: None,
            clock: Clock::system(),
        }
    }

    /// The address of the database.
    pub(crate) fn database(&self) -> String {
        self.database
            .clone()
            .unwrap_or_else(|| format!("sqlite:{}", self.data_dir.join("proofsheet.db").display()))
    }
}
