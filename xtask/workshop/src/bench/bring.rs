//! What is brought in by hand: a large file that is sent, and archives that are taken over.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::TcpStream,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use super::{Bench, limits, report::figure, server::Server};
use anyhow::{Result, ensure};

/// One grey pixel as a PNG.
const PIXEL: &[u8] = b"\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU\x00\x00\x00\x0aIDATx\x9cch\x00\x00\x00\x82\x00\x81w\xcdr\xb6\x00\x00\x00\x00IEND\xaeB`\x82";
/// Bytes of the file that is sent.
const LENGTH: usize = 1 << 30;
/// Small files that are sent one after the other, and bytes of each.
const SMALL: u32 = 200;
const SMALL_LENGTH: usize = 100_000;
/// How many of them are written at a time.
const BLOCK: usize = 1 << 20;
/// Pictures of each archive.
const PACKED: usize = 100;

/// The rate and the memory of an upload, and that of an import beside what unpacking and reading take.
pub(super) fn measure(bench: &mut Bench) -> Result<()> {
    upload(bench)?;
    import(bench)
}

fn upload(bench: &mut Bench) -> Result<()> {
    let data = bench.data("bring")?;
    let library = bench.data("bring-nothing")?;
    let server = Server::start(&bench.binary, &data, &library)?;
    let before = server.idle_memory()?;
    let stream = TcpStream::connect(("127.0.0.1", server.port))?;
    stream.set_read_timeout(Some(Duration::from_mins(2)))?;
    let mut stream = BufReader::new(stream);
    let port = server.port;
    let head = format!(
        "POST /uploads HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nTus-Resumable: \
         1.0.0\r\nUpload-Length: {LENGTH}\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: \
         {LENGTH}\r\n\r\n"
    );
    // A picture may have more behind its end; what that is nobody looks at.
    let mut block = PIXEL.to_vec();
    block.resize(BLOCK, 7);
    let (start, mut most) = (Instant::now(), before);
    stream.get_mut().write_all(head.as_bytes())?;
    for number in 0..LENGTH / BLOCK {
        stream.get_mut().write_all(&block)?;
        if number % 32 == 0 {
            most = most.max(server.memory()?);
        }
    }
    let sent = start.elapsed().as_secs_f64();
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let seconds = start.elapsed().as_secs_f64();
    most = most.max(server.memory()?);
    ensure!(
        line.contains(" 201 "),
        "the upload was answered with {line}"
    );
    let megabytes = LENGTH as f64 / 1e6;
    let report = &mut bench.report;
    let streamed = figure(
        "-",
        "upload, megabytes streamed in a second",
        megabytes / sent,
    );
    report.add(
        streamed
            .unit("MB/s")
            .at_least(300.0)
            .limit(limits::loopback()?),
    );
    let whole = figure(
        "-",
        "upload, megabytes in a second, to the answer",
        megabytes / seconds,
    );
    report.add(whole.unit("MB/s"));
    let grown = figure("-", "upload, memory that it took", most - before);
    report.add(grown.unit("MB").at_most(64.0));
    answers(bench, &server, &data)
}

/// How long a small picture takes until it is answered for, beside what the disk takes to keep its bytes.
fn answers(bench: &mut Bench, server: &Server, folder: &Path) -> Result<()> {
    let mut client = server.client()?;
    let (mut answers, mut syncs) = (Vec::new(), Vec::new());
    for number in 0..SMALL {
        let mut bytes = PIXEL.to_vec();
        bytes.extend(u64::from(number).to_le_bytes());
        bytes.resize(SMALL_LENGTH, 7);
        let answer = client.send(&bytes)?;
        ensure!(
            answer.status == 201,
            "an upload was answered with {}",
            answer.status
        );
        answers.push(answer.whole);
        let start = Instant::now();
        let mut file = fs::File::create(folder.join(format!("synced-{number}")))?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        syncs.push(start.elapsed());
    }
    let middle = |mut times: Vec<Duration>| {
        times.sort_unstable();
        times[times.len() / 2].as_secs_f64() * 1e3
    };
    let (answer, sync) = (middle(answers), middle(syncs));
    let report = &mut bench.report;
    report.add(figure("-", "a file of 100 kB, made and synced, p50", sync).unit("ms"));
    let answered = figure("-", "an upload of 100 kB, answered for, p50", answer).unit("ms");
    report.add(answered.limit(sync));
    Ok(())
}

