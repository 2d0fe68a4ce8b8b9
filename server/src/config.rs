//! Settings: flags, environment and a file become one [`Config`].
//!
//! A flag wins over its environment variable (`PROOFSHEET_` and its name), which wins over the
//! file, which wins over the default. Every default is in [`Config::default`]; no other file of
//! this crate reads the environment.
//!
//! To add a setting: a field with its flag in [`Settings`], the field and its default in
//! [`Config`], and its line in [`Settings::resolve`].

mod places;

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use clap::parser::ValueSource;
use domain::settings::{Fixed, SaidBy, SettingName};
use serde::{Deserialize, Serialize};

pub use domain::bytes::Bytes;

/// What is in force.
#[derive(Debug, Clone, Serialize)]
pub struct Config {
    /// Folders with pictures.
    pub library: Vec<PathBuf>,
    /// Folders below which somebody may choose a folder in the browser.
    pub picker: Vec<PathBuf>,
    /// The gallery's own folder: database, thumbnails, exports.
    pub data_dir: PathBuf,
    /// Address of the database; `sqlite:` in the data folder when absent.
    pub database: Option<String>,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Names, besides this machine's own, under which browsers may reach the gallery.
    pub allowed_hosts: Vec<String>,
    /// Whether to listen on an address that others can reach, although nobody has to sign in.
    pub insecure_no_auth: bool,
    /// Whether to speak HTTPS with the certificate that `proofsheet tls` made.
    pub tls: bool,
    /// A certificate to speak HTTPS with, in PEM; needs its key.
    pub tls_cert: Option<PathBuf>,
    /// The private key of that certificate, in PEM.
    pub tls_key: Option<PathBuf>,
    /// Most that thumbnails may take on disk.
    pub thumbnail_cache: Bytes,
    /// Room that is kept on the disk of the data folder, to be given up when it is full; 0 for none.
    pub ballast: Bytes,
    /// Whether the server copies an embedded database once a day.
    pub snapshots: bool,
    /// Threads for decoding and hashing.
    pub workers: usize,
    /// Largest picture that is decoded, in pixels.
    pub max_pixels: u64,
    /// Longest side that is decoded, in pixels.
    pub max_edge: u32,
    /// Most memory that one decoded picture may take.
    pub max_decode: Bytes,
    /// Connections at once, all together.
    pub max_connections: usize,
    /// Connections at once from one address.
    pub max_connections_per_address: usize,
    /// Whether to notice new files as they appear.
    pub notice: bool,
    /// Logs of executions to follow.
    pub watch: Vec<PathBuf>,
    /// Addresses of ComfyUI, on this machine or in its local network.
    pub comfyui: Vec<String>,
    /// Whether to hash pictures and draw their thumbnails before somebody looks.
    pub prepare: bool,
    /// The program that draws frames of videos; `ffmpeg` of this machine when absent.
    pub ffmpeg: Option<PathBuf>,
    /// What to log, as in `info,server=debug`.
    pub log: String,
    /// Whether to log one JSON object per line.
    pub log_json: bool,
    /// A folder with the page's files, instead of those inside the program.
    pub site: Option<PathBuf>,
    /// What of the library's own settings was said here, where it wins.
    #[serde(skip)]
    pub fixed: Vec<Fixed>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            library: Vec::new(),
            picker: places::picker(),
            data_dir: places::data_dir(),
            database: None,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8502)),
            allowed_hosts: Vec::new(),
            insecure_no_auth: false,
            tls: false,
            tls_cert: None,
            tls_key: None,
            thumbnail_cache: Bytes(8 << 30),
            ballast: Bytes(64 << 20),
            snapshots: true,
            workers: std::thread::available_parallelism().map_or(1, Into::into),
            max_pixels: 150_000_000,
            max_edge: 32_768,
            max_decode: Bytes(1 << 30),
            max_connections: 1024,
            max_connections_per_address: 128,
            notice: true,
            watch: Vec::new(),
            comfyui: Vec::new(),
            prepare: true,
            ffmpeg: None,
            log: "info".to_owned(),
            log_json: false,
            site: None,
            fixed: Vec::new(),
        }
    }
}

