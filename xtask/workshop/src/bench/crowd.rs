//! Many at once: how the gallery answers when hundreds ask while it works.

use std::{
    fs,
    io::Write,
    net::TcpStream,
    path::PathBuf,
    process::Command,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, bail, ensure};
use serde_json::{Value, json};

use super::{
    Bench,
    http::Client,
    limits,
    pace::Pace,
    questions,
    report::{Report, figure, series},
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
/// Room for the stack of each of hundreds of clients.
pub(super) const STACK: usize = 256 << 10;
/// Connections that send a byte now and then and never finish their request.
const DRIBBLING: usize = 2_000;

/// T12, T21 and T23.
pub(super) fn measure(bench: &mut Bench) -> Result<()> {
    let limit = bench.empty()?.rate;
    let library = bench.library("small", bench.size.small(), true)?;
    // The stage before left it with every picture finished.
    let data = bench.kept(&bench.small())?;
    let snapshots = Snapshots {
        program: bench.example("store", "bare_sqlite")?.get_program().into(),
        from: data.join("proofsheet.db"),
        into: bench.folder.join("snapshot.db"),
    };
    let server = Server::start_with(&bench.binary, &data, &library, &SEATS)?;
    let mut client = server.client()?;
    Server::wait(&mut client, |progress| {
        progress["phase"] == "idle" && progress["total"] != 0
    })?;
    let scene = Scene::of(&server, &mut client)?;
    let what = "windows for 8 clients in a second";
    let rate = figure("T12", what, windows(&scene)?).unit("/s");
    bench.report.add(rate.at_least(1_000.0).limit(limit));
    for clients in [100, 500] {
        mix(&mut bench.report, &scene, &snapshots, clients)?;
    }
    dribble(&mut bench.report, &server)
}

/// What clients ask about.
pub(super) struct Scene {
    port: u16,
    result: Value,
    total: u64,
    cards: Vec<(String, String)>,
}

impl Scene {
    /// The newest pictures, and the result of all of them.
    pub(super) fn of(server: &Server, client: &mut Client) -> Result<Self> {
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

    /// A window of the result, another one for each turn.
    pub(super) fn window(&self, turn: u64) -> Value {
        let offset = self.total * (turn * 37 % 100) / 100;
        json!({ "result": self.result, "window": { "offset": offset, "len": 100 } })
    }
}

/// T12: answers in a second to eight clients that ask for windows without a pause.
fn windows(scene: &Scene) -> Result<f64> {
    const CLIENTS: u64 = 8;
    let start = Instant::now();
    let ask = |own: u64| -> Result<u64> {
        let mut client = Client::connect(scene.port)?;
        let mut asked = 0;
        while start.elapsed() < Duration::from_secs(5) {
            let window = scene.window(own + asked * CLIENTS);
            client.call("search/window", &window)?;
            asked += 1;
        }
        Ok(asked)
    };
    let asked = thread::scope(|scope| -> Result<u64> {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|own| scope.spawn(move || ask(own)))
            .collect();
        clients.into_iter().map(|one| joined(one.join())).sum()
    })?;
    Ok(asked as f64 / start.elapsed().as_secs_f64())
}

/// Times of lists and of thumbnails, and how many answers were errors.
type Mixed = (Vec<Duration>, Vec<Duration>, u64);

/// T21: keep-alive clients that each ask twice a second, one in five times for a list, one in twenty
/// for a picture's details, else for a thumbnail, while everything is scanned, archives are sent, and
/// snapshots are taken of the database.
fn mix(report: &mut Report, scene: &Scene, snapshots: &Snapshots, clients: u32) -> Result<()> {
    let over = AtomicBool::new(false);
    let start = Instant::now() + Duration::from_millis(500);
    let (mut lists, mut thumbnails, mut errors) = (Vec::new(), Vec::new(), 0);
    let taken = thread::scope(|scope| -> Result<Vec<f64>> {
        let working = scope.spawn(|| work_beside(scene, &over));
        let copying = scope.spawn(|| snapshots.take(&over));
        let spawn = |own: u32| {
            let work = move || one_of_many(scene, start + PERIOD * own / clients, own);
            let thread = thread::Builder::new().stack_size(STACK);
            thread.spawn_scoped(scope, work)
        };
        let threads = (0..clients).map(spawn).collect::<Result<Vec<_>, _>>();
        let end = |one: thread::ScopedJoinHandle<'_, _>| joined(one.join());
        let ended = threads.map(|threads| threads.into_iter().map(end).collect::<Vec<_>>());
        // Whatever became of the clients, or the scope would wait for ever.
        over.store(true, Ordering::Relaxed);
        for one in ended? {
            let (own_lists, own_thumbnails, own_errors) = one?;
            lists.extend(own_lists);
            thumbnails.extend(own_thumbnails);
            errors += own_errors;
        }
        joined(working.join())?;
        joined(copying.join())
    })?;
    let what = |kind: &str| format!("{clients} clients beside scan, archive, snapshot: {kind}");
    let mut lists = series("T21", what("list"), lists).part(99);
    let mut thumbnails = series("T21", what("thumbnail"), thumbnails).part(99);
    if clients == 500 {
        lists = lists.at_most(150.0);
        thumbnails = thumbnails.at_most(100.0);
    }
    report.add(lists);
    report.add(thumbnails);
    report.add(figure("T21", what("errors"), errors as f64).at_most(0.0));
    let seconds = taken.iter().sum::<f64>() / taken.len() as f64;
    report.add(figure("T21", what("a snapshot"), seconds).unit("s"));
    Ok(())
}

/// Copies of a database while others use it.
struct Snapshots {
    /// The store's example `bare_sqlite`.
    program: PathBuf,
    from: PathBuf,
    into: PathBuf,
}

impl Snapshots {
    /// One after the other until it is over, at least one; the seconds that each took.
    fn take(&self, over: &AtomicBool) -> Result<Vec<f64>> {
        let mut taken = Vec::new();
        while taken.is_empty() || !over.load(Ordering::Relaxed) {
            let _ = fs::remove_file(&self.into);
            let mut program = Command::new(&self.program);
            program.arg("snapshot").arg(&self.from).arg(&self.into);
            taken.push(limits::told(&mut program)?);
        }
        fs::remove_file(&self.into)?;
        Ok(taken)
    }
}

fn one_of_many(scene: &Scene, start: Instant, own: u32) -> Result<Mixed> {
    let mut client = Client::connect(scene.port)?;
    let (mut lists, mut thumbnails, mut errors) = (Vec::new(), Vec::new(), 0);
    let mut pace = Pace::from(start, PERIOD);
    for turn in 0..(LASTS.as_millis() / PERIOD.as_millis()) as u32 {
        let due = pace.wait();
        let kind = (own * 7 + turn * 3) % 20;
        let (id, stamp) = &scene.cards[(own * 31 + turn * 17) as usize % scene.cards.len()];
        let answered = match kind {
            0..4 => {
                let window = scene.window(u64::from(own + turn));
                client.call("search/window", &window).map(drop)
            }
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
    let what = "list page beside 2,000 dribbling connections";
    let times = series("T23", what, watching.stop()?);
    report.add(times.part(50));
    report.add(times.part(95).at_most(20.0));
    Ok(())
}

/// What a thread ended with.
pub(super) fn joined<T>(ended: thread::Result<Result<T>>) -> Result<T> {
    match ended {
        Ok(ended) => ended,
        Err(_) => bail!("a client panicked"),
    }
}
