//! PostgreSQL's own programs, which copy a database and put it back.

use std::{
    io,
    path::{Path, PathBuf},
    process::Stdio,
};

use domain::problem::ProblemKind;
use tokio::process::Command;

use super::blocking;
use crate::{
    Options,
    error::Error,
    files::{self, survey},
};

/// Where Debian keeps each version's programs.
const DEBIAN: &str = "/usr/lib/postgresql";

/// Copies a gallery's database into a file, and believes that only when it can be read back.
pub(super) async fn dump(options: &Options, to: &Path) -> Result<(), Error> {
    let address = Address::of(&options.database());
    let programs = options.postgres_programs.as_deref();
    let mut command = address.command(programs, "pg_dump");
    command.args(["--format=custom", "--no-owner", "--no-privileges", "--file"]);
    command.arg(to).arg("--dbname").arg(&address.open);
    run(command, "pg_dump").await?;
    let mut command = tool(programs, "pg_restore");
    command.arg("--list").arg(to);
    run(command, "pg_restore").await?;
    let path = to.to_owned();
    let synced = blocking(move || survey::sync_file(&path)).await?;
    synced.map_err(Error::file("writing a copy of the database"))
}

/// Whether a gallery's database could be copied: its tables are, without what is in them, and to nowhere.
pub(crate) async fn can_dump(options: &Options) -> Result<(), Error> {
    let address = Address::of(&options.database());
    let mut command = address.command(options.postgres_programs.as_deref(), "pg_dump");
    command
        .args(["--schema-only", "--dbname"])
        .arg(&address.open);
    run(command, "pg_dump").await
}

/// Puts a copy into an empty database: all of it, or nothing.
pub(super) async fn fill(url: &str, from: &Path) -> Result<(), Error> {
    let address = Address::of(url);
    let mut command = address.command(None, "pg_restore");
    command.args([
        "--single-transaction",
        "--exit-on-error",
        "--no-owner",
        "--no-privileges",
    ]);
    command.arg("--dbname").arg(&address.open).arg(from);
    run(command, "pg_restore").await
}

/// An address without its password, which anybody could read in the list of programs.
struct Address {
    open: String,
    password: Option<String>,
}

impl Address {
    fn of(url: &str) -> Self {
        let parts = url.split_once("://").and_then(|(scheme, rest)| {
            let (user, host) = rest.rsplit_once('@')?;
            let (user, password) = user.split_once(':')?;
            Some((format!("{scheme}://{user}@{host}"), unescaped(password)))
        });
        match parts {
            Some((open, password)) => Self {
                open,
                password: Some(password),
            },
            None => Self {
                open: url.to_owned(),
                password: None,
            },
        }
    }

    fn command(&self, programs: Option<&Path>, name: &str) -> Command {
        let mut command = tool(programs, name);
        if let Some(password) = &self.password {
            command.env("PGPASSWORD", password);
        }
        command
    }
}

/// A text in which `%40` stands for `@` and so on.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let code = tail
            .get(..2)
            .and_then(|code| std::str::from_utf8(code).ok());
        let code = code.and_then(|code| u8::from_str_radix(code, 16).ok());
        if let Some(byte) = code.filter(|_| *first == b'%') {
            bytes.push(byte);
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A program of PostgreSQL: the one in the named folder, else the newest of Debian's, else the one that the system
/// finds by its name. An older one refuses a newer server.
fn tool(programs: Option<&Path>, name: &str) -> Command {
    let program = programs.map_or_else(|| found(name), |folder| folder.join(name));
    let mut command = Command::new(program);
    // What it says is looked through for a reason, so it has to say it in the language of that.
    command.env("LC_ALL", "C").env_remove("LANGUAGE");
    command.stdin(Stdio::null()).kill_on_drop(true);
    command
}

fn found(name: &str) -> PathBuf {
    let versions = survey::list(Path::new(DEBIAN)).unwrap_or_default();
    let newest = versions
        .into_iter()
        .filter_map(|one| one.name.parse::<u32>().ok())
        .max();
    let debian = newest.map(|version| Path::new(DEBIAN).join(format!("{version}/bin/{name}")));
    let debian = debian.filter(|path| files::exists(path));
    debian.unwrap_or_else(|| PathBuf::from(name))
}

async fn run(mut command: Command, name: &str) -> Result<(), Error> {
    let output = match command.output().await {
        Ok(output) => output,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(Error::told(
                ProblemKind::NotFound,
                format!(
                    "A PostgreSQL database is copied by the program {name}, which was not found. Nothing was \
                     changed; install PostgreSQL's client programs (on Debian or Ubuntu `apt-get install \
                     postgresql-client`), then try again."
                ),
            ));
        }
        Err(error) => return Err(Error::file("starting a program of PostgreSQL")(error)),
    };
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    if said.contains("server version mismatch") {
        return Err(Error::told(
            ProblemKind::Conflict,
            format!(
                "The program {name} is of an older version than the PostgreSQL server, which it therefore cannot \
                 copy. Nothing was changed; install the client programs of the server's version (on Debian or \
                 Ubuntu `apt-get install postgresql-client-NUMBER`), then try again."
            ),
        ));
    }
    tracing::error!(%said, "{name} failed");
    Err(Error::told(
        ProblemKind::Internal,
        format!(
            "{name} could not do this; the log has what it said. No backup and no snapshot was changed."
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_among_the_arguments() {
        let address = Address::of("postgres://me:p%40ss:w@db.lan:5432/gallery?sslmode=require");
        assert_eq!(
            address.open,
            "postgres://me@db.lan:5432/gallery?sslmode=require"
        );
        assert_eq!(address.password.as_deref(), Some("p@ss:w"));
        let address = Address::of("postgres://me@db/gallery");
        assert_eq!(address.open, "postgres://me@db/gallery");
        assert_eq!(address.password, None);
    }
}
