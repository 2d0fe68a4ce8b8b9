//! The release server under measurement, as its own process.

use std::{
    fs,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::http::Client;

/// A running gallery; it ends when this is dropped.
pub(super) struct Server {
    child: Child,
    /// Its port on 127.0.0.1.
    pub(super) port: u16,
}

impl Server {
    /// Starts the gallery over a data folder and waits until it answers.
    pub(super) fn start(binary: &Path, data: &Path, library: &Path) -> Result<Self> {
        Self::start_with(binary, data, library, &[])
    }

    /// The same with further words for its command line.
    pub(super) fn start_with(
        binary: &Path,
        data: &Path,
        library: &Path,
        words: &[&str],
    ) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let log = fs::File::create(data.with_extension("log"))?;
        let child = Command::new(binary)
            .args([
                "serve",
                "--listen",
                &format!("127.0.0.1:{port}"),
                "--data-dir",
            ])
            .arg(data)
            .arg("--library")
            .arg(library)
            .args(words)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let server = Self { child, port };
        let start = Instant::now();
        while start.elapsed() < Duration::from_mins(1) {
            if let Ok(mut client) = Client::connect(port)
                && client
                    .get("/readyz")
                    .is_ok_and(|answer| answer.status == 200)
            {
                return Ok(server);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        bail!(
            "the gallery did not answer within a minute; see {}",
            data.display()
        )
    }

    /// A new connection to it.
    pub(super) fn client(&self) -> Result<Client> {
        Client::connect(self.port)
    }

    /// How far its scan is.
    pub(super) fn progress(client: &mut Client) -> Result<Value> {
        Ok(client.call("roots/progress", &json!({}))?.0)
    }

    /// Waits until a condition on the progress holds.
    pub(super) fn wait(
        client: &mut Client,
        mut holds: impl FnMut(&Value) -> bool,
    ) -> Result<Value> {
        let start = Instant::now();
        while start.elapsed() < Duration::from_mins(30) {
            let progress = Self::progress(client)?;
            if holds(&progress) {
                return Ok(progress);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        bail!("the gallery did not get there within half an hour")
    }

    /// Seconds of CPU that it has used.
    pub(super) fn cpu(&self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let rest = stat.rsplit(')').next().context("no process facts")?;
        let ticks = |at: usize| {
            rest.split_whitespace()
                .nth(at)
                .and_then(|text| text.parse::<f64>().ok())
                .unwrap_or(0.0)
        };
        // Fields 14 and 15 of proc(5): user and system time, in ticks of a hundredth of a second.
        Ok((ticks(11) + ticks(12)) / 100.0)
    }

    /// Megabytes of its own memory (`RssAnon`), without what it shares with the page cache.
    pub(super) fn memory(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("RssAnon:"));
        let number = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
        Ok(number.context("no memory facts")? / 1024.0)
    }

    /// The same once nobody has asked for anything for a while: the least of what is seen meanwhile.
    pub(super) fn idle_memory(&self) -> Result<f64> {
        let start = Instant::now();
        let mut least = self.memory()?;
        while start.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_secs(1));
            least = least.min(self.memory()?);
        }
        Ok(least)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
