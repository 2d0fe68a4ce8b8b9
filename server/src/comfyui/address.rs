//! Where ComfyUI is: an address of this machine or of its local network, and of no other.

use std::fmt;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::thread;
use std::time::Duration;

use http::Uri;
use tokio::sync::oneshot;

/// ComfyUI's usual port.
const PORT: u16 = 8188;

/// An address of ComfyUI, as the settings have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    host: String,
    port: u16,
    /// What stands before every path; empty, or with a slash in front and none at the end.
    base: String,
}

/// An address that is not asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddressError {
    /// It is not written like one.
    Unclear(String),
    /// It is outside of this machine and its local network.
    Far(String),
}

impl fmt::Display for AddressError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unclear(text) => write!(
                out,
                "{text:?} is not an address of ComfyUI. Write it like http://127.0.0.1:8188."
            ),
            Self::Far(name) => write!(
                out,
                "ComfyUI at {name} is outside of this machine and its local network, so it is not \
                 asked. Give an address like http://127.0.0.1:8188 or http://192.168.1.20:8188."
            ),
        }
    }
}

impl std::error::Error for AddressError {}

impl Address {
    /// Reads an address: `http://HOST[:PORT][/PATH]`.
    ///
    /// # Errors
    /// When it is not written like that.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let unclear = || AddressError::Unclear(text.to_owned());
        let uri: Uri = text.trim().parse().map_err(|_| unclear())?;
        let authority = uri.authority().ok_or_else(unclear)?;
        let plain = uri.scheme_str() == Some("http") && !authority.as_str().contains('@');
        if !plain || uri.query().is_some() || uri.host().is_none_or(str::is_empty) {
            return Err(unclear());
        }
        let host = authority.host();
        let port = match authority.as_str().strip_prefix(host) {
            Some("") => PORT,
            _ => authority.port_u16().ok_or_else(unclear)?,
        };
        Ok(Self {
            host: host.to_owned(),
            port,
            base: uri.path().trim_end_matches('/').to_owned(),
        })
    }

    /// Host and port.
    pub fn name(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// The path of something that ComfyUI answers.
    pub(super) fn path(&self, name: &str) -> String {
        format!("{}{name}", self.base)
    }

    /// Where it is, the likeliest first; nowhere while its name is not known, which is waited for no longer than
    /// `patience`. What is asked is one of these, whatever the name means a moment later.
    ///
    /// # Errors
    /// When any place of that name is outside of this machine and its local network.
    pub async fn resolve(&self, patience: Duration) -> Result<Vec<SocketAddr>, AddressError> {
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        let found = match host.parse::<IpAddr>() {
            Ok(address) => vec![SocketAddr::new(address, self.port)],
            Err(_) => look_up(host.to_owned(), self.port, patience).await,
        };
        if found.iter().all(|place| is_near(place.ip())) {
            Ok(found)
        } else {
            Err(AddressError::Far(self.name()))
        }
    }
}

/// What a name means. The system may take half a minute to say that it does not know; a thread of its own holds up
/// nobody who stops the server meanwhile.
async fn look_up(host: String, port: u16, patience: Duration) -> Vec<SocketAddr> {
    let (sender, receiver) = oneshot::channel();
    let asking = thread::Builder::new()
        .name("name of ComfyUI".to_owned())
        .spawn(move || {
            let found = (host.as_str(), port).to_socket_addrs();
            let found: Vec<SocketAddr> = found.into_iter().flatten().collect();
            // Nobody waits any more, perhaps.
            let _ = sender.send(found);
        });
    if asking.is_err() {
        return Vec::new();
    }
    let found = tokio::time::timeout(patience, receiver).await;
    found.ok().and_then(Result::ok).unwrap_or_default()
}

/// Whether an address is of this machine or of a private network.
fn is_near(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => address.is_loopback() || address.is_private(),
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(30);

    #[test]
    fn addresses_are_read_or_refused_with_a_sentence() {
        let read = |text| Address::parse(text).map(|address| (address.name(), address.path("/ws")));
        let good = [
            ("http://127.0.0.1:8188", "127.0.0.1:8188", "/ws"),
            (" http://forge ", "forge:8188", "/ws"),
            ("http://[::1]:9000/comfy/", "[::1]:9000", "/comfy/ws"),
        ];
        for (text, name, path) in good {
            assert_eq!(read(text), Ok((name.to_owned(), path.to_owned())), "{text}");
        }
        let bad = [
            "",
            "127.0.0.1:8188",
            "https://127.0.0.1:8188",
            "http://me@127.0.0.1",
            "http://127.0.0.1/?a=b",
            "ws://127.0.0.1",
            "http://",
            "http://a b",
            "http://127.0.0.1:81888",
            "http://127.0.0.1:",
        ];
        for text in bad {
            let told = read(text).unwrap_err().to_string();
            assert!(
                told.contains("Write it like http://127.0.0.1:8188."),
                "{told}"
            );
        }
    }

    #[tokio::test]
    async fn only_this_machine_and_its_local_network_are_asked() {
        let near = [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.9",
            "192.168.1.20",
            "[::1]",
            "[fd00::5]",
        ];
        for host in near {
            let address = Address::parse(&format!("http://{host}:8188")).unwrap();
            let found = address.resolve(PATIENCE).await;
            assert_eq!(found.unwrap().len(), 1, "{host}");
        }
        let far = [
            "8.8.8.8",
            "169.254.169.254",
            "0.0.0.0",
            "172.32.0.1",
            "100.64.0.1",
            "[2001:db8::1]",
            "[fe80::1]",
            "[::ffff:8.8.8.8]",
        ];
        for host in far {
            let address = Address::parse(&format!("http://{host}:8188")).unwrap();
            let told = address.resolve(PATIENCE).await.unwrap_err().to_string();
            assert!(
                told.contains("its local network, so it is not asked"),
                "{told}"
            );
        }
    }

    #[tokio::test]
    async fn a_name_means_what_the_system_says() {
        let of = |text| Address::parse(text).unwrap();
        let here = of("http://localhost:9").resolve(PATIENCE).await.unwrap();
        assert!(here.iter().all(|place| place.ip().is_loopback()) && !here.is_empty());
        let nowhere = of("http://nobody.invalid:9");
        assert_eq!(nowhere.resolve(PATIENCE).await, Ok(Vec::new()));
    }
}
