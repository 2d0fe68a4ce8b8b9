//! What this machine allows, measured in the same run.

use std::{
    fs::{self, File},
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context, Result, ensure};

use super::Bench;
use crate::say;

/// What is read of each file at first.
const HEAD: usize = 32 << 10;
/// Behind this no text is looked for.
const MOST_HEAD: usize = 16 << 20;
/// Rows that SQLite is given.
const ROWS: u64 = 100 << 10;
/// Pictures that are decoded, again and again.
const DECODED: usize = 40;

/// All files below a folder.
pub(super) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else {
                found.push(entry.path());
            }
        }
    }
    Ok(found)
}

/// Files that one thread can list and look at in a second.
pub(super) fn stats_per_second(folder: &Path) -> Result<f64> {
    let start = Instant::now();
    let files = files(folder)?;
    for file in &files {
        fs::symlink_metadata(file)?;
    }
    Ok(files.len() as f64 / start.elapsed().as_secs_f64())
}

/// Files whose texts one thread can reach in a second: the first 32 kB of each, and what lies behind
/// them up to a PNG's pixels.
pub(super) fn chunks_per_second(files: &[PathBuf]) -> Result<f64> {
    let mut buffer = vec![0; HEAD];
    let start = Instant::now();
    for path in files {
        let file = File::open(path)?;
        buffer.resize(HEAD, 0);
        let filled = file.read_at(&mut buffer, 0)?;
        buffer.truncate(filled);
        walk(&file, &mut buffer)?;
    }
    Ok(files.len() as f64 / start.elapsed().as_secs_f64())
}

/// Goes from chunk to chunk of a PNG and makes sure that the texts among them are in the buffer.
fn walk(file: &File, buffer: &mut Vec<u8>) -> Result<()> {
    if !buffer.starts_with(b"\x89PNG") {
        return Ok(());
    }
    let mut at = 8;
    while let Some(&[a, b, c, d, ref kind @ ..]) = buffer.get(at..at + 8) {
        let end = at + 12 + u32::from_be_bytes([a, b, c, d]) as usize;
        if matches!(kind, b"IDAT" | b"IEND") || end > MOST_HEAD {
            break;
        }
        // With the header of the chunk behind it.
        let filled = buffer.len();
        if end + 8 > filled {
            buffer.resize(end + 8, 0);
            let read = file.read_at(&mut buffer[filled..], filled as u64)?;
            buffer.truncate(filled + read);
        }
        at = end;
    }
    Ok(())
}

/// Megabytes that one connection over the loopback carries in a second.
pub(super) fn loopback() -> Result<f64> {
    const BYTES: usize = 1 << 30;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let writer = std::thread::spawn(move || -> Result<()> {
        let mut stream = listener.accept()?.0;
        let block = vec![7; 256 << 10];
        for _ in 0..BYTES / block.len() {
            stream.write_all(&block)?;
        }
        Ok(())
    });
    let mut stream = TcpStream::connect(address)?;
    let mut buffer = vec![0; 256 << 10];
    let start = Instant::now();
    let mut total = 0;
    loop {
        match stream.read(&mut buffer)? {
            0 => break,
            count => total += count,
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    if let Ok(written) = writer.join() {
        written?;
    }
    Ok(total as f64 / 1e6 / seconds)
}

impl Bench {
    /// An example of one of our crates, built as the gallery is: what has to be compared with the
    /// gallery, and imports what only that crate may.
    pub(super) fn example(&self, package: &str, name: &str) -> Result<Command> {
        say(&format!("Building {name}"));
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let status = Command::new(cargo)
            .args(["build", "--quiet", "--release", "--package", package])
            .args(["--example", name])
            .current_dir(&self.root)
            .status()?;
        ensure!(status.success(), "the example {name} could not be built");
        // The bench keeps its things in cargo's folder.
        let target = self.folder.parent().context("no folder for the bench")?;
        let folder = target.join("release/examples");
        Ok(Command::new(folder.join(name)))
    }

    /// Rows of 2 kB that SQLite alone takes in a second.
    pub(super) fn inserts_per_second(&self) -> Result<f64> {
        let data = self.data("bare")?;
        let mut bare = self.example("store", "bare_sqlite")?;
        bare.arg("insert").arg(data.join("bare.db"));
        let rate = told(bare.arg(ROWS.to_string()));
        fs::remove_dir_all(data)?;
        rate
    }

    /// Pictures of a library that the PNG decoder alone decodes in a second on one core.
    pub(super) fn decodes_per_second(&self, library: &Path) -> Result<f64> {
        let mut pictures = files(library)?;
        pictures.retain(|path| path.extension().is_some_and(|kind| kind == "png"));
        pictures.sort();
        let step = pictures.len().div_ceil(DECODED).max(1);
        let mut bare = self.example("media", "bare_png")?;
        told(bare.args(pictures.iter().step_by(step)))
    }
}

/// The number that a program prints.
pub(super) fn told(program: &mut Command) -> Result<f64> {
    let output = program.stderr(Stdio::inherit()).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "{program:?} failed");
    let number = text.trim().parse();
    number.with_context(|| format!("{program:?} said {text:?}"))
}