fn import(bench: &mut Bench) -> Result<()> {
    let library = bench.library("full", bench.size.full(), false)?;
    let pictures = limits::files(&library)?;
    let archives = bench.data("bring-archives")?;
    for (number, pictures) in pictures.chunks(PACKED).enumerate() {
        let mut bsdtar = Command::new("bsdtar");
        bsdtar.args([
            "--format",
            "zip",
            "--options",
            "zip:compression=store",
            "-cf",
        ]);
        bsdtar.arg(archives.join(format!("{number}.zip")));
        bsdtar.arg("-C").arg(&library);
        for picture in pictures {
            bsdtar.arg(picture.strip_prefix(&library)?);
        }
        let Ok(status) = bsdtar.status() else {
            crate::say(
                "bsdtar is not installed, so no import is measured: apt-get install libarchive-tools",
            );
            return Ok(());
        };
        ensure!(status.success(), "bsdtar failed");
    }
    let unpacked = bench.data("bring-unpacked")?;
    let unpacking = unpack(&archives, &unpacked)?;
    let reading = read(bench, &unpacked)?;
    let data = bench.data("bring-import")?;
    let start = Instant::now();
    let status = Command::new(&bench.binary)
        // What it is compared with draws none either.
        .args(["import", "archives", "--skip-thumbnails"])
        .arg(&archives)
        .arg("--data-dir")
        .arg(&data)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    // 1 says that some pictures are broken, which is so in a library of this kind; there is nothing else to take.
    ensure!(matches!(status.code(), Some(0 | 1)), "the import failed");
    let taken = start.elapsed().as_secs_f64();
    let count = pictures.len() as f64;
    let part = |what: &str, value| figure("-", what, value).unit("/s");
    let report = &mut bench.report;
    report.add(part(
        "pictures that bsdtar unpacks in a second",
        count / unpacking,
    ));
    report.add(part(
        "pictures of it that are read in a second",
        count / reading,
    ));
    let limit = count / (unpacking + reading);
    let imported = part(
        "pictures that an import of archives takes in in a second",
        count / taken,
    );
    report.add(imported.at_least(limit * 0.8).limit(limit));
    Ok(())
}

/// Seconds in which bsdtar unpacks all archives, until that is on the disk.
fn unpack(archives: &Path, into: &Path) -> Result<f64> {
    let mut all = Vec::new();
    for entry in fs::read_dir(archives)? {
        all.push(entry?.path());
    }
    let start = Instant::now();
    for archive in all {
        let folder = into.join(archive.file_stem().unwrap_or_default());
        fs::create_dir_all(&folder)?;
        let mut bsdtar = Command::new("bsdtar");
        let status = bsdtar
            .arg("-xf")
            .arg(&archive)
            .arg("-C")
            .arg(&folder)
            .status();
        ensure!(status?.success(), "bsdtar failed");
    }
    // An import answers for what is on the disk.
    ensure!(
        Command::new("sync").arg("-f").arg(into).status()?.success(),
        "sync failed"
    );
    Ok(start.elapsed().as_secs_f64())
}

/// Seconds in which the gallery reads a folder of pictures.
fn read(bench: &Bench, folder: &Path) -> Result<f64> {
    let data = bench.data("bring-read")?;
    let start = Instant::now();
    let server = Server::start_with(&bench.binary, &data, folder, &["--prepare", "false"])?;
    let mut client = server.client()?;
    Server::wait(&mut client, |progress| {
        progress["phase"] != "reading" && progress["total"] != 0
    })?;
    Ok(start.elapsed().as_secs_f64())
}
