//! A server that does nothing, with the libraries that the gallery's server has: what a request costs
//! at least.

use std::{
    io::{BufRead as _, BufReader},
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};

use super::{
    Bench,
    crowd::joined,
    http::Client,
    pace::{self, EVERY},
    report::{Series, series},
};

/// Clients of the rate.
const CLIENTS: usize = 8;
/// How long they ask.
const LASTS: Duration = Duration::from_secs(2);

/// What was measured.
pub(super) struct Empty {
    /// Answers in a second to clients that never pause.
    pub(super) rate: f64,
    /// Times of one client that never pauses.
    pub(super) steady: Series,
    /// Times of one client that asks now and then, as the questions to the gallery are asked: the
    /// machine has gone to rest in between.
    pub(super) paced: Series,
}

impl Bench {
    /// Measures it.
    pub(super) fn measure_empty(&self) -> Result<Empty> {
        let mut bare = self.example("server", "bare_axum")?;
        let mut server = bare.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut port = String::new();
        let output = server.stdout.take().context("no output")?;
        BufReader::new(output).read_line(&mut port)?;
        let measured = measure(port.trim().parse()?);
        // It ends with its input.
        drop(server.stdin.take());
        server.wait()?;
        measured
    }
}

fn measure(port: u16) -> Result<Empty> {
    let start = Instant::now();
    let client = || -> Result<u64> {
        let mut client = Client::connect(port)?;
        let mut asked = 0;
        while start.elapsed() < LASTS {
            client.get("/")?;
            asked += 1;
        }
        Ok(asked)
    };
    let asked = thread::scope(|scope| -> Result<u64> {
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(client)).collect();
        clients.into_iter().map(|one| joined(one.join())).sum()
    })?;
    let rate = asked as f64 / start.elapsed().as_secs_f64();
    let mut client = Client::connect(port)?;
    let steady = (0..2_000)
        .map(|_| Ok(client.get("/")?.whole))
        .collect::<Result<Vec<_>>>()?;
    let paced = pace::ask(120, EVERY, |_| client.get("/").map(drop))?;
    Ok(Empty {
        rate,
        steady: series("-", "an empty server's answer", steady),
        paced: series("-", "an empty server's answer now and then", paced),
    })
}
