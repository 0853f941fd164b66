//! Slows down guessing: counts attempts that were begun and not finished, by account and by network, in
//! memory and in windows of fixed length. Known and unknown addresses are counted alike.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Above this many counters the ones whose window has passed are dropped.
const SWEEP_ABOVE: usize = 10_000;

/// Counters of one kind.
pub struct Throttle<K> {
    window_ms: u64,
    most: u32,
    counters: Mutex<HashMap<K, Counter>>,
}

struct Counter {
    since_ms: u64,
    count: u32,
}

/// Too many attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slow {
    /// When it is worth another try.
    pub retry_after_seconds: u64,
    /// Whether this is the first refusal of its window.
    pub first: bool,
}

impl<K: Eq + Hash> Throttle<K> {
    /// Allows `most` attempts in each window.
    pub fn new(most: u32, window_ms: u64) -> Self {
        Self { window_ms, most, counters: Mutex::default() }
    }

    /// Counts an attempt.
    ///
    /// # Errors
    /// [`Slow`] if there were too many.
    pub fn begin(&self, key: K, now_ms: u64) -> Result<(), Slow> {
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        if counters.len() > SWEEP_ABOVE {
            counters.retain(|_, counter| now_ms < counter.since_ms + self.window_ms);
        }
        let counter = counters.entry(key).or_insert(Counter { since_ms: now_ms, count: 0 });
        if now_ms >= counter.since_ms + self.window_ms {
            *counter = Counter { since_ms: now_ms, count: 0 };
        }
        if counter.count >= self.most {
            let first = counter.count == self.most;
            counter.count = self.most.saturating_add(1);
            let left_ms = counter.since_ms + self.window_ms - now_ms;
            return Err(Slow { retry_after_seconds: left_ms.div_ceil(1000), first });
        }
        counter.count += 1;
        Ok(())
    }

    /// Takes an attempt back, because it came to a good end.
    pub fn finished(&self, key: &K) {
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(counter) = counters.get_mut(key) {
            counter.count = counter.count.saturating_sub(1);
        }
    }
}

/// A network that is counted as one: an IPv4 address, or the first 64 bits of an IPv6 address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network([u8; 8]);

impl From<IpAddr> for Network {
    fn from(address: IpAddr) -> Self {
        let mut network = [0; 8];
        match address.to_canonical() {
            IpAddr::V4(v4) => network.iter_mut().zip(v4.octets()).for_each(|(to, from)| *to = from),
            IpAddr::V6(v6) => network.iter_mut().zip(v6.octets()).for_each(|(to, from)| *to = from),
        }
        Self(network)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_attempts_wait_for_the_next_window() {
        let throttle = Throttle::new(2, 10_000);
        assert_eq!(throttle.begin("a", 1_000), Ok(()));
        assert_eq!(throttle.begin("a", 2_000), Ok(()));
        assert_eq!(throttle.begin("a", 2_500), Err(Slow { retry_after_seconds: 9, first: true }));
        assert_eq!(throttle.begin("a", 2_600), Err(Slow { retry_after_seconds: 9, first: false }));
        assert_eq!(throttle.begin("b", 2_500), Ok(()));
        assert_eq!(throttle.begin("a", 11_000), Ok(()));
    }

    #[test]
    fn a_finished_attempt_does_not_count() {
        let throttle = Throttle::new(1, 10_000);
        for _ in 0..5 {
            assert_eq!(throttle.begin("a", 0), Ok(()));
            throttle.finished(&"a");
        }
    }

    #[test]
    fn a_network_is_an_ipv4_address_or_64_bits() {
        let network = |text: &str| Network::from(text.parse::<IpAddr>().unwrap());
        assert_eq!(network("2001:db8::1"), network("2001:db8::2"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
        assert_eq!(network("192.0.2.1"), network("::ffff:192.0.2.1"));
    }
}
