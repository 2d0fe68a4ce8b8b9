//! One connection to ComfyUI, for as long as the server runs.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use domain::live::Work;
use futures::{SinkExt, StreamExt};
use gallery::Gallery;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use super::told::{self, Ended, History, Written};
use super::{Address, Pace};

/// Largest message; previews of pictures come as messages too, and are passed over.
const LARGEST_MESSAGE: usize = 16 << 20;
/// Largest answer of `/history`, which carries whole workflows.
const LARGEST_ANSWER: u64 = 32 << 20;
/// Prompts that `/history` is asked for.
const PROMPTS: usize = 16;
/// Places of one name that are tried.
const PLACES: usize = 4;
/// Messages that are read in one tick; who sends more waits.
const AT_ONCE: u32 = 256;

type Socket = WebSocketStream<TcpStream>;

/// A connection, as far as it lasts longer than each of its conversations.
pub(super) struct Link {
    gallery: Gallery,
    address: Address,
    pace: Pace,
    ended: Ended,
}

impl Link {
    pub(super) fn new(gallery: Gallery, address: Address, pace: Pace) -> Self {
        Self {
            gallery,
            address,
            pace,
            ended: Ended::default(),
        }
    }

    /// Talks with ComfyUI for ever, and waits while it is away. It is logged once that it went away, and once
    /// that it is back.
    pub(super) async fn follow(mut self, tell: impl Fn(Option<Work>)) {
        let name = self.address.name();
        let (mut wait, mut away) = (self.pace.retry, false);
        loop {
            // Its name may mean another machine by now; each time it must be one that is near.
            let places = match self.address.resolve(self.pace.patience).await {
                Ok(places) => places,
                Err(problem) => {
                    if !away {
                        tracing::warn!("{problem}");
                    }
                    Vec::new()
                }
            };
            if let Some((place, socket)) = self.connect(&places).await {
                let mut spoke = false;
                let heard = |work| {
                    if !std::mem::replace(&mut spoke, true) && std::mem::take(&mut away) {
                        tracing::info!("ComfyUI at {name} is there again");
                    }
                    tell(Some(work));
                };
                self.converse(place, socket, heard).await;
                if spoke {
                    wait = self.pace.retry;
                }
            }
            tell(None);
            if !std::mem::replace(&mut away, true) {
                tracing::info!("ComfyUI at {name} cannot be reached; it is asked again");
            }
            sleep(wait).await;
            wait = (wait * 2).min(self.pace.most);
        }
    }

    /// The first of these places that talks.
    async fn connect(&self, places: &[SocketAddr]) -> Option<(SocketAddr, Socket)> {
        // Another process of the same library needs another name: ComfyUI talks to one at a time of each.
        let id = format!(
            "proofsheet-{}-{}",
            self.gallery.library(),
            std::process::id()
        );
        let path = self.address.path(&format!("/ws?clientId={id}"));
        let url = format!("ws://{}{path}", self.address.name());
        let config = WebSocketConfig::default()
            .max_message_size(Some(LARGEST_MESSAGE))
            .max_frame_size(Some(LARGEST_MESSAGE));
        for place in places.iter().take(PLACES) {
            let greeted = async {
                let stream = TcpStream::connect(place).await.ok()?;
                let greeted = client_async_with_config(&url, stream, Some(config)).await;
                greeted.ok().map(|(socket, _)| (*place, socket))
            };
            if let Ok(Some(found)) = timeout(self.pace.patience, greeted).await {
                return Some(found);
            }
        }
        None
    }

