//! More clients than the server serves, and how it is afterwards.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::Result;

use super::{
    Bench,
    crowd::{STACK, Scene, joined},
    http::Client,
    pace::{self, EVERY},
    report::{Report, figure, series},
    server::Server,
};

/// Clients, all from one address: the server lets an address have 128 connections unless told
/// otherwise.
const CLIENTS: u64 = 600;
/// How long they ask.
const LASTS: Duration = Duration::from_secs(5);
/// How long the server may take until all is as it was.
const REST: Duration = Duration::from_secs(10);
/// When a client that was sent away comes again.
const AGAIN: Duration = Duration::from_secs(1);
/// Questions afterwards.
const AFTER: u32 = 200;

/// T26: a server as it comes, with its own limits.
pub(super) fn measure(bench: &mut Bench) -> Result<()> {
    let library = bench.library("small", bench.size.small(), true)?;
    let data = bench.kept(&bench.small())?;
    let server = Server::start(&bench.binary, &data, &library)?;
    let mut client = server.client()?;
    Server::wait(&mut client, |progress| {
        progress["phase"] == "idle" && progress["total"] != 0
    })?;
    let scene = Scene::of(&server, &mut client)?;
    drop(client);
    let seen = flood(server.port, &scene)?;
    let report = &mut bench.report;
    let rate = seen.served.len() as f64 / LASTS.as_secs_f64();
    report.add(figure("T26", "overload: served in a second", rate).unit("/s"));
    report.add(series("T26", "overload: who is served", seen.served).part(95));
    let refused = seen.refused.len() as f64;
    report.add(figure("T26", "overload: 503 with Retry-After", refused).at_least(1.0));
    if refused > 0.0 {
        let what = "overload: until a 503 with Retry-After";
        report.add(series("T26", what, seen.refused).part(99).at_most(1_000.0));
    }
    let what = "overload: hung up on, or another answer";
    report.add(figure("T26", what, seen.lost as f64).at_most(0.0));
    thread::sleep(REST);
    afterwards(report, &server, &scene)
}

/// What clients got.
#[derive(Default)]
struct Seen {
    served: Vec<Duration>,
    /// Until the answer that sent it away, from when the client began to connect.
    refused: Vec<Duration>,
    /// Hung up on, or answered with something else.
    lost: u64,
}

/// All clients ask at once and without a pause.
fn flood(port: u16, scene: &Scene) -> Result<Seen> {
    let start = Instant::now();
    thread::scope(|scope| -> Result<Seen> {
        let spawn = |own| {
            let thread = thread::Builder::new().stack_size(STACK);
            thread.spawn_scoped(scope, move || Ok(one_of_many(port, scene, own, start)))
        };
        let threads = (0..CLIENTS).map(spawn).collect::<Result<Vec<_>, _>>()?;
        let mut all = Seen::default();
        for thread in threads {
            let own = joined(thread.join())?;
            all.served.extend(own.served);
            all.refused.extend(own.refused);
            all.lost += own.lost;
        }
        Ok(all)
    })
}

fn one_of_many(port: u16, scene: &Scene, own: u64, start: Instant) -> Seen {
    let mut seen = Seen::default();
    while start.elapsed() < LASTS {
        let began = Instant::now();
        let Ok(mut client) = Client::connect(port) else {
            seen.lost += 1;
            thread::sleep(AGAIN);
            continue;
        };
        let mut asked = began;
        loop {
            let turn = own + seen.served.len() as u64;
            match client.post("search/window", &scene.window(turn)) {
                Ok(answer) if answer.status == 200 => seen.served.push(asked.elapsed()),
                Ok(answer) if answer.status == 503 && answer.retry_after => {
                    seen.refused.push(asked.elapsed());
                    break;
                }
                _ => {
                    seen.lost += 1;
                    break;
                }
            }
            if start.elapsed() >= LASTS {
                return seen;
            }
            asked = Instant::now();
        }
        thread::sleep(AGAIN);
    }
    seen
}

/// The list as one client sees it when the others are gone.
fn afterwards(report: &mut Report, server: &Server, scene: &Scene) -> Result<()> {
    let mut client = server.client()?;
    let mut errors = 0;
    let times = pace::ask(AFTER, EVERY, |turn| {
        let answer = client.post("search/window", &scene.window(u64::from(turn)));
        if !answer.is_ok_and(|answer| answer.status == 200) {
            errors += 1;
            client = server.client()?;
        }
        Ok(())
    })?;
    let what = "ten seconds after the overload: list";
    report.add(series("T26", what, times).part(95).at_most(8.0));
    let what = "ten seconds after the overload: errors";
    report.add(figure("T26", what, f64::from(errors)).at_most(0.0));
    Ok(())
}