/// One layer of settings: what a flag or its variable said, or what a file says.
#[derive(Debug, Clone, Default, clap::Args, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
#[command(next_help_heading = "Settings")]
pub struct Settings {
    /// A folder with pictures; may be given several times
    #[arg(long, value_name = "DIR", env = "PROOFSHEET_LIBRARY", value_delimiter = places::LIST)]
    pub library: Option<Vec<PathBuf>>,
    /// A folder below which folders may be chosen in the browser; may be given several times
    #[arg(long, value_name = "DIR", env = "PROOFSHEET_PICKER", value_delimiter = places::LIST)]
    pub picker: Option<Vec<PathBuf>>,
    /// The gallery's own folder: database, thumbnails, exports
    #[arg(long, value_name = "DIR", env = "PROOFSHEET_DATA_DIR")]
    pub data_dir: Option<PathBuf>,
    /// The database: `sqlite:PATH` or `postgres://USER@HOST/NAME`
    #[arg(
        long,
        value_name = "URL",
        env = "PROOFSHEET_DATABASE",
        hide_env_values = true
    )]
    pub database: Option<String>,
    /// Where to listen
    #[arg(long, value_name = "ADDRESS:PORT", env = "PROOFSHEET_LISTEN")]
    pub listen: Option<SocketAddr>,
    /// A name under which browsers may reach the gallery; may be given several times
    #[arg(
        long,
        value_name = "NAME",
        env = "PROOFSHEET_ALLOWED_HOSTS",
        value_delimiter = ','
    )]
    pub allowed_hosts: Option<Vec<String>>,
    /// Let everybody who can reach the address use the gallery, without a passphrase
    #[arg(long, value_name = "BOOL", env = "PROOFSHEET_INSECURE_NO_AUTH", num_args = 0..=1, default_missing_value = "true")]
    pub insecure_no_auth: Option<bool>,
    /// Speak HTTPS with the certificate that `proofsheet tls` made
    #[arg(long, value_name = "BOOL", env = "PROOFSHEET_TLS", num_args = 0..=1, default_missing_value = "true")]
    pub tls: Option<bool>,
    /// Speak HTTPS with this certificate, in PEM; needs --tls-key
    #[arg(long, value_name = "FILE", env = "PROOFSHEET_TLS_CERT")]
    pub tls_cert: Option<PathBuf>,
    /// The private key of that certificate, in PEM
    #[arg(long, value_name = "FILE", env = "PROOFSHEET_TLS_KEY")]
    pub tls_key: Option<PathBuf>,
    /// Most that thumbnails may take on disk, as in 8GiB
    #[arg(long, value_name = "SIZE", env = "PROOFSHEET_THUMBNAIL_CACHE")]
    pub thumbnail_cache: Option<Bytes>,
    /// Room kept beside the database for clearing up on a full disk, as in 64MiB; 0 for none
    #[arg(long, value_name = "SIZE", env = "PROOFSHEET_BALLAST")]
    pub ballast: Option<Bytes>,
    /// Copy the database once a day while the server runs
    #[arg(long, value_name = "BOOL", env = "PROOFSHEET_SNAPSHOTS", num_args = 0..=1, default_missing_value = "true")]
    pub snapshots: Option<bool>,
    /// Threads for decoding and hashing
    #[arg(long, value_name = "N", env = "PROOFSHEET_WORKERS")]
    pub workers: Option<usize>,
    /// Largest picture that is decoded, in pixels
    #[arg(long, value_name = "N", env = "PROOFSHEET_MAX_PIXELS")]
    pub max_pixels: Option<u64>,
    /// Longest side that is decoded, in pixels
    #[arg(long, value_name = "N", env = "PROOFSHEET_MAX_EDGE")]
    pub max_edge: Option<u32>,
    /// Most memory that one decoded picture may take, as in 1GiB
    #[arg(long, value_name = "SIZE", env = "PROOFSHEET_MAX_DECODE")]
    pub max_decode: Option<Bytes>,
    /// Connections at once, all together
    #[arg(long, value_name = "N", env = "PROOFSHEET_MAX_CONNECTIONS")]
    pub max_connections: Option<usize>,
    /// Connections at once from one address
    #[arg(long, value_name = "N", env = "PROOFSHEET_MAX_CONNECTIONS_PER_ADDRESS")]
    pub max_connections_per_address: Option<usize>,
    /// Notice new files as they appear
    #[arg(long, value_name = "BOOL", env = "PROOFSHEET_NOTICE", num_args = 0..=1, default_missing_value = "true")]
    pub notice: Option<bool>,
    /// A log of executions (CSV or SQLite) whose new lines attach to their pictures; may be given several times
    #[arg(long, value_name = "LOG", env = "PROOFSHEET_WATCH", value_delimiter = places::LIST)]
    pub watch: Option<Vec<PathBuf>>,
    /// A ComfyUI on this machine or in its local network; may be given several times
    #[arg(
        long,
        value_name = "URL",
        env = "PROOFSHEET_COMFYUI",
        value_delimiter = ','
    )]
    pub comfyui: Option<Vec<String>>,
    /// Hash pictures and draw their thumbnails before somebody looks
    #[arg(long, value_name = "BOOL", env = "PROOFSHEET_PREPARE", num_args = 0..=1, default_missing_value = "true")]
    pub prepare: Option<bool>,
    /// The ffmpeg that draws frames of videos; else the one that this machine finds by its name
    #[arg(long, value_name = "FILE", env = "PROOFSHEET_FFMPEG")]
    pub ffmpeg: Option<PathBuf>,
    /// What to log: error, warn, info, debug, or a list as in info,server=debug
    #[arg(long, value_name = "FILTER", env = "PROOFSHEET_LOG")]
    pub log: Option<String>,
    /// Log one JSON object per line
    #[arg(long, value_name = "BOOL", env = "PROOFSHEET_LOG_JSON", num_args = 0..=1, default_missing_value = "true")]
    pub log_json: Option<bool>,
    /// A folder with the page's files, instead of those inside the program
    #[arg(long, value_name = "DIR", env = "PROOFSHEET_SITE_DIR", hide = true)]
    #[serde(skip)]
    pub site: Option<PathBuf>,
    /// The settings file; else `config.toml` in the user's configuration folder
    #[arg(long, value_name = "FILE", env = "PROOFSHEET_CONFIG")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
}