    /// Listens until ComfyUI goes away or says nothing any more.
    async fn converse(&mut self, peer: SocketAddr, mut socket: Socket, mut tell: impl FnMut(Work)) {
        let pace = self.pace;
        let mut work = Work::default();
        let mut tick = interval(pace.tick);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut looks = JoinSet::new();
        let (mut spoke, mut read, mut look, mut rest) = (false, 0, true, pace.look);
        let (mut heard, mut asked, mut looked) = (Instant::now(), false, None::<Instant>);
        loop {
            tokio::select! {
                message = socket.next(), if read < AT_ONCE => {
                    (read, heard, asked) = (read + 1, Instant::now(), false);
                    match message {
                        Some(Ok(Message::Text(text))) => {
                            if let Some(meaning) = told::hear(&text, &mut work) {
                                spoke = true;
                                look |= meaning.look;
                                self.written(meaning.written).await;
                            }
                        }
                        Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                        Some(Ok(_)) => {}
                    }
                }
                _ = tick.tick() => {
                    read = 0;
                    if spoke {
                        tell(work);
                    }
                    let rested = looked.is_none_or(|last| last.elapsed() >= rest);
                    if look && rested && looks.is_empty() {
                        (look, looked) = (false, Some(Instant::now()));
                        looks.spawn(history(self.address.clone(), peer, pace.patience));
                    }
                    let silent = heard.elapsed();
                    if silent > pace.silence {
                        return;
                    }
                    if silent > pace.silence / 2 && !std::mem::replace(&mut asked, true) {
                        let ping = socket.send(Message::Ping(Bytes::new()));
                        if !matches!(timeout(pace.patience, ping).await, Ok(Ok(()))) {
                            return;
                        }
                    }
                }
                Some(answer) = looks.join_next(), if !looks.is_empty() => {
                    if let Ok(Some(history)) = answer {
                        rest = pace.look;
                        let written = self.ended.take(history);
                        self.written(written).await;
                    } else {
                        // What has ended until now must be known before anything is new.
                        look |= self.ended.is_unknown();
                        rest = (rest * 2).min(pace.most);
                    }
                }
            }
        }
    }

    /// Lets the gallery look at files at once.
    async fn written(&self, files: Vec<Written>) {
        if files.is_empty() {
            return;
        }
        if let Err(error) = self.gallery.scans().written(files).await {
            tracing::debug!(error = %error.chain(), "what ComfyUI wrote is found by the next scan");
        }
    }
}

/// What `/history` says about the newest prompts; `None` when it says nothing in time, too much, or that it is
/// elsewhere.
async fn history(address: Address, place: SocketAddr, patience: Duration) -> Option<History> {
    let path = address.path(&format!("/history?max_items={PROMPTS}"));
    // In HTTP/1.0 an answer is whole when the connection ends, and comes in no pieces with lengths of their own.
    let host = address.name();
    let question = format!("GET {path} HTTP/1.0\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let asked = async {
        let mut stream = TcpStream::connect(place).await.ok()?;
        stream.write_all(question.as_bytes()).await.ok()?;
        let mut answer = Vec::new();
        let mut limited = stream.take(LARGEST_ANSWER);
        limited.read_to_end(&mut answer).await.ok()?;
        (limited.limit() > 0).then_some(answer)
    };
    let answer = timeout(patience, asked).await.ok().flatten()?;
    let read = spawn_blocking(move || History::read(&body(answer)?));
    read.await.ok().flatten()
}

/// What an answer holds, when it is one.
fn body(mut answer: Vec<u8>) -> Option<Vec<u8>> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let body = answer.split_off(end + 4);
    let head = String::from_utf8(answer).ok()?.to_ascii_lowercase();
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ');
    let good = first.next()?.starts_with("http/1.") && first.next()? == "200";
    let plain = lines.all(|line| !line.starts_with("transfer-encoding:"));
    (good && plain).then_some(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_and_plain_answer_is_read() {
        let read = |text: &str| body(text.as_bytes().to_vec());
        assert_eq!(
            read("HTTP/1.1 200 OK\r\na: b\r\n\r\n{}"),
            Some(b"{}".to_vec())
        );
        let others = [
            "",
            "HTTP/1.1 200 OK\r\n",
            "HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}",
            "SSH-2.0-x 200\r\n\r\n",
        ];
        assert!(others.iter().all(|text| read(text).is_none()));
    }
}
