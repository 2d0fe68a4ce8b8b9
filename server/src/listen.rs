//! The accept loop: our own, because a web framework's default has no limits.
//!
//! A client that does not finish its request's header in time is let go, nobody can hold more
//! than a share of all connections, who comes above that is told to come again
//! (`listen/crowded.rs`), who stops taking an answer is let go too (`listen/patient.rs`), and a
//! shutdown lets running answers finish. With HTTPS (`listen/secure.rs`) the same holds, and hands
//! are shaken in the task of each connection, so whoever is slow at it keeps nobody waiting.

mod crowded;
mod patient;
mod secure;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::config::Config;
use crate::tls::Tls;
use crowded::Crowd;
use patient::Patient;

/// Connections that the system holds until they are accepted. Above that it says nothing, and a client
/// tries again after a second.
const WAITING: u32 = 1024;

/// Longest wait for the whole header of a request, also of the next one on a kept connection.
const HEADER_PATIENCE: Duration = Duration::from_secs(10);

/// Longest wait for a client that takes nothing of its answer.
const WRITE_PATIENCE: Duration = Duration::from_secs(30);

/// Longest wait for running answers after a shutdown was asked for.
const GOODBYE: Duration = Duration::from_secs(10);

/// Pause after the system refused a connection, for instance because no more files may be open.
const BREATH: Duration = Duration::from_millis(100);

/// Bytes of a request that are read at once, and the most that its head may have. What is uploaded waits for the
/// disk in pieces of this size, and with larger ones the memory that it takes is larger by more than that: each piece
/// is freed by another thread than that which asked for it.
const READ_AT_ONCE: usize = 64 << 10;

/// Why the server does not listen.
#[derive(Debug)]
pub enum ListenError {
    /// Others could reach the address, and nobody would have to sign in.
    Exposed(SocketAddr),
    /// Another program listens there.
    InUse(SocketAddr),
    /// The system said no.
    Refused(SocketAddr, io::Error),
}

impl fmt::Display for ListenError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exposed(address) => write!(
                out,
                "Everybody who can reach {address} could see and export your pictures, because \
                 no passphrase is set. Set one, then start again:\n\n    proofsheet passphrase\n\n\
                 Or, in a network in which you trust everybody, say so:\n\n    \
                 proofsheet serve --listen {address} --insecure-no-auth"
            ),
            Self::InUse(address) => {
                let port = address.port();
                let next = SocketAddr::new(address.ip(), port.checked_add(1).unwrap_or(8502));
                write!(
                    out,
                    "Another program already listens on {address}, perhaps a Proofsheet that still \
                     runs (`ss -ltnp sport = :{port}` or `lsof -i :{port}` names it). Stop it, or \
                     take another port:\n\n    proofsheet serve --listen {next}"
                )
            }
            Self::Refused(address, error) => write!(
                out,
                "The system does not let Proofsheet listen on {address}: {error}. Try another \
                 address:\n\n    proofsheet serve --listen 127.0.0.1:8502"
            ),
        }
    }
}

impl std::error::Error for ListenError {}

/// The address that a request came from; every request carries it.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// How many connections may be open at once.
#[derive(Debug, Clone, Copy)]
pub struct Caps {
    /// All together.
    pub total: usize,
    /// From one address.
    pub per_address: usize,
}

/// Refuses an address at which strangers would see the gallery: one that others can reach, while
/// nobody has to sign in.
pub fn allowed(config: &Config, passphrase: bool) -> Result<(), ListenError> {
    if is_exposed(config) && !passphrase {
        return Err(ListenError::Exposed(config.listen));
    }
    Ok(())
}

/// Whether others can reach the configured address, and nobody said that they may.
pub fn is_exposed(config: &Config) -> bool {
    !config.listen.ip().is_loopback() && !config.insecure_no_auth
}

/// Opens the configured address. Has to be called within a runtime.
pub fn bind(config: &Config) -> Result<TcpListener, ListenError> {
    let address = config.listen;
    open(address).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => ListenError::InUse(address),
        _ => ListenError::Refused(address, error),
    })
}

fn open(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    // So that a server which was just stopped can be started again; elsewhere this would let two
    // programs share an address.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(WAITING)
}

/// Answers until `shutdown` is cancelled, then lets running answers finish. With `tls`, over HTTPS.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    tls: Option<Arc<Tls>>,
    caps: Caps,
    shutdown: CancellationToken,
) {
    let seats = Arc::new(Seats::new(caps));
    let crowd = Crowd::new();
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = shutdown.cancelled() => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(BREATH).await;
                continue;
            }
        };
        match Seats::take(&seats, peer.ip()) {
            Some(seat) => {
                let connection = Connection {
                    router: router.clone(),
                    peer: Peer(peer.ip()),
                    watcher: graceful.watcher(),
                };
                tokio::spawn(answer(stream, tls.clone(), connection, seat));
            }
            None => crowd.send_away(stream, tls.clone()),
        }
    }
    drop(listener);
    if tokio::time::timeout(GOODBYE, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some downloads were still running and were cut off");
    }
}

