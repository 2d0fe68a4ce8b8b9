//! RAR archives, unpacked by a program that this machine has.
//!
//! The program gets a fixed list of arguments and the whole path of the archive, and writes into a private
//! folder of the data folder. It is watched: one that stands still is stopped, and so is one that writes more
//! than an honest archive holds. What it wrote is then looked at like any stranger's files.

use std::{
    ffi::OsStr,
    io,
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
    time::{Duration, Instant},
};

use domain::id::UploadId;
use media::archive::Bounds;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    process::{Child, Command},
};

use super::blocking;
use crate::{
    Inner,
    error::Error,
    files::{self, Unpacked},
    uploads,
};

/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(200);
/// A program that writes nothing for so long waits for something that nobody gives it.
const STILL: Duration = Duration::from_mins(1);
/// Longest run.
const LONGEST: Duration = Duration::from_hours(2);
/// Bytes of what it says that are kept for the log.
const SAID: u64 = 16 << 10;

/// How unpacking ended.
pub(super) enum Ended {
    /// All of it is there.
    Whole(Unpacked),
    /// The program says that something is wrong; perhaps some of it is there.
    Part(Unpacked),
    /// No program was found.
    NoTool,
    /// It did not go on.
    Still,
    /// It grew too large.
    Bomb,
}

/// What a run of a program came to.
enum Run {
    Done(bool),
    Still,
    Bomb,
}

/// Unpacks an archive of so many bytes.
pub(super) async fn unpack(
    inner: &Arc<Inner>,
    archive: &Path,
    length: u64,
) -> Result<Ended, Error> {
    let path = archive.to_owned();
    let real = blocking(move || files::real_path(&path)).await?;
    let real = real.map_err(Error::file("looking at an archive"))?;
    for program in &inner.options.unpackers {
        let id = UploadId(inner.options.clock.mint());
        let incoming = inner.data.incoming();
        let folder = blocking(move || incoming.unpacked(id)).await?;
        let folder = Arc::new(folder.map_err(Error::file("making a folder to unpack into"))?);
        let run = match command(program, &real, folder.path()).spawn() {
            Ok(child) => watch(inner, child, &folder, length).await?,
            // Perhaps the next one is here.
            Err(error) if is_absent(&error) => continue,
            Err(error) => return Err(Error::file("starting a program that unpacks")(error)),
        };
        let Ok(folder) = Arc::try_unwrap(folder) else {
            return Err(Error::Worker);
        };
        return Ok(match run {
            Run::Done(true) => Ended::Whole(folder),
            Run::Done(false) => Ended::Part(folder),
            Run::Still => Ended::Still,
            Run::Bomb => Ended::Bomb,
        });
    }
    Ok(Ended::NoTool)
}

fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied
    )
}

/// The arguments are fixed, and a whole path never looks like an option.
fn command(program: &Path, archive: &Path, folder: &Path) -> Command {
    let name = program.file_name().unwrap_or_default();
    let mut command = Command::new(program);
    if name == OsStr::new("unar") {
        command
            .args(["-quiet", "-no-directory", "-no-recursion", "-force-skip"])
            .arg("-output-directory")
            .arg(folder)
            .arg(archive);
    } else {
        command
            .args(["-x", "-k", "--no-same-owner", "--no-same-permissions"])
            .args(["--no-xattrs", "--no-acls", "--no-fflags"])
            .arg("-C")
            .arg(folder)
            .arg("-f")
            .arg(archive);
    }
    command
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        // What it asks at a terminal it asks nobody.
        .process_group(0);
    command
}

/// Waits for a program, and stops one that stands still or writes too much.
async fn watch(
    inner: &Inner,
    mut child: Child,
    folder: &Arc<Unpacked>,
    length: u64,
) -> Result<Run, Error> {
    let said = child.stderr.take().map(|said| tokio::spawn(read(said)));
    let bounds = Bounds::default();
    let most = (length.saturating_mul(bounds.ratio)).max(bounds.small_whole);
    let (began, mut moved, mut before) = (Instant::now(), Instant::now(), (0, 0));
    let run = loop {
        if let Ok(status) = tokio::time::timeout(LOOK, child.wait()).await {
            let status = status.map_err(Error::file("waiting for a program that unpacks"))?;
            break Run::Done(status.success());
        }
        let (own, data) = (Arc::clone(folder), inner.data.path().to_owned());
        let (now, free) = blocking(move || (own.weigh(), files::space(&data))).await?;
        if now != before {
            (moved, before) = (Instant::now(), now);
        }
        let full = free.is_ok_and(|(free, _)| free < uploads::RESERVE);
        if full || now.0 > bounds.entries || now.1 > most {
            break Run::Bomb;
        }
        if moved.elapsed() > STILL || began.elapsed() > LONGEST {
            break Run::Still;
        }
    };
    if !matches!(run, Run::Done(_)) {
        stop(&child);
        let killed = child.kill().await;
        killed.map_err(Error::file("stopping a program that unpacks"))?;
    }
    if let Some(said) = said
        && let Ok(said) = said.await
        && !said.is_empty()
    {
        tracing::info!(%said, "a program that unpacks had something to say");
    }
    // A quick one may have written too much between two looks.
    let own = Arc::clone(folder);
    let (entries, bytes) = blocking(move || own.weigh()).await?;
    let bomb = entries > bounds.entries || bytes > most;
    Ok(if bomb { Run::Bomb } else { run })
}

/// Stops the programs that a program started as well; they are one group.
fn stop(child: &Child) {
    use rustix::process::{Pid, Signal, kill_process_group};

    let id = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
    if let Some(id) = id {
        // One that has ended meanwhile is stopped.
        let _ = kill_process_group(id, Signal::KILL);
    }
}

/// What a program says, as much as is kept; the rest is read and dropped, so that it can go on.
async fn read(mut said: impl AsyncRead + Unpin) -> String {
    let mut kept = Vec::new();
    let _ = (&mut said).take(SAID).read_to_end(&mut kept).await;
    let _ = tokio::io::copy(&mut said, &mut tokio::io::sink()).await;
    String::from_utf8_lossy(&kept).trim().to_owned()
}

/// The programs that are tried, in this order.
pub(crate) fn programs() -> Vec<PathBuf> {
    ["bsdtar", "unar"].map(PathBuf::from).to_vec()
}
