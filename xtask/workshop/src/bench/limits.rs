//! What this machine allows, measured in the same run.

use std::{
    fs::{self, File},
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::Result;

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

/// Files of which one thread can read the first 32 kB in a second.
pub(super) fn heads_per_second(files: &[PathBuf]) -> Result<f64> {
    let mut buffer = vec![0; 32 << 10];
    let start = Instant::now();
    for path in files {
        File::open(path)?.read_at(&mut buffer, 0)?;
    }
    Ok(files.len() as f64 / start.elapsed().as_secs_f64())
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