/// Where a setting's value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A flag of the command line.
    Flag,
    /// A `PROOFSHEET_` variable.
    Environment,
    /// The settings file.
    File,
    /// Nobody said anything.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Flag => "flag",
            Self::Environment => "environment",
            Self::File => "file",
            Self::Default => "default",
        })
    }
}

/// A settings file that cannot be used.
#[derive(Debug)]
pub struct ConfigError(String);

impl fmt::Display for ConfigError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for ConfigError {}

/// The settings in force, and where each comes from.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// What is in force.
    pub config: Config,
    /// Every setting with its source, in the order of [`Config`].
    pub sources: Vec<(&'static str, Source)>,
    /// The settings file that was read.
    pub file: Option<PathBuf>,
}

impl Settings {
    /// Puts the layers on top of each other. `matches` are those that `self` was made from.
    pub fn resolve(self, matches: &ArgMatches) -> Result<Resolved, ConfigError> {
        let (file, path) = read_file(self.config.as_deref())?;
        let mut config = Config::default();
        let mut sources = Vec::new();
        macro_rules! layer {
            ($($field:ident),+ $(,)?) => {$(
                let source = match (matches.value_source(stringify!($field)), &file.$field) {
                    (Some(ValueSource::CommandLine), _) => Source::Flag,
                    (Some(ValueSource::EnvVariable), _) => Source::Environment,
                    (_, Some(_)) => Source::File,
                    _ => Source::Default,
                };
                if let Some(value) = self.$field.or(file.$field) {
                    config.$field = value.into();
                }
                sources.push((stringify!($field), source));
            )+};
        }
        layer!(
            library,
            picker,
            data_dir,
            database,
            listen,
            allowed_hosts,
            insecure_no_auth,
            tls,
            tls_cert,
            tls_key,
            thumbnail_cache,
            ballast,
            snapshots,
            workers,
            max_pixels,
            max_edge,
            max_decode,
            max_connections,
            max_connections_per_address,
            notice,
            watch,
            comfyui,
            prepare,
            ffmpeg,
            log,
            log_json,
            site,
        );
        config.workers = config.workers.max(1);
        config.fixed = sources.iter().filter_map(fixed).collect();
        Ok(Resolved {
            config,
            sources,
            file: path,
        })
    }
}

