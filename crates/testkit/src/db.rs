//! Empty databases for tests: a SQLite file, or a database on a private PostgreSQL.
//!
//! The PostgreSQL server belongs to one test process. It is started when the first test asks for
//! it, listens on a socket in a temporary folder only, and keeps nothing safe on disk. A small
//! shell waits for a pipe that closes when the test process ends, however it ends, and then stops
//! the server and removes the folder.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

/// Runs async test functions of one argument, the address of an empty database, on both engines.
///
/// `on_both_engines!(a_test, another_test);` makes the tests `sqlite::a_test`,
/// `postgres::a_test` and so on. The calling crate needs tokio with macros.
#[macro_export]
macro_rules! on_both_engines {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                let database = $crate::db::sqlite();
                super::$name(database.url()).await;
            })*
        }
        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                let database = $crate::db::postgres();
                super::$name(database.url()).await;
            })*
        }
    };
}

/// An empty database; its files go away with it, because hundreds of them are more than some disks hold.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    folder: Option<PathBuf>,
    /// Its name on this process's PostgreSQL.
    name: Option<String>,
}

impl TestDatabase {
    /// Its address, as the program takes it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The folder of a SQLite file.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            // What cannot be removed stays in the system's temporary folder; no test depends on it.
            let _left = fs::remove_dir_all(folder);
        }
        if let (Some(name), Some(server)) = (&self.name, SERVER.get()) {
            server.drop_database(name);
        }
    }
}

static COUNTER: AtomicUsize = AtomicUsize::new(0);

/// The PostgreSQL of this process.
static SERVER: OnceLock<Server> = OnceLock::new();

