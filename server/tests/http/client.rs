//! A server to ask and a client that sends exactly what it is told to.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use domain::image::ImageCard;
use domain::live::Generator;
use server::assets::Assets;
use server::listen::{self, Caps};
use server::tls::Tls;
use server::{AppState, Hosts, Place};
use testkit::{Library, picture};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// A running server; it stops when this is dropped.
pub(crate) struct Site {
    pub(crate) library: Library,
    pub(crate) address: SocketAddr,
    stop: CancellationToken,
    runtime: Option<tokio::runtime::Runtime>,
}

impl Drop for Site {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// What a server said.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Site {
    /// A server over a gallery with these pictures.
    pub(crate) async fn new(pictures: &[(&str, &str)]) -> Self {
        Self::with(
            pictures,
            Caps {
                total: 100,
                per_address: 100,
            },
        )
        .await
    }

    /// The same with limits of its own.
    pub(crate) async fn with(pictures: &[(&str, &str)], caps: Caps) -> Self {
        Self::at(pictures, caps, |_| (Place::default(), None)).await
    }

    /// The same at a place of its own, which is chosen by the data folder; with HTTPS where a
    /// certificate is given.
    pub(crate) async fn at(
        pictures: &[(&str, &str)],
        caps: Caps,
        place: impl FnOnce(&Path) -> (Place, Option<Arc<Tls>>),
    ) -> Self {
        let library = Library::new(|_| {}).await;
        for (number, (name, prompt)) in (1..).zip(pictures) {
            library.write(name, &picture::a1111(prompt, number));
        }
        library.scan().await;
        Self::of(library, caps, place)
    }

    /// A server over a gallery that is there.
    pub(crate) fn of(
        library: Library,
        caps: Caps,
        place: impl FnOnce(&Path) -> (Place, Option<Arc<Tls>>),
    ) -> Self {
        Self::run(library, caps, place, |state| state)
    }

    /// The same, telling pages what programs that make pictures are doing.
    pub(crate) fn beside(library: Library, told: watch::Receiver<Vec<Generator>>) -> Self {
        let caps = Caps {
            total: 100,
            per_address: 100,
        };
        let place = |_: &Path| (Place::default(), None);
        Self::run(library, caps, place, |state| state.beside(told))
    }

    fn run(
        library: Library,
        caps: Caps,
        place: impl FnOnce(&Path) -> (Place, Option<Arc<Tls>>),
        change: impl FnOnce(AppState) -> AppState,
    ) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let hosts = Hosts::new(["gallery.test".to_owned()]);
        let gallery = library.gallery.clone();
        let (place, tls) = place(library.data());
        let state = AppState::new(gallery, Assets::default(), hosts, stop.clone())
            .unwrap()
            .at(place);
        let state = change(state);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let until = stop.clone();
        runtime.spawn(async move {
            let listener = TcpListener::from_std(listener).unwrap();
            listen::serve(listener, server::router(state), tls, caps, until).await;
        });
        Self {
            library,
            address,
            stop,
            runtime: Some(runtime),
        }
    }

    /// The card of the only picture that a query finds.
    pub(crate) async fn card(&self, query: &str) -> ImageCard {
        let mut cards = self.library.find(query).await;
        assert_eq!(cards.len(), 1, "{query}");
        cards.remove(0)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], b"").await
    }

    /// Posts like a page of the server itself.
    pub(crate) async fn post(&self, path: &str, kind: &str, body: &str) -> Answer {
        let origin = format!("http://{}", self.address);
        let headers = [
            ("origin", origin.as_str()),
            ("sec-fetch-site", "same-origin"),
            ("content-type", kind),
            ("accept", "application/json"),
        ];
        self.ask("POST", path, &headers, body.as_bytes()).await
    }

    /// Sends a request with exactly these headers, and `Host` unless it is among them.
    pub(crate) async fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let mut text = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n");
        if !headers.iter().any(|(name, _)| *name == "host") {
            write!(text, "host: {}\r\n", self.address).unwrap();
        }
        for (name, value) in headers {
            write!(text, "{name}: {value}\r\n").unwrap();
        }
        write!(text, "content-length: {}\r\n\r\n", body.len()).unwrap();
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        // A server that refuses may answer before it has read everything.
        let _ = stream.write_all(body).await;
        let mut said = Vec::new();
        stream.read_to_end(&mut said).await.unwrap();
        Answer::read(&said, method)
    }
}

impl Answer {
    pub(crate) fn read(said: &[u8], method: &str) -> Self {
        let end = said
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .expect("a whole header");
        let head = String::from_utf8(said[..end].to_vec()).unwrap();
        let mut lines = head.lines();
        let status = lines
            .next()
            .unwrap()
            .split(' ')
            .nth(1)
            .unwrap()
            .parse()
            .unwrap();
        let headers: Vec<(String, String)> = lines
            .map(|line| line.split_once(':').unwrap())
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let mut answer = Self {
            status,
            headers,
            body: said[end + 4..].to_vec(),
        };
        if answer.header("transfer-encoding") == Some("chunked") && method != "HEAD" {
            answer.body = unchunk(&answer.body);
        }
        answer
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

fn unchunk(mut rest: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    loop {
        let line = rest
            .windows(2)
            .position(|two| two == b"\r\n")
            .expect("a chunk's length");
        let length = std::str::from_utf8(&rest[..line]).unwrap();
        let length = usize::from_str_radix(length, 16).unwrap();
        if length == 0 {
            return whole;
        }
        whole.extend(&rest[line + 2..line + 2 + length]);
        rest = &rest[line + 2 + length + 2..];
    }
}