impl Config {
    /// What the gallery needs to know.
    pub fn gallery(&self) -> gallery::Options {
        let mut options = gallery::Options::new(&self.data_dir);
        options.database.clone_from(&self.database);
        options.workers = self.workers;
        options.thumb_cache_bytes = self.thumbnail_cache.0;
        options.limits.max_pixels = self.max_pixels;
        options.limits.max_edge = self.max_edge;
        options.limits.max_alloc = self.max_decode.0;
        options.watch = self.notice;
        options.logs.clone_from(&self.watch);
        options.finish = self.prepare;
        options.fixed.clone_from(&self.fixed);
        options.home = places::home();
        options.picker.clone_from(&self.picker);
        options.program = places::program();
        if let Some(ffmpeg) = &self.ffmpeg {
            options.ffmpeg.clone_from(ffmpeg);
        }
        options
    }
}

/// The setting of the library that has a value here, unless nobody said one.
fn fixed((field, source): &(&str, Source)) -> Option<Fixed> {
    let name = SettingName::read(&field.replace('_', "-"))?;
    let by = match source {
        Source::Flag => SaidBy::Flag,
        Source::Environment => SaidBy::Variable,
        Source::File => SaidBy::File,
        Source::Default => return None,
    };
    Some(Fixed { name, by })
}

/// The named file, which must exist, or the usual one, which need not.
fn read_file(named: Option<&Path>) -> Result<(Settings, Option<PathBuf>), ConfigError> {
    let path = match named {
        Some(path) => path.to_owned(),
        None => match places::config_file() {
            Some(path) if path.is_file() => path,
            _ => return Ok((Settings::default(), None)),
        },
    };
    let text = std::fs::read_to_string(&path).map_err(|error| {
        ConfigError(format!(
            "The settings file {} cannot be read: {error}.",
            path.display()
        ))
    })?;
    let settings = toml::from_str(&text).map_err(|error| {
        ConfigError(format!(
            "The settings file {} is not right: {error}",
            path.display()
        ))
    })?;
    Ok((settings, Some(path)))
}

#[cfg(test)]
mod tests {
    use clap::{Args as _, FromArgMatches as _};

    use super::*;

    fn resolve(words: &[&str]) -> Result<Resolved, ConfigError> {
        let command = Settings::augment_args(clap::Command::new("proofsheet"));
        let matches = command.get_matches_from([&["proofsheet"], words].concat());
        Settings::from_arg_matches(&matches)
            .unwrap()
            .resolve(&matches)
    }

    fn source(resolved: &Resolved, name: &str) -> Source {
        resolved
            .sources
            .iter()
            .find(|(known, _)| *known == name)
            .unwrap()
            .1
    }

    #[test]
    fn a_flag_wins_over_the_file_and_the_file_over_the_default() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        std::fs::write(&file, "workers = 3\nthumbnail-cache = \"2GiB\"\n").unwrap();
        let file = file.to_str().unwrap();
        let resolved = resolve(&["--config", file, "--workers", "5"]).unwrap();
        assert_eq!(resolved.config.workers, 5);
        assert_eq!(resolved.config.thumbnail_cache, Bytes(2 << 30));
        assert_eq!(source(&resolved, "workers"), Source::Flag);
        assert_eq!(source(&resolved, "thumbnail_cache"), Source::File);
        assert_eq!(source(&resolved, "listen"), Source::Default);
    }

    #[test]
    fn what_is_said_at_the_start_fixes_the_setting_of_the_library() {
        let words = [
            "--config",
            "/dev/null",
            "--thumbnail-cache",
            "1GiB",
            "--prepare=false",
        ];
        let resolved = resolve(&words).unwrap();
        let by = SaidBy::Flag;
        let fixed =
            [SettingName::ThumbnailCache, SettingName::Prepare].map(|name| Fixed { name, by });
        assert_eq!(resolved.config.fixed, fixed);
        assert_eq!(resolved.config.gallery().fixed, fixed);
        assert_eq!(resolve(&words[..2]).unwrap().config.fixed, []);
    }

    #[test]
    fn a_misspelt_setting_in_the_file_is_an_error_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        std::fs::write(&file, "wrokers = 3\n").unwrap();
        let error = resolve(&["--config", file.to_str().unwrap()]).unwrap_err();
        assert!(error.to_string().contains("wrokers"), "{error}");
    }

    #[test]
    fn every_setting_says_where_it_comes_from() {
        let resolved = resolve(&["--config", "/dev/null"]).unwrap();
        let shown = serde_json::to_value(&resolved.config).unwrap();
        let names: Vec<&str> = shown
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let mut sources: Vec<&str> = resolved.sources.iter().map(|(name, _)| *name).collect();
        sources.sort_unstable();
        assert_eq!(names, sources);
    }
}
