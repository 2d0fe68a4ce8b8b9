//! How often a passphrase may be tried: a few times at once, then ever more slowly.
//!
//! Each address has its own count, and all together have one, because who owns a network has many
//! addresses. Who is signed in already is not held up by others' guesses.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    time::Duration,
};

use domain::time::{DAY, Timestamp};

/// Milliseconds after the last try until the count begins anew: an hour.
const FORGIVEN: i64 = DAY / 24;

/// Most addresses that are counted one by one; the count of all holds for others too.
const MOST_ADDRESSES: usize = 4096;

/// How many may be tried at once, and the longest wait between two after that.
struct Limit {
    free: u32,
    longest: Duration,
}

/// For one address: five at once, then one second, two, four ... up to a quarter of an hour.
const EACH: Limit = Limit {
    free: 5,
    longest: Duration::from_mins(15),
};

/// For all together: fifteen at once, then up to a minute, so that the owner gets a turn too.
const ALL: Limit = Limit {
    free: 15,
    longest: Duration::from_mins(1),
};

impl Limit {
    /// How long to wait after so many tries.
    fn delay(&self, tries: u32) -> Duration {
        match tries.checked_sub(self.free) {
            None => Duration::ZERO,
            Some(more) => Duration::from_secs(1 << more.min(20)).min(self.longest),
        }
    }
}

/// Tries that were not right.
#[derive(Debug, Clone, Copy, Default)]
struct Tries {
    count: u32,
    last: i64,
}

impl Tries {
    fn are_forgiven(self, now: Timestamp) -> bool {
        now.0 - self.last > FORGIVEN
    }

    /// How long until the next may come.
    fn wait(self, limit: &Limit, now: Timestamp) -> Duration {
        // Under a clock that was set back, no longer than from now on.
        let rested = (now.0 - self.last).max(0).cast_unsigned();
        let delay = limit.delay(self.count);
        delay.saturating_sub(Duration::from_millis(rested))
    }

    fn add(&mut self, now: Timestamp) {
        self.count = self.count.saturating_add(1);
        self.last = now.0;
    }
}

/// Counts what was tried.
#[derive(Debug, Default)]
pub(super) struct Patience {
    all: Tries,
    each: HashMap<IpAddr, Tries>,
}

impl Patience {
    /// Counts a try, or says how long to wait for it.
    pub(super) fn begin(&mut self, from: IpAddr, now: Timestamp) -> Result<(), Duration> {
        if self.all.are_forgiven(now) {
            self.all = Tries::default();
        }
        self.each.retain(|_, tries| !tries.are_forgiven(now));
        let from = network(from);
        let each = self.each.get(&from).copied().unwrap_or_default();
        let wait = self.all.wait(&ALL, now).max(each.wait(&EACH, now));
        if !wait.is_zero() {
            return Err(wait);
        }
        self.all.add(now);
        if self.each.len() < MOST_ADDRESSES || self.each.contains_key(&from) {
            self.each.entry(from).or_default().add(now);
        }
        Ok(())
    }

    /// The try that an address began was right: whoever is there knows the passphrase.
    pub(super) fn succeed(&mut self, from: IpAddr) {
        self.each.remove(&network(from));
        self.all.count = self.all.count.saturating_sub(1);
    }
}

/// An address, or the network of 2^64 addresses that every home has with IPv6.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> IpAddr {
        [192, 168, 0, last].into()
    }

    /// How many of these tries were let through when each comes as soon as it may.
    fn let_through(patience: &mut Patience, seconds: i64, address: impl Fn(i64) -> IpAddr) -> u32 {
        let moments = (0..seconds * 10).map(|tenth| (tenth, Timestamp(tenth * 100)));
        let tries = moments.map(|(tenth, now)| patience.begin(address(tenth), now));
        tries.flatten().count() as u32
    }

    #[test]
    fn waits_grow_up_to_a_quarter_of_an_hour() {
        let mut patience = Patience::default();
        let mut now = Timestamp(1_000_000);
        let mut waits = Vec::new();
        for _ in 0..20 {
            if let Err(wait) = patience.begin(address(1), now) {
                waits.push(wait.as_secs());
                now.0 += wait.as_millis() as i64;
                patience.begin(address(1), now).unwrap();
            }
        }
        assert_eq!(waits[..5], [1, 2, 4, 8, 16]);
        assert!(waits.is_sorted());
        assert_eq!(*waits.last().unwrap(), 15 * 60);
    }

    #[test]
    fn one_address_does_not_hold_up_another_until_all_are_too_many() {
        let mut patience = Patience::default();
        let now = Timestamp(0);
        for _ in 0..EACH.free {
            patience.begin(address(1), now).unwrap();
        }
        assert!(patience.begin(address(1), now).is_err());
        assert!(patience.begin(address(2), now).is_ok());
    }

    #[test]
    fn a_thousand_addresses_get_few_tries_in_a_minute() {
        let mut patience = Patience::default();
        let tried = let_through(&mut patience, 60, |tenth| {
            let [_, _, high, low] = (tenth as u32).to_be_bytes();
            [10, 0, high, low].into()
        });
        assert!((ALL.free..=ALL.free + 6).contains(&tried), "{tried}");
        let mut patience = Patience::default();
        let tried = let_through(&mut patience, 60, |tenth| {
            Ipv6Addr::new(0xfd00, 0, 0, 1, 0, 0, 0, tenth as u16).into()
        });
        assert!((EACH.free..=EACH.free + 6).contains(&tried), "{tried}");
    }

    #[test]
    fn who_was_right_begins_anew_and_an_hour_forgives() {
        let mut patience = Patience::default();
        let mut now = Timestamp(0);
        for _ in 0..EACH.free {
            patience.begin(address(1), now).unwrap();
        }
        patience.succeed(address(1));
        assert!(patience.begin(address(1), now).is_ok());
        for _ in 1..EACH.free {
            patience.begin(address(1), now).unwrap();
        }
        assert!(patience.begin(address(1), now).is_err());
        now.0 += FORGIVEN + 1;
        assert!(patience.begin(address(1), now).is_ok());
        assert_eq!(patience.each.len(), 1);
    }

    #[test]
    fn a_clock_that_is_set_back_keeps_nobody_waiting_for_long() {
        let mut patience = Patience::default();
        for _ in 0..=EACH.free {
            let _ = patience.begin(address(1), Timestamp(365 * DAY));
        }
        let wait = patience.begin(address(1), Timestamp(0)).unwrap_err();
        assert!(wait <= Duration::from_secs(1), "{wait:?}");
    }
}
