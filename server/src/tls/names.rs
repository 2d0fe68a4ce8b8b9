//! Under which names and addresses others in the network reach this machine.

use std::net::IpAddr;

/// Interfaces of programs that simulate networks; no tablet is in one of them.
const SIMULATED: [&str; 5] = ["docker", "br-", "veth", "virbr", "vmnet"];

/// Addresses of this machine in its networks, the likeliest to be reached first.
pub(crate) fn addresses() -> Vec<IpAddr> {
    let Ok(interfaces) = if_addrs::get_if_addrs() else {
        return Vec::new();
    };
    let real = interfaces.into_iter().filter(|interface| {
        !interface.is_loopback()
            && !interface.is_link_local()
            && !SIMULATED
                .iter()
                .any(|begin| interface.name.starts_with(begin))
    });
    let mut addresses: Vec<IpAddr> = real.map(|interface| interface.ip()).collect();
    addresses.sort_by_key(|address| match address {
        IpAddr::V4(address) => (!address.is_private(), 0, *address),
        IpAddr::V6(_) => (true, 1, std::net::Ipv4Addr::UNSPECIFIED),
    });
    addresses.dedup();
    addresses
}

/// The name of this machine, if it is one that can stand in an address.
pub(crate) fn host() -> Option<String> {
    let facts = rustix::system::uname();
    let name = facts.nodename().to_str().ok()?.to_ascii_lowercase();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
    (!name.is_empty() && name != "localhost" && name.bytes().all(plain)).then_some(name)
}

/// An address as it stands in a URL.
pub(crate) fn in_url(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}

/// Everything that a certificate of this machine is for: what was asked for, its name, the name that
/// home networks know it by, and its addresses.
pub(crate) fn all(asked: &[String]) -> Vec<String> {
    let mut names: Vec<String> = asked.iter().map(|name| name.to_ascii_lowercase()).collect();
    if let Some(host) = host() {
        if !host.contains('.') {
            names.push(format!("{host}.local"));
        }
        names.push(host);
    }
    names.push("localhost".to_owned());
    names.extend(addresses().iter().map(ToString::to_string));
    names.extend(["127.0.0.1".to_owned(), "::1".to_owned()]);
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_for_comes_first_and_nothing_comes_twice() {
        let names = all(&["Studio.lan".to_owned(), "localhost".to_owned()]);
        assert_eq!(names[..2], ["studio.lan", "localhost"]);
        let unique: std::collections::BTreeSet<_> = names.iter().collect();
        assert_eq!(unique.len(), names.len());
        assert!(names.contains(&"127.0.0.1".to_owned()));
    }
}