/// A new temporary folder with a short path, because socket paths must be short.
fn temporary(kind: &str) -> PathBuf {
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    let name = format!("proofsheet-{kind}-{}-{number}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    fs::create_dir_all(&folder).expect("the temporary folder can be written");
    folder
}

/// A SQLite file that does not exist yet, in a folder of its own.
pub fn sqlite() -> TestDatabase {
    let folder = temporary("sqlite");
    let url = format!("sqlite:{}", folder.join("gallery.db").display());
    TestDatabase {
        url,
        folder: Some(folder),
        name: None,
    }
}

/// Whether a PostgreSQL looks after its tables by itself, which it does unless told otherwise. Tests
/// go without: it would only get in the way of many small databases.
#[derive(Debug, Clone, Copy)]
pub enum Autovacuum {
    /// As PostgreSQL comes, for measuring.
    On,
    /// Nothing runs beside the test.
    Off,
}

/// An empty database on this process's PostgreSQL.
///
/// # Panics
/// When PostgreSQL is not installed or does not start; the message says what to do.
pub fn postgres() -> TestDatabase {
    postgres_with(Autovacuum::Off)
}

/// The same, where the first call of the process says how its PostgreSQL is.
///
/// # Panics
/// As [`postgres`].
pub fn postgres_with(autovacuum: Autovacuum) -> TestDatabase {
    let server = SERVER.get_or_init(|| Server::start(autovacuum));
    let name = format!("test_{}", COUNTER.fetch_add(1, Ordering::Relaxed));
    let create = format!("--command=CREATE DATABASE {name}");
    run(psql(&server.binaries, &server.folder).arg(create));
    let url = format!(
        "postgres://postgres@localhost/{name}?host={}",
        server.folder.display()
    );
    TestDatabase {
        url,
        folder: None,
        name: Some(name),
    }
}

struct Server {
    binaries: PathBuf,
    folder: PathBuf,
    /// A terminal that drops databases, while no test waits for it.
    dropping: Mutex<Child>,
    /// Its standard input is closed by the system when this process ends, which stops the server.
    _watchdog: Child,
}

impl Server {
    fn start(autovacuum: Autovacuum) -> Self {
        let binaries = binaries();
        let folder = temporary("postgres");
        let data = folder.join("data");
        let user = other_user();
        if let Some(user) = user {
            run(Command::new("chown").arg(user).arg(&folder));
        }
        let as_user = |program: &str| {
            let program = binaries.join(program);
            let Some(user) = user else {
                return Command::new(program);
            };
            let mut command = Command::new("setpriv");
            command
                .arg(format!("--reuid={user}"))
                .arg("--clear-groups")
                .arg("--")
                .arg(program);
            command
        };
        run(as_user("initdb").arg("--pgdata").arg(&data).args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ]));
        // A log of a gigabyte, as it comes, is more than all the small databases together.
        let (autovacuum, log) = match autovacuum {
            Autovacuum::On => ("on", "1GB"),
            Autovacuum::Off => ("off", "64MB"),
        };
        let settings = format!(
            "listen_addresses = ''\nunix_socket_directories = '{}'\nfsync = off\n\
             synchronous_commit = off\nfull_page_writes = off\nmax_connections = 300\n\
             shared_buffers = 64MB\nautovacuum = {autovacuum}\n\
             min_wal_size = 32MB\nmax_wal_size = {log}\n",
            folder.display()
        );
        let file = data.join("postgresql.conf");
        let before = fs::read_to_string(&file).expect("initdb wrote its configuration");
        fs::write(file, before + &settings).expect("the configuration can be written");
        let log = folder.join("log");
        run(as_user("pg_ctl")
            .arg("--pgdata")
            .arg(&data)
            .arg("--log")
            .arg(&log)
            .args(["--wait", "--silent", "start"]));

        let stop = as_user("pg_ctl");
        let mut words = vec![stop.get_program().to_owned()];
        words.extend(stop.get_args().map(ToOwned::to_owned));
        let mut watchdog = Command::new("sh");
        watchdog
            .arg("-c")
            .arg("cat >/dev/null; folder=$1; shift; \"$@\" >/dev/null 2>&1; rm -rf \"$folder\"")
            .arg("watchdog")
            .arg(&folder)
            .args(words)
            .arg("--pgdata")
            .arg(&data)
            .args(["--mode=immediate", "--wait", "stop"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        // An interrupt from the keyboard must not end it before the server is stopped.
        std::os::unix::process::CommandExt::process_group(&mut watchdog, 0);
        let watchdog = watchdog.spawn().expect("a shell can be started");
        let dropping = psql(&binaries, &folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("psql can be started");
        Self {
            binaries,
            folder,
            dropping: Mutex::new(dropping),
            _watchdog: watchdog,
        }
    }

    /// Whoever still talks to it is cut off. What fails here goes away with the server.
    fn drop_database(&self, name: &str) {
        let mut dropping = self.dropping.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(words) = dropping.stdin.as_mut() {
            let _left = writeln!(words, "DROP DATABASE {name} WITH (FORCE);");
        }
    }
}

/// The terminal of the PostgreSQL in a folder, to which a command is still to be said.
fn psql(binaries: &Path, folder: &Path) -> Command {
    let mut psql = Command::new(binaries.join("psql"));
    psql.arg("--host").arg(folder);
    psql.args(["--username=postgres", "--dbname=postgres", "--no-psqlrc"]);
    psql
}

/// The folder with PostgreSQL's programs: the newest of Debian's, else the one in `PATH`.
///
/// # Panics
/// When PostgreSQL is not installed; the message says what to do.
pub fn binaries() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut folders: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    folders.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut all = folders.into_iter().rev().map(|(_, folder)| folder);
    let complete = |folder: &PathBuf| {
        ["initdb", "pg_ctl", "postgres", "psql"]
            .iter()
            .all(|name| folder.join(name).is_file())
    };
    all.find(complete).or_else(|| std::env::split_paths(&path).find(complete)).unwrap_or_else(|| {
        panic!(
            "The tests need PostgreSQL's programs (initdb, pg_ctl, postgres, psql), which are not \
             on this machine. On Debian or Ubuntu install them with:\n    \
             sudo apt-get install -y postgresql postgresql-client"
        )
    })
}

/// The user to run the server as when this process is root, which PostgreSQL refuses.
fn other_user() -> Option<&'static str> {
    let id = |args: &[&str]| {
        let output = Command::new("id")
            .args(args)
            .output()
            .expect("the program `id` is there");
        output.status.success().then_some(output.stdout)
    };
    if id(&["-u"]).as_deref() != Some(b"0\n") {
        return None;
    }
    let user = ["postgres", "nobody"]
        .into_iter()
        .find(|user| id(&["-u", user]).is_some());
    Some(user.expect("root can run the server as the user postgres or nobody"))
}

/// Runs a helper program to its end.
pub(crate) fn run(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
}
