//! Many at once: how the gallery answers when hundreds ask while it works.

use std::{
    io::Write,
    net::TcpStream,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, bail, ensure};
use serde_json::{Value, json};

use super::{
    Bench,
    http::Client,
    questions,
    report::{Gate, Report},
    server::Server,
    transfer,
};

/// Lets this machine alone have as many connections as the stage opens.
const SEATS: [&str; 4] = [
    "--max-connections",
    "8192",
    "--max-connections-per-address",
    "8192",
];
/// How often each client of a mix asks for something.
const PERIOD: Duration = Duration::from_millis(500);
/// How long a mix lasts.
const LASTS: Duration = Duration::from_secs(8);
/// Pictures whose thumbnails a mix asks for.
const PICTURES: u64 = 500;
/// Connections that send a byte now and then and never finish their request.
const DRIBBLING: usize = 2_000;

/// T12, T21 and T23.
pub(super) fn measure(bench: &mut Bench) -> Result<()> {
    let library = bench.library("small", bench.size.small(), true)?;
    // The stage before left it with every picture finished.
    let data = bench.kept("small")?;
    let server = Server::start_with(&bench.binary, &data, &library, &SEATS)?;
    let mut client = server.client()?;
    Server::wait(&mut client, |progress| {
        progress["phase"] == "idle" && progress["total"] != 0
    })?;
    let scene = Arc::new(Scene::of(&server, &mut client)?);
    windows(bench, &scene)?;
    for clients in [100, 500] {
        mix(&mut bench.report, &scene, clients)?;
    }
    dribble(&mut bench.report, &server)
}

/// What clients ask about.
struct Scene {
    port: u16,
    result: Value,
    total: u64,
    cards: Vec<(String, String)>,
}

impl Scene {
    fn of(server: &Server, client: &mut Client) -> Result<Self> {
        let (result, total) = questions::head(client)?;
        let window = json!({ "result": result, "window": { "offset": 0, "len": PICTURES } });
        let (page, _) = client.call("search/window", &window)?;
        let text = |card: &Value, key: &str| card[key].as_str().unwrap_or_default().to_owned();
        let cards = page["cards"].as_array().into_iter().flatten();
        Ok(Self {
            port: server.port,
            result,
            total,
            cards: cards
                .map(|card| (text(card, "id"), text(card, "stamp")))
                .collect(),
        })
    }

    fn window(&self, client: &mut Client, turn: u64) -> Result<()> {
        let offset = self.total * (turn * 37 % 100) / 100;
        let window = json!({ "result": self.result, "window": { "offset": offset, "len": 100 } });
        client.call("search/window", &window)?;
        Ok(())
    }
}

/// T12: eight clients that ask for windows without a pause.
fn windows(bench: &mut Bench, scene: &Arc<Scene>) -> Result<()> {
    const CLIENTS: u64 = 8;
    let start = Instant::now();
    let ask = |own: u64| {
        let scene = Arc::clone(scene);
        thread::spawn(move || -> Result<u64> {
            let mut client = Client::connect(scene.port)?;
            let mut asked = 0;
            while start.elapsed() < Duration::from_secs(5) {
                scene.window(&mut client, own + asked * CLIENTS)?;
                asked += 1;
            }
            Ok(asked)
        })
    };
    let threads: Vec<_> = (0..CLIENTS).map(ask).collect();
    let mut asked = 0;
    for thread in threads {
        asked += joined(thread.join())?;
    }
    let rate = asked as f64 / start.elapsed().as_secs_f64();
    let gate = Some(Gate::AtLeast(1_000.0));
    bench.add(
        "T12",
        "windows for 8 clients in a second",
        rate,
        "/s",
        gate,
        None,
    );
    Ok(())
}

/// Times of lists and of thumbnails, and how many answers were errors.
type Mixed = (Vec<Duration>, Vec<Duration>, u64);

