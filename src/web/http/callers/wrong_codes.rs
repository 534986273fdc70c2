//! How many wrong one-time codes came from one network in this minute, on this node. It limits nothing else: a whole school
//! often has one address, and no one there is kept from signing in or reporting by what another person does.

use crate::domain::kernel::clock::Instant;
use chrono::TimeDelta;
use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// The most wrong codes from one network in a minute.
pub const MOST: u32 = 30;
/// The minute they are counted over: it begins with the first.
const WITHIN: TimeDelta = TimeDelta::minutes(1);
/// The most networks that are remembered at once. If more than these try codes in a minute, counting begins anew.
const NETWORKS: usize = 10_000;

/// The wrong codes of the last minute, by network.
#[derive(Debug, Default)]
pub struct WrongCodes(Mutex<HashMap<IpAddr, (Instant, u32)>>);

impl WrongCodes {
    /// Whether a code from this address is looked at now. It counts as a wrong one until it is given back, so that codes
    /// sent at once are counted each.
    pub fn take(&self, from: IpAddr, now: Instant) -> bool {
        let mut counted = self.counted();
        if counted.len() >= NETWORKS {
            counted.retain(|_, (since, _)| !is_over(*since, now));
        }
        if counted.len() >= NETWORKS {
            counted.clear();
        }
        let line = counted.entry(network(from)).or_insert((now, 0));
        if is_over(line.0, now) {
            *line = (now, 0);
        }
        line.1 = line.1.saturating_add(1);
        line.1 <= MOST
    }

    /// Counts a code no longer: it was not wrong.
    pub fn give_back(&self, from: IpAddr) {
        if let Some(line) = self.counted().get_mut(&network(from)) {
            line.1 = line.1.saturating_sub(1);
        }
    }

    fn counted(&self) -> MutexGuard<'_, HashMap<IpAddr, (Instant, u32)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_over(since: Instant, now: Instant) -> bool {
    now - since >= WITHIN
}

/// One IPv4 address, or the 64 bits that one customer's IPv6 addresses share.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from(u128::from(address) & (u128::MAX << 64))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    fn from(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_network_has_so_many_a_minute_and_others_are_not_touched() {
        let (wrong, start) = (WrongCodes::default(), at("2026-11-17T10:00:00Z"));
        for _ in 0..MOST {
            assert!(wrong.take(from("2001:db8::1"), start));
        }
        wrong.give_back(from("2001:db8::1"));
        assert!(wrong.take(from("2001:db8::1"), start), "one was not wrong");
        assert!(!wrong.take(from("2001:db8::1"), start));
        assert!(!wrong.take(from("2001:db8::ffff"), start), "its neighbour in one network");
        assert!(wrong.take(from("2001:db8:0:1::1"), start), "another network");
        assert!(wrong.take(from("203.0.113.9"), start));
        assert!(!wrong.take(from("2001:db8::1"), at("2026-11-17T10:00:59Z")));
        assert!(wrong.take(from("2001:db8::1"), at("2026-11-17T10:01:00Z")));
    }

    #[test]
    fn countless_networks_take_no_more_room_than_some() {
        let (wrong, start) = (WrongCodes::default(), at("2026-11-17T10:00:00Z"));
        for n in 0..3 * u32::try_from(NETWORKS).unwrap() {
            wrong.take(IpAddr::V4(n.into()), start);
        }
        assert!(wrong.counted().len() <= NETWORKS);
    }
}
