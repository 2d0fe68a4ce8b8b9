//! The names under which this server answers.
//!
//! A page of another site can make its own name point at this machine (DNS rebinding) and would
//! then be "same origin" with the gallery. It cannot do that with an address written in digits, nor
//! with a name that is not its own; so only those are answered.

use std::net::IpAddr;

use axum::extract::Request;
use http::header;

/// The allow-list.
#[derive(Debug, Clone, Default)]
pub struct Hosts {
    names: Vec<String>,
}

impl Hosts {
    /// `localhost`, every address in digits, and these names.
    pub fn new(names: impl IntoIterator<Item = String>) -> Self {
        Self {
            names: names
                .into_iter()
                .map(|name| name.to_ascii_lowercase())
                .collect(),
        }
    }

    /// The authority (`name` or `name:port`) that a request is for, if it is one of ours.
    pub(super) fn of(&self, request: &Request) -> Option<String> {
        let mut named = request.headers().get_all(header::HOST).iter();
        let host = named.next().and_then(|host| host.to_str().ok());
        if named.next().is_some() {
            return None;
        }
        // An absolute request target names the authority itself; it has to say the same.
        let target = request.uri().authority().map(http::uri::Authority::as_str);
        let authority = match (host, target) {
            (Some(host), Some(target)) if !host.eq_ignore_ascii_case(target) => return None,
            (host, target) => host.or(target)?.to_ascii_lowercase(),
        };
        self.allows(&authority).then_some(authority)
    }

    fn allows(&self, authority: &str) -> bool {
        let name = match authority.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => authority,
        };
        if let Some(address) = name
            .strip_prefix('[')
            .and_then(|name| name.strip_suffix(']'))
        {
            return address.parse::<std::net::Ipv6Addr>().is_ok();
        }
        name == "localhost"
            || name
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_ipv4())
            || self
                .names
                .iter()
                .any(|known| known == name || known == authority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_localhost_and_configured_names_are_ours() {
        let hosts = Hosts::new(["Gallery.LAN".to_owned()]);
        for ours in [
            "localhost",
            "localhost:8502",
            "127.0.0.1:8502",
            "192.168.1.7",
            "[::1]:8502",
            "[::1]",
            "gallery.lan:8502",
        ] {
            assert!(hosts.allows(ours), "{ours}");
        }
    }

    #[test]
    fn names_of_others_are_not() {
        let hosts = Hosts::new(["gallery.lan".to_owned()]);
        for other in [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "gallery.lan.evil.example",
            "::1",
            "[evil]",
            "user@localhost",
            "localhost/",
            "localhost:80x",
            "127.1",
            "0x7f.1",
        ] {
            assert!(!hosts.allows(other), "{other}");
        }
    }
}
