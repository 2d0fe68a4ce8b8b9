//! The only place where time and chance enter.

use std::{
    collections::hash_map::RandomState,
    hash::{BuildHasher, Hasher},
    io,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use domain::time::Timestamp;

use crate::Error;

/// Tells the time and mints identifiers. Tests hand in a fixed one.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    fixed: Option<Arc<AtomicI64>>,
    /// Counts ids of one process, so that two of the same millisecond keep their order.
    minted: Arc<AtomicU64>,
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands still until [`Clock::advance`] moves it.
    pub fn fixed(at: Timestamp) -> Self {
        Self {
            fixed: Some(Arc::new(AtomicI64::new(at.0))),
            minted: Arc::default(),
        }
    }

    /// Moves a fixed clock; the system's clock is left alone.
    pub fn advance(&self, millis: i64) {
        if let Some(fixed) = &self.fixed {
            fixed.fetch_add(millis, Ordering::SeqCst);
        }
    }

    /// This moment.
    pub fn now(&self) -> Timestamp {
        match &self.fixed {
            Some(fixed) => Timestamp(fixed.load(Ordering::SeqCst)),
            None => system_now(),
        }
    }

    /// A new `UUIDv7` (RFC 9562): 48 bits of milliseconds, version, 12 bits of counter, variant, 62
    /// bits of chance. Ids of one process sort in the order in which they were minted.
    pub fn mint(&self) -> u128 {
        let millis = self.now().0.max(0) as u128 & 0xffff_ffff_ffff;
        let counter = u128::from(self.minted.fetch_add(1, Ordering::Relaxed)) & 0xfff;
        let chance = u128::from(chance()) >> 2;
        millis << 80 | 7 << 76 | counter << 64 | 0b10 << 62 | chance
    }

    /// 256 bits from the system's source of keys, for what lets somebody in.
    pub(crate) fn random() -> Result<[u8; 32], Error> {
        let mut bits = [0; 32];
        getrandom::fill(&mut bits)
            .map_err(io::Error::from)
            .map_err(Error::file("asking the system for random bits"))?;
        Ok(bits)
    }

    /// 126 bits that nobody can guess, for names that are only known to whom they were told.
    pub fn secret(&self) -> u128 {
        (u128::from(chance()) << 64 | u128::from(chance())) >> 2
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the clock")]
fn system_now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(since.as_millis() as i64)
}

/// 64 bits from the standard library's hash keys, which the system's random source seeds.
fn chance() -> u64 {
    RandomState::new().build_hasher().finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minted_ids_differ_sort_and_carry_their_version() {
        let clock = Clock::fixed(Timestamp(1_700_000_000_000));
        let ids: Vec<u128> = (0..1000).map(|_| clock.mint()).collect();
        assert!(ids.is_sorted());
        assert!(ids.windows(2).all(|pair| pair[0] != pair[1]));
        assert_eq!(ids[0] >> 76 & 0xf, 7);
        assert_eq!(ids[0] >> 62 & 0b11, 0b10);
        assert_eq!(ids[0] >> 80, 1_700_000_000_000);
    }
}