/// What the requests of one connection need.
struct Connection {
    router: Router,
    peer: Peer,
    watcher: Watcher,
}

/// Answers the requests of one connection for as long as it has its seat.
async fn answer(stream: TcpStream, tls: Option<Arc<Tls>>, connection: Connection, seat: Seat) {
    // Small answers should not wait for a full packet.
    let _ = stream.set_nodelay(true);
    match tls {
        None => connection.serve(Patient::new(stream, WRITE_PATIENCE)).await,
        Some(tls) => {
            let plain = Some(&connection.router);
            if let Some(stream) = secure::begin(stream, &tls, plain, HEADER_PATIENCE).await {
                connection.serve(stream).await;
            }
        }
    }
    drop(seat);
}

impl Connection {
    async fn serve(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let peer = self.peer;
        let router = self
            .router
            .map_request(move |mut request: http::Request<_>| {
                request.extensions_mut().insert(peer);
                request
            });
        let service = TowerToHyperService::new(router);
        let connection = http(HEADER_PATIENCE).serve_connection(TokioIo::new(stream), service);
        if let Err(error) = self.watcher.watch(connection).await {
            tracing::debug!(%error, "a connection ended early");
        }
    }
}

/// How requests are read, whoever answers them.
fn http(header_patience: Duration) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(header_patience)
        .max_buf_size(READ_AT_ONCE)
        .max_headers(100);
    builder
}

/// Counts open connections.
struct Seats {
    caps: Caps,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    total: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// One open connection; its place is free again when it is dropped.
struct Seat {
    seats: Arc<Seats>,
    address: IpAddr,
}

impl Seats {
    fn new(caps: Caps) -> Self {
        Self {
            caps,
            taken: Mutex::default(),
        }
    }

    fn take(seats: &Arc<Self>, address: IpAddr) -> Option<Seat> {
        let mut taken = seats.lock();
        let of_address = taken.by_address.get(&address).copied().unwrap_or(0);
        if taken.total >= seats.caps.total || of_address >= seats.caps.per_address {
            return None;
        }
        taken.total += 1;
        *taken.by_address.entry(address).or_default() += 1;
        Some(Seat {
            seats: Arc::clone(seats),
            address,
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Taken> {
        // Counting cannot panic half-way.
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.lock();
        taken.total -= 1;
        if let Entry::Occupied(mut count) = taken.by_address.entry(self.address) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn one_address_cannot_take_every_seat_and_a_seat_comes_back() {
        let seats = Arc::new(Seats::new(Caps {
            total: 3,
            per_address: 2,
        }));
        let here = IpAddr::from(Ipv4Addr::LOCALHOST);
        let there = IpAddr::from([192, 168, 0, 9]);
        let first = Seats::take(&seats, here);
        let second = Seats::take(&seats, here);
        assert!(first.is_some() && second.is_some());
        assert!(Seats::take(&seats, here).is_none());
        let third = Seats::take(&seats, there);
        assert!(third.is_some());
        assert!(Seats::take(&seats, there).is_none());
        drop(first);
        assert!(Seats::take(&seats, here).is_some());
        drop((second, third));
        assert!(seats.lock().by_address.is_empty());
    }

    #[test]
    fn an_address_for_everybody_needs_a_passphrase_or_to_be_asked_for() {
        let mut config = Config {
            listen: ([0, 0, 0, 0], 0).into(),
            ..Config::default()
        };
        let refused = allowed(&config, false).unwrap_err().to_string();
        assert!(refused.contains("proofsheet passphrase"), "{refused}");
        assert!(refused.contains("--insecure-no-auth"), "{refused}");
        assert!(allowed(&config, true).is_ok());
        config.insecure_no_auth = true;
        assert!(allowed(&config, false).is_ok());
        for here in ["127.0.0.1:8502", "[::1]:8502"] {
            let config = Config {
                listen: here.parse().unwrap(),
                ..Config::default()
            };
            assert!(allowed(&config, false).is_ok());
        }
    }

    #[tokio::test]
    async fn a_port_in_use_is_said_with_the_next_step() {
        let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let config = Config {
            listen: taken.local_addr().unwrap(),
            ..Config::default()
        };
        let error = bind(&config).unwrap_err().to_string();
        assert!(
            error.contains("already listens") && error.contains("--listen"),
            "{error}"
        );
    }
}
