//! Who is really asking: forwarded headers are believed only from a proxy the configuration names.

use actix_web::http::header::HeaderMap;
use ipnet::IpNet;
use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    str::FromStr,
};

/// A network, such as `10.0.0.0/8`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network(IpNet);

/// What was written is neither an address nor a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an address or a network such as 10.0.0.0/8")]
pub struct NotANetwork;

impl Network {
    /// Whether every address of it is this machine's own.
    pub fn is_this_machine(&self) -> bool {
        self.0.network().is_loopback() && self.0.broadcast().is_loopback()
    }

    /// Whether it holds so many addresses that to trust it is to trust strangers: a network of a provider at the least.
    pub fn is_wide_open(&self) -> bool {
        match self.0 {
            IpNet::V4(network) => network.prefix_len() < 8,
            IpNet::V6(network) if network.network().is_unique_local() => network.prefix_len() < 8,
            IpNet::V6(network) => network.prefix_len() < 24,
        }
    }

    /// Whether an address is of this network. An IPv4 address written as IPv6 counts as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(typed: &str) -> Result<Self, NotANetwork> {
        let network = typed.parse().or_else(|_| typed.parse::<IpAddr>().map(IpNet::from));
        network.map(Self).map_err(|_| NotANetwork)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The address a request came from.
///
/// Starts at the other end of the connection and walks `X-Forwarded-For` backwards for as long as the one that
/// wrote the entry is trusted. What an untrusted sender wrote is never looked at, so that no client chooses its own address.
pub fn client(peer: SocketAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let believed = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut client = peer.ip().to_canonical();
    let lines: Vec<&str> = headers.get_all("x-forwarded-for").filter_map(|l| l.to_str().ok()).collect();
    for entry in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        if !believed(client) {
            break;
        }
        match entry.trim().parse::<IpAddr>() {
            Ok(address) => client = address.to_canonical(),
            Err(_) => break,
        }
    }
    client
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderName, HeaderValue};

    fn headers(lines: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(HeaderName::from_static("x-forwarded-for"), HeaderValue::from_static(line));
        }
        headers
    }

    fn from(peer: &str, lines: &[&'static str], trusted: &[&str]) -> String {
        let trusted: Vec<Network> = trusted.iter().map(|typed| typed.parse().unwrap()).collect();
        client(SocketAddr::new(peer.parse().unwrap(), 1), &headers(lines), &trusted).to_string()
    }

    #[test]
    fn a_header_is_believed_only_from_a_trusted_proxy() {
        assert_eq!(from("203.0.113.9", &["198.51.100.1"], &[]), "203.0.113.9");
        assert_eq!(from("203.0.113.9", &["198.51.100.1"], &["10.0.0.0/8"]), "203.0.113.9");
        assert_eq!(from("10.1.2.3", &["198.51.100.1"], &["10.0.0.0/8"]), "198.51.100.1");
        assert_eq!(from("::ffff:10.1.2.3", &["198.51.100.1"], &["10.0.0.0/8"]), "198.51.100.1");
    }

    #[test]
    fn what_the_client_itself_wrote_is_not_believed() {
        assert_eq!(from("10.1.2.3", &["1.1.1.1, 198.51.100.1"], &["10.0.0.0/8"]), "198.51.100.1");
        assert_eq!(from("10.1.2.3", &["1.1.1.1", "198.51.100.1, 10.9.9.9"], &["10.0.0.0/8"]), "198.51.100.1");
        assert_eq!(from("10.1.2.3", &["unknown"], &["10.0.0.0/8"]), "10.1.2.3");
    }

    #[test]
    fn networks_are_read_and_compared_by_their_first_bits() {
        let network = |typed: &str| typed.parse::<Network>();
        assert!(network("10.0.0.0/8").unwrap().contains("10.255.0.1".parse().unwrap()));
        assert!(!network("10.0.0.0/8").unwrap().contains("11.0.0.1".parse().unwrap()));
        assert!(network("fd00::/8").unwrap().contains("fd12::1".parse().unwrap()));
        assert!(network("0.0.0.0/0").unwrap().contains("8.8.8.8".parse().unwrap()));
        assert!(!network("192.0.2.1").unwrap().contains("192.0.2.2".parse().unwrap()));
        for neither in ["10.0.0.0/33", "fd00::/129", "10.0.0.0/", "/8", "ten"] {
            assert_eq!(network(neither), Err(NotANetwork), "{neither}");
        }
    }

    #[test]
    fn a_network_of_strangers_is_told_from_a_schools_own() {
        let network = |typed: &str| typed.parse::<Network>().unwrap();
        for wide in ["0.0.0.0/0", "::/0", "128.0.0.0/1", "10.0.0.0/7", "fc00::/7", "2a00::/8", "2000::/12"] {
            assert!(network(wide).is_wide_open(), "{wide}");
        }
        for own in ["10.0.0.0/8", "fd00::/8", "192.0.2.1", "::1", "172.16.0.0/12", "2a00:1450::/32"] {
            assert!(!network(own).is_wide_open(), "{own}");
        }
    }

    #[test]
    fn a_network_is_this_machines_where_all_of_it_is() {
        let network = |typed: &str| typed.parse::<Network>().unwrap();
        for own in ["127.0.0.1", "127.0.0.0/8", "127.1.0.0/16", "::1"] {
            assert!(network(own).is_this_machine(), "{own}");
        }
        for others in ["10.0.0.0/8", "126.0.0.0/7", "127.0.0.0/7", "0.0.0.0/0", "::/0", "::1/127", "fd00::/8"]
        {
            assert!(!network(others).is_this_machine(), "{others}");
        }
    }
}
