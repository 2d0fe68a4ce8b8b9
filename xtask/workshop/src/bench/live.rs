//! Files that come by themselves, and what watching costs while none does.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use serde_json::Value;

use super::{
    Bench, limits,
    report::{figure, series},
    server::Server,
};

/// Files that come, one after the other.
const NEW: usize = 20;
/// After a start there is something to tidy up, which belongs to the start.
const SETTLED: Duration = Duration::from_secs(30);
/// How long nothing happens. Now and then the server tidies up; a minute has its share of that.
const IDLE: Duration = Duration::from_mins(1);
/// Where the new files lie in the library until they were seen.
const FOLDER: &str = "what came";

/// T4 as an open page meets it, and the price of watching.
pub(super) fn measure(bench: &mut Bench) -> Result<()> {
    let count = bench.size.small();
    let library = bench.library("small", count, true)?;
    let kept = bench.kept(&bench.small())?;
    let data = bench.copied(&kept, "live")?;
    let server = Server::start(&bench.binary, &data, &library)?;
    let mut client = server.client()?;
    Server::wait(&mut client, |progress| {
        progress["phase"] == "idle" && progress["total"] != 0 && progress["waiting"] == 0
    })?;
    drop(client);
    thread::sleep(SETTLED);
    let (before, since) = (server.cpu()?, Instant::now());
    thread::sleep(IDLE);
    let share = (server.cpu()? - before) / since.elapsed().as_secs_f64() * 100.0;
    let what = format!("CPU of a core while {count} files are watched and nothing happens");
    let share = figure("T4", what, share).unit("%").at_most(1.0);
    bench.report.add(share);
    let folder = library.join(FOLDER);
    fs::create_dir_all(&folder)?;
    let waits = waits(&server, &library, &folder);
    fs::remove_dir_all(&folder)?;
    let waits = series("T4", "a new file is told to an open page", waits?);
    bench.report.add(waits.part(50));
    bench.report.add(waits.part(100).at_most(2_000.0));
    Ok(())
}

/// How long each file took from its last byte until an open page was told that there is one picture more.
fn waits(server: &Server, library: &Path, folder: &Path) -> Result<Vec<Duration>> {
    let files = limits::files(library)?;
    let pictures = files
        .iter()
        .filter(|path| path.extension().is_some_and(|kind| kind == "png"));
    let mut page = Page::open(server.port)?;
    let mut total = page.total(|_| true)?;
    let mut waits = Vec::new();
    for (number, picture) in pictures.take(NEW).enumerate() {
        fs::copy(picture, folder.join(format!("{number}.png")))?;
        let whole = Instant::now();
        total = page.total(|now| now > total)?;
        waits.push(whole.elapsed());
    }
    Ok(waits)
}

/// What an open page is told.
struct Page(BufReader<TcpStream>);

impl Page {
    fn open(port: u16) -> Result<Self> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_mins(2)))?;
        let head = format!("GET /events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
        stream.write_all(head.as_bytes())?;
        Ok(Self(BufReader::new(stream)))
    }

    /// Waits for a number of pictures, and gives it.
    fn total(&mut self, wanted: impl Fn(u64) -> bool) -> Result<u64> {
        for line in self.0.by_ref().lines() {
            let line = line?;
            // Other events are told too, and lengths of pieces stand between them.
            let Some(text) = line.strip_prefix("data:") else {
                continue;
            };
            let total = serde_json::from_str::<Value>(text)
                .ok()
                .and_then(|progress| progress["total"].as_u64());
            if let Some(total) = total.filter(|total| wanted(*total)) {
                return Ok(total);
            }
        }
        None.context("the server tells no more")
    }
}