/// T21: keep-alive clients that each ask twice a second, one in five times for a list, one in twenty
/// for a picture's details, else for a thumbnail, while everything is scanned and an archive is sent.
/// Times count from when a question was due.
fn mix(report: &mut Report, scene: &Arc<Scene>, clients: u32) -> Result<()> {
    let over = Arc::new(AtomicBool::new(false));
    let beside = {
        let (over, scene) = (Arc::clone(&over), Arc::clone(scene));
        thread::spawn(move || work_beside(&scene, &over))
    };
    let start = Instant::now() + Duration::from_millis(500);
    let spawn = |own: u32| {
        let scene = Arc::clone(scene);
        let work = move || one_of_many(&scene, start + PERIOD * own / clients, own);
        thread::Builder::new().stack_size(256 << 10).spawn(work)
    };
    let threads = (0..clients).map(spawn).collect::<Result<Vec<_>, _>>()?;
    let (mut lists, mut thumbnails, mut errors) = (Vec::new(), Vec::new(), 0);
    for thread in threads {
        let (own_lists, own_thumbnails, own_errors) = joined(thread.join())?;
        lists.extend(own_lists);
        thumbnails.extend(own_thumbnails);
        errors += own_errors;
    }
    over.store(true, Ordering::Relaxed);
    joined(beside.join())?;
    let what = |kind: &str| format!("{clients} clients beside scan and archive: {kind}");
    let gates = (clients == 500).then_some((Gate::AtMost(150.0), Gate::AtMost(100.0)));
    report.late("T21", &what("list"), &mut lists, gates.map(|gates| gates.0));
    report.late(
        "T21",
        &what("thumbnail"),
        &mut thumbnails,
        gates.map(|gates| gates.1),
    );
    report.add(super::Figure {
        row: "T21",
        what: what("errors"),
        value: errors as f64,
        unit: "",
        gate: Some(Gate::AtMost(0.0)),
        limit: None,
    });
    Ok(())
}

fn one_of_many(scene: &Scene, start: Instant, own: u32) -> Result<Mixed> {
    let mut client = Client::connect(scene.port)?;
    let (mut lists, mut thumbnails, mut errors) = (Vec::new(), Vec::new(), 0);
    for turn in 0..(LASTS.as_millis() / PERIOD.as_millis()) as u32 {
        let due = start + PERIOD * turn;
        thread::sleep(due.saturating_duration_since(Instant::now()));
        let kind = (own * 7 + turn * 3) % 20;
        let (id, stamp) = &scene.cards[(own * 31 + turn * 17) as usize % scene.cards.len()];
        let answered = match kind {
            0..4 => scene.window(&mut client, u64::from(own + turn)),
            4 => client.call("images/image", &json!({ "id": id })).map(drop),
            _ => client
                .get(&format!("/media/{id}/{stamp}/256.webp"))
                .and_then(|answer| {
                    // A few demo files are broken on purpose and have no thumbnail.
                    ensure!(
                        answer.status < 500,
                        "a thumbnail answered {}",
                        answer.status
                    );
                    Ok(())
                }),
        };
        let took = due.elapsed();
        match (answered, kind) {
            (Err(_), _) => {
                errors += 1;
                client = Client::connect(scene.port)?;
            }
            (Ok(()), 0..4) => lists.push(took),
            (Ok(()), 4) => {}
            (Ok(()), _) => thumbnails.push(took),
        }
    }
    Ok((lists, thumbnails, errors))
}

/// Scans everything again and again, and sends one archive after another.
fn work_beside(scene: &Scene, over: &AtomicBool) -> Result<()> {
    let mut client = Client::connect(scene.port)?;
    let path = transfer::prepare(&mut client, Some(500))?;
    while !over.load(Ordering::Relaxed) {
        client.call("roots/scan_now", &json!({}))?;
        client.get(&path)?;
    }
    Ok(())
}

/// T23: what two thousand connections that never finish their request cost everybody else.
fn dribble(report: &mut Report, server: &Server) -> Result<()> {
    let mut slow: Vec<TcpStream> = Vec::with_capacity(DRIBBLING);
    for _ in 0..DRIBBLING {
        let mut stream = TcpStream::connect(("127.0.0.1", server.port))?;
        stream.write_all(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")?;
        slow.push(stream);
    }
    let watching = questions::Watching::start(server.port);
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(5) {
        for stream in &mut slow {
            // One that was hung up on has nothing more to say.
            let _ = stream.write_all(b"X");
        }
        thread::sleep(Duration::from_millis(500));
    }
    let mut times = watching.stop()?;
    let gates = (None, Some(Gate::AtMost(20.0)));
    report.times(
        "T23",
        "list page beside 2,000 dribbling connections",
        &mut times,
        gates,
    );
    Ok(())
}

fn joined<T>(ended: thread::Result<Result<T>>) -> Result<T> {
    match ended {
        Ok(ended) => ended,
        Err(_) => bail!("a client panicked"),
    }
}
